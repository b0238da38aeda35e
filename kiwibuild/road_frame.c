/* SPDX-License-Identifier: MIT */
#include "classes.h"
#include "frame.h"

/* The header is as long as on the 2007 Australian disc: with link id and with an empty street address. */
static const struct kiwi_multilink_header plain_header = {.has_link_id = true, .has_street_address = true};

/* Limits of the record are the widths of its fields: 12 bits of words, 9 bits of nodes, 10 bits of points. */
enum {
    RECORD_BYTES = 4095 * 2,
    MOST_NODES = 511,
    MOST_POINTS = 1023,
    MOST_STEPS = 2047,
};

void frame_limits(struct cut_limits *roads, struct cut_limits *shapes)
{
    uint8_t bytes[64];

    *roads = (struct cut_limits){
        .nodes = MOST_NODES,
        .points = MOST_POINTS,
        .bytes = RECORD_BYTES,
        .fixed_bytes = kiwi_multilink_header_encode(&plain_header, bytes, sizeof bytes),
        .node_bytes = kiwi_type_link_shape.fixed_size + NODE_RECORD_SIZE,
        .point_bytes = 2,
    };
    *shapes = (struct cut_limits){.nodes = MOST_STEPS, .points = MOST_STEPS, .bytes = SIZE_MAX};
}

/** Signed dx, dy per point. */
static size_t encode_steps(const struct cut_point *points, size_t count, uint8_t *steps)
{
    size_t i;

    for (i = 0; i < count; i++) {
        steps[2 * i] = (uint8_t)(points[i + 1].x - points[i].x);
        steps[2 * i + 1] = (uint8_t)(points[i + 1].y - points[i].y);
    }
    return 2 * count;
}

/** A coordinate on the far edge is 4096, not 0 of the next parcel: as on the 2007 Australian disc. */
static void append_shape(struct buffer *shape, bool *good, const struct cut_point *points, size_t count,
                         const struct way *way)
{
    uint8_t steps[2 * MOST_POINTS];
    struct kiwi_link_shape node = {.x = (uint16_t)points[0].x, .y = (uint16_t)points[0].y, .points = steps};

    if (count > MOST_POINTS) {
        *good = false;
        return;
    }
    if (way) {
        node.one_way = way->passage == PASSAGE_FORWARD    ? KIWI_ONE_WAY_FORWARD
                       : way->passage == PASSAGE_BACKWARD ? KIWI_ONE_WAY_BACKWARD
                                                          : KIWI_ONE_WAY_NONE;
        node.planned = way->planned;
        node.tunnel = way->tunnel;
        node.bridge = way->bridge;
        node.number_of_points = (uint16_t)count;
        node.points_length = (uint32_t)encode_steps(points, count, steps);
    }
    append_encoded(shape, good, kiwi_link_shape_encode(&node, ROOM(shape)));
}

/** Returns the number of nodes. The last node begins no link, so it has no attributes. */
static size_t append_shapes(struct buffer *shape, bool *good, const struct cut_point *points, size_t count,
                            const struct way *way)
{
    size_t first = 0, next, nodes = 0;

    for (; first + 1 < count; first = next) {
        for (next = first + 1; !points[next].node; next++)
            ;
        append_shape(shape, good, points + first, next - first - 1, way);
        nodes++;
    }
    append_shape(shape, good, points + first, 0, NULL);
    return nodes + 1;
}

static void append_multilink(struct buffer *buffer, bool *good, const struct cut_point *points,
                             const struct item *item, const struct way *way)
{
    static const uint8_t connections[MOST_NODES * NODE_RECORD_SIZE];
    struct kiwi_multilink_header header = plain_header;
    struct buffer shape = {0};
    uint8_t bytes[64];
    size_t nodes = append_shapes(&shape, good, points + item->first, item->count, way);

    header.header_size = (uint32_t)kiwi_multilink_header_encode(&plain_header, bytes, sizeof bytes);
    header.multilink_size = (uint32_t)(header.header_size + shape.size + nodes * NODE_RECORD_SIZE);
    header.number_of_nodes = (uint16_t)nodes;
    header.shape_size = (uint32_t)shape.size;
    header.road_type = (uint8_t)way->road_type;
    header.toll = way->toll;
    header.link_id = item->link;
    header.end_link_id_differential = (uint16_t)(nodes - 2);
    header.link_id_differential_deleted = nodes > 2;
    append_encoded(buffer, good, kiwi_multilink_header_encode(&header, ROOM(buffer)));
    buffer_append(buffer, shape.bytes, shape.size);
    buffer_append(buffer, connections, nodes * NODE_RECORD_SIZE);
    buffer_free(&shape);
}

static size_t append_list(struct buffer *lists, bool *good, const struct content *content,
                          const struct network *network, const struct item *items, size_t count)
{
    struct kiwi_road_data_list list = {.display_scale_flags = level_scale_flags(content->level)};
    size_t i;

    append_encoded(lists, good, kiwi_road_data_list_encode(&list, ROOM(lists)));
    for (i = 0; i < count && items[i].list == items[0].list; i++)
        append_multilink(lists, good, content->points.items, &items[i], &network->ways[items[i].source]);
    return i;
}

bool road_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell)
{
    struct kiwi_road_distribution_header header = {.number_of_intersections = UINT16_MAX,
                                                   .route_planning_level = -32};
    struct buffer lists = {0};
    size_t count, done = 0, list, records;
    const struct item *items = items_of_cell(&content->roads, cell, &count);
    bool good = true;

    if (!count)
        return true;
    header.number_of_display_classes = (uint8_t)road_classes.count;
    header.header_size = kiwi_type_road_distribution_header.fixed_size +
                         road_classes.count * kiwi_type_display_class_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_road_distribution_header_encode(&header, ROOM(buffer)));
    for (list = 0; list < road_classes.count; list++) {
        struct kiwi_display_class_management_record record = {.offset = KIWI_NULL};

        if (done < count && items[done].list == list) {
            record.offset = header.header_size + lists.size;
            records = append_list(&lists, &good, content, network, items + done, count - done);
            good = good && records < 4096;
            record.number_of_multilinks = (uint16_t)records;
            done += records;
        }
        append_encoded(buffer, &good, kiwi_display_class_management_record_encode(&record, ROOM(buffer)));
    }
    buffer_append(buffer, lists.bytes, lists.size);
    buffer_free(&lists);
    return good;
}
