/* SPDX-License-Identifier: MIT */
/* Makes vector tiles of the features of the map. */
#include "tile.h"

#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "kiwidump/fail.h"
#include "kiwidump/features/display_scale.h"
#include "kiwidump/features/stream.h"
#include "kiwidump/picture/style.h"

/** Share of a tile around it whose features belong to it, too: what is drawn of them may reach in. */
#define MARGIN 0.01
/** The latitude at which the world is a square. */
#define SQUARE 85.05112878
#define DEGREE (3.14159265358979323846 / 180)
/** Pixels that the map of a tile is wide. */
enum { TILE_PIXELS = 512 };

enum layer { LAYER_AREA, LAYER_LINE, LAYER_ROAD, LAYER_NAME, LAYER_COUNT };
static const char *const layer_names[] = {"area", "line", "road", "name"};

enum key { KEY_CLASS, KEY_TYPE, KEY_FILE, KEY_FLAGS, KEY_HEIGHT, KEY_TEXT, KEY_ANGLE, KEY_PRIORITY };
static const char *const key_names[] = {"class", "type",     "file", "display_scale_flags", "height", "text",
                                        "angle", "priority", NULL};

struct maker {
    struct tile_id id;
    struct vector_layer layers[LAYER_COUNT];
    struct vector_point *points; /* of a stroke */
    size_t point_room;
};

/* Places */

static double world_y(double latitude)
{
    double bound = fmax(-SQUARE, fmin(SQUARE, latitude));
    return 0.5 - log(tan((90 + bound) * DEGREE / 2)) * (90 * DEGREE / M_PI / M_PI);
}

static double latitude_of(double y)
{
    return 2 * atan(exp((0.5 - y) * 2 * M_PI)) / DEGREE - 90;
}

/** From the earth into the tile, the shorter way round. */
static struct vector_point place(const struct tile_id *id, struct point point)
{
    const double tiles = ldexp(1, (int)id->zoom);
    double x = (point.x / 360e7 + 0.5) - (id->x + 0.5) / tiles;
    x = (x - round(x)) * tiles + 0.5;
    double y = world_y(point.y / 1e7) * tiles - id->y;
    return (struct vector_point){(int32_t)lrint(x * TILE_EXTENT), (int32_t)lrint(y * TILE_EXTENT)};
}

static struct kiwi_box box_of(const struct tile_id *id)
{
    const double tiles = ldexp(1, (int)id->zoom);
    struct kiwi_box box = {(id->x - MARGIN) / tiles * 360 - 180, latitude_of((id->y + 1 + MARGIN) / tiles),
                           (id->x + 1 + MARGIN) / tiles * 360 - 180, latitude_of((id->y - MARGIN) / tiles)};
    box.west += box.west < -180 ? 360 : 0;
    box.east -= box.east > 180 ? 360 : 0;
    if (id->zoom == 0)
        box.west = -180, box.east = 180;
    box.north = id->y == 0 ? 90 : box.north; /* what lies beyond the square stands at its edge */
    box.south = id->y + 1 == tiles ? -90 : box.south;
    return box;
}

/* Properties */

static const struct property *property_of(const struct feature *feature, enum property_key key)
{
    const struct properties *properties = &feature->properties;
    for (size_t i = 0; i < properties->count; i++)
        if (properties->items[i].key == key && properties->items[i].type != VALUE_NULL)
            return &properties->items[i];
    return NULL;
}

/** An integer or a truth; 0 if there is none. */
static int64_t integer_of(const struct feature *feature, enum property_key key)
{
    const struct property *property = property_of(feature, key);
    return property ? property->value.integer : 0;
}

static void put_word(struct vector_layer *layer, enum key key, const char *word)
{
    vector_text(layer, key, word, strlen(word));
}

static void put_optional(struct vector_layer *layer, enum key key, const struct property *property)
{
    if (property)
        vector_integer(layer, key, property->value.integer);
}

static const char *road_class(uint32_t type)
{
    return kiwi_enumeration_name(&kiwi_enum_road_type, road_styles[road_style_of(type)].type);
}

/** Names along a line are those of streets, unless it is a shield. */
static enum text text_class(const struct feature *feature, uint32_t type)
{
    enum text text = text_of(type);
    return text != TEXT_SHIELD && property_of(feature, PROPERTY_ANGLE) ? TEXT_STREET : text;
}

