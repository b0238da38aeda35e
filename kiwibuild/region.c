/* SPDX-License-Identifier: MIT */
/* Chapter 9: levels, regions and their table. */
#include "region.h"

#include <string.h>

#include "restriction.h"
#include "sort.h"

enum {
    MOST_FINE_NODES = 1500, /* of a region, about as many as on the 2007 Australian disc */
    MOST_COARSE_NODES =
        24 * MOST_FINE_NODES, /* fine nodes below a region of the upper level, of which it has a few */
    ROOT_LEVEL = -32,
    NO_REGION = 0xFFFF,
};

static const int level_numbers[ROUTE_LEVEL_COUNT] = {4, 2};
static const int map_levels[ROUTE_LEVEL_COUNT] = {2, 0}; /* of the map, whose roads they have */

/* Cutting */

struct cutter {
    struct region_level *coarse, *fine;
    size_t *home; /* per fine node: its coarse region */
};

/** Sorts by one coordinate; the node's number decides between equals, so that the result depends on nothing
 * else. */
struct key {
    int64_t coordinate;
    uint32_t node;
};

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;

    if (a->coordinate != b->coordinate)
        return a->coordinate < b->coordinate ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void set_box(const struct region_level *level, struct region *region)
{
    for (size_t i = 0; i < region->count; i++) {
        struct position p = level->graph.nodes[level->members[region->first + i]].position;

        if (i == 0)
            region->low = region->high = p;
        region->low = (struct position){lesser(region->low.x, p.x), lesser(region->low.y, p.y)};
        region->high = (struct position){larger(region->high.x, p.x), larger(region->high.y, p.y)};
    }
}

static struct region *add_region(struct region_level *level, size_t first, size_t count)
{
    struct region *region;

    level->regions = grow(level->regions, &level->region_capacity, level->region_count + 1, sizeof *region);
    region = &level->regions[level->region_count++];
    *region = (struct region){.first = first, .count = count};
    set_box(level, region);
    return region;
}

/** Sorts a run of nodes along the longer side of their box, counted on the ground at about 50 degrees. */
static void sort_run(const struct region_level *level, size_t first, size_t count)
{
    struct region run = {.first = first, .count = count};
    struct key *keys = allocate(count, sizeof *keys);
    bool along_x;

    set_box(level, &run);
    along_x = (run.high.x - run.low.x) * 2 > run.high.y - run.low.y;
    for (size_t i = 0; i < count; i++) {
        uint32_t node = level->members[first + i];
        struct position p = level->graph.nodes[node].position;

        keys[i] = (struct key){along_x ? p.x : p.y, node};
    }
    sort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < count; i++)
        level->members[first + i] = keys[i].node;
    release(keys);
}

/** Halves a run of fine nodes until it fits into regions; a coarse region begins where it fits into that. */
static void cut(struct cutter *cutter, size_t first, size_t count, bool below_coarse)
{
    struct region_level *fine = cutter->fine, *coarse = cutter->coarse;

    if (!below_coarse && count <= MOST_COARSE_NODES) {
        struct region *region = add_region(coarse, 0, 0);

        region->first_child = (uint32_t)fine->region_count;
        below_coarse = true;
    }
    if (count > MOST_FINE_NODES) {
        sort_run(fine, first, count);
        cut(cutter, first, count / 2, below_coarse);
        cut(cutter, first + count / 2, count - count / 2, below_coarse);
        return;
    }
    add_region(fine, first, count)->parent = (uint32_t)coarse->region_count - 1;
    coarse->regions[coarse->region_count - 1].child_count++;
    for (size_t i = 0; i < count; i++)
        cutter->home[fine->members[first + i]] = coarse->region_count - 1;
}

/** A node of the upper level is in the region above the one that it is in below. */
static void fill_coarse(struct cutter *cutter)
{
    struct region_level *coarse = cutter->coarse, *fine = cutter->fine;
    size_t *homes = allocate(coarse->graph.node_count, sizeof *homes), next = 0;

    for (size_t i = 0; i < coarse->graph.node_count; i++) {
        size_t node = route_graph_find(&fine->graph, coarse->graph.nodes[i].position,
                                       coarse->graph.nodes[i].joint);

        homes[i] = cutter->home[node];
        coarse->regions[homes[i]].count++;
    }
    for (size_t i = 0; i < coarse->region_count; i++) {
        coarse->regions[i].first = next;
        next += coarse->regions[i].count;
        coarse->regions[i].count = 0;
    }
    for (size_t i = 0; i < coarse->graph.node_count; i++) {
        struct region *region = &coarse->regions[homes[i]];

        coarse->members[region->first + region->count++] = (uint32_t)i;
    }
    release(homes);
    for (size_t i = 0; i < coarse->region_count; i++)
        set_box(coarse, &coarse->regions[i]);
}

