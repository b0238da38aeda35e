/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_LINES_H
#define KIWIDUMP_LINES_H

#include "feature.h"

/** The geometry of some lines: of those that lead anywhere, or else of the places where they are. Points and
 * strokes, one at least, are moved together, and stay the caller's. */
struct geometry geometry_of_lines(struct point *points, struct stroke *strokes, size_t count);

#endif
