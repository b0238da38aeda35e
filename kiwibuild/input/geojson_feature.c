/* SPDX-License-Identifier: MIT */
/* Makes features of GeoJSON's (RFC 7946): geometries of any type, and their properties as tags. */
#include "geojson_feature.h"

#include <math.h>
#include <string.h>

enum {
    LEAST_RING = 4, /* positions */
    DEEPEST_COLLECTION = 4,
};

static bool complain(const struct geojson *geojson, const char *text)
{
    return refuse(geojson->failure, EXIT_INPUT, "%s: line %zu: feature %lld: %s", geojson->name,
                  geojson->line, (long long)geojson->number, text);
}

static void leave_out(struct geojson *geojson, const char *reason)
{
    pass_over(&geojson->input->passed_over, 1, reason, "%s: line %zu, feature %lld", geojson->name,
              geojson->line, (long long)geojson->number);
}

/* Coordinate reference systems */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/** Names of WGS 84, with or without a height: all programs write longitudes first, whatever the name. */
static bool is_wgs_84(const char *name)
{
    return ends_with(name, "CRS84") || ends_with(name, "CRS84h") ||
           (strstr(name, "EPSG") && (ends_with(name, "4326") || ends_with(name, "4979")));
}

bool geojson_check_crs(struct geojson *geojson, struct json_object *object)
{
    struct json_object *crs = json_object_object_get(object, "crs"), *properties;
    if (!crs)
        return true;
    properties = json_object_object_get(crs, "properties");
    const char *name = json_object_get_string(json_object_object_get(properties, "name"));
    if (name && is_wgs_84(name))
        return true;
    return refuse(geojson->failure, EXIT_INPUT,
                  "%s: the coordinates are in %.80s, not in WGS 84 (RFC 7946, 4); ogr2ogr -t_srs EPSG:4326 "
                  "converts them",
                  geojson->name, name ? name : "another system");
}

/* Geometries */

static bool read_number(struct json_object *value, double limit, double *number)
{
    if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
        return false;
    *number = json_object_get_double(value);
    return isfinite(*number) && fabs(*number) <= limit;
}

static bool add_position(struct geojson *geojson, struct json_object *value)
{
    size_t count = geojson->position_count;
    double longitude, latitude;
    if (!json_object_is_type(value, json_type_array) || json_object_array_length(value) < 2 ||
        !read_number(json_object_array_get_idx(value, 0), 180, &longitude) ||
        !read_number(json_object_array_get_idx(value, 1), 90, &latitude))
        return complain(geojson,
                        "a position must be [longitude, latitude] in -180..180, -90..90; ogr2ogr -t_srs "
                        "EPSG:4326 converts coordinates of other systems");
    geojson->positions = grow(geojson->positions, &geojson->position_capacity, count + 1,
                              sizeof *geojson->positions);
    geojson->positions[count] = (struct position){
        llround(longitude * X_PER_DEGREE), llround(latitude * X_PER_DEGREE) * (Y_PER_DEGREE / X_PER_DEGREE)};
    geojson->position_count++;
    return true;
}

static void begin(struct geojson *geojson)
{
    geojson->position_count = geojson->contour_count = 0;
}

/** Positions of a line or a ring. */
static bool add_contour(struct geojson *geojson, struct json_object *array)
{
    size_t number = geojson->contour_count, first = geojson->position_count;
    if (!json_object_is_type(array, json_type_array))
        return complain(geojson, "coordinates must be an array");
    for (size_t i = 0; i < json_object_array_length(array); i++)
        if (!add_position(geojson, json_object_array_get_idx(array, i)))
            return false;
    geojson->contours = grow(geojson->contours, &geojson->contour_capacity, number + 1,
                             sizeof *geojson->contours);
    geojson->firsts = grow(geojson->firsts, &geojson->first_capacity, number + 1, sizeof *geojson->firsts);
    geojson->contours[number] = (struct contour){.count = geojson->position_count - first,
                                                 .hole = number > 0};
    geojson->firsts[number] = first;
    geojson->contour_count++;
    return true;
}

