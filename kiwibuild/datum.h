/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_DATUM_H
#define KIWIBUILD_DATUM_H

#include <kiwi/place.h>

#include "input/feature.h"

/** A sink before another one: features go there with places in a datum. */
struct datum {
    enum kiwi_geodetic geodetic;
    struct feature_sink sink;
};

/** The sink to be used instead of that of the datum, which must stay where it is. */
struct feature_sink datum_sink(struct datum *datum);

#endif
