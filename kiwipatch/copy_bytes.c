/* SPDX-License-Identifier: MIT */
/* Copies the bytes of a file or drive, and compares. */
#define _GNU_SOURCE
#include "copy_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

enum { BLOCK = 1 << 18 };

static bool is_zero(const uint8_t *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

bool copy_clone(const char *original, int copy)
{
    const unsigned long clone = _IOW(0x94, 9, int); /* FICLONE of the kernel's interface, which musl lacks */
    int from = open(original, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool cloned = from >= 0 && ioctl(copy, clone, from) == 0 && fsync(copy) == 0;
    if (from >= 0)
        close(from);
    return cloned;
}

/** The next block of the original, with zeros for what cannot be read. */
static bool read_original(struct kiwi_source *source, uint64_t offset, uint8_t *bytes, size_t length,
                          struct failure *failure)
{
    size_t received;
    struct kiwi_error error;
    if (kiwi_source_read_around(source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse_kiwi(failure, "the original", &error);
    return received == length || refuse(failure, EXIT_SYSTEM, "the original became shorter");
}

bool copy_bytes(struct kiwi_source *source, int copy, const char *path, const struct monitor *monitor,
                struct failure *failure)
{
    uint64_t size = kiwi_source_size(source);
    uint8_t *bytes = malloc(BLOCK);
    bool done = bytes || refuse_memory(failure);
    if (done && (ftruncate(copy, 0) != 0 || ftruncate(copy, (off_t)size) != 0))
        done = refuse_system(failure, path, errno);
    for (uint64_t offset = 0; done && offset < size; offset += BLOCK) {
        size_t length = size - offset < BLOCK ? (size_t)(size - offset) : BLOCK;
        done = (!monitor_due(offset, size) || monitor_ask(monitor, "copying", offset, size, failure)) &&
               read_original(source, offset, bytes, length, failure);
        int error = done && !is_zero(bytes, length) ? io_write_all(copy, offset, bytes, length) : 0;
        if (error != 0)
            done = refuse_system(failure, path, error);
    }
    free(bytes);
    if (done && fsync(copy) != 0)
        done = refuse_system(failure, path, errno);
    posix_fadvise(copy, 0, 0, POSIX_FADV_DONTNEED);
    return done;
}

static bool read_copy(int copy, uint64_t offset, uint8_t *bytes, size_t length, const char *path,
                      struct failure *failure)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(copy, bytes + done, length - done, (off_t)(offset + done));
        if (count == 0)
            return refuse(failure, EXIT_SYSTEM, "%.300s: the copy became shorter", path);
        if (count < 0 && errno != EINTR)
            return refuse_system(failure, path, errno);
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

bool copy_compare(struct kiwi_source *source, int copy, const char *path, uint8_t sha256[HASH_SIZE],
                  const struct monitor *monitor, struct failure *failure)
{
    uint64_t size = kiwi_source_size(source);
    uint8_t *bytes = malloc(2 * (size_t)BLOCK);
    struct stat status;
    struct hasher hasher;
    struct hashes hashes;
    bool done = bytes || refuse_memory(failure);
    if (done && fstat(copy, &status) != 0)
        done = refuse_system(failure, path, errno);
    if (done && (uint64_t)status.st_size != size)
        done = refuse(failure, EXIT_SYSTEM, "%.300s: the copy has another size than the original", path);
    hasher_begin(&hasher, HASH_SHA256);
    for (uint64_t offset = 0; done && offset < size; offset += BLOCK) {
        size_t length = size - offset < BLOCK ? (size_t)(size - offset) : BLOCK;
        done = (!monitor_due(offset, size) ||
                monitor_ask(monitor, "reading the copy", offset, size, failure)) &&
               read_original(source, offset, bytes, length, failure) &&
               read_copy(copy, offset, bytes + BLOCK, length, path, failure);
        if (done && memcmp(bytes, bytes + BLOCK, length) != 0)
            done = refuse(failure, EXIT_SYSTEM, "%.300s: the copy does not read as the original", path);
        if (done)
            hasher_take(&hasher, bytes, length);
    }
    hasher_end(&hasher, &hashes);
    memcpy(sha256, hashes.sha256, HASH_SIZE);
    free(bytes);
    return done && (monitor_ask(monitor, "reading the copy", size, size, failure));
}
