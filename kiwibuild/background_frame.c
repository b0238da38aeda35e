/* SPDX-License-Identifier: MIT */
/* The background data frame of a cell (chapter 7): areas, lines and points as records. */
#include <limits.h>

#include "classes.h"
#include "frame.h"

enum { MOST_STEPS = 2047 }; /* 11 bits */

/** Steps of a record on their way. */
struct steps {
    uint8_t bytes[2 * MOST_STEPS];
    size_t count;
    int64_t scale;
};

static bool step_fits(struct cut_point a, struct cut_point b, int64_t scale)
{
    int64_t x = (b.x - a.x) / scale, y = (b.y - a.y) / scale;

    return x * scale == b.x - a.x && y * scale == b.y - a.y && x >= STEP_MIN && x <= STEP_MAX &&
           y >= STEP_MIN && y <= STEP_MAX;
}

static void add_step(struct steps *steps, struct cut_point a, struct cut_point b)
{
    if (steps->count < MOST_STEPS) {
        steps->bytes[2 * steps->count] = (uint8_t)((b.x - a.x) / steps->scale);
        steps->bytes[2 * steps->count + 1] = (uint8_t)((b.y - a.y) / steps->scale);
    }
    steps->count++;
}

/** Steps to the points after the first one, for an area back to the first one. */
static size_t step_count(const struct item *item)
{
    return item->kind == SHAPE_AREA ? item->count : item->count - 1;
}

static void add_steps(struct steps *steps, const struct cut_point *points, const struct item *item)
{
    size_t count = step_count(item);

    for (size_t i = 0; i < count; i++)
        add_step(steps, points[i], points[(i + 1) % item->count]);
}

static bool same_place(struct cut_point a, struct cut_point b)
{
    return a.x == b.x && a.y == b.y;
}

/** What a shape of another disc has beside its type, in one number. */
static unsigned shape_flags(const struct shape *shape)
{
    return shape->codes.present ? 2u * shape->codes.scale_flags + shape->codes.underground : UINT_MAX;
}

/** Whether a shape goes on in the record of the one before it: lifted pen, one move. A step (0,0) is a lift.
 */
static bool joins(const struct content *content, const struct network *network, const struct item *before,
                  const struct item *item, size_t steps)
{
    const struct cut_point *points = content->points.items;
    struct cut_point end = points[before->first + (before->kind == SHAPE_AREA ? 0 : before->count - 1)];
    struct cut_point start = points[item->first];

    if (before->kind == SHAPE_POINT || before->exponent != item->exponent ||
        network->shapes[before->source].type_code != network->shapes[item->source].type_code ||
        shape_flags(&network->shapes[before->source]) != shape_flags(&network->shapes[item->source]) ||
        same_place(end, start) || !step_fits(end, start, (int64_t)1 << item->exponent) ||
        steps + 2 + step_count(item) > MOST_STEPS)
        return false;
    for (size_t i = 1; i < item->count; i++)
        if (same_place(points[item->first + i - 1], points[item->first + i]))
            return false;
    return true;
}

/** Appends shapes from the first on to the record's steps; returns how many, one unless pens are lifted. */
static size_t collect(struct steps *steps, const struct content *content, const struct network *network,
                      const struct item *items, size_t count)
{
    const struct cut_point *points = content->points.items;
    size_t i;

    add_steps(steps, points + items[0].first, &items[0]);
    for (i = 1; i < count && content->level->layout->backgrounds.pen_up &&
                joins(content, network, &items[i - 1], &items[i], steps->count);
         i++) {
        struct cut_point end =
            points[items[i - 1].first + (items[i].kind == SHAPE_AREA ? 0 : items[i - 1].count - 1)];

        add_step(steps, end, end);
        add_step(steps, end, points[items[i].first]);
        add_steps(steps, points + items[i].first, &items[i]);
    }
    return i;
}

