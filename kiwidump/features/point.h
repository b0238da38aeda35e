/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_POINT_H
#define KIWIDUMP_POINT_H

#include <math.h>
#include <stdint.h>

#include <kiwi/place.h>

/** Longitude and latitude in 10^-7 degrees: the same for a point seen from two parcels. */
struct point {
    int32_t x, y;
};

static inline struct point point_of(struct kiwi_place place)
{
    return (struct point){(int32_t)lrint(place.longitude * 1e7), (int32_t)lrint(place.latitude * 1e7)};
}

/** Order of points: upwards, and then to the east. */
static inline uint64_t point_number(struct point point)
{
    return (uint64_t)((int64_t)point.y - INT32_MIN) << 32 | (uint32_t)((int64_t)point.x - INT32_MIN);
}

#endif
