/* SPDX-License-Identifier: MIT */
#include "parcel_tree.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "codec.h"
#include "engine.h"

#define TURN (360 * KIWI_EIGHTHS_PER_DEGREE)
/** An integrated parcel has at most 8 x 8 parcels (6.3.1.1). */
#define INTEGRATION_LIMIT 8
#define LIST_HEAD kiwi_type_parcel_management_information.fixed_size

/* Reports */

static void report(const struct kiwi_tree *tree, enum kiwi_tree_step step, const struct kiwi_file *file,
                   uint64_t offset, enum kiwi_severity severity, const char *field, const char *expected,
                   uint64_t found)
{
    char path[KIWI_PATH_LENGTH];
    char text[32];
    kiwi_tree_path(tree, step, path, sizeof path);
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(tree->map, severity, file, offset, path, field, expected, text);
}

struct kiwi_tree_place kiwi_tree_place(const struct kiwi_tree *tree)
{
    return (struct kiwi_tree_place){tree->level,     tree->block_set,      tree->block,      tree->slot,
                                    tree->part_slot, tree->guidance.begun, tree->met_in_part};
}

void kiwi_tree_place_path(const struct kiwi_tree_place *place, enum kiwi_tree_step step, char *path,
                          size_t capacity)
{
    int number = place->level->number;
    unsigned long set = place->block_set;
    unsigned long block = place->block;
    unsigned long slot = place->slot;
    const char *list = place->guidance ? "route_guidance" : "parcels";
    if (step == KIWI_TREE_BLOCK_SET)
        snprintf(path, capacity, "level[%d].block_set[%lu]", number, set);
    else if (step == KIWI_TREE_BLOCK)
        snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu]", number, set, block);
    else if (step == KIWI_TREE_SLOT && place->in_part)
        snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu].parcels[%lu].parts[%lu]", number, set,
                 block, slot, (unsigned long)place->part_slot);
    else if (step == KIWI_TREE_SLOT)
        snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu].%s[%lu]", number, set, block, list,
                 slot);
    else if (place->in_part)
        snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu].parcels[%lu].parts", number, set, block,
                 slot);
    else
        snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu].%s", number, set, block, list);
}

void kiwi_tree_path(const struct kiwi_tree *tree, enum kiwi_tree_step step, char *path, size_t capacity)
{
    struct kiwi_tree_place place = kiwi_tree_place(tree);
    kiwi_tree_place_path(&place, step, path, capacity);
}

void kiwi_parcel_path(const struct kiwi_parcel *parcel, char *path, size_t capacity)
{
    int used = snprintf(path, capacity, "level[%d].parcel[%lu,%lu]", parcel->level->number,
                        (unsigned long)parcel->column, (unsigned long)parcel->row);
    if (parcel->divided && used > 0 && (size_t)used < capacity)
        snprintf(path + used, capacity - (size_t)used, ".part[%lu,%lu]", (unsigned long)parcel->part_column,
                 (unsigned long)parcel->part_row);
}

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
    int64_t south = (int64_t)floor(box->south * KIWI_EIGHTHS_PER_DEGREE) - level->south;
    int64_t north = (int64_t)ceil(box->north * KIWI_EIGHTHS_PER_DEGREE) - level->south;
    if (north < 0 || south > level->latitude_span || north < south)
        return false;
    tree->first_row = cell_below(south, level->latitude_span, level->rows);
    tree->end_row = cell_below(north, level->latitude_span, level->rows) + 1;
    int64_t west = ((int64_t)floor(box->west * KIWI_EIGHTHS_PER_DEGREE) - level->west) % TURN;
    int64_t width = ((int64_t)ceil(box->east * KIWI_EIGHTHS_PER_DEGREE) -
                     (int64_t)floor(box->west * KIWI_EIGHTHS_PER_DEGREE)) %
                    TURN;
    west += west < 0 ? TURN : 0;
    width += width < 0 ? TURN : 0;
    int64_t east = west + width;
    if (west > level->longitude_span && east < TURN)
        return false;
    tree->first_column = cell_below(west > level->longitude_span ? 0 : west, level->longitude_span,
                                    level->columns);
    tree->end_column = cell_below(west > level->longitude_span ? east - TURN : east, level->longitude_span,
                                  level->columns) +
                       1;
    if (west <= level->longitude_span && east >= TURN) { /* both ends of the coverage */
        tree->first_column = 0;
        tree->end_column = level->columns;
    }
    return true;
}

