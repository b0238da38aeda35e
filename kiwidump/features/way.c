/* SPDX-License-Identifier: MIT */
/* Makes a feature of a way: the nodes along it, and a row for each link. */
#include "way.h"

#include <math.h>
#include <stdlib.h>

#include "antimeridian.h"
#include "kiwidump/fail.h"
#include "lines.h"

static struct point place_point(const struct way *way, struct kiwi_place place)
{
    return point_of(kiwi_to_wgs84(way->datum, place));
}

static enum kiwi_status add_nodes(const struct way *way, struct wide_point *points, size_t *count,
                                  struct kiwi_error *error)
{
    struct kiwi_route_leg leg;
    enum kiwi_status status;
    points[0] = wide_of(place_point(way, kiwi_route_summary(way->route)->from.position), 0);
    *count = 1;
    for (uint32_t i = 0; (status = kiwi_route_leg(way->route, i, &leg, error)) == KIWI_OK; i++)
        if (leg.has_destination) {
            points[*count] = wide_of(place_point(way, leg.ends[1]), points[*count - 1].x);
            ++*count;
        }
    return status == KIWI_END ? KIWI_OK : status;
}

/** The nodes along the way; discs do not say what lies between them. */
static enum kiwi_status set_line(struct way *way, struct kiwi_error *error)
{
    size_t room = (size_t)kiwi_route_summary(way->route)->leg_count + 1;
    struct wide_point *nodes = malloc(room * sizeof *nodes);
    enum kiwi_status status = KIWI_OK;
    size_t count = 0;
    way->points = malloc(CUT_ROOM * room * sizeof *way->points);
    way->strokes = malloc(room * sizeof *way->strokes);
    if (!nodes || !way->points || !way->strokes)
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (status == KIWI_OK)
        status = add_nodes(way, nodes, &count, error);
    if (status == KIWI_OK) {
        struct cut cut = {.points = way->points, .strokes = way->strokes};
        cut_line(&cut, nodes, count);
        way->feature.geometry = geometry_of_lines(way->points, way->strokes, cut.stroke_count);
    }
    free(nodes);
    return status;
}

static void add_seconds(struct properties *properties, double tenths)
{
    properties_integer(properties, PROPERTY_TIME, llround(tenths / 10));
}

static enum kiwi_status next_link(void *context, struct properties *row, struct kiwi_error *error)
{
    struct way *way = context;
    struct kiwi_route_leg leg;
    enum kiwi_status status = kiwi_route_leg(way->route, way->next_leg++, &leg, error);
    row->count = 0;
    if (status != KIWI_OK)
        return status;
    properties_integer(row, PROPERTY_LENGTH, leg.length);
    add_seconds(row, leg.time);
    properties_integer(row, PROPERTY_TYPE, leg.road_class);
    properties_name(row, PROPERTY_TYPE_NAME, kiwi_enumeration_name(&kiwi_enum_road_type, leg.road_class));
    properties_bool(row, PROPERTY_TOLL, leg.toll);
    properties_integer(row, PROPERTY_LINK_ID, leg.link_id);
    return KIWI_OK;
}

static void add_end(struct way *way, enum property_key key, struct properties *object,
                    const struct kiwi_route_end *end)
{
    properties_integer(object, PROPERTY_REGION, end->region);
    properties_integer(object, PROPERTY_NODE, end->node);
    properties_add(object, PROPERTY_COORDINATES, VALUE_POSITION)->value.position = place_point(way,
                                                                                               end->position);
    properties_integer(object, PROPERTY_DISTANCE, end->distance);
    properties_add(&way->feature.properties, key, VALUE_OBJECT)->value.object = object;
}

enum kiwi_status way_make(struct way *way, enum kiwi_geodetic datum, struct kiwi_route *route,
                          struct kiwi_error *error)
{
    const struct kiwi_route_summary *summary = kiwi_route_summary(route);
    struct properties *properties = &way->feature.properties;
    *way = (struct way){.datum = datum, .route = route, .links = {next_link, way}};
    properties_name(properties, PROPERTY_KIND, "way");
    properties_integer(properties, PROPERTY_LEVEL, summary->level->number);
    properties_integer(properties, PROPERTY_LENGTH, (int64_t)summary->length);
    add_seconds(properties, summary->time);
    properties_name(properties, PROPERTY_TIME_FROM, summary->time_assumed ? "road_class" : "disc");
    properties_integer(properties, PROPERTY_REACHED, (int64_t)summary->reached);
    add_end(way, PROPERTY_FROM, &way->from, &summary->from);
    add_end(way, PROPERTY_TO, &way->to, &summary->to);
    properties_add(properties, PROPERTY_LINKS, VALUE_LIST)->value.list = &way->links;
    return set_line(way, error);
}

void way_free(struct way *way)
{
    free(way->points);
    free(way->strokes);
}
