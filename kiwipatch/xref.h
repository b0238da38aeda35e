/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_XREF_H
#define KIWIPATCH_XREF_H

/*
 * Who points at a place of a program? The address that a program is loaded at is not known; it is taken to be
 * the one under which the most 32-bit words of the program, aligned to 4, are addresses of beginnings of
 * texts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Shortest text that counts, without its NUL. */
#define XREF_TEXT_LENGTH 5u
/** A load address is believed if this many different texts are met, and it meets twice as many as the next
 * best. */
#define XREF_TEXTS_NEEDED 3u

struct xref_base {
    bool found;
    bool little_endian;
    uint32_t address;   /* of the first byte of the program */
    size_t texts;       /* that the program has */
    size_t met;         /* different texts that words point to */
    size_t pointers;    /* such words */
    size_t next_best;   /* texts met under the best other address */
    uint32_t alignment; /* that addresses were tried at */
};

/** Finds the load address of a program. False if memory runs out. */
bool xref_find_base(const uint8_t *bytes, size_t length, struct xref_base *base);

/** First byte of the text that a place lies in, or the place itself: width 1, or 2 with UTF-16 (big-endian or
 * not). */
size_t xref_text_start(const uint8_t *bytes, size_t place, unsigned width, bool little_endian);

/** The next word, from a byte on, that is the address of a place; length if there is none. */
size_t xref_next_pointer(const uint8_t *bytes, size_t length, const struct xref_base *base, size_t from,
                         size_t place);

#endif
