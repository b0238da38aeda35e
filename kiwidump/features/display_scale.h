/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_DISPLAY_SCALE_H
#define KIWIDUMP_DISPLAY_SCALE_H

/* Scales of the map as it is seen, and the levels that are made for them. */

#include <kiwi/kiwi.h>

enum { DISPLAY_SCALES = 5 };

#define EARTH_RADIUS 6378137.0
/** Metres on the screen of a pixel, as display scales count it. */
#define PIXEL 0.00028
/** So much coarser than it is meant for a level may be drawn. */
#define LEVEL_TOLERANCE 1.7

/** Display scales of a level, ended by the first unused one; returns how many. */
unsigned display_scales(const struct kiwi_level *level, uint32_t scales[DISPLAY_SCALES]);

/** The finest level that is meant for a scale of 1 to that number, or for one that is not much finer; else
 * the coarsest one. NULL if the map has no levels. */
const struct kiwi_level *display_level(const struct kiwi_map *map, double scale);

#endif
