/* SPDX-License-Identifier: MIT */
/* Marks working copies, by an extended attribute or by a file beside them. */
#define _GNU_SOURCE /* statx */
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char attribute[] = "user.kiwipatch.copy";
static const char ending[] = ".kiwipatch-copy";

/* The file beside: the mark and the birth of the copy, in seconds and nanoseconds; 0 where nobody knows it.
 */
static const char form[] = "kiwipatch copy %32s %lld %u\n";
enum { LINE_SIZE = 128 };

bool mark_make(char mark[MARK_TEXT], struct failure *failure)
{
    uint8_t bytes[MARK_TEXT / 2];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return refuse(failure, EXIT_SYSTEM, "no random numbers: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(mark + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static char *path_beside(const char *path)
{
    size_t room = strlen(path) + sizeof ending;
    char *beside = malloc(room);
    if (beside)
        snprintf(beside, room, "%s%s", path, ending);
    return beside;
}

static void birth_of(int descriptor, const char *path, long long *seconds, unsigned *nanoseconds)
{
    *seconds = 0;
    *nanoseconds = 0;
#ifdef STATX_BTIME /* older musl has no statx() */
    struct statx status;
    if (statx(descriptor, path, AT_EMPTY_PATH, STATX_BTIME, &status) != 0 ||
        (status.stx_mask & STATX_BTIME) == 0)
        return;
    *seconds = status.stx_btime.tv_sec;
    *nanoseconds = status.stx_btime.tv_nsec;
#else
    (void)descriptor;
    (void)path;
#endif
}

/** The line of the file beside path; false: there is none, or it is another file. */
static bool read_beside(const char *path, char mark[MARK_TEXT], long long *seconds, unsigned *nanoseconds)
{
    char line[LINE_SIZE] = "";
    char *beside = path_beside(path);
    int file = beside ? open(beside, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) : -1;
    ssize_t length = file >= 0 ? read(file, line, sizeof line - 1) : -1;
    if (file >= 0)
        close(file);
    free(beside);
    return length > 0 && sscanf(line, form, mark, seconds, nanoseconds) == 3;
}

/** Writes the line into file, which it closes. */
static int write_beside(int file, int descriptor, const char *mark)
{
    char line[LINE_SIZE];
    long long seconds;
    unsigned nanoseconds;
    birth_of(descriptor, "", &seconds, &nanoseconds);
    int length = snprintf(line, sizeof line, form, mark, seconds, nanoseconds);
    ssize_t written = write(file, line, (size_t)length);
    int error = written == length ? 0 : written < 0 ? errno : ENOSPC;
    if (error == 0 && fsync(file) != 0)
        error = errno;
    return close(file) == 0 || error != 0 ? error : errno;
}

/**
 * One of an earlier copy of that name may be written over, what is somebody else's not; so nothing stays of
 * one that is not whole.
 */
static int make_beside(int descriptor, const char *path, const char *mark)
{
    char old[MARK_TEXT];
    long long seconds;
    unsigned nanoseconds;
    bool ours = read_beside(path, old, &seconds, &nanoseconds);
    char *beside = path_beside(path);
    if (!beside)
        return ENOMEM;
    int file = open(beside, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (ours ? O_TRUNC : O_EXCL), 0644);
    int error = file < 0 ? errno : write_beside(file, descriptor, mark);
    if (file >= 0 && error != 0)
        unlink(beside);
    free(beside);
    return error;
}

bool mark_set(int descriptor, const char *path, const char *mark, bool *beside, struct failure *failure)
{
    *beside = false;
    if (fsetxattr(descriptor, attribute, mark, strlen(mark), 0) == 0)
        return true;
    int error = make_beside(descriptor, path, mark);
    *beside = error == 0;
    return error == 0 || refuse(failure, error == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s%s: %s", path,
                                ending, strerror(error));
}

void mark_remove_beside(const char *path)
{
    char *beside = path_beside(path);
    if (beside)
        unlink(beside);
    free(beside);
}

bool mark_get(const char *path, char mark[MARK_TEXT])
{
    long long then, now;
    unsigned then_nanoseconds, now_nanoseconds;
    ssize_t length = getxattr(path, attribute, mark, MARK_TEXT - 1);
    if (length == MARK_TEXT - 1) {
        mark[length] = '\0';
        return true;
    }
    if (!read_beside(path, mark, &then, &then_nanoseconds))
        return false;
    birth_of(AT_FDCWD, path, &now, &now_nanoseconds);
    return then == now && then_nanoseconds == now_nanoseconds;
}

bool mark_is_beside(const char *name)
{
    size_t length = strlen(name);
    return length >= sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}
