/* SPDX-License-Identifier: MIT */
/* --features --kind route: the links of route planning as lines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "graphs.h"
#include "progress.h"

struct links {
    struct dump *dump;
    struct graphs graphs;
    struct progress progress;
    uint64_t *count; /* features printed, of any kind */
    uint64_t done;   /* bytes */
    bool has_type_code;
    uint32_t type_code;
};

static bool wanted_type(const struct links *links, uint32_t type)
{
    const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, type);
    if (!links->dump->options.type)
        return true;
    return links->has_type_code ? type == links->type_code
                                : name && strcmp(name, links->dump->options.type) == 0;
}

static bool misses(double from, double to, double low, double high)
{
    return fmax(from, to) < low || fmin(from, to) > high;
}

/** Whether the line between two nodes is outside of the box of the command line. */
static bool out_of_box(const struct options *options, const struct kiwi_node *a, const struct kiwi_node *b)
{
    const struct kiwi_box *box = &options->box;
    double from = a->longitude * 1e-7;
    double to = b->longitude * 1e-7;
    if (!options->has_box)
        return false;
    if (misses(a->latitude * 1e-7, b->latitude * 1e-7, box->south, box->north))
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

static void put_position(struct json *json, const struct kiwi_node *node)
{
    json_begin_array(json);
    json_degrees(json, node->longitude);
    json_degrees(json, node->latitude);
    json_end_array(json);
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
    put_position(json, node);
    put_position(json, other);
    json_end_array(json);
    json_end_object(json);
}

static void put_properties(struct links *links, const struct kiwi_region *region,
                           const struct kiwi_node *node, const struct kiwi_link *link)
{
    static const char *const one_way[] = {"closed", "backward", "forward", "none"};
    struct json *json = &links->dump->json;
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

static void put_link(struct links *links, const struct kiwi_region *region, const struct kiwi_node *node,
                     const struct kiwi_link *link, const struct kiwi_node *other)
{
    struct dump *dump = links->dump;
    struct json *json = &dump->json;
    char number[24];
    char *end = format_unsigned(number, link->offset);
    if (dump->options.collection && *links->count > 0)
        output_literal(dump->output, ",\n");
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "Feature");
    json_key(json, "id");
    output_char(dump->output, '"');
    output_escaped(dump->output, region->file->path, strlen(region->file->path));
    output_char(dump->output, ':');
    output_bytes(dump->output, number, (size_t)(end - number));
    output_char(dump->output, '"');
    json->after_key = false;
    put_geometry(json, node, other);
    json_key(json, "properties");
    json_begin_object(json);
    put_properties(links, region, node, link);
    json_end_object(json);
    json_end_object(json);
    ++*links->count;
}

/** The links that begin at a node; each link is told once, by its origin side. */
static void put_node(struct links *links, const struct kiwi_region *region, uint32_t number,
                     struct kiwi_error *error)
{
    struct kiwi_node node;
    struct kiwi_node other;
    if (!graphs_node(&links->graphs, region->number, number, &node, error))
        return;
    for (uint32_t i = 0; i < node.link_count && !dump_enough(links->dump, *links->count); i++) {
        const struct kiwi_graph *graph = graphs_get(&links->graphs, region->number, error);
        struct kiwi_link link;
        if (!graph || !kiwi_graph_link(graph, &node, i, &link))
            return;
        if (link.record.reverse || !link.has_cost || !wanted_type(links, link.cost.road_class))
            continue;
        memset(&other, 0, sizeof other);
        graphs_node(&links->graphs, link.region, link.node, &other, error);
        if (!out_of_box(&links->dump->options, &node, &other))
            put_link(links, region, &node, &link, &other);
    }
}

static void put_region(struct links *links, const struct kiwi_region *region, struct kiwi_error *error)
{
    const struct kiwi_graph *graph = graphs_get(&links->graphs, region->number, error);
    uint32_t count = graph ? kiwi_graph_node_count(graph) : 0;
    for (uint32_t i = 0; i < count && !dump_enough(links->dump, *links->count); i++) {
        put_node(links, region, i, error);
        if (progress_due(&links->progress))
            progress_show(&links->progress, links->done, kiwi_disc_size(links->dump->disc));
    }
    links->done += region->size;
}

/** Whether a region's links may touch the box of the command line; they reach beyond its own. */
static bool is_near(const struct options *options, const struct kiwi_region *region)
{
    const double scale = 1.0 / KIWI_EIGHTHS_PER_DEGREE;
    const double margin = 1; /* degree: no link between regions was seen that is longer */
    if (!options->has_box)
        return true;
    return region->south * scale <= options->box.north + margin &&
           region->north * scale >= options->box.south - margin;
}

static enum kiwi_status put_level(struct links *links, struct kiwi_regions *regions,
                                  const struct kiwi_region_level *level, struct kiwi_error *error)
{
    struct kiwi_region region;
    enum kiwi_status status = KIWI_OK;
    graphs_open(&links->graphs, regions, level);
    for (uint32_t i = 0; i < level->count && status == KIWI_OK && !dump_enough(links->dump, *links->count);
         i++) {
        links->graphs.read = 0; /* the bound is for what one region leads to */
        error->status = KIWI_OK;
        if (kiwi_regions_get(regions, level, i, &region, error) == KIWI_OK && region.size != 0 &&
            is_near(&links->dump->options, &region))
            put_region(links, &region, error);
        status = error->status == KIWI_ERROR_IO || error->status == KIWI_ERROR_MEMORY ? error->status
                                                                                      : KIWI_OK;
    }
    graphs_close(&links->graphs);
    return status;
}

enum kiwi_status dump_route_links(struct dump *dump, struct kiwi_map *map, uint64_t *count,
                                  struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    struct links links = {.dump = dump, .count = count};
    struct kiwi_regions *regions;
    bool indent = dump->json.indent;
    enum kiwi_status status = kiwi_regions_open(map, &regions, error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK : status;
    if (options->type) {
        char *end;
        links.type_code = (uint32_t)strtoul(options->type, &end, 0);
        links.has_type_code = end != options->type && *end == '\0';
    }
    dump->json.indent = false;
    progress_begin(&links.progress, options->quiet);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_regions_level_count(regions); i++) {
        const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
        if (level->number != KIWI_DUMMY_LEVEL && (!options->has_level || level->number == options->level))
            status = put_level(&links, regions, level, error);
    }
    progress_end(&links.progress);
    dump->json.indent = indent;
    kiwi_regions_close(regions);
    return status;
}
