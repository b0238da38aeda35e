/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ADD_MAP_H
#define KIWIBUILD_ADD_MAP_H

#include "base_disc.h"
#include "common/failure.h"
#include "grid.h"
#include "input/passed_over.h"
#include "network.h"
#include "patches.h"

/** Puts the names of the network's places onto all levels on which they belong; all else of the map stays. */
bool add_to_map(const struct base_disc *base, const struct grid *grid, const struct network *network,
                struct patches *patches, struct passed_over *passed_over, struct failure *failure);

#endif
