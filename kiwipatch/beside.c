/* SPDX-License-Identifier: MIT */
/* Finds the files of a folder that have journals, by the names of these: of what an image holds it asks
 * nothing. */
#include "beside.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/grow.h"
#include "base/host.h"
#include "common/tree.h"
#include "transaction.h"

void beside_free(struct beside *beside)
{
    for (size_t i = 0; i < beside->count; i++)
        free(beside->paths[i]);
    free(beside->paths);
    *beside = (struct beside){.paths = NULL};
}

/** The path without the end that makes it a journal's or what was left aside; NULL: it is another file. */
static char *owner(const char *path)
{
    char *image = strdup(path);
    char *end = image ? journal_end(image) : NULL;
    struct kiwi_host_info info;
    if (end)
        *end = '\0';
    if (end && kiwi_host_info(image, false, &info) == 0 && info.kind == KIWI_HOST_FILE)
        return image;
    free(image);
    return NULL;
}

static bool add(struct beside *beside, char *path, struct failure *failure)
{
    char **paths = grow_array(beside->paths, &beside->room, beside->count, 1, sizeof *paths);
    if (!paths) {
        free(path);
        return refuse_memory(failure);
    }
    beside->paths = paths;
    beside->paths[beside->count++] = path;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct beside *beside)
{
    size_t kept = 0;
    if (beside->count > 1)
        qsort(beside->paths, beside->count, sizeof *beside->paths, by_text);
    for (size_t i = 0; i < beside->count; i++)
        if (kept > 0 && strcmp(beside->paths[i], beside->paths[kept - 1]) == 0)
            free(beside->paths[i]);
        else
            beside->paths[kept++] = beside->paths[i];
    beside->count = kept;
}

/** Whether the journals of a file are of that kind. */
static bool suits(const struct io *io, const char *path, enum beside_kind kind, bool *suited,
                  struct failure *failure)
{
    struct journals journals;
    char *left = NULL;
    if (!journals_find(io, path, &journals, failure) || !journal_left(io, path, &left, failure))
        return false;
    switch (kind) {
    case BESIDE_ANY: *suited = journals.last != 0 || left; break;
    case BESIDE_OPEN: *suited = journals.open != 0; break;
    case BESIDE_LEFT: *suited = left; break;
    case BESIDE_COMMITTED: *suited = journals.committed != 0; break;
    }
    free(left);
    return true;
}

/** Drops those whose name only looks as if they had a journal. */
static bool keep_owners(const struct io *io, struct beside *beside, struct failure *failure)
{
    size_t kept = 0;
    bool done = true;
    for (size_t i = 0; i < beside->count; i++) {
        bool suited = false;
        done = done && suits(io, beside->paths[i], BESIDE_ANY, &suited, failure);
        if (suited)
            beside->paths[kept++] = beside->paths[i];
        else
            free(beside->paths[i]);
    }
    beside->count = kept;
    return done;
}

struct search {
    struct beside *beside;
    struct failure *failure;
    bool done;
};

static bool visit(void *context, const struct tree_entry *entry)
{
    struct search *search = context;
    char *image = owner(entry->path);
    if (entry->step == TREE_UNREADABLE && entry->kind == KIWI_HOST_FOLDER) /* others went away meanwhile */
        search->done = refuse_system(search->failure, entry->path, entry->error);
    else if (image && entry->step == TREE_OTHER)
        return search->done = add(search->beside, image, search->failure);
    free(image);
    return search->done;
}

bool beside_find(const struct io *io, const char *folder, struct beside *beside, struct failure *failure)
{
    struct search search = {beside, failure, true};
    *beside = (struct beside){.paths = NULL};
    tree_walk(folder, visit, &search);
    sort(beside);
    return search.done && keep_owners(io, beside, failure);
}

/** Whether a path ends with name, as a whole part of it. */
static bool ends_with(const char *path, const char *name)
{
    size_t length = strlen(path);
    size_t wanted = strlen(name);
    return length > wanted && path[length - wanted - 1] == '/' &&
           strcasecmp(path + length - wanted, name) == 0;
}

bool beside_choose(const struct io *io, const struct beside *beside, const char *name, enum beside_kind kind,
                   const char **path, struct failure *failure)
{
    *path = NULL;
    for (size_t i = 0; i < beside->count; i++) {
        bool suited = false;
        if (name && !ends_with(beside->paths[i], name))
            continue;
        if (!suits(io, beside->paths[i], kind, &suited, failure))
            return false;
        if (suited && *path)
            return refuse(failure, EXIT_REFUSED, "%.250s and %.250s have journals; say which (--file)", *path,
                          beside->paths[i]);
        if (suited)
            *path = beside->paths[i];
    }
    return true;
}
