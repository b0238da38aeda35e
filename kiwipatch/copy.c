/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "originals.h"

#define BLOCK ((size_t)1 << 18)

static bool is_zero(const uint8_t *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/** Holes stay holes. */
static int copy_bytes(int from, int to, uint64_t size)
{
    uint8_t *bytes = malloc(BLOCK);
    int error = bytes ? 0 : ENOMEM;
    for (uint64_t offset = 0; error == 0 && offset < size;) {
        ssize_t count = pread(from, bytes, BLOCK, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            error = count < 0 ? errno : EIO;
            break;
        }
        for (ssize_t done = 0; error == 0 && done < count && !is_zero(bytes, (size_t)count);) {
            ssize_t written = pwrite(to, bytes + done, (size_t)(count - done), (off_t)offset + done);
            if (written > 0)
                done += written;
            else if (written == 0 || errno != EINTR)
                error = written == 0 ? EIO : errno;
        }
        offset += (uint64_t)count;
    }
    free(bytes);
    return error;
}

/** Makes the file and fills it; a reflink shares the blocks until one of the two changes. */
static int make_copy(const char *original, const char *copy, uint64_t *size)
{
    struct stat status;
    int from = open(original, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return errno;
    int error = fstat(from, &status) == 0 ? 0 : errno;
    if (error == 0 && !S_ISREG(status.st_mode))
        error = ENOTSUP;
    int to = error == 0 ? open(copy, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    if (error == 0 && to < 0)
        error = errno;
    if (error == 0) {
        *size = (uint64_t)status.st_size;
        if (ioctl(to, FICLONE, from) != 0)
            error = ftruncate(to, status.st_size) != 0 ? errno : copy_bytes(from, to, *size);
        if (error == 0 && fsync(to) != 0)
            error = errno;
        posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED);
        if (error != 0)
            unlink(copy); /* nobody shall take half a copy for one */
    }
    if (to >= 0)
        close(to);
    close(from);
    return error;
}

static bool hash_path(const char *path, uint8_t hash[HASH_SIZE], struct failure *failure)
{
    struct kiwi_source *source;
    struct kiwi_error error;
    if (kiwi_source_open(path, &source, &error) != KIWI_OK)
        return refuse_kiwi(failure, path, &error);
    bool done = hash_source(source, 0, kiwi_source_size(source), hash, failure);
    kiwi_source_unref(source);
    return done;
}

/** Reads both again, compares and registers. */
static bool check_copy(const char *original, const char *copy, uint64_t size, struct failure *failure)
{
    uint8_t hashes[2][HASH_SIZE];
    char text[HASH_TEXT];
    struct stat status;
    char *resolved = realpath(original, NULL);
    if (!resolved)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %s", original, strerror(errno));
    bool done = hash_path(original, hashes[0], failure) && hash_path(copy, hashes[1], failure);
    if (done && memcmp(hashes[0], hashes[1], HASH_SIZE) != 0)
        done = refuse(failure, EXIT_SYSTEM, "%.300s: the copy does not read as the original", copy);
    if (done && stat(copy, &status) != 0)
        done = refuse(failure, EXIT_SYSTEM, "%.300s: %s", copy, strerror(errno));
    if (done) {
        struct io_info info = {.device = status.st_dev, .inode = status.st_ino};
        done = originals_add(resolved, hashes[0], size, &info, failure);
    }
    free(resolved);
    if (!done)
        return false;
    hash_text(hashes[0], text);
    printf("%s  %s\n", text, copy);
    return true;
}

static bool copy_file(const char *original, const char *copy, struct failure *failure)
{
    uint64_t size = 0;
    int error = make_copy(original, copy, &size);
    if (error == EEXIST || error == ENOTSUP)
        return refuse(failure, EXIT_REFUSED,
                      error == EEXIST ? "%.400s exists already" : "%.400s: the original is no plain file",
                      copy);
    if (error != 0)
        return refuse(failure, error == ENOENT ? EXIT_INPUT : EXIT_SYSTEM, "copying %.200s to %.200s: %s",
                      original, copy, strerror(error));
    int synced = io_posix.sync_folder(&io_posix, copy);
    if (synced != 0)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %s", copy, strerror(synced));
    return check_copy(original, copy, size, failure);
}

/* nftw() has no context. */
static struct {
    const char *original, *copy;
    struct failure *failure;
} tree;

static int copy_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    char target[PATH_MAX];
    (void)status;
    (void)place;
    int length = snprintf(target, sizeof target, "%s%s", tree.copy, path + strlen(tree.original));
    bool done = length > 0 && length < PATH_MAX;
    if (!done)
        refuse(tree.failure, EXIT_INPUT, "%.300s: the path is too long", path);
    else if (kind == FTW_D)
        done = mkdir(target, 0755) == 0 || refuse(tree.failure, errno == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM,
                                                  "%.300s: %s", target, strerror(errno));
    else if (kind == FTW_F)
        done = copy_file(path, target, tree.failure);
    else
        done = refuse(tree.failure, EXIT_REFUSED, "%.300s: is a link or cannot be read", path);
    return done ? 0 : 1;
}

static bool copy_folder(const char *original, const char *copy, struct failure *failure)
{
    tree.original = original;
    tree.copy = copy;
    tree.failure = failure;
    int result = nftw(original, copy_entry, 16, FTW_PHYS);
    return result == 0 ||
           (result < 0 ? refuse(failure, EXIT_SYSTEM, "%.300s: %s", original, strerror(errno)) : false);
}

int command_copy(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    struct stat status;
    if (!arguments_read(&arguments, argc, argv, "", 2, &failure))
        return complain("copy", &failure);
    bool done;
    if (stat(arguments.disc, &status) != 0)
        done = refuse(&failure, EXIT_INPUT, "%.400s: %s", arguments.disc, strerror(errno));
    else
        done = S_ISDIR(status.st_mode) ? copy_folder(arguments.disc, arguments.patch, &failure)
                                       : copy_file(arguments.disc, arguments.patch, &failure);
    return done ? EXIT_DONE : complain("copy", &failure);
}
