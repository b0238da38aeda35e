/* SPDX-License-Identifier: MIT */
/* What a file is called in ISO 9660, Joliet and UDF. */
#include "names.h"

#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/utf8.h"
#include "kiwibuild/memory.h"

enum {
    MOST_LETTERS = 1024, /* of a name of the target */
    ISO_LETTERS = 31,    /* a name, a dot and an extension: ECMA-119 7.5.1, level 2 */
    JOLIET_LETTERS = 64, /* Joliet specification, 3.1 */
    UDF_LETTERS = 254,   /* OSTA UDF 1.02, 2.1.1: 255 bytes with the one that says how wide letters are */
    UDF_WIDE_LETTERS = 127,
    UDF_NARROW = 8, /* that byte */
    UDF_WIDE = 16,
    HIGH_SURROGATE = 0xD800,
    LOW_SURROGATE = 0xDC00,
};

/** A name in UTF-16. */
struct letters {
    uint16_t letters[MOST_LETTERS];
    size_t count;
    size_t dot;   /* before the extension; count: there is none */
    bool changed; /* it is not what the file is called */
};

static void add_letter(struct letters *text, uint32_t letter)
{
    if (text->count < MOST_LETTERS)
        text->letters[text->count++] = (uint16_t)letter;
    else
        text->changed = true;
}

/** One character, of length bytes. */
static void add_character(struct letters *text, const unsigned char *bytes, size_t length)
{
    uint32_t code = bytes[0] & (0xFFu >> (length + 1));

    for (size_t i = 1; i < length; i++)
        code = code << 6 | (bytes[i] & 0x3Fu);
    if (code <= UINT16_MAX) {
        add_letter(text, code);
    } else {
        add_letter(text, HIGH_SURROGATE + ((code - 0x10000) >> 10));
        add_letter(text, LOW_SURROGATE + ((code - 0x10000) & 0x3FF));
    }
}

static void read_name(struct letters *text, const char *name)
{
    const unsigned char *bytes = (const unsigned char *)name;
    size_t left = strlen(name);

    text->count = 0;
    text->changed = false;
    while (left > 0) {
        const size_t length = bytes[0] < 0x80 ? 1 : utf8_sequence(bytes, left);

        if (bytes[0] < 0x80)
            add_letter(text, bytes[0]);
        else if (length > 0)
            add_character(text, bytes, length);
        else
            add_letter(text, '_');
        text->changed = text->changed || length == 0;
        bytes += length > 0 ? length : 1;
        left -= length > 0 ? length : 1;
    }
    text->dot = text->count;
    for (size_t i = 1; i < text->count; i++)
        if (text->letters[i] == '.')
            text->dot = i;
}

static bool is_digit_or_capital(unsigned letter)
{
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z');
}

static unsigned iso_letter(unsigned letter)
{
    const unsigned capital = letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter;

    return is_digit_or_capital(capital) ? capital : '_';
}

static unsigned joliet_letter(unsigned letter)
{
    return letter < ' ' || (letter < 0x80 && strchr("*/:;?\\", (int)letter)) ? '_' : letter;
}

/** Puts letters that a view has for those that it has not. */
static void spell(struct letters *text, enum image_view view)
{
    for (size_t i = 0; i < text->count && view != VIEW_UDF; i++) {
        const unsigned letter = text->letters[i];
        const unsigned spelled = view == VIEW_JOLIET ? joliet_letter(letter)
                                 : i == text->dot    ? letter
                                                     : iso_letter(letter);

        text->changed = text->changed || spelled != letter;
        text->letters[i] = (uint16_t)spelled;
    }
}

/** In ISO 9660 files have one dot and folders none (ECMA-119 7.5.1, 7.6.1). */
static void spell_dot(struct letters *text, bool is_folder)
{
    const bool there = text->dot < text->count;

    if (is_folder && there)
        text->letters[text->dot] = '_';
    if (is_folder)
        text->dot = text->count;
    else if (!there)
        add_letter(text, '.');
    /* "A" and "A." would be the same. */
    text->changed = text->changed || (there && (is_folder || text->dot + 1 == text->count));
}

static bool is_wide(const struct letters *text)
{
    bool wide = false;

    for (size_t i = 0; i < text->count; i++)
        wide = wide || text->letters[i] > UINT8_MAX;
    return wide;
}

/** The most letters that a name may have. */
static size_t limit_of(const struct letters *text, enum image_view view)
{
    switch (view) {
    case VIEW_ISO: return ISO_LETTERS;
    case VIEW_JOLIET: return JOLIET_LETTERS;
    default: return is_wide(text) ? UDF_WIDE_LETTERS : UDF_LETTERS;
    }
}

/** At most so many letters from one on, and no half of a character. */
static size_t whole_letters(const struct letters *text, size_t from, size_t most)
{
    const bool split = most > 0 && from + most < text->count &&
                       (text->letters[from + most] & 0xFC00) == LOW_SURROGATE;

    return most - split;
}

