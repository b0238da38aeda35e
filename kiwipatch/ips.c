/* SPDX-License-Identifier: MIT */
/* Reads IPS patches. */
#include "patch_reader.h"

#include <stdlib.h>
#include <string.h>

#define IPS_END 0x454F46u /* "EOF", which is also an offset */

/* IPS: "PATCH", then offset (3 bytes), length (2) and the bytes, or 0, a count (2) and one byte; "EOF".
 * Big-endian. */

static uint32_t big(const uint8_t *bytes, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool add_run(const struct patch_reader *reader, uint64_t offset, uint8_t byte, size_t count)
{
    uint8_t *bytes = malloc(count);
    if (!bytes)
        return refuse_memory(reader->failure);
    memset(bytes, byte, count);
    bool done = changes_add(reader->changes, offset, bytes, count, "IPS run", NULL, reader->failure);
    free(bytes);
    return done;
}

static bool read_ips_record(struct patch_reader *reader)
{
    const uint8_t *bytes = reader->bytes + reader->at;
    size_t left = reader->length - reader->at;
    if (left < 5)
        return patch_damaged(reader, "the patch ends too early");
    uint32_t offset = big(bytes, 3);
    size_t length = big(bytes + 3, 2);
    bool run = length == 0;
    if (left - 5 < (run ? 3 : length))
        return patch_damaged(reader, "the patch ends too early");
    if (run)
        length = big(bytes + 5, 2);
    if (length == 0)
        return patch_damaged(reader, "a run of no bytes");
    uint64_t size = kiwi_source_size(reader->file);
    if (offset > size || length > size - offset)
        return refuse(reader->failure, EXIT_REFUSED, "%.300s: changes bytes beyond the end of the file",
                      reader->path);
    reader->at += run ? 8 : 5 + length;
    return run ? add_run(reader, offset, bytes[7], length)
               : changes_add(reader->changes, offset, bytes + 5, length, "IPS record", NULL, reader->failure);
}

bool ips_read(struct patch_reader *reader)
{
    reader->at = 5;
    for (;;) {
        size_t left = reader->length - reader->at;
        bool end = left >= 3 && big(reader->bytes + reader->at, 3) == IPS_END;
        if (end && left == 3) /* elsewhere it is the offset of a record */
            return true;
        if (end && left == 6) { /* an extension: the length that the file is cut to */
            if (big(reader->bytes + reader->at + 3, 3) == kiwi_source_size(reader->file))
                return true;
            return refuse(reader->failure, EXIT_REFUSED, "%.300s: cuts the file; its length must stay",
                          reader->path);
        }
        if (!read_ips_record(reader))
            return false;
    }
}

uint64_t ips_reach(const uint8_t *bytes, size_t length)
{
    uint64_t reach = 0;
    for (size_t at = 5; length - at >= 6;) {
        size_t count = big(bytes + at + 3, 2);
        size_t size = count == 0 ? 8 : 5 + count;
        if (size > length - at || (length - at == 6 && big(bytes + at, 3) == IPS_END))
            break;
        uint64_t end = big(bytes + at, 3) + (count == 0 ? big(bytes + at + 5, 2) : count);
        reach = end > reach ? end : reach;
        at += size;
    }
    return reach;
}
