/* SPDX-License-Identifier: MIT */
/* Parcels of the map, and the roads, backgrounds and names in them. */
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "schema/engine.h"
#include "map/mend.h"
#include "map/parcel_tree.h"
#include "map/place.h"

/* Parcels */

struct kiwi_parcels {
    struct kiwi_tree tree;
    struct kiwi_claims claims;
};

enum kiwi_status kiwi_parcels_open(struct kiwi_map *map, const struct kiwi_level *level,
                                   const struct kiwi_box *box, struct kiwi_parcels **parcels,
                                   struct kiwi_error *error)
{
    struct kiwi_parcels *made = calloc(1, sizeof *made);
    *parcels = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    kiwi_claims_init(&made->claims, map->disc);
    enum kiwi_status status = kiwi_tree_open(&made->tree, map, level, box, &made->claims, error);
    if (status != KIWI_OK) {
        kiwi_parcels_close(made);
        return status;
    }
    *parcels = made;
    return KIWI_OK;
}

void kiwi_parcels_close(struct kiwi_parcels *parcels)
{
    if (!parcels)
        return;
    kiwi_tree_close(&parcels->tree);
    kiwi_claims_free(&parcels->claims);
    free(parcels);
}

enum kiwi_status kiwi_parcels_next(struct kiwi_parcels *parcels, struct kiwi_parcel *parcel,
                                   struct kiwi_error *error)
{
    struct kiwi_tree_item item;
    struct kiwi_error failure = {.status = KIWI_OK};
    parcels->tree.error = &failure;
    for (;;) {
        enum kiwi_tree_step step = kiwi_tree_next(&parcels->tree, &item);
        if (step == KIWI_TREE_PARCEL) {
            *parcel = item.parcel;
            return KIWI_OK;
        }
        if (step == KIWI_TREE_END)
            return parcels->claims.no_memory ? kiwi_fail_memory(error) : KIWI_END;
        if (step == KIWI_TREE_FAILED) {
            if (error)
                *error = failure;
            return failure.status;
        }
    }
}

/** Whether a place, which lies in a cell of the level, lies in a parcel. */
static bool holds(const struct kiwi_parcel *parcel, uint32_t column, uint32_t row, struct kiwi_place place)
{
    const struct kiwi_level *level = parcel->level;
    if (column < parcel->column || column - parcel->column >= parcel->columns || row < parcel->row ||
        row - parcel->row >= parcel->rows)
        return false;
    if (!parcel->divided)
        return true;
    /* The part whose cells divide the level's grid further; far edges belong to the last part. */
    struct kiwi_level finer = *level;
    uint32_t part_column;
    uint32_t part_row;
    finer.columns *= parcel->part_columns;
    finer.rows *= parcel->part_rows;
    return kiwi_level_cell(&finer, place, &part_column, &part_row) &&
           part_column == parcel->column * parcel->part_columns + parcel->part_column &&
           part_row == parcel->row * parcel->part_rows + parcel->part_row;
}

enum kiwi_status kiwi_map_parcel_at(struct kiwi_map *map, const struct kiwi_level *level,
                                    struct kiwi_place place, struct kiwi_parcel *parcel,
                                    struct kiwi_error *error)
{
    uint32_t column;
    uint32_t row;
    struct kiwi_claims claims;
    struct kiwi_tree tree;
    struct kiwi_tree_item item;
    struct kiwi_error failure = {.status = KIWI_OK};
    enum kiwi_status status = kiwi_place_check(place, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_level_cell(level, place, &column, &row))
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "the place lies outside of the coverage");
    kiwi_claims_init(&claims, map->disc);
    status = kiwi_tree_open(&tree, map, level, NULL, &claims, &failure);
    tree.bounded = true;
    tree.first_column = column;
    tree.end_column = column + 1;
    tree.first_row = row;
    tree.end_row = row + 1;
    while (status == KIWI_OK) {
        enum kiwi_tree_step step = kiwi_tree_next(&tree, &item);
        if (step == KIWI_TREE_END && claims.no_memory)
            status = kiwi_fail_memory(&failure);
        else if (step == KIWI_TREE_END)
            status = kiwi_fail(&failure, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                               "there is no parcel at that place on level %d", level->number);
        else if (step == KIWI_TREE_FAILED)
            status = failure.status;
        else if (step == KIWI_TREE_PARCEL && holds(&item.parcel, column, row, place))
            break;
    }
    if (status == KIWI_OK)
        *parcel = item.parcel;
    else if (error)
        *error = failure;
    kiwi_tree_close(&tree);
    kiwi_claims_free(&claims);
    return status;
}

