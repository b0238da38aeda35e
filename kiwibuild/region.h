/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_REGION_H
#define KIWIBUILD_REGION_H

#include "frame.h"
#include "route_graph.h"
#include "volume.h"

enum {
    ROUTE_LEVEL_COUNT = 2,
    ROUTE_BASIC_FRAMES = 9,
};

/** A box in 1/8 seconds. */
struct outline {
    int64_t south, north, west, east;
};

/** A region of a level: the nodes members[first] to members[first + count - 1] of the level's graph. */
struct region {
    size_t first, count;
    uint32_t parent, first_child, child_count;
    struct position low, high; /**< corners of the box of its nodes */
    struct outline outline;    /**< the same, rounded outwards */
};

struct region_level {
    int number;
    struct route_graph graph;
    uint32_t *members; /**< nodes by region */
    struct region *regions;
    size_t region_count, region_capacity;
};

/** Route planning of a disc: its levels, the coarsest first. */
struct regions {
    struct region_level levels[ROUTE_LEVEL_COUNT];
    const struct network *network;
    unsigned logical_sector_size;
    uint64_t header_size; /**< of the distribution header with its level records */
};

/** Makes the graphs of both levels and cuts them into regions; what restrictions cannot be kept is reported.
 */
bool regions_make(struct regions *regions, const struct network *network, const struct layout *layout,
                  struct passed_over *passed_over, struct failure *failure);
void regions_free(struct regions *regions);

/** File of route planning if the map is not in ALLDATA.KWI, as on European discs of 2021. */
#define REGION_FILE "REGION.KWI"

/** Makes room for the regions of the volume behind everything else in ALLDATA.KWI, or in a file of its own if
 * the map is split into files. */
bool regions_place(struct volume *volume, struct failure *failure);

/**
 * Appends everything from the distribution header to the last frame, for the place base in its file. The size
 * does not depend on base. False if a value cannot be held.
 */
bool regions_append(const struct regions *regions, uint64_t base, struct buffer *buffer);

/** Appends the route planning data frame of a region, without padding. */
bool route_frame_append(const struct regions *regions, const struct region_level *level, size_t region,
                        struct buffer *buffer);

#endif
