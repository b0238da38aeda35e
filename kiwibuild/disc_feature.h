/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_DISC_FEATURE_H
#define KIWIBUILD_DISC_FEATURE_H

#include "network.h"

/** Whether a feature comes from a disc, by kiwidump --features, and has KIWI's codes instead of tags. */
bool disc_feature_is(const struct feature *feature);

/** Takes it over as it is. Returns why not, as a reason for passing it over, or NULL. */
const char *disc_feature_add(struct network *network, const struct feature *feature);

#endif
