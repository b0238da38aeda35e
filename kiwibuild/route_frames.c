/* SPDX-License-Identifier: MIT */
/* Chapter 10: the route planning data frame of a region. */
#include <stdlib.h>
#include <string.h>

#include "region.h"
#include "sort.h"

enum {
    FRAME_LIMIT = 0xFFFE * 2, /* 16-bit sizes in words, FFFF is null */
    MOST_LENGTH = 0xFFD,      /* 12 bits, the last two values are null */
    MOST_COSTS = 1 << 15,
    MOST_NODES = 1 << 13,
    MOST_CELLS = 256,
    NO_LINK = 15,
    NO_REGION = 0xFFFF,
    NO_ANGLE = 0xFFFFFF,
    ALWAYS_PROHIBITED = 127, /* passage code (10.7.1.2) */
    EXPANSION = 12,          /* bytes, as on the 2007 Australian disc */
};

/** A frame in the making. */
struct builder {
    const struct network *network;
    const struct region_level *level;
    const struct region *region;
    uint32_t *links; /* that have a link cost record, ascending */
    size_t link_count;
    struct buffer frames[ROUTE_BASIC_FRAMES];
    bool good;
};

static const struct route_node *node_at(const struct builder *builder, size_t index)
{
    return &builder->level->graph.nodes[builder->level->members[builder->region->first + index]];
}

/* Link costs */

static int compare_numbers(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void collect_links(struct builder *builder)
{
    const struct route_graph *graph = &builder->level->graph;
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < builder->region->count; i++)
        count += node_at(builder, i)->count;
    builder->links = allocate(count, sizeof *builder->links);
    for (size_t i = 0; i < builder->region->count; i++) {
        const struct route_node *node = node_at(builder, i);

        for (size_t e = 0; e < node->count; e++)
            builder->links[builder->link_count++] = graph->ends[node->first + e].link;
    }
    sort(builder->links, count, sizeof *builder->links, compare_numbers);
    for (size_t i = 0; i < count; i++) /* most of them are seen from both ends */
        if (i == 0 || builder->links[i] != builder->links[i - 1])
            builder->links[kept++] = builder->links[i];
    builder->link_count = kept;
    builder->good = builder->good && kept <= MOST_COSTS;
}

static uint16_t cost_number(const struct builder *builder, uint32_t link)
{
    const uint32_t *found = bsearch(&link, builder->links, builder->link_count, sizeof *builder->links,
                                    compare_numbers);

    return (uint16_t)(found - builder->links);
}

/** The nearest length that 12 bits and an exponent of 4 can hold. */
static void set_length(struct kiwi_link_cost_record *record, uint32_t metres)
{
    unsigned exponent = 0;
    uint32_t length = metres;

    while (length > MOST_LENGTH) {
        exponent++;
        length = (uint32_t)((metres + (UINT64_C(1) << (2 * exponent - 1))) >> 2 * exponent);
    }
    record->length = (uint16_t)length;
    record->length_exponent = (uint8_t)exponent;
}

static void append_costs(struct builder *builder)
{
    const struct route_graph *graph = &builder->level->graph;
    struct buffer *buffer = &builder->frames[2];
    const struct kiwi_link_cost_distribution_header header = {
        .header_size = kiwi_type_link_cost_distribution_header.fixed_size,
        .number_without_travel_time = (uint16_t)builder->link_count,
    };

    append_encoded(buffer, &builder->good, kiwi_link_cost_distribution_header_encode(&header, ROOM(buffer)));
    for (size_t i = 0; i < builder->link_count; i++) {
        const struct route_link *link = &graph->links[builder->links[i]];
        const struct way *way = &builder->network->ways[link->way];
        struct kiwi_link_cost_record record = {
            .link_id = link->link_id,
            .end_link_id_differential = (uint16_t)(link->link_count - 1),
            .number_of_upper_levels = link->upper,
            .toll = way->tags.toll,
            .forward = way->tags.passage != PASSAGE_BACKWARD,
            .backward = way->tags.passage != PASSAGE_FORWARD,
            .same_cost = way->tags.passage == PASSAGE_BOTH,
            .road_class = (uint8_t)way->road_type,
            .connected_node = (uint16_t)graph->nodes[link->nodes[1]].number,
        };

        set_length(&record, link->metres);
        append_encoded(
            buffer, &builder->good,
            kiwi_link_cost_record_encode(&record, ROOM(buffer), kiwi_type_link_cost_record.fixed_size, 0));
    }
}

