/* SPDX-License-Identifier: MIT */
/* Goes through a folder and the folders in it. */
#include "common/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* Deeper ones have paths that no system opens. */
enum { DEEPEST = 1000 };

struct walk {
    tree_visit *visit;
    void *context;
};

/** Paths of what is in a folder. */
struct names {
    const char *folder;
    char **paths;
    size_t count, room;
    int error;
};

static bool take_name(void *context, const char *name)
{
    struct names *names = context;
    size_t folder = strlen(names->folder), length = strlen(name);
    bool separated = folder > 0 && names->folder[folder - 1] == '/';
    char *path = malloc(folder + length + 2);
    char **paths = grow_array(names->paths, &names->room, names->count, 1, sizeof *paths);
    if (paths)
        names->paths = paths;
    if (!path || !paths) {
        free(path);
        names->error = ENOMEM;
        return false;
    }
    memcpy(path, names->folder, folder);
    path[folder] = '/';
    memcpy(path + folder + !separated, name, length + 1);
    names->paths[names->count++] = path;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool report(const struct walk *walk, enum tree_step step, const char *path, enum kiwi_host_kind kind,
                   unsigned depth, int error)
{
    const struct tree_entry entry = {step, path, kind, depth, error};
    return walk->visit(walk->context, &entry);
}

static bool visit_path(const struct walk *walk, const char *path, unsigned depth);

static bool visit_folder(const struct walk *walk, const char *path, unsigned depth)
{
    struct names names = {.folder = path};
    int error = depth < DEEPEST ? kiwi_host_list(path, take_name, &names) : ENAMETOOLONG;
    error = names.error != 0 ? names.error : error;
    bool more = error == 0 || report(walk, TREE_UNREADABLE, path, KIWI_HOST_FOLDER, depth, error);
    if (names.count > 1)
        qsort(names.paths, names.count, sizeof *names.paths, by_text);
    for (size_t i = 0; i < names.count; i++) {
        more = more && visit_path(walk, names.paths[i], depth + 1);
        free(names.paths[i]);
    }
    free(names.paths);
    return more && report(walk, TREE_FOLDER_END, path, KIWI_HOST_FOLDER, depth, 0);
}

static bool visit_path(const struct walk *walk, const char *path, unsigned depth)
{
    struct kiwi_host_info info;
    int error = kiwi_host_info(path, false, &info);
    if (error != 0)
        return report(walk, TREE_UNREADABLE, path, KIWI_HOST_OTHER, depth, error);
    if (info.kind != KIWI_HOST_FOLDER)
        return report(walk, TREE_OTHER, path, info.kind, depth, 0);
    return report(walk, TREE_FOLDER, path, info.kind, depth, 0) && visit_folder(walk, path, depth);
}

bool tree_walk(const char *root, tree_visit *visit, void *context)
{
    const struct walk walk = {visit, context};
    return visit_path(&walk, root, 0);
}
