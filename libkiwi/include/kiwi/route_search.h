/* SPDX-License-Identifier: MIT */
#ifndef KIWI_ROUTE_SEARCH_H
#define KIWI_ROUTE_SEARCH_H

/* Route planning: the graphs of a level, read when they are needed, and the shortest way over them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>
#include <kiwi/route.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The graphs of a level's regions; some are kept in bounded memory. Not thread-safe, like the regions. */
struct kiwi_graphs;

/** The regions must outlive them. */
KIWI_API enum kiwi_status kiwi_graphs_open(struct kiwi_regions *regions,
                                           const struct kiwi_region_level *level, struct kiwi_graphs **graphs,
                                           struct kiwi_error *error);
KIWI_API void kiwi_graphs_close(struct kiwi_graphs *graphs); /**< NULL is allowed */

/** The graph of a region; it stays until two others were asked for. NULL if it cannot be read: error says
 * why. KIWI_ERROR_RANGE if more than 1 GiB was read, since a disc whose regions lead to and fro must end. */
KIWI_API const struct kiwi_graph *kiwi_graphs_get(struct kiwi_graphs *graphs, uint32_t region,
                                                  struct kiwi_error *error);
/** A node of a region; false if there is none. */
KIWI_API bool kiwi_graphs_node(struct kiwi_graphs *graphs, uint32_t region, uint32_t number,
                               struct kiwi_node *node, struct kiwi_error *error);
/** The bound on what is read counts from here. */
KIWI_API void kiwi_graphs_renew(struct kiwi_graphs *graphs);

struct kiwi_route_options {
    size_t size;    /**< sizeof(struct kiwi_route_options) */
    bool has_level; /**< otherwise the finest level whose graph can be searched in bounded memory */
    int level;
    uint32_t nodes; /**< that a search may reach, about 50 bytes each; 0 = 200,000 */
    uint32_t reach; /**< metres from a place to the node of its end: a farther one is of another place; 0 =
                       10,000 */
};

/** An end of a way: the nearest node that a way can begin with, or end. */
struct kiwi_route_end {
    uint32_t region, node;
    struct kiwi_place position;
    uint32_t distance; /**< metres from the place asked for */
};

struct kiwi_route_summary {
    const struct kiwi_region_level *level; /**< that was searched; lives as long as the regions */
    struct kiwi_route_end from, to;
    uint64_t length;   /**< metres */
    double time;       /**< 0.1 seconds */
    bool time_assumed; /**< of a leg at least */
    uint32_t leg_count;
    uint32_t reached; /**< nodes that the search has reached */
};

/** One link of a way. */
struct kiwi_route_leg {
    uint32_t region, node, link; /**< where it begins, and which of the node's links it is */
    uint32_t to_region, to_node;
    uint32_t length;                 /**< metres */
    double time;                     /**< 0.1 seconds */
    bool time_assumed;               /**< not from the disc but from a speed for the road class */
    uint8_t road_class;              /**< code of kiwi_enum_road_type */
    bool toll;                       /**< toll road */
    uint32_t link_id;                /**< of its link cost record */
    struct kiwi_place ends[2];       /**< of the nodes; discs do not say what lies between them */
    bool has_start, has_destination; /**< whether the disc says where they lie */
};

/** A way. Not thread-safe; it uses its regions. */
struct kiwi_route;

/**
 * Searches the shortest way (in metres) between two places; the regions must outlive it. options may be NULL.
 * KIWI_ERROR_NOT_FOUND if there is no way, no node to begin or to end with within reach, or the bounds of the
 * search were met.
 */
KIWI_API enum kiwi_status kiwi_route_open(struct kiwi_regions *regions, struct kiwi_place from,
                                          struct kiwi_place to, const struct kiwi_route_options *options,
                                          struct kiwi_route **route, struct kiwi_error *error);
KIWI_API void kiwi_route_close(struct kiwi_route *route); /**< NULL is allowed */

KIWI_API const struct kiwi_route_summary *kiwi_route_summary(const struct kiwi_route *route);
/** A leg by its number, from 0 on; KIWI_END behind the last one. */
KIWI_API enum kiwi_status kiwi_route_leg(struct kiwi_route *route, uint32_t index, struct kiwi_route_leg *leg,
                                         struct kiwi_error *error);

#ifdef __cplusplus
}
#endif

#endif
