/* SPDX-License-Identifier: MIT */
/* Writes a shape of the map as a GeoJSON feature. */
#include "feature.h"

#include <errno.h>
#include <stdlib.h>

#include "crossing.h"
#include "rings.h"
#include "value.h"

void feature_open(struct feature_writer *writer, struct kiwi_disc *disc, const struct options *options)
{
    const char *type = options->type;
    writer->disc = disc;
    writer->output = NULL;
    writer->options = options;
    writer->id_file = NULL;
    writer->pieces = 0;
    writer->has_type_code = false;
    if (type) {
        char *end;
        writer->type_code = (uint32_t)strtoul(type, &end, 0);
        writer->has_type_code = end != type && *end == '\0';
    }
}

void feature_write_to(struct feature_writer *writer, struct output *output)
{
    writer->output = output;
    writer->json = (struct json){.output = output};
}

/* Geometry */

void feature_position(struct feature_writer *writer, int32_t longitude, int32_t latitude)
{
    char *text = output_room(writer->output, 40);
    *text++ = '[';
    text = format_degrees(text, longitude);
    *text++ = ',';
    text = format_degrees(text, latitude);
    *text++ = ']';
    output_advance(writer->output, text);
}

static void put_position(struct feature_writer *writer, size_t i)
{
    feature_position(writer, writer->longitudes[i], writer->latitudes[i]);
}

/** Points first..end-1 separated by commas, closed to a ring if asked for. */
static void put_positions(struct feature_writer *writer, size_t first, size_t end, bool ring)
{
    for (size_t i = first; i < end; i++) {
        if (i != first)
            output_char(writer->output, ',');
        put_position(writer, i);
    }
    const struct kiwi_point *points = writer->shape->points;
    if (ring && (points[first].x != points[end - 1].x || points[first].y != points[end - 1].y)) {
        output_char(writer->output, ',');
        put_position(writer, first);
    }
}

/** End of the stroke that begins at first: where a step (0,0) lifts the pen, if the record uses that. */
static size_t stroke_end(const struct kiwi_shape *shape, size_t first)
{
    const struct kiwi_point *points = shape->points;
    size_t end = first + 1;
    if (!shape->background || !shape->background->pen_up)
        return shape->point_count;
    while (end < shape->point_count &&
           (points[end].x != points[end - 1].x || points[end].y != points[end - 1].y))
        end++;
    return end;
}

/** Whether it leads anywhere. */
static bool is_line(const struct feature_writer *writer, size_t first, size_t end)
{
    for (size_t i = first + 1; i < end; i++)
        if (writer->longitudes[i] != writer->longitudes[first] ||
            writer->latitudes[i] != writer->latitudes[first])
            return true;
    return false;
}

/** The step behind the one that lifts the pen is a move. */
static size_t next_stroke(const struct kiwi_shape *shape, size_t end)
{
    return end < shape->point_count ? end + 1 : end;
}

/** GeoJSON type of the strokes of a line; if one of them leads nowhere they are only points. */
static const char *line_type(const struct feature_writer *writer)
{
    const struct kiwi_shape *shape = writer->shape;
    size_t strokes = 0;
    for (size_t first = 0, end; first < shape->point_count; first = next_stroke(shape, end)) {
        end = stroke_end(shape, first);
        if (!is_line(writer, first, end))
            return "MultiPoint";
        strokes++;
    }
    return strokes > 1 ? "MultiLineString" : "LineString";
}

static void put_lines(struct feature_writer *writer)
{
    const struct kiwi_shape *shape = writer->shape;
    struct output *output = writer->output;
    const char *type = line_type(writer);
    bool several = strcmp(type, "MultiLineString") == 0;
    bool points = strcmp(type, "MultiPoint") == 0;
    output_literal(output, "{\"type\":\"");
    output_bytes(output, type, strlen(type));
    output_literal(output, "\",\"coordinates\":[");
    for (size_t first = 0, end; first < shape->point_count; first = next_stroke(shape, end)) {
        end = points ? shape->point_count : stroke_end(shape, first);
        if (first != 0)
            output_char(output, ',');
        if (several)
            output_char(output, '[');
        put_positions(writer, first, end, false);
        if (several)
            output_char(output, ']');
    }
    output_literal(output, "]}");
}

