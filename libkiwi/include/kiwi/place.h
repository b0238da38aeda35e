/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PLACE_H
#define KIWI_PLACE_H

/* Places on the earth: boxes and distances. */

#include <kiwi/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Degrees east and north; west > east crosses 180 degrees. */
struct kiwi_box {
    double west, south, east, north;
};

/** Metres between two places in degrees, on a sphere. */
KIWI_API double kiwi_distance(double latitude, double longitude, double other_latitude,
                              double other_longitude);

#ifdef __cplusplus
}
#endif

#endif
