/* SPDX-License-Identifier: MIT */
/* The graph in the frame of a region (chapter 10): nodes, links and their costs. */
#include "route/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"

enum { UNDECIDED_LINKS = 16 }; /* raw 15 */
enum { ALWAYS_PROHIBITED = 127 };
enum { ALL_LINKS = 15 };

/** The part of length bytes at offset that lies in a range. */
static struct kiwi_graph_range inside(struct kiwi_graph_range range, uint64_t offset, uint64_t length)
{
    if (offset == KIWI_NULL || length == KIWI_NULL || offset >= range.length)
        return (struct kiwi_graph_range){range.offset, 0};
    return (struct kiwi_graph_range){range.offset + offset,
                                     length < range.length - offset ? length : range.length - offset};
}

/** Whether the disc gave back what a record consists of. */
static bool is_readable(const struct kiwi_graph *graph, uint64_t at, uint64_t length)
{
    const struct kiwi_region *region = &graph->region;
    struct kiwi_extent bad;
    return !graph->damaged || !kiwi_source_unreadable(region->file->source, region->offset + at,
                                                      region->offset + at + length, &bad);
}

static struct kiwi_graph_range whole(const struct kiwi_graph *graph)
{
    return (struct kiwi_graph_range){0, graph->length};
}

static void find_frames(struct kiwi_graph *graph)
{
    struct kiwi_node_and_link_management_record first;
    uint64_t at = kiwi_type_route_planning_distribution_header.fixed_size;
    unsigned count = graph->region.level->record.basic_frames;
    if (count < 2 ||
        !kiwi_node_and_link_management_record_decode(&first, graph->bytes + at, graph->length - at))
        return;
    graph->frames[KIWI_FRAME_NODES] = inside(whole(graph), first.node_offset, first.node_size);
    graph->frames[KIWI_FRAME_LINKS] = inside(whole(graph), first.link_offset, first.link_size);
    at += kiwi_type_node_and_link_management_record.fixed_size;
    for (unsigned i = 2; i < count && i < KIWI_FRAME_COUNT; i++) {
        struct kiwi_route_planning_management_record entry;
        if (!kiwi_route_planning_management_record_decode(&entry, graph->bytes + at, graph->length - at))
            return;
        graph->frames[i] = inside(whole(graph), entry.offset, entry.size);
        at += kiwi_type_route_planning_management_record.fixed_size;
    }
}

static void find_nodes(struct kiwi_graph *graph)
{
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_NODES];
    uint64_t size = graph->region.level->record.node_record_size;
    if (!kiwi_node_distribution_header_decode(&graph->nodes, graph->bytes + frame.offset, frame.length))
        return;
    struct kiwi_graph_range records = inside(frame, graph->nodes.header_size, frame.length);
    uint64_t room = size == 0 ? 0 : records.length / size;
    graph->node_start = records.offset;
    graph->node_count = graph->nodes.number_of_nodes < room ? graph->nodes.number_of_nodes : (uint32_t)room;
}

static void find_costs(struct kiwi_graph *graph)
{
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_LINK_COSTS];
    uint64_t size = graph->region.level->record.link_cost_record_size;
    if (!kiwi_link_cost_distribution_header_decode(&graph->costs, graph->bytes + frame.offset,
                                                   frame.length) ||
        size == 0)
        return;
    struct kiwi_graph_range records = inside(frame, graph->costs.header_size, frame.length);
    uint64_t timed = records.length / (size + 2);
    graph->cost_start = records.offset;
    graph->timed_count = graph->costs.number_with_travel_time < timed ? graph->costs.number_with_travel_time
                                                                      : (uint32_t)timed;
    uint64_t room = (records.length - graph->timed_count * (size + 2)) / size;
    uint64_t plain = graph->timed_count < graph->costs.number_with_travel_time
                         ? 0
                         : graph->costs.number_without_travel_time;
    graph->cost_count = graph->timed_count + (uint32_t)(plain < room ? plain : room);
}

static void find_coordinates(struct kiwi_graph *graph)
{
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_COORDINATES];
    if (!kiwi_node_coordinate_distribution_header_decode(&graph->coordinates, graph->bytes + frame.offset,
                                                         frame.length))
        return;
    graph->grid = inside(frame, graph->coordinates.grid_offset, graph->coordinates.grid_size);
    graph->positions = inside(frame, graph->coordinates.coordinate_offset,
                              graph->coordinates.coordinate_size);
}

