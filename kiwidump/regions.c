/* SPDX-License-Identifier: MIT */
/* The document's part on route planning: levels and their counts. */
#include <math.h>

#include "dump.h"
#include "value.h"

/** What a level's regions add up to. */
struct sum {
    uint64_t frames, dummies, bytes, nodes, links;
    struct kiwi_box box; /* of all regions, degrees */
};

static void add_frame(struct sum *sum, const struct kiwi_region *region)
{
    uint32_t nodes;
    uint32_t links;
    sum->frames++;
    sum->bytes += region->size;
    if (!kiwi_region_counts(region, &nodes, &links))
        return;
    sum->nodes += nodes;
    sum->links += links;
}

static void add_box(struct sum *sum, const struct kiwi_region *region)
{
    const struct kiwi_box *box = &region->box;
    sum->box.south = fmin(sum->box.south, box->south);
    sum->box.north = fmax(sum->box.north, box->north);
    sum->box.west = fmin(sum->box.west, box->west);
    sum->box.east = fmax(sum->box.east, box->east < box->west ? box->east + 360 : box->east);
}

static void add_level(struct kiwi_regions *regions, const struct kiwi_region_level *level, struct sum *sum)
{
    struct kiwi_region region;
    *sum = (struct sum){.box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL}};
    for (uint32_t i = 0; i < level->count && kiwi_regions_get(regions, level, i, &region, NULL) == KIWI_OK;
         i++) {
        if (region.dummy)
            sum->dummies++;
        else
            add_box(sum, &region);
        if (region.size != 0 && level->number != KIWI_DUMMY_LEVEL)
            add_frame(sum, &region);
    }
    if (sum->box.east > 180)
        sum->box.east -= 360;
}

static void put_count(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void put_level(struct json *json, struct kiwi_regions *regions, const struct kiwi_region_level *level)
{
    struct sum sum;
    add_level(regions, level, &sum);
    json_begin_object(json);
    json_key(json, "level");
    if (level->number == KIWI_DUMMY_LEVEL)
        json_null(json);
    else
        json_signed(json, level->number);
    put_count(json, "offset", level->offset);
    put_count(json, "regions", level->count);
    put_count(json, "dummies", sum.dummies);
    put_count(json, "frames", sum.frames);
    put_count(json, "bytes", sum.bytes);
    put_count(json, "nodes", sum.nodes);
    put_count(json, "links", sum.links);
    if (sum.box.south <= sum.box.north) {
        json_key(json, "bbox");
        value_box(json, sum.box);
    }
    json_end_object(json);
}

void dump_regions(struct dump *dump, struct kiwi_map *map)
{
    struct json *json = &dump->json;
    struct kiwi_regions *regions;
    if (kiwi_regions_open(map, &regions, NULL) != KIWI_OK)
        return;
    json_key(json, "regions");
    json_begin_array(json);
    for (size_t i = 0; i < kiwi_regions_level_count(regions); i++)
        put_level(json, regions, kiwi_regions_level(regions, i));
    json_end_array(json);
    kiwi_regions_close(regions);
}

bool dump_regions_sum(struct kiwi_map *map, uint64_t *nodes, uint64_t *links)
{
    const struct kiwi_region_level *finest = NULL;
    struct kiwi_regions *regions;
    struct sum sum;
    if (kiwi_regions_open(map, &regions, NULL) != KIWI_OK)
        return false;
    for (size_t i = 0; i < kiwi_regions_level_count(regions); i++) {
        const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
        if (level->number != KIWI_DUMMY_LEVEL && (!finest || level->number < finest->number))
            finest = level;
    }
    if (finest)
        add_level(regions, finest, &sum);
    *nodes = finest ? sum.nodes : 0;
    *links = finest ? sum.links : 0;
    kiwi_regions_close(regions);
    return *nodes > 0;
}
