/* SPDX-License-Identifier: MIT */
/* Makes a feature of a shape of the map: strokes and rings, and what its records say. */
#include "shape_feature.h"

#include "kiwidump/fail.h"

/* Geometry */

void shape_points(struct shape_maker *maker, const struct kiwi_parcel *parcel, const struct kiwi_shape *shape)
{
    for (size_t i = 0; i < shape->point_count; i++) {
        struct kiwi_place_e7 place = kiwi_parcel_place_e7(parcel, shape->points[i]);
        maker->points[i] = (struct point){place.longitude, place.latitude};
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

/** The step behind the one that lifts the pen is a move. */
static size_t next_stroke(const struct kiwi_shape *shape, size_t end)
{
    return end < shape->point_count ? end + 1 : end;
}

/** Whether it leads anywhere. */
static bool is_line(const struct point *points, size_t first, size_t end)
{
    for (size_t i = first + 1; i < end; i++)
        if (!crossing_same(points[i], points[first]))
            return true;
    return false;
}

static void set_one(struct shape_maker *maker, enum geometry_type type, size_t count)
{
    maker->strokes[0] = (struct stroke){0, count, false};
    maker->feature.geometry = (struct geometry){type, maker->points, maker->strokes, 1};
}

/** The strokes of a line; if one of them leads nowhere they are only points. */
static void set_lines(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    size_t strokes = 0;
    for (size_t first = 0, end; first < shape->point_count; first = next_stroke(shape, end)) {
        end = stroke_end(shape, first);
        if (!is_line(maker->points, first, end)) {
            set_one(maker, GEOMETRY_MULTI_POINT, shape->point_count);
            return;
        }
        maker->strokes[strokes++] = (struct stroke){first, end - first, false};
    }
    maker->feature.geometry = (struct geometry){strokes > 1 ? GEOMETRY_MULTI_LINE : GEOMETRY_LINE,
                                                maker->points, maker->strokes, strokes};
}

/** An area that meets itself, such as one round a hole, as polygons; false if nothing lies within it. Few are
 * such, so memory is taken for each. */
static bool set_rings(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    struct rings *rings = &maker->rings;
    rings->memory = &maker->memory;
    for (size_t first = 0, end; first < shape->point_count; first = next_stroke(shape, end)) {
        end = stroke_end(shape, first);
        for (size_t i = first; i < end; i++)
            rings_add(rings, maker->points[i], maker->points[i + 1 < end ? i + 1 : first]);
    }
    size_t outer = rings_make(rings);
    return outer > 0 && rings_geometry(rings, outer, &maker->feature.geometry);
}

static bool set_area(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    size_t count = shape->point_count;
    const struct kiwi_point *last = &shape->points[count - 1];
    if (stroke_end(shape, 0) != count || !crossing_is_simple(maker->points, count))
        return set_rings(maker, shape);
    set_one(maker, GEOMETRY_POLYGON,
            count - (last->x == shape->points[0].x && last->y == shape->points[0].y));
    return true;
}

static void set_geometry(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    bool area = shape->kind == KIWI_BACKGROUND && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    if (shape->point_count == 0)
        maker->feature.geometry = (struct geometry){.type = GEOMETRY_NONE};
    else if (shape->kind == KIWI_NAME || !is_line(maker->points, 0, shape->point_count))
        set_one(maker, GEOMETRY_POINT, 1);
    else if (!area || !set_area(maker, shape))
        set_lines(maker, shape);
}

/* Properties */

static void add_road(struct properties *properties, const struct kiwi_shape *shape)
{
    const struct kiwi_link_shape *link = shape->link_shape;
    properties_integer(properties, PROPERTY_ROAD_TYPE, shape->type);
    properties_name(properties, PROPERTY_ONE_WAY, kiwi_enumeration_name(&kiwi_enum_one_way, link->one_way));
    properties_bool(properties, PROPERTY_TOLL, shape->multilink->toll);
    properties_bool(properties, PROPERTY_BRIDGE, link->bridge);
    properties_bool(properties, PROPERTY_TUNNEL, link->tunnel);
    properties_bool(properties, PROPERTY_PLANNED, link->planned);
    properties_optional(properties, PROPERTY_LINK_ID, shape->link_id != 0, shape->link_id);
    properties_integer(properties, PROPERTY_MULTILINK, (int64_t)shape->multilink_offset);
    properties_integer(properties, PROPERTY_LINK, shape->link);
}

static void add_background(struct properties *properties, const struct kiwi_shape *shape)
{
    properties_name(properties, PROPERTY_SHAPE,
                    kiwi_enumeration_name(&kiwi_enum_shape_class, (uint32_t)shape->shape_class));
    properties_integer(properties, PROPERTY_DISPLAY_SCALE_FLAGS, shape->background->display_scale_flags);
    properties_bool(properties, PROPERTY_UNDERGROUND, shape->background->underground);
}

static void add_name(struct shape_maker *maker, const struct kiwi_shape *shape)
{
    struct properties *properties = &maker->feature.properties;
    const struct kiwi_name_data_record *name = shape->name;
    size_t length = shape->text_length;
    const char *text = text_of_disc(maker->disc, shape->text, &length, maker->text);
    properties_text(properties, PROPERTY_TEXT, text, length);
    properties_name(properties, PROPERTY_STRING_TYPE,
                    kiwi_enumeration_name(&kiwi_enum_string_type, name->string_type));
    properties_optional(properties, PROPERTY_ANGLE, name->string_type == KIWI_STRING_TYPE_LINEAR_C,
                        name->angle);
    properties_optional(properties, PROPERTY_PRIORITY, name->priority != -32, name->priority);
    properties_integer(properties, PROPERTY_DISPLAY_SCALE_FLAGS, name->display_scale_flags);
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
