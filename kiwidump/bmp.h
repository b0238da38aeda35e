/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_BMP_H
#define KIWIDUMP_BMP_H

#include <stdbool.h>

#include <kiwi/source.h>

/** A Windows bitmap somewhere in a file. */
struct bmp {
    uint64_t offset, size; /* in the source; bytes */
    uint32_t width, height, bits;
};

/** The next bitmap of which every byte lies in from..end, found by its heads. KIWI_END if there is none. */
enum kiwi_status bmp_next(struct kiwi_source *source, uint64_t from, uint64_t end, struct bmp *bmp,
                          struct kiwi_error *error);

#endif