/** Numbers the nodes of the regions and finds the boundary nodes. */
static void number_nodes(struct region_level *level)
{
    struct route_graph *graph = &level->graph;

    for (size_t r = 0; r < level->region_count; r++)
        for (size_t i = 0; i < level->regions[r].count; i++) {
            struct route_node *node = &graph->nodes[level->members[level->regions[r].first + i]];

            node->region = (uint32_t)r;
            node->number = (uint32_t)i;
        }
    for (size_t i = 0; i < graph->link_count; i++) {
        struct route_node *a = &graph->nodes[graph->links[i].nodes[0]],
                          *b = &graph->nodes[graph->links[i].nodes[1]];

        if (a->region != b->region)
            a->boundary = b->boundary = true;
    }
}

static void set_outlines(struct region_level *level)
{
    const int64_t unit = KIWI_EIGHTHS_PER_DEGREE;

    for (size_t r = 0; r < level->region_count; r++) {
        struct region *region = &level->regions[r];

        region->outline = (struct outline){.south = floor_divide(region->low.y * unit, Y_PER_DEGREE),
                                           .north = -floor_divide(-region->high.y * unit, Y_PER_DEGREE),
                                           .west = floor_divide(region->low.x * unit, X_PER_DEGREE),
                                           .east = -floor_divide(-region->high.x * unit, X_PER_DEGREE)};
    }
}

bool regions_make(struct regions *regions, const struct network *network, const struct layout *layout,
                  struct passed_over *passed_over, struct failure *failure)
{
    struct cutter cutter = {&regions->levels[0], &regions->levels[1], NULL};
    size_t nodes;

    *regions = (struct regions){.network = network, .logical_sector_size = layout->logical_sector_size};
    for (size_t i = 0; i < ROUTE_LEVEL_COUNT; i++) {
        struct region_level *level = &regions->levels[i];

        level->number = level_numbers[i];
        if (!route_graph_make(&level->graph, network, map_levels[i], failure))
            return false;
        restrictions_apply(network, &level->graph, i == ROUTE_LEVEL_COUNT - 1 ? passed_over : NULL);
        level->members = allocate(level->graph.node_count, sizeof *level->members);
    }
    nodes = cutter.fine->graph.node_count;
    for (size_t i = 0; i < nodes; i++)
        cutter.fine->members[i] = (uint32_t)i;
    cutter.home = allocate(nodes, sizeof *cutter.home);
    if (nodes)
        cut(&cutter, 0, nodes, false);
    fill_coarse(&cutter);
    route_graph_mark_upper(&cutter.fine->graph, &cutter.coarse->graph);
    release(cutter.home);
    for (size_t i = 0; i < ROUTE_LEVEL_COUNT; i++) {
        number_nodes(&regions->levels[i]);
        set_outlines(&regions->levels[i]);
    }
    regions->header_size = (uint64_t)kiwi_type_region_related_distribution_header.fixed_size +
                           (1 + ROUTE_LEVEL_COUNT) *
                               (uint64_t)kiwi_type_region_level_management_record.fixed_size;
    if (cutter.fine->region_count >= NO_REGION)
        return refuse(failure, EXIT_INPUT,
                      "the roads need %zu regions, more than have numbers (see --no-route-planning)",
                      cutter.fine->region_count);
    return true;
}

void regions_free(struct regions *regions)
{
    for (size_t i = 0; i < ROUTE_LEVEL_COUNT; i++) {
        route_graph_free(&regions->levels[i].graph);
        release(regions->levels[i].members);
        release(regions->levels[i].regions);
    }
    *regions = (struct regions){0};
}

/* Encoding */

static uint64_t round_up(uint64_t size, uint64_t multiple)
{
    return (size + multiple - 1) / multiple * multiple;
}

static void append_header(const struct regions *regions, uint64_t base, size_t table_size,
                          struct buffer *buffer, bool *good)
{
    const uint64_t unit = regions->logical_sector_size;
    const struct kiwi_sectors sectors = {SECTOR, (uint32_t)unit};
    struct kiwi_region_related_distribution_header header = {
        .header_size = regions->header_size,
        .number_of_regions = (uint32_t)(1 + regions->levels[0].region_count +
                                        regions->levels[1].region_count),
        .region_table_address = kiwi_dsa(base + round_up(regions->header_size, unit), sectors),
        .region_table_size = (uint16_t)(round_up(table_size, unit) / unit),
        .passage_condition_address = KIWI_DSA_NULL,
        .number_of_levels = 1 + ROUTE_LEVEL_COUNT,
        .level_record_size = kiwi_type_region_level_management_record.fixed_size,
    };

    *good = *good && round_up(table_size, unit) / unit <= UINT16_MAX;
    append_encoded(buffer, good, kiwi_region_related_distribution_header_encode(&header, ROOM(buffer)));
}

static void append_level(int number, size_t count, struct buffer *buffer, bool *good)
{
    const struct kiwi_region_level_management_record record = {
        .level = (int8_t)number,
        .basic_frames = ROUTE_BASIC_FRAMES,
        .number_of_regions = (uint16_t)count,
        .region_record_size = kiwi_type_region_management_record.fixed_size,
        .node_record_size = kiwi_type_node_record.fixed_size,
        .link_record_size = kiwi_type_link_record.fixed_size,
        .link_cost_record_size = kiwi_type_link_cost_record.fixed_size,
        .regulation_record_size = kiwi_type_regulation_record.fixed_size,
        .between_links_cost_record_size = kiwi_type_between_links_cost_record.fixed_size,
    };

    append_encoded(buffer, good,
                   kiwi_region_level_management_record_encode(
                       &record, ROOM(buffer), kiwi_type_region_level_management_record.fixed_size));
}

