/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_WAY_H
#define KIWIDUMP_WAY_H

/* A way over the disc's own graph as a feature. */

#include "feature.h"

struct way {
    enum kiwi_geodetic datum;
    struct kiwi_route *route;
    struct feature feature;
    struct point *points;
    struct stroke *strokes;
    struct properties from, to;
    struct value_list links;
    uint32_t next_leg; /* of links */
};

/** Makes way->feature of a route, which must outlive it. */
enum kiwi_status way_make(struct way *way, enum kiwi_geodetic datum, struct kiwi_route *route,
                          struct kiwi_error *error);
void way_free(struct way *way);

#endif
