/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_XREF_H
#define KIWIPATCH_XREF_H

/*
 * Who points at a place of a program? The address that a program is loaded at is not known; it is taken to be
 * the one under which the most addresses that the program has, in tables or in its code, are those of
 * beginnings of texts. docs/design/patching.md says when it is believed.
 */

#include "machine.h"
#include "xref_votes.h"

enum {
    XREF_TEXT_LENGTH = 5,  /* of the shortest text that counts, without its NUL */
    XREF_TEXTS_NEEDED = 3, /* different ones that are met */
    XREF_BLOCKS = 8,
};

/** A part of the program that is loaded as a whole. */
struct xref_block {
    size_t from, to;  /* places that are known to lie in it: its texts */
    uint32_t address; /* of place 0, if it began there */
    size_t met;       /* different texts that addresses are those of */
    size_t next_best; /* of the same texts, under the best other address */
    size_t chance;    /* under any address, were the texts elsewhere */
};

struct xref_base {
    bool found; /* blocks that are believed; else blocks[0] is the best that there is */
    bool little_endian;
    bool has_machine; /* whose instructions use the addresses */
    enum machine machine;
    unsigned phase; /* see struct code */
    size_t texts;   /* that the program has */
    struct xref_block blocks[XREF_BLOCKS];
    size_t block_count;
};

/** Places of the texts that count, ascending; free() the items. False if memory runs out. */
bool xref_texts(struct firmware *program, struct numbers *texts);

/** Finds the load addresses of a program. False if memory runs out. */
bool xref_find_base(struct firmware *program, struct xref_base *base);
/** Which processor and byte order go best with the addresses in base, which somebody knows. */
bool xref_take_base(struct firmware *program, struct xref_base *base);

/** The block that a place most likely belongs to. */
const struct xref_block *xref_block_of(const struct xref_base *base, size_t place);
/** The place that has an address; false if there is none. */
bool xref_place_of(const struct xref_base *base, size_t length, uint32_t address, size_t *place);

/** First byte of the text that a place lies in, or the place itself: width 1, or 2 with UTF-16 (big-endian or
 * not). */
size_t xref_text_start(struct firmware *program, size_t place, unsigned width, bool little_endian);

/** An address of a place: a word, or what instructions make of it. */
struct xref {
    size_t place;
    bool in_code;
    size_t first; /* instruction that belongs to it, too */
};

struct xrefs {
    struct xref *items; /* ascending; free() */
    size_t count, room;
};

enum { XREF_LIMIT = 4096 };

/** The addresses of a place, the first XREF_LIMIT ones in words and in code. False if memory runs out. */
bool xref_find(struct firmware *program, const struct xref_base *base, size_t place, struct xrefs *xrefs);

#endif
