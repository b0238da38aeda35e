/* SPDX-License-Identifier: MIT */
/* Finds texts by the characters that they consist of and by what ends them. */
#include "text.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <kiwi/disc.h>

#include "common/bytes.h"
#include "text_score.h"

enum {
    WINDOW = 1 << 18,
    AHEAD = TEXT_LIMIT + 8,
    ENDED_LEAST = 4, /* characters */
    NAMED_LEAST = 2, /* in an encoding that somebody named */
    RETRIES = 4,     /* of a run that is no text: bytes that stand before one may look like its beginning */
    OPEN_LEAST = 8,  /* of a text that no NUL ends */
};

/** Runs of characters in one encoding. */
struct runs {
    const char *encoding;
    unsigned width;     /* bytes of a unit: 1 or 2 */
    bool little_endian; /* of width 2 */
    bool ascii, lax;    /* only ASCII; anything that decodes */
    iconv_t converter;  /* to UTF-8, or (iconv_t)-1: none needed */
    uint64_t skip;      /* the run up to here is no text */
    unsigned tries;     /* of this run */
    bool cut;           /* and it goes on there */
};

struct text_search {
    struct kiwi_source *source;
    uint64_t offset, length, at;
    struct runs runs[4];
    size_t run_count;
    uint64_t window;  /* place of the first byte of bytes */
    size_t available; /* bytes */
    bool loaded;
    struct text text;
    uint8_t bytes[WINDOW + AHEAD];
};

static bool is_text_byte(uint8_t byte, bool ascii)
{
    return (byte >= 0x20 && byte != 0x7F && (!ascii || byte < 0x80)) || byte == '\n' || byte == '\r' ||
           byte == '\t';
}

static uint32_t unit_at(const struct runs *runs, const uint8_t *bytes)
{
    if (runs->width == 1)
        return bytes[0];
    return runs->little_endian ? load16_little(bytes) : load16_big(bytes);
}

static bool is_unit(const struct runs *runs, uint32_t unit)
{
    if (runs->width == 1)
        return is_text_byte((uint8_t)unit, runs->ascii);
    return unit < 0x80 ? is_text_byte((uint8_t)unit, true) : text_score_of(unit) != SCORE_NEVER;
}

/** Bytes of the units that could be a text, TEXT_LIMIT at most. */
static size_t run_length(const struct runs *runs, const uint8_t *bytes, size_t available)
{
    size_t length = 0;
    size_t most = available < TEXT_LIMIT ? available : TEXT_LIMIT;
    while (runs->width <= most - length && is_unit(runs, unit_at(runs, bytes + length)))
        length += runs->width;
    return length;
}

/* Decoding */

static size_t put_utf8(uint32_t unit, char *to)
{
    if (unit < 0x80) {
        to[0] = (char)unit;
        return 1;
    }
    if (unit < 0x800) {
        to[0] = (char)(0xC0 | unit >> 6);
        to[1] = (char)(0x80 | (unit & 0x3F));
        return 2;
    }
    to[0] = (char)(0xE0 | unit >> 12);
    to[1] = (char)(0x80 | (unit >> 6 & 0x3F));
    to[2] = (char)(0x80 | (unit & 0x3F));
    return 3;
}

/** Fills the text in UTF-8; false if the bytes are none in that encoding. */
static bool decode(const struct runs *runs, const uint8_t *bytes, size_t length, struct text *text)
{
    text->utf8_length = 0;
    if (runs->converter != (iconv_t)-1) {
        char *from = (char *)(uintptr_t)bytes; /* iconv does not write there */
        char *to = text->utf8;
        size_t room = TEXT_UTF8;
        iconv(runs->converter, NULL, NULL, NULL, NULL);
        if (iconv(runs->converter, &from, &length, &to, &room) != 0 || length != 0)
            return false;
        text->utf8_length = TEXT_UTF8 - room;
    } else {
        for (size_t i = 0; i < length; i += runs->width)
            text->utf8_length += put_utf8(unit_at(runs, bytes + i), text->utf8 + text->utf8_length);
    }
    text->utf8[text->utf8_length] = '\0';
    return !memchr(text->utf8, '\0', text->utf8_length);
}

/* One place */

static bool is_end(const struct runs *runs, const uint8_t *bytes, size_t available)
{
    return available >= runs->width && unit_at(runs, bytes) == 0;
}

/** The text's bytes and the NULs behind it that a compiler fills up with, but for the one that ends it. */
static size_t room_of(const struct runs *runs, const uint8_t *bytes, size_t length, size_t available,
                      uint64_t place)
{
    size_t end = (length + runs->width + 3) / 4 * 4;
    if (place % 4 != 0 || end > available)
        return length;
    for (size_t i = length; i < end; i++)
        if (bytes[i] != 0)
            return length;
    return end - runs->width;
}

