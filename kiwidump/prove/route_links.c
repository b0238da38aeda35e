/* SPDX-License-Identifier: MIT */
/* The links of route planning are those of the map: the same ids, ends, lengths and classes, written apart.
 */
#include "prove/proof.h"

#include <math.h>

/* The map */

void prove_choose_links(struct prover *prover)
{
    /* Both have the ids of the map's finest level. */
    for (size_t i = 0; i < kiwi_map_level_count(prover->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(prover->map, i);
        if (!prover->links_level || level->number < prover->links_level->number)
            prover->links_level = level;
    }
}

static bool is_same(struct kiwi_place_e7 left, struct kiwi_place_e7 right)
{
    return left.latitude == right.latitude && left.longitude == right.longitude;
}

/** Where two pieces of a link meet is no end of it. */
static void add_end(struct map_link *link, struct kiwi_place_e7 place)
{
    for (uint32_t i = 0; i < link->end_count; i++)
        if (is_same(link->ends[i], place)) {
            link->ends[i] = link->ends[--link->end_count];
            return;
        }
    if (link->end_count == SAMPLE_ENDS)
        link->tangled = true;
    else
        link->ends[link->end_count++] = place;
}

void prove_collect_link(struct prover *prover, const struct kiwi_shape *shape)
{
    const struct kiwi_parcel *parcel = &prover->parcel;
    size_t count = shape->point_count;
    if (shape->kind != KIWI_ROAD || parcel->level != prover->links_level || shape->link_id == 0 || count < 2)
        return;
    struct sample *sample = samples_put(&prover->links, shape->link_id);
    if (!sample)
        return;
    struct map_link *link = &sample->of.link;
    sample->site = (struct site){parcel->file, shape->offset, parcel->level->number};
    link->type = shape->type;
    for (size_t i = 1; i < count; i++)
        link->length += kiwi_distance(kiwi_parcel_place(parcel, shape->points[i - 1]),
                                      kiwi_parcel_place(parcel, shape->points[i]));
    link->tangled = link->tangled || prove_is_cut(prover, shape->points[0]) ||
                    prove_is_cut(prover, shape->points[count - 1]);
    add_end(link, kiwi_parcel_place_e7(parcel, shape->points[0]));
    add_end(link, kiwi_parcel_place_e7(parcel, shape->points[count - 1]));
}

/* Route planning */

/** Whether a node lies where the link ends, as exactly as its coordinates are. */
static bool is_end(const struct map_link *link, const struct kiwi_graph *graph, const struct kiwi_node *node)
{
    const double metres = 111320; /* of a degree */
    double near = kiwi_graph_resolution(graph) * metres * 1.5;
    for (uint32_t i = 0; i < link->end_count; i++) {
        const struct kiwi_place end = {link->ends[i].latitude / 1e7, link->ends[i].longitude / 1e7};
        if (kiwi_distance(end, node->position) <= near)
            return true;
    }
    return false;
}

static bool is_length(const struct map_link *link, const struct kiwi_link *way)
{
    double step = 2.0 * (double)(1u << (2 * way->cost.length_exponent)); /* of rounding */
    double most = fmax(step, 0.05 * link->length);
    return fabs(link->length - way->length) <= most;
}

static void compare(struct prover *prover, const struct kiwi_graph *graph, const struct kiwi_node *node,
                    const struct kiwi_link *way)
{
    const struct kiwi_region *region = kiwi_graph_region(graph);
    const struct site site = {region->file, way->cost_offset, region->level->number};
    if (prover->links.count == 0 || !samples_takes(&prover->links, way->cost.link_id))
        return;
    const struct sample *sample = samples_find(&prover->links, way->cost.link_id);
    if (sample || !prover->sample)
        prove_count(prover, PROOF_LINK_IDS, sample, &site);
    if (!sample)
        return;
    const struct map_link *link = &sample->of.link;
    prove_count(prover, PROOF_LINK_CLASSES, link->type == way->cost.road_class, &site);
    if (way->cost.end_link_id_differential != 0 || link->tangled || link->end_count == 0)
        return; /* of several links of the map, or a ring */
    if (node->has_position)
        prove_count(prover, PROOF_LINK_NODES, is_end(link, graph, node), &site);
    if (way->length != KIWI_NO_COST)
        prove_count(prover, PROOF_LINK_LENGTHS, is_length(link, way), &site);
}

static void compare_region(struct prover *prover, const struct kiwi_graph *graph)
{
    struct kiwi_node node;
    struct kiwi_link link;
    for (uint32_t i = 0; kiwi_graph_node(graph, i, &node); i++)
        for (uint32_t j = 0; j < node.link_count && kiwi_graph_link(graph, &node, j, &link); j++)
            if (link.has_cost && !link.record.reverse && link.cost.link_id != 0)
                compare(prover, graph, &node, &link);
}

/** Regions have bytes of their own: all of them together have no more than the disc. */
static bool take(struct prover *prover, const struct kiwi_region *region, uint64_t *left)
{
    if (region->size <= *left) {
        *left -= region->size;
        return true;
    }
    const struct kiwi_finding finding = {KIWI_ERROR,
                                         region->record_offset,
                                         region->file->path,
                                         "",
                                         "address",
                                         "regions that do not overlap",
                                         "more bytes than the disc has; the rest is not compared"};
    findings_take(&prover->dump->findings, &finding);
    return false;
}

/** left: bytes that may still be read. */
static enum kiwi_status compare_level(struct prover *prover, struct kiwi_regions *regions,
                                      const struct kiwi_region_level *level, uint64_t *left,
                                      struct kiwi_error *error)
{
    for (uint32_t i = 0; i < level->count; i++) {
        struct kiwi_region region;
        struct kiwi_graph *graph;
        enum kiwi_status status = kiwi_regions_get(regions, level, i, &region, error);
        if (status == KIWI_OK && !take(prover, &region, left))
            return KIWI_END;
        if (status == KIWI_OK && region.size > 0)
            status = kiwi_graph_open(&region, &graph, error);
        if (status == KIWI_ERROR_MEMORY || status == KIWI_ERROR_IO)
            return status;
        if (status != KIWI_OK || region.size == 0)
            continue; /* findings say what is wrong with it */
        compare_region(prover, graph);
        kiwi_graph_close(graph);
    }
    return KIWI_OK;
}

enum kiwi_status prove_links(struct prover *prover, struct kiwi_regions *regions, struct kiwi_error *error)
{
    uint64_t left = kiwi_disc_size(prover->dump->disc);
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; status == KIWI_OK && i < kiwi_regions_level_count(regions); i++) {
        const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
        if (level->number != KIWI_DUMMY_LEVEL)
            status = compare_level(prover, regions, level, &left, error);
    }
    return status == KIWI_END ? KIWI_OK : status;
}
