/* SPDX-License-Identifier: MIT */
/* Records of shapes become shapes: one by one, or a list of them in one loop. */
#include "map/shape_list.h"

#include "layouts.h"

static inline struct kiwi_point point(int64_t x, int64_t y)
{
    return (struct kiwi_point){(int32_t)kiwi_nz((uint16_t)x), (int32_t)kiwi_nz((uint16_t)y)};
}

/** The first point of a shape, and those that steps times a factor lead to; returns how many there are. */
static inline size_t add_steps(struct kiwi_point *points, int64_t raw_x, int64_t raw_y, const uint8_t *steps,
                               int64_t count, int32_t factor)
{
    struct kiwi_point at = point(raw_x, raw_y);
    *points = at;
    for (const uint8_t *end = steps + 2 * count; steps < end; steps += 2) {
        at.x += (int8_t)steps[0] * factor;
        at.y += (int8_t)steps[1] * factor;
        *++points = at;
    }
    return (size_t)count + 1;
}

static inline uint64_t offset_of(const struct kiwi_shape_list *list, const uint8_t *bytes)
{
    return list->base_offset + (uint64_t)(bytes - list->base);
}

/* Roads */

void kiwi_shape_list_chain(struct kiwi_shape_list *list, const uint8_t *multilink,
                           const struct kiwi_layout *layout)
{
    const int64_t unknown = 0x3FFFFFFF; /* a link id that is null */
    struct kiwi_shape *common = &list->common;
    int64_t nodes = kiwi_multilink_header_number_of_nodes(multilink);
    int64_t id = multilink_header__link_id(multilink, layout);
    bool known = kiwi_multilink_header_has_link_id(multilink) && id != unknown;
    common->type = (uint32_t)kiwi_multilink_header_road_type(multilink);
    common->deleted = kiwi_multilink_header_deleted(multilink);
    common->multilink = multilink;
    common->multilink_length = layout->head;
    common->multilink_offset = offset_of(list, multilink);
    list->first_id = known ? (uint32_t)id : 0;
    /* Differentials between the ids of a chain are known only where all are 1 or the chain has one link. */
    list->counts_ids = known && (kiwi_multilink_header_link_id_differential_deleted(multilink) ||
                                 multilink_header__end_link_id_differential(multilink, layout) + 2 == nodes);
}

void kiwi_shape_list_node(struct kiwi_shape_list *list, const uint8_t *node, uint32_t number)
{
    list->node = node;
    list->link = number;
}

void kiwi_shape_list_link(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    const uint8_t *node = list->node;
    const uint32_t link = list->link;
    int64_t steps = kiwi_link_shape_number_of_points(node);
    const uint8_t *next = node + KIWI_LINK_SHAPE_SIZE + 2 * steps;
    /* Both nodes are read for both of their links: that takes less time than to remember one. */
    size_t count = add_steps(list->points, kiwi_link_shape_x(node), kiwi_link_shape_y(node),
                             node + KIWI_LINK_SHAPE_SIZE, steps, 1);
    list->points[count] = point(kiwi_link_shape_x(next), kiwi_link_shape_y(next));
    list->node = next;
    list->link = link + 1;
    *shape = list->common;
    shape->points = list->points;
    shape->point_count = count + 1;
    shape->offset = offset_of(list, node);
    shape->record = node;
    shape->record_length = (uint32_t)(next - node);
    shape->link = link;
    shape->link_id = link == 0 || list->counts_ids ? list->first_id + link : 0;
}

/** The first link of the next chain; false if it has none. */
static bool next_chain(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    static const uint64_t enough =
        1 << 16; /* no header is longer, and that all of it is there has been seen */
    const uint8_t *multilink = list->record;
    struct kiwi_layout layout;
    list->record += kiwi_multilink_header_multilink_size(multilink);
    uint32_t nodes = (uint32_t)kiwi_multilink_header_number_of_nodes(multilink);
    if (nodes < 2 || (kiwi_multilink_header_deleted(multilink) && !list->deleted) ||
        !layout_multilink_header(multilink, enough, NULL, &layout))
        return false;
    kiwi_shape_list_chain(list, multilink, &layout);
    kiwi_shape_list_node(list, multilink + layout.head, 0); /* it is longer than header_size if that lies */
    kiwi_shape_list_link(list, shape);
    list->links = nodes - 2;
    return true;
}

/* Backgrounds */

