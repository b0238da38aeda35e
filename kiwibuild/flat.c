/* SPDX-License-Identifier: MIT */
/* Distances around a position. */
#include "flat.h"

#include <math.h>

enum { METRES_PER_DEGREE = 111320 };

struct flat flat_around(struct position position)
{
    return (struct flat){position,
                         cos((double)position.y / Y_PER_DEGREE * acos(-1.0) / 180) * METRES_PER_DEGREE /
                             X_PER_DEGREE,
                         (double)METRES_PER_DEGREE / Y_PER_DEGREE};
}

struct nearest flat_nearest(const struct flat *flat, struct position from, struct position to)
{
    double ax = (double)(from.x - flat->origin.x) * flat->x, ay = (double)(from.y - flat->origin.y) * flat->y;
    double dx = (double)(to.x - from.x) * flat->x, dy = (double)(to.y - from.y) * flat->y;
    double length = dx * dx + dy * dy, part = length > 0 ? -(ax * dx + ay * dy) / length : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return (struct nearest){hypot(ax + part * dx, ay + part * dy), part, dy * ax - dx * ay > 0};
}
