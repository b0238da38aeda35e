/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_HOUSE_PLACES_H
#define KIWIBUILD_HOUSE_PLACES_H

#include "addresses.h"
#include "network.h"

#define NO_ROAD UINT32_MAX

/** Where a house stands along the road that its address names. */
struct house_place {
    uint32_t name, number;
    uint32_t town; /**< set by who knows */
    uint32_t way;  /**< or NO_ROAD: no road of that name is near */
    uint32_t link;
    bool left;                /**< of the direction of the way */
    double along;             /**< metres from the beginning of the way */
    struct position position; /**< on the road; without one that of the house */
};

/** A way with a name, and the corners of what it covers. */
struct named_way {
    uint32_t name, way;
    struct position low, high;
};

/** Sorted by name. */
struct named_ways {
    struct named_way *items;
    size_t count;
};

struct named_ways named_ways_make(const struct network *network);

/** Puts a house on the nearest road of its name. */
void house_place_find(struct house_place *place, const struct house *address, const struct named_ways *ways,
                      const struct network *network);

#endif
