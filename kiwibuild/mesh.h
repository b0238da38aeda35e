/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_MESH_H
#define KIWIBUILD_MESH_H

#include <stdint.h>

#include "grid.h"
#include "network.h"

/**
 * Decides which parcels of a level are integrated: an array for level->groups, to be freed, or NULL if none
 * are.
 */
uint8_t *mesh_make(const struct level *level, const struct network *network);

#endif
