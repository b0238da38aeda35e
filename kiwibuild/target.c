/* SPDX-License-Identifier: MIT */
/* Where the disc goes: it grows under a temporary name and takes its own when it is complete. */
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/host.h"
#include "common/files.h"
#include "common/interrupt.h"
#include "image/image.h"
#include "memory.h"

enum { PATH_LIMIT = 3800, NAME_LIMIT = 1024 };

/** A file or folder of the disc. */
struct entry {
    struct entry *before, *next;
    bool is_folder;
    const char *name; /* in the target: the end of path */
    char path[];
};

/* What is read when somebody ends the program: buffers that stay where they are, and entries that are whole
 * once they are there. */
static struct {
    char path[PATH_LIMIT];
    char directory[PATH_LIMIT + 32]; /**< "" = nothing to remove */
    char image[PATH_LIMIT + 40];     /**< "" = no image yet */
    struct entry *first;
    struct entry *volatile last;
    bool is_image;
} target;

static void remove_all(void)
{
    if (!target.directory[0])
        return;
    for (const struct entry *entry = target.last; entry; entry = entry->before)
        (entry->is_folder ? files_remove_folder : files_remove)(entry->path);
    if (target.image[0])
        files_remove(target.image);
    files_remove_folder(target.directory);
    target.directory[0] = '\0';
}

static bool ends_with_iso(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcasecmp(path + length - 4, ".iso") == 0;
}

/** The place must be free for what is to come, before the work begins. */
static bool check_place(struct failure *failure)
{
    struct kiwi_host_info info;
    int error = kiwi_host_info(target.path, true, &info);

    if (error != 0)
        return error == ENOENT || refuse_system(failure, target.path, error);
    if (target.is_image && info.kind != KIWI_HOST_FILE)
        return refuse(failure, EXIT_SYSTEM, "%s: exists and is not a file", target.path);
    if (!target.is_image && info.kind != KIWI_HOST_FOLDER)
        return refuse(failure, EXIT_SYSTEM, "%s: exists and is not a directory", target.path);
    return true;
}

/** The path without separators at its end. */
static bool take_path(const char *path, struct failure *failure)
{
    size_t length = strlen(path);

    if (length == 0 || length >= PATH_LIMIT)
        return refuse_system(failure, path, length ? ENAMETOOLONG : ENOENT);
    memcpy(target.path, path, length + 1);
    while (length > 1 && !*kiwi_host_name(target.path) && target.path[length - 1] != ':')
        target.path[--length] = '\0';
    return true;
}

bool target_open(const char *path, struct failure *failure)
{
    if (!take_path(path, failure))
        return false;
    target.is_image = ends_with_iso(target.path);
    if (!check_place(failure))
        return false;
    target.image[0] = '\0';
    int error = files_make_folder_beside(target.path, target.directory, sizeof target.directory);
    if (error != 0) {
        target.directory[0] = '\0';
        return refuse_system(failure, path, error);
    }
    interrupt_watch(remove_all);
    atexit(remove_all);
    return true;
}

/** Notes what is about to be made. */
static void add_entry(const char *name, size_t length, bool is_folder)
{
    const size_t directory = strlen(target.directory);
    struct entry *entry = allocate(1, sizeof *entry + directory + 1 + length + 1);

    memcpy(entry->path, target.directory, directory);
    entry->path[directory] = '/';
    memcpy(entry->path + directory + 1, name, length);
    entry->name = entry->path + directory + 1;
    entry->is_folder = is_folder;
    entry->before = target.last;
    if (target.last)
        target.last->next = entry;
    else
        target.first = entry;
    target.last = entry;
}

static bool has_folder(const char *name, size_t length)
{
    for (const struct entry *entry = target.last; entry; entry = entry->before)
        if (entry->is_folder && strlen(entry->name) == length && memcmp(entry->name, name, length) == 0)
            return true;
    return false;
}

