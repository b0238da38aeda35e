/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GUIDANCE_H
#define KIWIBUILD_GUIDANCE_H

#include "frame.h"

/** Bytes of the route guidance frame (chapter 8) that goes with a map frame, with padding; 0 if there is
 * none. */
uint64_t guidance_size(const struct layout *layout, const struct frame *frame);

/** Bytes up to its extended data frames, without padding. */
uint64_t guidance_basic_size(const struct layout *layout);

/** Appends it with its padding; nobody knows what belongs into its data frames. */
bool guidance_append(const struct level *level, const struct frame_site *site, struct buffer *buffer);

#endif
