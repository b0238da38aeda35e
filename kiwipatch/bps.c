/* SPDX-License-Identifier: MIT */
/* Reads BPS patches. */
#include "patch_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR 16u /* equal bytes between two changes that are not worth two changes */

/* BPS builds the new file out of pieces of both, so it is built beside, in a file without name. */

struct bps {
    struct patch_reader *reader;
    FILE *target;
    uint64_t written, size;
    uint64_t source_at, target_at;
};

enum bps_action { BPS_SOURCE_READ, BPS_TARGET_READ, BPS_SOURCE_COPY, BPS_TARGET_COPY };

static bool fail_temporary(const struct bps *bps)
{
    return refuse(bps->reader->failure, EXIT_SYSTEM, "the temporary file for a BPS patch: %s",
                  strerror(errno));
}

static bool append(struct bps *bps, const uint8_t *bytes, size_t length)
{
    if (fseeko(bps->target, (off_t)bps->written, SEEK_SET) != 0 ||
        fwrite(bytes, 1, length, bps->target) != length)
        return fail_temporary(bps);
    bps->written += length;
    return true;
}

static bool append_source(struct bps *bps, uint64_t offset, uint64_t length)
{
    uint8_t bytes[16384];
    if (offset > bps->size || length > bps->size - offset)
        return patch_damaged(bps->reader, "a copy from beyond the end of the file");
    while (length > 0) {
        size_t count = length < sizeof bytes ? (size_t)length : sizeof bytes;
        if (!patch_read_bytes(bps->reader, bps->reader->file, offset, bytes, count) ||
            !append(bps, bytes, count))
            return false;
        offset += count;
        length -= count;
    }
    return true;
}

/** From what was written; it may reach into what it writes, which repeats it. */
static bool append_target(struct bps *bps, uint64_t offset, uint64_t length)
{
    uint8_t bytes[16384];
    if (offset >= bps->written)
        return patch_damaged(bps->reader, "a copy of what is not yet made");
    while (length > 0) {
        uint64_t there = bps->written - offset;
        size_t count = length < sizeof bytes ? (size_t)length : sizeof bytes;
        count = there < count ? (size_t)there : count;
        if (fseeko(bps->target, (off_t)offset, SEEK_SET) != 0 || fread(bytes, 1, count, bps->target) != count)
            return fail_temporary(bps);
        if (!append(bps, bytes, count))
            return false;
        offset += count;
        length -= count;
    }
    return true;
}

static bool move(struct bps *bps, uint64_t *at)
{
    uint64_t value;
    if (!patch_number(bps->reader, &value))
        return false;
    uint64_t distance = value >> 1;
    if ((value & 1) ? distance > *at : distance > bps->size || *at > bps->size - distance)
        return patch_damaged(bps->reader, "a copy from outside the file");
    *at = (value & 1) ? *at - distance : *at + distance;
    return true;
}

static bool do_action(struct bps *bps)
{
    struct patch_reader *reader = bps->reader;
    uint64_t value;
    if (!patch_number(reader, &value))
        return false;
    uint64_t length = (value >> 2) + 1;
    if (length > bps->size - bps->written)
        return patch_damaged(reader, "more bytes than the file has");
    switch ((enum bps_action)(value & 3)) {
    case BPS_SOURCE_READ: return append_source(bps, bps->written, length);
    case BPS_TARGET_READ:
        if (length > reader->length - reader->at)
            return patch_damaged(reader, "the patch ends too early");
        reader->at += (size_t)length;
        return append(bps, reader->bytes + reader->at - length, (size_t)length);
    case BPS_SOURCE_COPY:
        if (!move(bps, &bps->source_at) || !append_source(bps, bps->source_at, length))
            return false;
        bps->source_at += length;
        return true;
    case BPS_TARGET_COPY:
        if (!move(bps, &bps->target_at) || !append_target(bps, bps->target_at, length))
            return false;
        bps->target_at += length;
        return true;
    }
    return false;
}

static int temporary_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    FILE *file = context;
    *received = 0;
    if (fseeko(file, (off_t)offset, SEEK_SET) != 0)
        return errno;
    *received = fread(buffer, 1, length, file);
    return ferror(file) ? EIO : 0;
}

/** Adds what differs between two files of the same length. */
static bool add_differences(const struct patch_reader *reader, struct kiwi_source *target)
{
    static const size_t window = 65536;
    uint64_t size = kiwi_source_size(target);
    uint8_t *old_bytes = malloc(2 * window);
    bool done = old_bytes || refuse_memory(reader->failure);
    uint8_t *new_bytes = done ? old_bytes + window : NULL;
    for (uint64_t offset = 0; done && offset < size; offset += window) {
        size_t length = size - offset < window ? (size_t)(size - offset) : window;
        done = patch_read_bytes(reader, reader->file, offset, old_bytes, length) &&
               patch_read_bytes(reader, target, offset, new_bytes, length);
        for (size_t at = 0; done && at < length; at++) {
            if (old_bytes[at] == new_bytes[at])
                continue;
            size_t end = at + 1;
            for (size_t i = end; i < length && i - end <= NEAR; i++)
                if (old_bytes[i] != new_bytes[i])
                    end = i + 1;
            done = changes_add(reader->changes, offset + at, new_bytes + at, end - at, "BPS difference", NULL,
                               reader->failure);
            at = end - 1;
        }
    }
    free(old_bytes);
    return done;
}

bool bps_read(struct patch_reader *reader)
{
    static const struct kiwi_source_operations operations = {temporary_read, NULL};
    struct bps bps = {.reader = reader, .size = kiwi_source_size(reader->file)};
    struct kiwi_source *target = NULL;
    uint64_t metadata;
    uint32_t target_crc;
    if (!patch_read_head(reader, &target_crc) || !patch_number(reader, &metadata))
        return false;
    if (metadata > reader->length - reader->at)
        return patch_damaged(reader, "the patch ends too early");
    reader->at += (size_t)metadata;
    bps.target = tmpfile();
    if (!bps.target)
        return fail_temporary(&bps);
    bool done = true;
    while (done && reader->at < reader->length)
        done = do_action(&bps);
    if (done && bps.written != bps.size)
        done = patch_damaged(reader, "the patch does not make the whole file");
    if (done && fflush(bps.target) != 0)
        done = fail_temporary(&bps);
    if (done && kiwi_source_from_operations(&operations, bps.target, bps.size, &target, NULL) != KIWI_OK)
        done = refuse_memory(reader->failure);
    done = done && patch_check_target(reader, target, target_crc) && add_differences(reader, target);
    kiwi_source_unref(target);
    fclose(bps.target);
    return done;
}