/** Range of places 0..count-1 of size cells each, from cell origin on, that touch first..end-1. */
static void clip(uint32_t origin, uint32_t size, uint32_t count, uint32_t first, uint32_t end, uint32_t *from,
                 uint32_t *to)
{
    uint64_t last = (uint64_t)origin + (uint64_t)size * count;
    *from = first <= origin ? 0 : (first - origin) / size;
    *to = end >= last ? count : end <= origin ? 0 : (end - origin + size - 1) / size;
}

/* Opening */

/** How many whole records of a table lie in the file where no other record lies. They are claimed. */
static uint32_t claim_table(struct kiwi_tree *tree, const struct kiwi_file *file, uint64_t offset,
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

/** Claims the block set management records of the level; what is not there is left out. */
static void claim_block_sets(struct kiwi_tree *tree)
{
    const struct kiwi_map *map = tree->map;
    uint64_t offset = map->header_offset + tree->level->record.block_set_offset;
    uint32_t claimed = claim_table(tree, map->header_file, offset, map->header.block_set_record_size,
                                   tree->block_sets);
    if (claimed != tree->block_sets)
        report(tree, KIWI_TREE_BLOCK_SET, map->header_file, offset, KIWI_ERROR, "block_set_offset",
               "a record for each block set, and none that is used otherwise", claimed);
    tree->block_sets = claimed;
}

enum kiwi_status kiwi_tree_open(struct kiwi_tree *tree, struct kiwi_map *map, const struct kiwi_level *level,
                                const struct kiwi_box *box, struct kiwi_claims *claims,
                                struct kiwi_error *error)
{
    const struct kiwi_level_management_record *record = &level->record;
    const struct kiwi_parcel_related_distribution_header *header = &map->header;
    memset(tree, 0, sizeof *tree);
    tree->map = map;
    tree->level = level;
    tree->claims = claims;
    tree->error = error;
    kiwi_window_init(&tree->tables);
    kiwi_window_init(&tree->lists);
    kiwi_extents_init(&tree->used);
    tree->block_sets = (uint32_t)record->block_sets_latitude * record->block_sets_longitude;
    tree->blocks = (uint32_t)record->blocks_latitude * record->blocks_longitude;
    tree->end_column = level->columns;
    tree->end_row = level->rows;
    tree->bounded = box != NULL;
    if (box && !set_bounds(tree, box))
        tree->block_sets = 0;
    if (header->block_set_record_size == KIWI_NULL ||
        header->block_set_record_size < kiwi_type_block_set_management_record.fixed_size ||
        header->block_record_size == KIWI_NULL ||
        header->block_record_size < kiwi_type_block_management_record.fixed_size ||
        record->block_set_offset == KIWI_NULL) {
        kiwi_map_report(map, KIWI_ERROR, map->header_file, level->offset, "parcel_related_data",
                        "block_set_record_size", "record sizes of at least 10 and 6 and an offset", "others");
        tree->block_sets = 0;
    }
    if (tree->block_sets != 0)
        claim_block_sets(tree);
    return KIWI_OK;
}

void kiwi_tree_close(struct kiwi_tree *tree)
{
    kiwi_window_free(&tree->tables);
    kiwi_window_free(&tree->lists);
    kiwi_extents_free(&tree->used);
}

/* Slots */

static const struct kiwi_record_type *slot_type(const struct kiwi_tree_list *list)
{
    return list->guidance ? &kiwi_type_route_guidance_parcel_management_record
                          : &kiwi_type_main_map_parcel_management_record;
}

static const uint8_t *slot_bytes(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                 uint32_t row, uint32_t column)
{
    return tree->view.bytes + list->start + LIST_HEAD +
           ((uint64_t)row * list->columns + column) * list->slot_size;
}

static bool same_slot(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                      uint32_t column, const uint8_t *bytes)
{
    return row < list->rows && column < list->columns &&
           memcmp(slot_bytes(tree, list, row, column), bytes, list->slot_size) == 0;
}

/**
 * Prepares the list whose head is at start. Its grid is told by the level; what lies beyond the buffer is cut
 * off. False if it cannot be read.
 */
static bool begin_list(struct kiwi_tree *tree, struct kiwi_tree_list *list, uint64_t start, uint32_t rows,
                       uint32_t columns, uint32_t list_type)
{
    struct kiwi_layout layout;
    const uint64_t argument = list_type;
    uint64_t offset = tree->view.offset + start;
    uint64_t space = tree->view.length - start - (list->guidance ? 0 : LIST_HEAD);
    memset(&layout, 0, sizeof layout);
    list->start = list->guidance ? start - LIST_HEAD : start; /* a guidance list has no head of its own */
    list->rows = rows;
    list->columns = columns;
    list->list_type = list_type;
    list->row = list->column = list->first_column = 0;
    list->end_row = rows;
    list->end_column = columns;
    list->begun = false;
    if (list_type != 0 && list_type != 1 && list_type != 2 && list_type != 100) {
        report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "list_type", "0, 1, 2 or 100",
               list_type);
        return false;
    }
    if (!kiwi_layout_record(slot_type(list), tree->view.bytes + start, space, &argument, &layout)) {
        report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "", "parcel management records", space);
        return false;
    }
    list->slot_size = layout.head;
    uint64_t slots = space / list->slot_size;
    if ((uint64_t)rows * columns > slots) {
        report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "",
               "a record for each parcel of the block", slots);
        list->rows = list->end_row = (uint32_t)(slots / columns); /* whole rows only */
    }
    uint64_t fresh;
    uint64_t end = list->start + LIST_HEAD + (uint64_t)list->rows * columns * list->slot_size;
    if (kiwi_extents_missing(&tree->used, start, end) != end - start) {
        report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "", "bytes that no other list uses",
               start);
        return false;
    }
    return kiwi_extents_add(&tree->used, start, end, &fresh);
}

