/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SEARCH_H
#define KIWIDUMP_SEARCH_H

/* The shortest way between two nodes of a level: A* over the regions, in bounded memory. */

#include "graphs.h"

/** Nodes that a search may reach: 40 bytes each. */
#define SEARCH_LIMIT 200000

/** A node that the search has reached. */
struct search_label {
    uint64_t key;      /* region, node, and by which link it was entered where regulations ask for that */
    uint32_t metres;   /* from the start */
    uint32_t estimate; /* the same and at least so many to the goal */
    uint32_t parent;   /* label, or UINT32_MAX */
    uint32_t place;    /* in the heap, or UINT32_MAX */
    uint8_t link;      /* of the parent's node */
};

struct search {
    struct graphs *graphs;
    struct search_label *labels;
    uint32_t *heap, *table;
    uint32_t count, heap_count;
    uint32_t goal_region, goal_node;
    double goal_latitude, goal_longitude, slack;
    bool exhausted; /* the bound was met */
};

enum search_result { SEARCH_FOUND, SEARCH_NO_WAY, SEARCH_TOO_FAR, SEARCH_FAILED };

bool search_open(struct search *search, struct graphs *graphs);
void search_close(struct search *search);

/** On success *last is the label of the goal; parents lead back to the start. */
enum search_result search_run(struct search *search, const struct kiwi_node *start, uint32_t start_region,
                              const struct kiwi_node *goal, uint32_t goal_region, uint32_t *last,
                              struct kiwi_error *error);

static inline uint32_t search_region(const struct search_label *label)
{
    return (uint32_t)(label->key >> 20);
}

static inline uint32_t search_node(const struct search_label *label)
{
    return (uint32_t)(label->key >> 4 & 0xFFFF);
}

#endif
