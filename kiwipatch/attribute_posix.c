/* SPDX-License-Identifier: MIT */
/* Extended attributes, locks and times of files as Linux has them. */
#define _GNU_SOURCE /* statx */
#include "attribute.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char unfinished[] = "user.kiwipatch.unfinished";

/** Between opening and locking somebody else may have named or removed it, and another one begun there. */
static bool is_at(const struct stat *opened, const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && opened->st_dev == there.st_dev && opened->st_ino == there.st_ino;
}

/** An empty folder; one that the attribute was not set of yet. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    while (folder && count < 3 && readdir(folder)) /* "." and ".." are there */
        count++;
    if (folder)
        closedir(folder);
    return folder && count < 3;
}

bool unfinished_take(const char *path, int *descriptor)
{
    char value;
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (file < 0)
        return false;
    *descriptor = file;
    bool held = flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &status) == 0 && is_at(&status, path);
    if (held &&
        (fgetxattr(file, unfinished, &value, 1) >= 0 || (S_ISREG(status.st_mode) && status.st_size == 0) ||
         (S_ISDIR(status.st_mode) && is_empty(path))))
        return true;
    close(file);
    return false;
}

int unfinished_make(const char *path, bool folder, int *descriptor)
{
    struct stat status;
    int file = -1;
    if (!folder)
        file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    else if (mkdir(path, 0755) == 0)
        file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return errno;
    bool taken = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (taken || fstat(file, &status) != 0 || !is_at(&status, path)) {
        close(file);
        return EEXIST; /* another process is about to remove what we just made */
    }
    fsetxattr(file, unfinished, "", 0, 0); /* without it, it is only never removed */
    *descriptor = file;
    return 0;
}

void unfinished_end(int descriptor, const char *path)
{
    (void)path;
    fremovexattr(descriptor, unfinished);
}

int attribute_set(int descriptor, const char *name, const char *value)
{
    return fsetxattr(descriptor, name, value, strlen(value), 0) == 0 ? 0 : errno;
}

bool attribute_get(const char *path, const char *name, char *value, size_t length)
{
    return getxattr(path, name, value, length) == (ssize_t)length;
}

static struct identity ask(int descriptor, const char *path, int flags)
{
    struct identity identity = {0, 0};
#ifdef STATX_BTIME /* older musl has no statx() */
    struct statx status;
    if (statx(descriptor, path, flags, STATX_BTIME, &status) == 0 && (status.stx_mask & STATX_BTIME) != 0)
        identity = (struct identity){status.stx_btime.tv_sec, status.stx_btime.tv_nsec};
#else
    (void)descriptor;
    (void)path;
    (void)flags;
#endif
    return identity;
}

struct identity identity_of(int descriptor)
{
    return ask(descriptor, "", AT_EMPTY_PATH);
}

struct identity identity_at(const char *path)
{
    return ask(AT_FDCWD, path, 0);
}

int random_bytes(uint8_t *bytes, size_t length)
{
    ssize_t got = getrandom(bytes, length, 0);
    return got < 0 ? errno : (size_t)got == length ? 0 : EIO;
}
