/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_AREA_H
#define KIWIBUILD_AREA_H

#include "cut.h"

/** A part of an area inside one cell, relative to its south-west corner: closed, counter-clockwise. */
struct area {
    int64_t row, column;            /**< south-west one of an integrated parcel */
    const struct cut_point *points; /**< the first one is not repeated */
    size_t count;
    unsigned exponent; /**< steps are stored divided by 2^exponent */
};

typedef void area_callback(void *context, const struct area *area);

/** The last position repeats the first one. */
struct area_ring {
    const struct position *positions;
    size_t count;
    bool hole;
};

/**
 * Clips an area, rings and the holes in them, to every populated cell that it touches; neighbours have the
 * same points on their common edge. No side of a part is longer than a step can be, and a part has at most
 * point_limit points: larger ones are halved.
 */
void area_clip(const struct level *level, const struct area_ring *rings, size_t ring_count,
               size_t point_limit, area_callback *callback, void *context);

/** Clips a part again, to the parts of a divided cell; points stay relative to the cell. */
void area_divide(struct parts parts, const struct cut_point *points, size_t count, size_t point_limit,
                 area_callback *callback, void *context);

#endif
