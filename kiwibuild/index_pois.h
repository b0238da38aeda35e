/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_POIS_H
#define KIWIBUILD_INDEX_POIS_H

#include "memory.h"
#include "network.h"
#include "territories.h"

/** True if there is a point of interest. */
bool index_pois_wanted(const struct network *network);

/**
 * Appends the search file of points of interest: by name, and by category with the names of each category on
 * the level below. file is its name.
 */
void index_pois_append(struct buffer *buffer, const struct network *network,
                       const struct territories *territories, const char *file);

#endif
