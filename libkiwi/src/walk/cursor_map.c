/* SPDX-License-Identifier: MIT */
/* The map along its structure: the heads of ALLDATA.KWI, its levels, and what else it leads to. */
#include "walk/walk.h"

#include <stdio.h>

enum part {
    VOLUME,
    HEADER_TABLE,
    DISTRIBUTION_HEADER,
    LEVEL_RECORDS,
    LEVELS,
    ROUTE_PLANNING,
    INDEX,  /* its pieces in files of the map */
    OTHERS, /* what other records of the table lead to */
    REST,   /* bytes that nothing claimed */
    END,
};

struct map_cursor {
    struct kiwi_cursor base;
    enum part part; /* that comes next */
    size_t level;   /* that comes next in it */
};

/** The next level that is wanted; NULL behind the last one, and then the part after it is next. */
static const struct kiwi_level *next_level(const struct kiwi_walk *walk, struct map_cursor *cursor)
{
    const struct kiwi_level *level;
    while ((level = kiwi_map_level(walk->map, cursor->level))) {
        cursor->level++;
        if (!walk->scope.has_level || level->number == walk->scope.level)
            return level;
    }
    cursor->level = 0;
    cursor->part++;
    return NULL;
}

static enum kiwi_turn take_distribution_header(struct kiwi_walk *walk)
{
    const struct kiwi_map *map = walk->map;
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    if (!map->header_file)
        return KIWI_TURN_AGAIN;
    return kiwi_walk_claim_and_take(walk, type, map->header_file, map->header_offset, type->fixed_size, NULL,
                                    "parcel_related_data");
}

static enum kiwi_turn take_level_record(struct kiwi_walk *walk, struct map_cursor *cursor)
{
    const struct kiwi_level *level = next_level(walk, cursor);
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {walk->map->header.level_record_size};
    char path[32];
    if (!level)
        return KIWI_TURN_AGAIN;
    snprintf(path, sizeof path, "level[%d]", level->number);
    return kiwi_walk_claim_and_take(walk, &kiwi_type_level_management_record, walk->map->header_file,
                                    level->offset, arguments[0], arguments, path);
}

static enum kiwi_turn begin_level(struct kiwi_walk *walk, struct map_cursor *cursor)
{
    const struct kiwi_level *level = next_level(walk, cursor);
    return level && !walk->scope.headers ? kiwi_level_begin(walk, level) : KIWI_TURN_AGAIN;
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct map_cursor *map = (struct map_cursor *)cursor;
    const struct kiwi_file *file = walk->map->file;
    (void)item;
    switch (map->part) {
    case VOLUME:
        map->part++;
        return kiwi_walk_claim_and_take(walk, &kiwi_type_data_volume, file, 0, KIWI_VOLUME_SIZE, NULL,
                                        "data_volume");
    case HEADER_TABLE:
        map->part++;
        return kiwi_walk_claim_and_take(walk, &kiwi_type_management_header_table, file, KIWI_VOLUME_SIZE,
                                        KIWI_VOLUME_SIZE, NULL, "management_header_table");
    case DISTRIBUTION_HEADER: map->part++; return take_distribution_header(walk);
    case LEVEL_RECORDS: return take_level_record(walk, map);
    case LEVELS: return begin_level(walk, map);
    case ROUTE_PLANNING:
        map->part = kiwi_walk_only_parcels(walk) ? END : walk->scope.headers ? OTHERS : INDEX;
        if (walk->regions)
            kiwi_route_begin(walk);
        return KIWI_TURN_AGAIN;
    case INDEX: map->part = OTHERS; return kiwi_index_in_map_begin(walk);
    case OTHERS:
        map->part = walk->scope.headers || walk->order ? END : REST;
        kiwi_other_begin(walk);
        return KIWI_TURN_AGAIN;
    case REST:
        map->part = END;
        kiwi_rest_begin(walk, file);
        return KIWI_TURN_AGAIN;
    case END: break;
    }
    return KIWI_TURN_OVER;
}

void kiwi_map_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct map_cursor), next, kiwi_no_path, NULL};
    struct map_cursor *map = kiwi_stack_push(&walk->stack, &type);
    map->part = kiwi_walk_only_parcels(walk) ? LEVEL_RECORDS : VOLUME;
}
