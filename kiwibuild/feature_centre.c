/* SPDX-License-Identifier: MIT */
/* The point that stands for a feature. */
#include "feature_centre.h"

#include <math.h>

/** The centre of gravity of a ring; of one without area the middle of its box. */
static struct position ring_centre(const struct contour *ring)
{
    struct position low = ring->positions[0], high = low, origin = low;
    double area = 0, x = 0, y = 0;
    for (size_t i = 0; i < ring->count; i++) {
        struct position a = ring->positions[i], b = ring->positions[(i + 1) % ring->count];
        double ax = (double)(a.x - origin.x), ay = (double)(a.y - origin.y);
        double bx = (double)(b.x - origin.x), by = (double)(b.y - origin.y);
        double cross = ax * by - bx * ay;
        area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
        low = (struct position){a.x < low.x ? a.x : low.x, a.y < low.y ? a.y : low.y};
        high = (struct position){a.x > high.x ? a.x : high.x, a.y > high.y ? a.y : high.y};
    }
    if (area != 0) {
        struct position centre = {origin.x + llround(x / (3 * area)), origin.y + llround(y / (3 * area))};
        if (centre.x >= low.x && centre.x <= high.x && centre.y >= low.y && centre.y <= high.y)
            return centre;
    }
    return (struct position){low.x + (high.x - low.x) / 2, low.y + (high.y - low.y) / 2};
}

struct position feature_centre(const struct feature *feature)
{
    const struct contour *contour = &feature->contours[0];
    return feature->kind == SHAPE_AREA ? ring_centre(contour) : contour->positions[contour->count / 2];
}
