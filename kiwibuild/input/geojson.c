/* SPDX-License-Identifier: MIT */
/* Reads GeoJSON (RFC 7946): one feature at a time, of a collection or of texts that follow each other. */
#include <string.h>

#include "common/byte_order_mark.h"
#include "geojson_feature.h"
#include "json_scanner.h"

struct reader {
    struct json_scanner scanner;
    struct geojson geojson;
    bool has_features; /* the object at hand had a list of features, which are read */
};

static bool read_feature(struct reader *reader)
{
    struct json_object *feature;
    if (json_peek_token(&reader->scanner) == JSON_FAILED || !json_take_value(&reader->scanner, &feature))
        return false;
    reader->geojson.line = reader->scanner.value_line;
    bool done = geojson_feature_read(&reader->geojson, feature);
    json_object_put(feature);
    return done;
}

/** The list of a FeatureCollection. */
static bool read_features(struct reader *reader)
{
    struct json_scanner *scanner = &reader->scanner;
    reader->has_features = true;
    json_skip(scanner);
    if (json_peek_token(scanner) == ']') {
        json_skip(scanner);
        return true;
    }
    do {
        if (json_peek_token(scanner) == ']')
            return json_refuse(scanner, "a comma before a closing bracket");
        if (!read_feature(reader))
            return false;
        if (json_peek_token(scanner) == ']') {
            json_skip(scanner);
            return true;
        }
    } while (json_expect(scanner, ',', "a comma or ] must follow a feature"));
    return false;
}

/** A member of the object, but for the list of features; root holds those that were read. */
static bool read_member(struct reader *reader, struct json_object *root)
{
    struct json_scanner *scanner = &reader->scanner;
    struct json_object *key, *value;
    if (json_peek_token(scanner) != '"')
        return json_refuse(scanner, "a key in double quotes must stand here");
    if (!json_take_value(scanner, &key))
        return false;
    const char *name = json_object_get_string(key);
    bool twice = json_object_object_get_ex(root, name, NULL) ||
                 (reader->has_features && strcmp(name, "features") == 0);
    bool done = twice ? json_refuse(scanner, "this key stands twice")
                      : json_expect(scanner, ':', "a colon must follow a key");
    if (done && strcmp(name, "features") == 0 && json_peek_token(scanner) == '[')
        done = geojson_check_crs(&reader->geojson, root) && read_features(reader);
    else if (done) {
        json_peek_token(scanner);
        done = json_take_value(scanner, &value);
        if (done)
            json_object_object_add(root, name, value);
    }
    json_object_put(key);
    return done;
}

static bool read_members(struct reader *reader, struct json_object *root)
{
    struct json_scanner *scanner = &reader->scanner;
    reader->has_features = false;
    json_skip(scanner);
    if (json_peek_token(scanner) == '}') {
        json_skip(scanner);
        return true;
    }
    do {
        if (!read_member(reader, root))
            return false;
        if (json_peek_token(scanner) == '}') {
            json_skip(scanner);
            return true;
        }
    } while (json_expect(scanner, ',', "a comma or } must follow a value"));
    return false;
}

/** What an object is, when all of it was read. */
static bool finish_object(struct reader *reader, struct json_object *root, size_t line)
{
    const char *type = json_object_get_string(json_object_object_get(root, "type"));
    if (!geojson_check_crs(&reader->geojson, root))
        return false;
    if (type && strcmp(type, "Feature") == 0 && !reader->has_features) {
        reader->geojson.line = line;
        return geojson_feature_read(&reader->geojson, root);
    }
    if (type && strcmp(type, "FeatureCollection") == 0 && reader->has_features)
        return true;
    return refuse(reader->geojson.failure, EXIT_INPUT,
                  "%s: line %zu: is not GeoJSON: neither a FeatureCollection with features nor a Feature%s",
                  reader->geojson.name, line,
                  json_object_object_get(root, "elements") ? ", but Overpass JSON; [out:xml] is read" : "");
}

static bool read_object(struct reader *reader)
{
    struct json_object *root = json_object_new_object();
    size_t line = reader->scanner.line;
    bool done = root ? read_members(reader, root) && finish_object(reader, root, line)
                     : refuse_memory(reader->geojson.failure);
    json_object_put(root);
    return done;
}

/** One value, or several: one feature per line is what many programs write. */
static bool read_values(struct reader *reader)
{
    struct json_scanner *scanner = &reader->scanner;
    for (;;) {
        int byte = json_peek_token(scanner);
        if (byte == 0x1E) /* RFC 8142 */
            json_skip(scanner);
        else if (byte == '{') {
            if (!read_object(reader))
                return false;
        } else
            return byte == JSON_END ||
                   json_refuse(scanner, "an object must stand here, and behind it only others");
    }
}

bool geojson_read(struct input *input, struct stream *stream, struct failure *failure)
{
    struct reader reader = {.scanner = {.stream = stream, .failure = failure, .line = 1, .column = 1},
                            .geojson = {.input = input, .name = stream->name, .failure = failure}};
    stream->at += byte_order_mark(stream->bytes, stream->end);
    bool done = read_values(&reader);
    buffer_free(&reader.scanner.value);
    geojson_free(&reader.geojson);
    return done;
}
