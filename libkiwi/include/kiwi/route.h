/* SPDX-License-Identifier: MIT */
#ifndef KIWI_ROUTE_H
#define KIWI_ROUTE_H

/* Typed iterators over route planning: levels of regions, and the nodes and links of a region. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/error.h>
#include <kiwi/map.h>
#include <kiwi/records.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The dummy level: it has the root of the hierarchy and no frames. */
enum { KIWI_DUMMY_LEVEL = -32 };
/** Of a length or time that the disc does not have. */
#define KIWI_NO_COST UINT32_MAX

/** The regions of a disc (chapter 9). Not thread-safe; they use their map. */
struct kiwi_regions;

/** A level of route planning; lives as long as the regions. */
struct kiwi_region_level {
    int number;                   /**< KIWI_DUMMY_LEVEL or more, coarse levels are greater */
    uint32_t index;               /**< position in the file */
    uint32_t count;               /**< regions, as far as their records lie in the file */
    const struct kiwi_file *file; /**< that holds its level management record */
    uint64_t offset;              /**< of that record */
    uint32_t record_size;         /**< of that record, bytes */
    uint64_t table_offset;        /**< of its first region management record */
    struct kiwi_region_level_management_record record; /**< sizes that cannot be are 0 */
};

/** A region. */
struct kiwi_region {
    const struct kiwi_region_level *level;
    uint32_t number;     /**< in its level */
    bool dummy;          /**< without a box */
    struct kiwi_box box; /**< boxes of regions overlap */
    uint32_t parent;     /**< in the next higher level, UINT32_MAX = none */
    uint32_t first_child,
        child_count;              /**< in the next lower level; first_child is UINT32_MAX if there are none */
    const struct kiwi_file *file; /**< that holds the frame and its record */
    uint64_t offset, size;        /**< of the frame; size 0 = it has none */
    bool cut;                     /**< size is what lies in the file of what should */
    uint64_t record_offset;       /**< of its region management record */
};

/** Opens the regions of the disc of a map, which must outlive them. KIWI_ERROR_NOT_FOUND if the disc has
 * none. */
KIWI_API enum kiwi_status kiwi_regions_open(struct kiwi_map *map, struct kiwi_regions **regions,
                                            struct kiwi_error *error);
KIWI_API void kiwi_regions_close(struct kiwi_regions *regions); /**< NULL is allowed */

KIWI_API size_t kiwi_regions_level_count(const struct kiwi_regions *regions);
KIWI_API const struct kiwi_region_level *kiwi_regions_level(const struct kiwi_regions *regions,
                                                            size_t index); /**< in file order */
KIWI_API const struct kiwi_region_level *kiwi_regions_level_by_number(const struct kiwi_regions *regions,
                                                                      int number); /**< or NULL */

/** A region by its number. KIWI_ERROR_NOT_FOUND if the level has no such region. */
KIWI_API enum kiwi_status kiwi_regions_get(struct kiwi_regions *regions,
                                           const struct kiwi_region_level *level, uint32_t number,
                                           struct kiwi_region *region, struct kiwi_error *error);

/** The first region from *number on whose box holds a place; *number becomes the next one to ask for. */
KIWI_API enum kiwi_status kiwi_regions_at(struct kiwi_regions *regions, const struct kiwi_region_level *level,
                                          struct kiwi_place place, uint32_t *number,
                                          struct kiwi_region *region, struct kiwi_error *error);

/** Whether the box of a region holds a place. */
KIWI_API bool kiwi_region_holds(const struct kiwi_region *region, struct kiwi_place place);

/** Nodes and links that the head of a region's node data declares, without reading the graph; false if it has
 * none. */
KIWI_API bool kiwi_region_counts(const struct kiwi_region *region, uint32_t *nodes, uint32_t *links);

/** The graph of one region (chapter 10), in memory. */
struct kiwi_graph;

/** Reads a region's frame; the level and the file of the region must outlive it. What cannot be read of it
 * has no nodes, or nodes have no links. */
KIWI_API enum kiwi_status kiwi_graph_open(const struct kiwi_region *region, struct kiwi_graph **graph,
                                          struct kiwi_error *error);
KIWI_API void kiwi_graph_close(struct kiwi_graph *graph); /**< NULL is allowed */

KIWI_API const struct kiwi_region *kiwi_graph_region(const struct kiwi_graph *graph);
KIWI_API size_t kiwi_graph_memory(const struct kiwi_graph *graph); /**< bytes that it takes */
/** The bytes of the region's frame, as far as they lie in the file; they live as long as the graph. */
KIWI_API const uint8_t *kiwi_graph_bytes(const struct kiwi_graph *graph, size_t *length);
KIWI_API uint32_t kiwi_graph_node_count(const struct kiwi_graph *graph);

/** Degrees of one unit of its coordinates, the longer side; 0 if it has none. */
KIWI_API double kiwi_graph_resolution(const struct kiwi_graph *graph);

/** A node; what it points to lives as long as the graph. */
struct kiwi_node {
    uint32_t number;
    uint64_t offset; /**< of its record, in the file */
    bool has_position;
    struct kiwi_place position;
    uint32_t link_count; /**< 0 if undecided or if the links cannot be read */
    uint32_t regulation_count;
    uint64_t block; /**< of its links in the frame */
    struct kiwi_node_record record;
};

/** A link as seen from the node that it leaves. */
struct kiwi_link {
    uint32_t index;        /**< of the node's links */
    uint64_t offset;       /**< of its record, in the file */
    uint32_t region, node; /**< at the other end; region is a number in the level */
    bool has_cost;         /**< otherwise nobody knows whether it may be passed */
    bool passable;         /**< away from the node */
    uint32_t length;       /**< metres, or KIWI_NO_COST */
    uint32_t time;         /**< 0.1 seconds, or KIWI_NO_COST */
    uint64_t cost_offset;  /**< of its link cost record in the file, if has_cost */
    bool timed;            /**< that record has a travel time */
    struct kiwi_link_record record;
    struct kiwi_link_cost_record cost;
};

/** False if there is no such node. */
KIWI_API bool kiwi_graph_node(const struct kiwi_graph *graph, uint32_t number, struct kiwi_node *node);
/** False if there is no such link. */
KIWI_API bool kiwi_graph_link(const struct kiwi_graph *graph, const struct kiwi_node *node, uint32_t index,
                              struct kiwi_link *link);
KIWI_API bool kiwi_graph_regulation(const struct kiwi_graph *graph, const struct kiwi_node *node,
                                    uint32_t index, struct kiwi_regulation_record *regulation);
/** False if a regulation always prohibits to go from one link of a node to another (passage code 127). */
KIWI_API bool kiwi_graph_may_pass(const struct kiwi_graph *graph, const struct kiwi_node *node,
                                  uint32_t entry, uint32_t exit);

/** An aggregated intersection of the road reference frame (10.13); bytes live as long as the graph. */
struct kiwi_intersection {
    struct kiwi_aggregated_node_information head;
    struct kiwi_aggregated_node_composition composition; /**< its lengths are 0 if has_composition is false */
    bool has_composition;  /**< the representative node says how many links are connected, and the record has
                              room */
    const uint8_t *routes; /**< route_information records, one after the other */
    uint64_t routes_length;
};

/** The next intersection at *position, which begins with 0. False at the end, or where the list is broken. */
KIWI_API bool kiwi_graph_intersection(const struct kiwi_graph *graph, size_t *position,
                                      struct kiwi_intersection *intersection);

#ifdef __cplusplus
}
#endif

#endif
