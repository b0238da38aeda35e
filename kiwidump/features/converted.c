/* SPDX-License-Identifier: MIT */
/* Makes features of the map in WGS 84 of those in the datum of their disc. */
#include "converted.h"

#include <stdlib.h>

#include "antimeridian.h"
#include "kiwidump/fail.h"

struct point converted_point(enum kiwi_geodetic datum, struct point point)
{
    if (datum == KIWI_WGS84)
        return point;
    const struct kiwi_place from = {point.y / 1e7, point.x / 1e7};
    struct kiwi_place to = kiwi_to_wgs84(datum, from);
    /* Shapes are cut at the disc's 180 degrees: what goes beyond stays there, by some 0.005 degrees. */
    if (fabs(to.longitude - from.longitude) > 180)
        to.longitude = copysign(180, from.longitude);
    return point_of(to);
}

static bool is_area(const struct geometry *geometry)
{
    return geometry->type == GEOMETRY_POLYGON || geometry->type == GEOMETRY_MULTI_POLYGON;
}

/** Rounding again may make sides meet: all but simple rings are made once more. */
static bool repair(struct converted *converted)
{
    struct geometry *geometry = &converted->feature.geometry;
    struct rings *rings = &converted->rings;
    if (geometry->stroke_count == 1 && geometry->strokes[0].count <= FEATURE_POINTS &&
        crossing_is_simple(geometry->points + geometry->strokes[0].first, geometry->strokes[0].count))
        return true;
    rings->memory = &converted->memory;
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct point *points = geometry->points + geometry->strokes[i].first;
        size_t count = geometry->strokes[i].count;
        for (size_t k = 0; k < count; k++)
            rings_add(rings, points[k], points[k + 1 < count ? k + 1 : 0]);
    }
    size_t outer = rings_make(rings);
    if (outer > 0)
        return rings_geometry(rings, outer, geometry);
    return !converted->memory.failed;
}

static bool reserve(struct converted *converted, size_t count)
{
    if (count <= converted->capacity)
        return true;
    free(converted->points);
    converted->points = malloc(2 * count * sizeof *converted->points);
    converted->capacity = converted->points ? 2 * count : 0;
    return converted->points;
}

enum kiwi_status converted_make(struct converted *converted, const struct feature **feature,
                                struct kiwi_error *error)
{
    size_t count = 0;
    if (converted->datum == KIWI_WGS84)
        return KIWI_OK;
    if (converted->rings.memory)
        rings_free(&converted->rings);
    converted->feature = **feature;
    *feature = &converted->feature;
    struct geometry *geometry = &converted->feature.geometry;
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct stroke *stroke = &geometry->strokes[i];
        count = stroke->first + stroke->count > count ? stroke->first + stroke->count : count;
    }
    if (!reserve(converted, count))
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++)
        converted->points[i] = converted_point(converted->datum, geometry->points[i]);
    geometry->points = converted->points;
    return !is_area(geometry) || repair(converted) ? KIWI_OK
                                                   : dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
}

void converted_end(struct converted *converted)
{
    if (converted->rings.memory)
        rings_free(&converted->rings);
    free(converted->points);
}
