/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_ANTIMERIDIAN_H
#define KIWIDUMP_ANTIMERIDIAN_H

/* Lines and rings that cross 180 degrees are cut there, as RFC 7946 (3.1.9) has it. */

#include <stdbool.h>
#include <stddef.h>

#include "feature.h"

/** Half a turn and a turn in 10^-7 degrees. */
#define HALF_TURN INT64_C(1800000000)
#define TURN (2 * HALF_TURN)

/** A point whose longitude goes on beyond 180 degrees, so that neighbours are near each other in numbers,
 * too. */
struct wide_point {
    int64_t x;
    int32_t y;
};

/** For each point that is cut so many may come out, and a stroke. */
enum { CUT_ROOM = 3 };

/** What comes out, in arrays of the caller's. */
struct cut {
    struct point *points;
    size_t count;
    struct stroke *strokes;
    size_t stroke_count;
};

/** Adds a line, in a stroke for each side of 180 degrees that it comes to; none of its steps is wider than a
 * turn. */
void cut_line(struct cut *cut, const struct wide_point *points, size_t count);

/** Adds a ring, or one on each side; together they are not wider than a turn. */
void cut_ring(struct cut *cut, const struct wide_point *points, size_t count);

/** How many turns to the east of [-180, 180] an interval lies that crosses no 180 degrees; of one that does,
 * how many its eastern end. */
static inline int64_t turn_of(int64_t west, int64_t east)
{
    int64_t beyond = east - HALF_TURN;
    int64_t turn = beyond > 0 ? (beyond + TURN - 1) / TURN : -(-beyond / TURN);
    return west == east && west == -HALF_TURN ? 0 : turn;
}

/** A point as near to a longitude as turns allow. */
static inline struct wide_point wide_of(struct point point, int64_t longitude)
{
    int64_t apart = longitude - point.x;
    int64_t turns = (apart + (apart < 0 ? -HALF_TURN : HALF_TURN)) / TURN;
    return (struct wide_point){point.x + TURN * turns, point.y};
}

/** The same for the place beside 180 degrees, whichever its side. */
static inline struct point point_of_both_sides(struct point point)
{
    point.x = point.x == -HALF_TURN ? (int32_t)HALF_TURN : point.x;
    return point;
}

#endif
