/* SPDX-License-Identifier: MIT */
/* Lists the files of a folder of the host. */
#include "disc/disc.h"

#include "base/grow.h"
#include "base/host.h"
#include "bytes/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct folder {
    char *path;   /* on the disc, UTF-8 */
    char *native; /* on the host */
    unsigned depth;
};

struct walk {
    struct folder *folders; /* a queue that only grows */
    size_t count;
    size_t capacity;
    char *root; /* resolved; links must not lead out of it */
    struct kiwi_listing *listing;
    const struct kiwi_reporter *reporter;
    bool full;
};

/* Takes path and native. */
static bool push(struct walk *walk, char *path, char *native, unsigned depth)
{
    struct folder *folders = path && native
                                 ? grow_array(walk->folders, &walk->capacity, walk->count, 1, sizeof *folders)
                                 : NULL;
    if (!folders) {
        free(path);
        free(native);
        return false;
    }
    walk->folders = folders;
    folders[walk->count++] = (struct folder){path, native, depth};
    return true;
}

/* Takes path and native. */
static bool add_file(struct walk *walk, char *path, char *native, uint64_t size)
{
    struct kiwi_entry *entry;

    if (walk->listing->count >= KIWI_FILE_LIMIT) {
        if (!walk->full) {
            kiwi_report(walk->reporter, KIWI_WARNING, path, KIWI_NULL, "files", "at most 65536",
                        "more; they are left out");
        }
        walk->full = true;
        free(path);
        free(native);
        return true;
    }
    entry = kiwi_listing_add(walk->listing, path, size);
    if (!entry) {
        free(native);
        return false;
    }
    entry->native = native;
    return true;
}

static bool is_below(const char *path, const char *root)
{
    size_t length = strlen(root);

    return strncmp(path, root, length) == 0 &&
           (path[length] == '/' || (length > 0 && root[length - 1] == '/'));
}

/*
 * A link to a file of the same directory is that file under another name. Links to folders of it show nothing
 * new, and links that lead out of it are none of the disc's. Takes path and native.
 */
static bool add_link(struct walk *walk, char *path, char *native)
{
    char *target = kiwi_host_resolve(native);
    struct kiwi_host_info info;
    bool inside = target && is_below(target, walk->root);

    free(native);
    if (inside && kiwi_host_info(target, true, &info) == 0 && info.kind == KIWI_HOST_FILE)
        return add_file(walk, path, target, info.size);
    kiwi_report(walk->reporter, KIWI_NOTE, path, KIWI_NULL, "symbolic link", "a file of this directory",
                !target  ? "nothing"
                : inside ? "a folder; not followed"
                         : "a place outside; not followed");
    free(target);
    free(path);
    return true;
}

static bool add_entry(struct walk *walk, const struct folder *folder, const char *name)
{
    struct kiwi_host_info info;
    char *clean = kiwi_utf8_clean(name, strlen(name));
    char *path = clean ? kiwi_join_path(folder->path, clean) : NULL;
    char *native = kiwi_join_path(folder->native, name);

    free(clean);
    if (!path || !native) {
        free(path);
        free(native);
        return false;
    }
    if (kiwi_host_info(native, false, &info) != 0)
        info.kind = KIWI_HOST_OTHER; /* it went away */
    if (info.kind == KIWI_HOST_FILE)
        return add_file(walk, path, native, info.size);
    if (info.kind == KIWI_HOST_LINK)
        return add_link(walk, path, native);
    if (info.kind == KIWI_HOST_FOLDER && folder->depth < KIWI_DEPTH_LIMIT && walk->count < KIWI_FILE_LIMIT)
        return push(walk, path, native, folder->depth + 1);
    if (info.kind == KIWI_HOST_FOLDER) {
        kiwi_report(walk->reporter, KIWI_WARNING, path, KIWI_NULL, "folder", "at most 8 deep",
                    "deeper; it is left out");
    }
    free(path);
    free(native);
    return true;
}

struct reading {
    struct walk *walk;
    struct folder folder; /* push() may move the queue */
    bool memory;
};

static bool take_name(void *context, const char *name)
{
    struct reading *reading = context;

    reading->memory = add_entry(reading->walk, &reading->folder, name);
    return reading->memory && !reading->walk->full;
}

static enum kiwi_status read_folder(struct walk *walk, size_t index, struct kiwi_error *error)
{
    struct reading reading = {walk, walk->folders[index], true};
    int cause = kiwi_host_list(reading.folder.native, take_name, &reading);

    if (!reading.memory)
        return kiwi_fail_memory(error);
    if (cause != 0 && index > 0) {
        kiwi_report(walk->reporter, KIWI_ERROR, reading.folder.path, KIWI_NULL, "folder", "readable",
                    kiwi_errno_text(cause));
    } else if (cause != 0) {
        return kiwi_fail(error, KIWI_ERROR_IO, cause, KIWI_NULL, "cannot read the directory '%s': %s",
                         reading.folder.native, kiwi_errno_text(cause));
    }
    return KIWI_OK;
}

enum kiwi_status kiwi_directory_list(const char *path, struct kiwi_listing *listing,
                                     const struct kiwi_reporter *reporter, struct kiwi_error *error)
{
    struct walk walk = {.listing = listing, .reporter = reporter, .root = kiwi_host_resolve(path)};
    enum kiwi_status status = KIWI_OK;

    if (!walk.root) {
        int cause = errno;

        return kiwi_fail(error, KIWI_ERROR_IO, cause, KIWI_NULL, "cannot open '%s': %s", path,
                         kiwi_errno_text(cause));
    }
    if (!push(&walk, strdup(""), strdup(walk.root), 0))
        status = kiwi_fail_memory(error);
    for (size_t i = 0; status == KIWI_OK && i < walk.count; i++)
        status = read_folder(&walk, i, error);
    for (size_t i = 0; i < walk.count; i++) {
        free(walk.folders[i].path);
        free(walk.folders[i].native);
    }
    free(walk.folders);
    free(walk.root);
    return status;
}
