/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BORDER_H
#define KIWIBUILD_BORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "cut.h"

/** What an area was clipped to. */
struct border {
    int64_t left, bottom, right, top;
};

/** A piece of an area: the ring around it, then its holes. */
typedef void piece_rings_callback(void *context, const struct cut_rings *rings);

/**
 * Clipping leaves one ring where the area has several pieces, with lines along the border that are passed in
 * both directions, and the parts of holes are rings of their own. This takes the lines away and hands over
 * the pieces, each with the holes in it; or the ring, if there is only one and no such line.
 */
void border_split(const struct cut_rings *rings, const struct border *border, piece_rings_callback *callback,
                  void *context);

/** Appends the rings of a ring that was joined to holes by cuts (hole.h), which are passed in both
 * directions. */
void border_open(const struct cut_points *joined, struct cut_rings *rings);

#endif
