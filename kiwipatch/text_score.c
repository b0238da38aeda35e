/* SPDX-License-Identifier: MIT */
/* What sorts of characters a text has, by the blocks of Unicode. */
#include "text_score.h"

static const struct {
    uint16_t first, last;
    enum score score;
} blocks[] = {
    {0x0009, 0x000A, SCORE_PLAIN},  {0x000D, 0x000D, SCORE_PLAIN},   {0x0020, 0x0020, SCORE_PLAIN},
    {0x0021, 0x002F, SCORE_RARE},   {0x0030, 0x0039, SCORE_PLAIN},   {0x003A, 0x0040, SCORE_RARE},
    {0x0041, 0x005A, SCORE_LETTER}, {0x005B, 0x0060, SCORE_RARE},    {0x0061, 0x007A, SCORE_LETTER},
    {0x007B, 0x007E, SCORE_RARE},   {0x00A0, 0x00BF, SCORE_RARE},    {0x00C0, 0x00D6, SCORE_LETTER},
    {0x00D7, 0x00D7, SCORE_RARE},   {0x00D8, 0x00F6, SCORE_LETTER},  {0x00F7, 0x00F7, SCORE_RARE},
    {0x00F8, 0x024F, SCORE_LETTER}, {0x0370, 0x052F, SCORE_LETTER},  {0x05D0, 0x05EA, SCORE_LETTER},
    {0x0620, 0x064A, SCORE_LETTER}, {0x0E01, 0x0E5B, SCORE_LETTER},  {0x1E00, 0x1EFF, SCORE_LETTER},
    {0x2010, 0x2044, SCORE_RARE},   {0x20A0, 0x20BF, SCORE_RARE},    {0x2100, 0x2199, SCORE_RARE},
    {0x25A0, 0x266F, SCORE_RARE},   {0x3000, 0x3000, SCORE_PLAIN},   {0x3001, 0x301F, SCORE_RARE},
    {0x3041, 0x30FE, SCORE_LETTER}, {0x4E00, 0x9FFF, SCORE_DOUBTED}, {0xAC00, 0xD7A3, SCORE_DOUBTED},
    {0xFF01, 0xFF0F, SCORE_RARE},   {0xFF10, 0xFF19, SCORE_PLAIN},   {0xFF1A, 0xFF20, SCORE_RARE},
    {0xFF21, 0xFF5A, SCORE_LETTER}, {0xFF5B, 0xFF65, SCORE_RARE},    {0xFF66, 0xFF9F, SCORE_DOUBTED},
};

enum score text_score_of(uint32_t character)
{
    size_t low = 0, high = sizeof blocks / sizeof blocks[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character > blocks[middle].last)
            low = middle + 1;
        else if (character < blocks[middle].first)
            high = middle;
        else
            return blocks[middle].score;
    }
    return SCORE_NEVER;
}

/** Number of the character that *utf8 begins with, and goes on behind it. */
static uint32_t next_character(const unsigned char **utf8)
{
    const unsigned char *at = *utf8;
    unsigned more = at[0] < 0x80 ? 0 : at[0] < 0xE0 ? 1 : at[0] < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
    for (unsigned i = 1; i <= more; i++)
        character = character << 6 | (at[i] & 0x3F);
    *utf8 = at + more + 1;
    return character;
}

struct text_score text_score(const char *utf8, size_t length)
{
    struct text_score score = {0};
    const unsigned char *at = (const unsigned char *)utf8, *end = at + length;
    while (at < end) {
        uint32_t character = next_character(&at);
        enum score one = text_score_of(character);
        score.characters++;
        score.never += one == SCORE_NEVER;
        score.plain += one == SCORE_PLAIN;
        score.letters += one == SCORE_LETTER;
        score.doubted += one == SCORE_DOUBTED;
        score.english += one == SCORE_LETTER && character < 0x80;
        score.accented += one == SCORE_LETTER && character >= 0xC0 && character < 0x250;
        score.kana += one == SCORE_LETTER && character >= 0x3000;
        score.odd += one == SCORE_RARE && character >= 0x80;
    }
    return score;
}

bool text_is_likely(const struct text_score *score)
{
    size_t enough = score->characters < 6 ? 2 : score->doubted != 0 ? 1 : 2;
    size_t others = score->letters - score->english - score->accented - score->kana; /* Greek, Cyrillic ... */
    bool mixed = others != 0 && (score->doubted != 0 || 2 * others < score->letters);
    return score->never == 0 && !mixed && score->letters >= enough && 2 * score->accented <= score->english &&
           10 * score->odd <= score->characters &&
           3 * (score->letters + score->plain + score->doubted) >= 2 * score->characters;
}
