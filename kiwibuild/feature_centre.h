/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FEATURE_CENTRE_H
#define KIWIBUILD_FEATURE_CENTRE_H

#include "input/feature.h"

/** The point that stands for a feature: of an area its centre of gravity, of a line its middle vertex. */
struct position feature_centre(const struct feature *feature);

#endif
