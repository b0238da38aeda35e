/* SPDX-License-Identifier: MIT */
/* The parcel management of a level: block sets, blocks, parcels and what they lead to. */
#include "map/parcel_tree.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bytes/codec.h"
#include "map/tree_blocks.h"
#include "map/tree_guidance.h"

#define TURN (360 * KIWI_EIGHTHS_PER_DEGREE)

/* Bounds */

static uint32_t cell_below(int64_t distance, int32_t span, uint32_t cells)
{
    int64_t cell = distance <= 0 ? 0 : distance * cells / span;
    return cell >= cells ? cells - 1 : (uint32_t)cell;
}

/** Sets the cells that box touches; false if it touches none. */
static bool set_bounds(struct kiwi_tree *tree, const struct kiwi_box *box)
{
    const struct kiwi_level *level = tree->level;
    int64_t south = (int64_t)floor(box->south * KIWI_EIGHTHS_PER_DEGREE) - level->grid.south;
    int64_t north = (int64_t)ceil(box->north * KIWI_EIGHTHS_PER_DEGREE) - level->grid.south;
    if (north < 0 || south > level->grid.height || north < south)
        return false;
    tree->first_row = cell_below(south, level->grid.height, level->rows);
    tree->end_row = cell_below(north, level->grid.height, level->rows) + 1;
    int64_t west = ((int64_t)floor(box->west * KIWI_EIGHTHS_PER_DEGREE) - level->grid.west) % TURN;
    int64_t width = (int64_t)ceil(box->east * KIWI_EIGHTHS_PER_DEGREE) -
                    (int64_t)floor(box->west * KIWI_EIGHTHS_PER_DEGREE);
    west += west < 0 ? TURN : 0;
    width += width < 0 ? TURN : 0;
    width = width < TURN ? width : TURN;
    int64_t east = west + width;
    if (west > level->grid.width && east < TURN)
        return false;
    tree->first_column = cell_below(west > level->grid.width ? 0 : west, level->grid.width, level->columns);
    tree->end_column =
        cell_below(west > level->grid.width ? east - TURN : east, level->grid.width, level->columns) + 1;
    if (west <= level->grid.width && east >= TURN) { /* both ends of the coverage */
        tree->first_column = 0;
        tree->end_column = level->columns;
    }
    return true;
}

/* Opening */

/** Claims the block set management records of the level; what is not there is left out. */
static void claim_block_sets(struct kiwi_tree *tree)
{
    const struct kiwi_map *map = tree->map;
    uint64_t offset = map->header_offset + tree->level->record.block_set_offset;
    uint32_t claimed = kiwi_tree_claim_table(tree, map->header_file, offset,
                                             map->header.block_set_record_size, tree->block_sets);
    if (claimed != tree->block_sets)
        kiwi_tree_report(tree, KIWI_TREE_BLOCK_SET, map->header_file, offset, KIWI_ERROR, "block_set_offset",
                         "a record for each block set, and none that is used otherwise", claimed);
    tree->block_sets = claimed;
}

enum kiwi_status kiwi_tree_open(struct kiwi_tree *tree, struct kiwi_map *map, const struct kiwi_level *level,
                                const struct kiwi_box *box, struct kiwi_claims *claims,
                                struct kiwi_error *error)
{
    const struct kiwi_level_management_record *record = &level->record;
    memset(tree, 0, sizeof *tree);
    tree->map = map;
    tree->level = level;
    tree->claims = claims;
    tree->error = error;
    kiwi_window_init(&tree->tables);
    kiwi_window_init(&tree->lists);
    kiwi_extents_init(&tree->used);
    kiwi_claims_init(&tree->guided, map->disc);
    tree->part.part = tree->part_guidance.part = true;
    tree->guidance.guidance = tree->part_guidance.guidance = true;
    tree->block_sets = (uint32_t)record->block_sets_latitude * record->block_sets_longitude;
    tree->blocks = (uint32_t)record->blocks_latitude * record->blocks_longitude;
    tree->end_column = level->columns;
    tree->end_row = level->rows;
    tree->bounded = box;
    if (box && !set_bounds(tree, box))
        tree->block_sets = 0;
    if (tree->block_sets != 0)
        claim_block_sets(tree);
    return KIWI_OK;
}

