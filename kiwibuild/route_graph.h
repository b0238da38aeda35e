/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ROUTE_GRAPH_H
#define KIWIBUILD_ROUTE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"
#include "network.h"

enum { MOST_ENDS = 15 }; /**< of a node: four bits of links, of which one value is "undecided" (10.6.2.1) */

/** A place where routable ways end or meet. */
struct route_node {
    struct position position;
    uint32_t joint;                  /**< of the network */
    uint32_t region;                 /**< of the graph */
    uint32_t number;                 /**< in its region */
    uint32_t first;                  /**< of its ends */
    uint32_t count;                  /**< ends: links as seen from here */
    uint32_t first_turn, turn_count; /**< that are prohibited */
    bool boundary;                   /**< has a link into another region */
    bool upper;                      /**< the next higher level has it, too */
};

/** A way, or a part of it, between two nodes. */
struct route_link {
    uint32_t nodes[2];      /**< in the order of the way */
    uint16_t directions[2]; /**< of the link where it leaves these nodes, degrees */
    uint32_t metres;
    uint32_t way;
    uint32_t link_id;    /**< of the first link of the map that it consists of */
    uint32_t link_count; /**< of them */
    bool upper;          /**< the next higher level has it, too */
};

/** One end of a link. */
struct route_end {
    uint32_t link;
    bool reverse; /**< it is the second end */
};

/** It is prohibited to go from one end at a node to another. */
struct route_turn {
    uint32_t node;
    uint8_t entry, exit; /**< counted at the node */
};

/** What vehicles can use of the ways of a level and of all coarser ones. */
struct route_graph {
    struct route_node *nodes;
    size_t node_count, node_capacity;
    struct route_link *links;
    size_t link_count, link_capacity;
    struct route_end *ends;   /**< sorted by node */
    struct route_turn *turns; /**< sorted by node */
    size_t turn_count, turn_capacity;
};

/**
 * Whether cars may use a way: by its road type and its access, and it is not only planned.
 */
bool way_is_routable(const struct way *way);

/** Takes the routable ways that are on a level of the map. */
bool route_graph_make(struct route_graph *graph, const struct network *network, int coarsest_level,
                      struct failure *failure);

void route_graph_free(struct route_graph *graph);

/** Marks what an upper level has of the nodes and links. */
void route_graph_mark_upper(struct route_graph *graph, const struct route_graph *upper);

/** The node of a joint at a position, or SIZE_MAX. Nodes are sorted by position, then joint. */
size_t route_graph_find(const struct route_graph *graph, struct position position, uint32_t joint);

#endif
