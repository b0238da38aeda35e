/* SPDX-License-Identifier: MIT */
/* Where the disc goes: it grows under a temporary name and takes its own when it is complete. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/image.h"
#include "memory.h"

enum { PATH_LIMIT = 3800, NAME_LIMIT = 1024 };

/** A file or folder of the disc. */
struct entry {
    struct entry *before, *next;
    bool is_folder;
    char name[];
};

/* What a signal handler reads: buffers that stay where they are, and entries that are whole once they are
 * there. */
static struct {
    char path[PATH_LIMIT];
    char directory[PATH_LIMIT + 8]; /**< "" = nothing to remove */
    char image[PATH_LIMIT + 16];    /**< "" = no image yet */
    int folder;                     /**< the directory, open */
    struct entry *first;
    struct entry *volatile last;
    bool is_image;
} target;

static void remove_all(void)
{
    if (!target.directory[0])
        return;
    for (const struct entry *entry = target.last; entry; entry = entry->before)
        unlinkat(target.folder, entry->name, entry->is_folder ? AT_REMOVEDIR : 0);
    if (target.image[0])
        unlink(target.image);
    rmdir(target.directory);
    target.directory[0] = '\0';
}

static void on_signal(int number)
{
    remove_all();
    _exit(128 + number);
}

static void watch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal}, old;

    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

static bool ends_with_iso(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && strcasecmp(path + length - 4, ".iso") == 0;
}

/** The place must be free for what is to come, before the work begins. */
static bool check_place(struct failure *failure)
{
    struct stat status;

    if (stat(target.path, &status))
        return errno == ENOENT || refuse(failure, EXIT_SYSTEM, "%s: %s", target.path, strerror(errno));
    if (target.is_image && !S_ISREG(status.st_mode))
        return refuse(failure, EXIT_SYSTEM, "%s: exists and is not a file", target.path);
    if (!target.is_image && !S_ISDIR(status.st_mode))
        return refuse(failure, EXIT_SYSTEM, "%s: exists and is not a directory", target.path);
    return true;
}

bool target_open(const char *path, struct failure *failure)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 0 || length >= PATH_LIMIT)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", path, strerror(length ? ENAMETOOLONG : ENOENT));
    memcpy(target.path, path, length);
    target.is_image = ends_with_iso(target.path);
    if (!check_place(failure))
        return false;
    snprintf(target.image, sizeof target.image, "%s", "");
    snprintf(target.directory, sizeof target.directory, "%s.XXXXXX", target.path);
    if (!mkdtemp(target.directory)) {
        target.directory[0] = '\0';
        return refuse(failure, EXIT_SYSTEM, "%s: %s", path, strerror(errno));
    }
    target.folder = open(target.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    watch_signals();
    atexit(remove_all);
    return true;
}

/** Notes what is about to be made. */
static void add_entry(const char *name, size_t length, bool is_folder)
{
    struct entry *entry = allocate(1, sizeof *entry + length + 1);

    memcpy(entry->name, name, length);
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
static bool make_folders(const char *name)
{
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - name);

        if (has_folder(name, length))
            continue;
        add_entry(name, length, true);
        if (mkdirat(target.folder, target.last->name, 0777))
            return false;
    }
    return true;
}

/** Names of files come from other discs: none may lead out of the target. */
static bool name_is_safe(const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == '\\')
            return false;
    for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
        size_t size = strcspn(part, "/");

        if (size == 0 || (part[0] == '.' && (size == 1 || (size == 2 && part[1] == '.'))))
            return false;
    }
    return length < NAME_LIMIT;
}

FILE *target_create(const char *name, struct failure *failure)
{
    FILE *stream;
    int file;

    if (target.folder < 0 || !name_is_safe(name) || !make_folders(name)) {
        refuse(failure, EXIT_SYSTEM, "%s/%s: cannot be made", target.directory, name);
        return NULL;
    }
    add_entry(name, strlen(name), false);
    file = openat(target.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    stream = file < 0 ? NULL : fdopen(file, "wb");
    if (!stream)
        refuse(failure, EXIT_SYSTEM, "%s/%s: %s", target.directory, name, strerror(errno));
    return stream;
}

bool target_close_file(FILE *file, struct failure *failure)
{
    bool done = !fflush(file) && !fsync(fileno(file));
    int error = errno;

    if (fclose(file) && done) {
        done = false;
        error = errno;
    }
    return done || refuse(failure, EXIT_SYSTEM, "%s: %s", target.path, strerror(error));
}

static bool move(const char *from, const char *to, struct failure *failure)
{
    return !rename(from, to) || refuse(failure, EXIT_SYSTEM, "%s: %s", to, strerror(errno));
}

/** So that the new name survives a crash, too. */
static void sync_parent(void)
{
    char parent[PATH_LIMIT];
    char *slash;
    int file;

    memcpy(parent, target.path, sizeof parent);
    slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = '\0';
    file = open(slash ? parent : ".", O_RDONLY);
    if (file >= 0) {
        fsync(file);
        close(file);
    }
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
                move(target.image, target.path, failure);
    release(items);
    if (done && !quiet)
        note_medium(size);
    return done;
}

static bool commit_directory(struct failure *failure)
{
    char name[PATH_LIMIT + NAME_LIMIT + 1];
    mode_t mask = umask(0);

    umask(mask);
    if (chmod(target.directory, 0777 & ~mask))
        return refuse(failure, EXIT_SYSTEM, "%s: %s", target.directory, strerror(errno));
    if (!rename(target.directory, target.path)) {
        target.directory[0] = '\0';
        return true;
    }
    if (errno != ENOTEMPTY && errno != EEXIST)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", target.path, strerror(errno));
    for (const struct entry *entry = target.first; entry; entry = entry->next) {
        snprintf(name, sizeof name, "%s/%s", target.path, entry->name);
        if (entry->is_folder ? mkdir(name, 0777) && errno != EEXIST
                             : renameat(target.folder, entry->name, AT_FDCWD, name))
            return refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    }
    return true;
}

bool target_commit(const char *title, bool quiet, struct failure *failure)
{
    if (target.is_image ? !commit_image(title, quiet, failure) : !commit_directory(failure))
        return false;
    sync_parent();
    return true;
}
