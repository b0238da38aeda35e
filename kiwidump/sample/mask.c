/* SPDX-License-Identifier: MIT */
/* Texts of a sample: as long as those of the disc, of the same kinds of characters, and without what they
 * say. */
#include "sample/sampler.h"

#include <string.h>

enum { CHARACTER_BYTES = 4, RUN = 4 /* letters in a row are text */ };

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static uint8_t replace_ascii(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z'   ? 'x'
           : byte >= 'A' && byte <= 'Z' ? 'X'
           : byte >= '0' && byte <= '9' ? '0'
                                        : byte;
}

/** Whether bytes are one character of the charset. */
static bool is_character(struct kiwi_disc *disc, const uint8_t *bytes, size_t length)
{
    static const char replaced[] = "\xEF\xBF\xBD";
    char utf8[16];
    size_t got = kiwi_disc_text(disc, bytes, length, utf8, sizeof utf8);
    const uint8_t lead = (uint8_t)utf8[0];
    size_t wanted = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return got == wanted && (got < 3 || memcmp(utf8, replaced, 3) != 0) &&
           !(got == 2 && lead == 0xC2 && (uint8_t)utf8[1] < 0xA0);
}

/** The same character of so many bytes for all: the first of these that the charset has. */
static const uint8_t *replacement(struct kiwi_disc *disc, size_t length)
{
    static const struct {
        size_t length;
        uint8_t bytes[CHARACTER_BYTES];
    } candidates[] = {
        {1, {0xE0}},                   /* a letter of ISO 8859, CP125x and KOI8 */
        {1, {0xB1}},                   /* half-width kana */
        {2, {0x82, 0xA0}},             /* a kana in Shift-JIS */
        {2, {0xA4, 0xA2}},             /* in EUC-JP and GB 2312 */
        {2, {0xB0, 0xA1}},             /* in EUC-KR and Big5 */
        {2, {0xC3, 0xA0}},             /* UTF-8 */
        {3, {0xE3, 0x81, 0x82}},       /* UTF-8 */
        {3, {0x8F, 0xB0, 0xA1}},       /* JIS X 0212 in EUC-JP */
        {4, {0xF0, 0xA0, 0x80, 0x80}}, /* UTF-8 */
        {4, {0x81, 0x30, 0x81, 0x30}}, /* GB 18030 */
    };
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
        if (candidates[i].length == length && is_character(disc, candidates[i].bytes, length))
            return candidates[i].bytes;
    return NULL;
}

/** Replaces a character that is not ASCII; returns its length. What the charset does not have stays no
 * character. */
static size_t replace_character(struct kiwi_disc *disc, uint8_t *bytes, size_t available)
{
    for (size_t length = 1; length <= CHARACTER_BYTES && length <= available; length++) {
        if (!is_character(disc, bytes, length))
            continue;
        const uint8_t *other = replacement(disc, length);
        if (other)
            memcpy(bytes, other, length);
        else
            memset(bytes, 'x', length);
        return length;
    }
    bytes[0] = 0xFF;
    return 1;
}

static void mask_text(struct kiwi_disc *disc, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length;)
        if (bytes[i] < 0x80) {
            bytes[i] = replace_ascii(bytes[i]);
            i++;
        } else {
            i += replace_character(disc, bytes + i, length - i);
        }
}

/** Whether a keyword is one that a reader goes by. */
static bool is_needed(const uint8_t *bytes)
{
    return memcmp(bytes, "CHCD", 4) == 0 || memcmp(bytes, "COOR", 4) == 0;
}

/** The length of the keyword that a statement begins with, 0 if it has none: four letters before ::=. */
static size_t keyword(const uint8_t *bytes, size_t length)
{
    enum { KEYWORD = 4 };
    size_t at = 0;
    while (at < length && is_letter(bytes[at]))
        at++;
    if (at != KEYWORD)
        return 0;
    while (at < length && bytes[at] == ' ')
        at++;
    return length - at >= 3 && memcmp(bytes + at, "::=", 3) == 0 ? KEYWORD : 0;
}

/** KEYWORD ::= value, value ; */
static void mask_statements(struct kiwi_disc *disc, uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        while (at < length && !is_letter(bytes[at]) && bytes[at] < 0x80)
            at++;
        const uint8_t *end = memchr(bytes + at, ';', length - at);
        size_t stop = end ? (size_t)(end - bytes) + 1 : length;
        size_t kept = keyword(bytes + at, stop - at);
        if (kept == 0 || !is_needed(bytes + at))
            mask_text(disc, bytes + at + kept, stop - at - kept);
        at = stop;
    }
}

static void mask_all(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = bytes[i] != 0;
}

/** Letters in a row, also with zeros between them as in UTF-16. */
static void mask_letters(uint8_t *bytes, size_t length)
{
    for (size_t begin = 0; begin < length;) {
        size_t letters = 0;
        size_t end = begin;
        while (end < length && (is_letter(bytes[end]) || bytes[end] == ' ' ||
                                (bytes[end] == 0 && end > begin && bytes[end - 1] != 0))) {
            letters += is_letter(bytes[end]);
            end++;
        }
        for (size_t i = begin; i < end && letters >= RUN; i++)
            bytes[i] = replace_ascii(bytes[i]);
        begin = end + 1;
    }
}

static void mask_volume(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = bytes[i] >= 0x80 ? 'X' : replace_ascii(bytes[i]);
}

void sample_mask_bytes(struct kiwi_disc *disc, enum mask mask, uint8_t *bytes, size_t length)
{
    switch (mask) {
    case MASK_TEXT: mask_text(disc, bytes, length); break;
    case MASK_STATEMENTS: mask_statements(disc, bytes, length); break;
    case MASK_LETTERS: mask_letters(bytes, length); break;
    case MASK_ALL: mask_all(bytes, length); break;
    case MASK_VOLUME: mask_volume(bytes, length); break;
    }
}
