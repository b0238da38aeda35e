/* SPDX-License-Identifier: MIT */
/* Makes files and folders under a name of their own, and gives them theirs when they are whole. */
#define _GNU_SOURCE
#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "io.h"
#include "journal.h"

enum { LIMIT = 99 };

static const char attribute[] = "user.kiwipatch.unfinished";

static void remove_tree(const char *path)
{
    char *const roots[] = {(char *)path, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const FTSENT *entry;
    while (tree && (entry = fts_read(tree)))
        if (entry->fts_info == FTS_DP)
            rmdir(entry->fts_path);
        else if (entry->fts_info != FTS_D)
            unlink(entry->fts_path);
    if (tree)
        fts_close(tree);
}

/** Between opening and locking somebody else may have named or removed it, and another one begun there. */
static bool is_at(const struct stat *opened, const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && opened->st_dev == there.st_dev && opened->st_ino == there.st_ino;
}

/** Removes what a process left there that was killed; one without the attribute was not filled yet. */
static void sweep(const char *path)
{
    char value;
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0)
        return;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &status) == 0 &&
        is_at(&status, path)) {
        if (fgetxattr(descriptor, attribute, &value, 1) >= 0)
            remove_tree(path);
        else if (S_ISDIR(status.st_mode))
            rmdir(path); /* which it does if nothing is in it */
        else if (S_ISREG(status.st_mode) && status.st_size == 0)
            unlink(path);
    }
    close(descriptor);
}

/** EEXIST: somebody has that name, or another process is about to remove what we just made. */
static int make(struct aside *aside, bool folder)
{
    struct stat status;
    if (!folder)
        aside->descriptor = open(aside->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    else if (mkdir(aside->path, 0755) == 0)
        aside->descriptor = open(aside->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (aside->descriptor < 0)
        return errno;
    bool taken = flock(aside->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (taken || fstat(aside->descriptor, &status) != 0 || !is_at(&status, aside->path)) {
        close(aside->descriptor);
        aside->descriptor = -1;
        return EEXIST;
    }
    fsetxattr(aside->descriptor, attribute, "", 0, 0); /* without it, it is only never removed */
    return 0;
}

bool aside_begin(struct aside *aside, const char *path, bool folder, struct failure *failure)
{
    struct stat status;
    int error = EEXIST;
    *aside = (struct aside){.descriptor = -1};
    if (lstat(path, &status) == 0)
        return refuse(failure, EXIT_REFUSED, "%.400s exists already", path);
    for (unsigned number = 1; number <= LIMIT && error == EEXIST; number++) {
        free(aside->path);
        aside->path = journal_aside_path(path, number);
        if (!aside->path)
            return refuse_memory(failure);
        sweep(aside->path);
        error = make(aside, folder);
    }
    if (error == 0)
        return true;
    refuse_system(failure, aside->path, error);
    free(aside->path);
    aside->path = NULL;
    return false;
}

bool aside_finish(struct aside *aside, const char *path, struct failure *failure)
{
    int error = fsync(aside->descriptor) == 0 || errno == EINVAL ? 0 : errno;
    if (error == 0)
        error = io_posix.rename(&io_posix, aside->path, path);
    if (error == EEXIST)
        return refuse(failure, EXIT_REFUSED, "%.400s exists already", path);
    if (error != 0)
        return refuse_system(failure, path, error);
    free(aside->path);
    aside->path = NULL;
    fremovexattr(aside->descriptor, attribute); /* under its name it means nothing */
    error = io_posix.sync_folder(&io_posix, path);
    return error == 0 || refuse_system(failure, path, error);
}

void aside_end(struct aside *aside)
{
    if (aside->path)
        remove_tree(aside->path);
    if (aside->descriptor >= 0)
        close(aside->descriptor);
    free(aside->path);
    *aside = (struct aside){.descriptor = -1};
}
