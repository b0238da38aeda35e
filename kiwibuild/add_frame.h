/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ADD_FRAME_H
#define KIWIBUILD_ADD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/map.h>

#include "grid.h"
#include "memory.h"

/** A frame of a map that gets names, on its way. */
struct add_frame {
    const struct level *level;
    const struct kiwi_parcel *parcel;
    const uint8_t *old;  /**< its bytes: parcel->size of them */
    struct buffer bytes; /**< the new ones */
    uint64_t basic_size; /**< bytes up to the end of roads, backgrounds and names */
};

/**
 * Puts records behind those of the list of names of points, and moves what is behind them. Returns why not,
 * as a reason for passing the names over, or NULL. The size is a multiple of the logical sector.
 */
const char *add_frame_names(struct add_frame *frame, struct kiwi_shapes *shapes, const struct buffer *records,
                            size_t count);

#endif