/** Whether the run of length bytes is a text; fills it if so. */
static bool take(struct text_search *search, const struct runs *runs, const uint8_t *bytes, size_t length,
                 size_t available)
{
    struct text *text = &search->text;
    bool ended = is_end(runs, bytes + length, available - length);
    size_t least = !ended ? OPEN_LEAST : runs->lax ? NAMED_LEAST : ENDED_LEAST;
    if (length == TEXT_LIMIT || length / runs->width < least || !decode(runs, bytes, length, text))
        return false;
    struct text_score score = text_score(text->utf8, text->utf8_length);
    if (!(runs->lax ? score.never == 0 : text_is_likely(&score)) || score.characters < least)
        return false;
    if (!ended && (text->utf8_length != length || runs->width != 1))
        return false; /* in ASCII only: others are too likely by chance */
    text->offset = search->at;
    text->length = length;
    text->ended = ended;
    text->room = ended ? room_of(runs, bytes, length, available, search->at) : length;
    text->encoding = text->utf8_length == length && runs->width == 1 && !runs->lax ? "ascii" : runs->encoding;
    return true;
}

/** The text that begins at the place, if one does. */
static bool try_place(struct text_search *search, const uint8_t *bytes, size_t available)
{
    for (size_t i = 0; i < search->run_count; i++) {
        struct runs *runs = &search->runs[i];
        if (search->at < runs->skip || search->at % runs->width != 0)
            continue;
        size_t length = run_length(runs, bytes, available);
        bool goes_on = runs->cut && search->at == runs->skip;
        if (length == 0)
            continue;
        if (!goes_on && take(search, runs, bytes, length, available))
            return true;
        bool again = !goes_on && length < TEXT_LIMIT && runs->tries < RETRIES;
        runs->tries = again ? runs->tries + 1 : 0;
        runs->skip = search->at + (again ? runs->width : length);
        runs->cut = length == TEXT_LIMIT;
    }
    return false;
}

/* The whole range */

static bool load(struct text_search *search, struct failure *failure)
{
    struct kiwi_error error;
    uint64_t left = search->length - search->at;
    size_t wanted = left < sizeof search->bytes ? (size_t)left : sizeof search->bytes;
    if (kiwi_source_read(search->source, search->offset + search->at, search->bytes, wanted,
                         &search->available, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    search->window = search->at;
    search->loaded = true;
    return search->available == wanted || refuse(failure, EXIT_REFUSED, "the file became shorter");
}

const struct text *text_search_next(struct text_search *search, bool *failed, struct failure *failure)
{
    *failed = false;
    while (search->at < search->length) {
        if (!search->loaded || search->at - search->window >= WINDOW) {
            *failed = !load(search, failure);
            if (*failed)
                return NULL;
        }
        size_t from = (size_t)(search->at - search->window);
        if (try_place(search, search->bytes + from, search->available - from)) {
            search->at += search->text.length;
            return &search->text;
        }
        search->at++;
    }
    return NULL;
}

static struct runs *add_runs(struct text_search *search, const char *encoding, unsigned width, bool lax)
{
    struct runs *runs = &search->runs[search->run_count++];
    *runs = (struct runs){.encoding = encoding,
                          .width = width,
                          .little_endian = strcasecmp(encoding, "utf-16le") == 0,
                          .ascii = strcasecmp(encoding, "ascii") == 0,
                          .lax = lax,
                          .converter = (iconv_t)-1};
    return runs;
}

/** A charset whose ASCII is ASCII, through iconv. */
static bool add_charset(struct text_search *search, const char *name, const char *charset, bool lax,
                        struct failure *failure)
{
    const char *known = kiwi_iconv_charset(charset);
    char letter[] = "A", out[8];
    char *from = letter, *to = out;
    size_t length = 1, room = sizeof out;
    struct runs *runs = add_runs(search, name, 1, lax);
    runs->converter = known ? iconv_open("UTF-8", known) : (iconv_t)-1;
    if (runs->converter == (iconv_t)-1)
        return refuse(failure, EXIT_INPUT, "encoding \"%.60s\" is not known", charset);
    if (iconv(runs->converter, &from, &length, &to, &room) != 0 || to != out + 1 || out[0] != 'A')
        return refuse(failure, EXIT_INPUT, "texts in \"%.60s\" are not looked for", charset);
    return true;
}

static bool add_encoding(struct text_search *search, const char *charset, const char *encoding,
                         struct failure *failure)
{
    if (!encoding) {
        bool done = add_charset(search, "disc", charset, false, failure);
        add_runs(search, "ascii", 1, false);
        add_runs(search, "utf-16be", 2, false);
        add_runs(search, "utf-16le", 2, false);
        return done;
    }
    if (strcasecmp(encoding, "disc") == 0)
        return add_charset(search, "disc", charset, true, failure);
    bool wide = strcasecmp(encoding, "utf-16be") == 0 || strcasecmp(encoding, "utf-16le") == 0;
    if (!wide && strcasecmp(encoding, "ascii") != 0)
        return add_charset(search, encoding, encoding, true, failure);
    add_runs(search, encoding, wide ? 2 : 1, true);
    return true;
}

bool text_search_begin(struct kiwi_source *source, uint64_t offset, uint64_t length, const char *charset,
                       const char *encoding, struct text_search **search, struct failure *failure)
{
    *search = calloc(1, sizeof **search);
    if (!*search)
        return refuse_memory(failure);
    (*search)->source = source;
    (*search)->offset = offset;
    (*search)->length = length;
    if (add_encoding(*search, charset, encoding, failure))
        return true;
    text_search_end(*search);
    return false;
}

void text_search_end(struct text_search *search)
{
    for (size_t i = 0; i < search->run_count; i++)
        if (search->runs[i].converter != (iconv_t)-1)
            iconv_close(search->runs[i].converter);
    free(search);
}
