/* SPDX-License-Identifier: MIT */
/* Puts letters together (Unicode Standard Annex 15), and finds plainer ones. */
#include "letters.h"

#include <stdbool.h>
#include <stdlib.h>

#include "letter_tables.h"

enum { REPLACEMENT = 0xFFFD, LAST_CODE = 0x10FFFF };

uint32_t utf8_next(const char **text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)*text;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xC0 ? 0 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (!bytes[0])
        return 0;
    uint32_t code = length == 1 ? bytes[0] : bytes[0] & (0x7Fu >> length);
    size_t taken = 1;
    for (; taken < length && (bytes[taken] & 0xC0) == 0x80; taken++)
        code = code << 6 | (bytes[taken] & 0x3F);
    *text += taken;
    return length == 0 || taken < length || code < least[length] || code > LAST_CODE ? REPLACEMENT : code;
}

size_t utf8_write(uint32_t code, char bytes[UTF8_LONGEST + 1])
{
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(first[length] | code);
    bytes[length] = '\0';
    return length;
}

/** Compares numbers that begin with a code; all rows of the tables do. */
static int compare_codes(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static int compare_pairs(const void *left, const void *right)
{
    const struct letter_pair *a = left, *b = right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return (a->second > b->second) - (a->second < b->second);
}

static unsigned class_of(uint32_t code)
{
    const struct letter_class *found = bsearch(&code, letter_classes, letter_class_count,
                                               sizeof letter_classes[0], compare_codes);
    return found ? found->class : 0;
}

/** Appends a character before the marks of higher classes that stand last. */
static void insert(uint32_t code, uint32_t *codes, size_t *count)
{
    unsigned class = class_of(code);
    size_t at = (*count)++;
    for (; class > 0 && at > 0 && class_of(codes[at - 1]) > class; at--)
        codes[at] = codes[at - 1];
    codes[at] = code;
}

static size_t take_apart(const char *utf8, uint32_t *codes, size_t capacity)
{
    size_t count = 0;
    for (uint32_t code; (code = utf8_next(&utf8)) && count + MOST_LETTER_PARTS <= capacity;) {
        const struct letter_parts *found = bsearch(&code, letter_parts, letter_parts_count,
                                                   sizeof letter_parts[0], compare_codes);
        if (!found)
            insert(code, codes, &count);
        for (size_t i = 0; found && i < MOST_LETTER_PARTS && found->parts[i]; i++)
            insert(found->parts[i], codes, &count);
    }
    return count;
}

size_t letters_compose(const char *utf8, uint32_t *codes, size_t capacity)
{
    size_t count = take_apart(utf8, codes, capacity), kept = 0, starter = SIZE_MAX;
    unsigned last_class = 0; /* of what stands behind the starter */
    for (size_t i = 0; i < count; i++) {
        unsigned class = class_of(codes[i]);
        const struct letter_pair wanted = {starter == SIZE_MAX ? 0 : codes[starter], codes[i], 0};
        const struct letter_pair *pair = bsearch(&wanted, letter_pairs, letter_pair_count, sizeof wanted,
                                                 compare_pairs);
        bool blocked = starter + 1 < kept && (last_class == 0 || last_class >= class);
        if (pair && starter != SIZE_MAX && !blocked) {
            codes[starter] = pair->whole;
            continue;
        }
        if (class == 0)
            starter = kept;
        last_class = class;
        codes[kept++] = codes[i];
    }
    return kept;
}

const char *letters_plain(uint32_t code)
{
    const struct plain_letters *found = bsearch(&code, plain_letters, plain_letters_count,
                                                sizeof plain_letters[0], compare_codes);
    return found ? found->text : NULL;
}