/* Areas */

static void put_ring(struct feature_writer *writer, const struct merge_point *points, size_t count)
{
    output_char(writer->output, '[');
    for (size_t i = 0; i <= count; i++) {
        const struct merge_point *point = &points[i < count ? i : 0];
        if (i != 0)
            output_char(writer->output, ',');
        feature_position(writer, point->x, point->y);
    }
    output_char(writer->output, ']');
}

/** One polygon: its outer ring and the holes in it. */
static void put_polygon(struct feature_writer *writer, const struct rings *rings, const struct ring *outer)
{
    output_char(writer->output, '[');
    put_ring(writer, rings->points + outer->first, outer->count);
    for (size_t hole = outer->first_hole; hole != SIZE_MAX; hole = rings->rings[hole].next_hole) {
        output_char(writer->output, ',');
        put_ring(writer, rings->points + rings->rings[hole].first, rings->rings[hole].count);
    }
    output_char(writer->output, ']');
}

void feature_put_rings(struct feature_writer *writer, const struct rings *rings, size_t outer)
{
    struct output *output = writer->output;
    bool comma = false;
    if (outer == 1)
        output_literal(output, "{\"type\":\"Polygon\",\"coordinates\":");
    else
        output_literal(output, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (size_t i = 0; i < rings->ring_count; i++) {
        if (rings->rings[i].hole)
            continue;
        if (comma)
            output_char(output, ',');
        comma = true;
        put_polygon(writer, rings, &rings->rings[i]);
    }
    if (outer != 1)
        output_char(output, ']');
    output_char(output, '}');
}

/** An area that meets itself, such as one round a hole, as polygons; false if nothing lies within it. Few are
 * such, so memory is taken for each. */
static bool put_rings(struct feature_writer *writer)
{
    const struct kiwi_shape *shape = writer->shape;
    struct merge_memory memory = {.used = 0};
    struct rings rings = {.memory = &memory};
    for (size_t first = 0, end; first < shape->point_count; first = next_stroke(shape, end)) {
        end = stroke_end(shape, first);
        for (size_t i = first; i < end; i++) {
            size_t next = i + 1 < end ? i + 1 : first;
            rings_add(&rings, (struct merge_point){writer->longitudes[i], writer->latitudes[i]},
                      (struct merge_point){writer->longitudes[next], writer->latitudes[next]});
        }
    }
    size_t outer = rings_make(&rings);
    if (outer > 0)
        feature_put_rings(writer, &rings, outer);
    rings_free(&rings);
    if (memory.failed && writer->output->error == 0)
        writer->output->error = ENOMEM;
    return outer > 0;
}

static bool put_area(struct feature_writer *writer)
{
    size_t count = writer->shape->point_count;
    if (stroke_end(writer->shape, 0) != count ||
        !crossing_is_simple(writer->longitudes, writer->latitudes, count))
        return put_rings(writer);
    output_literal(writer->output, "{\"type\":\"Polygon\",\"coordinates\":[[");
    put_positions(writer, 0, count, true);
    output_literal(writer->output, "]]}");
    return true;
}

static void put_geometry(struct feature_writer *writer)
{
    const struct kiwi_shape *shape = writer->shape;
    struct output *output = writer->output;
    if (shape->point_count == 0) {
        output_literal(output, "null");
        return;
    }
    if (shape->kind == KIWI_NAME || !is_line(writer, 0, shape->point_count)) {
        output_literal(output, "{\"type\":\"Point\",\"coordinates\":");
        put_position(writer, 0);
        output_char(output, '}');
        return;
    }
    bool area = shape->kind == KIWI_BACKGROUND && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    if (!area || !put_area(writer))
        put_lines(writer);
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

#define put_flag_literal(output, key, value) put_flag(output, key, sizeof key - 1, value)

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

static void put_text_name(struct feature_writer *writer, const struct kiwi_shape *shape)
{
    struct output *output = writer->output;
    output_literal(output, ",\"text\":");
    value_text(&writer->json, writer->disc, shape->text, shape->text_length);
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
static void set_id_head(struct feature_writer *writer, const struct kiwi_file *file)
{
    struct output scratch = {.descriptor = -1};
    output_literal(&scratch, "\"");
    output_escaped(&scratch, file->path, strlen(file->path));
    memcpy(writer->id_head, scratch.buffer, scratch.used);
    writer->id_head_length = scratch.used;
    writer->id_file = file;
}

static void put_properties(struct feature_writer *writer)
{
    static const char *const kinds[] = {
        [KIWI_ROAD] = "road", [KIWI_BACKGROUND] = "background", [KIWI_NAME] = "name"};
    const struct kiwi_shape *shape = writer->shape;
    struct output *output = writer->output;
    const struct kiwi_enumeration *types = shape->kind == KIWI_ROAD ? &kiwi_enum_road_type
                                                                    : &kiwi_enum_type_code;
    output_literal(output, "\"kind\":");
    put_name(output, kinds[shape->kind]);
    output_literal(output, ",\"level\":");
    output_advance(output, format_signed(output_room(output, 24), writer->level));
    output_literal(output, ",\"file\":");
    output_bytes(output, writer->id_head, writer->id_head_length);
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
        put_text_name(writer, shape);
}

void feature_begin(struct feature_writer *writer)
{
    struct output *output = writer->output;
    output_literal(output, "{\"type\":\"Feature\",\"id\":");
    output_bytes(output, writer->id_head, writer->id_head_length);
    output_char(output, ':');
    put_number(output, writer->shape->offset);
    output_literal(output, "\",\"geometry\":");
}

void feature_properties(struct feature_writer *writer)
{
    output_literal(writer->output, ",\"properties\":{");
    put_properties(writer);
    if (writer->pieces != 0) {
        output_literal(writer->output, ",\"pieces\":");
        put_number(writer->output, writer->pieces);
    }
}

void feature_end(struct feature_writer *writer)
{
    output_literal(writer->output, "}}");
}

/* Selection */

static bool outside(int32_t from, int32_t to, double low, double high)
{
    return to < low * 1e7 || from > high * 1e7;
}

/** Whether the box of a shape misses the box of the command line. */
static bool out_of_box(const struct feature_writer *writer)
{
    const struct options *options = writer->options;
    const struct kiwi_box *box = &options->box;
    size_t count = writer->shape->point_count;
    if (!options->has_box)
        return false;
    if (count == 0)
        return true;
    int32_t west = writer->longitudes[0];
    int32_t east = west;
    int32_t south = writer->latitudes[0];
    int32_t north = south;
    for (size_t i = 1; i < count; i++) {
        int32_t x = writer->longitudes[i];
        int32_t y = writer->latitudes[i];
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

static bool wanted_type(const struct feature_writer *writer)
{
    const struct kiwi_shape *shape = writer->shape;
    const char *type = writer->options->type;
    if (!type)
        return true;
    if (writer->has_type_code)
        return shape->type == writer->type_code;
    const char *name = kiwi_enumeration_name(
        shape->kind == KIWI_ROAD ? &kiwi_enum_road_type : &kiwi_enum_type_code, shape->type);
    return name && strcmp(name, type) == 0;
}

void feature_set(struct feature_writer *writer, const struct kiwi_file *file, int level,
                 const struct kiwi_shape *shape)
{
    if (file != writer->id_file)
        set_id_head(writer, file);
    writer->level = level;
    writer->shape = shape;
}

bool feature_take(struct feature_writer *writer, const struct kiwi_parcel *parcel,
                  const struct kiwi_shape *shape)
{
    writer->shape = shape;
    if (!wanted_type(writer))
        return false;
    feature_set(writer, parcel->file, parcel->level->number, shape);
    for (size_t i = 0; i < shape->point_count; i++) {
        struct kiwi_place_e7 place = kiwi_parcel_place_e7(parcel, shape->points[i]);
        writer->longitudes[i] = place.longitude;
        writer->latitudes[i] = place.latitude;
    }
    return !out_of_box(writer);
}

void feature_put(struct feature_writer *writer)
{
    feature_begin(writer);
    put_geometry(writer);
    feature_properties(writer);
    feature_end(writer);
}
