/* SPDX-License-Identifier: MIT */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE ((uint32_t)1 << 19) /* more than twice the bound */
#define NONE UINT32_MAX
#define ANY_LINK 15
/** Lengths are rounded and the earth is no sphere: no way is shorter than this share of the straight line. */
#define STRAIGHT_SHARE 0.98

bool search_open(struct search *search, struct graphs *graphs)
{
    memset(search, 0, sizeof *search);
    search->graphs = graphs;
    search->labels = malloc(SEARCH_LIMIT * sizeof *search->labels);
    search->heap = malloc(SEARCH_LIMIT * sizeof *search->heap);
    search->table = malloc(TABLE_SIZE * sizeof *search->table);
    if (!search->labels || !search->heap || !search->table)
        return false;
    memset(search->table, 0xFF, TABLE_SIZE * sizeof *search->table);
    return true;
}

void search_close(struct search *search)
{
    free(search->labels);
    free(search->heap);
    free(search->table);
}

/* The heap: least estimate first; of equals the one that was reached first */

static bool before(const struct search *search, uint32_t a, uint32_t b)
{
    const struct search_label *left = &search->labels[a];
    const struct search_label *right = &search->labels[b];
    return left->estimate != right->estimate ? left->estimate < right->estimate : a < b;
}

static void put(struct search *search, uint32_t place, uint32_t label)
{
    search->heap[place] = label;
    search->labels[label].place = place;
}

static void rise(struct search *search, uint32_t label)
{
    uint32_t place = search->labels[label].place;
    while (place > 0 && before(search, label, search->heap[(place - 1) / 2])) {
        put(search, place, search->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(search, place, label);
}

static uint32_t take_least(struct search *search)
{
    uint32_t least = search->heap[0];
    uint32_t label = search->heap[--search->heap_count];
    uint32_t place = 0;
    search->labels[least].place = NONE;
    if (search->heap_count == 0)
        return least;
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= search->heap_count)
            break;
        if (child + 1 < search->heap_count && before(search, search->heap[child + 1], search->heap[child]))
            child++;
        if (!before(search, search->heap[child], label))
            break;
        put(search, place, search->heap[child]);
        place = child;
    }
    put(search, place, label);
    return least;
}

/* Labels */

static uint32_t *find_slot(struct search *search, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t slot = (uint32_t)(hash >> 40) % TABLE_SIZE;
    while (search->table[slot] != NONE && search->labels[search->table[slot]].key != key)
        slot = (slot + 1) % TABLE_SIZE;
    return &search->table[slot];
}

/** At least so many metres are left to the goal. */
static uint32_t at_least(const struct search *search, const struct kiwi_node *node)
{
    if (!node->has_position)
        return 0;
    double straight = graphs_distance(node->latitude * 1e-7, node->longitude * 1e-7, search->goal_latitude,
                                      search->goal_longitude);
    return straight <= search->slack ? 0 : (uint32_t)((straight - search->slack) * STRAIGHT_SHARE);
}

/** A way to a node was found; remembers it if it is the shortest so far. */
static void reach(struct search *search, const struct kiwi_node *node, uint64_t key, uint32_t metres,
                  uint32_t parent, uint32_t link)
{
    uint32_t *slot = find_slot(search, key);
    uint32_t number = *slot;
    if (number == NONE) {
        if (search->count == SEARCH_LIMIT) {
            search->exhausted = true;
            return;
        }
        number = *slot = search->count++;
        search->labels[number] = (struct search_label){.key = key, .metres = UINT32_MAX, .place = NONE};
    }
    struct search_label *label = &search->labels[number];
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
static uint32_t entry_of(struct search *search, uint32_t region, const struct kiwi_node *node,
                         uint32_t from_region, uint32_t from_node, const struct kiwi_link *taken,
                         struct kiwi_error *error)
{
    const struct kiwi_graph *graph = graphs_get(search->graphs, region, error);
    struct kiwi_link link;
    for (uint32_t i = 0; graph && kiwi_graph_link(graph, node, i, &link); i++) {
        if (link.region == from_region && link.node == from_node &&
            link.record.reverse != taken->record.reverse && link.has_cost &&
            link.cost.link_id == taken->cost.link_id)
            return i;
    }
    return ANY_LINK;
}

static void follow(struct search *search, uint32_t number, const struct kiwi_link *link,
                   struct kiwi_error *error)
{
    const struct search_label *label = &search->labels[number];
    uint32_t region = search_region(label);
    uint32_t node_number = search_node(label);
    uint32_t metres = label->metres;
    struct kiwi_node node;
    if (!link->passable || link->length == KIWI_NO_COST || link->length > UINT32_MAX - metres ||
        !graphs_node(search->graphs, link->region, link->node, &node, error))
        return;
    uint32_t entry = node.regulation_count == 0
                         ? ANY_LINK
                         : entry_of(search, link->region, &node, region, node_number, link, error);
    uint64_t key = (uint64_t)link->region << 20 | (uint64_t)link->node << 4 | entry;
    reach(search, &node, key, metres + link->length, number, link->index);
}

/** Goes on from a node over all its links. */
static void expand(struct search *search, uint32_t number, struct kiwi_error *error)
{
    const struct search_label label = search->labels[number];
    uint32_t entry = (uint32_t)(label.key & 15);
    struct kiwi_node node;
    if (!graphs_node(search->graphs, search_region(&label), search_node(&label), &node, error))
        return;
    for (uint32_t i = 0; i < node.link_count; i++) {
        const struct kiwi_graph *graph = graphs_get(search->graphs, search_region(&label), error);
        struct kiwi_link link;
        if (!graph || !kiwi_graph_link(graph, &node, i, &link))
            return;
        if (entry == ANY_LINK || kiwi_graph_may_pass(graph, &node, entry, i))
            follow(search, number, &link, error);
    }
}

/** Coordinates are exact to a unit of the reference grid, which differs from disc to disc. */
static double slack_of(struct search *search, uint32_t region, const struct kiwi_node *node,
                       struct kiwi_error *error)
{
    const struct kiwi_graph *graph = graphs_get(search->graphs, region, error);
    double unit = graph ? kiwi_graph_resolution(graph) : 0;
    return 3 * graphs_distance(node->latitude * 1e-7, 0, node->latitude * 1e-7 + unit, unit);
}

enum search_result search_run(struct search *search, const struct kiwi_node *start, uint32_t start_region,
                              const struct kiwi_node *goal, uint32_t goal_region, uint32_t *last,
                              struct kiwi_error *error)
{
    search->goal_region = goal_region;
    search->goal_node = goal->number;
    search->goal_latitude = goal->latitude * 1e-7;
    search->goal_longitude = goal->longitude * 1e-7;
    search->slack = slack_of(search, goal_region, goal, error);
    error->status = KIWI_OK;
    reach(search, start, (uint64_t)start_region << 20 | (uint64_t)start->number << 4 | ANY_LINK, 0, NONE, 0);
    while (search->heap_count > 0) {
        uint32_t number = take_least(search);
        if (search_region(&search->labels[number]) == goal_region &&
            search_node(&search->labels[number]) == goal->number) {
            *last = number;
            return SEARCH_FOUND;
        }
        expand(search, number, error);
        if (error->status == KIWI_ERROR_IO || error->status == KIWI_ERROR_MEMORY)
            return SEARCH_FAILED;
    }
    return search->exhausted || search->graphs->read > GRAPHS_WORK ? SEARCH_TOO_FAR : SEARCH_NO_WAY;
}