void kiwi_tree_close(struct kiwi_tree *tree)
{
    kiwi_window_free(&tree->tables);
    kiwi_window_free(&tree->lists);
    kiwi_extents_free(&tree->used);
    kiwi_claims_free(&tree->guided);
}

/* Slots */

/** A record of the block's buffer, or a gap if type is NULL. */
static void record_item(const struct kiwi_tree *tree, struct kiwi_tree_item *item,
                        const struct kiwi_record_type *type, const uint8_t *bytes, uint64_t available,
                        uint64_t argument)
{
    *item = (struct kiwi_tree_item){.type = type,
                                    .bytes = bytes,
                                    .available = available,
                                    .argument = argument,
                                    .offset = tree->view.offset + (uint64_t)(bytes - tree->view.bytes),
                                    .file = tree->file};
}

/** What the slot last met leads to. */
static void follow_slot(struct kiwi_tree *tree, struct kiwi_tree_list *list, uint32_t row, uint32_t column,
                        const uint8_t *bytes, uint64_t offset)
{
    struct kiwi_main_map_parcel_management_record record;
    if (list->guidance) {
        kiwi_tree_take_guidance(tree, list, row, column, bytes, offset);
        return;
    }
    if (!kiwi_main_map_parcel_management_record_decode(&record, bytes, list->slot_size, list->list_type))
        return;
    if (record.size != 0 && record.address == KIWI_DSA_NULL)
        kiwi_tree_report_derived(tree, KIWI_TREE_SLOT, tree->file,
                                 &kiwi_type_main_map_parcel_management_record, offset, "size", 0,
                                 record.size);
    else if (record.size != 0 && kiwi_tree_begin_sized(tree, list, &record, offset))
        return;
    else if (record.size != 0)
        kiwi_tree_begin_parcel(tree, list, row, column, &record, bytes, offset);
    else if (record.address == 0 && kiwi_tree_begin_unsized(tree, list, row, column, &record, bytes, offset))
        return;
    else if (record.address == 0 && !list->part) /* absent: the four bytes are a displacement */
        kiwi_tree_begin_part(tree, offset, record.divided_offset);
    else if (record.address == 0)
        kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, offset, KIWI_ERROR, "size",
                         "a part of a divided parcel that is not divided again", 0);
}

/** The head or the next slot of a list; KIWI_TREE_END when it is done. */
static enum kiwi_tree_step next_slot(struct kiwi_tree *tree, struct kiwi_tree_list *list,
                                     struct kiwi_tree_item *item)
{
    tree->met_in_part = list->part;
    tree->met_guidance = list->guidance;
    if (!list->begun) {
        list->begun = true;
        record_item(tree, item, &kiwi_type_parcel_management_information, tree->view.bytes + list->start,
                    KIWI_LIST_HEAD, 0);
        return KIWI_TREE_LIST;
    }
    if (list->column >= list->end_column) {
        list->column = list->first_column;
        list->row++;
    }
    if (list->row >= list->end_row || list->row >= list->rows || list->column >= list->end_column)
        return KIWI_TREE_END;
    uint32_t row = list->row;
    uint32_t column = list->column++;
    const uint8_t *bytes = kiwi_tree_slot_bytes(tree, list, row, column);
    record_item(tree, item, kiwi_tree_slot_type(list), bytes, list->slot_size, list->list_type);
    *(list->part ? &tree->part_slot : &tree->slot) = row * list->columns + column;
    if (kiwi_tree_is_certain(tree, list, row, column))
        follow_slot(tree, list, row, column, bytes, item->offset);
    return KIWI_TREE_SLOT;
}

/** What is left of the block's buffer. */
static enum kiwi_tree_step next_gap(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    struct kiwi_range gap;
    tree->in_block = false;
    if (tree->bounded || !kiwi_extents_gap(&tree->used, tree->gap_from, tree->view.length, &gap))
        return KIWI_TREE_END;
    tree->gap_from = gap.end;
    tree->in_block = true;
    record_item(tree, item, NULL, tree->view.bytes + gap.start, gap.end - gap.start, 0);
    return KIWI_TREE_GAP;
}

