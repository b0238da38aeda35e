/* SPDX-License-Identifier: MIT */
#include "classes.h"
#include "frame.h"

enum { MOST_STEPS = 2047 }; /* 11 bits */

/** Steps to the points after the first one, for an area back to the first one. */
static size_t encode_steps(const struct cut_point *points, const struct item *item, uint8_t *steps)
{
    size_t i, count = item->kind == SHAPE_AREA ? item->count : item->count - 1;
    const int64_t scale = (int64_t)1 << item->exponent;

    for (i = 0; i < count && i < MOST_STEPS; i++) {
        struct cut_point a = points[i], b = points[(i + 1) % item->count];

        steps[2 * i] = (uint8_t)((b.x - a.x) / scale);
        steps[2 * i + 1] = (uint8_t)((b.y - a.y) / scale);
    }
    return count;
}

static void append_record(struct buffer *buffer, bool *good, const struct content *content,
                          const struct item *item, const struct shape *shape)
{
    const struct cut_point *points = content->points.items + item->first;
    uint8_t steps[2 * MOST_STEPS];
    size_t count = encode_steps(points, item, steps);
    struct kiwi_minimum_graphics_data_record record = {
        .record_size = (uint32_t)(kiwi_type_minimum_graphics_data_record.fixed_size + 2 * count),
        .display_scale_flags = level_scale_flags(content->level),
        .number_of_offsets = (uint16_t)count,
        .type_code = (uint16_t)shape->type_code,
        .multiplication_exponent = (uint8_t)item->exponent,
        .x = (uint16_t)points[0].x,
        .y = (uint16_t)points[0].y,
        .steps = steps,
        .steps_length = (uint32_t)(2 * count),
    };

    *good = *good && count <= MOST_STEPS;
    append_encoded(buffer, good, kiwi_minimum_graphics_data_record_encode(&record, ROOM(buffer)));
}

static enum kiwi_shape_class shape_class(enum shape_kind kind)
{
    return kind == SHAPE_AREA   ? KIWI_SHAPE_CLASS_AREA
           : kind == SHAPE_LINE ? KIWI_SHAPE_CLASS_LINE
                                : KIWI_SHAPE_CLASS_POINT;
}

static size_t same_kind(const struct item *items, size_t count)
{
    size_t i = 0;

    while (i < count && items[i].list == items[0].list && items[i].kind == items[0].kind)
        i++;
    return i;
}

/**
 * Appends the element unit of one list, with one type unit per kind of shape; returns how many items it
 * took.
 */
static size_t append_unit(struct buffer *buffer, bool *good, const struct content *content,
                          const struct network *network, const struct item *items, size_t count)
{
    struct kiwi_element_unit unit = {0};
    struct buffer records = {0};
    size_t done, size, i;

    for (done = 0; done < count && items[done].list == items[0].list;
         done += same_kind(items + done, count - done))
        unit.number_of_types++;
    append_encoded(buffer, good, kiwi_element_unit_encode(&unit, ROOM(buffer)));
    size = kiwi_type_element_unit.fixed_size +
           (size_t)unit.number_of_types * kiwi_type_background_type_unit_header.fixed_size;
    for (done = 0; done < count && items[done].list == items[0].list;) {
        size_t number = same_kind(items + done, count - done);
        struct kiwi_background_type_unit_header header = {.offset = size + records.size,
                                                          .shape_class =
                                                              (uint8_t)shape_class(items[done].kind),
                                                          .number_of_records = (uint16_t)number};

        *good = *good && number < 4096;
        append_encoded(buffer, good, kiwi_background_type_unit_header_encode(&header, ROOM(buffer)));
        for (i = 0; i < number; i++, done++)
            append_record(&records, good, content, &items[done], &network->shapes[items[done].source]);
    }
    buffer_append(buffer, records.bytes, records.size);
    buffer_free(&records);
    return done;
}

/** Every frame has this header, even if nothing follows: as on the 2007 Australian disc. */
bool background_frame_append(struct buffer *buffer, const struct content *content,
                             const struct network *network, size_t cell)
{
    struct kiwi_background_distribution_header header;
    struct buffer units = {0};
    size_t count, done = 0, list;
    const struct item *items = items_of_cell(&content->shapes, cell, &count);
    bool good = true;

    header.header_size = kiwi_type_background_distribution_header.fixed_size +
                         background_classes.count * kiwi_type_element_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_background_distribution_header_encode(&header, ROOM(buffer)));
    for (list = 0; list < background_classes.count; list++) {
        struct kiwi_element_management_record record = {.offset = KIWI_NULL};

        if (done < count && items[done].list == list) {
            record.offset = header.header_size + units.size;
            done += append_unit(&units, &good, content, network, items + done, count - done);
            record.size = header.header_size + units.size - record.offset;
        }
        append_encoded(buffer, &good, kiwi_element_management_record_encode(&record, ROOM(buffer)));
    }
    buffer_append(buffer, units.bytes, units.size);
    buffer_free(&units);
    return good;
}
