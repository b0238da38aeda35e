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

typedef void ring_callback(void *context, struct cut_points *ring);

/**
 * Clipping leaves one ring where the area has several pieces, with lines along the border that are passed in
 * both directions. This takes them away and hands over the pieces, each joined to the holes in it (hole.h);
 * or the ring, if there are no such lines.
 */
void border_split(struct cut_points *ring, const struct border *border, ring_callback *callback,
                  void *context);

#endif
