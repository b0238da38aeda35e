/* SPDX-License-Identifier: MIT */
/* Block sets and their tables of blocks (6.1.2, 6.2). */
#include <stdio.h>

#include "bytes/codec.h"
#include "map/levels.h"
#include "map/tree_blocks.h"
#include "schema/engine.h"

/** How many whole records of a table lie in the file where no other record lies. They are claimed. */
uint32_t kiwi_tree_claim_table(struct kiwi_tree *tree, const struct kiwi_file *file, uint64_t offset,
                               uint64_t record_size, uint32_t count)
{
    uint64_t length = count * record_size;
    if (offset >= file->size)
        return 0;
    length = length < file->size - offset ? length : file->size - offset;
    length = kiwi_claims_free_length(tree->claims, file, offset, length);
    length -= length % record_size;
    if (length == 0 || kiwi_claims_add(tree->claims, file, offset, length) != KIWI_CLAIM_FRESH)
        return 0;
    return (uint32_t)(length / record_size);
}

void kiwi_tree_check_block_set(const struct kiwi_tree *tree, uint64_t at)
{
    const struct kiwi_block_set_management_record *record = &tree->block_set_record;
    const struct kiwi_record_type *type = &kiwi_type_block_set_management_record;
    char path[KIWI_PATH_LENGTH];
    kiwi_tree_path(tree, KIWI_TREE_BLOCK_SET, path, sizeof path);
    if (record->level != tree->level->number)
        kiwi_map_report_derived(tree->map, tree->map->header_file, type, at, path, "level",
                                (uint64_t)tree->level->number, (uint64_t)record->level);
    if (record->block_set_number != (uint8_t)tree->block_set)
        kiwi_map_report_derived(tree->map, tree->map->header_file, type, at, path, "block_set_number",
                                (uint8_t)tree->block_set, record->block_set_number);
}

/** A block set's table: as its record states it, and as it follows from the others. */
struct table {
    uint64_t stated, stated_size;
    uint64_t size;   /* a record for each block */
    uint64_t behind; /* where the table before it ends */
    uint64_t next;   /* where the one behind it begins; KIWI_NULL if there is none */
};

static bool is_in_file(const struct kiwi_tree *tree, uint64_t displacement)
{
    const struct kiwi_map *map = tree->map;
    return displacement != KIWI_NULL && displacement >= kiwi_level_frame_length(&map->header) &&
           map->header_offset < map->header_file->size &&
           displacement < map->header_file->size - map->header_offset;
}

/** Goes over the block set records of all levels, by a window of its own since items show bytes of the other,
 * for what lies around the table of the one last met. */
static void look_around(struct kiwi_tree *tree, struct table *table)
{
    struct kiwi_map *map = tree->map;
    uint64_t size = map->header.block_set_record_size;
    uint64_t own = tree->level->record.block_set_offset + tree->block_set * size;
    uint64_t at = kiwi_level_frame_length(&map->header);
    table->behind = at + map->block_sets * size;
    table->next = KIWI_NULL;
    for (size_t i = 0; i < map->level_count && table->next == KIWI_NULL; i++) {
        const struct kiwi_level_management_record *grid = &map->levels[i].record;
        uint64_t length = (uint64_t)grid->blocks_latitude * grid->blocks_longitude *
                          map->header.block_record_size;
        uint64_t count = kiwi_level_block_sets(grid);
        at = grid->block_set_offset;
        for (uint64_t set = 0; set < count; set++, at += size) {
            struct kiwi_block_set_management_record record;
            struct kiwi_view view;
            if (kiwi_window_view(&map->window, map->header_file->source, map->header_offset + at, size, &view,
                                 NULL) != KIWI_OK ||
                !kiwi_block_set_management_record_decode(&record, view.bytes, view.length, size))
                return;
            bool empty = record.table_size == 0 &&
                         (record.table_offset == 0 || record.table_offset == KIWI_NULL);
            if (empty || at == own)
                continue;
            if (at > own) {
                table->next = record.table_offset;
                return;
            }
            table->behind = (is_in_file(tree, record.table_offset) ? record.table_offset : table->behind) +
                            length;
        }
    }
}

