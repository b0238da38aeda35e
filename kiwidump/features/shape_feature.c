/* SPDX-License-Identifier: MIT */
/* Makes a feature of a shape of the map: strokes and rings, and what its records say. */
#include "shape_feature.h"

#include "kiwidump/fail.h"
#include "lines.h"

/* Geometry */

enum { POLE = 900000000 };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a < b ? b : a;
}

/** Box of a shape. */
struct bounds {
    struct kiwi_place_wide low, high;
};

/** What is beyond a pole lies at it. */
static int32_t latitude_of(struct kiwi_place_wide place)
{
    int64_t latitude = place.latitude;
    return (int32_t)(latitude > POLE ? POLE : latitude < -POLE ? -POLE : latitude);
}

/** Whether a shape touches neither 180 degrees nor goes beyond a pole: most do not. */
static bool is_inside(const struct bounds *bounds)
{
    int64_t west = bounds->low.longitude;
    int64_t east = bounds->high.longitude;
    return ((west > -HALF_TURN && east < HALF_TURN) || (west > HALF_TURN && east < HALF_TURN + TURN)) &&
           bounds->low.latitude >= -POLE && bounds->high.latitude <= POLE;
}

static struct wide_point wide_place(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    struct kiwi_place_wide place = kiwi_parcel_place_wide(parcel, point);
    return (struct wide_point){place.longitude, latitude_of(place)};
}

/** The strokes on one side of 180 degrees. */
static void set_cut(struct shape_maker *maker, const struct kiwi_parcel *parcel,
                    const struct kiwi_shape *shape)
{
    struct wide_point points[FEATURE_POINTS];
    struct cut cut = {.points = maker->points, .strokes = maker->strokes};
    bool area = shape->kind == KIWI_BACKGROUND && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    for (size_t first, end = 0; kiwi_shape_stroke(shape, &first, &end);) {
        for (size_t i = first; i < end; i++)
            points[i] = wide_place(parcel, shape->points[i]);
        if (area)
            cut_ring(&cut, points + first, end - first);
        else
            cut_line(&cut, points + first, end - first);
    }
    maker->is_cut = true;
    maker->stroke_count = cut.stroke_count;
}

/** Points of a shape that is near 180 degrees or a pole. */
static bool place_points(struct shape_maker *maker, const struct kiwi_parcel *parcel,
                         const struct kiwi_shape *shape, const struct bounds *bounds)
{
    int64_t west = bounds->low.longitude;
    int64_t east = bounds->high.longitude;
    int64_t turn = turn_of(west, east);
    if (east - west > TURN) {
        maker->stroke_count = 0;
        return false;
    }
    for (size_t i = 0; i < shape->point_count; i++) {
        struct wide_point place = wide_place(parcel, shape->points[i]);
        maker->points[i] = (struct point){(int32_t)(place.x - TURN * turn), place.y};
    }
    if (west - TURN * turn < -HALF_TURN)
        set_cut(maker, parcel, shape);
    return bounds->low.latitude >= -POLE && bounds->high.latitude <= POLE;
}

bool shape_points(struct shape_maker *maker, const struct kiwi_parcel *parcel, const struct kiwi_shape *shape)
{
    struct bounds bounds = {{INT64_MAX, INT64_MAX}, {INT64_MIN, INT64_MIN}};
    maker->strokes[0] = (struct stroke){0, shape->point_count, false};
    maker->stroke_count = shape->point_count > 0;
    maker->is_cut = false;
    for (size_t i = 0; i < shape->point_count; i++) {
        const struct kiwi_place_wide place = kiwi_parcel_place_wide(parcel, shape->points[i]);
        int64_t turn = place.longitude > HALF_TURN ? TURN : 0;
        maker->points[i] = (struct point){(int32_t)(place.longitude - turn), (int32_t)place.latitude};
        bounds.low.longitude = least(place.longitude, bounds.low.longitude);
        bounds.high.longitude = most(place.longitude, bounds.high.longitude);
        bounds.low.latitude = least(place.latitude, bounds.low.latitude);
        bounds.high.latitude = most(place.latitude, bounds.high.latitude);
    }
    return shape->point_count == 0 || is_inside(&bounds) || place_points(maker, parcel, shape, &bounds);
}