/* Nodes and links */

static void append_link(struct builder *builder, const struct route_node *node, struct route_end end)
{
    const struct route_graph *graph = &builder->level->graph;
    const struct route_link *link = &graph->links[end.link];
    const struct route_node *other = &graph->nodes[link->nodes[!end.reverse]];
    struct buffer *buffer = &builder->frames[1];
    const struct kiwi_link_record record = {
        .adjacent_node = (uint16_t)other->number,
        .link_cost = cost_number(builder, end.link),
        .reverse = end.reverse,
        .following_link = NO_LINK, /* which node's numbers it means is not known; that disc has hardly any */
        .direction = link->directions[end.reverse],
        .region = other->region == node->region ? (uint16_t)NO_REGION : (uint16_t)other->region,
    };

    append_encoded(
        buffer, &builder->good,
        kiwi_link_record_encode(&record, ROOM(buffer), kiwi_type_link_record.fixed_size, node->boundary));
}

static void append_turn(struct builder *builder, const struct route_turn *turn)
{
    struct buffer *buffer = &builder->frames[1];
    const struct kiwi_regulation_record record = {.entry_link = turn->entry,
                                                  .exit_link = turn->exit,
                                                  .between_links = true,
                                                  .passage_code = ALWAYS_PROHIBITED};

    append_encoded(
        buffer, &builder->good,
        kiwi_regulation_record_encode(&record, ROOM(buffer), kiwi_type_regulation_record.fixed_size));
}

static void append_node(struct builder *builder, const struct route_node *node)
{
    const struct route_graph *graph = &builder->level->graph;
    struct buffer *buffer = &builder->frames[0];
    const struct kiwi_node_record record = {
        .number_of_upper_levels = node->upper,
        .boundary = node->boundary,
        .number_of_links = (uint8_t)node->count,
        .block_offset = (uint32_t)builder->frames[1].size,
        .number_of_regulations = (uint8_t)node->turn_count,
    };

    append_encoded(buffer, &builder->good,
                   kiwi_node_record_encode(&record, ROOM(buffer), kiwi_type_node_record.fixed_size));
    for (size_t i = 0; i < node->count; i++)
        append_link(builder, node, graph->ends[node->first + i]);
    for (size_t i = 0; i < node->turn_count; i++)
        append_turn(builder, &graph->turns[node->first_turn + i]);
}

static void append_nodes(struct builder *builder)
{
    const struct route_graph *graph = &builder->level->graph;
    struct buffer *buffer = &builder->frames[0];
    struct kiwi_rank_record rank = {.number_of_nodes = (uint16_t)builder->region->count,
                                    .route_planning_level = builder->level->number > 2};
    struct kiwi_node_distribution_header header = {
        .header_size = kiwi_type_node_distribution_header.fixed_size + kiwi_type_rank_record.fixed_size,
        .number_of_nodes = (uint16_t)builder->region->count,
        .number_of_ranks = 1,
    };
    size_t links = 0;

    for (size_t i = 0; i < builder->region->count; i++) {
        links += node_at(builder, i)->count;
        rank.number_of_boundary_nodes = (uint16_t)(rank.number_of_boundary_nodes +
                                                   node_at(builder, i)->boundary);
    }
    for (size_t i = 0; i < builder->link_count; i++)
        rank.road_classes |=
            (uint16_t)(0x8000 >> builder->network->ways[graph->links[builder->links[i]].way].road_type);
    rank.number_of_links = header.number_of_links = (uint16_t)links;
    builder->good = builder->good && links <= UINT16_MAX && builder->region->count <= MOST_NODES;
    append_encoded(buffer, &builder->good, kiwi_node_distribution_header_encode(&header, ROOM(buffer)));
    append_encoded(buffer, &builder->good, kiwi_rank_record_encode(&rank, ROOM(buffer)));
    for (size_t i = 0; i < builder->region->count; i++)
        append_node(builder, node_at(builder, i));
}

/* Coordinates */

struct cell {
    int64_t row, column;
};

