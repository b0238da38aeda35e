/* SPDX-License-Identifier: MIT */
/* The shortest way between two places, leg by leg. */
#include <stdlib.h>

#include "bytes/options.h"
#include "map/place.h"
#include "route/route_end.h"
#include "route/shortest.h"

/** Nodes that a search may reach, and metres to the nodes of its ends, if the caller does not say. */
enum { DEFAULT_NODES = 200000, DEFAULT_REACH = 10000 };

/** A node on the way. */
struct step {
    uint32_t region;
    uint16_t node;
    uint8_t link; /* that leaves it; of the goal none */
};

struct kiwi_route {
    struct kiwi_route_summary summary;
    struct kiwi_graphs *graphs;
    struct step *steps; /* one more than legs */
};

/* Legs */

/** Tenths of a second for a link; where the disc has none, from speeds that we chose for the road classes
 * (32.2). */
static void set_time(struct kiwi_route_leg *leg, const struct kiwi_link *link)
{
    static const double speeds[] = {110, 100, 91, 70, 40, 40,  25, 15,
                                    5,   5,   20, 60, 30, 100, 25, 25}; /* km/h */
    leg->time_assumed = link->time == KIWI_NO_COST;
    leg->time = leg->time_assumed ? link->length * 36.0 / speeds[link->cost.road_class & 15] : link->time;
}

/** The link that a step takes; false if it cannot be read (again). */
static bool read_link(struct kiwi_route *route, const struct step *step, struct kiwi_node *node,
                      struct kiwi_link *link, struct kiwi_error *error)
{
    const struct kiwi_graph *graph = kiwi_graphs_get(route->graphs, step->region, error);
    return graph && kiwi_graph_node(graph, step->node, node) &&
           kiwi_graph_link(graph, node, step->link, link);
}

enum kiwi_status kiwi_route_leg(struct kiwi_route *route, uint32_t index, struct kiwi_route_leg *leg,
                                struct kiwi_error *error)
{
    struct kiwi_error reason = {.status = KIWI_OK};
    struct kiwi_node node;
    struct kiwi_node other = {0};
    struct kiwi_link link;
    if (index >= route->summary.leg_count)
        return KIWI_END;
    const struct step *step = &route->steps[index];
    kiwi_graphs_renew(route->graphs);
    if (!read_link(route, step, &node, &link, &reason)) {
        if (reason.status == KIWI_OK)
            return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                             "a link of the way is not there any more; the disc has changed");
        if (error)
            *error = reason;
        return reason.status;
    }
    *leg = (struct kiwi_route_leg){.region = step->region,
                                   .node = step->node,
                                   .link = step->link,
                                   .to_region = link.region,
                                   .to_node = link.node,
                                   .length = link.length,
                                   .road_class = link.cost.road_class,
                                   .toll = link.cost.toll,
                                   .link_id = link.cost.link_id,
                                   .ends[0] = node.position,
                                   .has_start = node.has_position};
    set_time(leg, &link);
    if (kiwi_graphs_node(route->graphs, link.region, link.node, &other, &reason))
        leg->has_destination = other.has_position;
    leg->ends[1] = other.position;
    return KIWI_OK;
}

static enum kiwi_status add_up(struct kiwi_route *route, struct kiwi_error *error)
{
    struct kiwi_route_summary *summary = &route->summary;
    struct kiwi_route_leg leg;
    enum kiwi_status status;
    for (uint32_t i = 0; (status = kiwi_route_leg(route, i, &leg, error)) == KIWI_OK; i++) {
        summary->length += leg.length;
        summary->time += leg.time;
        summary->time_assumed = summary->time_assumed || leg.time_assumed;
    }
    return status == KIWI_END ? KIWI_OK : status;
}

/* Searching */

/** Keeps the nodes of the way that ends with a label. */
static bool keep_steps(struct kiwi_route *route, const struct kiwi_label *labels, uint32_t last)
{
    uint32_t count = 0;
    for (uint32_t i = last; labels[i].parent != UINT32_MAX; i = labels[i].parent)
        count++;
    route->steps = calloc((size_t)count + 1, sizeof *route->steps);
    if (!route->steps)
        return false;
    route->summary.leg_count = count;
    for (uint32_t i = last, place = count;; i = labels[i].parent) {
        route->steps[place].region = kiwi_label_region(&labels[i]);
        route->steps[place].node = (uint16_t)kiwi_label_node(&labels[i]);
        if (place == 0)
            return true;
        route->steps[--place].link = labels[i].link;
    }
}

static enum kiwi_status search(struct kiwi_route *route, uint32_t limit, struct kiwi_error *error)
{
    struct kiwi_route_summary *summary = &route->summary;
    struct kiwi_shortest shortest;
    uint32_t last = 0;
    enum kiwi_shortest_result result = KIWI_WAY_FOUND;
    bool enough = kiwi_shortest_open(&shortest, route->graphs, limit);
    if (enough)
        result = kiwi_shortest_run(&shortest, &summary->from, &summary->to, &last, error);
    summary->reached = shortest.count;
    if (enough && result == KIWI_WAY_FOUND)
        enough = keep_steps(route, shortest.labels, last);
    kiwi_shortest_close(&shortest);
    if (!enough)
        return kiwi_fail_memory(error);
    if (result == KIWI_WAY_FAILED)
        return error->status;
    if (result == KIWI_NO_WAY)
        return KIWI_ERROR_NOT_FOUND;
    return result == KIWI_WAY_TOO_FAR ? KIWI_END : KIWI_OK;
}

