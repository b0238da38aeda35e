/* SPDX-License-Identifier: MIT */
/* The shortest way between two nodes (A*), across regions and in bounded memory. */
#include "route/shortest.h"

#include <stdlib.h>
#include <string.h>

#include <kiwi/map.h>

#define NONE UINT32_MAX
enum { ANY_LINK = 15 };
/** Lengths are rounded and the earth is no sphere: no way is shorter than this share of the straight line. */
#define STRAIGHT_SHARE 0.98
/** How often nodes may be taken from the heap for each that may be reached. More than once where positions
 * contradict lengths; on a disc that lies the number may grow without end. */
enum { TAKES = 8 };

bool kiwi_shortest_open(struct kiwi_shortest *search, struct kiwi_graphs *graphs, uint32_t limit)
{
    memset(search, 0, sizeof *search);
    search->graphs = graphs;
    search->limit = limit;
    search->table_size = 2;
    while (search->table_size <= 2 * (uint64_t)limit)
        search->table_size *= 2;
    search->labels = malloc((size_t)limit * sizeof *search->labels);
    search->heap = malloc((size_t)limit * sizeof *search->heap);
    search->table = malloc((size_t)search->table_size * sizeof *search->table);
    if (!search->labels || !search->heap || !search->table)
        return false;
    memset(search->table, 0xFF, (size_t)search->table_size * sizeof *search->table);
    return true;
}

void kiwi_shortest_close(struct kiwi_shortest *search)
{
    free(search->labels);
    free(search->heap);
    free(search->table);
}

/* The heap: least estimate first; of equals the one that was reached first */

static bool before(const struct kiwi_shortest *search, uint32_t a, uint32_t b)
{
    const struct kiwi_label *left = &search->labels[a];
    const struct kiwi_label *right = &search->labels[b];
    return left->estimate != right->estimate ? left->estimate < right->estimate : a < b;
}

static void put(struct kiwi_shortest *search, uint32_t place, uint32_t label)
{
    search->heap[place] = label;
    search->labels[label].place = place;
}