static void put_properties(struct vector_layer *layer, enum layer number, const struct feature *feature)
{
    const struct property *text = property_of(feature, PROPERTY_TEXT);
    const uint32_t type = (uint32_t)integer_of(feature, PROPERTY_TYPE);
    switch (number) {
    case LAYER_AREA: put_word(layer, KEY_CLASS, ground_styles[ground_of(type)].class); break;
    case LAYER_LINE: put_word(layer, KEY_CLASS, line_styles[line_of(type)].class); break;
    case LAYER_ROAD: put_word(layer, KEY_CLASS, road_class(type)); break;
    default: put_word(layer, KEY_CLASS, text_styles[text_class(feature, type)].class); break;
    }
    vector_integer(layer, KEY_TYPE, type);
    put_word(layer, KEY_FILE, feature->file->path);
    put_optional(layer, KEY_FLAGS, property_of(feature, PROPERTY_DISPLAY_SCALE_FLAGS));
    put_optional(layer, KEY_ANGLE, property_of(feature, PROPERTY_ANGLE));
    put_optional(layer, KEY_PRIORITY, property_of(feature, PROPERTY_PRIORITY));
    if (integer_of(feature, PROPERTY_TUNNEL) || integer_of(feature, PROPERTY_PLANNED))
        put_word(layer, KEY_HEIGHT, "tunnel");
    else if (integer_of(feature, PROPERTY_BRIDGE))
        put_word(layer, KEY_HEIGHT, "bridge");
    if (text)
        vector_text(layer, KEY_TEXT, text->value.text, text->length);
}

/* Geometry */

/** The points of a stroke in the tile, neighbours that fall together once; how many, 0 without memory. */
static size_t place_stroke(struct maker *maker, const struct geometry *geometry, const struct stroke *stroke)
{
    struct vector_point *points = grow_array(maker->points, &maker->point_room, 0, stroke->count,
                                             sizeof *points);
    size_t count = 0;
    if (!points)
        return 0;
    maker->points = points;
    for (size_t i = 0; i < stroke->count; i++) {
        points[count] = place(&maker->id, geometry->points[stroke->first + i]);
        count += count == 0 || points[count].x != points[count - 1].x ||
                 points[count].y != points[count - 1].y;
    }
    return count;
}

/** Twice the area of a ring, above zero if it runs clockwise where y points down. */
static double area_of(const struct vector_point *points, size_t count)
{
    double area = 0;
    for (size_t i = 0; i < count; i++) {
        const struct vector_point *next = &points[i + 1 < count ? i + 1 : 0];
        area += (double)points[i].x * next->y - (double)next->x * points[i].y;
    }
    return area;
}

static void turn_around(struct vector_point *points, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct vector_point swap = points[i];
        points[i] = points[count - 1 - i];
        points[count - 1 - i] = swap;
    }
}

/** Rings as the format has them: around an area clockwise, around a hole the other way. The holes of a ring
 * that is too small to be seen go with it. */
static void put_rings(struct maker *maker, struct vector_layer *layer, const struct geometry *geometry)
{
    bool seen = false;
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        const struct stroke *stroke = &geometry->strokes[i];
        if (stroke->hole && !seen)
            continue;
        size_t count = place_stroke(maker, geometry, stroke);
        double area = area_of(maker->points, count);
        bool drawn = count >= 3 && area != 0;
        seen = stroke->hole ? seen : drawn;
        if (!drawn)
            continue;
        if ((area < 0) != stroke->hole)
            turn_around(maker->points, count);
        vector_ring(layer, maker->points, count);
    }
}

static void put_lines(struct maker *maker, struct vector_layer *layer, const struct geometry *geometry)
{
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        size_t count = place_stroke(maker, geometry, &geometry->strokes[i]);
        if (count >= 2)
            vector_line(layer, maker->points, count);
    }
}

/** Where a feature belongs; LAYER_COUNT if it is nothing that is drawn. */
static enum layer layer_of(const struct feature *feature)
{
    const struct property *kind = property_of(feature, PROPERTY_KIND);
    const bool road = kind && strcmp(kind->value.text, "road") == 0;
    switch (feature->geometry.type) {
    case GEOMETRY_POLYGON:
    case GEOMETRY_MULTI_POLYGON: return LAYER_AREA;
    case GEOMETRY_LINE:
    case GEOMETRY_MULTI_LINE: return road ? LAYER_ROAD : LAYER_LINE;
    case GEOMETRY_POINT: return property_of(feature, PROPERTY_TEXT) ? LAYER_NAME : LAYER_COUNT;
    default: return LAYER_COUNT;
    }
}