static void append_record(const struct kiwi_region_management_record *record, struct buffer *buffer,
                          bool *good)
{
    append_encoded(buffer, good,
                   kiwi_region_management_record_encode(record, ROOM(buffer),
                                                        kiwi_type_region_management_record.fixed_size));
}

/** A record without a box and a frame. */
static struct kiwi_region_management_record dummy_record(void)
{
    return (struct kiwi_region_management_record){.latitude_upper = 0xFFFFFF,
                                                  .latitude_lower = 0xFFFFFF,
                                                  .longitude_left = 0xFFFFFF,
                                                  .longitude_right = 0xFFFFFF,
                                                  .parent = NO_REGION,
                                                  .first_child = NO_REGION,
                                                  .address = KIWI_DSA_NULL};
}

static uint32_t raw_angle(int64_t eighths)
{
    const int64_t half_turn = 180 * (int64_t)KIWI_EIGHTHS_PER_DEGREE;

    return kiwi_angle_raw((int32_t)(eighths > half_turn ? eighths - 2 * half_turn : eighths));
}

static void set_record_box(struct kiwi_region_management_record *record, const struct outline *outline)
{
    record->latitude_lower = raw_angle(outline->south);
    record->latitude_upper = raw_angle(outline->north);
    record->longitude_left = raw_angle(outline->west);
    record->longitude_right = raw_angle(outline->east);
}

/** The frames of a level, padded, and their records. */
static void append_regions(const struct regions *regions, const struct region_level *level,
                           uint64_t frames_base, struct buffer *table, struct buffer *frames, bool *good)
{
    const struct kiwi_sectors sectors = {SECTOR, regions->logical_sector_size};
    size_t start;

    for (size_t i = 0; i < level->region_count; i++) {
        const struct region *region = &level->regions[i];
        struct kiwi_region_management_record record = dummy_record();

        record.parent = (uint16_t)region->parent;
        if (region->child_count) {
            record.first_child = (uint16_t)region->first_child;
            record.number_of_children = (uint16_t)region->child_count;
        }
        if (region->count) {
            start = frames->size;
            set_record_box(&record, &region->outline);
            *good = route_frame_append(regions, level, i, frames) && *good;
            buffer_pad_from(frames, start, sectors.logical_sector_size);
            record.address = kiwi_dsa(frames_base + start, sectors);
            record.size = (uint16_t)((frames->size - start) / sectors.logical_sector_size);
            *good = *good && (frames->size - start) / sectors.logical_sector_size <= UINT16_MAX;
        }
        append_record(&record, table, good);
    }
}

bool regions_place(struct volume *volume, struct failure *failure)
{
    struct buffer buffer = {0};
    uint64_t base = volume->layout->map_file_size ? 0 : volume->alldata_size;
    bool good = regions_append(volume->regions, base, &buffer);
    uint64_t size = round_up(buffer.size, SECTOR);

    buffer_free(&buffer);
    volume->regions_start = base;
    volume->size += size;
    if (!volume->layout->map_file_size)
        volume->alldata_size += size;
    return (good && kiwi_dsa(base + size, layout_sectors(volume->layout)) != KIWI_DSA_NULL) ||
           refuse(failure, EXIT_INPUT, "the roads do not fit into route planning (see --no-route-planning)");
}

bool regions_append(const struct regions *regions, uint64_t base, struct buffer *buffer)
{
    const size_t unit = regions->logical_sector_size;
    struct kiwi_region_management_record root = dummy_record();
    size_t count = 1 + regions->levels[0].region_count + regions->levels[1].region_count,
           start = buffer->size;
    size_t table_size = count * kiwi_type_region_management_record.fixed_size;
    uint64_t frames_base = base + round_up(regions->header_size, unit) + round_up(table_size, unit);
    struct buffer table = {0}, frames = {0};
    bool good = true;

    if (regions->levels[0].region_count) {
        root.first_child = 0;
        root.number_of_children = (uint16_t)regions->levels[0].region_count;
    }
    append_header(regions, base, table_size, buffer, &good);
    append_level(ROOT_LEVEL, 1, buffer, &good);
    append_record(&root, &table, &good);
    for (size_t i = 0; i < ROUTE_LEVEL_COUNT; i++) {
        append_level(regions->levels[i].number, regions->levels[i].region_count, buffer, &good);
        append_regions(regions, &regions->levels[i], frames_base, &table, &frames, &good);
    }
    buffer_pad_from(buffer, start, unit);
    start = buffer->size;
    buffer_append(buffer, table.bytes, table.size);
    buffer_pad_from(buffer, start, unit);
    buffer_append(buffer, frames.bytes, frames.size);
    buffer_free(&table);
    buffer_free(&frames);
    return good;
}
