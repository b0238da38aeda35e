/* SPDX-License-Identifier: MIT */
#include "graphs.h"

#include <math.h>
#include <string.h>

void graphs_open(struct graphs *graphs, struct kiwi_regions *regions, const struct kiwi_region_level *level)
{
    memset(graphs, 0, sizeof *graphs);
    graphs->regions = regions;
    graphs->level = level;
}

void graphs_close(struct graphs *graphs)
{
    for (size_t i = 0; i < graphs->count; i++)
        kiwi_graph_close(graphs->kept[i].graph);
    graphs->count = graphs->memory = 0;
}

/** Gives up the graph that was not asked for for the longest time. */
static void drop_oldest(struct graphs *graphs)
{
    size_t oldest = 0;
    for (size_t i = 1; i < graphs->count; i++) {
        if (graphs->kept[i].used < graphs->kept[oldest].used)
            oldest = i;
    }
    graphs->memory -= kiwi_graph_memory(graphs->kept[oldest].graph);
    kiwi_graph_close(graphs->kept[oldest].graph);
    graphs->kept[oldest] = graphs->kept[--graphs->count];
}

const struct kiwi_graph *graphs_get(struct graphs *graphs, uint32_t number, struct kiwi_error *error)
{
    struct kiwi_region region;
    struct kiwi_graph *graph;
    graphs->clock++;
    for (size_t i = 0; i < graphs->count; i++) {
        if (kiwi_graph_region(graphs->kept[i].graph)->number == number) {
            graphs->kept[i].used = graphs->clock;
            return graphs->kept[i].graph;
        }
    }
    if (graphs->read > GRAPHS_WORK ||
        kiwi_regions_get(graphs->regions, graphs->level, number, &region, error) != KIWI_OK ||
        kiwi_graph_open(graphs->regions, &region, &graph, error) != KIWI_OK)
        return NULL;
    size_t size = kiwi_graph_memory(graph);
    while (graphs->count > 2 &&
           (graphs->count == GRAPHS_COUNT || size > GRAPHS_MEMORY || graphs->memory > GRAPHS_MEMORY - size))
        drop_oldest(graphs);
    graphs->kept[graphs->count].graph = graph;
    graphs->kept[graphs->count++].used = graphs->clock;
    graphs->memory += size;
    graphs->read += size;
    return graph;
}

bool graphs_node(struct graphs *graphs, uint32_t region, uint32_t number, struct kiwi_node *node,
                 struct kiwi_error *error)
{
    const struct kiwi_graph *graph = graphs_get(graphs, region, error);
    return graph && kiwi_graph_node(graph, number, node);
}

double graphs_distance(double latitude, double longitude, double other_latitude, double other_longitude)
{
    const double radian = 3.14159265358979323846 / 180;
    double east = fmod(other_longitude - longitude + 540, 360) - 180;
    double half_north = sin((other_latitude - latitude) * radian / 2);
    double half_east = sin(east * radian / 2);
    double square = half_north * half_north +
                    cos(latitude * radian) * cos(other_latitude * radian) * half_east * half_east;
    return 2 * 6371000 * asin(sqrt(square < 1 ? square : 1));
}