void kiwi_graph_init(struct kiwi_graph *graph, const struct kiwi_region *region, const uint8_t *bytes,
                     uint64_t length)
{
    memset(graph, 0, sizeof *graph);
    graph->region = *region;
    graph->bytes = bytes;
    graph->length = length;
    struct kiwi_extent bad;
    graph->damaged = kiwi_source_unreadable(region->file->source, region->offset, region->offset + length,
                                            &bad);
    if (!kiwi_route_planning_distribution_header_decode(&graph->header, bytes, length))
        return;
    find_frames(graph);
    find_nodes(graph);
    find_costs(graph);
    find_coordinates(graph);
}

enum kiwi_status kiwi_graph_open(const struct kiwi_region *region, struct kiwi_graph **graph,
                                 struct kiwi_error *error)
{
    struct kiwi_graph *made = calloc(1, sizeof *made);
    uint8_t *bytes = malloc(region->size ? (size_t)region->size : 1);
    size_t received = 0;
    enum kiwi_status status = KIWI_OK;
    *graph = NULL;
    if (!made || !bytes)
        status = kiwi_fail_memory(error);
    else if (region->size != 0)
        status = kiwi_source_read_around(region->file->source, region->offset, bytes, (size_t)region->size,
                                         &received, error);
    if (status != KIWI_OK) {
        free(bytes);
        free(made);
        return status;
    }
    kiwi_graph_init(made, region, bytes, received);
    made->owned = bytes;
    *graph = made;
    return KIWI_OK;
}

void kiwi_graph_close(struct kiwi_graph *graph)
{
    if (!graph)
        return;
    free(graph->owned);
    free(graph);
}

const struct kiwi_region *kiwi_graph_region(const struct kiwi_graph *graph)
{
    return &graph->region;
}

size_t kiwi_graph_memory(const struct kiwi_graph *graph)
{
    return sizeof *graph + (size_t)graph->region.size;
}

const uint8_t *kiwi_graph_bytes(const struct kiwi_graph *graph, size_t *length)
{
    *length = (size_t)graph->length;
    return graph->bytes;
}

uint32_t kiwi_graph_node_count(const struct kiwi_graph *graph)
{
    return graph->node_count;
}

double kiwi_graph_resolution(const struct kiwi_graph *graph)
{
    uint32_t height = graph->coordinates.cell_height & 0x7FFFFF;
    uint32_t width = graph->coordinates.cell_width & 0x7FFFFF;
    return (height > width ? height : width) / (4096.0 * KIWI_EIGHTHS_PER_DEGREE);
}

/* Nodes */

/** Degrees of part 4096ths of a cell behind its edge, to 10^-7. */
static double degrees(uint32_t edge, uint32_t cell, uint32_t part)
{
    double eighths = kiwi_angle_eighths(edge) + kiwi_angle_eighths(cell) * (part / 4096.0);
    double value = eighths * (1e7 / KIWI_EIGHTHS_PER_DEGREE);
    if (value > 180e7)
        value -= 360e7;
    return rint(value < -180e7 ? -180e7 : value > 180e7 ? 180e7 : value) / 1e7;
}

static void set_position(const struct kiwi_graph *graph, struct kiwi_node *node)
{
    struct kiwi_node_coordinate_record record;
    struct kiwi_reference_grid_record cell;
    struct kiwi_graph_range at = inside(graph->positions,
                                        (uint64_t)node->number * kiwi_type_node_coordinate_record.fixed_size,
                                        graph->positions.length);
    if (!kiwi_node_coordinate_record_decode(&record, graph->bytes + at.offset, at.length) ||
        !is_readable(graph, at.offset, kiwi_type_node_coordinate_record.fixed_size))
        return;
    at = inside(graph->grid, (uint64_t)record.cell * kiwi_type_reference_grid_record.fixed_size,
                graph->grid.length);
    if (!kiwi_reference_grid_record_decode(&cell, graph->bytes + at.offset, at.length) ||
        !is_readable(graph, at.offset, kiwi_type_reference_grid_record.fixed_size) ||
        !is_readable(graph, graph->frames[KIWI_FRAME_COORDINATES].offset,
                     kiwi_type_node_coordinate_distribution_header.fixed_size))
        return;
    node->has_position = true;
    node->position = (struct kiwi_place){
        degrees(cell.latitude_lower, graph->coordinates.cell_height, record.y),
        degrees(cell.longitude_left, graph->coordinates.cell_width, record.x)};
}

