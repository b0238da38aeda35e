/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_GRID_H
#define KIWIBUILD_BASE_GRID_H

#include "base_disc.h"
#include "common/failure.h"
#include "grid.h"
#include "network.h"

/** The disc's own coverage and levels, beginning at its western edge; nothing is populated. */
bool base_grid_cells(struct grid *grid, struct base_disc *base, struct failure *failure);

/** The disc's own coverage and levels; what is populated is where the network is. */
bool base_grid_make(struct grid *grid, struct base_disc *base, const struct network *network,
                    struct failure *failure);

#endif
