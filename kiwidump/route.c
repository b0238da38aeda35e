/* SPDX-License-Identifier: MIT */
/* --route: the shortest way over the disc's own graph. */
#include <math.h>

#include "dump.h"
#include "value.h"

static void put_number(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void put_seconds(struct json *json, double tenths)
{
    put_number(json, "time", (uint64_t)llround(tenths / 10));
}

static void put_end(struct json *json, const char *key, const struct kiwi_route_end *end)
{
    json_key(json, key);
    json_begin_object(json);
    put_number(json, "region", end->region);
    put_number(json, "node", end->node);
    json_key(json, "coordinates");
    value_place(json, end->position);
    put_number(json, "distance", end->distance);
    json_end_object(json);
}

static enum kiwi_status put_line(struct json *json, struct kiwi_route *route, struct kiwi_error *error)
{
    const struct kiwi_route_summary *summary = kiwi_route_summary(route);
    struct kiwi_route_leg leg;
    enum kiwi_status status;
    json_key(json, "geometry");
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "LineString");
    json_key(json, "coordinates");
    json_begin_array(json);
    value_place(json, summary->from.position);
    for (uint32_t i = 0; (status = kiwi_route_leg(route, i, &leg, error)) == KIWI_OK; i++)
        if (leg.has_destination)
            value_place(json, leg.ends[1]);
    if (summary->leg_count == 0) /* a line has two positions */
        value_place(json, summary->to.position);
    json_end_array(json);
    json_end_object(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static void put_leg(struct json *json, const struct kiwi_route_leg *leg)
{
    const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, leg->road_class);
    json_begin_object(json);
    put_number(json, "length", leg->length);
    put_seconds(json, leg->time);
    put_number(json, "type", leg->road_class);
    json_key(json, "type_name");
    if (name)
        json_string(json, name);
    else
        json_null(json);
    json_key(json, "toll");
    json_bool(json, leg->toll);
    put_number(json, "link_id", leg->link_id);
    json_end_object(json);
}

static enum kiwi_status put_legs(struct json *json, struct kiwi_route *route, struct kiwi_error *error)
{
    struct kiwi_route_leg leg;
    enum kiwi_status status;
    json_key(json, "links");
    json_begin_array(json);
    for (uint32_t i = 0; (status = kiwi_route_leg(route, i, &leg, error)) == KIWI_OK; i++)
        put_leg(json, &leg);
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static void put_summary(struct json *json, const struct kiwi_route_summary *summary)
{
    json_key(json, "kind");
    json_string(json, "way");
    json_key(json, "level");
    json_signed(json, summary->level->number);
    put_number(json, "length", summary->length);
    put_seconds(json, summary->time);
    json_key(json, "time_from");
    json_string(json, summary->time_assumed ? "road_class" : "disc");
    put_number(json, "reached", summary->reached);
    put_end(json, "from", &summary->from);
    put_end(json, "to", &summary->to);
}

static enum kiwi_status put_route(struct json *json, struct kiwi_route *route, struct kiwi_error *error)
{
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "Feature");
    enum kiwi_status status = put_line(json, route, error);
    json_key(json, "properties");
    json_begin_object(json);
    put_summary(json, kiwi_route_summary(route));
    if (status == KIWI_OK)
        status = put_legs(json, route, error);
    json_end_object(json);
    json_end_object(json);
    return status;
}

enum { FAR = 10000 }; /* metres from a node: an answer from there is about another place */

static enum kiwi_status check_end(const struct kiwi_route_end *end, double latitude, double longitude,
                                  struct kiwi_error *error)
{
    if (end->distance <= FAR)
        return KIWI_OK;
    return dump_fail(error, KIWI_ERROR_NOT_FOUND,
                     "the nearest node is %.0f km away from %g,%g (LAT,LON); routes are planned within %d km",
                     end->distance / 1000.0, latitude, longitude, FAR / 1000);
}

/** Both ends are where they were asked for, or nearby. */
static enum kiwi_status check_ends(const struct options *options, const struct kiwi_route *route,
                                   struct kiwi_error *error)
{
    const struct kiwi_route_summary *summary = kiwi_route_summary(route);
    enum kiwi_status status = check_end(&summary->from, options->latitude, options->longitude, error);
    return status == KIWI_OK ? check_end(&summary->to, options->to_latitude, options->to_longitude, error)
                             : status;
}

enum kiwi_status dump_route(struct dump *dump, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    const struct kiwi_route_options wanted = {
        .size = sizeof wanted, .has_level = options->has_level, .level = options->level};
    struct kiwi_map *map = NULL;
    struct kiwi_regions *regions = NULL;
    struct kiwi_route *route = NULL;
    enum kiwi_status status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &map, error);
    if (status == KIWI_OK)
        status = kiwi_regions_open(map, &regions, error);
    if (status == KIWI_OK)
        status = kiwi_route_open(regions, (struct kiwi_place){options->latitude, options->longitude},
                                 (struct kiwi_place){options->to_latitude, options->to_longitude}, &wanted,
                                 &route, error);
    if (status == KIWI_OK)
        status = check_ends(options, route, error);
    if (status == KIWI_OK)
        status = put_route(&dump->json, route, error);
    kiwi_route_close(route);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    return status;
}
