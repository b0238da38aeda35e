/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TEXT_H
#define KIWIPATCH_TEXT_H

/*
 * The texts in a range of bytes, one after the other. Nothing says where they are; what counts as one is in
 * docs/design/patching.md.
 */

#include <kiwi/source.h>

#include "common/failure.h"

enum {
    TEXT_LIMIT = 4096, /* bytes of a text; longer runs of characters are none */
    TEXT_UTF8 = 3 * TEXT_LIMIT,
};

struct text {
    uint64_t offset; /* from the beginning of the range */
    size_t length;   /* bytes */
    size_t room;     /* bytes, with the NULs behind it that only fill it up to a multiple of 4 */
    bool ended;      /* NUL stands behind it, and fills what is left of its room; else blanks do */
    const char *encoding;
    size_t utf8_length;
    char utf8[TEXT_UTF8 + 1]; /* ends with NUL */
};

struct text_search;

/**
 * length bytes of source at offset. charset is that of the disc, as iconv knows it. encoding NULL: ASCII,
 * charset and UTF-16; else only this one, and then what is less likely to be a text counts, too.
 */
bool text_search_begin(struct kiwi_source *source, uint64_t offset, uint64_t length, const char *charset,
                       const char *encoding, struct text_search **search, struct failure *failure);
/** The next text, which is overwritten by the next call; NULL at the end, and on failure (then failed). */
const struct text *text_search_next(struct text_search *search, bool *failed, struct failure *failure);
void text_search_end(struct text_search *search);

#endif
