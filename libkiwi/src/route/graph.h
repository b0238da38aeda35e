/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_GRAPH_H
#define KIWI_SRC_GRAPH_H

#include "route/regions.h"

/** Basic frames of a region (10.2). */
enum kiwi_region_frame {
    KIWI_FRAME_NODES,
    KIWI_FRAME_LINKS,
    KIWI_FRAME_LINK_COSTS,
    KIWI_FRAME_UPPER_NODES,
    KIWI_FRAME_UPPER_LINKS,
    KIWI_FRAME_PASSAGE_CODES,
    KIWI_FRAME_STATISTICAL_COSTS,
    KIWI_FRAME_COORDINATES,
    KIWI_FRAME_ROAD_REFERENCES,
    KIWI_FRAME_COUNT,
};

/** Bytes of the region's frame; everything inside is clipped to them. */
struct kiwi_graph_range {
    uint64_t offset, length;
};

struct kiwi_graph {
    struct kiwi_region region;
    const uint8_t *bytes;
    uint64_t length;
    uint8_t *owned; /* bytes, or NULL if they are borrowed */
    bool damaged;   /* some of the bytes, which are zeros then, cannot be read */
    struct kiwi_route_planning_distribution_header header;
    struct kiwi_graph_range frames[KIWI_FRAME_COUNT];
    struct kiwi_node_distribution_header nodes;
    uint64_t node_start; /* of the first node record */
    uint32_t node_count;
    struct kiwi_link_cost_distribution_header costs;
    uint64_t cost_start; /* of the first link cost record */
    uint32_t timed_count, cost_count;
    struct kiwi_node_coordinate_distribution_header coordinates;
    struct kiwi_graph_range grid, positions;
};

/** Prepares a graph over bytes that outlive it. */
void kiwi_graph_init(struct kiwi_graph *graph, const struct kiwi_region *region, const uint8_t *bytes,
                     uint64_t length);

bool kiwi_graph_cost(const struct kiwi_graph *graph, uint32_t number, struct kiwi_link_cost_record *cost);

#endif