/** The next record of a list, which *open says that it goes on. */
static enum kiwi_tree_step next_in_list(struct kiwi_tree *tree, struct kiwi_tree_list *list, bool *open,
                                        struct kiwi_tree_item *item)
{
    enum kiwi_tree_step step = *open ? next_slot(tree, list, item) : KIWI_TREE_END;
    *open = step != KIWI_TREE_END;
    return step;
}

/** A part list comes behind the slot that leads to it, a guidance list behind the one that announces it. */
static enum kiwi_tree_step next_in_block(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    bool part = tree->in_part;
    enum kiwi_tree_step step = next_in_list(tree, &tree->part, &tree->in_part, item);
    if (part && !tree->in_part)
        tree->in_part_guidance = kiwi_tree_begin_guidance(tree, &tree->part_guidance, &tree->part);
    if (step == KIWI_TREE_END)
        step = next_in_list(tree, &tree->part_guidance, &tree->in_part_guidance, item);
    bool root = tree->in_root;
    if (step == KIWI_TREE_END)
        step = next_in_list(tree, &tree->root, &tree->in_root, item);
    if (root && !tree->in_root)
        tree->in_guidance = kiwi_tree_begin_guidance(tree, &tree->guidance, &tree->root);
    if (step == KIWI_TREE_END)
        step = next_in_list(tree, &tree->guidance, &tree->in_guidance, item);
    return step == KIWI_TREE_END ? next_gap(tree, item) : step;
}

/** The next block of the block set that may hold wanted cells. */
static enum kiwi_tree_step next_block(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint32_t set_column = tree->block_set % grid->block_sets_longitude * grid->blocks_longitude *
                          grid->parcels_longitude;
    uint32_t set_row = tree->block_set / grid->block_sets_longitude * grid->blocks_latitude *
                       grid->parcels_latitude;
    uint32_t from_column;
    uint32_t to_column;
    uint32_t from_row;
    uint32_t to_row;
    kiwi_tree_clip(set_column, grid->parcels_longitude, grid->blocks_longitude, tree->first_column,
                   tree->end_column, &from_column, &to_column);
    kiwi_tree_clip(set_row, grid->parcels_latitude, grid->blocks_latitude, tree->first_row, tree->end_row,
                   &from_row, &to_row);
    for (; tree->block < tree->table_blocks; tree->block++) {
        uint32_t column = tree->block % grid->blocks_longitude;
        uint32_t row = tree->block / grid->blocks_longitude;
        if (column >= from_column && column < to_column && row >= from_row && row < to_row)
            break;
    }
    if (tree->block >= tree->table_blocks)
        return KIWI_TREE_END;
    const struct kiwi_file *file = tree->map->header_file;
    uint64_t size = tree->map->header.block_record_size;
    uint64_t offset = tree->map->header_offset + tree->table_offset + tree->block * size;
    struct kiwi_block_management_record record;
    struct kiwi_view view = {0};
    if (kiwi_window_view_around(&tree->tables, file->source, offset, size, &view, tree->error) != KIWI_OK)
        return KIWI_TREE_FAILED;
    if (view.length < size || !kiwi_block_management_record_decode(&record, view.bytes, view.length, size)) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK, file, offset, KIWI_ERROR, "",
                         "a block management record before the end of the file", view.length);
        tree->block = tree->table_blocks;
        return KIWI_TREE_END;
    }
    *item = (struct kiwi_tree_item){.type = &kiwi_type_block_management_record,
                                    .bytes = view.bytes,
                                    .available = size,
                                    .argument = size,
                                    .offset = offset,
                                    .file = file};
    return view.damaged ? KIWI_TREE_BLOCK : kiwi_tree_begin_block(tree, &record, offset);
}

/* Block sets */

