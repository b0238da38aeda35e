/* SPDX-License-Identifier: MIT */
/* Reads GeoJSON, gzipped or not, and hands over each simple geometry with its tags. */
#include "geojson.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "common/byte_order_mark.h"
#include "common/json_node.h"
#include "memory.h"

struct reader {
    const char *path;
    size_t feature; /**< number of the feature, for messages */
    geometry_callback *callback;
    void *context;
    struct failure *failure;
    struct json_object *tags;
    struct position *positions;
    size_t capacity;
};

static bool complain(const struct reader *reader, const char *text)
{
    return refuse(reader->failure, EXIT_INPUT, "%s: feature %zu: %s", reader->path, reader->feature, text);
}

static bool read_number(struct json_object *value, double limit, double *number)
{
    if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
        return false;
    *number = json_object_get_double(value);
    return isfinite(*number) && fabs(*number) <= limit;
}

static bool read_position(const struct reader *reader, struct json_object *value, struct position *position)
{
    double longitude, latitude;

    if (!json_object_is_type(value, json_type_array) || json_object_array_length(value) < 2 ||
        !read_number(json_object_array_get_idx(value, 0), 180, &longitude) ||
        !read_number(json_object_array_get_idx(value, 1), 90, &latitude))
        return complain(reader, "a position must be [longitude, latitude] in -180..180, -90..90");
    position->x = llround(longitude * X_PER_DEGREE);
    position->y = llround(latitude * (Y_PER_DEGREE / 3)) * 3;
    return true;
}

static bool read_points(struct reader *reader, struct json_object *array, enum shape_kind kind, bool hole)
{
    struct geometry geometry = {.kind = kind, .hole = hole, .tags = reader->tags};
    size_t count;

    if (!json_object_is_type(array, json_type_array))
        return complain(reader, "coordinates must be an array");
    count = json_object_array_length(array);
    if (count < (kind == SHAPE_AREA ? 4u : 2u))
        return complain(reader, kind == SHAPE_AREA ? "a ring has less than four positions"
                                                   : "a line has less than two positions");
    reader->positions = grow(reader->positions, &reader->capacity, count, sizeof *reader->positions);
    for (size_t i = 0; i < count; i++)
        if (!read_position(reader, json_object_array_get_idx(array, i), &reader->positions[i]))
            return false;
    if (kind == SHAPE_AREA && (reader->positions[0].x != reader->positions[count - 1].x ||
                               reader->positions[0].y != reader->positions[count - 1].y))
        return complain(reader, "a ring is not closed");
    geometry.positions = reader->positions;
    geometry.count = count;
    return reader->callback(reader->context, &geometry, reader->failure);
}

static bool read_point(struct reader *reader, struct json_object *array)
{
    struct position position;
    struct geometry geometry = {
        .kind = SHAPE_POINT, .positions = &position, .count = 1, .tags = reader->tags};

    return read_position(reader, array, &position) &&
           reader->callback(reader->context, &geometry, reader->failure);
}

static bool read_polygon(struct reader *reader, struct json_object *array)
{
    if (!json_object_is_type(array, json_type_array))
        return complain(reader, "coordinates must be an array");
    for (size_t i = 0; i < json_object_array_length(array); i++)
        if (!read_points(reader, json_object_array_get_idx(array, i), SHAPE_AREA, i > 0))
            return false;
    return true;
}

static bool read_simple(struct reader *reader, const char *type, struct json_object *coordinates)
{
    if (strcmp(type, "Point") == 0)
        return read_point(reader, coordinates);
    if (strcmp(type, "LineString") == 0)
        return read_points(reader, coordinates, SHAPE_LINE, false);
    if (strcmp(type, "Polygon") == 0)
        return read_polygon(reader, coordinates);
    return complain(reader, "unknown geometry type");
}

static bool read_geometry(struct reader *reader, struct json_object *geometry, int depth);

static bool read_collection(struct reader *reader, struct json_object *geometries, int depth)
{
    if (depth > 4 || !json_object_is_type(geometries, json_type_array))
        return complain(reader, "geometries must be an array, not too deep");
    for (size_t i = 0; i < json_object_array_length(geometries); i++)
        if (!read_geometry(reader, json_object_array_get_idx(geometries, i), depth + 1))
            return false;
    return true;
}

static bool read_geometry(struct reader *reader, struct json_object *geometry, int depth)
{
    struct json_object *coordinates = json_object_object_get(geometry, "coordinates");
    const char *type = json_object_get_string(json_object_object_get(geometry, "type"));

    if (!geometry)
        return true; /* RFC 7946 3.2: a feature without a place */
    if (!json_object_is_type(geometry, json_type_object) || !type)
        return complain(reader, "geometry must be an object with a type");
    if (strcmp(type, "GeometryCollection") == 0)
        return read_collection(reader, json_object_object_get(geometry, "geometries"), depth);
    if (strncmp(type, "Multi", 5))
        return read_simple(reader, type, coordinates);
    if (!json_object_is_type(coordinates, json_type_array))
        return complain(reader, "coordinates must be an array");
    for (size_t i = 0; i < json_object_array_length(coordinates); i++)
        if (!read_simple(reader, type + 5, json_object_array_get_idx(coordinates, i)))
            return false;
    return true;
}

