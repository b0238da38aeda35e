/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FLAT_H
#define KIWIBUILD_FLAT_H

#include <stdbool.h>

#include "position.h"

/** A flat map around a position, in metres. */
struct flat {
    struct position origin;
    double x, y; /**< metres per unit */
};

/** The point of a segment that is nearest to the origin of the map. */
struct nearest {
    double distance;
    double part; /**< of the segment before it */
    bool left;   /**< the origin is left of the segment */
};

struct flat flat_around(struct position position);
struct nearest flat_nearest(const struct flat *flat, struct position from, struct position to);

#endif