static void set_one(struct shape_maker *maker, enum geometry_type type, size_t count)
{
    maker->strokes[0] = (struct stroke){0, count, false};
    maker->feature.geometry = (struct geometry){type, maker->points, maker->strokes, 1};
}

/** Splits a shape that is not cut into its strokes. */
static void set_strokes(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    maker->stroke_count = 0;
    for (size_t first, end = 0; kiwi_shape_stroke(shape, &first, &end);)
        maker->strokes[maker->stroke_count++] = (struct stroke){first, end - first, false};
}

/** An area that meets itself, such as one round a hole, as polygons; false if nothing lies within it. Few are
 * such, so memory is taken for each. */
static bool set_rings(struct shape_maker *maker)
{
    struct rings *rings = &maker->rings;
    rings->memory = &maker->memory;
    for (size_t i = 0; i < maker->stroke_count; i++) {
        const struct point *points = maker->points + maker->strokes[i].first;
        size_t count = maker->strokes[i].count;
        for (size_t k = 0; k < count; k++)
            rings_add(rings, points[k], points[k + 1 < count ? k + 1 : 0]);
    }
    size_t outer = rings_make(rings);
    return outer > 0 && rings_geometry(rings, outer, &maker->feature.geometry);
}

static bool is_clockwise(const struct point *points, size_t count)
{
    double doubled = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        struct point a = points[i];
        struct point b = points[i + 1];
        doubled += ((double)a.x - points[0].x) * ((double)b.y - points[0].y) -
                   ((double)b.x - points[0].x) * ((double)a.y - points[0].y);
    }
    return doubled < 0;
}

static void turn_around(struct point *points, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct point swap = points[i];
        points[i] = points[count - 1 - i];
        points[count - 1 - i] = swap;
    }
}

/** As the standard has them, areas run counter-clockwise; GeoJSON wants it of all. */
static bool set_area(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    size_t count = shape->point_count;
    const struct kiwi_point *last = &shape->points[count - 1];
    if (maker->stroke_count != 1 || maker->strokes[0].count != count ||
        !crossing_is_simple(maker->points, count))
        return set_rings(maker);
    count -= last->x == shape->points[0].x && last->y == shape->points[0].y;
    if (is_clockwise(maker->points, count))
        turn_around(maker->points, count);
    set_one(maker, GEOMETRY_POLYGON, count);
    return true;
}

static void set_geometry(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    bool area = shape->kind == KIWI_BACKGROUND && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    if (maker->stroke_count == 0) {
        maker->feature.geometry = (struct geometry){.type = GEOMETRY_NONE};
        return;
    }
    if (!maker->is_cut)
        set_strokes(maker, shape);
    if (shape->kind == KIWI_NAME)
        set_one(maker, GEOMETRY_POINT, 1);
    else if (!area || !set_area(maker, shape))
        maker->feature.geometry = geometry_of_lines(maker->points, maker->strokes, maker->stroke_count);
}

void shape_report(const struct kiwi_parcel *parcel, const struct kiwi_shape *shape,
                  kiwi_finding_callback *finding, void *context)
{
    finding(context, &(struct kiwi_finding){KIWI_ERROR, shape->offset, parcel->file->path, "", "x, y",
                                            "points of the earth, at most a turn apart", "others"});
}

/* Properties */

