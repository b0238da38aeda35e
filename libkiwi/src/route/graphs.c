/* SPDX-License-Identifier: MIT */
/* The graphs that a search for a way keeps at hand. */
#include "route/graphs.h"

#include <stdlib.h>

#include "bytes/fail.h"

/** Bytes of graphs that are kept; the last two always are. */
#define MEMORY ((size_t)3 << 20)
/** Bytes that may be read, in GiB. */
enum { WORK_GIB = 1 };

enum kiwi_status kiwi_graphs_open(struct kiwi_regions *regions, const struct kiwi_region_level *level,
                                  struct kiwi_graphs **graphs, struct kiwi_error *error)
{
    *graphs = calloc(1, sizeof **graphs);
    if (!*graphs)
        return kiwi_fail_memory(error);
    (*graphs)->regions = regions;
    (*graphs)->level = level;
    return KIWI_OK;
}

void kiwi_graphs_close(struct kiwi_graphs *graphs)
{
    for (size_t i = 0; graphs && i < graphs->count; i++)
        kiwi_graph_close(graphs->kept[i].graph);
    free(graphs);
}

bool kiwi_graphs_exhausted(const struct kiwi_graphs *graphs)
{
    return graphs->read > (uint64_t)WORK_GIB << 30;
}

void kiwi_graphs_renew(struct kiwi_graphs *graphs)
{
    graphs->read = 0;
}

/** Gives up the graph that was not asked for for the longest time. */
static void drop_oldest(struct kiwi_graphs *graphs)
{
    size_t oldest = 0;
    for (size_t i = 1; i < graphs->count; i++)
        if (graphs->kept[i].used < graphs->kept[oldest].used)
            oldest = i;
    graphs->memory -= kiwi_graph_memory(graphs->kept[oldest].graph);
    kiwi_graph_close(graphs->kept[oldest].graph);
    graphs->kept[oldest] = graphs->kept[--graphs->count];
}

const struct kiwi_graph *kiwi_graphs_get(struct kiwi_graphs *graphs, uint32_t number,
                                         struct kiwi_error *error)
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
    if (kiwi_graphs_exhausted(graphs)) {
        kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL, "regions of more than %d GiB were read", WORK_GIB);
        return NULL;
    }
    if (kiwi_regions_get(graphs->regions, graphs->level, number, &region, error) != KIWI_OK ||
        kiwi_graph_open(&region, &graph, error) != KIWI_OK)
        return NULL;
    size_t size = kiwi_graph_memory(graph);
    while (graphs->count > 2 &&
           (graphs->count == KIWI_GRAPHS_COUNT || size > MEMORY || graphs->memory > MEMORY - size))
        drop_oldest(graphs);
    graphs->kept[graphs->count].graph = graph;
    graphs->kept[graphs->count++].used = graphs->clock;
    graphs->memory += size;
    graphs->read += size;
    return graph;
}

bool kiwi_graphs_node(struct kiwi_graphs *graphs, uint32_t region, uint32_t number, struct kiwi_node *node,
                      struct kiwi_error *error)
{
    const struct kiwi_graph *graph = kiwi_graphs_get(graphs, region, error);
    return graph && kiwi_graph_node(graph, number, node);
}
