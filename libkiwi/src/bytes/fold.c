/* SPDX-License-Identifier: MIT */
/* Texts without case, accents and widths, for comparing names. */
#include <string.h>

#include <kiwi/index.h>

#include "bytes/fold_table.h"
#include "bytes/utf8.h"

/* The longest folded form of one character, in bytes. */
enum { LONGEST = 16 };
enum { HANGUL = 0xAC00, HANGUL_COUNT = 11172, VOWELS = 21, TRAILS = 28 };
enum { VOICED = 0x3099, SEMI_VOICED = 0x309A };

/** Code point of a valid sequence. */
static uint32_t code_point(const uint8_t *bytes, size_t length)
{
    static const uint8_t first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = bytes[0] & first[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (bytes[i] & 0x3F);
    return code;
}

/** Korean syllables are made of letters by arithmetic; folded, they are those letters. */
static size_t fold_hangul(uint32_t syllable, char *text)
{
    size_t length = kiwi_utf8_put(0x1100 + syllable / (VOWELS * TRAILS), text);
    length += kiwi_utf8_put(0x1161 + syllable / TRAILS % VOWELS, text + length);
    if (syllable % TRAILS != 0)
        length += kiwi_utf8_put(0x11A7 + syllable % TRAILS, text + length);
    return length;
}

static size_t fold_one(uint32_t code, char text[LONGEST])
{
    size_t low = 0;
    size_t high = kiwi_fold_count;
    if (code < 0x80) {
        text[0] = (char)(code >= 'a' && code <= 'z' ? code - 0x20 : code);
        return 1;
    }
    if (code >= HANGUL && code < HANGUL + HANGUL_COUNT)
        return fold_hangul(code - HANGUL, text);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kiwi_folds[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == kiwi_fold_count || kiwi_folds[low].code != code)
        return kiwi_utf8_put(code, text);
    memcpy(text, kiwi_fold_texts + kiwi_folds[low].text, kiwi_folds[low].length);
    return kiwi_folds[low].length;
}

/** The kana that the last one of a folded text becomes by a mark; 0 if that is none. */
static uint32_t voice(const char *folded, size_t used, uint32_t mark)
{
    if (used < 3 || (mark != VOICED && mark != SEMI_VOICED) ||
        kiwi_utf8_sequence((const uint8_t *)folded + used - 3, 3) != 3)
        return 0;
    uint32_t base = code_point((const uint8_t *)folded + used - 3, 3);
    for (size_t i = 0; i < kiwi_voiced_count; i++)
        if (kiwi_voiced[i].base == base && kiwi_voiced[i].mark == mark)
            return kiwi_voiced[i].code;
    return 0;
}

size_t kiwi_fold(const char *utf8, size_t length, char *folded, size_t capacity)
{
    const uint8_t *bytes = (const uint8_t *)utf8;
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        char text[LONGEST];
        size_t sequence = kiwi_utf8_sequence(bytes + at, length - at);
        size_t count = sequence ? fold_one(code_point(bytes + at, sequence), text)
                                : kiwi_utf8_put(0xFFFD, text);
        at += sequence ? sequence : 1;
        uint32_t kana = count == 3 ? voice(folded, used, code_point((const uint8_t *)text, 3)) : 0;
        if (kana != 0) {
            kiwi_utf8_put(kana, text);
            used -= 3;
        }
        if (count >= capacity - used)
            break;
        memcpy(folded + used, text, count);
        used += count;
    }
    if (capacity > 0)
        folded[used] = '\0';
    return used;
}
