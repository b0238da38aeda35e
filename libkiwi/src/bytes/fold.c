/* SPDX-License-Identifier: MIT */
/* Texts without case and accents, for comparing names. */
#include <string.h>

#include <kiwi/index.h>

#include "bytes/utf8.h"

/* Capitals without marks of U+00C0 to U+017F; 1 = stays, 2..7 = two letters, see pairs. */
static const char latin[] =
    "AAAAAA\2CEEEEIIIIDNOOOOO\1OUUUUY\3\4AAAAAA\2CEEEEIIIIDNOOOOO\1OUUUUY\3Y"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII\5\5JJKKKLLLLLLLLLLNNNNNNNNNOOOOOO\6\6"
    "RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static const char *const pairs[] = {"", "", "AE", "TH", "SS", "IJ", "OE"};

/** Code point of a valid sequence. */
static uint32_t code_point(const uint8_t *bytes, size_t length)
{
    static const uint8_t first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = bytes[0] & first[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (bytes[i] & 0x3F);
    return code;
}

/** Capital of a Greek or Cyrillic letter; marks of Greek stay. */
static uint32_t capital(uint32_t code)
{
    if ((code >= 0x3B1 && code <= 0x3C9 && code != 0x3C2) || (code >= 0x430 && code <= 0x44F))
        return code - 0x20;
    if (code == 0x3C2)
        return 0x3A3;
    return code >= 0x450 && code <= 0x45F ? code - 0x50 : code;
}

static size_t fold_one(uint32_t code, char *text)
{
    if (code < 0x80) {
        text[0] = (char)(code >= 'a' && code <= 'z' ? code - 0x20 : code);
        return 1;
    }
    if (code >= 0x300 && code <= 0x36F) /* marks that combine */
        return 0;
    if (code < 0xC0 || code > 0x17F || latin[code - 0xC0] == 1)
        return kiwi_utf8_put(capital(code), text);
    char letter = latin[code - 0xC0];
    if (letter >= 'A') {
        text[0] = letter;
        return 1;
    }
    memcpy(text, pairs[(int)letter], 2);
    return 2;
}

size_t kiwi_fold(const char *utf8, size_t length, char *folded, size_t capacity)
{
    const uint8_t *bytes = (const uint8_t *)utf8;
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        char text[KIWI_UTF8_LONGEST];
        size_t sequence = kiwi_utf8_sequence(bytes + at, length - at);
        size_t count = sequence ? fold_one(code_point(bytes + at, sequence), text)
                                : kiwi_utf8_put(0xFFFD, text);
        at += sequence ? sequence : 1;
        if (count >= capacity - used)
            break;
        memcpy(folded + used, text, count);
        used += count;
    }
    if (capacity > 0)
        folded[used] = '\0';
    return used;
}
