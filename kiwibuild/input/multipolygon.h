/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_MULTIPOLYGON_H
#define KIWIBUILD_MULTIPOLYGON_H

#include "feature.h"

/** A line of nodes that is a part of some ring, or a whole one. */
struct strand {
    const int64_t *nodes;
    const struct position *positions;
    size_t count;
};

struct ring {
    size_t first, count; /* of its vertices; the last one repeats the first */
    struct position low, high;
    double area;                    /* without sign */
    size_t parent;                  /* the smallest ring around it, or SIZE_MAX */
    size_t first_inner, next_inner; /* right inside of it, and beside it inside of its parent; or SIZE_MAX */
    bool hole;
};

/** Rings put together of strands, and which lies in which. Zero it before the first use. */
struct multipolygon {
    int64_t *nodes;
    struct position *positions;
    size_t count, node_capacity, position_capacity;
    struct ring *rings; /* from the largest to the smallest */
    size_t ring_count, ring_capacity;
    size_t open;       /* strands that are part of no ring */
    int64_t open_node; /* where one of them ends */
};

/**
 * Makes rings of strands whose ends have the same node. A ring within an even number of others is the edge of
 * an area, the others are holes, whatever their roles and their order. False if nesting them would take too
 * long.
 */
bool multipolygon_make(struct multipolygon *multipolygon, const struct strand *strands, size_t count);

void multipolygon_free(struct multipolygon *multipolygon);

#endif
