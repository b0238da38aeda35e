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

/**
 * The longest run of whole bytes of a pattern and, for each of its bytes, how many of those up to there begin
 * the run again: after Knuth, Morris and Pratt, so that no byte is looked at more than twice.
 */
struct run {
    const uint8_t *bytes;
    size_t from, length; /* 0: there is none */
    size_t *again;
};

static bool make_run(const struct pattern *pattern, struct run *run)
{
    *run = (struct run){.from = 0};
    for (size_t from = 0, i = 0; i < pattern->length; i++)
        if (pattern->mask[i] != 0xFF)
            from = i + 1;
        else if (i + 1 - from > run->length)
            *run = (struct run){.from = from, .length = i + 1 - from};
    run->bytes = pattern->bytes + run->from;
    run->again = calloc(run->length + 1, sizeof *run->again);
    for (size_t i = 1, matched = 0; run->again && i < run->length; i++) {
        while (matched > 0 && run->bytes[i] != run->bytes[matched])
            matched = run->again[matched - 1];
        matched += run->bytes[i] == run->bytes[matched];
        run->again[i] = matched;
    }
    return run->again;
}

static bool try_hit(const struct pattern *pattern, const struct run *run, const uint8_t *bytes,
                    uint64_t offset, struct hits *hits)
{
    return (run->length != pattern->length && !pattern_fits(pattern, bytes)) || add_hit(hits, offset);
}

/** Tries the starts of a window that has the whole pattern behind each. */
static bool search_window(const uint8_t *bytes, size_t starts, uint64_t offset, const struct pattern *pattern,
                          const struct run *run, struct hits *hits)
{
    const uint8_t *text = bytes + run->from;
    size_t end = starts - 1 + run->length;
    for (size_t at = 0; run->length == 0 && at < starts; at++)
        if (!try_hit(pattern, run, bytes + at, offset + at, hits))
            return false;
    for (size_t i = 0, matched = 0; run->length > 0 && i < end; i++) {
        if (matched == 0) {
            const uint8_t *next = memchr(text + i, run->bytes[0], end - i);
            if (!next)
                return true;
            i = (size_t)(next - text);
        }
        while (matched > 0 && text[i] != run->bytes[matched])
            matched = run->again[matched - 1];
        matched += text[i] == run->bytes[matched];
        if (matched < run->length)
            continue;
        size_t at = i + 1 - run->length;
        matched = run->again[matched - 1];
        if (!try_hit(pattern, run, bytes + at, offset + at, hits))
            return false;
    }
    return true;
}

bool search_pattern(struct kiwi_source *source, uint64_t from, uint64_t to, const struct pattern *pattern,
                    struct hits *hits, struct failure *failure)
{
    size_t length = pattern->length;
    struct run run;
    uint8_t *bytes = malloc(WINDOW + length);
    bool done = (make_run(pattern, &run) && bytes) || refuse_memory(failure);
    *hits = (struct hits){0};
    while (done && from < to && to - from >= length) {
        struct kiwi_error error;
        size_t wanted = to - from < WINDOW + length - 1 ? (size_t)(to - from) : WINDOW + length - 1;
        size_t received;
        if (kiwi_source_read(source, from, bytes, wanted, &received, &error) != KIWI_OK)
            done = refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
        else if (received < wanted)
            done = refuse(failure, EXIT_REFUSED, "the file became shorter");
        else if (!search_window(bytes, wanted - length + 1, from, pattern, &run, hits))
            done = refuse_memory(failure);
        from += wanted - length + 1;
    }
    free(run.again);
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
