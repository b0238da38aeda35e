/* SPDX-License-Identifier: MIT */
/* Writes features as GeoJSON. */
#include "geojson.h"

#include "json_value.h"
#include "sink.h"

/* Geometry */

/** Room for a point and a comma. */
enum { POINT_ROOM = 40 };

static char *format_point(char *text, struct point point)
{
    *text++ = '[';
    text = format_e7(text, point.x);
    *text++ = ',';
    text = format_e7(text, point.y);
    *text++ = ']';
    return text;
}

static void put_point(struct output *output, struct point point)
{
    output_advance(output, format_point(output_room(output, POINT_ROOM), point));
}

/** Points separated by commas. */
static void put_points(struct output *output, const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *text = output_room(output, POINT_ROOM);
        *text = ',';
        output_advance(output, format_point(text + (i != 0), points[i]));
    }
}

static void put_stroke(struct output *output, const struct geometry *geometry, const struct stroke *stroke)
{
    put_points(output, geometry->points + stroke->first, stroke->count);
}

static void put_ring(struct output *output, const struct geometry *geometry, const struct stroke *ring)
{
    output_char(output, '[');
    put_stroke(output, geometry, ring);
    output_char(output, ',');
    put_point(output, geometry->points[ring->first]);
    output_char(output, ']');
}

static void put_lines(struct output *output, const struct geometry *geometry)
{
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        if (i > 0)
            output_char(output, ',');
        output_char(output, '[');
        put_stroke(output, geometry, &geometry->strokes[i]);
        output_char(output, ']');
    }
}

/** Polygons: a ring each, and the holes in it. */
static void put_polygons(struct output *output, const struct geometry *geometry)
{
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct stroke *ring = &geometry->strokes[i];
        if (i != 0 && !ring->hole)
            output_char(output, ']');
        if (i != 0)
            output_char(output, ',');
        if (!ring->hole)
            output_char(output, '[');
        put_ring(output, geometry, ring);
    }
    output_char(output, ']');
}