static bool give(struct geojson *geojson, enum shape_kind kind)
{
    const struct feature feature = {kind,
                                    {"feature", geojson->number},
                                    tag_list_get(&geojson->tags),
                                    geojson->contours,
                                    geojson->contour_count};
    const struct feature_sink *sink = &geojson->input->sink;
    for (size_t i = 0; i < geojson->contour_count; i++)
        geojson->contours[i].positions = geojson->positions + geojson->firsts[i];
    geojson->placed = true;
    return sink->take(sink->context, &feature, geojson->failure);
}

static bool read_point(struct geojson *geojson, struct json_object *array)
{
    begin(geojson);
    if (json_object_is_type(array, json_type_array) && json_object_array_length(array) == 0)
        return true;
    if (!add_position(geojson, array))
        return false;
    geojson->contours = grow(geojson->contours, &geojson->contour_capacity, 1, sizeof *geojson->contours);
    geojson->firsts = grow(geojson->firsts, &geojson->first_capacity, 1, sizeof *geojson->firsts);
    geojson->contours[0] = (struct contour){.count = 1};
    geojson->firsts[0] = 0;
    geojson->contour_count = 1;
    return give(geojson, SHAPE_POINT);
}

static bool read_line(struct geojson *geojson, struct json_object *array)
{
    begin(geojson);
    if (!add_contour(geojson, array))
        return false;
    if (geojson->position_count >= 2)
        return give(geojson, SHAPE_LINE);
    geojson->placed = geojson->placed || geojson->position_count > 0;
    if (geojson->position_count > 0)
        leave_out(geojson, "lines have a single position");
    return true;
}

/** Drops a ring that is too short for one. */
static bool check_ring(struct geojson *geojson)
{
    size_t number = geojson->contour_count - 1, count = geojson->contours[number].count;
    if (count > 0 && count < LEAST_RING) {
        geojson->placed = true;
        leave_out(geojson, "rings have fewer than four positions");
    }
    if (count < LEAST_RING) {
        geojson->contour_count--;
        return true;
    }
    const struct position *ring = geojson->positions + geojson->firsts[number];
    return (ring[0].x == ring[count - 1].x && ring[0].y == ring[count - 1].y) ||
           complain(geojson, "a ring is not closed");
}

static bool read_polygon(struct geojson *geojson, struct json_object *array)
{
    begin(geojson);
    if (!json_object_is_type(array, json_type_array))
        return complain(geojson, "coordinates must be an array");
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        if (!add_contour(geojson, json_object_array_get_idx(array, i)) || !check_ring(geojson))
            return false;
        if (geojson->contour_count == 0)
            return true; /* holes of nothing */
    }
    return geojson->contour_count == 0 || give(geojson, SHAPE_AREA);
}

static bool read_simple(struct geojson *geojson, const char *type, struct json_object *coordinates)
{
    if (strcmp(type, "Point") == 0)
        return read_point(geojson, coordinates);
    if (strcmp(type, "LineString") == 0)
        return read_line(geojson, coordinates);
    if (strcmp(type, "Polygon") == 0)
        return read_polygon(geojson, coordinates);
    return complain(geojson, "unknown geometry type");
}

static bool read_geometry(struct geojson *geojson, struct json_object *geometry, int depth);

static bool read_collection(struct geojson *geojson, struct json_object *geometries, int depth)
{
    if (depth > DEEPEST_COLLECTION || !json_object_is_type(geometries, json_type_array))
        return complain(geojson, "geometries must be an array, not too deep");
    for (size_t i = 0; i < json_object_array_length(geometries); i++)
        if (!read_geometry(geojson, json_object_array_get_idx(geometries, i), depth + 1))
            return false;
    return true;
}

static bool read_geometry(struct geojson *geojson, struct json_object *geometry, int depth)
{
    struct json_object *coordinates = json_object_object_get(geometry, "coordinates");
    const char *type = json_object_get_string(json_object_object_get(geometry, "type"));
    if (!geometry)
        return true; /* RFC 7946 3.2: a feature without a place */
    if (!json_object_is_type(geometry, json_type_object) || !type)
        return complain(geojson, "geometry must be an object with a type");
    if (!geojson_check_crs(geojson, geometry))
        return false;
    if (strcmp(type, "GeometryCollection") == 0)
        return read_collection(geojson, json_object_object_get(geometry, "geometries"), depth);
    if (strncmp(type, "Multi", 5) != 0)
        return read_simple(geojson, type, coordinates);
    if (!json_object_is_type(coordinates, json_type_array))
        return complain(geojson, "coordinates must be an array");
    for (size_t i = 0; i < json_object_array_length(coordinates); i++)
        if (!read_simple(geojson, type + 5, json_object_array_get_idx(coordinates, i)))
            return false;
    return true;
}

