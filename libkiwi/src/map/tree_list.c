/* SPDX-License-Identifier: MIT */
/* Lists of parcels in a block, and lists of parts in a divided parcel. */
#include "map/tree_list.h"

#include <string.h>

#include "bytes/codec.h"
#include "schema/engine.h"

const struct kiwi_record_type *kiwi_tree_slot_type(const struct kiwi_tree_list *list)
{
    return list->guidance ? &kiwi_type_route_guidance_parcel_management_record
                          : &kiwi_type_main_map_parcel_management_record;
}

const uint8_t *kiwi_tree_slot_bytes(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                    uint32_t row, uint32_t column)
{
    return tree->view.bytes + list->start + KIWI_LIST_HEAD +
           ((uint64_t)row * list->columns + column) * list->slot_size;
}

bool kiwi_tree_begins_part(const struct kiwi_tree *tree, uint64_t at)
{
    struct kiwi_parcel_management_information head;
    return at >= KIWI_LIST_HEAD && at < tree->view.length &&
           kiwi_parcel_management_information_decode(&head, tree->view.bytes + at, tree->view.length - at) &&
           head.parcels_type != 0 && head.list_type == tree->root.list_type;
}

/** Slots that share a parcel have its address in common; of their sizes one may be wrong. */
static bool same_slot(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                      uint32_t column, const uint8_t *bytes)
{
    enum { SIZE_AT = 4, NAME_AT = 6, NAMED = 100 };
    if (row >= list->rows || column >= list->columns)
        return false;
    const uint8_t *other = kiwi_tree_slot_bytes(tree, list, row, column);
    if (memcmp(other, bytes, SIZE_AT) != 0 ||
        (list->list_type == NAMED &&
         memcmp(other + NAME_AT, bytes + NAME_AT, list->slot_size - NAME_AT) != 0))
        return false;
    bool divided = kiwi_load16(bytes + SIZE_AT) == 0;
    return divided == (kiwi_load16(other + SIZE_AT) == 0) ||
           (!list->part && !kiwi_tree_begins_part(tree, kiwi_load32(bytes)));
}

bool kiwi_tree_begin_list(struct kiwi_tree *tree, struct kiwi_tree_list *list, uint64_t start, uint32_t rows,
                          uint32_t columns, uint32_t list_type)
{
    struct kiwi_layout layout;
    const uint64_t argument = list_type;
    uint64_t offset = tree->view.offset + start;
    uint64_t space = tree->view.length - start - (list->guidance ? 0 : KIWI_LIST_HEAD);
    memset(&layout, 0, sizeof layout);
    list->start = list->guidance ? start - KIWI_LIST_HEAD
                                 : start; /* a guidance list has no head of its own */
    list->rows = rows;
    list->columns = columns;
    list->list_type = list_type;
    list->row = list->column = list->first_row = list->first_column = 0;
    list->end_row = rows;
    list->end_column = columns;
    list->begun = list->guidance;
    if (!kiwi_tree_is_list_type(list_type)) {
        kiwi_tree_report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "list_type", "0, 1, 2 or 100",
                         list_type);
        return false;
    }
    if (!kiwi_layout_record(kiwi_tree_slot_type(list), tree->view.bytes + start, space, &argument, &layout)) {
        kiwi_tree_report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "",
                         "parcel management records", space);
        return false;
    }
    list->slot_size = layout.head;
    uint64_t slots = space / list->slot_size;
    if ((uint64_t)rows * columns > slots) {
        kiwi_tree_report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "",
                         "a record for each parcel of the block", slots);
        list->rows = list->end_row = (uint32_t)(slots / columns); /* whole rows only */
    }
    uint64_t fresh;
    uint64_t end = list->start + KIWI_LIST_HEAD + (uint64_t)list->rows * columns * list->slot_size;
    if (kiwi_extents_missing(&tree->used, start, end) != end - start) {
        kiwi_tree_report(tree, KIWI_TREE_LIST, tree->file, offset, KIWI_ERROR, "",
                         "bytes that no other list uses", start);
        return false;
    }
    tree->lists_end = end > tree->lists_end ? end : tree->lists_end;
    return kiwi_extents_add(&tree->used, start, end, &fresh);
}

void kiwi_tree_part_counts(const struct kiwi_level *level, uint32_t type, uint32_t *rows, uint32_t *columns)
{
    const struct kiwi_level_management_record *record = &level->record;
    const uint16_t counts[3][2] = {{record->divided_1_latitude, record->divided_1_longitude},
                                   {record->divided_2_latitude, record->divided_2_longitude},
                                   {record->divided_3_latitude, record->divided_3_longitude}};
    *rows = counts[type - 1][0];
    *columns = counts[type - 1][1];
}

