/* SPDX-License-Identifier: MIT */
/* The roads, backgrounds and names of parcels. */
#include <stdlib.h>

#include <kiwi/fields.h>

#include "bytes/codec.h"
#include "schema/engine.h"
#include "map/mend.h"
#include "map/parcel_tree.h"
#include "map/shape_list.h"

struct kiwi_shapes {
    struct kiwi_map *map;
    struct kiwi_window window;
    struct kiwi_engine engine;
    struct kiwi_mender mender;
    bool sound; /* the engine went through the frame and met nothing to report */
    struct kiwi_parcel parcel;
    unsigned kinds;
    char path[KIWI_PATH_LENGTH];
    struct kiwi_shape_list list;
    const uint8_t *name; /* whose text the engine meets next */
    struct kiwi_layout name_layout;
};

static void report(void *context, enum kiwi_severity severity, uint64_t offset, const char *field,
                   const char *expected, const char *found)
{
    struct kiwi_shapes *shapes = context;
    kiwi_map_report(shapes->map, severity, shapes->parcel.file, offset, kiwi_engine_path(&shapes->engine),
                    field, expected, found);
}

enum kiwi_status kiwi_shapes_open(struct kiwi_map *map, struct kiwi_shapes **shapes, struct kiwi_error *error)
{
    *shapes = calloc(1, sizeof **shapes);
    if (!*shapes)
        return kiwi_fail_memory(error);
    (*shapes)->map = map;
    kiwi_window_init(&(*shapes)->window);
    kiwi_engine_init(&(*shapes)->engine, report, *shapes);
    (*shapes)->engine.passes_tables = true; /* no shape lies in one */
    return KIWI_OK;
}

void kiwi_shapes_close(struct kiwi_shapes *shapes)
{
    if (!shapes)
        return;
    kiwi_engine_free(&shapes->engine);
    kiwi_mender_free(&shapes->mender);
    kiwi_window_free(&shapes->window);
    free(shapes);
}

enum kiwi_status kiwi_shapes_start(struct kiwi_shapes *shapes, const struct kiwi_parcel *parcel,
                                   unsigned kinds, struct kiwi_error *error)
{
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view_around(&shapes->window, parcel->file->source, parcel->offset,
                                                      parcel->size, &view, error);
    if (status != KIWI_OK)
        return status;
    const struct kiwi_level_management_record *record = &parcel->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames, record->extended_frames,
                                                        record->node_record_size};
    shapes->parcel = *parcel;
    shapes->kinds = kinds;
    kiwi_shape_list_start(&shapes->list, &(struct kiwi_shape_records){.bytes = view.bytes});
    shapes->list.deleted = (kinds & KIWI_DELETED) != 0;
    kiwi_parcel_path(parcel, shapes->path, sizeof shapes->path);
    const struct kiwi_record_type *type = &kiwi_type_main_map_distribution_header;
    kiwi_engine_start(&shapes->engine, type, view, arguments, shapes->path);
    shapes->sound = kiwi_engine_try(&shapes->engine);
    if (shapes->sound)
        return KIWI_OK;
    if (!view.damaged && !kiwi_mend_frame(&shapes->mender, shapes->map, &shapes->parcel, shapes->path, &view))
        return kiwi_fail_memory(error);
    kiwi_engine_start(&shapes->engine, type, view, arguments, shapes->path);
    return KIWI_OK;
}

const uint8_t *kiwi_shapes_frame(const struct kiwi_shapes *shapes, size_t *length)
{
    *length = shapes->engine.view.length;
    return shapes->engine.view.bytes;
}

/** Number of the list that a record lies in: the index of what refers to it. */
static uint32_t list_of(const struct kiwi_engine *engine, const struct kiwi_record_type *type)
{
    const struct kiwi_engine_entry *entry = kiwi_engine_ancestor(engine, type);
    return entry ? entry->index : 0;
}

static uint32_t class_of(const uint16_t *classes, uint32_t count, uint32_t list)
{
    return list < count ? classes[list] : UINT32_MAX;
}

/** A link from the node just met; false for the last node of a chain, and if the next one is not whole. */
static bool take_link(struct kiwi_shapes *shapes, const struct kiwi_item *item, struct kiwi_shape *shape)
{
    const struct kiwi_engine *engine = &shapes->engine;
    const struct kiwi_engine_entry *chain = &engine->stack[engine->depth - 1];
    uint64_t behind = item->offset - engine->view.offset + item->length;
    struct kiwi_link_shape next;
    if ((int64_t)chain->next_index >= chain->values.count ||
        kiwi_view_readable(&engine->view, behind, KIWI_LINK_SHAPE_SIZE) != KIWI_LINK_SHAPE_SIZE ||
        !kiwi_link_shape_decode(&next, engine->view.bytes + behind, chain->part_end - behind))
        return false;
    kiwi_shape_list_node(&shapes->list, item->bytes, engine->step_index);
    kiwi_shape_list_link(&shapes->list, shape);
    return true;
}

