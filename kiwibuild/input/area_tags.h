/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_AREA_TAGS_H
#define KIWIBUILD_AREA_TAGS_H

#include "feature.h"

/** Whether a closed way with these tags is an area, and no line that returns to its beginning. */
bool tags_mean_area(const struct tags *tags);

#endif