/** Whether what lies at a place of the buffer begins a list of parts that no slot before led to. */
static bool is_part(const struct kiwi_tree *tree, uint64_t at,
                    struct kiwi_parcel_management_information *head)
{
    const uint32_t type = tree->root.list_type;
    return at >= KIWI_LIST_HEAD && at < tree->view.length &&
           (kiwi_tree_part_head(&tree->view, at, type, head) ||
            (kiwi_parcel_management_information_decode(head, tree->view.bytes + at, tree->view.length - at) &&
             head->list_type == type)) &&
           kiwi_extents_missing(&tree->used, at, at + KIWI_LIST_HEAD) == KIWI_LIST_HEAD;
}

bool kiwi_tree_is_part(const struct kiwi_tree *tree, uint64_t at)
{
    struct kiwi_parcel_management_information head;
    return is_part(tree, at, &head) && head.parcels_type != 0;
}

/** Where a list of parts ends, with its route guidance, if it is divided by a type. */
static uint64_t end_of_part(const struct kiwi_tree *tree,
                            const struct kiwi_parcel_management_information *head, uint64_t at, uint32_t type)
{
    uint32_t rows;
    uint32_t columns;
    kiwi_tree_part_counts(tree->level, type, &rows, &columns);
    return kiwi_tree_lists_end(tree, &tree->view, at, (uint64_t)rows * columns, head->list_type);
}

/** Whether nothing or another list of parts follows at a place, or what was met before. */
static bool ends_well(const struct kiwi_tree *tree, uint64_t end)
{
    if (end >= tree->view.length)
        return end == tree->view.length;
    return kiwi_extents_missing(&tree->used, end, end + 1) == 0 || kiwi_tree_is_part(tree, end) ||
           !kiwi_any(tree->view.bytes + end, tree->view.length - end);
}

/** Whether a list of parts that does not lie behind the one before ends well by its type. */
static bool is_whole(const struct kiwi_tree *tree, const struct kiwi_parcel_management_information *head,
                     uint64_t at)
{
    return head->parcels_type != 0 && head->reserved_parcel_management_type_15_10 == 0 &&
           ends_well(tree, end_of_part(tree, head, at, head->parcels_type));
}

/** The type by which a parcel is divided: the one that its list states, unless only another one makes it end
 * well. */
static uint32_t type_of_part(const struct kiwi_tree *tree,
                             const struct kiwi_parcel_management_information *head, uint64_t at)
{
    uint32_t found = 0;
    if (tree->view.damaged ||
        (head->parcels_type != 0 && ends_well(tree, end_of_part(tree, head, at, head->parcels_type))))
        return head->parcels_type;
    for (uint32_t type = 3; type >= 1; type--)
        if (ends_well(tree, end_of_part(tree, head, at, type)))
            found = type;
    return found != 0 ? found : head->parcels_type;
}

bool kiwi_tree_part_ends_well(const struct kiwi_tree *tree)
{
    const struct kiwi_tree_list *list = &tree->part;
    const uint64_t slots = (uint64_t)list->rows * list->columns;
    return ends_well(tree, kiwi_tree_lists_end(tree, &tree->view, list->start, slots, list->list_type));
}

/** How many slots of the block state a place of its buffer as that of their parts. */
static unsigned count_stated(const struct kiwi_tree *tree, uint64_t place)
{
    const struct kiwi_tree_list *list = &tree->root;
    unsigned count = 0;
    for (uint32_t row = 0; row < list->rows; row++) {
        for (uint32_t column = 0; column < list->columns; column++) {
            struct kiwi_main_map_parcel_management_record slot;
            count += kiwi_main_map_parcel_management_record_decode(
                         &slot, kiwi_tree_slot_bytes(tree, list, row, column), list->slot_size,
                         list->list_type) &&
                     slot.size == 0 && slot.address == 0 && slot.divided_offset == place;
        }
    }
    return count;
}

bool kiwi_tree_may_look(struct kiwi_tree *tree, uint64_t slots)
{
    const uint64_t most = UINT64_C(1) << 24;
    if (tree->believes || slots > most - tree->looks)
        return false;
    tree->looks += slots;
    return true;
}

bool kiwi_tree_is_lost_part(struct kiwi_tree *tree, uint64_t at)
{
    return kiwi_tree_is_part(tree, at) &&
           kiwi_tree_may_look(tree, (uint64_t)tree->root.rows * tree->root.columns) &&
           count_stated(tree, at) == 0;
}

/** Whether the parts that a slot leads to are those of another one, and its own lie where no slot leads to.
 */
static bool is_taken(struct kiwi_tree *tree, uint64_t place)
{
    return place != tree->lists_end && kiwi_tree_is_lost_part(tree, tree->lists_end);
}

