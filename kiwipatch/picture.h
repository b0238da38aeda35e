/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PICTURE_H
#define KIWIPATCH_PICTURE_H

/* The pictures in a range of bytes: BMP and GIF, found by their heads. */

#include <kiwi/source.h>

#include "common/bmp.h"
#include "common/failure.h"
#include "gif.h"

struct picture {
    uint64_t offset; /* in the source */
    uint64_t size;
    bool is_gif;
    union {
        struct bmp bmp;
        struct gif gif;
    };
};

enum { PICTURE_NAME = 120 };

/** "bmp" or "gif". */
const char *picture_format(const struct picture *picture);

struct picture_search;

bool picture_search_begin(struct kiwi_source *source, uint64_t from, uint64_t end,
                          struct picture_search **search, struct failure *failure);
/** The next picture, all of which lies in the range; *any whether there is one. False on failure. */
bool picture_search_next(struct picture_search *search, struct picture *picture, bool *any,
                         struct failure *failure);
void picture_search_end(struct picture_search *search);

/** Whether bytes, of which there are length, are a picture that can stand for the old one; why not, if not.
 */
bool picture_suits(const struct picture *old_picture, const uint8_t *bytes, size_t length,
                   struct failure *why);

#endif
