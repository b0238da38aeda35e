/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GROUND_H
#define KIWIBUILD_GROUND_H

#include "position.h"

/** Metres per degree on the ellipsoid at a latitude in radians; they reproduce the real lengths of known
 * discs. */
double ground_metres_north(double phi);
double ground_metres_east(double phi);

/** Metres between two places that are near each other. */
double ground_distance(struct position a, struct position b);

/** Direction from one place to another near it: degrees clockwise from north, 0 to 359. */
unsigned ground_direction(struct position from, struct position to);

#endif
