/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "progress.h"
#include "value.h"

/** Everything for printing the features of one disc. */
struct features {
    struct dump *dump;
    struct kiwi_map *map;
    struct output *output;
    struct json json;
    struct kiwi_parcel parcel;
    const struct kiwi_shape *shape;
    char id_head[OUTPUT_CAPACITY]; /* "ALLDATA.KWI without the closing quote, escaped: path of the file below */
    size_t id_head_length;
    const struct kiwi_file *id_file;
    bool has_type_code;
    uint32_t type_code;
    uint64_t count;
    int32_t longitudes[2048], latitudes[2048]; /* of the shape's points, 10^-7 degrees */
};

/* Geometry */

static void put_position(struct features *features, size_t i)
{
    char *text = output_room(features->output, 40);
    *text++ = '[';
    text = format_degrees(text, features->longitudes[i]);
    *text++ = ',';
    text = format_degrees(text, features->latitudes[i]);
    *text++ = ']';
    output_advance(features->output, text);
}

/** Points first..end-1 separated by commas, closed to a ring if asked for. */
static void put_positions(struct features *features, size_t first, size_t end, bool ring)
{
    for (size_t i = first; i < end; i++) {
        if (i != first)
            output_char(features->output, ',');
        put_position(features, i);
    }
    const struct kiwi_point *points = features->shape->points;
    if (ring && (points[first].x != points[end - 1].x || points[first].y != points[end - 1].y)) {
        output_char(features->output, ',');
        put_position(features, first);
    }
}

/** End of the stroke that begins at first: where a step (0,0) lifts the pen, if the record uses that. */
static size_t stroke_end(const struct kiwi_shape *shape, size_t first)
{
    const struct kiwi_point *points = shape->points;
    size_t end = first + 1;
    if (!shape->background || !shape->background->pen_up)
        return shape->point_count;
    while (end < shape->point_count && (points[end].x != points[end - 1].x || points[end].y != points[end - 1].y))
        end++;
    return end;
}

static bool is_ring(const struct kiwi_shape *shape, size_t first, size_t end)
{
    const struct kiwi_point *points = shape->points;
    bool closed = points[first].x == points[end - 1].x && points[first].y == points[end - 1].y;
    return end - first >= (closed ? 4u : 3u);
}

/** GeoJSON type of the strokes of a line or area; what is too short for its type becomes the next simpler one. */
static const char *geometry_type(const struct kiwi_shape *shape, size_t *strokes)
{
    bool rings = shape->kind == KIWI_BACKGROUND && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    bool lines = true;
    *strokes = 0;
    for (size_t first = 0; first < shape->point_count;) {
        size_t end = stroke_end(shape, first);
        rings = rings && is_ring(shape, first, end);
        lines = lines && end - first >= 2;
        (*strokes)++;
        first = end < shape->point_count ? end + 1 : end; /* the step behind the lift is a move */
    }
    if (rings)
        return *strokes > 1 ? "MultiPolygon" : "Polygon";
    if (lines)
        return *strokes > 1 ? "MultiLineString" : "LineString";
    return "MultiPoint";
}

static void put_strokes(struct features *features, const char *type, size_t strokes)
{
    const struct kiwi_shape *shape = features->shape;
    struct output *output = features->output;
    bool ring = strstr(type, "Polygon") != NULL;
    if (strcmp(type, "MultiPoint") == 0) {
        put_positions(features, 0, shape->point_count, false);
        return;
    }
    for (size_t first = 0; first < shape->point_count;) {
        size_t end = stroke_end(shape, first);
        if (first != 0)
            output_char(output, ',');
        if (strokes > 1)
            output_char(output, '[');
        if (ring)
            output_char(output, '[');
        put_positions(features, first, end, ring);
        if (ring)
            output_char(output, ']');
        if (strokes > 1)
            output_char(output, ']');
        first = end < shape->point_count ? end + 1 : end;
    }
}

static void put_geometry(struct features *features)
{
    const struct kiwi_shape *shape = features->shape;
    struct output *output = features->output;
    if (shape->point_count == 0) {
        output_literal(output, "null");
        return;
    }
    if (shape->kind == KIWI_NAME || (shape->kind == KIWI_BACKGROUND && shape->point_count == 1)) {
        output_literal(output, "{\"type\":\"Point\",\"coordinates\":");
        put_position(features, 0);
        output_char(output, '}');
        return;
    }
    size_t strokes = 1;
    const char *type = "LineString";
    if (shape->kind == KIWI_BACKGROUND)
        type = geometry_type(shape, &strokes);
    output_literal(output, "{\"type\":\"");
    output_bytes(output, type, strlen(type));
    output_literal(output, "\",\"coordinates\":[");
    put_strokes(features, type, strokes);
    output_literal(output, "]}");
}

/* Properties */

static void put_number(struct output *output, uint64_t value)
{
    output_advance(output, format_unsigned(output_room(output, 24), value));
}

static void put_name(struct output *output, const char *name)
{
    if (!name) {
        output_literal(output, "null");
        return;
    }
    output_char(output, '"');
    output_bytes(output, name, strlen(name));
    output_char(output, '"');
}

