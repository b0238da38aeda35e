/* SPDX-License-Identifier: MIT */
/* What must agree in a region and between regions, beyond what single records say. */
#include <stdio.h>
#include <string.h>

#include "route/graph.h"

/** Findings of one region that are reported in full; more of them say nothing new. */
enum { FINDING_LIMIT = 8 };

struct check {
    struct kiwi_regions *regions;
    const struct kiwi_graph *graph;
    unsigned findings;
    char path[KIWI_REGION_PATH_LENGTH];
};

/** A finding at an offset in the region's frame; path is what follows the region's. */
static void report(struct check *check, enum kiwi_severity severity, uint64_t offset, const char *path,
                   const char *field, uint64_t expected, const char *what, uint64_t found)
{
    char whole[96];
    char wanted[96];
    char text[32];
    if (check->findings++ >= FINDING_LIMIT)
        return;
    snprintf(whole, sizeof whole, "%s%s", check->path, path);
    snprintf(wanted, sizeof wanted, "%llu, %s", (unsigned long long)expected, what);
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(check->regions->map, severity, check->graph->region.file,
                    check->graph->region.offset + offset, whole, field, wanted, text);
}

static void expect(struct check *check, uint64_t offset, const char *path, const char *field,
                   uint64_t expected, const char *what, uint64_t found)
{
    if (expected != found)
        report(check, KIWI_ERROR, offset, path, field, expected, what, found);
}

static void expect_below(struct check *check, uint64_t offset, const char *path, const char *field,
                         uint64_t limit, const char *what, uint64_t found)
{
    char text[64];
    if (found < limit)
        return;
    snprintf(text, sizeof text, "the number of %s, or more than this", what);
    report(check, KIWI_ERROR, offset, path, field, limit, text, found);
}

/* Headers */

static void check_header(struct check *check)
{
    const struct kiwi_graph *graph = check->graph;
    const struct kiwi_region_level_management_record *level = &graph->region.level->record;
    uint64_t least = kiwi_type_route_planning_distribution_header.fixed_size +
                     (level->basic_frames + (uint64_t)level->extended_frames) *
                         kiwi_type_route_planning_management_record.fixed_size;
    if (graph->header.header_size == KIWI_NULL || graph->header.header_size < least)
        report(check, KIWI_ERROR, 0, "", "header_size", least, "for the management records, or more",
               graph->header.header_size);
    expect(check, 2, "", "region", graph->region.number, "the position in the region management table",
           graph->header.region);
}

static void check_ranks(struct check *check)
{
    const struct kiwi_graph *graph = check->graph;
    const struct kiwi_node_distribution_header *header = &graph->nodes;
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_NODES];
    const uint64_t head = kiwi_type_node_distribution_header.fixed_size;
    const uint64_t size = kiwi_type_rank_record.fixed_size;
    uint64_t nodes = 0;
    uint64_t links = 0;
    if (frame.length < head)
        return;
    uint64_t room = (frame.length - head) / size;
    for (uint64_t i = 0; i < header->number_of_ranks && i < room; i++) {
        struct kiwi_rank_record rank;
        if (!kiwi_rank_record_decode(&rank, graph->bytes + frame.offset + head + i * size, size))
            break;
        nodes += rank.number_of_nodes;
        links += rank.number_of_links;
    }
    expect(check, frame.offset + 2, ".node_data", "number_of_nodes", nodes, "the sum of the ranks",
           header->number_of_nodes);
    expect(check, frame.offset + 4, ".node_data", "number_of_links", links, "the sum of the ranks",
           header->number_of_links);
}

static void check_costs(struct check *check)
{
    const struct kiwi_graph *graph = check->graph;
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_LINK_COSTS];
    uint64_t size = graph->region.level->record.link_cost_record_size;
    if (frame.length < kiwi_type_link_cost_distribution_header.fixed_size ||
        graph->costs.header_size == KIWI_NULL)
        return;
    expect(check, frame.offset, ".link_cost", "",
           graph->costs.header_size + size * graph->costs.number_without_travel_time +
               (size + 2) * graph->costs.number_with_travel_time,
           "the bytes of all link costs", frame.length);
}

static void check_coordinates(struct check *check)
{
    const struct kiwi_graph *graph = check->graph;
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_COORDINATES];
    if (frame.length < kiwi_type_node_coordinate_distribution_header.fixed_size)
        return;
    expect(check, frame.offset + 16, ".node_coordinate", "coordinate_size",
           (uint64_t)kiwi_type_node_coordinate_record.fixed_size * graph->nodes.number_of_nodes,
           "4 bytes for each node", graph->coordinates.coordinate_size);
}

/* Nodes and links */

static void check_link(struct check *check, const struct kiwi_node *node, uint32_t index)
{
    const struct kiwi_graph *graph = check->graph;
    const struct kiwi_region_level *level = graph->region.level;
    struct kiwi_link link;
    char path[48];
    if (!kiwi_graph_link(graph, node, index, &link))
        return;
    snprintf(path, sizeof path, ".node[%lu].link[%lu]", (unsigned long)node->number, (unsigned long)index);
    uint64_t at = link.offset - graph->region.offset;
    if (link.region >= level->count)
        expect_below(check, at, path, "region", level->count, "regions of the level", link.region);
    else if (link.region == graph->region.number)
        expect_below(check, at, path, "adjacent_node", graph->node_count, "nodes", link.node);
    expect_below(check, at + 2, path, "link_cost", graph->cost_count, "link costs", link.record.link_cost);
    if (link.record.following_link != 15)
        expect_below(check, at + 4, path, "following_link", node->link_count, "links of the node",
                     link.record.following_link);
    if (link.record.direction >= 360)
        expect_below(check, at + 4, path, "direction", 360, "degrees", link.record.direction);
}