/** Whether an address leads to what begins like parcel management information. */
static bool leads_to_lists(struct kiwi_tree *tree, const struct kiwi_block_management_record *record)
{
    struct kiwi_map *map = tree->map;
    const struct kiwi_file *file = map->header_file;
    uint64_t offset = kiwi_dsa_offset(record->address, map->sectors);
    struct kiwi_parcel_management_information head;
    struct kiwi_view view;
    if (map->header.file_name_designation)
        file = kiwi_map_named_file(map, file, (const char *)record->file_name, record->file_name_length);
    return file && file->source && offset < file->size &&
           kiwi_window_view(&tree->lists, file->source, offset, KIWI_LIST_HEAD, &view, NULL) == KIWI_OK &&
           kiwi_parcel_management_information_decode(&head, view.bytes, view.length) &&
           head.parcels_type == 0 && kiwi_tree_is_list_type(head.list_type);
}

/** Whether a displacement leads to a record for each block, of which the first few that are used lead on. */
static bool is_table(struct kiwi_tree *tree, uint64_t displacement, uint64_t length)
{
    enum { FEW = 4 };
    struct kiwi_map *map = tree->map;
    uint64_t size = map->header.block_record_size;
    struct kiwi_view view;
    unsigned used = 0;
    if (!is_in_file(tree, displacement) ||
        kiwi_window_view(&map->window, map->header_file->source, map->header_offset + displacement, length,
                         &view, NULL) != KIWI_OK ||
        view.length < length)
        return false;
    for (uint64_t at = 0; at < length && used < FEW; at += size) {
        struct kiwi_block_management_record record;
        if (!kiwi_block_management_record_decode(&record, view.bytes + at, length - at, size))
            return false;
        if (record.address == KIWI_DSA_NULL)
            continue;
        if (!leads_to_lists(tree, &record))
            return false;
        used++;
    }
    return used > 0;
}

/** Puts right what a block set record says of its table; false if that has none. */
static bool derive_table(struct kiwi_tree *tree, uint64_t at, struct table *table)
{
    const struct kiwi_record_type *type = &kiwi_type_block_set_management_record;
    char path[KIWI_PATH_LENGTH];
    look_around(tree, table);
    bool there = is_table(tree, table->stated, table->size);
    bool fewer = table->stated_size != 0 && table->stated_size < table->size &&
                 table->stated + table->stated_size == table->next;
    if (there && (table->stated_size == table->size || fewer))
        return true;
    kiwi_tree_path(tree, KIWI_TREE_BLOCK_SET, path, sizeof path);
    if (!there && table->behind != table->stated && is_table(tree, table->behind, table->size) &&
        table->behind != table->next) {
        kiwi_map_report_derived(tree->map, tree->map->header_file, type, at, path, "table_offset",
                                table->behind, table->stated);
        table->stated = table->behind;
        there = true;
    }
    if (there && table->stated_size != table->size) {
        kiwi_map_report_derived(tree->map, tree->map->header_file, type, at, path, "table_size", table->size,
                                table->stated_size);
        table->stated_size = table->size;
    }
    return there ||
           (table->stated != KIWI_NULL && table->stated_size != 0 && table->stated_size != KIWI_NULL);
}

bool kiwi_tree_begin_table(struct kiwi_tree *tree, uint64_t at)
{
    const struct kiwi_block_set_management_record *record = &tree->block_set_record;
    const struct kiwi_file *file = tree->map->header_file;
    uint64_t size = tree->map->header.block_record_size;
    struct table table = {
        .stated = record->table_offset, .stated_size = record->table_size, .size = tree->blocks * size};
    if (table.stated_size == 0 && (table.stated == 0 || table.stated == KIWI_NULL))
        return false;
    if (!tree->map->tables_sound && !derive_table(tree, at, &table))
        return false;
    tree->table_offset = table.stated;
    uint64_t offset = tree->map->header_offset + table.stated;
    if (offset >= file->size) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK_SET, file, at + 2, KIWI_ERROR, "table_offset",
                         "a table inside the file", offset);
        return false;
    }
    uint64_t records = table.stated_size / size;
    records = records < tree->blocks ? records : tree->blocks;
    tree->table_blocks = kiwi_tree_claim_table(tree, file, offset, size, (uint32_t)records);
    if (tree->table_blocks != tree->blocks)
        kiwi_tree_report(tree, KIWI_TREE_BLOCK_SET, file, at, KIWI_ERROR, "table_size",
                         "a record for each block, and none that is used otherwise", tree->table_blocks);
    return tree->table_blocks != 0;
}
