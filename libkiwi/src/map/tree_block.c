/* SPDX-License-Identifier: MIT */
/* The parcel management information of a block, and how long its own lists make it (6.2.1, 6.3). */
#include "bytes/codec.h"
#include "map/tree_blocks.h"
#include "schema/engine.h"

/** Range of places 0..count-1 of size cells each, from cell origin on, that touch first..end-1. */
void kiwi_tree_clip(uint32_t origin, uint32_t size, uint32_t count, uint32_t first, uint32_t end,
                    uint32_t *from, uint32_t *to)
{
    uint64_t last = (uint64_t)origin + (uint64_t)size * count;
    *from = first <= origin ? 0 : (first - origin) / size;
    *to = end >= last ? count : end <= origin ? 0 : (end - origin + size - 1) / size;
}

/** Restricts the root list to the wanted cells; an integrated parcel may begin up to seven cells before them.
 */
static void bound_list(const struct kiwi_tree *tree, struct kiwi_tree_list *list, uint32_t block_column,
                       uint32_t block_row)
{
    uint32_t from;
    uint32_t to;
    uint32_t spare = KIWI_INTEGRATION_LIMIT - 1;
    if (!tree->bounded)
        return;
    kiwi_tree_clip(block_column, 1, list->columns,
                   tree->first_column > spare ? tree->first_column - spare : 0, tree->end_column, &from, &to);
    list->first_column = list->column = from;
    list->end_column = to;
    kiwi_tree_clip(block_row, 1, list->rows, tree->first_row > spare ? tree->first_row - spare : 0,
                   tree->end_row, &from, &to);
    list->row = list->first_row = from;
    list->end_row = to;
}

/** Where the last list of parts ends. Its type may be wrong: then the one that makes it end with the block is
 * right. */
static uint64_t end_of_part(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                            const struct kiwi_parcel_management_information *head, uint64_t stated)
{
    uint64_t sector = tree->map->sectors.logical_sector_size;
    uint64_t end = stated;
    for (uint32_t i = head->parcels_type == 0 ? 1 : 0; i <= 3; i++) {
        uint32_t type = i == 0 ? head->parcels_type : i;
        uint32_t rows;
        uint32_t columns;
        kiwi_tree_part_counts(tree->level, type, &rows, &columns);
        uint64_t other = kiwi_tree_lists_end(tree, view, at, (uint64_t)rows * columns, head->list_type);
        if (i == 0 || (other <= stated && stated - other < sector))
            end = other;
        if (other <= stated && stated - other < sector)
            break;
    }
    return end;
}

/** The last list of parts that a slot leads to before a limit; 0 if there is none. */
static uint64_t last_part(const struct kiwi_tree *tree, const struct kiwi_view *view, uint32_t list_type,
                          uint64_t limit)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint64_t slots = (uint64_t)grid->parcels_latitude * grid->parcels_longitude;
    uint64_t size = kiwi_tree_slot_size(list_type);
    struct kiwi_parcel_management_information head;
    uint64_t last = 0;
    for (uint64_t at = KIWI_LIST_HEAD; slots > 0 && at < view->length; slots--, at += size) {
        struct kiwi_main_map_parcel_management_record slot;
        if (!kiwi_main_map_parcel_management_record_decode(&slot, view->bytes + at, view->length - at,
                                                           list_type))
            break;
        if (slot.size == 0 && slot.address == 0 && slot.divided_offset > last &&
            slot.divided_offset < limit && kiwi_tree_part_head(view, slot.divided_offset, list_type, &head))
            last = slot.divided_offset;
    }
    return last;
}

/** Whether a list of parts follows: by its head, or since a slot leads there, where its type may be wrong. */
static bool part_follows(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                         uint32_t list_type, struct kiwi_parcel_management_information *head)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    const uint64_t slots = (uint64_t)grid->parcels_latitude * grid->parcels_longitude;
    const uint64_t size = kiwi_tree_slot_size(list_type);
    struct kiwi_main_map_parcel_management_record slot;
    if (kiwi_tree_part_head(view, at, list_type, head))
        return true;
    if (at >= view->length || !kiwi_any(view->bytes + at, view->length - at) ||
        !kiwi_parcel_management_information_decode(head, view->bytes + at, view->length - at) ||
        head->list_type != list_type)
        return false;
    for (uint64_t i = 0, place = KIWI_LIST_HEAD; i < slots && place < view->length; i++, place += size)
        if (kiwi_main_map_parcel_management_record_decode(&slot, view->bytes + place, view->length - place,
                                                          list_type) &&
            slot.size == 0 && slot.address == 0 && slot.divided_offset == at)
            return true;
    return false;
}

