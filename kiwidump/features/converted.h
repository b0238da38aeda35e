/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_CONVERTED_H
#define KIWIDUMP_CONVERTED_H

/* Features of the map in WGS 84. Shapes are put together in the datum of the disc, where edges of parcels run
 * along the axes, and where points that are the same have the same numbers: so they are converted last. */

#include "rings.h"

/** The last feature that was converted. Zeroed but for datum when it is new. */
struct converted {
    enum kiwi_geodetic datum;
    struct feature feature;
    struct point *points;
    size_t capacity;
    struct memory memory;
    struct rings rings; /* of an area that meets itself when it is rounded again */
};

/** Where a point of the disc lies. */
struct point converted_point(enum kiwi_geodetic datum, struct point point);

/** Makes *feature one in WGS 84, if it is none. */
enum kiwi_status converted_make(struct converted *converted, const struct feature **feature,
                                struct kiwi_error *error);

/** Frees what it holds. */
void converted_end(struct converted *converted);

#endif
