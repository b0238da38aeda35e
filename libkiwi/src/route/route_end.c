/* SPDX-License-Identifier: MIT */
/* The node that a way begins or ends with: the nearest one that can be used. */
#include "route/route_end.h"

#include <math.h>

#include "map/place.h"

/** Metres by which the node of a way may be farther than one where no way begins or ends: the other side of a
 * divided road, but no other place. */
enum { DETOUR = 1000 };

/** A search for the node that is nearest to a place. */
struct nearest {
    struct kiwi_graphs *graphs;
    struct kiwi_place place;
    bool is_start;
    double distance; /* metres to the node, HUGE_VAL = none was found */
    double any;      /* the same to the nearest node that may be of no use */
    struct kiwi_route_end end;
};

/** No node of a region is nearer than its box. */
static double box_distance(const struct kiwi_region *region, const struct nearest *nearest)
{
    const struct kiwi_box *box = &region->box;
    const struct kiwi_place place = nearest->place;
    int32_t latitude = kiwi_degrees_eighths(place.latitude);
    int32_t longitude = kiwi_degrees_eighths(place.longitude);
    double y = latitude < kiwi_degrees_eighths(box->south)   ? box->south
               : latitude > kiwi_degrees_eighths(box->north) ? box->north
                                                             : place.latitude;
    bool west_of = longitude < kiwi_degrees_eighths(box->west);
    bool east_of = longitude > kiwi_degrees_eighths(box->east);
    bool beside = box->west <= box->east ? west_of || east_of : west_of && east_of;
    if (!beside)
        return kiwi_distance(place, (struct kiwi_place){y, place.longitude});
    /* The nearest point of the edge has its own latitude; 90 % is on the safe side of what that changes. */
    double west = kiwi_distance(place, (struct kiwi_place){y, box->west});
    double east = kiwi_distance(place, (struct kiwi_place){y, box->east});
    return 0.9 * fmin(west, east);
}

/** Whether a link leads to a node of its graph that counts as deleted. */
static bool leads_nowhere(const struct kiwi_graph *graph, const struct kiwi_link *link)
{
    struct kiwi_node node;
    return link->region == kiwi_graph_region(graph)->number && kiwi_graph_node(graph, link->node, &node) &&
           node.record.deleted;
}

/** Whether a way can begin at a node (or end there). */
static bool is_usable(const struct kiwi_graph *graph, const struct kiwi_node *node, bool is_start)
{
    struct kiwi_link link;
    for (uint32_t i = 0; kiwi_graph_link(graph, node, i, &link); i++) {
        bool inward = link.has_cost && !link.record.deleted &&
                      (link.record.reverse ? link.cost.forward : link.cost.backward);
        if (link.length != KIWI_NO_COST && (is_start ? link.passable : inward) &&
            !leads_nowhere(graph, &link))
            return true;
    }
    return false;
}

static void look_in_graph(struct nearest *nearest, const struct kiwi_graph *graph)
{
    struct kiwi_node node;
    for (uint32_t i = 0; i < kiwi_graph_node_count(graph); i++) {
        if (!kiwi_graph_node(graph, i, &node) || !node.has_position || node.record.deleted)
            continue;
        double distance = kiwi_distance(nearest->place, node.position);
        nearest->any = fmin(nearest->any, distance);
        if (distance >= nearest->distance || !is_usable(graph, &node, nearest->is_start))
            continue;
        nearest->distance = distance;
        nearest->end = (struct kiwi_route_end){.region = kiwi_graph_region(graph)->number,
                                               .node = i,
                                               .position = node.position,
                                               .distance = (uint32_t)lround(distance)};
    }
}

/** KIWI_OK also if the region cannot be read. */
static enum kiwi_status look_in_region(struct nearest *nearest, uint32_t number, bool around,
                                       struct kiwi_error *error)
{
    struct kiwi_region region;
    enum kiwi_status status = kiwi_regions_get(nearest->graphs->regions, nearest->graphs->level, number,
                                               &region, error);
    if (status != KIWI_OK || region.dummy || region.size == 0)
        return status;
    double distance = box_distance(&region, nearest);
    if (distance >= nearest->distance || (distance > 0) == around)
        return KIWI_OK;
    const struct kiwi_graph *graph = kiwi_graphs_get(nearest->graphs, number, error);
    if (graph)
        look_in_graph(nearest, graph);
    else if (error->status == KIWI_ERROR_IO || error->status == KIWI_ERROR_MEMORY)
        return error->status;
    return kiwi_graphs_exhausted(nearest->graphs) ? KIWI_END : KIWI_OK;
}

enum kiwi_status kiwi_route_end_find(struct kiwi_graphs *graphs, struct kiwi_place place, bool is_start,
                                     struct kiwi_route_end *end, struct kiwi_error *error)
{
    struct nearest nearest = {
        .graphs = graphs, .place = place, .is_start = is_start, .distance = HUGE_VAL, .any = HUGE_VAL};
    /* First the regions around the place, then those that might have a nearer node. */
    for (int pass = 0; pass < 2; pass++) {
        enum kiwi_status status = KIWI_OK;
        for (uint32_t i = 0; status == KIWI_OK && i < graphs->level->count; i++)
            status = look_in_region(&nearest, i, pass == 0, error);
        if (status != KIWI_OK && status != KIWI_ERROR_NOT_FOUND)
            return status;
    }
    *end = nearest.end;
    if (nearest.distance != HUGE_VAL && nearest.distance - nearest.any > DETOUR)
        return KIWI_ERROR_NOT_FOUND; /* such as the begin of a one-way street that nothing leads to */
    return nearest.distance == HUGE_VAL ? KIWI_END : KIWI_OK;
}
