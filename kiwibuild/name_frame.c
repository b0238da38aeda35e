/* SPDX-License-Identifier: MIT */
/* The name data frame of a cell (chapter 7): labels of streets and places as records. */
#include <math.h>
#include <string.h>

#include "classes.h"
#include "frame.h"
#include "label.h"

enum {
    HORIZONTAL = 90,  /* clockwise from north */
    MAIN_STREET = 12, /* priority of labels, by the profile */
};

/** Width of a unit divided by its height on the ground, in the middle of a row of cells. */
static double unit_ratio(const struct content *content, size_t cell)
{
    const struct level *level = content->level;
    double degrees = axis_degrees(&level->y, (double)content_row(content, cell) + 0.5);

    return axis_cell(&level->x) / axis_cell(&level->y) * cos(degrees * acos(-1.0) / 180);
}

static const uint32_t *texts_of(const struct network *network, const struct way *way, enum label_kind kind,
                                size_t *count)
{
    *count = kind == LABEL_STREET ? way->name != 0 : way->reference_count;
    return kind == LABEL_STREET || *count == 0 ? &way->name : network->references + way->first_reference;
}

static size_t count_texts(const struct item *items, size_t item_count, const struct network *network,
                          enum label_kind kind)
{
    size_t sum = 0, count;

    for (size_t i = 0; i < item_count; i++) {
        texts_of(network, &network->ways[items[i].source], kind, &count);
        sum += count;
    }
    return sum;
}

/** Labels of the roads' names, or of their route numbers, behind those that are there; returns how many. */
static size_t label_roads(const struct content *content, const struct network *network, size_t cell,
                          enum label_kind kind, struct label *labels)
{
    size_t count, parts = 0, made;
    const struct item *items = items_of_cell(&content->roads, cell, &count);
    struct labelled *part = allocate(count_texts(items, count, network, kind), sizeof *part);

    for (size_t i = 0; i < count; i++) {
        size_t text_count;
        const struct way *way = &network->ways[items[i].source];
        const uint32_t *texts = texts_of(network, way, kind, &text_count);

        for (size_t t = 0; t < text_count; t++)
            part[parts++] = (struct labelled){texts[t], way->label_priority,
                                              content->points.items + items[i].first, items[i].count};
    }
    made = label_lines(part, parts, kind, unit_ratio(content, cell), labels);
    release(part);
    return made;
}

static size_t label_places(const struct content *content, const struct network *network, size_t cell,
                           struct label *labels)
{
    size_t count;
    const struct item *items = items_of_cell(&content->places, cell, &count);

    for (size_t i = 0; i < count; i++) {
        const struct place *place = &network->places[items[i].source];
        struct cut_point point = content->points.items[items[i].first];

        labels[i] = (struct label){LABEL_PLACE,
                                   place->name,
                                   point.x,
                                   point.y,
                                   0,
                                   place->label_priority,
                                   place->codes.present ? &place->codes : NULL,
                                   place->type_code};
    }
    return count;
}

static void append_text(struct buffer *buffer, bool *good, const char *text)
{
    struct buffer padded = {0};
    struct kiwi_character_information information;

    buffer_append(&padded, text, strlen(text));
    buffer_pad(&padded, 2);
    information = (struct kiwi_character_information){padded.size, padded.bytes, (uint32_t)padded.size};
    append_encoded(buffer, good, kiwi_character_information_encode(&information, ROOM(buffer)));
    buffer_free(&padded);
}

/** Which of the layout's string types a label has; number counts the labels of a frame. */
static unsigned string_type(const struct name_layout *layout, const struct label *label, size_t number)
{
    if (label->codes)
        return label->codes->string_type;
    return label->kind == LABEL_STREET ? layout->street_types[number % layout->street_type_count]
                                       : layout->place_types[number % layout->place_type_count];
}

static uint16_t type_code(const struct label *label)
{
    if (label->codes)
        return label->codes->type_code;
    return label->kind == LABEL_PLACE    ? (uint16_t)label->type_code
           : label->kind == LABEL_STREET ? KIWI_TYPE_CODE_ROAD_FREEWAY_CLASS_1 /* as on the Australian disc */
                                         : KIWI_TYPE_CODE_ROUTE_SHIELD;
}

/** Names of small streets would cover the coarsest scale. */
static uint8_t scale_flags(const struct level *level, const struct label *label)
{
    if (label->codes)
        return label->codes->scale_flags;
    return label->kind == LABEL_STREET && label->priority < MAIN_STREET ? level_detail_flags(level)
                                                                        : level_scale_flags(level);
}

static uint16_t angle_of_label(const struct label *label)
{
    if (label->codes)
        return label->codes->angle;
    return (uint16_t)(label->kind == LABEL_STREET ? label->angle : HORIZONTAL);
}