/* Shapes */

/** A link has at most 1,023 intermediate points and two nodes, a background 2,047 steps and its start. */
enum { POINT_LIMIT = 2048 };

/** Where we are in a list of roads; offsets count from its first byte. */
struct roads {
    const uint8_t *bytes;
    uint64_t offset; /* of the list in the file */
    uint64_t end;
    uint64_t chain;  /* offset of the next chain */
    uint32_t chains; /* that are left */
    uint64_t node;   /* offset of the next node */
    uint32_t link, nodes;
    uint32_t list;
};

struct kiwi_shapes {
    struct kiwi_map *map;
    struct kiwi_window window;
    struct kiwi_engine engine;
    struct kiwi_mender mender;
    bool sound; /* the engine went through the frame and met nothing to report */
    struct kiwi_parcel parcel;
    unsigned kinds;
    char path[KIWI_PATH_LENGTH];
    struct roads roads;
    struct kiwi_multilink_header multilink;
    struct kiwi_link_shape node, next_node;
    struct kiwi_minimum_graphics_data_record background;
    struct kiwi_name_data_record name;
    uint64_t name_offset;
    uint64_t multilink_offset;
    struct kiwi_point points[POINT_LIMIT];
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
    shapes->roads = (struct roads){.bytes = NULL};
    shapes->kinds = kinds;
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

/** Adds steps times a factor to the points; stops where the array does. */
static size_t add_steps(struct kiwi_point *points, size_t count, const uint8_t *steps, uint32_t length,
                        int32_t factor)
{
    for (uint32_t i = 0; i + 1 < length && count < POINT_LIMIT; i += 2, count++) {
        points[count].x = points[count - 1].x + (int8_t)steps[i] * factor;
        points[count].y = points[count - 1].y + (int8_t)steps[i + 1] * factor;
    }
    return count;
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

/** A link from the node in shapes->node to the one behind it, which stays in shapes->next_node; false if what
 * is available does not hold that. */
static bool make_link(struct kiwi_shapes *shapes, const uint8_t *behind, uint64_t available, uint64_t offset,
                      uint32_t list, uint32_t link, struct kiwi_shape *shape)
{
    const struct kiwi_link_shape *node = &shapes->node;
    const struct kiwi_link_shape *next = &shapes->next_node;
    if (!kiwi_link_shape_decode(&shapes->next_node, behind, available))
        return false;
    shapes->points[0] = (struct kiwi_point){(int32_t)kiwi_nz(node->x), (int32_t)kiwi_nz(node->y)};
    size_t count = add_steps(shapes->points, 1, node->points, node->points_length, 1);
    shapes->points[count++] = (struct kiwi_point){(int32_t)kiwi_nz(next->x), (int32_t)kiwi_nz(next->y)};
    const struct kiwi_multilink_header *multilink = &shapes->multilink;
    *shape = (struct kiwi_shape){
        .kind = KIWI_ROAD,
        .offset = offset,
        .list = list,
        .display_class = class_of(shapes->parcel.level->road_classes, shapes->parcel.level->road_class_count,
                                  list),
        .type = multilink->road_type,
        .points = shapes->points,
        .point_count = count,
        .multilink_offset = shapes->multilink_offset,
        .link = link,
        .multilink = multilink,
        .link_shape = node,
        .deleted = multilink->deleted,
    };
    /* Differentials between the ids of a chain are known only where all are 1 or the chain has one link. */
    bool known = link == 0 || multilink->link_id_differential_deleted ||
                 multilink->end_link_id_differential + 2 == multilink->number_of_nodes;
    if (multilink->has_link_id && known && multilink->link_id != 0x3FFFFFFF)
        shape->link_id = multilink->link_id + link;
    return true;
}

/** A link from the node just met; false for the last node of a chain. */
static bool take_link(struct kiwi_shapes *shapes, const struct kiwi_item *item, struct kiwi_shape *shape)
{
    const struct kiwi_engine *engine = &shapes->engine;
    const struct kiwi_engine_entry *chain = &engine->stack[engine->depth - 1];
    uint64_t behind = item->offset - engine->view.offset + item->length;
    uint64_t head = kiwi_type_link_shape.fixed_size;
    return (int64_t)chain->next_index < chain->values.count &&
           kiwi_view_readable(&engine->view, behind, head) == head &&
           kiwi_link_shape_decode(&shapes->node, item->bytes, item->length) &&
           make_link(shapes, engine->view.bytes + behind, chain->part_end - behind, item->offset,
                     list_of(engine, &kiwi_type_road_data_list), engine->step_index, shape);
}

/* Lists of roads without a flaw, which is nearly all that a map consists of, are read without the engine:
 * more than twice as fast (docs/design/speed.md). */

/** Begins with the list just met; false if anything about it is for the engine to report. */
static bool begin_roads(struct kiwi_shapes *shapes, const struct kiwi_item *item)
{
    struct kiwi_engine *engine = &shapes->engine;
    const struct kiwi_engine_entry *entry = &engine->stack[engine->depth - 1];
    struct kiwi_account account = {0};
    if (engine->view.damaged)
        return false;
    uint64_t size = entry->end - entry->start;
    if (!shapes->sound)
        size = item->type->measure(item->bytes, size, item->arguments, &account);
    if (size == 0)
        return false;
    shapes->roads = (struct roads){.bytes = item->bytes,
                                   .offset = item->offset,
                                   .end = size,
                                   .chain = item->length,
                                   .chains = (uint32_t)item->arguments[0],
                                   .list = list_of(engine, item->type)};
    kiwi_engine_skip(engine);
    return true;
}

/** Goes to the next chain of the list; false at its end. */
static bool next_chain(struct kiwi_shapes *shapes)
{
    static const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS]; /* the fields of a chain depend on none */
    const struct kiwi_record_type *type = &kiwi_type_multilink_header;
    struct roads *roads = &shapes->roads;
    struct kiwi_layout layout;
    if (roads->chains == 0)
        return false;
    const uint8_t *bytes = roads->bytes + roads->chain;
    roads->chains--;
    type->layout(bytes, roads->end - roads->chain, arguments, &layout);
    kiwi_multilink_header_decode(&shapes->multilink, bytes, roads->end - roads->chain);
    shapes->multilink_offset = roads->offset + roads->chain;
    roads->node = roads->chain + layout.head; /* which is longer than header_size if that lies */
    roads->chain += shapes->multilink.multilink_size;
    roads->nodes = shapes->multilink.number_of_nodes;
    roads->link = 0;
    if (roads->nodes > 0)
        kiwi_link_shape_decode(&shapes->next_node, roads->bytes + roads->node, roads->chain - roads->node);
    return true;
}

/** The next link of the list; false at its end. */
static bool next_road(struct kiwi_shapes *shapes, struct kiwi_shape *shape)
{
    struct roads *roads = &shapes->roads;
    while (roads->link + 1 >= roads->nodes)
        if (!next_chain(shapes))
            return false;
    uint64_t offset = roads->offset + roads->node;
    shapes->node = shapes->next_node;
    roads->node += kiwi_type_link_shape.fixed_size + (uint64_t)shapes->node.points_length;
    make_link(shapes, roads->bytes + roads->node, roads->chain - roads->node, offset, roads->list,
              roads->link, shape);
    roads->link++;
    return true;
}

static bool make_background(struct kiwi_shapes *shapes, const struct kiwi_item *item,
                            struct kiwi_shape *shape)
{
    const struct kiwi_engine *engine = &shapes->engine;
    struct kiwi_minimum_graphics_data_record *record = &shapes->background;
    if (!kiwi_minimum_graphics_data_record_decode(record, item->bytes, item->length, item->arguments[0]))
        return false;
    shapes->points[0] = (struct kiwi_point){(int32_t)kiwi_nz(record->x), (int32_t)kiwi_nz(record->y)};
    uint32_t list = list_of(engine, &kiwi_type_element_unit);
    const struct kiwi_engine_entry *records = kiwi_engine_ancestor(engine,
                                                                   &kiwi_type_minimum_graphics_data_list);
    *shape = (struct kiwi_shape){
        .kind = KIWI_BACKGROUND,
        .offset = item->offset,
        .list = list,
        .display_class = class_of(shapes->parcel.level->background_classes,
                                  shapes->parcel.level->background_class_count, list),
        .type = record->type_code,
        .points = shapes->points,
        .point_count = add_steps(shapes->points, 1, record->steps, record->steps_length,
                                 1 << record->multiplication_exponent),
        .shape_class = records ? (enum kiwi_shape_class)records->arguments[1] : KIWI_SHAPE_CLASS_AREA,
        .background = record,
        .deleted = record->deleted,
    };
    return true;
}

static void make_name(struct kiwi_shapes *shapes, const uint8_t *text, size_t length,
                      struct kiwi_shape *shape)
{
    const struct kiwi_name_data_record *record = &shapes->name;
    uint32_t list = list_of(&shapes->engine, &kiwi_type_name_data_list);
    bool placed = record->string_type == KIWI_STRING_TYPE_BARYCENTRIC ||
                  record->string_type == KIWI_STRING_TYPE_LINEAR_C ||
                  record->string_type == KIWI_STRING_TYPE_SYMBOL;
    while (length > 0 && text[length - 1] == '\0')
        length--;
    shapes->points[0] = (struct kiwi_point){(int32_t)kiwi_nz(record->x), (int32_t)kiwi_nz(record->y)};
    *shape = (struct kiwi_shape){
        .kind = KIWI_NAME,
        .offset = shapes->name_offset,
        .list = list,
        .display_class = class_of(shapes->parcel.level->name_classes, shapes->parcel.level->name_class_count,
                                  list),
        .type = record->type_code,
        .points = shapes->points,
        .point_count = placed,
        .name = record,
        .text = text,
        .text_length = length,
        .deleted = record->deleted,
    };
}

/** Whether a text list belongs to names of that type; the body of the others is not known. */
static bool has_text(uint32_t string_type)
{
    return string_type == KIWI_STRING_TYPE_BARYCENTRIC || string_type == KIWI_STRING_TYPE_LINEAR_B ||
           string_type == KIWI_STRING_TYPE_LINEAR_C || string_type == KIWI_STRING_TYPE_SYMBOL;
}

/** Handles one record; true if it made a shape. */
static bool take(struct kiwi_shapes *shapes, const struct kiwi_item *item, struct kiwi_shape *shape)
{
    const struct kiwi_record_type *type = item->type;
    if (type == &kiwi_type_link_shape)
        return take_link(shapes, item, shape);
    if (type == &kiwi_type_road_data_list)
        return begin_roads(shapes, item) && next_road(shapes, shape);
    if (type == &kiwi_type_minimum_graphics_data_record)
        return make_background(shapes, item, shape);
    if (type == &kiwi_type_multilink_header) {
        kiwi_multilink_header_decode(&shapes->multilink, item->bytes, item->length);
        shapes->multilink_offset = item->offset;
    } else if (type == &kiwi_type_name_data_record) {
        kiwi_name_data_record_decode(&shapes->name, item->bytes, item->length);
        shapes->name_offset = item->offset;
        if (!has_text(shapes->name.string_type)) {
            make_name(shapes, item->bytes, 0, shape);
            return true;
        }
    } else if (type == &kiwi_type_character_information) {
        struct kiwi_character_information text;
        if (kiwi_character_information_decode(&text, item->bytes, item->length)) {
            make_name(shapes, text.text, text.text_length, shape);
            return true;
        }
    } else if ((type == &kiwi_type_road_distribution_header && !(shapes->kinds & KIWI_ROAD)) ||
               (type == &kiwi_type_background_distribution_header && !(shapes->kinds & KIWI_BACKGROUND)) ||
               (type == &kiwi_type_name_distribution_header && !(shapes->kinds & KIWI_NAME))) {
        kiwi_engine_skip(&shapes->engine);
    }
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
    bool lifts = shape->background && shape->background->pen_up;
    size_t at = *end;
    while (at > 0 && stays(shape, at)) /* lifted once, or several times in a row */
        at++;
    if (at >= shape->point_count)
        return false;
    *first = at; /* the step that leads here was a move */
    *end = lifts ? at + 1 : shape->point_count;
    while (*end < shape->point_count && !stays(shape, *end))
        ++*end;
    return true;
}

enum kiwi_status kiwi_shapes_next(struct kiwi_shapes *shapes, struct kiwi_shape *shape,
                                  struct kiwi_error *error)
{
    struct kiwi_item item;
    for (;;) {
        bool made = next_road(shapes, shape);
        if (!made && !kiwi_engine_next(&shapes->engine, &item))
            return shapes->engine.no_memory ? kiwi_fail_memory(error) : KIWI_END;
        made = made || (item.type && take(shapes, &item, shape));
        if (made && (!shape->deleted || shapes->kinds & KIWI_DELETED))
            return KIWI_OK;
    }
}