static void put_geometry(struct output *output, const struct geometry *geometry)
{
    switch (geometry->type) {
    case GEOMETRY_NONE: output_literal(output, "null"); return;
    case GEOMETRY_POINT:
        output_literal(output, "{\"type\":\"Point\",\"coordinates\":");
        put_point(output, geometry->points[geometry->strokes[0].first]);
        break;
    case GEOMETRY_MULTI_POINT:
        output_literal(output, "{\"type\":\"MultiPoint\",\"coordinates\":[");
        put_stroke(output, geometry, &geometry->strokes[0]);
        output_char(output, ']');
        break;
    case GEOMETRY_LINE:
        output_literal(output, "{\"type\":\"LineString\",\"coordinates\":[");
        put_stroke(output, geometry, &geometry->strokes[0]);
        output_char(output, ']');
        break;
    case GEOMETRY_MULTI_LINE:
        output_literal(output, "{\"type\":\"MultiLineString\",\"coordinates\":[");
        put_lines(output, geometry);
        output_char(output, ']');
        break;
    case GEOMETRY_POLYGON:
        output_literal(output, "{\"type\":\"Polygon\",\"coordinates\":");
        put_polygons(output, geometry);
        break;
    case GEOMETRY_MULTI_POLYGON:
        output_literal(output, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
        put_polygons(output, geometry);
        output_char(output, ']');
        break;
    }
    output_char(output, '}');
}

/* Properties */

/** Puts a path, and keeps it as it was put unless it is too long for that. */
static void put_new_path(struct geojson *geojson, const char *path)
{
    struct output *output = geojson->output;
    size_t length = strlen(path);
    bool kept = length <= sizeof geojson->path_text / JSON_ESCAPE;
    const char *begin = output_room(output, kept ? sizeof geojson->path_text : 0);
    output_escaped(output, path, length);
    if (!kept)
        return;
    geojson->path = path;
    geojson->path_length = (size_t)(output->buffer + output->used - begin);
    memcpy(geojson->path_text, begin, geojson->path_length);
}

/** The path of a file without the quotes. */
static void put_path(struct geojson *geojson, const char *path)
{
    if (path == geojson->path)
        output_bytes(geojson->output, geojson->path_text, geojson->path_length);
    else
        put_new_path(geojson, path);
}

static void put_text(struct geojson *geojson, const struct property *property)
{
    output_char(geojson->output, '"');
    if (property->key == PROPERTY_FILE)
        put_path(geojson, property->value.text);
    else
        output_escaped(geojson->output, property->value.text, property->length);
    output_char(geojson->output, '"');
}

/** A key with what stands around it; copied whole, which is faster than as much as there is of it. */
struct key {
    char text[31];
    uint8_t length;
};

#define KEY(key, name) [PROPERTY_##key] = {",\"" name "\":", sizeof name + 3},
static const struct key keys[PROPERTY_COUNT] = {PROPERTY_COLUMNS(KEY) PROPERTY_INNER_KEYS(KEY)};

/** A name of at most that length, key and value together, is put in one go. */
enum { SHORT_NAME = 128 };

static char *put_word(char *text, const char *word, size_t length)
{
    memcpy(text, word, length);
    return text + length;
}

/** A value that is put in one go, behind its key; NULL if it is none of those. */
static char *put_short(char *text, const struct property *property)
{
    switch ((enum value_type)property->type) {
    case VALUE_NULL: return put_word(text, "null", 4);
    case VALUE_INTEGER: return format_signed(text, property->value.integer);
    case VALUE_BOOL: return property->value.integer ? put_word(text, "true", 4) : put_word(text, "false", 5);
    case VALUE_NAME:
        if (property->length >= SHORT_NAME / 2)
            return NULL;
        *text++ = '"';
        text = put_word(text, property->value.text, property->length);
        *text++ = '"';
        return text;
    default: return NULL;
    }
}

static enum kiwi_status put_long(struct geojson *geojson, const struct property *property,
                                 struct kiwi_error *error)
{
    struct json json = {.output = geojson->output, .depth = 1, .after_key = true}; /* within an object */
    if (property->type != VALUE_NAME && property->type != VALUE_TEXT)
        return json_value(&json, property, error);
    put_text(geojson, property);
    return KIWI_OK;
}

static enum kiwi_status put_properties(struct geojson *geojson, const struct properties *properties,
                                       struct kiwi_error *error)
{
    enum { ROOM = PROPERTIES_LIMIT * SHORT_NAME };
    struct output *output = geojson->output;
    enum kiwi_status status = KIWI_OK;
    char *text = output_room(output, ROOM);
    char separator = '{'; /* every feature has a kind */
    for (size_t i = 0; status == KIWI_OK && i < properties->count; i++) {
        const struct property *property = &properties->items[i];
        const struct key *key = &keys[property->key];
        memcpy(text, key->text, sizeof key->text);
        *text = separator;
        separator = ',';
        text += key->length;
        char *end = put_short(text, property);
        if (!end) {
            output_advance(output, text);
            status = put_long(geojson, property, error);
            end = output_room(output, ROOM);
        }
        text = end;
    }
    output_advance(output, text);
    return status;
}

enum kiwi_status geojson_feature(struct geojson *geojson, const struct feature *feature,
                                 struct kiwi_error *error)
{
    struct output *output = geojson->output;
    if (feature->file) {
        output_literal(output, "{\"type\":\"Feature\",\"id\":\"");
        put_path(geojson, feature->file->path);
        output_char(output, ':');
        output_advance(output, format_unsigned(output_room(output, 24), feature->offset));
        output_literal(output, "\",\"geometry\":");
    } else {
        output_literal(output, "{\"type\":\"Feature\",\"geometry\":");
    }
    put_geometry(output, &feature->geometry);
    output_literal(output, ",\"properties\":");
    enum kiwi_status status = put_properties(geojson, &feature->properties, error);
    output_literal(output, "}}");
    return status;
}

/* A feature collection */

void geojson_start(void *state, struct output *output)
{
    struct geojson *geojson = state;
    geojson->output = output;
}

static void begin(void *state, struct output *output)
{
    geojson_start(state, output);
    output_literal(output, "{\"type\":\"FeatureCollection\",\"features\":[\n");
}

static enum kiwi_status put(void *state, const struct feature *feature, struct kiwi_error *error)
{
    struct geojson *geojson = state;
    if (geojson->filled)
        output_literal(geojson->output, ",\n");
    geojson->filled = true;
    return geojson_feature(geojson, feature, error);
}

static void end(void *state)
{
    struct geojson *geojson = state;
    output_literal(geojson->output, "\n]}\n");
}

const struct sink geojson_sink = {.name = "geojson",
                                  .extension = "geojson",
                                  .description = "GeoJSON, all features in one collection",
                                  .laid_out = true,
                                  .size = sizeof(struct geojson),
                                  .begin = begin,
                                  .put = put,
                                  .end = end};
