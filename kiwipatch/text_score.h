/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TEXT_SCORE_H
#define KIWIPATCH_TEXT_SCORE_H

/* Whether characters are likely to be a text that somebody wrote. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum score {
    SCORE_NEVER,   /* does not stand in texts */
    SCORE_RARE,    /* punctuation and signs */
    SCORE_PLAIN,   /* digits and blanks */
    SCORE_LETTER,  /* of an alphabet, and kana */
    SCORE_DOUBTED, /* ideographs and syllables: a third of all 16-bit numbers are some */
};

struct text_score {
    size_t characters, never, plain, letters, doubted;
    size_t english, accented, kana, odd; /* A to Z, other Latin letters, kana, signs that are not ASCII */
};

enum score text_score_of(uint32_t character);
/** Of valid UTF-8. */
struct text_score text_score(const char *utf8, size_t length);
bool text_is_likely(const struct text_score *score);

#endif
