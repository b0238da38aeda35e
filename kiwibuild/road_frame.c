/* SPDX-License-Identifier: MIT */
/* The road data frame of a cell (chapter 7): lists of multilinks with their shapes. */
#include <string.h>

#include "classes.h"
#include "frame.h"

/* Limits of the record are the widths of its fields: 12 bits of words, 9 bits of nodes, 10 bits of points. */
enum {
    RECORD_BYTES = 4095 * 2,
    MOST_NODES = 511,
    MOST_POINTS = 1023,
    MOST_STEPS = 2047,
};

static const uint8_t one_way_codes[] = {
    [PASSAGE_BOTH] = KIWI_ONE_WAY_NONE,
    [PASSAGE_FORWARD] = KIWI_ONE_WAY_FORWARD,
    [PASSAGE_BACKWARD] = KIWI_ONE_WAY_BACKWARD,
    [PASSAGE_CLOSED] = KIWI_ONE_WAY_CLOSED,
};

/** What every multilink of a layout has; sizes are those of the opaque sections. */
static struct kiwi_multilink_header plain_header(const struct road_layout *roads)
{
    return (struct kiwi_multilink_header){
        .temporal = roads->temporal,
        .has_street_address = roads->street_address_header,
        .additional_node_size = roads->additional_node,
        .altitude_size = roads->altitude,
        .passage_regulation_size = roads->passage_regulation,
        .has_link_id = roads->link_ids,
        .not_infra_link = !roads->infra_links,
        .has_route_number = roads->route_numbers,
        .selected = roads->selected,
        .route_planning = roads->route_planning,
        .slope = (uint8_t)roads->slope,
        .has_guidance_offset = roads->guidance_offsets,
        .has_altitude = roads->altitude > 0,
        .route_number_alphabetic = 'E' << 8,
        .route_number_numeric = 6,
        .guidance_offset = KIWI_NULL,
        .street_address_size = roads->street_address,
        .header_rest = opaque_bytes,
        .header_rest_length = roads->header_rest,
    };
}

/** Bytes of a header, which do not depend on its values; what its size does not cover is not encoded. */
static size_t header_size(struct kiwi_multilink_header header)
{
    const uint32_t rest = header.header_rest_length;
    uint8_t bytes[64];

    header.header_rest_length = header.header_size = 0;
    return kiwi_multilink_header_encode(&header, bytes, sizeof bytes) + rest;
}

static size_t sections_size(const struct road_layout *roads)
{
    return (size_t)roads->additional_node + roads->altitude + roads->passage_regulation +
           roads->street_address;
}

static size_t connection_size(const struct road_layout *roads)
{
    return roads->connections ? roads->node_record_size : 0;
}

void frame_limits(const struct layout *layout, struct cut_limits *roads, struct cut_limits *shapes)
{
    const struct kiwi_multilink_header header = plain_header(&layout->roads);

    *roads = (struct cut_limits){
        .nodes = MOST_NODES,
        .points = MOST_POINTS,
        .bytes = RECORD_BYTES,
        .fixed_bytes = header_size(header) + sections_size(&layout->roads),
        .node_bytes = kiwi_type_link_shape.fixed_size + connection_size(&layout->roads),
        .point_bytes = 2,
    };
    *shapes = (struct cut_limits){.nodes = MOST_STEPS, .points = MOST_STEPS, .bytes = SIZE_MAX};
}

/** Signed dx, dy per point. */
static size_t encode_steps(const struct cut_point *points, size_t count, uint8_t *steps)
{
    for (size_t i = 0; i < count; i++) {
        steps[2 * i] = (uint8_t)(points[i + 1].x - points[i].x);
        steps[2 * i + 1] = (uint8_t)(points[i + 1].y - points[i].y);
    }
    return 2 * count;
}

static void append_shape(struct buffer *shape, bool *good, const struct layout *layout,
                         const struct cut_point *points, size_t count, const struct way *way)
{
    uint8_t steps[2 * MOST_POINTS];
    struct kiwi_link_shape node = {
        .x = raw_coordinate(layout, points[0].x), .y = raw_coordinate(layout, points[0].y), .points = steps};

    if (count > MOST_POINTS) {
        *good = false;
        return;
    }
    if (way) {
        node.one_way = one_way_codes[way->tags.passage];
        node.planned = way->planned;
        node.tunnel = way->tags.tunnel;
        node.bridge = way->tags.bridge;
        node.number_of_points = (uint16_t)count;
        node.points_length = (uint32_t)encode_steps(points, count, steps);
    }
    append_encoded(shape, good, kiwi_link_shape_encode(&node, ROOM(shape)));
}

/** Returns the number of nodes. The last node begins no link, so it has no attributes. */
static size_t append_shapes(struct buffer *shape, bool *good, const struct layout *layout,
                            const struct cut_point *points, size_t count, const struct way *way)
{
    size_t first = 0, next, nodes = 0;

    for (; first + 1 < count; first = next) {
        for (next = first + 1; !points[next].node; next++)
            ;
        append_shape(shape, good, layout, points + first, next - first - 1, way);
        nodes++;
    }
    append_shape(shape, good, layout, points + first, 0, NULL);
    return nodes + 1;
}

