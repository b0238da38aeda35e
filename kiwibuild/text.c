/* SPDX-License-Identifier: MIT */
/* The distinct texts of a disc, in its charset and under numbers. */
#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <kiwi/disc.h>

#include "memory.h"

/* Longer than any name; keeps a name record far below its 8,190 bytes. */
enum { TEXT_LIMIT = 1000 };

struct texts {
    char **items;
    size_t count, capacity;
    uint32_t *slots; /**< open addressing, numbers of texts */
    size_t slot_count;
    size_t replaced;
    iconv_t converter;
    enum charset charset;
};

struct texts *texts_new(enum charset charset)
{
    const char *known = kiwi_iconv_charset(charset == CHARSET_SHIFT_JIS ? "CP932" : "ISO-8859-1");
    iconv_t converter = known ? iconv_open(known, "UTF-8") : (iconv_t)-1;
    if (converter == (iconv_t)-1)
        return NULL;
    struct texts *texts = allocate(1, sizeof *texts);
    texts->converter = converter;
    texts->charset = charset;
    texts->slot_count = 1024;
    texts->slots = allocate(texts->slot_count, sizeof *texts->slots);
    return texts;
}

void texts_free(struct texts *texts)
{
    if (!texts)
        return;
    iconv_close(texts->converter);
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    free(texts->slots);
    free(texts);
}

static uint32_t hash_text(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static uint32_t *find_slot(const struct texts *texts, const char *text)
{
    size_t i = hash_text(text) & (texts->slot_count - 1);

    while (texts->slots[i] && strcmp(texts_get(texts, texts->slots[i]), text))
        i = (i + 1) & (texts->slot_count - 1);
    return &texts->slots[i];
}

static void enlarge(struct texts *texts)
{
    free(texts->slots);
    texts->slot_count *= 2;
    texts->slots = allocate(texts->slot_count, sizeof *texts->slots);
    for (uint32_t number = 1; number <= texts->count; number++)
        *find_slot(texts, texts_get(texts, number)) = number;
}

/** Leaves out the rest of the character that could not be converted. */
static void skip_character(char **in, size_t *left)
{
    do {
        (*in)++;
        (*left)--;
    } while (*left && ((unsigned char)**in & 0xC0) == 0x80);
}

static void convert(struct texts *texts, const char *utf8, char *text)
{
    char *in = (char *)(uintptr_t)utf8, *out = text;
    size_t in_left = strlen(utf8), out_left = TEXT_LIMIT;
    while (in_left && out_left) {
        if (iconv(texts->converter, &in, &in_left, &out, &out_left) != (size_t)-1)
            break;
        if (errno == E2BIG)
            break;
        skip_character(&in, &in_left);
        if (!out_left)
            break;
        *out++ = '?';
        out_left--;
        texts->replaced++;
    }
    *out = '\0';
}

uint32_t texts_add(struct texts *texts, const char *utf8)
{
    char text[TEXT_LIMIT + 1];
    uint32_t *slot;
    size_t length;

    if (!utf8 || !*utf8)
        return 0;
    convert(texts, utf8, text);
    slot = find_slot(texts, text);
    if (*slot)
        return *slot;
    length = strlen(text) + 1;
    texts->items = grow(texts->items, &texts->capacity, texts->count + 1, sizeof *texts->items);
    texts->items[texts->count++] = memcpy(allocate(length, 1), text, length);
    *slot = (uint32_t)texts->count;
    if (texts->count * 2 > texts->slot_count)
        enlarge(texts);
    return (uint32_t)texts->count;
}

const char *texts_get(const struct texts *texts, uint32_t number)
{
    return number ? texts->items[number - 1] : "";
}

const char *charset_name(enum charset charset)
{
    return charset == CHARSET_SHIFT_JIS ? "Shift-JIS" : "ISO 8859-1";
}

const char *texts_charset(const struct texts *texts)
{
    return charset_name(texts->charset);
}

size_t texts_count(const struct texts *texts)
{
    return texts->count;
}

size_t texts_replaced(const struct texts *texts)
{
    return texts->replaced;
}
