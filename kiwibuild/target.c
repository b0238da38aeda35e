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

#include "image.h"

enum { PATH_LIMIT = 3800, MOST_FILES = 1024, MOST_FOLDERS = 4, NAME_LIMIT = 32 };

/* Fixed buffers, because a signal handler reads them. */
static struct {
    char path[PATH_LIMIT];
    char directory[PATH_LIMIT + 8]; /**< "" = nothing to remove */
    char image[PATH_LIMIT + 16];    /**< "" = no image yet */
    int folder;                     /**< the directory, open */
    char names[MOST_FILES][NAME_LIMIT];
    char folders[MOST_FOLDERS][NAME_LIMIT];
    volatile sig_atomic_t folder_count;
    volatile sig_atomic_t file_count;
    bool is_image;
} target;

static void remove_all(void)
{
    if (!target.directory[0])
        return;
    for (int i = 0; i < target.file_count; i++)
        unlinkat(target.folder, target.names[i], 0);
    for (int i = 0; i < target.folder_count; i++)
        unlinkat(target.folder, target.folders[i], AT_REMOVEDIR);
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

/** Makes the folder that a name begins with, if it is not there yet. */
static bool make_folder(const char *name)
{
    const char *slash = strchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) : 0;
    int i;

    if (!slash)
        return true;
    for (i = 0; i < target.folder_count; i++)
        if (strlen(target.folders[i]) == length && memcmp(target.folders[i], name, length) == 0)
            return true;
    if (i == MOST_FOLDERS)
        return false;
    memcpy(target.folders[i], name, length);
    target.folder_count = i + 1;
    return !mkdirat(target.folder, target.folders[i], 0777);
}

FILE *target_create(const char *name, struct failure *failure)
{
    int index = target.file_count, file;
    FILE *stream;

    if (index == MOST_FILES || strlen(name) >= NAME_LIMIT || target.folder < 0 || !make_folder(name)) {
        refuse(failure, EXIT_SYSTEM, "%s/%s: cannot be made", target.directory, name);
        return NULL;
    }
    memcpy(target.names[index], name, strlen(name) + 1);
    target.file_count = index + 1;
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

static bool commit_image(const char *volume_id, uint64_t shown_size, struct failure *failure)
{
    snprintf(target.image, sizeof target.image, "%s.iso", target.directory);
    return image_make(target.directory, target.image, volume_id, shown_size, failure) &&
           move(target.image, target.path, failure);
}

static bool commit_directory(struct failure *failure)
{
    char name[PATH_LIMIT + 64];
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
    for (int i = 0; i < target.folder_count; i++) {
        snprintf(name, sizeof name, "%s/%s", target.path, target.folders[i]);
        if (mkdir(name, 0777) && errno != EEXIST)
            return refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    }
    for (int i = 0; i < target.file_count; i++) {
        snprintf(name, sizeof name, "%s/%s", target.path, target.names[i]);
        if (renameat(target.folder, target.names[i], AT_FDCWD, name))
            return refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    }
    return true;
}

bool target_commit(const char *volume_id, uint64_t shown_size, struct failure *failure)
{
    if (target.is_image ? !commit_image(volume_id, shown_size, failure) : !commit_directory(failure))
        return false;
    sync_parent();
    return true;
}
