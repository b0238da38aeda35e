/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_RINGS_H
#define KIWIDUMP_RINGS_H

/* Rings from the sides of areas: what runs both ways is dropped, the rest is put together. */

#include "merge_shape.h"

struct ring {
    size_t first, count; /* of its points */
    double area;         /* above zero: counter-clockwise */
    bool hole;
    size_t first_hole, next_hole; /* SIZE_MAX = none */
    int32_t west, south, east, north;
};

struct rings {
    struct merge_memory *memory;
    struct side {
        struct merge_point from, to;
        bool border, used;
    } * sides;
    size_t side_count, side_capacity;
    struct merge_point *points;
    size_t point_count, point_capacity;
    struct ring *rings;
    size_t ring_count, ring_capacity;
};

void rings_add(struct rings *rings, struct merge_point from, struct merge_point to, bool border);
/** Makes the rings; returns how many are no holes. */
size_t rings_make(struct rings *rings);
void rings_free(struct rings *rings);

#endif