static struct kiwi_name_data_record describe(const struct content *content, const struct label *label,
                                             size_t number)
{
    const struct name_layout *layout = &content->level->layout->names;

    return (struct kiwi_name_data_record){
        .temporal = layout->temporal,
        .display_scale_flags = scale_flags(content->level, label),
        .string_type = (uint8_t)string_type(layout, label, number),
        .has_altitude = layout->altitude,
        .orientation = layout->vertical ? KIWI_ORIENTATION_VERTICAL : KIWI_ORIENTATION_HORIZONTAL,
        .priority = (int8_t)(layout->all_priorities && !label->codes
                                 ? (int)((label->text * 29 + number) % 64) - 32
                                 : label->priority),
        .type_code = type_code(label),
        .has_auxiliary_data = layout->auxiliary,
        .has_object_auxiliary_data = layout->auxiliary,
        .placement_kind = label->kind == LABEL_PLACE ? KIWI_PLACEMENT_KIND_POINT : KIWI_PLACEMENT_KIND_LINE,
        .placement_target = label->kind == LABEL_PLACE ? KIWI_PLACEMENT_TARGET_BACKGROUND
                                                       : KIWI_PLACEMENT_TARGET_ROAD,
        .number_of_placements = (uint8_t)layout->placements,
        .object_offset = KIWI_NULL,
        .x = raw_coordinate(content->level->layout, label->x),
        .y = raw_coordinate(content->level->layout, label->y),
        .rotation_mode = KIWI_ROTATION_MODE_RELATIVE,
        .character_orientation = 1,
        .rotate_string = true,
        .angle = angle_of_label(label),
        .alignment = KIWI_ALIGNMENT_MIDDLE,
        .symbol_position = KIWI_SYMBOL_POSITION_ABOVE,
    };
}

static void append_placements(struct buffer *buffer, bool *good, unsigned count)
{
    struct kiwi_string_placement_record placement = {0};

    for (unsigned i = 0; i < count; i++) {
        placement.side = (uint8_t)(i % 4);
        placement.distance = (uint16_t)((i + 1) * 0x3FFF / (count + 1));
        append_encoded(buffer, good, kiwi_string_placement_record_encode(&placement, ROOM(buffer)));
    }
}

/** What follows the head: text and the words behind it, or opaque bytes. */
static void append_body(struct buffer *body, bool *good, const struct kiwi_name_data_record *record,
                        const struct name_layout *layout, const char *text)
{
    static const uint8_t altitude[2] = {0x01, 0x23}, auxiliary[2] = {0x45, 0x67};
    bool has_text = record->string_type == KIWI_STRING_TYPE_BARYCENTRIC ||
                    record->string_type == KIWI_STRING_TYPE_LINEAR_B ||
                    record->string_type == KIWI_STRING_TYPE_LINEAR_C ||
                    record->string_type == KIWI_STRING_TYPE_SYMBOL;

    if (!has_text) {
        buffer_append(body, opaque_bytes, layout->raw_body);
        return;
    }
    if (record->string_type == KIWI_STRING_TYPE_LINEAR_B)
        append_placements(body, good, layout->placements);
    append_text(body, good, text);
    buffer_append(body, auxiliary, layout->auxiliary ? sizeof auxiliary : 0);
    buffer_append(body, altitude, layout->altitude ? sizeof altitude : 0);
    buffer_append(body, opaque_bytes, layout->temporal ? 8 : 0);
}

static void append_label(struct buffer *buffer, bool *good, const struct content *content,
                         const struct network *network, const struct label *label, size_t number)
{
    struct kiwi_name_data_record record = describe(content, label, number);
    struct buffer body = {0};
    uint8_t head[64];

    append_body(&body, good, &record, &content->level->layout->names, texts_get(network->texts, label->text));
    record.record_size = (uint32_t)(kiwi_name_data_record_encode(&record, head, sizeof head) + body.size);
    append_encoded(buffer, good, kiwi_name_data_record_encode(&record, ROOM(buffer)));
    buffer_append(buffer, body.bytes, body.size);
    buffer_free(&body);
}

static int list_class(const struct label *label)
{
    if (label->codes)
        return label->codes->display_class;
    return label->kind == LABEL_STREET   ? NAME_CLASS_STREET
           : label->kind == LABEL_SHIELD ? NAME_CLASS_SHIELD
                                         : NAME_CLASS_PLACE;
}

static bool append_lists(struct buffer *buffer, const struct content *content, const struct network *network,
                         const struct label *labels, size_t count)
{
    const struct classes *classes = content->level->names;
    struct kiwi_name_distribution_header header;
    struct buffer lists = {0};
    bool good = true;

    header.header_size = kiwi_type_name_distribution_header.fixed_size +
                         classes->count * kiwi_type_name_data_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_name_distribution_header_encode(&header, ROOM(buffer)));
    for (size_t list = 0; list < classes->count; list++) {
        struct kiwi_name_data_management_record record = {.offset = header.header_size + lists.size};

        for (size_t i = 0; i < count; i++) {
            if (!class_known(classes, list_class(&labels[i])) ||
                class_index(classes, list_class(&labels[i])) != list)
                continue;
            append_label(&lists, &good, content, network, &labels[i], i);
            good = good && record.number_of_records < UINT16_MAX;
            record.number_of_records++;
        }
        if (!record.number_of_records)
            record.offset = KIWI_NULL;
        append_encoded(buffer, &good, kiwi_name_data_management_record_encode(&record, ROOM(buffer)));
    }
    buffer_append(buffer, lists.bytes, lists.size);
    buffer_free(&lists);
    return good;
}

bool name_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell)
{
    size_t roads, places, count;
    const struct item *items = items_of_cell(&content->roads, cell, &roads);
    struct label *labels;
    bool good;

    items_of_cell(&content->places, cell, &places);
    labels = allocate(count_texts(items, roads, network, LABEL_STREET) +
                          count_texts(items, roads, network, LABEL_SHIELD) + places,
                      sizeof *labels);
    count = label_places(content, network, cell, labels);
    count += label_roads(content, network, cell, LABEL_SHIELD, labels + count);
    count += label_roads(content, network, cell, LABEL_STREET, labels + count);
    good = !count || append_lists(buffer, content, network, labels, count);
    release(labels);
    return good;
}