/** Exports have the tags as properties or as an object below them. */
static struct json_object *feature_tags(struct json_object *feature)
{
    struct json_object *properties = json_object_object_get(feature, "properties");
    struct json_object *tags;

    if (!json_object_is_type(properties, json_type_object))
        return NULL;
    tags = json_object_object_get(properties, "tags");
    return json_object_is_type(tags, json_type_object) ? tags : properties;
}

static bool read_feature(struct reader *reader, struct json_object *feature)
{
    const char *type;

    reader->feature++;
    if (!json_object_is_type(feature, json_type_object))
        return complain(reader, "must be an object");
    type = json_object_get_string(json_object_object_get(feature, "type"));
    if (!type || strcmp(type, "Feature"))
        return complain(reader, "its type must be \"Feature\"");
    reader->tags = feature_tags(feature);
    return read_geometry(reader, json_object_object_get(feature, "geometry"), 0);
}

static bool read_root(struct reader *reader, struct json_object *root)
{
    struct json_object *features = json_object_object_get(root, "features");
    const char *type = json_object_get_string(json_object_object_get(root, "type"));

    if (type && strcmp(type, "Feature") == 0)
        return read_feature(reader, root);
    if (!type || strcmp(type, "FeatureCollection") != 0 || !json_object_is_type(features, json_type_array))
        return refuse(reader->failure, EXIT_INPUT, "%s: is no GeoJSON FeatureCollection", reader->path);
    for (size_t i = 0; i < json_object_array_length(features); i++)
        if (!read_feature(reader, json_object_array_get_idx(features, i)))
            return false;
    return true;
}

/** "-" is standard input. zlib reads what is not gzipped, too. */
static gzFile open_input(const char *path)
{
    if (strcmp(path, "-") != 0)
        return gzopen(path, "rb");
    int file = dup(STDIN_FILENO);
    gzFile input = file >= 0 ? gzdopen(file, "rb") : NULL;
    if (!input && file >= 0)
        close(file);
    return input;
}

static bool load_text(const char *path, struct buffer *text, struct failure *failure)
{
    gzFile file = open_input(path);
    const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
    const char *message;
    int length;
    int code;
    if (!file)
        return refuse_system(failure, shown, errno);
    do {
        length = gzread(file, buffer_room(text, 1 << 18), 1 << 18);
        if (length > 0)
            text->size += (size_t)length;
    } while (length > 0 && text->size < INT_MAX);
    message = gzerror(file, &code);
    if (code != Z_OK && code != Z_STREAM_END)
        refuse(failure, code == Z_ERRNO ? EXIT_SYSTEM : EXIT_INPUT, "%s: %s", shown,
               code == Z_ERRNO ? strerror(errno) : message);
    else if (text->size >= INT_MAX)
        refuse(failure, EXIT_INPUT, "%s: larger than 2 GB", shown);
    else
        code = Z_OK;
    gzclose_r(file);
    return code == Z_OK && text->size < INT_MAX;
}

/** Where the next value begins: behind white space and the record separators of RFC 8142. */
static size_t skip_blanks(const struct buffer *text, size_t at)
{
    while (at < text->size && (text->bytes[at] == 0x1E || isspace(text->bytes[at])))
        at++;
    return at;
}

/** One value, or several: one feature per line is what many programs write. */
static bool read_values(struct reader *reader, const struct buffer *text)
{
    size_t at = skip_blanks(text, byte_order_mark(text->bytes, text->size));
    bool done = (at < text->size && text->bytes[at] == '{') ||
                refuse(reader->failure, EXIT_INPUT, "%s: is not GeoJSON", reader->path);
    while (done && at < text->size) {
        struct json_object *root = json_parse_next(reader->path, (const char *)text->bytes, text->size, &at,
                                                   reader->failure);
        done = root && read_root(reader, root);
        json_object_put(root);
        at = skip_blanks(text, at);
    }
    return done;
}

bool geojson_read(const char *path, geometry_callback *callback, void *context, struct failure *failure)
{
    struct reader reader = {.path = strcmp(path, "-") == 0 ? "standard input" : path,
                            .callback = callback,
                            .context = context,
                            .failure = failure};
    struct buffer text = {0};
    bool done = load_text(path, &text, failure) && read_values(&reader, &text);
    buffer_free(&text);
    free(reader.positions);
    return done;
}

const char *geometry_tag(const struct geometry *geometry, const char *key)
{
    struct json_object *value = geometry->tags ? json_object_object_get(geometry->tags, key) : NULL;

    if (!value || json_object_is_type(value, json_type_object) || json_object_is_type(value, json_type_array))
        return NULL;
    return json_object_get_string(value);
}