static void part_counts(const struct kiwi_level *level, uint32_t type, uint32_t *rows, uint32_t *columns)
{
    const struct kiwi_level_management_record *record = &level->record;
    const uint16_t counts[3][2] = {{record->divided_1_latitude, record->divided_1_longitude},
                                   {record->divided_2_latitude, record->divided_2_longitude},
                                   {record->divided_3_latitude, record->divided_3_longitude}};
    *rows = counts[type - 1][0];
    *columns = counts[type - 1][1];
}

/** Goes into a divided parcel: a record of type 1 to 3 somewhere in the block's buffer. */
static void begin_part(struct kiwi_tree *tree, uint64_t slot_offset, uint64_t offset)
{
    struct kiwi_parcel_management_information head;
    uint32_t rows;
    uint32_t columns;
    if (offset < LIST_HEAD || offset >= tree->view.length ||
        !kiwi_parcel_management_information_decode(&head, tree->view.bytes + offset,
                                                   tree->view.length - offset)) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "divided_offset",
               "an offset behind the list, inside the parcel management information", offset);
        return;
    }
    if (head.parcels_type == 0) {
        report(tree, KIWI_TREE_SLOT, tree->file, tree->view.offset + offset, KIWI_ERROR, "parcels_type",
               "1 to 3", head.parcels_type);
        return;
    }
    part_counts(tree->level, head.parcels_type, &rows, &columns);
    tree->part.guidance = false;
    tree->part_slot = 0;
    tree->in_part = begin_list(tree, &tree->part, offset, rows, columns, head.list_type);
}

/** Bytes of a frame, clipped to its file, and where another record begins; false if nothing is left. */
static bool place_frame(struct kiwi_tree *tree, uint64_t slot_offset, struct kiwi_parcel *parcel)
{
    uint64_t size = parcel->file->size;
    if (parcel->offset >= size) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "address",
               "an address inside the file", parcel->offset);
        return false;
    }
    if (parcel->size > size - parcel->offset) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "size",
               "a frame that ends inside the file", parcel->size);
        parcel->size = size - parcel->offset;
    }
    if (parcel->size > KIWI_WINDOW_LIMIT) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "size",
               "a frame of at most 4194304 bytes", parcel->size);
        parcel->size = KIWI_WINDOW_LIMIT;
    }
    uint64_t length = kiwi_claims_free_length(tree->claims, parcel->file, parcel->offset, parcel->size);
    if (length == 0) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "address",
               "a frame that no other record refers to", parcel->offset);
        return false;
    }
    if (length < parcel->size) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "size",
               "a frame that overlaps no other record", parcel->size);
        parcel->size = length;
    }
    if (kiwi_claims_add(tree->claims, parcel->file, parcel->offset, length) != KIWI_CLAIM_FRESH) {
        report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "address",
               "less work for a disc of this size", parcel->offset);
        return false;
    }
    return true;
}

static bool wanted(const struct kiwi_tree *tree, const struct kiwi_parcel *parcel)
{
    return !tree->bounded ||
           (parcel->column < tree->end_column && parcel->column + parcel->columns > tree->first_column &&
            parcel->row < tree->end_row && parcel->row + parcel->rows > tree->first_row);
}