static uint64_t link_stride(const struct kiwi_graph *graph, const struct kiwi_node_record *record)
{
    return graph->region.level->record.link_record_size + (record->boundary ? 2u : 0u);
}

/** Places the node's block; records that do not lie in the link data frame are left out. */
static void set_block(const struct kiwi_graph *graph, struct kiwi_node *node)
{
    const struct kiwi_region_level_management_record *level = &graph->region.level->record;
    struct kiwi_graph_range block = inside(graph->frames[KIWI_FRAME_LINKS], node->record.block_offset,
                                           UINT32_MAX);
    uint32_t links = node->record.number_of_links >= UNDECIDED_LINKS ? 0 : node->record.number_of_links;
    if (level->link_record_size == 0)
        return;
    uint64_t stride = link_stride(graph, &node->record);
    uint64_t room = block.length / stride;
    node->block = block.offset;
    node->link_count = links < room ? links : (uint32_t)room;
    if (node->link_count < links || level->regulation_record_size == 0)
        return;
    room = (block.length - node->link_count * stride) / level->regulation_record_size;
    node->regulation_count = node->record.number_of_regulations < room ? node->record.number_of_regulations
                                                                       : (uint32_t)room;
}

bool kiwi_graph_node(const struct kiwi_graph *graph, uint32_t number, struct kiwi_node *node)
{
    uint64_t size = graph->region.level->record.node_record_size;
    memset(node, 0, sizeof *node);
    if (number >= graph->node_count)
        return false;
    uint64_t at = graph->node_start + number * size;
    if (!is_readable(graph, at, size) ||
        !kiwi_node_record_decode(&node->record, graph->bytes + at, size, size))
        return false;
    node->number = number;
    node->offset = graph->region.offset + at;
    set_block(graph, node);
    set_position(graph, node);
    return true;
}

/* Links */

/** Where a link cost record lies in the frame; false if there is none. */
static bool place_cost(const struct kiwi_graph *graph, uint32_t number, uint64_t *at, bool *timed)
{
    uint64_t size = graph->region.level->record.link_cost_record_size;
    if (number >= graph->cost_count)
        return false;
    *timed = number < graph->timed_count;
    *at = graph->cost_start + (*timed
                                   ? number * (size + 2)
                                   : graph->timed_count * (size + 2) + (number - graph->timed_count) * size);
    return true;
}

bool kiwi_graph_cost(const struct kiwi_graph *graph, uint32_t number, struct kiwi_link_cost_record *cost)
{
    uint64_t size = graph->region.level->record.link_cost_record_size;
    uint64_t at;
    bool timed;
    return place_cost(graph, number, &at, &timed) && is_readable(graph, at, size + (timed ? 2 : 0)) &&
           kiwi_link_cost_record_decode(cost, graph->bytes + at, size + (timed ? 2 : 0), size, timed);
}

/** 12 bits times a power of four; the two highest values are none. */
static uint32_t scaled(uint32_t value, uint32_t exponent)
{
    return value >= 0xFFE ? KIWI_NO_COST : value << 2 * exponent;
}

bool kiwi_graph_link(const struct kiwi_graph *graph, const struct kiwi_node *node, uint32_t index,
                     struct kiwi_link *link)
{
    uint64_t stride = link_stride(graph, &node->record);
    uint64_t at = node->block + index * stride;
    memset(link, 0, sizeof *link);
    if (index >= node->link_count || !is_readable(graph, at, stride) ||
        !kiwi_link_record_decode(&link->record, graph->bytes + at, stride,
                                 graph->region.level->record.link_record_size, node->record.boundary))
        return false;
    link->index = index;
    link->offset = graph->region.offset + at;
    link->node = link->record.adjacent_node;
    link->region = node->record.boundary && link->record.region != 0xFFFF ? link->record.region
                                                                          : graph->region.number;
    link->length = link->time = KIWI_NO_COST;
    link->has_cost = kiwi_graph_cost(graph, link->record.link_cost, &link->cost);
    if (!link->has_cost)
        return true;
    place_cost(graph, link->record.link_cost, &link->cost_offset, &link->timed);
    link->cost_offset += graph->region.offset;
    link->passable = !link->record.deleted &&
                     (link->record.reverse ? link->cost.backward : link->cost.forward);
    link->length = scaled(link->cost.length, link->cost.length_exponent);
    if (link->timed)
        link->time = scaled(link->cost.time, link->cost.time_exponent);
    return true;
}

