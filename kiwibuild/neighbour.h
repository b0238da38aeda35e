/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NEIGHBOUR_H
#define KIWIBUILD_NEIGHBOUR_H

#include "frame.h"
#include "volume.h"

/** How many entries for neighbours a frame has: as many in every repetition. */
size_t neighbour_entries(const struct volume *volume, const struct volume_level *level, size_t cell,
                         size_t part);

/** Place of a frame in one repetition, with its neighbours; their addresses must be known. */
struct frame_site neighbour_site(const struct volume *volume, const struct volume_level *level, size_t cell,
                                 size_t part, size_t copy);

#endif