/** What shapes of a list just met are. */
static struct kiwi_shape_records records_of(const struct kiwi_shapes *shapes, const struct kiwi_item *item)
{
    const struct kiwi_level *level = shapes->parcel.level;
    struct kiwi_shape_records records = {.bytes = shapes->engine.view.bytes,
                                         .offset = shapes->engine.view.offset};
    if (item->type == &kiwi_type_road_data_list) {
        records.kind = KIWI_ROAD;
        records.list = list_of(&shapes->engine, item->type);
        records.display_class = class_of(level->road_classes, level->road_class_count, records.list);
    } else if (item->type == &kiwi_type_minimum_graphics_data_list) {
        records.kind = KIWI_BACKGROUND;
        records.list = list_of(&shapes->engine, &kiwi_type_element_unit);
        records.display_class = class_of(level->background_classes, level->background_class_count,
                                         records.list);
        records.shape_class = (enum kiwi_shape_class)item->arguments[1];
        records.has_height = item->arguments[2] != 0;
    } else {
        records.kind = KIWI_NAME;
        records.list = list_of(&shapes->engine, item->type);
        records.display_class = class_of(level->name_classes, level->name_class_count, records.list);
    }
    return records;
}

/** Whether nothing about the list just met is for the engine to report. */
static bool is_sound(const struct kiwi_shapes *shapes, const struct kiwi_item *item)
{
    const struct kiwi_engine *engine = &shapes->engine;
    const struct kiwi_engine_entry *entry = &engine->stack[engine->depth - 1];
    struct kiwi_account account = {0};
    return !engine->view.damaged &&
           (shapes->sound ||
            item->type->measure(item->bytes, entry->end - entry->start, item->arguments, &account) != 0);
}

/** Begins with the list just met: all of it, or record by record as the engine meets them. */
static void begin_list(struct kiwi_shapes *shapes, const struct kiwi_item *item)
{
    struct kiwi_shape_records records = records_of(shapes, item);
    if (is_sound(shapes, item)) {
        records.bytes = item->bytes + item->length;
        records.offset = item->offset + item->length;
        records.count = (uint32_t)item->arguments[0];
        kiwi_engine_skip(&shapes->engine);
    }
    kiwi_shape_list_start(&shapes->list, &records);
}

/** A name just met; false if its text follows. */
static bool take_name(struct kiwi_shapes *shapes, const struct kiwi_item *item, struct kiwi_shape *shape)
{
    shapes->name = item->bytes;
    shapes->name_layout = *item->layout;
    if (kiwi_shape_has_text(item->bytes))
        return false;
    kiwi_shape_list_name(&shapes->list, item->bytes, item->layout, NULL, shape);
    return true;
}

/** Handles one record; true if it made a shape. */
static bool take(struct kiwi_shapes *shapes, const struct kiwi_item *item, struct kiwi_shape *shape)
{
    const struct kiwi_record_type *type = item->type;
    struct kiwi_shape_list *list = &shapes->list;
    if (type == &kiwi_type_road_data_list || type == &kiwi_type_minimum_graphics_data_list ||
        type == &kiwi_type_name_data_list) {
        begin_list(shapes, item);
        return kiwi_shape_list_next(list, shape);
    }
    if (type == &kiwi_type_link_shape)
        return take_link(shapes, item, shape);
    if (type == &kiwi_type_name_data_record)
        return take_name(shapes, item, shape);
    if (type == &kiwi_type_minimum_graphics_data_record) {
        kiwi_shape_list_background(list, item->bytes, (uint32_t)item->length, shape);
        return true;
    }
    if (type == &kiwi_type_character_information) {
        kiwi_shape_list_name(list, shapes->name, &shapes->name_layout, item->bytes, shape);
        return true;
    }
    if (type == &kiwi_type_multilink_header)
        kiwi_shape_list_chain(list, item->bytes, item->layout);
    else if ((type == &kiwi_type_road_distribution_header && !(shapes->kinds & KIWI_ROAD)) ||
             (type == &kiwi_type_background_distribution_header && !(shapes->kinds & KIWI_BACKGROUND)) ||
             (type == &kiwi_type_name_distribution_header && !(shapes->kinds & KIWI_NAME)))
        kiwi_engine_skip(&shapes->engine);
    return false;
}

/** Whether a step (0,0) leads to a point. */
static bool stays(const struct kiwi_shape *shape, size_t point)
{
    return point < shape->point_count && shape->points[point].x == shape->points[point - 1].x &&
           shape->points[point].y == shape->points[point - 1].y;
}

bool kiwi_shape_stroke(const struct kiwi_shape *shape, size_t *first, size_t *end)
{
    size_t at = *end;
    while (at > 0 && stays(shape, at)) /* lifted once, or several times in a row */
        at++;
    if (at >= shape->point_count)
        return false;
    *first = at; /* the step that leads here was a move */
    *end = shape->pen_up ? at + 1 : shape->point_count;
    while (*end < shape->point_count && !stays(shape, *end))
        ++*end;
    return true;
}

/** The same where the engine is needed. */
KIWI_APART static enum kiwi_status next_of_engine(struct kiwi_shapes *shapes, struct kiwi_shape *shape,
                                                  struct kiwi_error *error)
{
    struct kiwi_item item;
    while (kiwi_engine_next(&shapes->engine, &item))
        if (item.type && take(shapes, &item, shape) && (!shape->deleted || shapes->list.deleted))
            return KIWI_OK;
    return shapes->engine.no_memory ? kiwi_fail_memory(error) : KIWI_END;
}

enum kiwi_status kiwi_shapes_next(struct kiwi_shapes *shapes, struct kiwi_shape *shape,
                                  struct kiwi_error *error)
{
    return kiwi_shape_list_next(&shapes->list, shape) ? KIWI_OK : next_of_engine(shapes, shape, error);
}
