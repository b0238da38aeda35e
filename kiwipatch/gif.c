/* SPDX-License-Identifier: MIT */
/* The blocks of a GIF, from its head to its trailer (GIF89a Specification, CompuServe 1990). */
#include "gif.h"

#include <string.h>

#include "common/bytes.h"

enum { HEAD = 13, DESCRIPTOR = 9, TABLE = 0x80 };

struct reader {
    const uint8_t *bytes;
    size_t at, length;
};

static bool skip(struct reader *reader, size_t count)
{
    if (count > reader->length - reader->at)
        return false;
    reader->at += count;
    return true;
}

/** A colour table, if flags have one. */
static bool skip_table(struct reader *reader, uint8_t flags)
{
    return !(flags & TABLE) || skip(reader, (size_t)3 << ((flags & 7) + 1));
}

/** Sub-blocks up to the empty one that ends them. */
static bool skip_data(struct reader *reader)
{
    while (reader->at < reader->length) {
        size_t count = reader->bytes[reader->at++];
        if (count == 0)
            return true;
        if (!skip(reader, count))
            return false;
    }
    return false;
}

static bool skip_image(struct reader *reader)
{
    const uint8_t *descriptor = reader->bytes + reader->at;
    if (!skip(reader, DESCRIPTOR) || !skip_table(reader, descriptor[DESCRIPTOR - 1]) ||
        reader->at == reader->length)
        return false;
    uint8_t code_size = reader->bytes[reader->at++];
    return code_size >= 2 && code_size <= 8 && skip_data(reader);
}

bool gif_read(const uint8_t *bytes, size_t length, struct gif *gif)
{
    enum { EXTENSION = 0x21, IMAGE = 0x2C, TRAILER = 0x3B };
    struct reader reader = {.bytes = bytes, .length = length};
    bool any = false;
    if (length < HEAD || (memcmp(bytes, "GIF87a", 6) != 0 && memcmp(bytes, "GIF89a", 6) != 0))
        return false;
    gif->width = load16_little(bytes + 6);
    gif->height = load16_little(bytes + 8);
    gif->bits = (bytes[10] & 7u) + 1;
    if (gif->width == 0 || gif->height == 0 || !skip(&reader, HEAD) || !skip_table(&reader, bytes[10]))
        return false;
    while (reader.at < length) {
        uint8_t kind = bytes[reader.at++];
        gif->size = reader.at;
        if (kind == TRAILER)
            return any;
        if (kind == IMAGE ? !skip_image(&reader)
                          : kind != EXTENSION || !skip(&reader, 1) || !skip_data(&reader))
            return false;
        any |= kind == IMAGE;
    }
    return false;
}
