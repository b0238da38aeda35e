/* SPDX-License-Identifier: MIT */
/* Copies the bytes of a file or drive, and compares. */
#include "copy_bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "common/files.h"

enum { BLOCK = 1 << 18 };

static bool is_zero(const uint8_t *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

bool copy_clone(const char *original, int copy)
{
    return files_clone(original, copy) == 0 && files_sync(copy) == 0;
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
    int error = done ? files_resize(copy, 0) : 0;
    if (error == 0 && done)
        error = files_resize(copy, size);
    for (uint64_t offset = 0; done && error == 0 && offset < size; offset += BLOCK) {
        size_t length = size - offset < BLOCK ? (size_t)(size - offset) : BLOCK;
        done = (!monitor_due(offset, size) || monitor_ask(monitor, "copying", offset, size, failure)) &&
               read_original(source, offset, bytes, length, failure);
        if (done && !is_zero(bytes, length))
            error = files_write_at(copy, offset, bytes, length);
    }
    free(bytes);
    if (done && error == 0)
        error = files_sync(copy);
    files_forget(copy);
    return done && (error == 0 || refuse_system(failure, path, error));
}

static bool read_copy(int copy, uint64_t offset, uint8_t *bytes, size_t length, const char *path,
                      struct failure *failure)
{
    size_t got;
    for (size_t done = 0; done < length; done += got) {
        int error = kiwi_host_read(copy, offset + done, bytes + done, length - done, &got);
        if (error != 0)
            return refuse_system(failure, path, error);
        if (got == 0)
            return refuse(failure, EXIT_SYSTEM, "%.300s: the copy became shorter", path);
    }
    return true;
}

bool copy_compare(struct kiwi_source *source, int copy, const char *path, uint8_t sha256[HASH_SIZE],
                  const struct monitor *monitor, struct failure *failure)
{
    uint64_t size = kiwi_source_size(source);
    uint8_t *bytes = malloc(2 * (size_t)BLOCK);
    struct kiwi_host_info info;
    struct hasher hasher;
    struct hashes hashes;
    bool done = bytes || refuse_memory(failure);
    int error = done ? kiwi_host_info_of(copy, &info) : 0;
    if (error != 0)
        done = refuse_system(failure, path, error);
    if (done && info.size != size)
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
