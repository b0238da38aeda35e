/* SPDX-License-Identifier: MIT */
/* The graph of route planning: nodes where routable ways meet, and the links between them. */
#include "route_graph.h"

#include <math.h>
#include <stdlib.h>

#include "ground.h"
#include "memory.h"
#include "sort.h"

bool way_is_routable(const struct way *way)
{
    return !way->planned && road_type_is_for_cars(way->road_type) && way->tags.passage != PASSAGE_CLOSED;
}

/** Roads of a disc are on one level of route planning: those of its finest level. */
static bool is_taken(const struct network *network, const struct way *way, int coarsest_level)
{
    if (way->codes.present)
        return way_is_routable(way) && coarsest_level == 0 && way->finest_level == network->finest_disc_level;
    return way_is_routable(way) && way->coarsest_level >= coarsest_level && way->finest_level == 0;
}

static int compare_places(struct position a, uint32_t a_joint, struct position b, uint32_t b_joint)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    if (a.y != b.y)
        return a.y < b.y ? -1 : 1;
    return (a_joint > b_joint) - (a_joint < b_joint);
}

/* Nodes */

/** A vertex on its way to be a node. */
struct vertex {
    struct position position;
    uint32_t joint;
    bool end; /**< of a way */
};

static int compare_vertices(const void *left, const void *right)
{
    const struct vertex *a = left, *b = right;

    return compare_places(a->position, a->joint, b->position, b->joint);
}

static struct vertex *collect_vertices(const struct network *network, int coarsest_level, size_t *count)
{
    struct vertex *vertices = allocate(network->position_count, sizeof *vertices);

    *count = 0;
    for (size_t i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        for (size_t v = 0; is_taken(network, way, coarsest_level) && v < way->count; v++)
            vertices[(*count)++] = (struct vertex){network->positions[way->first + v],
                                                   network->joints[way->first + v],
                                                   v == 0 || v + 1 == way->count};
    }
    sort(vertices, *count, sizeof *vertices, compare_vertices);
    return vertices;
}

/** Nodes are the ends of ways and the vertices that occur twice. */
static void find_nodes(struct route_graph *graph, const struct network *network, int coarsest_level)
{
    size_t count, next;
    struct vertex *vertices = collect_vertices(network, coarsest_level, &count);

    for (size_t first = 0; first < count; first = next) {
        bool node = vertices[first].end;

        for (next = first + 1; next < count && !compare_vertices(&vertices[first], &vertices[next]); next++)
            node = true;
        if (!node)
            continue;
        graph->nodes = grow(graph->nodes, &graph->node_capacity, graph->node_count + 1, sizeof *graph->nodes);
        graph->nodes[graph->node_count++] = (struct route_node){.position = vertices[first].position,
                                                                .joint = vertices[first].joint};
    }
    release(vertices);
}

size_t route_graph_find(const struct route_graph *graph, struct position position, uint32_t joint)
{
    size_t low = 0, high = graph->node_count, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (compare_places(graph->nodes[middle].position, graph->nodes[middle].joint, position, joint) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == graph->node_count ||
        compare_places(graph->nodes[low].position, graph->nodes[low].joint, position, joint))
        return SIZE_MAX;
    return low;
}

/* Links */

/** Metres since the beginning of a way, so that roundings do not add up along it. */
struct mileage {
    double exact;
    long rounded;
};

static uint32_t next_length(struct mileage *mileage)
{
    long before = mileage->rounded;

    mileage->rounded = lround(mileage->exact);
    return (uint32_t)(mileage->rounded - before);
}

static void add_link(struct route_graph *graph, const struct network *network, struct route_link link,
                     size_t first, size_t last)
{
    const struct position *p = network->positions;

    link.directions[0] = (uint16_t)ground_direction(p[first], p[first + 1]);
    link.directions[1] = (uint16_t)ground_direction(p[last], p[last - 1]);
    graph->links = grow(graph->links, &graph->link_capacity, graph->link_count + 1, sizeof link);
    graph->links[graph->link_count++] = link;
}

/** Cuts a way at its nodes. */
static void add_way_links(struct route_graph *graph, const struct network *network, size_t index)
{
    const struct way *way = &network->ways[index];
    const struct position *p = network->positions;
    struct mileage mileage = {0};
    size_t first = way->first, node = route_graph_find(graph, p[first], network->joints[first]);
    struct route_link link = {.way = (uint32_t)index, .link_id = way->first_link};

    for (size_t v = way->first + 1; v < way->first + way->count; v++) {
        mileage.exact += ground_distance(p[v - 1], p[v]);
        link.link_count += network->nodes[v];
        size_t next = route_graph_find(graph, p[v], network->joints[v]);

        if (next == SIZE_MAX)
            continue;
        link.nodes[0] = (uint32_t)node;
        link.nodes[1] = (uint32_t)next;
        link.metres = next_length(&mileage);
        add_link(graph, network, link, first, v);
        link.link_id += link.link_count;
        link.link_count = 0;
        node = next;
        first = v;
    }
}

/** Lists the ends of links by node. */
static bool sort_ends(struct route_graph *graph, struct failure *failure)
{
    uint32_t first = 0;

    for (size_t i = 0; i < graph->link_count; i++)
        for (size_t side = 0; side < 2; side++)
            graph->nodes[graph->links[i].nodes[side]].count++;
    for (size_t i = 0; i < graph->node_count; i++) {
        struct route_node *node = &graph->nodes[i];

        if (node->count > MOST_ENDS)
            return refuse(failure, EXIT_INPUT,
                          "%u roads meet at %.7f,%.7f; route planning can hold %d (see --no-route-planning)",
                          node->count, (double)node->position.y / Y_PER_DEGREE,
                          (double)node->position.x / X_PER_DEGREE, MOST_ENDS);
        node->first = first;
        first += node->count;
        node->count = 0;
    }
    graph->ends = allocate(first, sizeof *graph->ends);
    for (size_t i = 0; i < graph->link_count; i++)
        for (size_t side = 0; side < 2; side++) {
            struct route_node *node = &graph->nodes[graph->links[i].nodes[side]];

            graph->ends[node->first + node->count++] = (struct route_end){(uint32_t)i, side == 1};
        }
    return true;
}

bool route_graph_make(struct route_graph *graph, const struct network *network, int coarsest_level,
                      struct failure *failure)
{
    *graph = (struct route_graph){0};
    find_nodes(graph, network, coarsest_level);
    for (size_t i = 0; i < network->way_count; i++)
        if (is_taken(network, &network->ways[i], coarsest_level))
            add_way_links(graph, network, i);
    return sort_ends(graph, failure);
}

/** Links are sorted by their ids, which count up along the ways. */
static int compare_links(const void *left, const void *right)
{
    const struct route_link *a = left, *b = right;

    if (a->link_id != b->link_id)
        return a->link_id < b->link_id ? -1 : 1;
    return (a->link_count > b->link_count) - (a->link_count < b->link_count);
}

void route_graph_mark_upper(struct route_graph *graph, const struct route_graph *upper)
{
    for (size_t i = 0; i < upper->node_count; i++)
        graph->nodes[route_graph_find(graph, upper->nodes[i].position, upper->nodes[i].joint)].upper = true;
    for (size_t i = 0; i < graph->link_count && upper->link_count; i++)
        graph->links[i].upper = bsearch(&graph->links[i], upper->links, upper->link_count,
                                        sizeof *upper->links, compare_links);
}

void route_graph_free(struct route_graph *graph)
{
    release(graph->nodes);
    release(graph->links);
    release(graph->ends);
    release(graph->turns);
    *graph = (struct route_graph){0};
}