/** Where the lists of a block end, those of its divided parcels too, as far as the view shows them. A slot
 * that leads behind the stated end is not gone by where lists fill the block. */
static uint64_t end_of_block(const struct kiwi_tree *tree, const struct kiwi_view *view, uint32_t list_type,
                             uint64_t stated)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint64_t sector = tree->map->sectors.logical_sector_size;
    uint64_t first = kiwi_tree_lists_end(
        tree, view, 0, (uint64_t)grid->parcels_latitude * grid->parcels_longitude, list_type);
    struct kiwi_parcel_management_information head;
    uint64_t inside = last_part(tree, view, list_type, stated);
    uint64_t last = last_part(tree, view, list_type, view->length);
    uint64_t end = inside != 0 && kiwi_tree_part_head(view, inside, list_type, &head)
                       ? end_of_part(tree, view, inside, &head, stated)
                       : first;
    while (end < stated && part_follows(tree, view, end, list_type, &head))
        end = end_of_part(tree, view, end, &head, stated);
    if (last == inside)
        return end > first ? end : first;
    if (end <= stated && stated - end < sector)
        return end;
    kiwi_tree_part_head(view, last, list_type, &head);
    return end_of_part(tree, view, last, &head, stated);
}

/** Bytes that lists may take whose size is not known: as far as slots lead, and the largest part behind that.
 */
static uint64_t furthest(const struct kiwi_tree *tree, const struct kiwi_view *view, uint32_t list_type)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint64_t slots = (uint64_t)grid->parcels_latitude * grid->parcels_longitude;
    uint64_t size = kiwi_tree_slot_size(list_type);
    uint64_t most = kiwi_tree_lists_end(tree, view, 0, slots, list_type);
    uint64_t last = 0;
    for (uint64_t at = KIWI_LIST_HEAD; slots > 0 && at < view->length; slots--, at += size) {
        struct kiwi_main_map_parcel_management_record slot;
        if (!kiwi_main_map_parcel_management_record_decode(&slot, view->bytes + at, view->length - at,
                                                           list_type))
            break;
        if (slot.size == 0 && slot.address == 0 && slot.divided_offset > last &&
            slot.divided_offset < KIWI_WINDOW_LIMIT / 2)
            last = slot.divided_offset;
    }
    for (uint32_t type = 1; last != 0 && type <= 3; type++) {
        uint32_t rows;
        uint32_t columns;
        kiwi_tree_part_counts(tree->level, type, &rows, &columns);
        uint64_t end = last + KIWI_LIST_HEAD + 2 * (uint64_t)rows * columns * size;
        most = end > most ? end : most;
    }
    return most;
}

static bool view_lists(struct kiwi_tree *tree, uint64_t offset, uint64_t length)
{
    return kiwi_window_view_around(&tree->lists, tree->file->source, offset, length, &tree->view,
                                   tree->error) == KIWI_OK;
}

/**
 * Views the parcel management information. If its size cannot be right, because its lists are longer or
 * something else follows them at once, it is as long as its lists.
 */
static bool view_block(struct kiwi_tree *tree, uint64_t offset, uint64_t stated, uint64_t at,
                       uint32_t *list_type)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint64_t sector = tree->map->sectors.logical_sector_size;
    uint64_t slots = (uint64_t)grid->parcels_latitude * grid->parcels_longitude;
    struct kiwi_parcel_management_information head;
    struct kiwi_view *view = &tree->view;
    if (!view_lists(tree, offset, stated > KIWI_LIST_HEAD ? stated : KIWI_LIST_HEAD))
        return false;
    if (view->damaged || !kiwi_parcel_management_information_decode(&head, view->bytes, view->length))
        return true; /* what cannot be read contradicts nothing */
    *list_type = kiwi_tree_list_type(tree, view, slots, head.list_type, stated);
    if (!kiwi_tree_is_list_type(*list_type))
        return true;
    uint64_t end = kiwi_tree_lists_end(tree, view, 0, slots, *list_type);
    if (end <= stated && stated - end < sector)
        return true; /* they fill it, without a divided parcel */
    if (end > view->length && !view_lists(tree, offset, end))
        return false;
    end = furthest(tree, view, *list_type);
    if (end > view->length && !view_lists(tree, offset, end))
        return false;
    end = end_of_block(tree, view, *list_type, stated);
    end = (end + sector - 1) / sector * sector;
    bool longer = end < stated && end < view->length && kiwi_any(view->bytes + end, view->length - end);
    if (end <= stated && !longer) {
        view->length = stated < view->length ? (size_t)stated : view->length;
        return true;
    }
    kiwi_tree_report_derived(tree, KIWI_TREE_BLOCK, tree->map->header_file,
                             &kiwi_type_block_management_record, at, "size", end / sector, stated / sector);
    return view_lists(tree, offset, end);
}

