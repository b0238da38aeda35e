/* SPDX-License-Identifier: MIT */
/* Reads UPS patches. */
#include "patch_reader.h"

#include <stdlib.h>
#include <string.h>

bool ups_read(struct patch_reader *reader)
{
    uint32_t target_crc;
    struct kiwi_source *overlay;
    uint64_t offset = 0;
    uint64_t size = kiwi_source_size(reader->file);
    bool done = patch_read_head(reader, &target_crc);
    while (done && reader->at < reader->length) {
        uint64_t skip;
        if (!patch_number(reader, &skip))
            return false;
        const uint8_t * xor = reader->bytes + reader->at;
        const uint8_t *end = memchr(xor, 0, reader->length - reader->at);
        size_t length = end ? (size_t)(end - xor) : 0;
        if (length == 0)
            return patch_damaged(reader, "a difference without end");
        if (skip > size || offset > size - skip || length > size - skip - offset)
            return patch_damaged(reader, "a difference beyond the end of the file");
        offset += skip;
        uint8_t *bytes = malloc(length);
        if (!bytes)
            return refuse_memory(reader->failure);
        done = patch_read_bytes(reader, reader->file, offset, bytes, length);
        for (size_t i = 0; i < length; i++)
            bytes[i] ^= xor[i];
        done = done &&
               changes_add(reader->changes, offset, bytes, length, "UPS difference", NULL, reader->failure);
        free(bytes);
        reader->at += length + 1;
        offset += length + 1;
    }
    if (!done || !changes_sort(reader->changes, reader->failure) ||
        !changes_overlay(reader->changes, reader->file, &overlay, reader->failure))
        return false;
    done = patch_check_target(reader, overlay, target_crc);
    kiwi_source_unref(overlay);
    return done;
}
