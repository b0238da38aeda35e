/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SHORTEST_H
#define KIWI_SRC_SHORTEST_H

/* The shortest way between two nodes of a level: A* over the regions, in bounded memory. */

#include "route/graphs.h"

/** A node that the search has reached. */
struct kiwi_label {
    uint64_t key;      /* region, node, and by which link it was entered where regulations ask for that */
    uint32_t metres;   /* from the start */
    uint32_t estimate; /* the same and at least so many to the goal */
    uint32_t parent;   /* label, or UINT32_MAX */
    uint32_t place;    /* in the heap, or UINT32_MAX */
    uint8_t link;      /* of the parent's node */
};

struct kiwi_shortest {
    struct kiwi_graphs *graphs;
    struct kiwi_label *labels;
    uint32_t *heap, *table;
    uint32_t limit, count, heap_count;
    uint64_t table_size; /* a power of two, more than twice the limit */
    uint32_t goal_region, goal_node;
    struct kiwi_place goal;
    double slack;
    bool exhausted; /* a bound was met */
};

enum kiwi_shortest_result { KIWI_WAY_FOUND, KIWI_NO_WAY, KIWI_WAY_TOO_FAR, KIWI_WAY_FAILED };

/** limit is that of nodes that may be reached. False if memory is out; close it in any case. */
bool kiwi_shortest_open(struct kiwi_shortest *search, struct kiwi_graphs *graphs, uint32_t limit);
void kiwi_shortest_close(struct kiwi_shortest *search);

/** On success *last is the label of the goal; parents lead back to the start. */
enum kiwi_shortest_result kiwi_shortest_run(struct kiwi_shortest *search, const struct kiwi_route_end *start,
                                            const struct kiwi_route_end *goal, uint32_t *last,
                                            struct kiwi_error *error);

static inline uint32_t kiwi_label_region(const struct kiwi_label *label)
{
    return (uint32_t)(label->key >> 20);
}

static inline uint32_t kiwi_label_node(const struct kiwi_label *label)
{
    return (uint32_t)(label->key >> 4 & 0xFFFF);
}

#endif
