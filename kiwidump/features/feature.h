/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FEATURE_H
#define KIWIDUMP_FEATURE_H

/* A feature is data: where it comes from, its geometry, and properties with a type. Formats are sinks/. */

#include <kiwi/kiwi.h>

#include <string.h>

#include "point.h"

/** A link has at most 1,023 points and two nodes, a background 2,047 steps and its start. */
enum { FEATURE_POINTS = 2048 };

/* Geometry */

enum geometry_type {
    GEOMETRY_NONE, /* the disc does not say where it is */
    GEOMETRY_POINT,
    GEOMETRY_MULTI_POINT,
    GEOMETRY_LINE,
    GEOMETRY_MULTI_LINE,
    GEOMETRY_POLYGON,
    GEOMETRY_MULTI_POLYGON,
};

/** As GeoJSON and WKT, there in capitals, call them; NULL for GEOMETRY_NONE. */
extern const char *const geometry_names[];

/** Points of a geometry that belong together: of a point, a line or a ring. */
struct stroke {
    size_t first, count;
    bool hole; /* in the ring before it that is none; each of those begins a polygon */
};

/** A ring goes back from its last point to its first, which is not repeated. */
struct geometry {
    enum geometry_type type;
    const struct point *points;
    const struct stroke *strokes;
    size_t stroke_count;
};

/* Properties */

/* clang-format off */
/** The properties of features: keys in JSON, columns in tables. */
#define PROPERTY_COLUMNS(key) \
    key(KIND, "kind") \
    key(LEVEL, "level") \
    key(FILE, "file") \
    key(OFFSET, "offset") \
    key(TYPE, "type") \
    key(TYPE_NAME, "type_name") \
    key(DISPLAY_CLASS, "display_class") \
    key(ROAD_TYPE, "road_type") \
    key(ONE_WAY, "one_way") \
    key(TOLL, "toll") \
    key(BRIDGE, "bridge") \
    key(TUNNEL, "tunnel") \
    key(PLANNED, "planned") \
    key(LINK_ID, "link_id") \
    key(MULTILINK, "multilink") \
    key(LINK, "link") \
    key(SHAPE, "shape") \
    key(UNDERGROUND, "underground") \
    key(TEXT, "text") \
    key(STRING_TYPE, "string_type") \
    key(ANGLE, "angle") \
    key(PRIORITY, "priority") \
    key(DISPLAY_SCALE_FLAGS, "display_scale_flags") \
    key(PIECES, "pieces") \
    key(REGION, "region") \
    key(NODE, "node") \
    key(TO_REGION, "to_region") \
    key(TO_NODE, "to_node") \
    key(DIRECTION, "direction") \
    key(LENGTH, "length") \
    key(TIME, "time") \
    key(TIME_FROM, "time_from") \
    key(REACHED, "reached") \
    key(FROM, "from") \
    key(TO, "to") \
    key(LINKS, "links") \
    key(NAME, "name") \
    key(FOLDED, "key") \
    key(ZONE, "zone") \
    key(ZONE_NAME, "zone_name") \
    key(AREAS, "areas") \
    key(STREET, "street") \
    key(CATEGORY, "category") \
    key(FIRST, "first") \
    key(LAST, "last") \
    key(REPRESENTATIVE, "representative") \
    key(RANGES, "ranges") \
    key(DELETED, "deleted")

/** Those that stand within others. */
#define PROPERTY_INNER_KEYS(key) \
    key(COORDINATES, "coordinates") \
    key(DISTANCE, "distance") \
    key(LONGITUDE, "longitude") \
    key(LATITUDE, "latitude")
/* clang-format on */

#define PROPERTY_ENUMERATOR(key, name) PROPERTY_##key,
enum property_key {
    PROPERTY_COLUMNS(PROPERTY_ENUMERATOR) PROPERTY_COLUMN_COUNT,
    PROPERTY_BEFORE_INNER = PROPERTY_COLUMN_COUNT - 1,
    PROPERTY_INNER_KEYS(PROPERTY_ENUMERATOR) PROPERTY_COUNT
};
#undef PROPERTY_ENUMERATOR

extern const char *const property_names[PROPERTY_COUNT];

enum value_type {
    VALUE_NULL,
    VALUE_INTEGER,
    VALUE_BOOL,
    VALUE_NAME,     /* a word of the schema or of ours: ASCII that needs no escape anywhere */
    VALUE_TEXT,     /* UTF-8 as the disc has it, which may be flawed */
    VALUE_DEGREES,  /* 10^-7 */
    VALUE_POSITION, /* longitude and latitude */
    VALUE_OBJECT,   /* properties */
    VALUE_LIST,     /* of objects */
};

struct properties;

/** Objects one at a time, as there may be very many. */
struct value_list {
    /** The next row; KIWI_END behind the last one. */
    enum kiwi_status (*next)(void *context, struct properties *row, struct kiwi_error *error);
    void *context;
};

struct property {
    uint8_t key;     /* enum property_key */
    uint8_t type;    /* enum value_type */
    uint32_t length; /* of text */
    union {
        int64_t integer;
        const char *text;
        struct point position;
        const struct properties *object;
        const struct value_list *list;
    } value;
};

enum { PROPERTIES_LIMIT = 24 };

struct properties {
    size_t count;
    struct property items[PROPERTIES_LIMIT];
};

static inline struct property *properties_add(struct properties *properties, enum property_key key,
                                              enum value_type type)
{
    struct property *property = &properties->items[properties->count++];
    property->key = (uint8_t)key;
    property->type = (uint8_t)type;
    return property;
}

static inline void properties_null(struct properties *properties, enum property_key key)
{
    properties_add(properties, key, VALUE_NULL);
}

static inline void properties_integer(struct properties *properties, enum property_key key, int64_t value)
{
    properties_add(properties, key, VALUE_INTEGER)->value.integer = value;
}

/** An integer, or null. */
static inline void properties_optional(struct properties *properties, enum property_key key, bool present,
                                       int64_t value)
{
    properties_add(properties, key, present ? VALUE_INTEGER : VALUE_NULL)->value.integer = value;
}

static inline void properties_bool(struct properties *properties, enum property_key key, bool value)
{
    properties_add(properties, key, VALUE_BOOL)->value.integer = value;
}

static inline void properties_text(struct properties *properties, enum property_key key, const char *text,
                                   size_t length)
{
    struct property *property = properties_add(properties, key, VALUE_TEXT);
    property->value.text = text;
    property->length = (uint32_t)length;
}

/** A name, or null if there is none. */
static inline void properties_name(struct properties *properties, enum property_key key, const char *name)
{
    struct property *property = properties_add(properties, key, name ? VALUE_NAME : VALUE_NULL);
    property->value.text = name;
    property->length = name ? (uint32_t)strlen(name) : 0;
}

/* Features */

/** What a source gives is valid until it is asked for the next one. */
struct feature {
    const struct kiwi_file *file; /* with offset, of its record, the id; NULL: it has none */
    uint64_t offset;
    struct geometry geometry;
    struct properties properties;
};

#endif