/** Puts number before the extension, and shortens what is too long. */
static void fit(struct letters *text, size_t limit, const char *number)
{
    const size_t digits = strlen(number);
    size_t stem = text->dot, extension = text->count - text->dot;

    if (text->count + digits > limit) {
        if (extension > limit / 2)
            extension = whole_letters(text, text->dot, limit / 2);
        if (stem > limit - digits - extension)
            stem = whole_letters(text, 0, limit - digits - extension);
    } else if (digits == 0) {
        return;
    }
    text->changed = true;
    memmove(text->letters + stem + digits, text->letters + text->dot, extension * sizeof text->letters[0]);
    for (size_t i = 0; i < digits; i++)
        text->letters[stem + i] = (unsigned char)number[i];
    text->count = stem + digits + extension;
}

/** A byte with the length, and the bytes; to be released. */
static uint8_t *encode(const struct letters *text, enum image_view view)
{
    const bool wide = view == VIEW_JOLIET || (view == VIEW_UDF && is_wide(text));
    const size_t head = view == VIEW_UDF;
    const size_t length = head + text->count * (wide ? 2 : 1);
    uint8_t *identifier = allocate(1, 1 + length), *next = identifier + 1;

    identifier[0] = (uint8_t)length;
    if (view == VIEW_UDF)
        *next++ = wide ? UDF_WIDE : UDF_NARROW;
    for (size_t i = 0; i < text->count; i++, next += wide ? 2 : 1)
        if (wide)
            store16_big(next, text->letters[i]);
        else
            *next = (uint8_t)text->letters[i];
    return identifier;
}

/** Identifiers that are taken, by their hash. */
struct taken {
    const uint8_t **places;
    size_t mask;
};

/** Where an identifier is, or belongs. */
static const uint8_t **find(const struct taken *taken, const uint8_t *identifier)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i <= identifier[0]; i++)
        hash = (hash ^ identifier[i]) * 16777619u;
    size_t at = hash & taken->mask;
    /* The length comes first: a shorter one has no bytes to compare. */
    while (taken->places[at] && (taken->places[at][0] != identifier[0] ||
                                 memcmp(taken->places[at] + 1, identifier + 1, identifier[0]) != 0))
        at = (at + 1) & taken->mask;
    return &taken->places[at];
}

static uint8_t *spell_node(const struct image_node *node, enum image_view view, const char *number,
                           bool *changed)
{
    struct letters text;

    read_name(&text, node->name);
    spell(&text, view);
    if (view == VIEW_ISO)
        spell_dot(&text, node->is_folder);
    fit(&text, limit_of(&text, view), number);
    *changed = text.changed;
    return encode(&text, view);
}

/** A name that nothing else has; counter goes on from file to file. */
static uint8_t *find_name(const struct image_node *node, enum image_view view, const struct taken *taken,
                          unsigned *counter)
{
    bool changed;
    char number[12];
    uint8_t *identifier = spell_node(node, view, "", &changed);

    while (*find(taken, identifier)) {
        release(identifier);
        snprintf(number, sizeof number, "%03u", (*counter)++);
        identifier = spell_node(node, view, number, &changed);
    }
    return identifier;
}

static void make_view(struct image_node *folder, enum image_view view)
{
    struct taken taken = {.mask = 1};
    unsigned counter = 0;

    while (taken.mask < 2 * folder->child_count)
        taken.mask = taken.mask << 1 | 1;
    taken.places = allocate(taken.mask + 1, sizeof *taken.places);
    /* First those that keep theirs, so that nothing else takes it. */
    for (size_t i = 0; i < folder->child_count; i++) {
        bool changed;
        uint8_t *identifier = spell_node(folder->children[i], view, "", &changed);

        if (changed)
            release(identifier);
        else
            *find(&taken, identifier) = folder->children[i]->identifiers[view] = identifier;
    }
    for (size_t i = 0; i < folder->child_count; i++) {
        struct image_node *node = folder->children[i];

        if (node->identifiers[view])
            continue;
        node->identifiers[view] = find_name(node, view, &taken, &counter);
        *find(&taken, node->identifiers[view]) = node->identifiers[view];
    }
    release(taken.places);
}

void image_names_make(struct image_node *folder)
{
    for (int view = 0; view < VIEW_COUNT; view++)
        make_view(folder, (enum image_view)view);
}

/** Bytes before the last dot. */
static size_t stem_of(const uint8_t *identifier, size_t unit)
{
    size_t stem = identifier[0];

    for (size_t i = unit; i < identifier[0]; i += unit)
        if (identifier[i + unit] == '.' && (unit == 1 || identifier[i + 1] == 0))
            stem = i;
    return stem;
}

/** The shorter one is filled up: with spaces in ISO 9660, zeros in Joliet. */
static int compare_filled(const uint8_t *left, size_t left_length, const uint8_t *right, size_t right_length,
                          unsigned filler)
{
    for (size_t i = 0; i < left_length || i < right_length; i++) {
        const unsigned a = i < left_length ? left[i] : filler, b = i < right_length ? right[i] : filler;

        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

int image_names_compare(const uint8_t *left, const uint8_t *right, size_t unit)
{
    const size_t one = stem_of(left, unit), other = stem_of(right, unit);
    const unsigned filler = unit == 1 ? ' ' : 0;
    const int order = compare_filled(left + 1, one, right + 1, other, filler);

    return order != 0
               ? order
               : compare_filled(left + 1 + one, left[0] - one, right + 1 + other, right[0] - other, filler);
}
