/* SPDX-License-Identifier: MIT */
/* --route: the shortest way over the disc's own graph. */
#include <math.h>
#include <stdlib.h>

#include "dump.h"
#include "search.h"

/** One end of the way. */
struct end {
    double latitude, longitude; /* asked for */
    uint32_t region;
    struct kiwi_node node;
    double distance; /* metres to the node, HUGE_VAL = none was found */
};

struct route {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_regions *regions;
    struct graphs graphs;
    struct search search;
    uint32_t *path; /* labels from the start to the goal */
    uint32_t count;
};

/* Ends */

/** No node of a region is nearer than its box. */
static double box_distance(const struct kiwi_region *region, const struct end *end)
{
    const double scale = 1.0 / KIWI_EIGHTHS_PER_DEGREE;
    int32_t latitude = (int32_t)lround(end->latitude * KIWI_EIGHTHS_PER_DEGREE);
    int32_t longitude = (int32_t)lround(end->longitude * KIWI_EIGHTHS_PER_DEGREE);
    double y = latitude < region->south   ? region->south * scale
               : latitude > region->north ? region->north * scale
                                          : end->latitude;
    bool beside = region->west <= region->east ? longitude < region->west || longitude > region->east
                                               : longitude < region->west && longitude > region->east;
    if (!beside)
        return graphs_distance(end->latitude, end->longitude, y, end->longitude);
    /* The nearest point of the edge has its own latitude; 90 % is on the safe side of what that changes. */
    double west = graphs_distance(end->latitude, end->longitude, y, region->west * scale);
    double east = graphs_distance(end->latitude, end->longitude, y, region->east * scale);
    return 0.9 * fmin(west, east);
}

/** Whether a way can begin at a node (or end there). */
static bool is_usable(const struct kiwi_graph *graph, const struct kiwi_node *node, bool is_start)
{
    struct kiwi_link link;
    for (uint32_t i = 0; kiwi_graph_link(graph, node, i, &link); i++) {
        bool inward = link.has_cost && !link.record.deleted &&
                      (link.record.reverse ? link.cost.forward : link.cost.backward);
        if (link.length != KIWI_NO_COST && (is_start ? link.passable : inward))
            return true;
    }
    return false;
}

static bool look_in_region(struct route *route, const struct kiwi_region *region, bool is_start,
                           struct end *end, struct kiwi_error *error)
{
    const struct kiwi_graph *graph = graphs_get(&route->graphs, region->number, error);
    struct kiwi_node node;
    if (!graph)
        return error->status != KIWI_ERROR_IO && error->status != KIWI_ERROR_MEMORY;
    for (uint32_t i = 0; i < kiwi_graph_node_count(graph); i++) {
        if (!kiwi_graph_node(graph, i, &node) || !node.has_position)
            continue;
        double distance = graphs_distance(end->latitude, end->longitude, node.latitude * 1e-7,
                                          node.longitude * 1e-7);
        if (distance >= end->distance || !is_usable(graph, &node, is_start))
            continue;
        end->distance = distance;
        end->node = node;
        end->region = region->number;
    }
    return true;
}

/** The nearest node: first among the regions around the place, then among those that might have a nearer one.
 */
static bool find_end(struct route *route, bool is_start, struct end *end, struct kiwi_error *error)
{
    const struct kiwi_region_level *level = route->graphs.level;
    end->distance = HUGE_VAL;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < level->count; i++) {
            struct kiwi_region region;
            if (kiwi_regions_get(route->regions, level, i, &region, error) != KIWI_OK)
                return error->status == KIWI_ERROR_NOT_FOUND;
            if (region.dummy || region.size == 0)
                continue;
            double distance = box_distance(&region, end);
            if (distance >= end->distance || (distance > 0) != (pass == 1))
                continue;
            if (!look_in_region(route, &region, is_start, end, error))
                return false;
        }
    }
    return true;
}

/* Time */

/** Tenths of a second for a link; where the disc tells none, from speeds that we chose for the road classes
 * (32.2). */