/** A slot that leads to a frame: it is handed out with the first of the slots that share it. */
static void begin_parcel(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                         uint32_t column, const struct kiwi_main_map_parcel_management_record *record,
                         const uint8_t *bytes, uint64_t offset)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    bool part = list == &tree->part;
    if ((column > 0 && same_slot(tree, list, row, column - 1, bytes)) ||
        (row > 0 && same_slot(tree, list, row - 1, column, bytes)))
        return;
    uint32_t root_row = tree->slot / tree->root.columns;
    uint32_t root_column = tree->slot % tree->root.columns;
    uint32_t set_row = tree->block_set / grid->block_sets_longitude;
    uint32_t set_column = tree->block_set % grid->block_sets_longitude;
    uint32_t block_row = tree->block / grid->blocks_longitude;
    uint32_t block_column = tree->block % grid->blocks_longitude;
    struct kiwi_parcel parcel = {
        .level = tree->level,
        .file = kiwi_map_named_file(tree->map, tree->file, record->file_name,
                                    list->list_type == 100 ? sizeof record->file_name : 0),
        .offset = kiwi_dsa_offset(record->address, tree->map->sectors),
        .size = (uint64_t)record->size * tree->map->sectors.logical_sector_size,
        .column = (set_column * grid->blocks_longitude + block_column) * grid->parcels_longitude +
                  root_column,
        .row = (set_row * grid->blocks_latitude + block_row) * grid->parcels_latitude + root_row,
        .columns = 1,
        .rows = 1,
        .divided = part,
        .part_column = part ? column : 0,
        .part_row = part ? row : 0,
        .part_columns = part ? list->columns : 1,
        .part_rows = part ? list->rows : 1,
        .block_set = tree->block_set,
        .block = tree->block,
        .slot = tree->slot,
    };
    if (!parcel.file || !parcel.file->source) {
        report(tree, KIWI_TREE_SLOT, tree->file, offset, KIWI_ERROR, "file_name", "a file of the disc", 0);
        return;
    }
    while (!part && parcel.columns < INTEGRATION_LIMIT &&
           same_slot(tree, list, row, column + parcel.columns, bytes))
        parcel.columns++;
    while (!part && parcel.rows < INTEGRATION_LIMIT &&
           same_slot(tree, list, row + parcel.rows, column, bytes))
        parcel.rows++;
    if (!wanted(tree, &parcel) || !place_frame(tree, offset, &parcel))
        return;
    tree->parcel = parcel;
    tree->has_parcel = true;
}

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

/** The head or the next slot of a list. KIWI_TREE_END when it is done. */
static enum kiwi_tree_step next_slot(struct kiwi_tree *tree, struct kiwi_tree_list *list,
                                     struct kiwi_tree_item *item)
{
    tree->met_in_part = list == &tree->part;
    if (!list->begun) {
        list->begun = true;
        if (!list->guidance) {
            record_item(tree, item, &kiwi_type_parcel_management_information, tree->view.bytes + list->start,
                        LIST_HEAD, 0);
            return KIWI_TREE_LIST;
        }
    }
    if (list->column >= list->end_column) {
        list->column = list->first_column;
        list->row++;
    }
    if (list->row >= list->end_row || list->row >= list->rows || list->column >= list->end_column)
        return KIWI_TREE_END;
    uint32_t row = list->row;
    uint32_t column = list->column++;
    const uint8_t *bytes = slot_bytes(tree, list, row, column);
    record_item(tree, item, slot_type(list), bytes, list->slot_size, list->list_type);
    *(list == &tree->part ? &tree->part_slot : &tree->slot) = row * list->columns + column;
    struct kiwi_main_map_parcel_management_record record;
    if (list->guidance ||
        !kiwi_main_map_parcel_management_record_decode(&record, bytes, list->slot_size, list->list_type))
        return KIWI_TREE_SLOT;
    if (record.size != 0)
        begin_parcel(tree, list, row, column, &record, bytes, item->offset);
    else if (record.address == 0 && list == &tree->root) /* absent: the four bytes are a displacement */
        begin_part(tree, item->offset, record.divided_offset);
    else if (record.address == 0)
        report(tree, KIWI_TREE_SLOT, tree->file, item->offset, KIWI_ERROR, "size",
               "a part of a divided parcel that is not divided again", 0);
    return KIWI_TREE_SLOT;
}