/** Appends a record with one or more of the items, all of one kind; returns how many. */
static size_t append_record(struct buffer *buffer, bool *good, const struct content *content,
                            const struct network *network, const struct item *items, size_t count)
{
    const struct background_layout *layout = &content->level->layout->backgrounds;
    const struct cut_point first = content->points.items[items[0].first];
    struct steps steps = {.scale = (int64_t)1 << items[0].exponent};
    size_t taken = collect(&steps, content, network, items, count);
    const struct disc_codes *codes = &network->shapes[items[0].source].codes;
    uint32_t trailer = layout->trailer + (layout->temporal ? 8u : 0u);
    struct kiwi_minimum_graphics_data_record record = {
        .record_size = (uint32_t)(kiwi_type_minimum_graphics_data_record.fixed_size + 2 * steps.count +
                                  trailer + 2u * layout->name_offset + 2u * layout->auxiliary),
        .temporal = layout->temporal,
        .extended = layout->trailer > 0,
        .display_scale_flags = codes->present ? codes->scale_flags : level_scale_flags(content->level),
        .number_of_offsets = (uint16_t)steps.count,
        .type_code = (uint16_t)network->shapes[items[0].source].type_code,
        .has_name_offset = layout->name_offset,
        .has_auxiliary_data = layout->auxiliary,
        .pen_up = taken > 1,
        .underground = layout->underground || codes->underground,
        .multiplication_exponent = (uint8_t)items[0].exponent,
        .x = raw_coordinate(content->level->layout, first.x),
        .y = raw_coordinate(content->level->layout, first.y),
        .steps = steps.bytes,
        .steps_length = (uint32_t)(2 * steps.count),
        .name_offset = KIWI_NULL,
        .auxiliary_data = 0x3D01,
        .trailer = opaque_bytes,
        .trailer_length = trailer,
    };

    if (steps.count > MOST_STEPS)
        *good = false;
    else
        append_encoded(buffer, good, kiwi_minimum_graphics_data_record_encode(&record, ROOM(buffer), false));
    return taken;
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
    size_t done, size;

    for (size_t i = 0; i < count && items[i].list == items[0].list; i += same_kind(items + i, count - i))
        unit.number_of_types++;
    append_encoded(buffer, good, kiwi_element_unit_encode(&unit, ROOM(buffer)));
    size = kiwi_type_element_unit.fixed_size +
           (size_t)unit.number_of_types * kiwi_type_background_type_unit_header.fixed_size;
    for (done = 0; done < count && items[done].list == items[0].list;) {
        size_t number = same_kind(items + done, count - done), made = 0;
        struct kiwi_background_type_unit_header header = {
            .offset = size + records.size, .shape_class = (uint8_t)shape_class(items[done].kind)};

        for (size_t i = 0; i < number; made++)
            i += append_record(&records, good, content, network, &items[done + i], number - i);
        done += number;
        header.number_of_records = (uint16_t)made;
        *good = *good && made < 4096;
        append_encoded(buffer, good, kiwi_background_type_unit_header_encode(&header, ROOM(buffer)));
    }
    buffer_append(buffer, records.bytes, records.size);
    buffer_free(&records);
    return done;
}

/** Every frame has this header, even if nothing follows: as on the 2007 Australian disc. */
bool background_frame_append(struct buffer *buffer, const struct content *content,
                             const struct network *network, size_t cell)
{
    const struct classes *classes = content->level->backgrounds;
    struct kiwi_background_distribution_header header;
    struct buffer units = {0};
    size_t count, done = 0;
    const struct item *items = items_of_cell(&content->shapes, cell, &count);
    bool good = true;

    header.header_size = kiwi_type_background_distribution_header.fixed_size +
                         classes->count * kiwi_type_element_management_record.fixed_size;
    append_encoded(buffer, &good, kiwi_background_distribution_header_encode(&header, ROOM(buffer)));
    for (size_t list = 0; list < classes->count; list++) {
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
