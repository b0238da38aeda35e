/* SPDX-License-Identifier: MIT */
#ifndef KIWI_PLACE_H
#define KIWI_PLACE_H

/* Places on the earth. Every function that takes or gives a place speaks degrees, latitude first; only arrays
 * of many points have integers instead. See docs/design/api.md. */

#include <stdint.h>

#include <kiwi/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Degrees north and east. */
struct kiwi_place {
    double latitude, longitude;
};

/** The same in 10^-7 degrees, whole numbers that can be compared: what kiwi_parcel_place_e7() makes of many
 * points. */
struct kiwi_place_e7 {
    int32_t latitude, longitude;
};

/** Degrees east and north; west > east crosses 180 degrees. */
struct kiwi_box {
    double west, south, east, north;
};

/** Metres between two places, on a sphere. */
KIWI_API double kiwi_distance(struct kiwi_place from, struct kiwi_place to);

#ifdef __cplusplus
}
#endif

#endif