/** Takes a feature that is drawn; false if there is no room for it. */
static bool take_feature(struct maker *maker, const struct feature *feature)
{
    static const enum vector_geometry types[] = {VECTOR_POLYGON, VECTOR_LINE, VECTOR_LINE, VECTOR_POINT};
    const struct geometry *geometry = &feature->geometry;
    enum layer number = layer_of(feature);
    struct vector_layer *layer = &maker->layers[number];
    vector_begin(layer);
    if (number == LAYER_AREA)
        put_rings(maker, layer, geometry);
    else if (number != LAYER_NAME)
        put_lines(maker, layer, geometry);
    else
        vector_move(layer, place(&maker->id, geometry->points[geometry->strokes[0].first]));
    if (layer->geometry.length > 0)
        put_properties(layer, number, feature);
    vector_end(layer, types[number], feature->offset);
    return !layer->failed && vector_layer_size(layer) < LAYER_LIMIT;
}

/* Tiles */

static enum kiwi_status take_features(struct maker *maker, struct feature_stream *stream,
                                      const struct options *options, uint64_t *count,
                                      struct kiwi_error *error)
{
    const struct feature *feature;
    enum kiwi_status status = KIWI_OK;
    while ((!options->has_limit || *count < options->limit) &&
           (status = feature_stream_next(stream, &feature, error)) == KIWI_OK) {
        if (layer_of(feature) == LAYER_COUNT)
            continue;
        ++*count;
        if (!take_feature(maker, feature))
            return dump_fail(error, KIWI_ERROR_RANGE,
                             "the tile has too much in it; take a coarser level or a greater zoom");
    }
    return status == KIWI_END ? KIWI_OK : status;
}

/** The options with what the tile asks for: its box, and a level. */
static enum kiwi_status choose(struct kiwi_disc *disc, struct options *options, struct kiwi_error *error)
{
    struct kiwi_map *map;
    const struct tile_id *id = &options->tile;
    options->has_box = true;
    options->box = box_of(id);
    options->merge = false;
    options->text = NULL;
    options->kinds = options->kinds ? options->kinds : KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    if (options->has_level)
        return KIWI_OK;
    enum kiwi_status status = kiwi_map_open(disc, &map, error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK : status;
    const double tiles = ldexp(1, (int)id->zoom);
    const double middle = latitude_of((id->y + 0.5) / tiles) * DEGREE;
    const double metres = 2 * M_PI * EARTH_RADIUS * cos(middle) / (tiles * TILE_PIXELS);
    const struct kiwi_level *level = display_level(map, metres / PIXEL);
    options->has_level = level;
    options->level = level ? level->number : 0;
    kiwi_map_close(map);
    return KIWI_OK;
}

static enum kiwi_status put_layers(const struct maker *maker, struct buffer *tile, struct kiwi_error *error)
{
    for (size_t i = 0; i < LAYER_COUNT; i++)
        vector_layer_put(&maker->layers[i], TILE_EXTENT, tile);
    return tile->failed ? dump_fail(error, KIWI_ERROR_MEMORY, "out of memory") : KIWI_OK;
}

enum kiwi_status tile_make(struct kiwi_disc *disc, const struct options *options,
                           kiwi_finding_callback *finding, void *context, struct buffer *tile,
                           uint64_t *count, struct kiwi_error *error)
{
    struct options wanted = *options;
    struct maker maker = {.id = options->tile};
    struct feature_stream *stream = NULL;
    *tile = (struct buffer){.bytes = NULL};
    *count = 0;
    for (size_t i = 0; i < LAYER_COUNT; i++) {
        maker.layers[i].name = layer_names[i];
        maker.layers[i].keys = key_names;
    }
    enum kiwi_status status = choose(disc, &wanted, error);
    if (status == KIWI_OK)
        status = feature_stream_open(disc, &wanted, finding, context, &stream, error);
    if (status == KIWI_OK)
        status = take_features(&maker, stream, &wanted, count, error);
    if (status == KIWI_OK)
        status = put_layers(&maker, tile, error);
    feature_stream_close(stream);
    for (size_t i = 0; i < LAYER_COUNT; i++)
        vector_layer_free(&maker.layers[i]);
    free(maker.points);
    return status;
}
