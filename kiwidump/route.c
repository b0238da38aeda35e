/* SPDX-License-Identifier: MIT */
/* --route: the shortest way over the disc's own graph. */
#include "coverage.h"
#include "dump.h"
#include "features/way.h"
#include "sinks/writer.h"

static enum kiwi_status put_route(struct dump *dump, struct kiwi_route *route, struct kiwi_error *error)
{
    struct sink_writer writer;
    struct way way;
    enum kiwi_status status = way_make(&way, kiwi_disc_geodetic(dump->disc), route, error);
    if (status == KIWI_OK) {
        status = sink_begin(&writer, dump->options.sink, dump->output, error);
        do
            status = status == KIWI_OK ? sink_put(&writer, &way.feature, error) : status;
        while (sink_next_pass(&writer));
        sink_end(&writer);
    }
    way_free(&way);
    return status;
}

/** No way is found where the latitude comes second. */
static void blame_swapped(const struct dump *dump, const struct kiwi_map *map, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    const struct kiwi_place ends[] = {{options->latitude, options->longitude},
                                      {options->to_latitude, options->to_longitude}};
    for (size_t i = 0; i < 2; i++)
        if (coverage_is_swapped(dump, map, ends[i]))
            dump_fail(error, KIWI_ERROR_NOT_FOUND,
                      "%g,%g (LAT,LON) is outside of the map; did you mean %g,%g?", ends[i].latitude,
                      ends[i].longitude, ends[i].longitude, ends[i].latitude);
}

enum kiwi_status dump_route(struct dump *dump, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    const struct kiwi_route_options wanted = {
        .size = sizeof wanted, .has_level = options->has_level, .level = options->level};
    const struct kiwi_place from = {options->latitude, options->longitude};
    const struct kiwi_place to = {options->to_latitude, options->to_longitude};
    struct kiwi_map *map = NULL;
    struct kiwi_regions *regions = NULL;
    struct kiwi_route *route = NULL;
    enum kiwi_status status = kiwi_map_open(dump->disc, &map, error);
    if (status == KIWI_OK)
        status = kiwi_regions_open(map, &regions, error);
    if (status == KIWI_OK)
        status = kiwi_route_open(regions, kiwi_from_wgs84(kiwi_disc_geodetic(dump->disc), from),
                                 kiwi_from_wgs84(kiwi_disc_geodetic(dump->disc), to), &wanted, &route, error);
    if (status == KIWI_ERROR_NOT_FOUND && map)
        blame_swapped(dump, map, error);
    if (status == KIWI_OK)
        status = put_route(dump, route, error);
    kiwi_route_close(route);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    return status;
}
