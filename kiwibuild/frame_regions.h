/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FRAME_REGIONS_H
#define KIWIBUILD_FRAME_REGIONS_H

#include "cell.h"
#include "region.h"

/**
 * Gives a frame the numbers of the regions whose box touches its own, of the route planning levels that are
 * not finer than its level of the map, finest first. The cell is the one that has the frame.
 */
bool frame_name_regions(const struct regions *regions, const struct level *level, int64_t row, int64_t column,
                        const struct volume_cell *cell, size_t part);

#endif
