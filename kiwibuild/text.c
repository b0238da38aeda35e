/* SPDX-License-Identifier: MIT */
/* The distinct texts of a disc, in its charset and under numbers. */
#include "text.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/disc.h>

#include "letters.h"
#include "memory.h"

/* Longer than any name; keeps a name record far below its 8,190 bytes. */
enum { TEXT_LIMIT = 1000 };
enum { EXAMPLE_LIMIT = 80 };
enum { MOST_STEPS = 4, LONGEST_PLAIN = 64 }; /* of replacing a character again and again */

enum loss {
    LOSS_PLAINER,
    LOSS_REPLACED,
    LOSS_COUNT,
};

struct texts {
    struct text_store store;
    char **items;
    size_t count, capacity;
    uint32_t *slots; /**< open addressing, numbers of texts */
    size_t slot_count;
    size_t losses[LOSS_COUNT]; /**< characters */
    char examples[LOSS_COUNT][EXAMPLE_LIMIT + 16];
    iconv_t converter;
    enum charset charset;
    const struct values *languages;
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
    text_store_free(&texts->store);
    release(texts->items);
    release(texts->slots);
    release(texts);
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
    release(texts->slots);
    texts->slot_count *= 2;
    texts->slots = allocate(texts->slot_count, sizeof *texts->slots);
    for (uint32_t number = 1; number <= texts->count; number++)
        *find_slot(texts, texts_get(texts, number)) = number;
}

/** Bytes of a text that has at most so many, and ends with a whole character. */
static size_t shorter(const char *utf8, size_t most)
{
    size_t length = strlen(utf8);
    for (length = length < most ? length : most;
         utf8[length] && ((unsigned char)utf8[length] & 0xC0) == 0x80;)
        length--;
    return length;
}

/** What became of the characters of a text. */
struct conversion {
    char bytes[TEXT_LIMIT + 1];
    size_t length;
    size_t losses[LOSS_COUNT];
    uint32_t first[LOSS_COUNT]; /**< character of each */
};

/** Appends the bytes of a character of the charset; false if it is in none, or there is no room. */
static bool convert_one(const struct texts *texts, uint32_t code, struct conversion *to)
{
    char utf8[UTF8_LONGEST + 1], *in = utf8, *out = to->bytes + to->length;
    size_t in_left = utf8_write(code, utf8), out_left = TEXT_LIMIT - to->length;
    if (code < ' ') /* line breaks and the like */
        utf8[0] = ' ';
    if (iconv(texts->converter, &in, &in_left, &out, &out_left) != 0) /* musl's counts what it makes up */
        return false;
    to->length = TEXT_LIMIT - out_left;
    return true;
}

/** The plainer letters that stand for a character; false if one of them has none. */
static bool convert_plainly(const struct texts *texts, uint32_t code, struct conversion *to, int depth)
{
    const char *plain = letters_plain(code);
    if (!plain || depth == MOST_STEPS)
        return false;
    while ((code = utf8_next(&plain)))
        if (!convert_one(texts, code, to) && !convert_plainly(texts, code, to, depth + 1))
            return false;
    return true;
}

static void count_loss(struct conversion *to, enum loss loss, uint32_t code)
{
    if (to->losses[loss]++ == 0)
        to->first[loss] = code;
}

static void convert(const struct texts *texts, const char *utf8, struct conversion *to)
{
    uint32_t codes[TEXT_LIMIT];
    size_t count = letters_compose(utf8, codes, TEXT_LIMIT);
    *to = (struct conversion){0};
    for (size_t i = 0; i < count && to->length < TEXT_LIMIT - LONGEST_PLAIN; i++) {
        size_t length = to->length;
        if (convert_one(texts, codes[i], to))
            continue;
        if (convert_plainly(texts, codes[i], to, 0)) {
            if (to->length > length) /* else nothing of it can be seen */
                count_loss(to, LOSS_PLAINER, codes[i]);
            continue;
        }
        to->length = length;
        to->bytes[to->length++] = '?';
        count_loss(to, LOSS_REPLACED, codes[i]);
    }
    to->bytes[to->length] = '\0';
}

bool texts_can_write(const struct texts *texts, const char *utf8)
{
    struct conversion conversion;
    convert(texts, utf8, &conversion);
    return conversion.length > 0 && !conversion.losses[LOSS_REPLACED];
}

static void add_losses(struct texts *texts, const struct conversion *conversion, const char *utf8)
{
    for (int loss = 0; loss < LOSS_COUNT; loss++) {
        char character[UTF8_LONGEST + 1];
        if (!texts->losses[loss] && conversion->losses[loss]) {
            utf8_write(conversion->first[loss], character);
            snprintf(texts->examples[loss], sizeof texts->examples[loss], "%s in \"%.*s\"", character,
                     (int)shorter(utf8, EXAMPLE_LIMIT), utf8);
        }
        texts->losses[loss] += conversion->losses[loss];
    }
}

uint32_t texts_add(struct texts *texts, const char *utf8)
{
    struct conversion conversion;

    if (!utf8 || !*utf8)
        return 0;
    convert(texts, utf8, &conversion);
    add_losses(texts, &conversion, utf8);
    if (!conversion.length)
        return 0;
    uint32_t *slot = find_slot(texts, conversion.bytes);
    if (*slot)
        return *slot;
    texts->items = grow(texts->items, &texts->capacity, texts->count + 1, sizeof *texts->items);
    texts->items[texts->count++] = text_store_add(&texts->store, conversion.bytes);
    *slot = (uint32_t)texts->count;
    if (texts->count * 2 > texts->slot_count)
        enlarge(texts);
    return (uint32_t)texts->count;
}

void texts_set_languages(struct texts *texts, const struct values *languages)
{
    texts->languages = languages;
}

const struct values *texts_languages(const struct texts *texts)
{
    return texts->languages;
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

void texts_warn(const struct texts *texts)
{
    static const char *const what[] = {"written by other letters", "'?' written"};
    for (int loss = 0; loss < LOSS_COUNT; loss++)
        if (texts->losses[loss])
            fprintf(stderr, "kiwibuild: warning: %zu characters are not in %s, %s; the first: %s\n",
                    texts->losses[loss], texts_charset(texts), what[loss], texts->examples[loss]);
}
