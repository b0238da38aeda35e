/* SPDX-License-Identifier: MIT */
/* Route planning (chapters 9 and 10): its header and tables, then the frames of its regions. */
#include "walk/walk.h"

#include <stdio.h>

struct route_cursor {
    struct kiwi_cursor base;
    uint32_t
        table; /* that comes next: 0 = the header, then one for each level, the common passage conditions */
    uint32_t region; /* of the next frame, in its level */
    size_t level;    /* of the next frame */
};

static enum kiwi_turn take_region_table(struct kiwi_walk *walk, const struct kiwi_region_level *level)
{
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {level->count, level->record.region_record_size};
    char path[KIWI_REGION_PATH_LENGTH];
    if (level->count == 0)
        return KIWI_TURN_AGAIN;
    snprintf(path, sizeof path, "region_table[%d]", level->number);
    return kiwi_walk_claim_and_take(walk, &kiwi_type_region_management_table, walk->regions->table_file,
                                    level->table_offset, level->count * level->record.region_record_size,
                                    arguments, path);
}

static enum kiwi_turn take_table(struct kiwi_walk *walk, uint32_t table)
{
    const struct kiwi_regions *regions = walk->regions;
    const struct kiwi_region_level *level = table > 0 ? kiwi_regions_level(regions, table - 1) : NULL;
    if (table == 0)
        return kiwi_walk_claim_and_take(walk, &kiwi_type_region_related_distribution_header,
                                        regions->header_file, regions->header_offset, regions->header_size,
                                        NULL, "region_related_data");
    if (level)
        return take_region_table(walk, level);
    if (!regions->passage_file)
        return KIWI_TURN_AGAIN;
    const uint64_t each = regions->header.passage_condition_record_size;
    const uint64_t end = regions->passage_file->size;
    uint64_t size = regions->passage_offset < end ? end - regions->passage_offset : 0;
    size = size < regions->passage_size ? size : regions->passage_size;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {each == KIWI_NULL ? 0 : each,
                                                        each == KIWI_NULL || each == 0 ? 0 : size / each};
    return kiwi_walk_claim_and_take(walk, &kiwi_type_common_passage_condition_table, regions->passage_file,
                                    regions->passage_offset, regions->passage_size, arguments,
                                    "passage_conditions");
}

/** A region's frame. */
static enum kiwi_turn take_frame(struct kiwi_walk *walk, const struct kiwi_region *region)
{
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_REGION_PATH_LENGTH];
    uint64_t length = region->size;
    if (!walk->order && !kiwi_walk_in_range(walk, region->file, region->offset, region->size)) {
        kiwi_claims_add(&walk->claims, region->file, region->offset, region->size);
        return KIWI_TURN_AGAIN;
    }
    kiwi_region_path(region, path);
    kiwi_region_arguments(region->level, arguments);
    if (!kiwi_walk_claim(walk, region->file, region->offset, &length, path))
        return KIWI_TURN_AGAIN;
    enum kiwi_turn turn = kiwi_walk_take(walk, &kiwi_type_route_planning_distribution_header, region->file,
                                         region->offset, length, arguments, path);
    if (turn != KIWI_TURN_FAILED && walk->scope.check && !walk->order)
        kiwi_region_check(walk->regions, region, &walk->engine.view);
    return turn;
}

static enum kiwi_turn take_region(struct kiwi_walk *walk, const struct kiwi_region_level *level,
                                  uint32_t number)
{
    struct kiwi_regions *regions = walk->regions;
    struct kiwi_region region;
    enum kiwi_status status = kiwi_regions_get(regions, level, number, &region, &walk->error);
    if (status == KIWI_ERROR_NOT_FOUND) {
        walk->error.status = KIWI_OK;
        return KIWI_TURN_AGAIN;
    }
    if (status != KIWI_OK)
        return KIWI_TURN_FAILED;
    if (walk->scope.check)
        kiwi_region_check_hierarchy(regions, &region);
    if (region.cut)
        kiwi_region_report(regions, KIWI_ERROR, &region, "address",
                           "a frame of at most 4 MiB inside the file", region.offset);
    return region.size != 0 && level->number != KIWI_DUMMY_LEVEL ? take_frame(walk, &region)
                                                                 : KIWI_TURN_AGAIN;
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct route_cursor *route = (struct route_cursor *)cursor;
    (void)item;
    if (route->table <= walk->regions->level_count + 1)
        return take_table(walk, route->table++);
    const struct kiwi_region_level *level = kiwi_regions_level(walk->regions, route->level);
    if (!level)
        return KIWI_TURN_OVER;
    if (route->region < level->count)
        return take_region(walk, level, route->region++);
    route->level++;
    route->region = 0;
    return KIWI_TURN_AGAIN;
}

void kiwi_route_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct route_cursor), next, kiwi_no_path, NULL};
    kiwi_stack_push(&walk->stack, &type);
}