bool kiwi_graph_regulation(const struct kiwi_graph *graph, const struct kiwi_node *node, uint32_t index,
                           struct kiwi_regulation_record *regulation)
{
    uint64_t size = graph->region.level->record.regulation_record_size;
    uint64_t at = node->block + node->link_count * link_stride(graph, &node->record) + index * size;
    return index < node->regulation_count && is_readable(graph, at, size) &&
           kiwi_regulation_record_decode(regulation, graph->bytes + at, size, size);
}

bool kiwi_graph_may_pass(const struct kiwi_graph *graph, const struct kiwi_node *node, uint32_t entry,
                         uint32_t exit)
{
    struct kiwi_regulation_record regulation;
    for (uint32_t i = 0; i < node->regulation_count; i++) {
        if (!kiwi_graph_regulation(graph, node, i, &regulation))
            return false; /* nobody knows whether it is allowed */
        if (regulation.passage_code != ALWAYS_PROHIBITED || !regulation.between_links)
            continue;
        if ((regulation.entry_link == entry || regulation.entry_link == ALL_LINKS) &&
            (regulation.exit_link == exit || regulation.exit_link == ALL_LINKS))
            return false;
    }
    return true;
}

/* Aggregated intersections */

/** What follows the head; the number of connected links stands in the node record. */
static void set_composition(const struct kiwi_graph *graph, struct kiwi_graph_range rest,
                            struct kiwi_intersection *intersection)
{
    const struct kiwi_aggregated_node_information *head = &intersection->head;
    struct kiwi_node node;
    uint64_t scratch_arguments[] = {0, head->number_of_composition_links, head->number_of_subordinate_nodes,
                                    head->number_of_routes};
    if (!kiwi_graph_node(graph, head->node, &node) || node.record.number_of_links >= UNDECIDED_LINKS)
        return;
    scratch_arguments[0] = node.record.number_of_links;
    struct kiwi_layout layout;
    const struct kiwi_record_type *type = &kiwi_type_aggregated_node_composition;
    const uint8_t *bytes = graph->bytes + rest.offset;
    memset(&layout, 0, sizeof layout);
    if (!type->layout(bytes, rest.length, scratch_arguments, &layout) ||
        !kiwi_aggregated_node_composition_decode(&intersection->composition, bytes, rest.length,
                                                 scratch_arguments[0], scratch_arguments[1],
                                                 scratch_arguments[2]))
        return;
    intersection->has_composition = true;
    intersection->routes = bytes + layout.head;
    intersection->routes_length = rest.length - layout.head;
}

bool kiwi_graph_intersection(const struct kiwi_graph *graph, size_t *position,
                             struct kiwi_intersection *intersection)
{
    struct kiwi_graph_range frame = graph->frames[KIWI_FRAME_ROAD_REFERENCES];
    const struct kiwi_record_type *type = &kiwi_type_aggregated_node_information;
    memset(intersection, 0, sizeof *intersection);
    if (*position < kiwi_type_road_reference_frame.fixed_size)
        *position = kiwi_type_road_reference_frame.fixed_size;
    struct kiwi_graph_range record = inside(frame, *position, frame.length);
    if (!kiwi_aggregated_node_information_decode(&intersection->head, graph->bytes + record.offset,
                                                 record.length))
        return false;
    uint64_t size = intersection->head.size;
    if (size == KIWI_NULL || size < type->fixed_size || size > record.length)
        return false;
    *position += (size_t)size;
    set_composition(graph, inside((struct kiwi_graph_range){record.offset, size}, type->fixed_size, size),
                    intersection);
    return true;
}