void kiwi_shape_list_background(struct kiwi_shape_list *list, const uint8_t *record, uint32_t length,
                                struct kiwi_shape *shape)
{
    int32_t factor = 1 << kiwi_minimum_graphics_data_record_multiplication_exponent(record);
    *shape = list->common;
    shape->points = list->points;
    shape->point_count = add_steps(list->points, kiwi_minimum_graphics_data_record_x(record),
                                   kiwi_minimum_graphics_data_record_y(record),
                                   record + KIWI_MINIMUM_GRAPHICS_DATA_RECORD_SIZE,
                                   kiwi_minimum_graphics_data_record_number_of_offsets(record), factor);
    shape->offset = offset_of(list, record);
    shape->record = record;
    shape->record_length = length;
    shape->type = (uint32_t)kiwi_minimum_graphics_data_record_type_code(record);
    shape->pen_up = kiwi_minimum_graphics_data_record_pen_up(record);
    shape->deleted = kiwi_minimum_graphics_data_record_deleted(record);
}

static bool next_background(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    const uint8_t *record = list->record;
    uint32_t length = (uint32_t)kiwi_minimum_graphics_data_record_record_size(record);
    list->record += length;
    if (kiwi_minimum_graphics_data_record_deleted(record) && !list->deleted)
        return false;
    kiwi_shape_list_background(list, record, length, shape);
    return true;
}

/* Names */

bool kiwi_shape_has_text(const uint8_t *name)
{
    switch (kiwi_name_data_record_string_type(name)) {
    case KIWI_STRING_TYPE_BARYCENTRIC:
    case KIWI_STRING_TYPE_LINEAR_B:
    case KIWI_STRING_TYPE_LINEAR_C:
    case KIWI_STRING_TYPE_SYMBOL: return true;
    default: return false;
    }
}

void kiwi_shape_list_name(struct kiwi_shape_list *list, const uint8_t *record,
                          const struct kiwi_layout *layout, const uint8_t *information,
                          struct kiwi_shape *shape)
{
    *shape = list->common;
    list->points[0] = point(name_data_record__x(record, layout), name_data_record__y(record, layout));
    shape->points = list->points;
    shape->offset = offset_of(list, record);
    shape->record = record;
    shape->record_length = layout->head;
    shape->type = (uint32_t)kiwi_name_data_record_type_code(record);
    shape->deleted = kiwi_name_data_record_deleted(record);
    shape->text = record;
    if (!information)
        return;
    shape->point_count = kiwi_name_data_record_string_type(record) != KIWI_STRING_TYPE_LINEAR_B;
    shape->text = information + KIWI_CHARACTER_INFORMATION_SIZE;
    int64_t size = kiwi_character_information_text_size(
        information); /* below zero: null, so without a text */
    shape->text_length = size < 0 ? 0 : (size_t)size;
    while (shape->text_length > 0 && shape->text[shape->text_length - 1] == '\0')
        shape->text_length--;
}

static bool next_name(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    const uint8_t *record = list->record;
    int64_t length = kiwi_name_data_record_record_size(record);
    struct kiwi_layout layout;
    list->record += length;
    if ((kiwi_name_data_record_deleted(record) && !list->deleted) ||
        !layout_name_data_record(record, (uint64_t)length, NULL, &layout))
        return false;
    int64_t placements = name_data_record__number_of_placements(record, &layout);
    const uint8_t *behind = record + layout.head + placements * KIWI_STRING_PLACEMENT_RECORD_SIZE;
    kiwi_shape_list_name(list, record, &layout, kiwi_shape_has_text(record) ? behind : NULL, shape);
    return true;
}

void kiwi_shape_list_start(struct kiwi_shape_list *list, const struct kiwi_shape_records *records)
{
    list->common = (struct kiwi_shape){.kind = records->kind,
                                       .list = records->list,
                                       .display_class = records->display_class,
                                       .shape_class = records->shape_class,
                                       .has_height = records->has_height};
    list->base = list->record = records->bytes;
    list->base_offset = records->offset;
    list->records = records->count;
    list->links = 0;
}

bool kiwi_shape_list_record(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    while (list->records > 0) {
        list->records--;
        if (list->common.kind == KIWI_BACKGROUND ? next_background(list, shape)
            : list->common.kind == KIWI_NAME     ? next_name(list, shape)
                                                 : next_chain(list, shape))
            return true;
    }
    return false;
}
