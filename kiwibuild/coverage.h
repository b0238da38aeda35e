/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_COVERAGE_H
#define KIWIBUILD_COVERAGE_H

#include "base_disc.h"
#include "input/feature.h"
#include "input/passed_over.h"

/** What a map may cover, and the part of the feature at hand that lies in it. Zero it before the first use.
 */
struct coverage {
    bool limited; /**< else all fits */
    struct position low, high;
    struct position *positions;
    int64_t *nodes;
    size_t count, position_capacity, node_capacity;
    struct contour *contours;
    size_t contour_count, contour_capacity;
};

/** That of another disc: where all of its levels have parcels. False if its levels cannot be reckoned with.
 */
bool coverage_read(struct coverage *coverage, struct base_disc *base, struct failure *failure);

/** Cuts a feature to what is covered, and counts it if that is not all; false if nothing is. */
bool coverage_clip(struct coverage *coverage, const struct feature *feature, struct feature *clipped,
                   const char *path, struct passed_over *passed_over);

void coverage_free(struct coverage *coverage);

#endif