/** Makes the folders that a name begins with, if they are not there yet. */
static int make_folders(const char *name)
{
    int error = 0;

    for (const char *slash = strchr(name, '/'); error == 0 && slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - name);

        if (has_folder(name, length))
            continue;
        add_entry(name, length, true);
        error = files_make_folder(target.last->path);
    }
    return error;
}

/** Names of files come from other discs: none may lead out of the target, and not all can be had everywhere.
 */
static bool name_is_safe(const char *name)
{
    for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (!files_allow_name(part, strcspn(part, "/")))
            return false;
    return strlen(name) < NAME_LIMIT;
}

FILE *target_create(const char *name, struct failure *failure)
{
    FILE *stream;
    int error;

    if (!target.directory[0] || !name_is_safe(name)) {
        refuse(failure, EXIT_SYSTEM, "%s/%s: cannot be made", target.path, name);
        return NULL;
    }
    error = make_folders(name);
    if (error != 0) {
        refuse_system(failure, target.last->path, error);
        return NULL;
    }
    add_entry(name, strlen(name), false);
    stream = files_create_stream(target.last->path);
    if (!stream)
        refuse_system(failure, target.last->path, errno);
    return stream;
}

bool target_close_file(FILE *file, struct failure *failure)
{
    int error = fflush(file) ? errno : files_sync(fileno(file));

    if (fclose(file) && error == 0)
        error = errno;
    return error == 0 || refuse_system(failure, target.path, error);
}

static bool replace(const char *from, const char *to, struct failure *failure)
{
    int error = files_replace(from, to);

    return error == 0 || refuse_system(failure, to, error);
}

/** A word on what the image needs, if that is not what people have. */
static void note_medium(uint64_t size)
{
    const char *medium = image_medium(size);

    if (medium)
        fprintf(stderr, "kiwibuild: %s: %llu bytes: %s\n", target.path, (unsigned long long)size, medium);
}

static bool commit_image(const char *title, bool quiet, struct failure *failure)
{
    struct image_item *items;
    size_t count = 0;
    uint64_t size;

    for (const struct entry *entry = target.first; entry; entry = entry->next)
        count++;
    items = allocate(count, sizeof *items);
    count = 0;
    for (const struct entry *entry = target.first; entry; entry = entry->next)
        items[count++] = (struct image_item){entry->name, entry->is_folder};
    snprintf(target.image, sizeof target.image, "%s.iso", target.directory);
    bool done = image_write(target.directory, items, count, target.image, title,
                            !quiet && isatty(STDERR_FILENO), &size, failure) &&
                replace(target.image, target.path, failure);
    release(items);
    if (done && !quiet)
        note_medium(size);
    return done;
}

/** Into a directory that is there: file by file. */
static bool commit_entries(struct failure *failure)
{
    char name[PATH_LIMIT + NAME_LIMIT + 1];

    for (const struct entry *entry = target.first; entry; entry = entry->next) {
        int error;

        snprintf(name, sizeof name, "%s/%s", target.path, entry->name);
        if (entry->is_folder)
            error = files_make_folder(name);
        else
            error = files_replace(entry->path, name);
        if (error != 0 && !(entry->is_folder && error == EEXIST))
            return refuse_system(failure, name, error);
    }
    return true;
}

static bool commit_directory(struct failure *failure)
{
    int error = files_rename(target.directory, target.path);

    if (error == EEXIST || error == ENOTEMPTY)
        return commit_entries(failure);
    if (error == 0)
        target.directory[0] = '\0';
    return error == 0 || refuse_system(failure, target.path, error);
}

/** So that the new name survives a crash, too. */
static void sync_parent(void)
{
    char parent[PATH_LIMIT];
    const size_t length = (size_t)(kiwi_host_name(target.path) - target.path);

    snprintf(parent, sizeof parent, "%.*s", (int)length, target.path);
    files_sync_folder(length ? parent : ".");
}

bool target_commit(const char *title, bool quiet, struct failure *failure)
{
    if (target.is_image ? !commit_image(title, quiet, failure) : !commit_directory(failure))
        return false;
    sync_parent();
    return true;
}
