/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_GRAPHS_H
#define KIWI_SRC_GRAPHS_H

#include <kiwi/route_search.h>

/** Graphs that are kept, whatever their size. */
enum { KIWI_GRAPHS_COUNT = 32 };

struct kiwi_graphs {
    struct kiwi_regions *regions;
    const struct kiwi_region_level *level;
    struct {
        struct kiwi_graph *graph;
        uint64_t used;
    } kept[KIWI_GRAPHS_COUNT];
    size_t count, memory;
    uint64_t clock, read;
};

/** Whether the bound on what is read was met. */
bool kiwi_graphs_exhausted(const struct kiwi_graphs *graphs);

#endif
