/* SPDX-License-Identifier: MIT */
/* Features in WGS 84 on their way to a disc whose places are in another datum. */
#include "datum.h"

#include <math.h>

#include "memory.h"

static struct position convert(enum kiwi_geodetic geodetic, struct position position)
{
    const struct kiwi_place place = {(double)position.y / Y_PER_DEGREE, (double)position.x / X_PER_DEGREE};
    const struct kiwi_place there = kiwi_from_wgs84(geodetic, place);

    return (struct position){llrint(there.longitude * X_PER_DEGREE), llrint(there.latitude * Y_PER_DEGREE)};
}

static bool take(void *context, const struct feature *feature, struct failure *failure)
{
    const struct datum *datum = context;
    struct contour *contours = allocate(feature->contour_count, sizeof *contours);
    struct feature moved = *feature;
    bool done;

    moved.contours = contours;
    for (size_t i = 0; i < feature->contour_count; i++) {
        struct position *positions = allocate(feature->contours[i].count, sizeof *positions);

        for (size_t k = 0; k < feature->contours[i].count; k++)
            positions[k] = convert(datum->geodetic, feature->contours[i].positions[k]);
        contours[i] = feature->contours[i];
        contours[i].positions = positions;
    }
    done = datum->sink.take(datum->sink.context, &moved, failure);
    for (size_t i = 0; i < feature->contour_count; i++)
        release((void *)(uintptr_t)contours[i].positions);
    release(contours);
    return done;
}

static bool take_relation(void *context, const struct relation *relation, struct failure *failure)
{
    const struct datum *datum = context;

    return datum->sink.take_relation(datum->sink.context, relation, failure);
}

struct feature_sink datum_sink(struct datum *datum)
{
    return (struct feature_sink){.take = take, .take_relation = take_relation, .context = datum};
}
