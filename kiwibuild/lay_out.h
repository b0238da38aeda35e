/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LAY_OUT_H
#define KIWIBUILD_LAY_OUT_H

#include "volume.h"

/** Encodes the frames of all levels and lays out the files; without regions there is no route planning. */
bool volume_make(struct volume *volume, const struct grid *grid, const struct network *network,
                 const struct regions *regions, uint64_t head_size, struct failure *failure);

#endif
