/* SPDX-License-Identifier: MIT */
/* Which character set texts fit: bytes are letters of more than one, but what they spell is likely in few. */
#include "prove/proof.h"

#include <stdint.h>

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_CYRILLIC, SCRIPT_ASIAN, SCRIPT_SYMBOL };

/** The script of a character; marks and punctuation of ASCII have none. */
static enum script script_of(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
        (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7))
        return SCRIPT_LATIN;
    if (c >= 0x400 && c <= 0x4FF)
        return SCRIPT_CYRILLIC;
    if (c >= 0x3040 && c <= 0xFF9F)
        return SCRIPT_ASIAN;
    return c < 0x80 ? SCRIPT_NONE : SCRIPT_SYMBOL;
}

/** The next character of sound UTF-8. */
static uint32_t next_character(const uint8_t **at)
{
    uint32_t c = *(*at)++;
    unsigned more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    c &= more == 0 ? 0x7Fu : 0x3Fu >> more;
    while (more-- > 0)
        c = c << 6 | (*(*at)++ & 0x3Fu);
    return c;
}

static bool is_small(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF) || (c >= 0x430 && c <= 0x45F);
}

static bool is_capital(uint32_t c)
{
    return (c >= 0xC0 && c <= 0xDE) || (c >= 0x400 && c <= 0x42F);
}

/** No control characters, no word of two scripts or with a symbol in it, no capital (but of ASCII) behind a
 * small letter, and no Latin word that is all accents. */
static bool is_likely(const uint8_t *utf8, const uint8_t *end)
{
    enum { ACCENTS = 3 /* in a row */ };
    enum script before = SCRIPT_NONE;
    uint32_t last = 0;
    unsigned accents = 0;
    while (utf8 < end) {
        uint32_t c = next_character(&utf8);
        enum script script = script_of(c);
        if (c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0xE000 && c < 0xF900))
            return false;
        if (before != SCRIPT_NONE && script != SCRIPT_NONE && script != before)
            return false;
        if (is_small(last) && is_capital(c))
            return false;
        accents = script == SCRIPT_LATIN && c >= 0x80 ? accents + 1 : 0;
        if (accents == ACCENTS)
            return false;
        before = script;
        last = c;
    }
    return true;
}

static bool fits(iconv_t converter, const uint8_t *text, size_t length)
{
    char utf8[4096];
    char *in = (char *)(uintptr_t)text;
    char *out = utf8;
    size_t room = sizeof utf8;
    if (length > sizeof utf8 / 4)
        return true; /* nothing that one sees on a map */
    iconv(converter, NULL, NULL, NULL, NULL);
    return iconv(converter, &in, &length, &out, &room) == 0 && length == 0 &&
           is_likely((const uint8_t *)utf8, (const uint8_t *)out);
}

void prove_open_charsets(struct prover *prover)
{
    for (size_t i = READING_FIRST_CHARSET; i < READING_COUNT; i++) {
        const char *name = kiwi_iconv_charset(readings[i].name);
        prover->converters[i - READING_FIRST_CHARSET] = name ? iconv_open("UTF-8", name) : (iconv_t)-1;
    }
}

void prove_close_charsets(struct prover *prover)
{
    for (size_t i = 0; i < READING_COUNT - READING_FIRST_CHARSET; i++)
        if (prover->converters[i] && prover->converters[i] != (iconv_t)-1)
            iconv_close(prover->converters[i]);
}

void prove_charsets(struct prover *prover, const uint8_t *text, size_t length)
{
    bool ascii = true;
    for (size_t i = 0; i < length && ascii; i++)
        ascii = text[i] < 0x80;
    if (ascii) /* which they all have */
        return;
    for (size_t i = READING_FIRST_CHARSET; i < READING_COUNT; i++)
        if (prover->converters[i - READING_FIRST_CHARSET] != (iconv_t)-1)
            prove_reading(prover, (enum reading_number)i,
                          fits(prover->converters[i - READING_FIRST_CHARSET], text, length));
}
