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

/** What places count from. */
enum kiwi_geodetic {
    KIWI_WGS84,
    KIWI_TOKYO, /**< of older Japanese maps: some 450 m away */
};

/** A place in WGS 84, and the other way round; what is no place on the earth stays as it is. From the Tokyo
 * datum to 9 m on the main islands of Japan; to and fro gives the same place. */
KIWI_API struct kiwi_place kiwi_to_wgs84(enum kiwi_geodetic datum, struct kiwi_place place);
KIWI_API struct kiwi_place kiwi_from_wgs84(enum kiwi_geodetic datum, struct kiwi_place place);

/** The smallest box round all places of a box, likewise. In boxes of discs west = east is all around the
 * earth. */
KIWI_API struct kiwi_box kiwi_box_to_wgs84(enum kiwi_geodetic datum, struct kiwi_box box);
KIWI_API struct kiwi_box kiwi_box_from_wgs84(enum kiwi_geodetic datum, struct kiwi_box box);

/** Metres between two places, on a sphere. */
KIWI_API double kiwi_distance(struct kiwi_place from, struct kiwi_place to);

#ifdef __cplusplus
}
#endif

#endif
