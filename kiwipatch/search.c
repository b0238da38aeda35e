/* SPDX-License-Identifier: MIT */
/* Finds patterns of bytes in a source, and makes them from texts. */
#include "search.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include <kiwi/disc.h>

#include "base/grow.h"

#define WINDOW ((size_t)1 << 18)

bool pattern_fits(const struct pattern *pattern, const uint8_t *bytes)
{
    for (size_t i = 0; i < pattern->length; i++)
        if (((bytes[i] ^ pattern->bytes[i]) & pattern->mask[i]) != 0)
            return false;
    return true;
}

static bool add_hit(struct hits *hits, uint64_t offset)
{
    if (hits->count < HIT_LIMIT) {
        uint64_t *offsets = grow_array(hits->offsets, &hits->room, (size_t)hits->count, 1, sizeof *offsets);
        if (!offsets)
            return false;
        hits->offsets = offsets;
        offsets[hits->count] = offset;
    }
    hits->count++;
    return true;
}

static bool search_window(const uint8_t *bytes, size_t starts, uint64_t offset, const struct pattern *pattern,
                          struct hits *hits)
{
    bool whole = pattern->mask[0] == 0xFF;
    for (size_t at = 0; at < starts; at++) {
        if (whole) {
            const uint8_t *next = memchr(bytes + at, pattern->bytes[0], starts - at);
            if (!next)
                return true;
            at = (size_t)(next - bytes);
        }
        if (pattern_fits(pattern, bytes + at) && !add_hit(hits, offset + at))
            return false;
    }
    return true;
}

bool search_pattern(struct kiwi_source *source, uint64_t from, uint64_t to, const struct pattern *pattern,
                    struct hits *hits, struct failure *failure)
{
    size_t length = pattern->length;
    uint8_t *bytes = malloc(WINDOW + length);
    bool done = bytes || refuse_memory(failure);
    *hits = (struct hits){0};
    while (done && from < to && to - from >= length) {
        struct kiwi_error error;
        size_t wanted = to - from < WINDOW + length - 1 ? (size_t)(to - from) : WINDOW + length - 1;
        size_t received;
        if (kiwi_source_read(source, from, bytes, wanted, &received, &error) != KIWI_OK)
            done = refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
        else if (received < wanted)
            done = refuse(failure, EXIT_REFUSED, "the file became shorter");
        else if (!search_window(bytes, wanted - length + 1, from, pattern, hits))
            done = refuse_memory(failure);
        from += wanted - length + 1;
    }
    free(bytes);
    return done;
}

bool encode_text(const char *text, size_t length, const char *charset, uint8_t **bytes, size_t *count,
                 struct failure *failure)
{
    const char *known = kiwi_iconv_charset(charset);
    iconv_t converter = known ? iconv_open(known, "UTF-8") : (iconv_t)-1;
    size_t room = length * 4 + 8;
    char *from = (char *)(uintptr_t)text; /* iconv does not write there */
    size_t left = room;
    *bytes = NULL;
    if (converter == (iconv_t)-1)
        return refuse(failure, EXIT_INPUT, "encoding \"%.60s\" is not known", charset);
    *bytes = malloc(room);
    char *to = (char *)*bytes;
    bool done = to ? iconv(converter, &from, &length, &to, &left) == 0 : refuse_memory(failure);
    if (to && !done)
        refuse(failure, EXIT_INPUT, "\"%.100s\" cannot be written in %.60s", text, charset);
    iconv_close(converter);
    *count = room - left;
    if (done)
        return true;
    free(*bytes);
    *bytes = NULL;
    return false;
}
