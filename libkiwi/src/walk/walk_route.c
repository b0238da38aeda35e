/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "walk/walk_state.h"

/** The next table of route planning. */
static void next_region_table(struct kiwi_walk *walk)
{
    struct kiwi_regions *regions = walk->regions;
    uint32_t step = walk->region_step++;
    const struct kiwi_region_level *level = step > 0 ? kiwi_regions_level(regions, step - 1) : NULL;
    char path[KIWI_REGION_PATH_LENGTH];
    if (step == 0) {
        walk->file = regions->header_file;
        kiwi_walk_start_section(walk, &kiwi_type_region_related_distribution_header, regions->header_offset,
                                regions->header_size, NULL, "region_related_data");
    } else if (level) {
        const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {level->count, level->record.region_record_size};
        snprintf(path, sizeof path, "region_table[%d]", level->number);
        walk->file = regions->table_file;
        if (level->count != 0)
            kiwi_walk_start_section(walk, &kiwi_type_region_management_table, level->table_offset,
                                    level->count * level->record.region_record_size, arguments, path);
    } else {
        uint64_t size = regions->header.passage_condition_record_size;
        const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {size == KIWI_NULL ? 0 : size};
        walk->file = regions->passage_file;
        if (walk->file)
            kiwi_walk_start_section(walk, &kiwi_type_common_passage_condition_table, regions->passage_offset,
                                    regions->passage_size, arguments, "passage_conditions");
    }
}

/** A region's frame. */
static void take_region(struct kiwi_walk *walk, const struct kiwi_region *region)
{
    const struct kiwi_record_type *type = &kiwi_type_route_planning_distribution_header;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_REGION_PATH_LENGTH];
    walk->file = region->file;
    kiwi_region_path(region, path);
    kiwi_region_arguments(region->level, arguments);
    if (!walk->collecting && !kiwi_walk_in_range(walk, region->file, region->offset, region->size)) {
        kiwi_claims_add(&walk->claims, region->file, region->offset, region->size);
        return;
    }
    if (kiwi_walk_start_section(walk, type, region->offset, region->size, arguments, path) && walk->check &&
        !walk->collecting)
        kiwi_region_check(walk->regions, region, &walk->engine.view);
}

/** The next frame of route planning; false if there is none. */
static bool next_region(struct kiwi_walk *walk)
{
    const struct kiwi_region_level *level = kiwi_regions_level(walk->regions, walk->region_level);
    struct kiwi_region region;
    if (!level)
        return false;
    if (walk->region_number >= level->count) {
        walk->region_level++;
        walk->region_number = 0;
        return true;
    }
    enum kiwi_status status = kiwi_regions_get(walk->regions, level, walk->region_number++, &region,
                                               &walk->error);
    if (status == KIWI_ERROR_NOT_FOUND)
        walk->error.status = KIWI_OK;
    else if (status != KIWI_OK)
        return kiwi_walk_fail(walk);
    if (status != KIWI_OK)
        return true;
    if (walk->check)
        kiwi_region_check_hierarchy(walk->regions, &region);
    if (region.cut)
        kiwi_region_report(walk->regions, KIWI_ERROR, &region, "address",
                           "a frame of at most 4 MiB inside the file", region.offset);
    if (region.size != 0 && region.level->number != KIWI_DUMMY_LEVEL)
        take_region(walk, &region);
    return true;
}

void kiwi_walk_next_route_planning(struct kiwi_walk *walk)
{
    if (walk->regions && walk->region_step <= walk->regions->level_count + 1) {
        next_region_table(walk);
        return;
    }
    if ((walk->regions && next_region(walk)) || walk->stage == KIWI_STAGE_END)
        return;
    walk->file = walk->map->file;
    walk->next_record = 1;
    walk->stage = KIWI_STAGE_OTHERS;
}
