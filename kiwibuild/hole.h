/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_HOLE_H
#define KIWIBUILD_HOLE_H

#include <stddef.h>

#include "position.h"

/**
 * Joins a hole to the ring around it, by a cut that is passed in both directions between the two vertices
 * that are nearest to each other. Of both the last vertex repeats the first. ring has room for count +
 * hole_count + 1 vertices; returns how many it has then. The hole may be turned round.
 */
size_t hole_join(struct position *ring, size_t count, struct position *hole, size_t hole_count);

#endif
