/* SPDX-License-Identifier: MIT */
/* Distances and directions on the ground. */
#include "ground.h"

#include <math.h>

double ground_metres_north(double phi)
{
    return 111132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi) - 0.0023 * cos(6 * phi);
}

double ground_metres_east(double phi)
{
    return 111412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi);
}

struct metres {
    double east, north;
};

static struct metres difference(struct position a, struct position b)
{
    double phi = (double)(a.y + b.y) / 2 / Y_PER_DEGREE * acos(-1.0) / 180;

    return (struct metres){(double)(b.x - a.x) / X_PER_DEGREE * ground_metres_east(phi),
                           (double)(b.y - a.y) / Y_PER_DEGREE * ground_metres_north(phi)};
}

double ground_distance(struct position a, struct position b)
{
    struct metres metres = difference(a, b);

    return hypot(metres.east, metres.north);
}

unsigned ground_direction(struct position from, struct position to)
{
    struct metres metres = difference(from, to);
    long degrees = lround(atan2(metres.east, metres.north) * 180 / acos(-1.0));

    return (unsigned)((degrees + 360) % 360);
}