static void put_flag(struct output *output, const char *key, size_t length, bool value)
{
    output_bytes(output, key, length);
    if (value)
        output_literal(output, "true");
    else
        output_literal(output, "false");
}

#define put_flag_literal(output, key, value) put_flag(output, key, sizeof(key) - 1, value)

static void put_road(struct output *output, const struct kiwi_shape *shape)
{
    const struct kiwi_link_shape *link = shape->link_shape;
    output_literal(output, ",\"road_type\":");
    put_number(output, shape->type);
    output_literal(output, ",\"one_way\":");
    put_name(output, kiwi_enumeration_name(&kiwi_enum_one_way, link->one_way));
    put_flag_literal(output, ",\"toll\":", shape->multilink->toll);
    put_flag_literal(output, ",\"bridge\":", link->bridge);
    put_flag_literal(output, ",\"tunnel\":", link->tunnel);
    put_flag_literal(output, ",\"planned\":", link->planned);
    output_literal(output, ",\"link_id\":");
    if (shape->link_id != 0)
        put_number(output, shape->link_id);
    else
        output_literal(output, "null");
    output_literal(output, ",\"multilink\":");
    put_number(output, shape->multilink_offset);
    output_literal(output, ",\"link\":");
    put_number(output, shape->link);
}

static void put_background(struct output *output, const struct kiwi_shape *shape)
{
    output_literal(output, ",\"shape\":");
    put_name(output, kiwi_enumeration_name(&kiwi_enum_shape_class, (uint32_t)shape->shape_class));
    output_literal(output, ",\"display_scale_flags\":");
    put_number(output, shape->background->display_scale_flags);
    put_flag_literal(output, ",\"underground\":", shape->background->underground);
}

static void put_text_name(struct features *features, const struct kiwi_shape *shape)
{
    struct output *output = features->output;
    output_literal(output, ",\"text\":");
    value_text(&features->json, features->dump->disc, shape->text, shape->text_length);
    output_literal(output, ",\"string_type\":");
    put_name(output, kiwi_enumeration_name(&kiwi_enum_string_type, shape->name->string_type));
    output_literal(output, ",\"angle\":");
    if (shape->name->string_type == KIWI_STRING_TYPE_LINEAR_C)
        put_number(output, shape->name->angle);
    else
        output_literal(output, "null");
    output_literal(output, ",\"priority\":");
    if (shape->name->priority == -32)
        output_literal(output, "null");
    else
        output_advance(output, format_signed(output_room(output, 24), shape->name->priority));
    output_literal(output, ",\"display_scale_flags\":");
    put_number(output, shape->name->display_scale_flags);
}

/** The head of ids changes with the file only. */
static void set_id_head(struct features *features)
{
    struct output scratch = {.descriptor = -1};
    output_literal(&scratch, "\"");
    output_escaped(&scratch, features->parcel.file->path, strlen(features->parcel.file->path));
    memcpy(features->id_head, scratch.buffer, scratch.used);
    features->id_head_length = scratch.used;
    features->id_file = features->parcel.file;
}

static void put_properties(struct features *features)
{
    static const char *const kinds[] = {[KIWI_ROAD] = "road", [KIWI_BACKGROUND] = "background", [KIWI_NAME] = "name"};
    const struct kiwi_shape *shape = features->shape;
    struct output *output = features->output;
    const struct kiwi_enumeration *types = shape->kind == KIWI_ROAD ? &kiwi_enum_road_type : &kiwi_enum_type_code;
    output_literal(output, "\"kind\":");
    put_name(output, kinds[shape->kind]);
    output_literal(output, ",\"level\":");
    output_advance(output, format_signed(output_room(output, 24), features->parcel.level->number));
    output_literal(output, ",\"file\":");
    output_bytes(output, features->id_head, features->id_head_length);
    output_literal(output, "\",\"offset\":");
    put_number(output, shape->offset);
    output_literal(output, ",\"type\":");
    put_number(output, shape->type);
    output_literal(output, ",\"type_name\":");
    put_name(output, kiwi_enumeration_name(types, shape->type));
    output_literal(output, ",\"display_class\":");
    if (shape->display_class == UINT32_MAX)
        output_literal(output, "null");
    else
        put_number(output, shape->display_class);
    if (shape->kind == KIWI_ROAD)
        put_road(output, shape);
    else if (shape->kind == KIWI_BACKGROUND)
        put_background(output, shape);
    else
        put_text_name(features, shape);
}

static void put_feature(struct features *features)
{
    struct output *output = features->output;
    if (features->dump->options.collection && features->count > 0)
        output_literal(output, ",\n");
    output_literal(output, "{\"type\":\"Feature\",\"id\":");
    output_bytes(output, features->id_head, features->id_head_length);
    output_char(output, ':');
    put_number(output, features->shape->offset);
    output_literal(output, "\",\"geometry\":");
    put_geometry(features);
    output_literal(output, ",\"properties\":{");
    put_properties(features);
    output_literal(output, "}}");
    if (!features->dump->options.collection)
        output_char(output, '\n');
    features->count++;
}

/* Selection */