/* Tags */

static bool add_text(struct geojson *geojson, const char *key, struct json_object *value)
{
    const char *text = json_object_get_string(value);
    size_t length = json_object_is_type(value, json_type_string) ? (size_t)json_object_get_string_len(value)
                                                                 : strlen(text);
    if (memchr(text, '\0', length))
        return complain(geojson, "a property contains NUL");
    tag_list_add(&geojson->tags, key, strlen(key), text, length);
    return true;
}

/** A list of texts is what OpenStreetMap writes with semicolons. */
static void add_list(struct geojson *geojson, const char *key, struct json_object *list)
{
    struct buffer text = {0};
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *item = json_object_get_string(json_object_array_get_idx(list, i));
        if (text.size > 0)
            buffer_append(&text, ";", 1);
        if (item)
            buffer_append(&text, item, strlen(item));
    }
    tag_list_add(&geojson->tags, key, strlen(key), (const char *)text.bytes, text.size);
    buffer_free(&text);
}

static bool add_properties(struct geojson *geojson, struct json_object *properties);

/** ogr2ogr puts tags that have no column of their own into one, as hstore or as JSON. */
static bool add_hidden_tags(struct geojson *geojson, const char *text)
{
    struct json_object *object = text[strspn(text, " ")] == '{' ? json_tokener_parse(text) : NULL;
    bool done = true;
    if (json_object_is_type(object, json_type_object))
        done = add_properties(geojson, object);
    else if (!tag_list_add_hstore(&geojson->tags, text))
        leave_out(geojson, "lists of other tags cannot be read");
    json_object_put(object);
    return done;
}

static bool hides_tags(const char *key)
{
    return strcmp(key, "other_tags") == 0 || strcmp(key, "all_tags") == 0 || strcmp(key, "tags") == 0;
}

static bool add_properties(struct geojson *geojson, struct json_object *properties)
{
    json_object_object_foreach(properties, key, value)
    {
        if (json_object_is_type(value, json_type_array))
            add_list(geojson, key, value);
        else if (json_object_is_type(value, json_type_object))
            leave_out(geojson, "properties are objects, and no tags");
        else if (value && !add_text(geojson, key, value))
            return false;
    }
    return true;
}

/** Exports have the tags as properties or as an object below them; of two with one key the plain one counts.
 */
static bool read_tags(struct geojson *geojson, struct json_object *feature)
{
    struct json_object *properties = json_object_object_get(feature, "properties");
    struct json_object *tags = json_object_object_get(properties, "tags");
    tag_list_clear(&geojson->tags);
    if (properties && !json_object_is_type(properties, json_type_object))
        return complain(geojson, "its properties must be an object or null");
    if (json_object_is_type(tags, json_type_object))
        return add_properties(geojson, tags);
    if (!properties)
        return true;
    if (!add_properties(geojson, properties))
        return false;
    json_object_object_foreach(properties, key, value)
    {
        if (hides_tags(key) && json_object_is_type(value, json_type_string) &&
            !add_hidden_tags(geojson, json_object_get_string(value)))
            return false;
    }
    return true;
}

bool geojson_feature_read(struct geojson *geojson, struct json_object *feature)
{
    geojson->number++;
    if (!json_object_is_type(feature, json_type_object))
        return complain(geojson, "must be an object");
    const char *type = json_object_get_string(json_object_object_get(feature, "type"));
    if (!type || strcmp(type, "Feature") != 0)
        return complain(geojson, "its type must be \"Feature\"");
    geojson->placed = false;
    if (!geojson_check_crs(geojson, feature) || !read_tags(geojson, feature) ||
        !read_geometry(geojson, json_object_object_get(feature, "geometry"), 0))
        return false;
    if (!geojson->placed)
        leave_out(geojson, "features have no place: their geometry is null or empty");
    return true;
}

void geojson_free(struct geojson *geojson)
{
    tag_list_free(&geojson->tags);
    release(geojson->positions);
    release(geojson->contours);
    release(geojson->firsts);
}
