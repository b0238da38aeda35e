/* SPDX-License-Identifier: MIT */
/* Lists the files of a folder of the host. */
#include "disc/disc.h"

#include "base/grow.h"
#include "bytes/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    char *target = realpath(native, NULL);
    struct stat status;
    bool inside = target && is_below(target, walk->root);

    free(native);
    if (inside && stat(target, &status) == 0 && S_ISREG(status.st_mode))
        return add_file(walk, path, target, (uint64_t)status.st_size);
    kiwi_report(walk->reporter, KIWI_NOTE, path, KIWI_NULL, "symbolic link", "a file of this directory",
                !target  ? "nothing"
                : inside ? "a folder; not followed"
                         : "a place outside; not followed");
    free(target);
    free(path);
    return true;
}

static bool add_entry(struct walk *walk, int directory, const struct folder *folder, const char *name)
{
    struct stat status;
    char *clean = kiwi_utf8_clean(name, strlen(name));
    char *path = clean ? kiwi_join_path(folder->path, clean) : NULL;
    char *native = kiwi_join_path(folder->native, name);

    free(clean);
    if (!path || !native) {
        free(path);
        free(native);
        return false;
    }
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        status.st_mode = 0; /* it went away */
    if (S_ISREG(status.st_mode))
        return add_file(walk, path, native, (uint64_t)status.st_size);
    if (S_ISLNK(status.st_mode))
        return add_link(walk, path, native);
    if (S_ISDIR(status.st_mode) && folder->depth < KIWI_DEPTH_LIMIT && walk->count < KIWI_FILE_LIMIT)
        return push(walk, path, native, folder->depth + 1);
    if (S_ISDIR(status.st_mode)) {
        kiwi_report(walk->reporter, KIWI_WARNING, path, KIWI_NULL, "folder", "at most 8 deep",
                    "deeper; it is left out");
    }
    free(path);
    free(native);
    return true;
}

static enum kiwi_status read_folder(struct walk *walk, size_t index, struct kiwi_error *error)
{
    struct folder folder = walk->folders[index]; /* push() may move the queue */
    DIR *stream = opendir(folder.native);
    struct dirent *entry;
    bool memory = true;

    if (!stream) {
        int cause = errno;

        if (index > 0) {
            kiwi_report(walk->reporter, KIWI_ERROR, folder.path, KIWI_NULL, "folder", "readable",
                        kiwi_errno_text(cause));
            return KIWI_OK;
        }
        return kiwi_fail(error, KIWI_ERROR_IO, cause, KIWI_NULL, "cannot read the directory '%s': %s",
                         folder.native, kiwi_errno_text(cause));
    }
    while (memory && !walk->full && (entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            memory = add_entry(walk, dirfd(stream), &folder, entry->d_name);
    closedir(stream);
    return memory ? KIWI_OK : kiwi_fail_memory(error);
}

enum kiwi_status kiwi_directory_list(const char *path, struct kiwi_listing *listing,
                                     const struct kiwi_reporter *reporter, struct kiwi_error *error)
{
    struct walk walk = {.listing = listing, .reporter = reporter, .root = realpath(path, NULL)};
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
