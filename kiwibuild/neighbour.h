/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NEIGHBOUR_H
#define KIWIBUILD_NEIGHBOUR_H

#include "volume.h"

/**
 * Place of a part of a cell and its neighbours, in the repetition that lies so many cells north and east. How
 * many neighbours there are does not depend on the addresses.
 */
struct frame_place neighbour_place(const struct volume *volume, const struct volume_level *level, size_t cell,
                                   unsigned part, int64_t north, int64_t east);

#endif
