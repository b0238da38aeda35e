/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "frame.h"
#include "label.h"

/** Width of a unit divided by its height on the ground, in the middle of a row of cells. */
static double unit_ratio(const struct content *content, size_t cell)
{
    double row = (double)content_row(content, cell) + 0.5;
    double degrees = row * CELL_HEIGHT * (double)(1 << content->level->shift) / KIWI_EIGHTHS_PER_DEGREE;

    return (double)CELL_WIDTH / CELL_HEIGHT * cos(degrees * acos(-1.0) / 180);
}

/** Labels of the roads' names, or of their route numbers, behind those that are there; returns the new count.
 */
static size_t label_roads(const struct content *content, const struct network *network, size_t cell,
                          enum label_kind kind, struct label *labels)
{
    size_t count, parts = 0, i, made;
    const struct item *items = items_of_cell(&content->roads, cell, &count);
    struct labelled *part = allocate(count, sizeof *part);

    for (i = 0; i < count; i++) {
        const struct way *way = &network->ways[items[i].source];
        uint32_t text = kind == LABEL_STREET ? way->name : way->reference;

        if (text)
            part[parts++] = (struct labelled){text, way->label_priority,
                                              content->points.items + items[i].first, items[i].count};
    }
    made = label_lines(part, parts, kind, unit_ratio(content, cell), labels);
    free(part);
    return made;
}

static size_t label_places(const struct content *content, const struct network *network, size_t cell,
                           struct label *labels)
{
    size_t count, i;
    const struct item *items = items_of_cell(&content->places, cell, &count);

    for (i = 0; i < count; i++) {
        const struct place *place = &network->places[items[i].source];
        struct cut_point point = content->points.items[items[i].first];

        labels[i] = (struct label){LABEL_PLACE, place->name, point.x, point.y, 0, place->label_priority};
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

static void append_label(struct buffer *buffer, bool *good, const struct content *content,
                         const struct network *network, const struct label *label)
{
    uint8_t head[64];
    struct buffer text = {0};
    struct kiwi_name_data_record record = {
        .display_scale_flags = level_scale_flags(content->level),
        .string_type = KIWI_STRING_TYPE_BARYCENTRIC,
        .priority = (int8_t)label->priority,
        .x = (uint16_t)label->x,
        .y = (uint16_t)label->y,
    };

    record.type_code =
        label->kind == LABEL_PLACE ? (uint16_t)network->place_type_code : KIWI_TYPE_CODE_ROUTE_SHIELD;
    if (label->kind == LABEL_STREET) {
        record.string_type = KIWI_STRING_TYPE_LINEAR_C;
        record.type_code =
            KIWI_TYPE_CODE_ROAD_FREEWAY_CLASS_1; /* of all street names on the 2007 Australian disc */
        record.rotation_mode = KIWI_ROTATION_MODE_RELATIVE;
        record.character_orientation = 1;
        record.rotate_string = true;
        record.angle = (uint16_t)label->angle;
    }
    append_text(&text, good, texts_get(network->texts, label->text));
    record.record_size = (uint32_t)(kiwi_name_data_record_encode(&record, head, sizeof head) + text.size);
    append_encoded(buffer, good, kiwi_name_data_record_encode(&record, ROOM(buffer)));
    buffer_append(buffer, text.bytes, text.size);
    buffer_free(&text);
}

static int list_class(const struct label *label)
{
    return label->kind == LABEL_STREET   ? NAME_CLASS_STREET
           : label->kind == LABEL_SHIELD ? NAME_CLASS_SHIELD
                                         : NAME_CLASS_PLACE;
}

static bool append_lists(struct buffer *buffer, const struct content *content, const struct network *network,
                         const struct label *labels, size_t count)
{
    struct kiwi_name_distribution_header header;
    struct buffer lists = {0};
    bool good = true;
    size_t list, i;

    header.header_size = kiwi_type_name_distribution_header.fixed_size +
                         name_classes.count * kiwi_type_name_data_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_name_distribution_header_encode(&header, ROOM(buffer)));
    for (list = 0; list < name_classes.count; list++) {
        struct kiwi_name_data_management_record record = {.offset = header.header_size + lists.size};

        for (i = 0; i < count; i++) {
            if (class_index(&name_classes, list_class(&labels[i])) != list)
                continue;
            append_label(&lists, &good, content, network, &labels[i]);
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
    struct label *labels;
    bool good;

    items_of_cell(&content->roads, cell, &roads);
    items_of_cell(&content->places, cell, &places);
    labels = allocate(2 * roads + places, sizeof *labels);
    count = label_places(content, network, cell, labels);
    count += label_roads(content, network, cell, LABEL_SHIELD, labels + count);
    count += label_roads(content, network, cell, LABEL_STREET, labels + count);
    good = !count || append_lists(buffer, content, network, labels, count);
    free(labels);
    return good;
}