static int compare_cells(const void *left, const void *right)
{
    const struct cell *a = left, *b = right;

    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

/** The cells of the region's nodes, of the size of parcels of a level. */
struct cells {
    struct level grid; /* only its axes count */
    unsigned shift;    /* of a cell: twice as large for each */
    struct cell *items;
    size_t count;
    struct cell low, high;
};

static struct cell cell_of(const struct cells *cells, struct position position)
{
    return (struct cell){floor_divide(quantise_y(&cells->grid, position.y), CELL_UNITS),
                         floor_divide(quantise_x(&cells->grid, position.x), CELL_UNITS)};
}

static void find_cells(const struct builder *builder, struct cells *cells)
{
    size_t kept = 0;

    for (size_t i = 0; i < builder->region->count; i++)
        cells->items[i] = cell_of(cells, node_at(builder, i)->position);
    sort(cells->items, builder->region->count, sizeof *cells->items, compare_cells);
    cells->low = cells->high = cells->items[0];
    for (size_t i = 0; i < builder->region->count; i++) {
        struct cell cell = cells->items[i];

        cells->low.column = cell.column < cells->low.column ? cell.column : cells->low.column;
        cells->high.column = cell.column > cells->high.column ? cell.column : cells->high.column;
        cells->high.row = cell.row;
        if (i == 0 || compare_cells(&cell, &cells->items[kept - 1]))
            cells->items[kept++] = cell;
    }
    cells->count = kept;
}

/** The smallest cells that a byte can number: the finer, the more exact are the coordinates. */
static void choose_cells(const struct builder *builder, struct cells *cells)
{
    *cells = (struct cells){.items = allocate(builder->region->count, sizeof *cells->items)};
    for (;; cells->shift++) {
        level_set_cells(&cells->grid, cells->shift);
        find_cells(builder, cells);
        if (cells->count <= MOST_CELLS && cells->high.row - cells->low.row < 255 &&
            cells->high.column - cells->low.column < 255)
            return;
    }
}

static uint32_t cell_angle(int64_t count, int64_t size, unsigned shift)
{
    const int64_t half_turn = 180 * (int64_t)KIWI_EIGHTHS_PER_DEGREE;
    int64_t eighths = count * size * ((int64_t)1 << shift);

    return kiwi_angle_raw((int32_t)(eighths > half_turn ? eighths - 2 * half_turn : eighths));
}

static void append_coordinate(struct builder *builder, const struct cells *cells, struct position position)
{
    struct buffer *buffer = &builder->frames[7];
    struct cell cell = cell_of(cells, position);
    const struct cell *found = bsearch(&cell, cells->items, cells->count, sizeof *cells->items,
                                       compare_cells);
    const struct kiwi_node_coordinate_record record = {
        .cell = (uint8_t)(found - cells->items),
        .x = (uint16_t)(quantise_x(&cells->grid, position.x) - cell.column * CELL_UNITS),
        .y = (uint16_t)(quantise_y(&cells->grid, position.y) - cell.row * CELL_UNITS),
    };

    append_encoded(buffer, &builder->good, kiwi_node_coordinate_record_encode(&record, ROOM(buffer)));
}

static void append_coordinates(struct builder *builder, const struct cells *cells)
{
    struct buffer *buffer = &builder->frames[7];
    const unsigned shift = cells->shift;
    struct kiwi_node_coordinate_distribution_header header = {
        .header_size = kiwi_type_node_coordinate_distribution_header.fixed_size,
        .cell_height = (uint32_t)CELL_HEIGHT << shift,
        .cell_width = (uint32_t)CELL_WIDTH << shift,
        .number_of_cells_latitude = (uint8_t)(cells->high.row - cells->low.row + 1),
        .number_of_cells_longitude = (uint8_t)(cells->high.column - cells->low.column + 1),
        .grid_offset = kiwi_type_node_coordinate_distribution_header.fixed_size,
        .grid_size = cells->count * kiwi_type_reference_grid_record.fixed_size,
        .coordinate_size = builder->region->count * kiwi_type_node_coordinate_record.fixed_size,
    };

    header.coordinate_offset = header.grid_offset + header.grid_size;
    append_encoded(buffer, &builder->good,
                   kiwi_node_coordinate_distribution_header_encode(&header, ROOM(buffer)));
    for (size_t i = 0; i < cells->count; i++) {
        const struct kiwi_reference_grid_record record = {
            cell_angle(cells->items[i].row, CELL_HEIGHT, shift),
            cell_angle(cells->items[i].column, CELL_WIDTH, shift),
        };

        append_encoded(buffer, &builder->good, kiwi_reference_grid_record_encode(&record, ROOM(buffer)));
    }
    for (size_t i = 0; i < builder->region->count; i++)
        append_coordinate(builder, cells, node_at(builder, i)->position);
}

/* The whole frame */

static bool has_boundary(const struct builder *builder)
{
    size_t i = 0;

    while (i < builder->region->count && !node_at(builder, i)->boundary)
        i++;
    return i < builder->region->count;
}

static void append_extent(const struct builder *builder, const struct cells *cells, struct buffer *buffer,
                          bool *good)
{
    struct kiwi_region_extent extent = {NO_ANGLE, NO_ANGLE, NO_ANGLE, NO_ANGLE};
    const unsigned shift = cells->shift;

    if (has_boundary(builder)) {
        extent.latitude_upper = cell_angle(cells->high.row + 1, CELL_HEIGHT, shift);
        extent.latitude_lower = cell_angle(cells->low.row, CELL_HEIGHT, shift);
        extent.longitude_left = cell_angle(cells->low.column, CELL_WIDTH, shift);
        extent.longitude_right = cell_angle(cells->high.column + 1, CELL_WIDTH, shift);
    }
    append_encoded(buffer, good, kiwi_region_extent_encode(&extent, ROOM(buffer)));
}

/** Where the frames lie: back to back behind the header; empty ones are absent. */
static void append_entries(struct builder *builder, uint64_t offset, struct buffer *buffer)
{
    uint64_t offsets[ROUTE_BASIC_FRAMES];
    struct kiwi_node_and_link_management_record first;

    for (size_t i = 0; i < ROUTE_BASIC_FRAMES; i++) {
        offsets[i] = builder->frames[i].size ? offset : KIWI_NULL;
        offset += builder->frames[i].size;
        builder->good = builder->good && builder->frames[i].size <= FRAME_LIMIT;
    }
    first = (struct kiwi_node_and_link_management_record){offsets[0], builder->frames[0].size, offsets[1],
                                                          builder->frames[1].size};
    append_encoded(buffer, &builder->good, kiwi_node_and_link_management_record_encode(&first, ROOM(buffer)));
    for (size_t i = 2; i < ROUTE_BASIC_FRAMES; i++) {
        const struct kiwi_route_planning_management_record entry = {offsets[i], builder->frames[i].size};

        append_encoded(buffer, &builder->good,
                       kiwi_route_planning_management_record_encode(&entry, ROOM(buffer)));
    }
}

static void append_frame(struct builder *builder, size_t number, const struct cells *cells,
                         struct buffer *buffer)
{
    const struct kiwi_route_planning_distribution_header header = {
        .header_size = (uint64_t)kiwi_type_route_planning_distribution_header.fixed_size +
                       ROUTE_BASIC_FRAMES * (uint64_t)kiwi_type_route_planning_management_record.fixed_size +
                       EXPANSION,
        .region = (uint16_t)number,
        .area_number = NO_AREA,
    };

    append_encoded(buffer, &builder->good,
                   kiwi_route_planning_distribution_header_encode(&header, ROOM(buffer)));
    append_entries(builder, header.header_size, buffer);
    append_extent(builder, cells, buffer, &builder->good);
    for (size_t i = 0; i < ROUTE_BASIC_FRAMES; i++)
        buffer_append(buffer, builder->frames[i].bytes, builder->frames[i].size);
}

bool route_frame_append(const struct regions *regions, const struct region_level *level, size_t region,
                        struct buffer *buffer)
{
    struct builder builder = {
        .network = regions->network, .level = level, .region = &level->regions[region], .good = true};
    const struct kiwi_road_reference_frame none = {0};
    struct cells cells;

    collect_links(&builder);
    append_nodes(&builder);
    append_costs(&builder);
    choose_cells(&builder, &cells);
    append_coordinates(&builder, &cells);
    append_encoded(&builder.frames[8], &builder.good,
                   kiwi_road_reference_frame_encode(&none, ROOM(&builder.frames[8])));
    append_frame(&builder, region, &cells, buffer);
    for (size_t i = 0; i < ROUTE_BASIC_FRAMES; i++)
        buffer_free(&builder.frames[i]);
    release(cells.items);
    release(builder.links);
    return builder.good;
}
