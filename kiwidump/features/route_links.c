/* SPDX-License-Identifier: MIT */
/* --features --kind route: the links of route planning as lines. */
#include <stdlib.h>
#include <string.h>

#include "antimeridian.h"
#include "filter.h"
#include "kiwidump/fail.h"
#include "lines.h"
#include "source.h"

struct links {
    const struct feature_request *request;
    struct kiwi_regions *regions;
    size_t next_level;
    const struct kiwi_region_level *level; /* before it, or NULL */
    struct kiwi_graphs *graphs;            /* of that level */
    uint32_t next_region;
    struct kiwi_region region; /* before it */
    uint32_t next_node, node_count;
    struct kiwi_node node; /* before it */
    uint32_t next_link;
    struct kiwi_link link;  /* before it */
    struct kiwi_node other; /* that it leads to */
    uint64_t done;          /* bytes */
    struct filter filter;
    struct feature feature; /* of it */
    struct point points[2 * CUT_ROOM];
    struct stroke strokes[2];
};

/** The line between the two nodes, unless the disc does not say where they are. */
static void set_geometry(struct links *links)
{
    struct cut cut = {.points = links->points, .strokes = links->strokes};
    links->feature.geometry = (struct geometry){.type = GEOMETRY_NONE};
    if (!links->node.has_position || !links->other.has_position)
        return;
    const struct kiwi_disc *disc = links->request->disc;
    struct wide_point ends[2];
    ends[0] = wide_of(point_of(kiwi_to_wgs84(kiwi_disc_geodetic(disc), links->node.position)), 0);
    ends[1] = wide_of(point_of(kiwi_to_wgs84(kiwi_disc_geodetic(disc), links->other.position)), ends[0].x);
    cut_line(&cut, ends, 2);
    links->feature.geometry = geometry_of_lines(links->points, links->strokes, cut.stroke_count);
}

/** A link goes with its record, and with the nodes at its ends. */
static bool is_deleted(const struct links *links)
{
    return links->link.record.deleted || links->node.record.deleted || links->other.record.deleted;
}

static void describe(struct links *links)
{
    static const char *const one_way[] = {"closed", "backward", "forward", "none"};
    const struct kiwi_region *region = &links->region;
    const struct kiwi_link *link = &links->link;
    struct properties *properties = &links->feature.properties;
    links->feature.file = region->file;
    links->feature.offset = link->offset;
    properties->count = 0;
    properties_name(properties, PROPERTY_KIND, "route");
    properties_integer(properties, PROPERTY_LEVEL, region->level->number);
    properties_text(properties, PROPERTY_FILE, region->file->path, strlen(region->file->path));
    properties_integer(properties, PROPERTY_OFFSET, (int64_t)link->offset);
    properties_integer(properties, PROPERTY_TYPE, link->cost.road_class);
    properties_name(properties, PROPERTY_TYPE_NAME,
                    kiwi_enumeration_name(&kiwi_enum_road_type, link->cost.road_class));
    properties_null(properties, PROPERTY_DISPLAY_CLASS);
    properties_integer(properties, PROPERTY_REGION, region->number);
    properties_integer(properties, PROPERTY_NODE, links->node.number);
    properties_integer(properties, PROPERTY_LINK, link->index);
    properties_integer(properties, PROPERTY_TO_REGION, link->region);
    properties_integer(properties, PROPERTY_TO_NODE, link->node);
    properties_optional(properties, PROPERTY_LENGTH, link->length != KIWI_NO_COST, link->length);
    properties_optional(properties, PROPERTY_TIME, link->time != KIWI_NO_COST, (link->time + 5) / 10);
    properties_integer(properties, PROPERTY_DIRECTION, link->record.direction);
    properties_name(properties, PROPERTY_ONE_WAY, one_way[2 * link->cost.forward + link->cost.backward]);
    properties_bool(properties, PROPERTY_TOLL, link->cost.toll);
    properties_integer(properties, PROPERTY_LINK_ID, link->cost.link_id);
    if (is_deleted(links))
        properties_bool(properties, PROPERTY_DELETED, true);
}

/** Goes on to the next link that begins at the node; each link comes once, by its origin side. False if
 * there is none. */