static double link_time(const struct kiwi_link *link, bool *assumed)
{
    static const double speeds[] = {110, 100, 91, 70, 40, 40,  25, 15,
                                    5,   5,   20, 60, 30, 100, 25, 25}; /* km/h */
    if (link->time != KIWI_NO_COST)
        return link->time;
    *assumed = true;
    return link->length * 36.0 / speeds[link->cost.road_class & 15];
}

/* Output */

static void put_coordinates(struct json *json, const struct kiwi_node *node)
{
    json_begin_array(json);
    json_degrees(json, node->longitude);
    json_degrees(json, node->latitude);
    json_end_array(json);
}

static void put_end(struct json *json, const char *key, const struct end *end)
{
    json_key(json, key);
    json_begin_object(json);
    json_key(json, "region");
    json_unsigned(json, end->region);
    json_key(json, "node");
    json_unsigned(json, end->node.number);
    json_key(json, "coordinates");
    put_coordinates(json, &end->node);
    json_key(json, "distance");
    json_unsigned(json, (uint64_t)llround(end->distance));
    json_end_object(json);
}

/** The links of a label's way to its node; false if the disc has changed meanwhile. */
static bool link_to(struct route *route, uint32_t place, struct kiwi_link *link, struct kiwi_error *error)
{
    const struct search_label *label = &route->search.labels[route->path[place]];
    const struct search_label *parent = &route->search.labels[route->path[place - 1]];
    struct kiwi_node node;
    const struct kiwi_graph *graph = graphs_get(&route->graphs, search_region(parent), error);
    return graph && kiwi_graph_node(graph, search_node(parent), &node) &&
           kiwi_graph_link(graph, &node, label->link, link);
}

static void put_line(struct route *route, const struct end *from, struct kiwi_error *error)
{
    struct json *json = &route->dump->json;
    json_key(json, "geometry");
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "LineString");
    json_key(json, "coordinates");
    json_begin_array(json);
    for (uint32_t i = 0; i < route->count; i++) {
        const struct search_label *label = &route->search.labels[route->path[i]];
        struct kiwi_node node;
        if (graphs_node(&route->graphs, search_region(label), search_node(label), &node, error) &&
            node.has_position)
            put_coordinates(json, &node);
    }
    if (route->count == 1) /* a line has two positions */
        put_coordinates(json, &from->node);
    json_end_array(json);
    json_end_object(json);
}

static void put_link(struct json *json, const struct kiwi_link *link, double time)
{
    json_begin_object(json);
    json_key(json, "length");
    json_unsigned(json, link->length);
    json_key(json, "time");
    json_unsigned(json, (uint64_t)llround(time / 10));
    json_key(json, "type");
    json_unsigned(json, link->cost.road_class);
    json_key(json, "type_name");
    const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, link->cost.road_class);
    if (name)
        json_string(json, name);
    else
        json_null(json);
    json_key(json, "toll");
    json_bool(json, link->cost.toll);
    json_key(json, "link_id");
    json_unsigned(json, link->cost.link_id);
    json_end_object(json);
}

static void put_properties(struct route *route, const struct end *from, const struct end *to,
                           struct kiwi_error *error)
{
    struct json *json = &route->dump->json;
    bool assumed = false;
    double time = 0;
    uint64_t metres = 0;
    struct kiwi_link link;
    for (uint32_t i = 1; i < route->count; i++) {
        if (!link_to(route, i, &link, error))
            continue;
        metres += link.length;
        time += link_time(&link, &assumed);
    }
    json_key(json, "kind");
    json_string(json, "way");
    json_key(json, "level");
    json_signed(json, route->graphs.level->number);
    json_key(json, "length");
    json_unsigned(json, metres);
    json_key(json, "time");
    json_unsigned(json, (uint64_t)llround(time / 10));
    json_key(json, "time_from");
    json_string(json, assumed ? "road_class" : "disc");
    json_key(json, "reached");
    json_unsigned(json, route->search.count);
    put_end(json, "from", from);
    put_end(json, "to", to);
    json_key(json, "links");
    json_begin_array(json);
    for (uint32_t i = 1; i < route->count; i++) {
        if (link_to(route, i, &link, error))
            put_link(json, &link, link_time(&link, &assumed));
    }
    json_end_array(json);
}

