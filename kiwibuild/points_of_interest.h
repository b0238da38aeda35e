/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_POINTS_OF_INTEREST_H
#define KIWIBUILD_POINTS_OF_INTEREST_H

#include "network.h"
#include "road_tags.h"

/** Takes points of interest of features; they become places of the network. */
struct points_of_interest {
    struct network *network;
    const struct poi_profile *profile;
    struct feature_name last; /**< the feature that was taken last */
};

/**
 * Takes over what a feature says of the profile's tags; values that the profile does not know are
 * reported. False if none of its tags is one of a point of interest.
 */
bool points_of_interest_add(struct points_of_interest *pois, const struct feature *feature,
                            const struct report *report);

/** Adds a feature as one of a category, whatever its tags say. */
void points_of_interest_add_one(struct points_of_interest *pois, const struct feature *feature,
                                const struct poi_category *category);

#endif
