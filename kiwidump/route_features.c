/* SPDX-License-Identifier: MIT */
/* --features --kind route: the links of route planning as lines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "feature_source.h"
#include "value.h"

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
    bool has_type_code;
    uint32_t type_code;
};

static bool wanted_type(const struct links *links, uint32_t type)
{
    const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, type);
    if (!links->request->options->type)
        return true;
    return links->has_type_code ? type == links->type_code
                                : name && strcmp(name, links->request->options->type) == 0;
}

static bool misses(double from, double to, double low, double high)
{
    return fmax(from, to) < low || fmin(from, to) > high;
}

/** Whether the line between two nodes is outside of the box of the command line. */
static bool out_of_box(const struct options *options, const struct kiwi_node *a, const struct kiwi_node *b)
{
    const struct kiwi_box *box = &options->box;
    double from = a->position.longitude;
    double to = b->position.longitude;
    if (!options->has_box)
        return false;
    if (misses(a->position.latitude, b->position.latitude, box->south, box->north))
        return true;
    if (box->west <= box->east)
        return misses(from, to, box->west, box->east);
    return misses(from, to, box->west, 180) && misses(from, to, -180, box->east);
}

static void put_unsigned(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void put_flag(struct json *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

static void put_geometry(struct json *json, const struct kiwi_node *node, const struct kiwi_node *other)
{
    json_key(json, "geometry");
    if (!node->has_position || !other->has_position) {
        json_null(json);
        return;
    }
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "LineString");
    json_key(json, "coordinates");
    json_begin_array(json);
    value_place(json, node->position);
    value_place(json, other->position);
    json_end_array(json);
    json_end_object(json);
}

static void put_properties(struct json *json, const struct kiwi_region *region, const struct kiwi_node *node,
                           const struct kiwi_link *link)
{
    static const char *const one_way[] = {"closed", "backward", "forward", "none"};
    const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, link->cost.road_class);
    json_key(json, "kind");
    json_string(json, "route");
    json_key(json, "level");
    json_signed(json, region->level->number);
    json_key(json, "file");
    json_string(json, region->file->path);
    put_unsigned(json, "offset", link->offset);
    put_unsigned(json, "type", link->cost.road_class);
    json_key(json, "type_name");
    if (name)
        json_string(json, name);
    else
        json_null(json);
    json_key(json, "display_class");
    json_null(json);
    put_unsigned(json, "region", region->number);
    put_unsigned(json, "node", node->number);
    put_unsigned(json, "link", link->index);
    put_unsigned(json, "to_region", link->region);
    put_unsigned(json, "to_node", link->node);
    json_key(json, "length");
    if (link->length == KIWI_NO_COST)
        json_null(json);
    else
        json_unsigned(json, link->length);
    json_key(json, "time");
    if (link->time == KIWI_NO_COST)
        json_null(json);
    else
        json_unsigned(json, (link->time + 5) / 10);
    put_unsigned(json, "direction", link->record.direction);
    json_key(json, "one_way");
    json_string(json, one_way[2 * link->cost.forward + link->cost.backward]);
    put_flag(json, "toll", link->cost.toll);
    put_unsigned(json, "link_id", link->cost.link_id);
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
        if (link->record.reverse || !link->has_cost || !wanted_type(links, link->cost.road_class))
            continue;
        memset(&links->other, 0, sizeof links->other);
        kiwi_graphs_node(links->graphs, link->region, link->node, &links->other, error);
        if (!out_of_box(links->request->options, &links->node, &links->other))
            return true;
    }
    links->node.link_count = 0;
    return false;
}

/** Whether a region's links may touch the box of the command line; they reach beyond its own. */
static bool is_near(const struct options *options, const struct kiwi_region *region)
{
    const double margin = 1; /* degree: no link between regions was seen that is longer */
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

static enum kiwi_status next(void *source, struct kiwi_error *error)
{
    struct links *links = source;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !next_link(links, error))
        status = advance(links, error);
    return status;
}

static enum kiwi_status put(void *source, struct output *output, struct kiwi_error *error)
{
    const struct links *links = source;
    struct json json;
    (void)error;
    feature_head(&json, output, links->region.file, links->link.offset);
    put_geometry(&json, &links->node, &links->other);
    json_key(&json, "properties");
    json_begin_object(&json);
    put_properties(&json, &links->region, &links->node, &links->link);
    json_end_object(&json);
    json_end_object(&json);
    return KIWI_OK;
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
    const char *type = request->options->type;
    struct links *links;
    enum kiwi_status status;
    if (!request->map || !(request->options->kinds & KIND_ROUTE))
        return KIWI_END;
    links = calloc(1, sizeof *links);
    if (!links)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    links->request = request;
    if (type) {
        char *end;
        links->type_code = (uint32_t)strtoul(type, &end, 0);
        links->has_type_code = end != type && *end == '\0';
    }
    status = kiwi_regions_open(request->map, &links->regions, error);
    if (status == KIWI_OK)
        *source = links;
    else
        close_links(links);
    return status == KIWI_ERROR_NOT_FOUND ? KIWI_END : status;
}

const struct feature_source route_features = {open_links, next, put, close_links};