/** Lists the labels of the way that ends with last. */
static bool trace(struct route *route, uint32_t last)
{
    const struct search_label *labels = route->search.labels;
    route->count = 1;
    for (uint32_t i = last; labels[i].parent != UINT32_MAX; i = labels[i].parent)
        route->count++;
    route->path = malloc(route->count * sizeof *route->path);
    if (!route->path)
        return false;
    for (uint32_t i = last, place = route->count; place > 0; i = labels[i].parent)
        route->path[--place] = i;
    return true;
}

static void put_route(struct route *route, const struct end *from, const struct end *to,
                      struct kiwi_error *error)
{
    struct json *json = &route->dump->json;
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "Feature");
    put_line(route, from, error);
    json_key(json, "properties");
    json_begin_object(json);
    put_properties(route, from, to, error);
    json_end_object(json);
    json_end_object(json);
    error->status = KIWI_OK;
}

/* The mode */

static enum kiwi_status out_of_memory(struct kiwi_error *error)
{
    return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
}

/** Searches one level. *found is set if it was printed; KIWI_END if a coarser level might do. */
static enum kiwi_status try_level(struct route *route, bool *found, struct kiwi_error *error)
{
    const struct options *options = &route->dump->options;
    struct end from = {.latitude = options->latitude, .longitude = options->longitude};
    struct end to = {.latitude = options->to_latitude, .longitude = options->to_longitude};
    uint32_t last = 0;
    if (!find_end(route, true, &from, error) || !find_end(route, false, &to, error))
        return error->status;
    if (from.distance == HUGE_VAL || to.distance == HUGE_VAL)
        return KIWI_END;
    if (!search_open(&route->search, &route->graphs))
        return out_of_memory(error);
    switch (search_run(&route->search, &from.node, from.region, &to.node, to.region, &last, error)) {
    case SEARCH_FAILED: return error->status;
    case SEARCH_TOO_FAR: return KIWI_END;
    case SEARCH_NO_WAY:
        return dump_fail(error, KIWI_ERROR_NOT_FOUND,
                         "there is no way from %.5f,%.5f to %.5f,%.5f on level %d", from.latitude,
                         from.longitude, to.latitude, to.longitude, route->graphs.level->number);
    case SEARCH_FOUND: break;
    }
    if (!trace(route, last))
        return out_of_memory(error);
    put_route(route, &from, &to, error);
    *found = true;
    return KIWI_OK;
}

/** From the finest level to the coarsest, until one is found whose graph can be searched in bounded memory.
 */
static enum kiwi_status try_levels(struct route *route, struct kiwi_error *error)
{
    const struct options *options = &route->dump->options;
    int done = KIWI_DUMMY_LEVEL;
    bool found = false;
    for (;;) {
        const struct kiwi_region_level *level = NULL;
        for (size_t i = 0; i < kiwi_regions_level_count(route->regions); i++) {
            const struct kiwi_region_level *other = kiwi_regions_level(route->regions, i);
            if (other->number > done && (!level || other->number < level->number) &&
                (!options->has_level || other->number == options->level))
                level = other;
        }
        if (!level)
            return dump_fail(error, KIWI_ERROR_NOT_FOUND,
                             "no level has nodes at both ends and a way that %d nodes lead to", SEARCH_LIMIT);
        graphs_open(&route->graphs, route->regions, level);
        enum kiwi_status status = try_level(route, &found, error);
        search_close(&route->search);
        route->search = (struct search){.labels = NULL};
        graphs_close(&route->graphs);
        if (status != KIWI_END)
            return status;
        done = level->number;
    }
}

enum kiwi_status dump_route(struct dump *dump, struct kiwi_error *error)
{
    struct route route = {.dump = dump};
    enum kiwi_status status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &route.map, error);
    if (status == KIWI_OK)
        status = kiwi_regions_open(route.map, &route.regions, error);
    if (status == KIWI_OK)
        status = try_levels(&route, error);
    free(route.path);
    kiwi_regions_close(route.regions);
    kiwi_map_close(route.map);
    return status;
}