static void rise(struct kiwi_shortest *search, uint32_t label)
{
    uint32_t place = search->labels[label].place;
    while (place > 0 && before(search, label, search->heap[(place - 1) / 2])) {
        put(search, place, search->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(search, place, label);
}

static uint32_t take_least(struct kiwi_shortest *search)
{
    uint32_t least = search->heap[0];
    uint32_t label = search->heap[--search->heap_count];
    uint32_t place = 0;
    search->labels[least].place = NONE;
    if (search->heap_count == 0)
        return least;
    for (;;) {
        size_t child = 2 * (size_t)place + 1;
        if (child >= search->heap_count)
            break;
        if (child + 1 < search->heap_count && before(search, search->heap[child + 1], search->heap[child]))
            child++;
        if (!before(search, search->heap[child], label))
            break;
        put(search, place, search->heap[child]);
        place = (uint32_t)child;
    }
    put(search, place, label);
    return least;
}

/* Labels */

static uint32_t *find_slot(struct kiwi_shortest *search, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9E3779B97F4A7C15);
    uint64_t slot = (hash >> 32) & (search->table_size - 1);
    while (search->table[slot] != NONE && search->labels[search->table[slot]].key != key)
        slot = (slot + 1) & (search->table_size - 1);
    return &search->table[slot];
}

/** At least so many metres are left to the goal. */
static uint32_t at_least(const struct kiwi_shortest *search, const struct kiwi_node *node)
{
    if (!node->has_position)
        return 0;
    double straight = kiwi_distance(node->position, search->goal);
    return straight <= search->slack ? 0 : (uint32_t)((straight - search->slack) * STRAIGHT_SHARE);
}

/** A way to a node was found; remembers it if it is the shortest so far. */
static void reach(struct kiwi_shortest *search, const struct kiwi_node *node, uint64_t key, uint32_t metres,
                  uint32_t parent, uint32_t link)
{
    uint32_t *slot = find_slot(search, key);
    uint32_t number = *slot;
    if (number == NONE) {
        if (search->count == search->limit) {
            search->exhausted = true;
            return;
        }
        number = *slot = search->count++;
        search->labels[number] = (struct kiwi_label){.key = key, .metres = UINT32_MAX, .place = NONE};
    }
    struct kiwi_label *label = &search->labels[number];
    if (metres >= label->metres)
        return;
    label->metres = metres;
    uint32_t rest = at_least(search, node);
    label->estimate = metres > UINT32_MAX - rest ? UINT32_MAX : metres + rest;
    label->parent = parent;
    label->link = (uint8_t)link;
    if (label->place == NONE)
        label->place = search->heap_count++;
    rise(search, number);
}

/** Which of a node's links leads back along a link that was taken to it; ANY_LINK if none is found. */
static uint32_t entry_of(struct kiwi_shortest *search, uint32_t region, const struct kiwi_node *node,
                         uint32_t from_region, uint32_t from_node, const struct kiwi_link *taken,
                         struct kiwi_error *error)
{
    const struct kiwi_graph *graph = kiwi_graphs_get(search->graphs, region, error);
    struct kiwi_link link;
    for (uint32_t i = 0; graph && kiwi_graph_link(graph, node, i, &link); i++)
        if (link.region == from_region && link.node == from_node &&
            link.record.reverse != taken->record.reverse && link.has_cost &&
            link.cost.link_id == taken->cost.link_id)
            return i;
    return ANY_LINK;
}

static void follow(struct kiwi_shortest *search, uint32_t number, const struct kiwi_link *link,
                   struct kiwi_error *error)
{
    const struct kiwi_label *label = &search->labels[number];
    uint32_t region = kiwi_label_region(label);
    uint32_t node_number = kiwi_label_node(label);
    uint32_t metres = label->metres;
    struct kiwi_node node;
    if (!link->passable || link->length == KIWI_NO_COST || link->length > UINT32_MAX - metres ||
        !kiwi_graphs_node(search->graphs, link->region, link->node, &node, error) || node.record.deleted)
        return;
    uint32_t entry = node.regulation_count == 0
                         ? ANY_LINK
                         : entry_of(search, link->region, &node, region, node_number, link, error);
    uint64_t key = (uint64_t)link->region << 20 | (uint64_t)link->node << 4 | entry;
    reach(search, &node, key, metres + link->length, number, link->index);
}

/** Goes on from a node over all its links. */
static void expand(struct kiwi_shortest *search, uint32_t number, struct kiwi_error *error)
{
    const struct kiwi_label label = search->labels[number];
    uint32_t entry = (uint32_t)(label.key & 15);
    struct kiwi_node node;
    if (!kiwi_graphs_node(search->graphs, kiwi_label_region(&label), kiwi_label_node(&label), &node, error))
        return;
    for (uint32_t i = 0; i < node.link_count; i++) {
        const struct kiwi_graph *graph = kiwi_graphs_get(search->graphs, kiwi_label_region(&label), error);
        struct kiwi_link link;
        if (!graph || !kiwi_graph_link(graph, &node, i, &link))
            return;
        if (entry == ANY_LINK || kiwi_graph_may_pass(graph, &node, entry, i))
            follow(search, number, &link, error);
    }
}

/** Coordinates are exact to a unit of the reference grid, which differs from disc to disc. */
static double slack_of(struct kiwi_shortest *search, struct kiwi_error *error)
{
    const struct kiwi_graph *graph = kiwi_graphs_get(search->graphs, search->goal_region, error);
    double unit = graph ? kiwi_graph_resolution(graph) : 0;
    return 3 * kiwi_distance((struct kiwi_place){search->goal.latitude, 0},
                             (struct kiwi_place){search->goal.latitude + unit, unit});
}

static void begin(struct kiwi_shortest *search, const struct kiwi_route_end *start,
                  const struct kiwi_route_end *goal, struct kiwi_error *error)
{
    struct kiwi_node node;
    uint64_t key = (uint64_t)start->region << 20 | (uint64_t)start->node << 4 | ANY_LINK;
    search->goal_region = goal->region;
    search->goal_node = goal->node;
    search->goal = goal->position;
    search->slack = slack_of(search, error);
    if (kiwi_graphs_node(search->graphs, start->region, start->node, &node, error))
        reach(search, &node, key, 0, NONE, 0);
}

/** Whether to give up; a region that cannot be read is only not passed. */
static bool failed(const struct kiwi_error *error)
{
    return error->status == KIWI_ERROR_IO || error->status == KIWI_ERROR_MEMORY;
}

enum kiwi_shortest_result kiwi_shortest_run(struct kiwi_shortest *search, const struct kiwi_route_end *start,
                                            const struct kiwi_route_end *goal, uint32_t *last,
                                            struct kiwi_error *error)
{
    uint64_t takes = TAKES * (uint64_t)search->limit;
    error->status = KIWI_OK;
    begin(search, start, goal, error);
    while (search->heap_count > 0 && takes-- > 0 && !failed(error)) {
        uint32_t number = take_least(search);
        const struct kiwi_label *label = &search->labels[number];
        if (kiwi_label_region(label) == goal->region && kiwi_label_node(label) == goal->node) {
            *last = number;
            return KIWI_WAY_FOUND;
        }
        expand(search, number, error);
    }
    if (failed(error))
        return KIWI_WAY_FAILED;
    return search->heap_count > 0 || search->exhausted || kiwi_graphs_exhausted(search->graphs)
               ? KIWI_WAY_TOO_FAR
               : KIWI_NO_WAY;
}
