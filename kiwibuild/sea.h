/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SEA_H
#define KIWIBUILD_SEA_H

#include "network.h"

/** A line that has the sea on its right. */
struct coast {
    size_t first, count; /**< of its vertices */
};

/** Coastlines of all files. Zero it before the first one. */
struct sea {
    struct coast *coasts;
    size_t count, capacity;
    struct position *positions;
    size_t position_count, position_capacity;
};

/** Keeps a line if the profile says that the sea is on its right; false if it does not. */
bool sea_add(struct sea *sea, const struct profile *profile, const struct feature *feature);

/** Adds the sea to a network that has all else, and whose longitudes are what they will be. */
void sea_finish(struct sea *sea, const struct profile *profile, struct network *network,
                struct passed_over *passed_over);

void sea_free(struct sea *sea);

#endif
