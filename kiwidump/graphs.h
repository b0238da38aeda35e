/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_GRAPHS_H
#define KIWIDUMP_GRAPHS_H

/* The graphs of a level's regions, read when they are needed, some at a time. */

#include <kiwi/kiwi.h>

/** Bytes of graphs that are kept; the last two always are. */
#define GRAPHS_MEMORY ((size_t)3 << 20)
#define GRAPHS_COUNT 32
/** Bytes that may be read: a disc whose regions lead to and fro must not keep us busy for ever. */
#define GRAPHS_WORK (UINT64_C(1) << 30)

struct graphs {
    struct kiwi_regions *regions;
    const struct kiwi_region_level *level;
    struct {
        struct kiwi_graph *graph;
        uint64_t used;
    } kept[GRAPHS_COUNT];
    size_t count, memory;
    uint64_t clock, read;
};

void graphs_open(struct graphs *graphs, struct kiwi_regions *regions, const struct kiwi_region_level *level);
void graphs_close(struct graphs *graphs);

/** The graph of a region; it stays until two others were asked for. NULL if it cannot be read: error tells
 * why. */
const struct kiwi_graph *graphs_get(struct graphs *graphs, uint32_t region, struct kiwi_error *error);

/** A node of a region; false if there is none. */
bool graphs_node(struct graphs *graphs, uint32_t region, uint32_t number, struct kiwi_node *node,
                 struct kiwi_error *error);

/** Metres between two places on a sphere; for distances that need not be exact. */
double graphs_distance(double latitude, double longitude, double other_latitude, double other_longitude);

#endif
