/* SPDX-License-Identifier: MIT */
/* Whether a geometry touches a box: not only its own box, as a diagonal road or a bay has much of that to
 * itself. */
#include "box.h"

/** A box that does not go across 180 degrees, in units of points. */
struct window {
    double west, south, east, north;
};

/** Degrees in units of points: whole ones for numbers that the sinks could have written. */
static double units_of(double degrees)
{
    const double rounding = 1e-5;
    const double units = degrees * 1e7;
    return fabs(units - round(units)) < rounding ? round(units) : units;
}

/** Above zero: x, y lies to the left of a-b. The products need 64 bits. */
static long double turn(struct point a, struct point b, double x, double y)
{
    return ((long double)b.x - a.x) * ((long double)y - a.y) -
           ((long double)b.y - a.y) * ((long double)x - a.x);
}

static bool side_meets(const struct window *window, struct point a, struct point b)
{
    if ((a.x < window->west && b.x < window->west) || (a.x > window->east && b.x > window->east) ||
        (a.y < window->south && b.y < window->south) || (a.y > window->north && b.y > window->north))
        return false;
    bool left = false;
    bool right = false;
    for (unsigned corner = 0; corner < 4; corner++) {
        const long double side = turn(a, b, corner & 1 ? window->east : window->west,
                                      corner & 2 ? window->north : window->south);
        left |= side >= 0;
        right |= side <= 0;
    }
    return left && right;
}

static bool is_area(const struct geometry *geometry)
{
    return geometry->type == GEOMETRY_POLYGON || geometry->type == GEOMETRY_MULTI_POLYGON;
}

/** Where the side that begins with a point ends: in itself if there is no further point, and for places. */
static struct point end_of(const struct geometry *geometry, const struct stroke *stroke, size_t i)
{
    const bool alone = geometry->type == GEOMETRY_POINT || geometry->type == GEOMETRY_MULTI_POINT;
    if (!alone && i + 1 < stroke->count)
        i++;
    else if (is_area(geometry))
        i = 0;
    return geometry->points[stroke->first + i];
}

/** Whether a place that is on no side lies within an area: each of its sides to the east changes that. */
static bool encloses(const struct geometry *geometry, double x, double y)
{
    bool inside = false;
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct stroke *stroke = &geometry->strokes[i];
        for (size_t k = 0; k < stroke->count; k++) {
            const struct point a = geometry->points[stroke->first + k];
            const struct point b = end_of(geometry, stroke, k);
            if ((a.y > y) != (b.y > y) && (turn(a, b, x, y) > 0) == (b.y > a.y))
                inside = !inside;
        }
    }
    return inside;
}

static bool meets(const struct window *window, const struct geometry *geometry)
{
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct stroke *stroke = &geometry->strokes[i];
        for (size_t k = 0; k < stroke->count; k++)
            if (side_meets(window, geometry->points[stroke->first + k], end_of(geometry, stroke, k)))
                return true;
    }
    return is_area(geometry) && encloses(geometry, window->west, window->south);
}

bool box_meets(const struct kiwi_box *box, const struct geometry *geometry)
{
    const struct window whole = {units_of(box->west), units_of(box->south), units_of(box->east),
                                 units_of(box->north)};
    struct window west = whole;
    struct window east = whole;
    if (box->west <= box->east)
        return meets(&whole, geometry);
    west.west = units_of(-180);
    east.east = units_of(180);
    return meets(&west, geometry) || meets(&east, geometry);
}
