/* SPDX-License-Identifier: MIT */
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

enum { PATH_LIMIT = 3800, MOST_FILES = 8 };

/* Fixed buffers, because a signal handler reads them. */
static struct {
    char path[PATH_LIMIT];
    char directory[PATH_LIMIT + 8]; /**< "" = nothing to remove */
    char image[PATH_LIMIT + 16];    /**< "" = no image yet */
    char files[MOST_FILES][PATH_LIMIT + 64];
    const char *names[MOST_FILES];
    volatile sig_atomic_t file_count;
    bool is_image;
} target;

static void remove_all(void)
{
    int i;

    if (!target.directory[0])
        return;
    for (i = 0; i < target.file_count; i++)
        unlink(target.files[i]);
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
    size_t i;

    signal(SIGXFSZ, SIG_IGN); /* then writing fails, which is reported */
    sigfillset(&action.sa_mask);
    for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

static bool ends_with_iso(const char *path)
{
    size_t length = strlen(path);

    return length > 4 && !strcasecmp(path + length - 4, ".iso");
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
    watch_signals();
    atexit(remove_all);
    return true;
}

FILE *target_create(const char *name, struct failure *failure)
{
    int index = target.file_count;
    FILE *file;

    snprintf(target.files[index], sizeof target.files[index], "%s/%s", target.directory, name);
    target.names[index] = name;
    target.file_count = index + 1;
    file = fopen(target.files[index], "wbx");
    if (!file)
        refuse(failure, EXIT_SYSTEM, "%s: %s", target.files[index], strerror(errno));
    return file;
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

static bool commit_image(const char *volume_id, struct failure *failure)
{
    snprintf(target.image, sizeof target.image, "%s.iso", target.directory);
    return image_make(target.directory, target.image, volume_id, failure) &&
           move(target.image, target.path, failure);
}

static bool commit_directory(struct failure *failure)
{
    char name[PATH_LIMIT + 64];
    mode_t mask = umask(0);
    int i;

    umask(mask);
    if (chmod(target.directory, 0777 & ~mask))
        return refuse(failure, EXIT_SYSTEM, "%s: %s", target.directory, strerror(errno));
    if (!rename(target.directory, target.path)) {
        target.directory[0] = '\0';
        return true;
    }
    if (errno != ENOTEMPTY && errno != EEXIST)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", target.path, strerror(errno));
    for (i = 0; i < target.file_count; i++) {
        snprintf(name, sizeof name, "%s/%s", target.path, target.names[i]);
        if (!move(target.files[i], name, failure))
            return false;
    }
    return true;
}

bool target_commit(const char *volume_id, struct failure *failure)
{
    if (target.is_image ? !commit_image(volume_id, failure) : !commit_directory(failure))
        return false;
    sync_parent();
    return true;
}
