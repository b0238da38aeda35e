/* SPDX-License-Identifier: MIT */
#ifndef COMMON_BMP_H
#define COMMON_BMP_H

#include <stdbool.h>

#include <kiwi/source.h>

enum { BMP_HEAD = 54 /* bytes of the file and the picture, but for the oldest kind */ };

/** A Windows bitmap somewhere in a file. */
struct bmp {
    uint64_t offset, size; /* in the source; bytes */
    uint32_t width, height, bits;
    bool top_down;
    uint32_t information; /* bytes of the head of the picture */
    uint32_t pixels;      /* place of its first one */
    uint32_t compression;
};

/**
 * Whether the bytes of a file begin with a head that makes sense, and it has available bytes for the picture.
 * BMP_HEAD bytes of a head are enough; offset stays as it is.
 */
bool bmp_read_head(const uint8_t *head, size_t length, uint64_t available, struct bmp *bmp);

/** The next bitmap of which every byte lies in from..end, found by its heads. KIWI_END if there is none. */
enum kiwi_status bmp_next(struct kiwi_source *source, uint64_t from, uint64_t end, struct bmp *bmp,
                          struct kiwi_error *error);

#endif