void kiwi_tree_begin_part(struct kiwi_tree *tree, uint64_t slot_offset, uint64_t offset)
{
    enum { LIST_TYPE_AT = 1 };
    const struct kiwi_record_type *slot = &kiwi_type_main_map_parcel_management_record;
    struct kiwi_parcel_management_information head;
    uint32_t rows;
    uint32_t columns;
    if (offset < tree->view.length &&
        kiwi_view_readable(&tree->view, offset, KIWI_LIST_HEAD) < KIWI_LIST_HEAD)
        return;
    uint64_t at = offset;
    if (!is_part(tree, at, &head) || (!tree->view.damaged && at != tree->lists_end &&
                                      (!is_whole(tree, &head, at) || is_taken(tree, at)))) {
        at = tree->lists_end;
        if (!is_part(tree, at, &head) || head.parcels_type == 0) {
            kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, slot_offset, KIWI_ERROR, "divided_offset",
                             "an offset behind the list, inside the parcel management information", offset);
            return;
        }
        kiwi_tree_report_derived(tree, KIWI_TREE_SLOT, tree->file, slot, slot_offset, "divided_offset", at,
                                 offset);
    }
    uint32_t type = type_of_part(tree, &head, at);
    if (type != head.parcels_type)
        kiwi_tree_report_derived(tree, KIWI_TREE_SLOT, tree->file, &kiwi_type_parcel_management_information,
                                 tree->view.offset + at, "parcels_type", type, head.parcels_type);
    if (type == 0) {
        kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, tree->view.offset + at, KIWI_ERROR, "parcels_type",
                         "1 to 3", 0);
        return;
    }
    kiwi_tree_part_counts(tree->level, type, &rows, &columns);
    const uint8_t stated = tree->view.bytes[at + LIST_TYPE_AT];
    if (stated != head.list_type)
        kiwi_tree_report_derived(tree, KIWI_TREE_SLOT, tree->file, &kiwi_type_parcel_management_information,
                                 tree->view.offset + at, "list_type", head.list_type, stated);
    tree->part_slot = 0;
    tree->in_part = kiwi_tree_begin_list(tree, &tree->part, at, rows, columns, head.list_type);
}

/* Slots */

const uint8_t *kiwi_tree_repeated(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                  uint32_t row, uint32_t column, const uint8_t *bytes)
{
    if (column > 0 && same_slot(tree, list, row, column - 1, bytes))
        return kiwi_tree_slot_bytes(tree, list, row, column - 1);
    if (row > 0 && same_slot(tree, list, row - 1, column, bytes))
        return kiwi_tree_slot_bytes(tree, list, row - 1, column);
    return NULL;
}

static bool is_readable(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                        uint32_t column)
{
    uint64_t start = (uint64_t)(kiwi_tree_slot_bytes(tree, list, row, column) - tree->view.bytes);
    return kiwi_view_readable(&tree->view, start, list->slot_size) == list->slot_size;
}

bool kiwi_tree_is_certain(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                          uint32_t column)
{
    if (!tree->view.damaged)
        return true;
    const uint8_t *bytes = kiwi_tree_slot_bytes(tree, list, row, column);
    bool integrated = same_slot(tree, list, row, column + 1, bytes) ||
                      same_slot(tree, list, row + 1, column, bytes);
    bool first = (column == 0 || is_readable(tree, list, row, column - 1)) &&
                 (row == 0 || is_readable(tree, list, row - 1, column));
    return is_readable(tree, list, row, column) && (first || !integrated);
}

struct kiwi_parcel kiwi_tree_parcel(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                    uint32_t row, uint32_t column, const uint8_t *bytes)
{
    const struct kiwi_level_management_record *grid = &tree->level->record;
    bool part = list->part;
    uint32_t root_row = tree->slot / tree->root.columns;
    uint32_t root_column = tree->slot % tree->root.columns;
    uint32_t set_row = tree->block_set / grid->block_sets_longitude;
    uint32_t set_column = tree->block_set % grid->block_sets_longitude;
    uint32_t block_row = tree->block / grid->blocks_longitude;
    uint32_t block_column = tree->block % grid->blocks_longitude;
    struct kiwi_parcel parcel = {
        .level = tree->level,
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
    while (!part && parcel.columns < KIWI_INTEGRATION_LIMIT &&
           same_slot(tree, list, row, column + parcel.columns, bytes))
        parcel.columns++;
    while (!part && parcel.rows < KIWI_INTEGRATION_LIMIT &&
           same_slot(tree, list, row + parcel.rows, column, bytes))
        parcel.rows++;
    return parcel;
}
