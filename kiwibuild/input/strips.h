/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_STRIPS_H
#define KIWIBUILD_STRIPS_H

#include <stddef.h>
#include <stdint.h>

#include "kiwibuild/position.h"

/* The sides of rings by their height, so that few need a look to say whether a position lies inside. */

/** Side i goes from positions[i * step] to the one behind it. */
struct sides {
    const struct position *positions;
    size_t step, count;
};

/** Strips from west to east, each with the sides that reach into it. */
struct strips {
    int64_t low, high; /* that sides reach */
    size_t count;      /* none: not made yet */
    size_t first;      /* of their starts */
    size_t first_side;
};

/** What the strips of many rings consist of. Zero it before the first use. */
struct strip_store {
    uint32_t *starts; /* in the sides of the ring, for each strip and behind the last one */
    size_t start_count, start_capacity;
    uint32_t *sides;
    size_t side_count, side_capacity;
};

/** Takes room for a few numbers for each side, whatever the ring looks like. */
struct strips strips_make(struct strip_store *store, const struct sides *sides);

/** Numbers of the sides that may reach a height. */
const uint32_t *strips_at(const struct strip_store *store, const struct strips *strips, int64_t y,
                          size_t *count);

void strip_store_free(struct strip_store *store);

#endif