/** Levels above that of the region, without the dummy level. */
static uint32_t upper_levels(const struct check *check)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < check->graph->region.level->index; i++)
        count += kiwi_regions_level(check->regions, i)->number != KIWI_DUMMY_LEVEL;
    return count;
}

static void check_node(struct check *check, const struct kiwi_node *node)
{
    const struct kiwi_graph *graph = check->graph;
    struct kiwi_graph_range coordinates = graph->frames[KIWI_FRAME_COORDINATES];
    uint64_t at = node->offset - graph->region.offset;
    char path[32];
    snprintf(path, sizeof path, ".node[%lu]", (unsigned long)node->number);
    uint32_t links = node->record.number_of_links >= 16 ? 0 : node->record.number_of_links;
    if (node->link_count != links)
        expect(check, at, path, "block_offset", links, "the links of the node, inside the link data frame",
               node->link_count);
    uint32_t upper = upper_levels(check);
    if (node->record.number_of_upper_levels > upper)
        report(check, KIWI_ERROR, at, path, "number_of_upper_levels", upper,
               "the number of levels above, or less", node->record.number_of_upper_levels);
    if (coordinates.length != 0 && !node->has_position)
        report(check, KIWI_ERROR, at, path, "", node->number, "the number of a coordinate in a listed cell",
               node->number);
    for (uint32_t i = 0; i < node->link_count && check->findings < FINDING_LIMIT; i++)
        check_link(check, node, i);
}

static void check_nodes(struct check *check)
{
    const struct kiwi_graph *graph = check->graph;
    uint64_t frame = graph->frames[KIWI_FRAME_NODES].offset;
    uint64_t links = 0;
    if (graph->frames[KIWI_FRAME_NODES].length == 0)
        return;
    expect(check, frame + 2, ".node_data", "number_of_nodes", graph->node_count,
           "the node records in the frame", graph->nodes.number_of_nodes);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        struct kiwi_node node;
        if (!kiwi_graph_node(graph, i, &node))
            break;
        links += node.record.number_of_links >= 16 ? 0 : node.record.number_of_links;
        check_node(check, &node);
    }
    expect(check, frame + 4, ".node_data", "number_of_links", links, "the sum of the nodes' links",
           graph->nodes.number_of_links);
}

void kiwi_region_check(struct kiwi_regions *regions, const struct kiwi_region *region,
                       const struct kiwi_view *view)
{
    struct kiwi_graph graph;
    struct check check = {.regions = regions, .graph = &graph};
    if (view->length < kiwi_type_route_planning_distribution_header.fixed_size)
        return;
    kiwi_graph_init(&graph, region, view->bytes, view->length);
    if (graph.damaged)
        return; /* what cannot be read agrees with nothing */
    kiwi_region_path(region, check.path);
    check_header(&check);
    check_ranks(&check);
    check_nodes(&check);
    check_costs(&check);
    check_coordinates(&check);
    if (check.findings > FINDING_LIMIT) {
        char text[64];
        snprintf(text, sizeof text, "%u more of this kind", check.findings - FINDING_LIMIT);
        kiwi_map_report(regions->map, KIWI_ERROR, region->file, region->offset, check.path, "", "agreement",
                        text);
    }
}

/* The hierarchy */

void kiwi_region_report(struct kiwi_regions *regions, enum kiwi_severity severity,
                        const struct kiwi_region *region, const char *field, const char *expected,
                        uint64_t found)
{
    char path[48];
    snprintf(path, sizeof path, "region_table[%d].region[%lu]", region->level->number,
             (unsigned long)region->number);
    kiwi_map_report_field(regions->map, severity, region->file, &kiwi_type_region_management_record,
                          region->record_offset, path, field, expected, found);
}

/** Whether a region of the next lower level names this one as its parent. */
static bool is_child(struct kiwi_regions *regions, const struct kiwi_region *region, uint64_t number)
{
    const struct kiwi_region_level *lower = kiwi_regions_level(regions, region->level->index + 1u);
    struct kiwi_region child;
    return lower && number <= UINT32_MAX &&
           kiwi_regions_get(regions, lower, (uint32_t)number, &child, NULL) == KIWI_OK &&
           (child.dummy || child.parent == region->number);
}

void kiwi_region_check_hierarchy(struct kiwi_regions *regions, const struct kiwi_region *region)
{
    const struct kiwi_region_level *upper = region->level->index > 0
                                                ? kiwi_regions_level(regions, region->level->index - 1u)
                                                : NULL;
    struct kiwi_region parent;
    if (region->dummy)
        return;
    if (upper && upper->number != KIWI_DUMMY_LEVEL && region->parent != UINT32_MAX) {
        bool good = kiwi_regions_get(regions, upper, region->parent, &parent, NULL) == KIWI_OK;
        if (!good || parent.first_child > region->number ||
            region->number - parent.first_child >= parent.child_count)
            kiwi_region_report(regions, KIWI_WARNING, region, "parent",
                               "a region of the next higher level that has this child", region->parent);
    }
    if (region->child_count != 0 &&
        (!is_child(regions, region, region->first_child) ||
         !is_child(regions, region, (uint64_t)region->first_child + region->child_count - 1)))
        kiwi_region_report(regions, KIWI_WARNING, region, "first_child",
                           "regions of the next lower level that have this parent", region->first_child);
}
