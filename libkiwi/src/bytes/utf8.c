/* SPDX-License-Identifier: MIT */
/* UTF-8: checking, cleaning, and making it of UTF-16 and of modified UTF-8. */
#include "bytes/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"

#define REPLACEMENT 0xFFFDu

size_t kiwi_utf8_sequence(const uint8_t *bytes, size_t length)
{
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    size_t need;

    if (length == 0)
        return 0;
    if (bytes[0] < 0x80)
        return 1;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4)
        return 0;
    need = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    low = bytes[0] == 0xE0 ? 0xA0 : bytes[0] == 0xF0 ? 0x90 : low;
    high = bytes[0] == 0xED ? 0x9F : bytes[0] == 0xF4 ? 0x8F : high;
    if (need > length || bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return need;
}

size_t kiwi_utf8_put(uint32_t code_point, char *utf8)
{
    uint8_t *out = (uint8_t *)utf8;

    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

/* One byte becomes at most the three of U+FFFD. */
static char *allocate(size_t length)
{
    return length < SIZE_MAX / 3 ? malloc(length * 3 + 1) : NULL;
}

char *kiwi_utf8_clean(const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;
    char *utf8 = allocate(length);
    size_t out = 0;

    for (size_t in = 0; utf8 && in < length;) {
        size_t sequence = kiwi_utf8_sequence(bytes + in, length - in);

        if (sequence == 0 || bytes[in] == 0) {
            out += kiwi_utf8_put(REPLACEMENT, utf8 + out);
            in++;
        } else {
            memcpy(utf8 + out, bytes + in, sequence);
            out += sequence;
            in += sequence;
        }
    }
    if (utf8)
        utf8[out] = '\0';
    return utf8;
}

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static uint32_t join(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

char *kiwi_utf8_from_utf16be(const uint8_t *bytes, size_t length)
{
    size_t units = length / 2;
    char *utf8 = allocate(units);
    size_t out = 0;

    for (size_t i = 0; utf8 && i < units; i++) {
        uint32_t unit = kiwi_load16(bytes + 2 * i);

        if (is_high(unit) && units - i > 1) {
            uint32_t next = kiwi_load16(bytes + 2 * i + 2);

            if (is_low(next)) {
                unit = join(unit, next);
                i++;
            }
        }
        out += kiwi_utf8_put(unit != 0 ? unit : REPLACEMENT, utf8 + out);
    }
    if (utf8)
        utf8[out] = '\0';
    return utf8;
}

/* A surrogate written as if it were a character: ED A0..BF xx. */
static uint32_t surrogate_at(const uint8_t *bytes, size_t length)
{
    if (length < 3 || bytes[0] != 0xED || (bytes[1] & 0xE0) != 0xA0 || (bytes[2] & 0xC0) != 0x80)
        return 0;
    return 0xD000u | (uint32_t)(bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3Fu);
}

char *kiwi_utf8_from_mutf8(const char *text)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t length = strlen(text);
    char *utf8 = allocate(length);
    size_t out = 0;

    for (size_t in = 0; utf8 && in < length;) {
        size_t sequence = kiwi_utf8_sequence(bytes + in, length - in);
        uint32_t unit = surrogate_at(bytes + in, length - in);
        uint32_t next = unit != 0 ? surrogate_at(bytes + in + 3, length - in - 3) : 0;

        if (sequence > 0) {
            memcpy(utf8 + out, bytes + in, sequence);
            out += sequence;
            in += sequence;
        } else if (is_high(unit) && is_low(next)) {
            out += kiwi_utf8_put(join(unit, next), utf8 + out);
            in += 6;
        } else {
            out += kiwi_utf8_put(REPLACEMENT, utf8 + out);
            in += unit != 0 ? 3 : length - in > 1 && bytes[in] == 0xC0 && bytes[in + 1] == 0x80 ? 2 : 1;
        }
    }
    if (utf8)
        utf8[out] = '\0';
    return utf8;
}

static int fold(char c)
{
    return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : (unsigned char)c;
}

int kiwi_compare_case(const char *a, const char *b)
{
    while (*a != '\0' && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return fold(*a) - fold(*b);
}
