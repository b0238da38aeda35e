/* SPDX-License-Identifier: MIT */
/* How many block sets of a level have data, and how many blocks they list (6.1.2). */
#include "map/map.h"

struct kiwi_level_blocks kiwi_map_blocks(struct kiwi_map *map, const struct kiwi_level *level)
{
    const struct kiwi_level_management_record *grid = &level->record;
    const size_t head = kiwi_type_block_set_management_record.fixed_size;
    uint64_t size = map->header.block_set_record_size;
    uint64_t block_size = map->header.block_record_size;
    struct kiwi_level_blocks blocks = {(uint64_t)grid->block_sets_latitude * grid->block_sets_longitude, 0,
                                       0};
    if (size == KIWI_NULL || size < head || grid->block_set_offset == KIWI_NULL)
        return blocks;
    for (uint64_t i = 0; i < blocks.block_sets; i++) {
        uint64_t at = map->header_offset + grid->block_set_offset + i * size;
        struct kiwi_block_set_management_record record;
        struct kiwi_view view;
        if (kiwi_window_view_around(&map->window, map->header_file->source, at, head, &view, NULL) !=
                KIWI_OK ||
            !kiwi_block_set_management_record_decode(&record, view.bytes, view.length, head))
            break;
        if (view.damaged || record.table_offset == KIWI_NULL || record.table_size == 0 ||
            record.table_size == KIWI_NULL)
            continue;
        blocks.with_table++;
        if (block_size != 0 && block_size != KIWI_NULL)
            blocks.listed += record.table_size / block_size;
    }
    return blocks;
}