static bool outside(int32_t from, int32_t to, double low, double high)
{
    return to < low * 1e7 || from > high * 1e7;
}

/** Whether the box of a shape misses the box of the command line. */
static bool out_of_box(const struct features *features)
{
    const struct options *options = &features->dump->options;
    const struct kiwi_box *box = &options->box;
    size_t count = features->shape->point_count;
    if (!options->has_box)
        return false;
    if (count == 0)
        return true;
    int32_t west = features->longitudes[0];
    int32_t east = west;
    int32_t south = features->latitudes[0];
    int32_t north = south;
    for (size_t i = 1; i < count; i++) {
        int32_t x = features->longitudes[i];
        int32_t y = features->latitudes[i];
        west = x < west ? x : west;
        east = x > east ? x : east;
        south = y < south ? y : south;
        north = y > north ? y : north;
    }
    if (outside(south, north, box->south, box->north))
        return true;
    if (box->west <= box->east)
        return outside(west, east, box->west, box->east);
    return outside(west, east, box->west, 180) && outside(west, east, -180, box->east);
}

static bool wanted_type(const struct features *features)
{
    const struct kiwi_shape *shape = features->shape;
    const char *type = features->dump->options.type;
    if (!type)
        return true;
    if (features->has_type_code)
        return shape->type == features->type_code;
    const char *name = kiwi_enumeration_name(shape->kind == KIWI_ROAD ? &kiwi_enum_road_type : &kiwi_enum_type_code, shape->type);
    return name && strcmp(name, type) == 0;
}

static void take_shape(struct features *features, const struct kiwi_shape *shape)
{
    features->shape = shape;
    if (!wanted_type(features))
        return;
    for (size_t i = 0; i < shape->point_count; i++)
        kiwi_parcel_position(&features->parcel, shape->points[i].x, shape->points[i].y, &features->longitudes[i],
                             &features->latitudes[i]);
    if (!out_of_box(features))
        put_feature(features);
}

/* The map */

static bool wanted_file(const struct features *features, const struct kiwi_file *only)
{
    return !only || features->parcel.file == only;
}

static enum kiwi_status put_level(struct features *features, struct kiwi_shapes *shapes, const struct kiwi_level *level,
                                  const struct kiwi_file *only, struct progress *progress, struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    unsigned kinds = options->kinds ? options->kinds : KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    struct kiwi_parcels *parcels;
    enum kiwi_status status = kiwi_parcels_open(features->map, level, options->has_box ? &options->box : NULL, &parcels, error);
    if (status != KIWI_OK)
        return status;
    uint64_t size = kiwi_disc_size(features->dump->disc);
    uint64_t done = 0;
    while (!dump_enough(features->dump, features->count) &&
           (status = kiwi_parcels_next(parcels, &features->parcel, error)) == KIWI_OK) {
        struct kiwi_shape shape;
        if (!wanted_file(features, only))
            continue;
        if (features->parcel.file != features->id_file)
            set_id_head(features);
        status = kiwi_shapes_start(shapes, &features->parcel, kinds, error);
        while (status == KIWI_OK && !dump_enough(features->dump, features->count) &&
               (status = kiwi_shapes_next(shapes, &shape)) == KIWI_OK) {
            take_shape(features, &shape);
            if (progress_due(progress))
                progress_show(progress, done, size);
        }
        done += features->parcel.size;
        if (status != KIWI_OK && status != KIWI_END)
            break;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status put_map(struct features *features, struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    struct kiwi_shapes *shapes;
    struct progress progress;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(features->dump->disc, options->file, NULL) : NULL;
    enum kiwi_status status = kiwi_shapes_open(features->map, &shapes, error);
    progress_begin(&progress, options->quiet);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_map_level_count(features->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(features->map, i);
        if (!options->has_level || level->number == options->level)
            status = put_level(features, shapes, level, only, &progress, error);
    }
    progress_end(&progress);
    kiwi_shapes_close(shapes);
    return status;
}

enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error)
{
    static struct features features; /* too large for the stack of a thread */
    const struct options *options = &dump->options;
    enum kiwi_status status = KIWI_OK;
    if (options->file && !kiwi_disc_find(dump->disc, options->file, NULL)) {
        *error = (struct kiwi_error){.status = KIWI_ERROR_NOT_FOUND, .offset = KIWI_NULL};
        snprintf(error->text, sizeof error->text, "there is no file %s", options->file);
        return error->status;
    }
    features = (struct features){.dump = dump, .output = dump->output, .json = {.output = dump->output}};
    if (options->type) {
        char *end;
        features.type_code = (uint32_t)strtoul(options->type, &end, 0);
        features.has_type_code = end != options->type && *end == '\0';
    }
    status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &features.map, error);
    if (status != KIWI_OK && status != KIWI_ERROR_NOT_FOUND)
        return status;
    if (options->collection)
        output_literal(dump->output, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    if (status == KIWI_OK)
        status = put_map(&features, error);
    else
        status = KIWI_OK; /* a disc without a map has no features */
    if (options->collection)
        output_literal(dump->output, "\n]}\n");
    kiwi_map_close(features.map);
    return status;
}
