/* SPDX-License-Identifier: MIT */
/* The name data frame of a cell (chapter 7): labels of streets and places as records. */
#include <math.h>
#include <string.h>

#include "classes.h"
#include "frame.h"
#include "label.h"
#include "name_record.h"

/** Width of a unit divided by its height on the ground, in the middle of a row of cells. */
static double unit_ratio(const struct content *content, size_t cell)
{
    const struct level *level = content->level;
    double degrees = axis_degrees(&level->y, (double)content_row(content, cell) + 0.5);

    return axis_cell(&level->x) / axis_cell(&level->y) * cos(degrees * acos(-1.0) / 180);
}

/** Roads of another disc have their labels as places. */
static const uint32_t *texts_of(const struct network *network, const struct way *way, enum label_kind kind,
                                size_t *count)
{
    *count = kind == LABEL_STREET ? way->name != 0 && !way->codes.present : way->reference_count;
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
            name_record_append(&lists, &good, content->level, network, &labels[i], i);
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
