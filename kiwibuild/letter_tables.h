/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LETTER_TABLES_H
#define KIWIBUILD_LETTER_TABLES_H

/* Letters of Unicode, each table sorted by its first column; made by letters.py. */

#include <stddef.h>
#include <stdint.h>

enum { MOST_LETTER_PARTS = 4 };

/** What a letter is when it is taken apart to the last; zeros behind. */
struct letter_parts {
    uint32_t code;
    uint32_t parts[MOST_LETTER_PARTS];
};

/** Two characters, and the one that they are together. */
struct letter_pair {
    uint32_t first, second, whole;
};

/** Class of a combining mark: those of different classes may change places. */
struct letter_class {
    uint32_t code;
    uint8_t class;
};

/** What stands for a character where it cannot be written; it may have to be replaced again. */
struct plain_letters {
    uint32_t code;
    const char *text;
};

extern const struct letter_parts letter_parts[];
extern const size_t letter_parts_count;
extern const struct letter_pair letter_pairs[];
extern const size_t letter_pair_count;
extern const struct letter_class letter_classes[];
extern const size_t letter_class_count;
extern const struct plain_letters plain_letters[];
extern const size_t plain_letters_count;

#endif