/** A way from or to a far node would be an answer about another place. */
static enum kiwi_status check_reach(const struct kiwi_route_end *end, struct kiwi_place place, uint32_t reach,
                                    struct kiwi_error *error)
{
    if (end->distance <= reach)
        return KIWI_OK;
    return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                     "the nearest node is %.0f km away from %g,%g (LAT,LON); routes are planned within %g km",
                     end->distance / 1000.0, place.latitude, place.longitude, reach / 1000.0);
}

/** Searches one level; KIWI_END if a coarser one might do. */
static enum kiwi_status try_level(struct kiwi_route *route, struct kiwi_place from, struct kiwi_place to,
                                  const struct kiwi_route_options *options, struct kiwi_error *error)
{
    struct kiwi_route_summary *summary = &route->summary;
    uint32_t reach = options->reach ? options->reach : DEFAULT_REACH;
    enum kiwi_status status = kiwi_route_end_find(route->graphs, from, true, &summary->from, error);
    if (status == KIWI_OK)
        status = kiwi_route_end_find(route->graphs, to, false, &summary->to, error);
    if (status == KIWI_OK && (check_reach(&summary->from, from, reach, error) != KIWI_OK ||
                              check_reach(&summary->to, to, reach, error) != KIWI_OK))
        return KIWI_ERROR_NOT_FOUND;
    if (status == KIWI_OK)
        status = search(route, options->nodes ? options->nodes : DEFAULT_NODES, error);
    if (status == KIWI_ERROR_NOT_FOUND)
        kiwi_fail(error, status, 0, KIWI_NULL, "there is no way from %.5f,%.5f to %.5f,%.5f on level %d",
                  from.latitude, from.longitude, to.latitude, to.longitude, summary->level->number);
    return status == KIWI_OK ? add_up(route, error) : status;
}

/** The finest level above another one that the options allow, or NULL. */
static const struct kiwi_region_level *next_level(const struct kiwi_regions *regions, int above,
                                                  const struct kiwi_route_options *options)
{
    const struct kiwi_region_level *level = NULL;
    for (size_t i = 0; i < kiwi_regions_level_count(regions); i++) {
        const struct kiwi_region_level *other = kiwi_regions_level(regions, i);
        if (other->number > above && (!level || other->number < level->number) &&
            (!options->has_level || other->number == options->level))
            level = other;
    }
    return level;
}

/** From the finest level to the coarsest, until one is found whose graph can be searched in bounded memory.
 */
static enum kiwi_status try_levels(struct kiwi_route *route, struct kiwi_regions *regions,
                                   struct kiwi_place from, struct kiwi_place to,
                                   const struct kiwi_route_options *options, struct kiwi_error *error)
{
    const struct kiwi_region_level *level = next_level(regions, KIWI_DUMMY_LEVEL, options);
    for (; level; level = next_level(regions, level->number, options)) {
        enum kiwi_status status = kiwi_graphs_open(regions, level, &route->graphs, error);
        route->summary = (struct kiwi_route_summary){.level = level};
        if (status == KIWI_OK)
            status = try_level(route, from, to, options, error);
        if (status != KIWI_END)
            return status;
        kiwi_graphs_close(route->graphs);
        route->graphs = NULL;
    }
    return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                     "no level has nodes at both ends and a way that %u nodes lead to",
                     (unsigned)(options->nodes ? options->nodes : DEFAULT_NODES));
}

enum kiwi_status kiwi_route_open(struct kiwi_regions *regions, struct kiwi_place from, struct kiwi_place to,
                                 const struct kiwi_route_options *options, struct kiwi_route **route,
                                 struct kiwi_error *error)
{
    struct kiwi_route_options ours = {.has_level = false};
    struct kiwi_error reason = {.status = KIWI_OK};
    enum kiwi_status status = kiwi_options_take(&ours, sizeof ours, options, error);
    *route = NULL;
    if (status == KIWI_OK)
        status = kiwi_place_check(from, error);
    if (status == KIWI_OK)
        status = kiwi_place_check(to, error);
    if (status != KIWI_OK)
        return status;
    *route = calloc(1, sizeof **route);
    if (!*route)
        return kiwi_fail_memory(error);
    status = try_levels(*route, regions, from, to, &ours, &reason);
    if (status == KIWI_OK)
        return KIWI_OK;
    kiwi_route_close(*route);
    *route = NULL;
    if (error)
        *error = reason;
    return status;
}

void kiwi_route_close(struct kiwi_route *route)
{
    if (!route)
        return;
    kiwi_graphs_close(route->graphs);
    free(route->steps);
    free(route);
}

const struct kiwi_route_summary *kiwi_route_summary(const struct kiwi_route *route)
{
    return &route->summary;
}