static bool next_link(struct links *links, struct kiwi_error *error)
{
    struct kiwi_link *link = &links->link;
    while (links->next_link < links->node.link_count) {
        const struct kiwi_graph *graph = kiwi_graphs_get(links->graphs, links->region.number, error);
        if (!graph || !kiwi_graph_link(graph, &links->node, links->next_link++, link))
            break;
        if (link->record.reverse || !link->has_cost ||
            !filter_type(&links->filter, &kiwi_enum_road_type, link->cost.road_class))
            continue;
        memset(&links->other, 0, sizeof links->other);
        kiwi_graphs_node(links->graphs, link->region, link->node, &links->other, error);
        if (is_deleted(links) && !links->request->options->deleted)
            continue;
        set_geometry(links);
        const struct geometry *geometry = &links->feature.geometry;
        if (filter_strokes(&links->filter, geometry->points, geometry->strokes, geometry->stroke_count))
            return true;
    }
    links->node.link_count = 0;
    return false;
}

/** Whether a region's links may touch the box of the command line; they reach beyond its own. */
static bool is_near(const struct options *options, const struct kiwi_region *region)
{
    const double margin = 1; /* degree: no link between regions was seen that is longer; no datum is as far */
    if (!options->has_box)
        return true;
    return region->box.south <= options->box.north + margin &&
           region->box.north >= options->box.south - margin;
}

static void next_node(struct links *links, struct kiwi_error *error)
{
    links->next_link = 0;
    if (!kiwi_graphs_node(links->graphs, links->region.number, links->next_node++, &links->node, error))
        links->node.link_count = 0;
    if (links->next_node == links->node_count)
        links->done += links->region.size;
    feature_progress(links->request, links->done);
}

static void next_region(struct links *links, struct kiwi_error *error)
{
    links->next_node = links->node_count = 0;
    if (kiwi_regions_get(links->regions, links->level, links->next_region++, &links->region, error) !=
            KIWI_OK ||
        links->region.size == 0 || !is_near(links->request->options, &links->region))
        return;
    kiwi_graphs_renew(links->graphs); /* the bound is for what one region leads to */
    const struct kiwi_graph *graph = kiwi_graphs_get(links->graphs, links->region.number, error);
    links->node_count = graph ? kiwi_graph_node_count(graph) : 0;
}

static enum kiwi_status next_level(struct links *links, struct kiwi_error *error)
{
    const struct options *options = links->request->options;
    kiwi_graphs_close(links->graphs);
    links->graphs = NULL;
    links->next_region = 0;
    do {
        if (links->next_level == kiwi_regions_level_count(links->regions))
            return KIWI_END;
        links->level = kiwi_regions_level(links->regions, links->next_level++);
    } while (links->level->number == KIWI_DUMMY_LEVEL ||
             (options->has_level && links->level->number != options->level));
    return kiwi_graphs_open(links->regions, links->level, &links->graphs, error);
}

/** Goes on to the next node that there is. What cannot be read is passed, unless nothing can. */
static enum kiwi_status advance(struct links *links, struct kiwi_error *error)
{
    error->status = KIWI_OK;
    if (links->next_node < links->node_count)
        next_node(links, error);
    else if (links->graphs && links->next_region < links->level->count)
        next_region(links, error);
    else
        return next_level(links, error);
    return error->status == KIWI_ERROR_IO || error->status == KIWI_ERROR_MEMORY ? error->status : KIWI_OK;
}

static enum kiwi_status next(void *source, const struct feature **feature, struct kiwi_error *error)
{
    struct links *links = source;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !next_link(links, error))
        status = advance(links, error);
    if (status == KIWI_OK)
        describe(links);
    *feature = &links->feature;
    return status;
}

static void close_links(void *source)
{
    struct links *links = source;
    if (!links)
        return;
    kiwi_graphs_close(links->graphs);
    kiwi_regions_close(links->regions);
    free(links);
}

static enum kiwi_status open_links(const struct feature_request *request, void **source,
                                   struct kiwi_error *error)
{
    struct links *links;
    enum kiwi_status status;
    if (!request->map || !(request->options->kinds & KIND_ROUTE))
        return KIWI_END;
    links = calloc(1, sizeof *links);
    if (!links)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    links->request = request;
    links->filter = filter_of(request->options);
    status = kiwi_regions_open(request->map, &links->regions, error);
    if (status == KIWI_OK)
        *source = links;
    else
        close_links(links);
    return status == KIWI_ERROR_NOT_FOUND ? KIWI_END : status;
}

const struct feature_source route_features = {open_links, next, close_links};