static enum kiwi_tree_step next_block_set(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    const struct kiwi_map *map = tree->map;
    uint64_t size = map->header.block_set_record_size;
    uint64_t offset = map->header_offset + grid->block_set_offset + tree->block_set * size;
    struct kiwi_view view = {0};
    if (kiwi_window_view_around(&tree->tables, map->header_file->source, offset, size, &view, tree->error) !=
        KIWI_OK)
        return KIWI_TREE_FAILED;
    if (view.length < size ||
        !kiwi_block_set_management_record_decode(&tree->block_set_record, view.bytes, view.length, size)) {
        kiwi_tree_report(tree, KIWI_TREE_BLOCK_SET, map->header_file, offset, KIWI_ERROR, "",
                         "a block set management record before the end of the file", view.length);
        tree->block_sets = 0;
        return KIWI_TREE_END;
    }
    *item = (struct kiwi_tree_item){.type = &kiwi_type_block_set_management_record,
                                    .bytes = view.bytes,
                                    .available = size,
                                    .argument = size,
                                    .offset = offset,
                                    .file = map->header_file};
    if (!view.damaged)
        kiwi_tree_check_block_set(tree, offset);
    tree->in_block_set = !view.damaged && kiwi_tree_begin_table(tree, offset);
    /* The table may have been looked at through the same window. */
    if (kiwi_window_view(&tree->tables, map->header_file->source, offset, size, &view, tree->error) !=
        KIWI_OK)
        return KIWI_TREE_FAILED;
    item->bytes = view.bytes;
    tree->block = UINT32_MAX; /* the first one is next */
    return KIWI_TREE_BLOCK_SET;
}

/** Whether a block set may hold wanted cells. */
static bool block_set_wanted(const struct kiwi_tree *tree)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    uint32_t columns = (uint32_t)grid->blocks_longitude * grid->parcels_longitude;
    uint32_t rows = (uint32_t)grid->blocks_latitude * grid->parcels_latitude;
    uint32_t column = tree->block_set % grid->block_sets_longitude * columns;
    uint32_t row = tree->block_set / grid->block_sets_longitude * rows;
    return column < tree->end_column && column + columns > tree->first_column && row < tree->end_row &&
           row + rows > tree->first_row;
}

/** The frame that the record last met leads to, and the one that the header of that frame leads to. */
static enum kiwi_tree_step next_frame(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    const struct kiwi_parcel *frame = NULL;
    enum kiwi_tree_step step = KIWI_TREE_END;
    if (tree->has_parcel) {
        tree->has_parcel = false;
        tree->asks_header = true;
        frame = &tree->parcel;
        step = KIWI_TREE_PARCEL;
    } else if (tree->asks_header) {
        tree->asks_header = false;
        if (!kiwi_tree_ask_header(tree))
            return KIWI_TREE_FAILED;
    }
    if (!frame && tree->has_guidance_frame) {
        tree->has_guidance_frame = false;
        frame = &tree->guidance_frame;
        step = KIWI_TREE_GUIDANCE;
    }
    if (frame)
        *item = (struct kiwi_tree_item){.offset = frame->offset, .file = frame->file, .parcel = *frame};
    return step;
}

enum kiwi_tree_step kiwi_tree_next(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    enum kiwi_tree_step frame = next_frame(tree, item);
    if (frame != KIWI_TREE_END)
        return frame;
    for (;;) {
        enum kiwi_tree_step step;
        if (tree->in_block) {
            step = next_in_block(tree, item);
        } else if (tree->in_block_set) {
            tree->block++;
            step = next_block(tree, item);
            tree->in_block_set = step != KIWI_TREE_END;
            if (!tree->in_block_set)
                tree->block_set++;
        } else if (tree->block_set < tree->block_sets) {
            if (!block_set_wanted(tree)) {
                tree->block_set++;
                continue;
            }
            step = next_block_set(tree, item);
            if (step == KIWI_TREE_BLOCK_SET && !tree->in_block_set) {
                /* Its path is asked for before the next step, so the number is raised then. */
                tree->in_block_set = true;
                tree->table_blocks = 0;
            }
        } else {
            return KIWI_TREE_END;
        }
        if (step != KIWI_TREE_END)
            return step;
    }
}
