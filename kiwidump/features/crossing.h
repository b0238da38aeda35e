/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_CROSSING_H
#define KIWIDUMP_CROSSING_H

/* How two straight sides lie to each other: exact for all coordinates on earth. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "point.h"

static inline bool crossing_same(struct point a, struct point b)
{
    return a.x == b.x && a.y == b.y;
}

/** Above zero: the point of those doubled coordinates lies to the left of a-b; 0: in line with it. */
int crossing_turn(struct point a, struct point b, int64_t doubled_x, int64_t doubled_y);

/** Whether a-b and c-d have a point in common. */
bool crossing_touch(struct point a, struct point b, struct point c, struct point d);

/** Whether a point lies on a-b, and is none of its ends. */
bool crossing_on(struct point a, struct point b, struct point point);

/** Whether a-b and c-d cross, and where, to the nearest unit; sides that only touch do not. */
bool crossing_find(struct point a, struct point b, struct point c, struct point d, struct point *point);

/** Whether the sides of a ring meet in its corners only, each next to the one before. */
bool crossing_is_simple(const struct point *points, size_t count);

#endif