enum kiwi_tree_step kiwi_tree_begin_block(struct kiwi_tree *tree,
                                          const struct kiwi_block_management_record *record, uint64_t at)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    const struct kiwi_file *from = tree->map->header_file;
    uint64_t offset = kiwi_dsa_offset(record->address, tree->map->sectors);
    uint64_t size = (uint64_t)record->size * tree->map->sectors.logical_sector_size;
    if (offset == KIWI_NULL && size != 0)
        kiwi_tree_report_derived(tree, KIWI_TREE_BLOCK, from, &kiwi_type_block_management_record, at, "size",
                                 0, record->size);
    if (offset == KIWI_NULL)
        return KIWI_TREE_BLOCK;
    tree->file = tree->map->header.file_name_designation
                     ? kiwi_map_named_file(tree->map, from, (const char *)record->file_name,
                                           record->file_name_length)
                     : from;
    if (!tree->file || !tree->file->source) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "file_name", "a file of the disc", 0);
        return KIWI_TREE_BLOCK;
    }
    if (offset >= tree->file->size) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "address",
                         "parcel management information inside the file", offset);
        return KIWI_TREE_BLOCK;
    }
    uint32_t list_type = UINT32_MAX;
    if (!view_block(tree, offset, size, at, &list_type))
        return KIWI_TREE_FAILED;
    if (kiwi_claims_add(tree->claims, tree->file, offset, tree->view.length) != KIWI_CLAIM_FRESH) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "address",
                         "bytes that no other record refers to", offset);
        return KIWI_TREE_BLOCK;
    }
    struct kiwi_parcel_management_information head;
    kiwi_extents_clear(&tree->used);
    tree->gap_from = 0;
    tree->in_block = true;
    tree->in_root = tree->in_guidance = tree->in_part = tree->in_part_guidance = false;
    if (kiwi_view_readable(&tree->view, 0, KIWI_LIST_HEAD) < KIWI_LIST_HEAD ||
        !kiwi_parcel_management_information_decode(&head, tree->view.bytes, tree->view.length) ||
        !kiwi_tree_begin_list(tree, &tree->root, 0, grid->parcels_latitude, grid->parcels_longitude,
                              list_type != UINT32_MAX ? list_type : head.list_type))
        return KIWI_TREE_BLOCK;
    tree->met_in_part = tree->met_guidance = false;
    if (tree->root.list_type != head.list_type)
        kiwi_tree_report_derived(tree, KIWI_TREE_LIST, tree->file, &kiwi_type_parcel_management_information,
                                 offset, "list_type", tree->root.list_type, head.list_type);
    if (head.parcels_type != 0)
        kiwi_tree_report_derived(tree, KIWI_TREE_LIST, tree->file, &kiwi_type_parcel_management_information,
                                 offset, "parcels_type", 0, head.parcels_type);
    tree->lists_end = kiwi_tree_lists_end(
        tree, &tree->view, 0, (uint64_t)tree->root.rows * tree->root.columns, tree->root.list_type);
    tree->in_root = true;
    uint32_t block_column = tree->block_set % grid->block_sets_longitude * grid->blocks_longitude +
                            tree->block % grid->blocks_longitude;
    uint32_t block_row = tree->block_set / grid->block_sets_longitude * grid->blocks_latitude +
                         tree->block / grid->blocks_longitude;
    bound_list(tree, &tree->root, block_column * grid->parcels_longitude, block_row * grid->parcels_latitude);
    return KIWI_TREE_BLOCK;
}