static void append_sections(struct buffer *buffer, const struct road_layout *roads)
{
    buffer_append(buffer, opaque_bytes, roads->additional_node);
    buffer_append(buffer, opaque_bytes, roads->altitude);
    buffer_append(buffer, opaque_bytes, roads->passage_regulation);
    buffer_append(buffer, opaque_bytes, roads->street_address);
}

/** The bits of connection records are not known, so they are zero. */
static void append_connections(struct buffer *buffer, size_t length)
{
    if (length)
        memset(buffer_room(buffer, length), 0, length);
    buffer->size += length;
}

static void append_multilink(struct buffer *buffer, bool *good, const struct layout *layout,
                             const struct cut_point *points, const struct item *item, const struct way *way)
{
    struct kiwi_multilink_header header = plain_header(&layout->roads);
    struct buffer shape = {0};
    size_t nodes = append_shapes(&shape, good, layout, points + item->first, item->count, way);
    size_t connections = nodes * connection_size(&layout->roads);

    header.header_size = (uint32_t)header_size(header);
    header.multilink_size = (uint32_t)(header.header_size + shape.size + connections +
                                       sections_size(&layout->roads));
    header.number_of_nodes = (uint16_t)nodes;
    header.shape_size = (uint32_t)shape.size;
    header.road_type = (uint8_t)way->road_type;
    header.toll = way->tags.toll;
    header.link_id = item->link;
    header.end_link_id_differential = (uint16_t)(nodes - 2);
    header.link_id_differential_deleted = layout->roads.link_ids && nodes > 2;
    append_encoded(buffer, good, kiwi_multilink_header_encode(&header, ROOM(buffer)));
    buffer_append(buffer, shape.bytes, shape.size);
    append_connections(buffer, connections);
    append_sections(buffer, &layout->roads);
    buffer_free(&shape);
}

/** Ways on foot and private roads are not drawn at the coarsest scale. */
static uint8_t list_flags(const struct level *level, size_t list)
{
    const int code = level->roads->codes[list];

    return code >= ROAD_CLASS_PRIVATE && code <= ROAD_CLASS_NON_NAVIGABLE ? level_detail_flags(level)
                                                                          : level_scale_flags(level);
}

static size_t append_list(struct buffer *lists, bool *good, size_t number, const struct content *content,
                          const struct network *network, const struct item *items, size_t count)
{
    struct kiwi_road_data_list list = {.display_scale_flags = list_flags(content->level, number)};
    size_t i;

    append_encoded(lists, good, kiwi_road_data_list_encode(&list, ROOM(lists)));
    for (i = 0; i < count && items[i].list == items[0].list; i++)
        append_multilink(lists, good, content->level->layout, content->points.items, &items[i],
                         &network->ways[items[i].source]);
    return i;
}

static void append_class(struct buffer *buffer, struct buffer *lists, bool *good,
                         struct kiwi_display_class_management_record *record, size_t multilinks)
{
    record->number_of_multilinks = (uint16_t)multilinks;
    *good = *good && multilinks < 4096 && lists->size <= 0xFFFE * 2;
    append_encoded(buffer, good, kiwi_display_class_management_record_encode(record, ROOM(buffer)));
}

static void append_lists(struct buffer *buffer, bool *good, const struct content *content,
                         const struct network *network, const struct item *items, size_t count,
                         uint64_t start)
{
    struct buffer lists = {0};
    size_t done = 0, records;

    for (size_t list = 0; list < content->level->roads->count; list++) {
        struct kiwi_display_class_management_record record = {.offset = KIWI_NULL};
        bool used = done < count && items[done].list == list;

        if (used || content->level->layout->roads.empty_lists)
            record.offset = start + lists.size;
        records = 0;
        if (used)
            records = append_list(&lists, good, list, content, network, items + done, count - done);
        else if (record.offset != KIWI_NULL)
            append_list(&lists, good, list, content, network, NULL, 0);
        append_class(buffer, &lists, good, &record, records);
        done += records;
    }
    buffer_append(buffer, lists.bytes, lists.size);
    buffer_free(&lists);
}

bool road_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell)
{
    struct kiwi_road_distribution_header header = {.number_of_intersections = UINT16_MAX,
                                                   .route_planning_level = -32};
    size_t count;
    const struct item *items = items_of_cell(&content->roads, cell, &count);
    bool good = true;

    if (!count && !content->level->layout->roads.empty_lists)
        return true;
    header.number_of_display_classes = (uint8_t)content->level->roads->count;
    header.header_size = kiwi_type_road_distribution_header.fixed_size +
                         content->level->roads->count * kiwi_type_display_class_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_road_distribution_header_encode(&header, ROOM(buffer)));
    append_lists(buffer, &good, content, network, items, count, header.header_size);
    return good;
}
