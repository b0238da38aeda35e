/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SIMPLIFY_H
#define KIWIBUILD_SIMPLIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "grid.h"
#include "position.h"

/** A line with some of its vertices left out. */
struct simplified {
    struct position *positions;
    bool *nodes;
    size_t count, capacity, node_capacity;
};

/**
 * Leaves out vertices that lie within two units of the level from the line without them (Douglas and
 * Peucker). Ends and nodes stay; so what meets there stays together, and what two lines share between nodes
 * stays the same whichever way it runs. A ring begins at its southernmost vertex afterwards. The finest level
 * loses nothing.
 */
void simplify(const struct level *level, const struct position *positions, const bool *nodes, size_t count,
              bool ring, struct simplified *result);

/** The line as it is, on any level. */
void simplify_nothing(const struct position *positions, const bool *nodes, size_t count,
                      struct simplified *result);

void simplified_free(struct simplified *result);

#endif