static void add_road(struct properties *properties, const struct kiwi_shape *shape)
{
    const uint8_t *link = shape->record;
    properties_integer(properties, PROPERTY_ROAD_TYPE, shape->type);
    properties_name(properties, PROPERTY_ONE_WAY,
                    kiwi_enumeration_name(&kiwi_enum_one_way, (uint32_t)kiwi_link_shape_one_way(link)));
    properties_bool(properties, PROPERTY_TOLL, kiwi_multilink_header_toll(shape->multilink));
    properties_bool(properties, PROPERTY_BRIDGE, kiwi_link_shape_bridge(link));
    properties_bool(properties, PROPERTY_TUNNEL, kiwi_link_shape_tunnel(link));
    properties_bool(properties, PROPERTY_PLANNED, kiwi_link_shape_planned(link));
    properties_optional(properties, PROPERTY_LINK_ID, shape->link_id != 0, shape->link_id);
    properties_integer(properties, PROPERTY_MULTILINK, (int64_t)shape->multilink_offset);
    properties_integer(properties, PROPERTY_LINK, shape->link);
}

static void add_background(struct properties *properties, const struct kiwi_shape *shape)
{
    properties_name(properties, PROPERTY_SHAPE,
                    kiwi_enumeration_name(&kiwi_enum_shape_class, (uint32_t)shape->shape_class));
    properties_integer(properties, PROPERTY_DISPLAY_SCALE_FLAGS,
                       kiwi_minimum_graphics_data_record_display_scale_flags(shape->record));
    properties_bool(properties, PROPERTY_UNDERGROUND,
                    kiwi_minimum_graphics_data_record_underground(shape->record));
}

static void add_name(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    struct properties *properties = &maker->feature.properties;
    struct kiwi_name_data_record name;
    kiwi_name_data_record_decode(&name, shape->record, shape->record_length);
    size_t length = shape->text_length;
    const char *text = text_of_disc(maker->disc, shape->text, &length, maker->text);
    properties_text(properties, PROPERTY_TEXT, text, length);
    properties_name(properties, PROPERTY_STRING_TYPE,
                    kiwi_enumeration_name(&kiwi_enum_string_type, name.string_type));
    properties_optional(properties, PROPERTY_ANGLE, name.string_type == KIWI_STRING_TYPE_LINEAR_C,
                        name.angle);
    properties_optional(properties, PROPERTY_PRIORITY, name.priority != -32, name.priority);
    properties_integer(properties, PROPERTY_DISPLAY_SCALE_FLAGS, name.display_scale_flags);
}

void shape_describe(struct shape_maker *maker, const struct kiwi_file *file, int level,
                    const struct kiwi_shape *shape)
{
    static const char *const kinds[] = {
        [KIWI_ROAD] = "road", [KIWI_BACKGROUND] = "background", [KIWI_NAME] = "name"};
    struct properties *properties = &maker->feature.properties;
    maker->feature.file = file;
    maker->feature.offset = shape->offset;
    properties->count = 0;
    properties_name(properties, PROPERTY_KIND, kinds[shape->kind]);
    properties_integer(properties, PROPERTY_LEVEL, level);
    properties_text(properties, PROPERTY_FILE, file->path, strlen(file->path));
    properties_integer(properties, PROPERTY_OFFSET, (int64_t)shape->offset);
    properties_integer(properties, PROPERTY_TYPE, shape->type);
    properties_name(properties, PROPERTY_TYPE_NAME,
                    kiwi_enumeration_name(shape_types(shape->kind), shape->type));
    properties_optional(properties, PROPERTY_DISPLAY_CLASS, shape->display_class != UINT32_MAX,
                        shape->display_class);
    if (shape->kind == KIWI_ROAD)
        add_road(properties, shape);
    else if (shape->kind == KIWI_BACKGROUND)
        add_background(properties, shape);
    else
        add_name(maker, shape);
    if (shape->deleted)
        properties_bool(properties, PROPERTY_DELETED, true);
}

enum kiwi_status shape_make(struct shape_maker *maker, const struct kiwi_file *file, int level,
                            const struct kiwi_shape *shape, struct kiwi_error *error)
{
    shape_maker_end(maker);
    set_geometry(maker, shape);
    if (maker->memory.failed)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    shape_describe(maker, file, level, shape);
    return KIWI_OK;
}

void shape_maker_end(struct shape_maker *maker)
{
    if (maker->rings.memory)
        rings_free(&maker->rings);
    maker->rings.memory = NULL;
    maker->memory.failed = false;
}