/* Blocks */

/** Restricts the root list to the wanted cells; an integrated parcel may begin up to seven cells before them.
 */
static void bound_list(const struct kiwi_tree *tree, struct kiwi_tree_list *list, uint32_t block_column,
                       uint32_t block_row)
{
    uint32_t from;
    uint32_t to;
    uint32_t spare = INTEGRATION_LIMIT - 1;
    if (!tree->bounded)
        return;
    clip(block_column, 1, list->columns, tree->first_column > spare ? tree->first_column - spare : 0,
         tree->end_column, &from, &to);
    list->first_column = list->column = from;
    list->end_column = to;
    clip(block_row, 1, list->rows, tree->first_row > spare ? tree->first_row - spare : 0, tree->end_row,
         &from, &to);
    list->row = from;
    list->end_row = to;
}

/** Reads the parcel management information that a block management record points to. */
static enum kiwi_tree_step begin_block(struct kiwi_tree *tree,
                                       const struct kiwi_block_management_record *record, uint64_t at)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    const struct kiwi_file *from = tree->map->header_file;
    uint64_t offset = kiwi_dsa_offset(record->address, tree->map->sectors);
    uint64_t size = (uint64_t)record->size * tree->map->sectors.logical_sector_size;
    if (offset == KIWI_NULL)
        return KIWI_TREE_BLOCK;
    tree->file = tree->map->header.file_name_designation
                     ? kiwi_map_named_file(tree->map, from, (const char *)record->file_name,
                                           record->file_name_length)
                     : from;
    if (!tree->file || !tree->file->source) {
        report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "file_name", "a file of the disc", 0);
        return KIWI_TREE_BLOCK;
    }
    if (size < LIST_HEAD || offset >= tree->file->size) {
        report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "address",
               "parcel management information inside the file", offset);
        return KIWI_TREE_BLOCK;
    }
    uint64_t claimed = size < tree->file->size - offset ? size : tree->file->size - offset;
    claimed = claimed < KIWI_WINDOW_LIMIT ? claimed : KIWI_WINDOW_LIMIT;
    if (kiwi_claims_add(tree->claims, tree->file, offset, claimed) != KIWI_CLAIM_FRESH) {
        report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "address", "bytes that no other record refers to",
               offset);
        return KIWI_TREE_BLOCK;
    }
    if (kiwi_window_view(&tree->lists, tree->file->source, offset, claimed, &tree->view, tree->error) !=
        KIWI_OK)
        return KIWI_TREE_FAILED;
    if (tree->view.length < size)
        report(tree, KIWI_TREE_BLOCK, from, at, KIWI_ERROR, "size",
               "parcel management information that ends inside the file", size);
    struct kiwi_parcel_management_information head;
    kiwi_extents_clear(&tree->used);
    tree->gap_from = 0;
    tree->in_block = true;
    tree->in_part = tree->has_guidance = false;
    tree->guidance.begun = false;
    tree->root.guidance = false;
    if (!kiwi_parcel_management_information_decode(&head, tree->view.bytes, tree->view.length)) {
        tree->root.begun = true;
        tree->root.end_row = tree->root.row = 0;
        return KIWI_TREE_BLOCK;
    }
    if (!begin_list(tree, &tree->root, 0, grid->parcels_latitude, grid->parcels_longitude, head.list_type)) {
        tree->root.begun = true;
        tree->root.end_row = tree->root.row = 0;
        return KIWI_TREE_BLOCK;
    }
    tree->has_guidance = head.route_guidance_list_offset != KIWI_NULL && head.route_guidance_list_offset != 0;
    uint32_t block_column = tree->block_set % grid->block_sets_longitude * grid->blocks_longitude +
                            tree->block % grid->blocks_longitude;
    uint32_t block_row = tree->block_set / grid->block_sets_longitude * grid->blocks_latitude +
                         tree->block / grid->blocks_longitude;
    bound_list(tree, &tree->root, block_column * grid->parcels_longitude, block_row * grid->parcels_latitude);
    return KIWI_TREE_BLOCK;
}

