/* SPDX-License-Identifier: MIT */
/* Copies an image or a folder, reads the copy again and registers the original. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "originals.h"
#include "patch.h"

#define BLOCK ((size_t)1 << 18)

static bool is_zero(const uint8_t *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/** What copying one file or a folder of them needs. */
struct copying {
    const struct monitor *monitor;
    patch_copied *copied;
    void *context;
    struct failure *failure;
};

/** Holes stay holes. ECANCELED: failure says that it was stopped. */
static int copy_bytes(const struct copying *copying, int from, int to, uint64_t size)
{
    uint8_t *bytes = malloc(BLOCK);
    int error = bytes ? 0 : ENOMEM;
    for (uint64_t offset = 0; error == 0 && offset < size;) {
        if (monitor_due(offset, size) &&
            !monitor_ask(copying->monitor, "copying", offset, size, copying->failure)) {
            error = ECANCELED;
            break;
        }
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
static int make_copy(const struct copying *copying, const char *original, const char *copy, uint64_t *size)
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
            error = ftruncate(to, status.st_size) != 0 ? errno : copy_bytes(copying, from, to, *size);
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

static bool hash_path(const struct copying *copying, const char *path, const char *stage,
                      uint8_t hash[HASH_SIZE])
{
    struct kiwi_source *source;
    struct kiwi_error error;
    if (kiwi_source_open(path, &source, &error) != KIWI_OK)
        return refuse_kiwi(copying->failure, path, &error);
    bool done = hash_watched(source, 0, kiwi_source_size(source), hash, copying->monitor, stage,
                             copying->failure);
    kiwi_source_unref(source);
    return done;
}

static bool add_original(const char *original, const char *copy, uint64_t size, const uint8_t hash[HASH_SIZE],
                         struct failure *failure)
{
    struct stat status;
    char *resolved = realpath(original, NULL);
    if (!resolved)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %s", original, strerror(errno));
    bool done = stat(copy, &status) == 0 || refuse(failure, EXIT_SYSTEM, "%.300s: %s", copy, strerror(errno));
    if (done) {
        struct io_info info = {.device = status.st_dev, .inode = status.st_ino};
        done = originals_add(resolved, hash, size, &info, failure);
    }
    free(resolved);
    return done;
}

/** Reads both again, compares and registers. */
static bool check_copy(const struct copying *copying, const char *original, const char *copy, uint64_t size)
{
    uint8_t hashes[2][HASH_SIZE];
    char text[HASH_TEXT];
    if (!hash_path(copying, original, "reading the original again", hashes[0]) ||
        !hash_path(copying, copy, "reading the copy", hashes[1]))
        return false;
    if (memcmp(hashes[0], hashes[1], HASH_SIZE) != 0)
        return refuse(copying->failure, EXIT_SYSTEM, "%.300s: the copy does not read as the original", copy);
    if (!add_original(original, copy, size, hashes[0], copying->failure))
        return false;
    hash_text(hashes[0], text);
    copying->copied(copying->context, text, copy);
    return true;
}

static bool copy_file(const struct copying *copying, const char *original, const char *copy)
{
    uint64_t size = 0;
    int error = make_copy(copying, original, copy, &size);
    if (error == ECANCELED)
        return false;
    if (error == EEXIST || error == ENOTSUP)
        return refuse(copying->failure, EXIT_REFUSED,
                      error == EEXIST ? "%.400s exists already" : "%.400s: the original is no plain file",
                      copy);
    if (error != 0)
        return refuse(copying->failure, EXIT_SYSTEM, "copying %.200s to %.200s: %s", original, copy,
                      strerror(error));
    int synced = io_posix.sync_folder(&io_posix, copy);
    bool done = synced == 0 || refuse(copying->failure, EXIT_SYSTEM, "%.300s: %s", copy, strerror(synced));
    done = done && check_copy(copying, original, copy, size);
    if (!done)
        unlink(copy); /* one that is not compared and registered would pass for one that is */
    return done;
}

static bool copy_entry(const struct copying *copying, const FTSENT *entry, const char *target)
{
    switch (entry->fts_info) {
    case FTS_D:
        return mkdir(target, 0755) == 0 ||
               refuse(copying->failure, errno == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s: %s", target,
                      strerror(errno));
    case FTS_DP: return true;
    case FTS_F:
    case FTS_DEFAULT: return copy_file(copying, entry->fts_path, target);
    default:
        return refuse(copying->failure, EXIT_REFUSED, "%.300s: is a link or cannot be read", entry->fts_path);
    }
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool copy_folder(const struct copying *copying, const char *original, const char *copy)
{
    char target[PATH_MAX];
    char *const roots[] = {(char *)original, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    size_t root = strlen(original);
    while (root > 1 && original[root - 1] == '/')
        root--;
    bool done = tree;
    FTSENT *entry = NULL;
    while (done && (errno = 0, entry = fts_read(tree))) {
        int length = snprintf(target, sizeof target, "%s%s", copy, entry->fts_path + root);
        done = length > 0 && length < PATH_MAX
                   ? copy_entry(copying, entry, target)
                   : refuse(copying->failure, EXIT_INPUT, "%.300s: the path is too long", entry->fts_path);
    }
    if (!entry && errno != 0)
        done = refuse(copying->failure, EXIT_SYSTEM, "%.300s: %s", original, strerror(errno));
    if (tree)
        fts_close(tree);
    return done;
}

/** Whether something at path would lie in a folder: it would be copied into itself again and again. */
static bool lies_inside(const char *folder, const char *path)
{
    char *parent = strdup(path);
    char *around = parent ? realpath(dirname(parent), NULL) : NULL;
    char *resolved = realpath(folder, NULL);
    size_t length = resolved ? strlen(resolved) : 0;
    bool inside = around && resolved && strncmp(around, resolved, length) == 0 &&
                  (around[length] == '/' || around[length] == '\0');
    free(resolved);
    free(around);
    free(parent);
    return inside;
}

bool patch_copy(const struct patch_request *request, patch_copied *copied, void *context,
                struct failure *failure)
{
    const struct copying copying = {request->monitor, copied, context, failure};
    struct stat status;
    if (stat(request->disc, &status) != 0)
        return refuse_system(failure, request->disc, errno);
    if (!S_ISDIR(status.st_mode))
        return copy_file(&copying, request->disc, request->output);
    if (lies_inside(request->disc, request->output))
        return refuse(failure, EXIT_REFUSED, "%.400s lies in the folder that is to be copied",
                      request->output);
    return copy_folder(&copying, request->disc, request->output);
}