/** The list of route guidance frames: where the head of the root list says, same parcels, same layout. */
static bool begin_guidance(struct kiwi_tree *tree)
{
    struct kiwi_parcel_management_information head;
    tree->has_guidance = false;
    kiwi_parcel_management_information_decode(&head, tree->view.bytes, tree->view.length);
    uint64_t start = head.route_guidance_list_offset;
    if (start < LIST_HEAD || start >= tree->view.length) {
        report(tree, KIWI_TREE_LIST, tree->file, tree->view.offset + 2, KIWI_ERROR,
               "route_guidance_list_offset", "an offset inside the parcel management information", start);
        return false;
    }
    tree->guidance.guidance = true;
    bool good = begin_list(tree, &tree->guidance, start, tree->level->record.parcels_latitude,
                           tree->level->record.parcels_longitude, tree->root.list_type);
    tree->guidance.begun = true;
    return good;
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

static enum kiwi_tree_step next_in_block(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    enum kiwi_tree_step step = KIWI_TREE_END;
    if (tree->in_part) {
        step = next_slot(tree, &tree->part, item);
        tree->in_part = step != KIWI_TREE_END;
    }
    if (step == KIWI_TREE_END && !tree->guidance.begun)
        step = next_slot(tree, &tree->root, item);
    if (step == KIWI_TREE_END && tree->has_guidance && !begin_guidance(tree))
        tree->guidance.row = tree->guidance.end_row = 0;
    if (step == KIWI_TREE_END && tree->guidance.begun && !tree->bounded)
        step = next_slot(tree, &tree->guidance, item);
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
    clip(set_column, grid->parcels_longitude, grid->blocks_longitude, tree->first_column, tree->end_column,
         &from_column, &to_column);
    clip(set_row, grid->parcels_latitude, grid->blocks_latitude, tree->first_row, tree->end_row, &from_row,
         &to_row);
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
    uint64_t offset = tree->map->header_offset + tree->block_set_record.table_offset + tree->block * size;
    struct kiwi_block_management_record record;
    struct kiwi_view view = {0};
    if (kiwi_window_view(&tree->tables, file->source, offset, size, &view, tree->error) != KIWI_OK)
        return KIWI_TREE_FAILED;
    if (view.length < size || !kiwi_block_management_record_decode(&record, view.bytes, view.length, size)) {
        report(tree, KIWI_TREE_BLOCK, file, offset, KIWI_ERROR, "",
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
    return begin_block(tree, &record, offset);
}

/* Block sets */

/** Claims the block management table; false if it cannot be used. */
static bool begin_block_set(struct kiwi_tree *tree, uint64_t at)
{
    const struct kiwi_block_set_management_record *record = &tree->block_set_record;
    const struct kiwi_file *file = tree->map->header_file;
    if (record->table_offset == KIWI_NULL || record->table_size == 0)
        return false;
    uint64_t offset = tree->map->header_offset + record->table_offset;
    uint64_t size = tree->map->header.block_record_size;
    uint64_t records = record->table_size == KIWI_NULL ? 0 : record->table_size / size;
    if (offset >= file->size) {
        report(tree, KIWI_TREE_BLOCK_SET, file, at + 2, KIWI_ERROR, "table_offset", "a table inside the file",
               offset);
        return false;
    }
    records = records < tree->blocks ? records : tree->blocks;
    tree->table_blocks = claim_table(tree, file, offset, size, (uint32_t)records);
    if (tree->table_blocks != tree->blocks)
        report(tree, KIWI_TREE_BLOCK_SET, file, at, KIWI_ERROR, "table_size",
               "a record for each block, and none that is used otherwise", tree->table_blocks);
    return tree->table_blocks != 0;
}

static enum kiwi_tree_step next_block_set(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    const struct kiwi_map *map = tree->map;
    uint64_t size = map->header.block_set_record_size;
    uint64_t offset = map->header_offset + grid->block_set_offset + tree->block_set * size;
    struct kiwi_view view = {0};
    if (kiwi_window_view(&tree->tables, map->header_file->source, offset, size, &view, tree->error) !=
        KIWI_OK)
        return KIWI_TREE_FAILED;
    if (view.length < size ||
        !kiwi_block_set_management_record_decode(&tree->block_set_record, view.bytes, view.length, size)) {
        report(tree, KIWI_TREE_BLOCK_SET, map->header_file, offset, KIWI_ERROR, "",
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
    tree->in_block_set = begin_block_set(tree, offset);
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

enum kiwi_tree_step kiwi_tree_next(struct kiwi_tree *tree, struct kiwi_tree_item *item)
{
    if (tree->has_parcel) {
        tree->has_parcel = false;
        *item = (struct kiwi_tree_item){
            .offset = tree->parcel.offset, .file = tree->parcel.file, .parcel = tree->parcel};
        return KIWI_TREE_PARCEL;
    }
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
