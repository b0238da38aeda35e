/* SPDX-License-Identifier: MIT */
/* The frames that slots lead to, and their sizes: where the one that is stated cannot be, the frame's own
 * entries say how long it is. */
#include "map/tree_list.h"

#include <stdio.h>

#include "bytes/codec.h"
#include "bytes/source.h"
#include "schema/engine.h"

/** A finding about what leads to a frame. */
static void report_frame(const struct kiwi_tree *tree, const struct kiwi_frame_reference *from,
                         bool about_size, const char *expected, uint64_t found)
{
    char path[KIWI_PATH_LENGTH];
    char text[32];
    if (!from->header) {
        kiwi_tree_report(tree, KIWI_TREE_SLOT, from->file, from->offset, KIWI_ERROR,
                         about_size ? "size" : "address", expected, found);
        return;
    }
    kiwi_parcel_path(from->header, path, sizeof path);
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(tree->map, KIWI_ERROR, from->file, from->offset, path,
                    about_size ? "route_guidance_size" : "route_guidance_address", expected, text);
}

/** Clips a frame to its file and to what can be read at once; false if it lies outside. */
static bool clip_frame(const struct kiwi_tree *tree, const struct kiwi_frame_reference *from,
                       struct kiwi_parcel *frame)
{
    uint64_t size = frame->file->size;
    if (frame->offset >= size) {
        report_frame(tree, from, false, "an address inside the file", frame->offset);
        return false;
    }
    if (frame->size > size - frame->offset) {
        report_frame(tree, from, true, "a frame that ends inside the file", frame->size);
        frame->size = size - frame->offset;
    }
    if (frame->size > KIWI_WINDOW_LIMIT) {
        report_frame(tree, from, true, "a frame of at most 4194304 bytes", frame->size);
        frame->size = KIWI_WINDOW_LIMIT;
    }
    return true;
}

bool kiwi_tree_place_frame(struct kiwi_tree *tree, const struct kiwi_frame_reference *from,
                           struct kiwi_parcel *frame)
{
    if (!clip_frame(tree, from, frame))
        return false;
    uint64_t length = kiwi_claims_free_length(tree->claims, frame->file, frame->offset, frame->size);
    if (length == 0) {
        report_frame(tree, from, false, "a frame that no other record refers to", frame->offset);
        return false;
    }
    if (length < frame->size) {
        report_frame(tree, from, true, "a frame that overlaps no other record", frame->size);
        frame->size = length;
    }
    if (kiwi_claims_add(tree->claims, frame->file, frame->offset, length) != KIWI_CLAIM_FRESH) {
        report_frame(tree, from, false, "less work for a disc of this size", frame->offset);
        return false;
    }
    return true;
}

bool kiwi_tree_wants(const struct kiwi_tree *tree, const struct kiwi_parcel *parcel)
{
    return !tree->bounded ||
           (parcel->column < tree->end_column && parcel->column + parcel->columns > tree->first_column &&
            parcel->row < tree->end_row && parcel->row + parcel->rows > tree->first_row);
}

/* Sizes */

static uint64_t whole_sectors(const struct kiwi_tree *tree, uint64_t length)
{
    uint64_t sector = tree->map->sectors.logical_sector_size;
    return (length + sector - 1) / sector * sector;
}

/** Where data end that lie one behind the other, the first behind the header; 0 if they do not. */
static uint64_t end_of_entries(const uint8_t *bytes, uint64_t at, unsigned count, uint64_t header_size)
{
    const uint64_t each = kiwi_type_data_frame_management_record.fixed_size;
    uint64_t end = header_size;
    for (; count > 0; count--, at += each) {
        struct kiwi_data_frame_management_record entry;
        kiwi_data_frame_management_record_decode(&entry, bytes + at, each);
        if (entry.offset == KIWI_NULL && entry.size == 0)
            continue;
        if (entry.offset != end || entry.size == 0)
            return 0;
        end += entry.size;
    }
    return end;
}

/** Whether nothing or the records of eight neighbours or more lie between a table and the end of a header. */
static bool leaves_room(uint64_t table_end, uint64_t end)
{
    const uint64_t each = kiwi_type_adjacent_parcel_address.fixed_size;
    return end == table_end ||
           (end > table_end && (end - table_end) % each == 0 && (end - table_end) / each >= 8);
}

bool kiwi_frame_head_read(struct kiwi_frame_head *head, const struct kiwi_file *file, uint64_t offset)
{
    return offset < file->size &&
           kiwi_source_read_before(file->source, offset, head->bytes, sizeof head->bytes, &head->length,
                                   NULL) == KIWI_OK &&
           kiwi_main_map_distribution_header_decode(&head->header, head->bytes, head->length);
}

uint64_t kiwi_frame_head_table(const struct kiwi_frame_head *head)
{
    return kiwi_type_main_map_distribution_header.fixed_size +
           head->header.number_of_regions * (uint64_t)kiwi_type_region_number.fixed_size;
}

uint64_t kiwi_tree_size_by(const struct kiwi_tree *tree, const struct kiwi_frame_head *head, uint64_t space,
                           unsigned count)
{
    const uint64_t each = kiwi_type_data_frame_management_record.fixed_size;
    const uint64_t table = kiwi_frame_head_table(head);
    if (count == 0 || head->header.header_size == KIWI_NULL || table > head->length ||
        count * each > head->length - table || !leaves_room(table + count * each, head->header.header_size))
        return 0;
    uint64_t size = whole_sectors(tree, end_of_entries(head->bytes, table, count, head->header.header_size));
    return size <= KIWI_WINDOW_LIMIT && size <= space &&
                   size / tree->map->sectors.logical_sector_size <= UINT16_MAX
               ? size
               : 0;
}

uint64_t kiwi_tree_frame_size(const struct kiwi_tree *tree, const struct kiwi_file *file, uint64_t offset)
{
    const struct kiwi_level_management_record *level = &tree->level->record;
    struct kiwi_frame_head head;
    const unsigned count = (unsigned)level->basic_frames + level->extended_frames;
    return count != 0 && kiwi_frame_head_read(&head, file, offset)
               ? kiwi_tree_size_by(tree, &head, file->size - offset, count)
               : 0;
}

static uint64_t place_of(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint64_t slot)
{
    struct kiwi_main_map_parcel_management_record record;
    const uint8_t *bytes = kiwi_tree_slot_bytes(tree, list, (uint32_t)(slot / list->columns),
                                                (uint32_t)(slot % list->columns));
    if (!kiwi_main_map_parcel_management_record_decode(&record, bytes, list->slot_size, list->list_type) ||
        record.size == 0)
        return KIWI_NULL;
    return kiwi_dsa_offset(record.address, tree->map->sectors);
}

/** Whether the nearest frame of the next few slots begins where one ends, as it does where frames are written
 * in the order of their slots: then its size is right, and it need not be looked at. */
static bool is_followed(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                        uint32_t column, const struct kiwi_parcel *parcel)
{
    enum { FEW = 16 };
    uint64_t slots = (uint64_t)list->rows * list->columns;
    uint64_t slot = (uint64_t)row * list->columns + column;
    uint64_t nearest = KIWI_NULL;
    for (unsigned i = 0; i < FEW && ++slot < slots; i++) {
        uint64_t place = place_of(tree, list, slot);
        if (place > parcel->offset && place < nearest)
            nearest = place;
    }
    return nearest != KIWI_NULL && nearest - parcel->offset == parcel->size;
}

/** Whether another record begins at a place, or a slot of the list leads between it and an end. */
static bool is_begun(struct kiwi_tree *tree, const struct kiwi_tree_list *list, const struct kiwi_file *file,
                     uint64_t begin, uint64_t end)
{
    const uint64_t head = KIWI_LIST_HEAD;
    uint64_t slots = (uint64_t)list->rows * list->columns;
    struct kiwi_parcel_management_information lists;
    struct kiwi_main_map_parcel_management_record slot;
    uint8_t bytes[32];
    size_t received;
    if (kiwi_tree_frame_size(tree, file, begin) != 0)
        return true;
    for (uint64_t i = 0, end_slot = kiwi_tree_may_look(tree, slots) ? slots : 0; i < end_slot; i++) {
        uint64_t place = place_of(tree, list, i);
        if (place != KIWI_NULL && place >= begin && place < end)
            return true;
    }
    return kiwi_source_read_before(file->source, begin, bytes, sizeof bytes, &received, NULL) == KIWI_OK &&
           kiwi_parcel_management_information_decode(&lists, bytes, received) && lists.parcels_type == 0 &&
           lists.reserved_parcel_management_type_15_10 == 0 && lists.list_type == tree->root.list_type &&
           kiwi_main_map_parcel_management_record_decode(&slot, bytes + head, received - head,
                                                         lists.list_type) &&
           (slot.size != 0) == (slot.address != KIWI_DSA_NULL);
}

static void report_size(const struct kiwi_tree *tree, uint64_t offset, uint64_t derived, uint64_t stated)
{
    uint64_t sector = tree->map->sectors.logical_sector_size;
    kiwi_tree_report_derived(tree, KIWI_TREE_SLOT, tree->file, &kiwi_type_main_map_parcel_management_record,
                             offset, "size", derived / sector, stated / sector);
}

/** A frame is as long as stated, unless its entries need more, or another record begins behind them. */
static void derive_size(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                        uint32_t column, struct kiwi_parcel *parcel, uint64_t slot)
{
    const struct kiwi_file *file = parcel->file;
    if (parcel->offset >= file->size || is_followed(tree, list, row, column, parcel))
        return;
    uint64_t size = kiwi_tree_frame_size(tree, file, parcel->offset);
    if (size == 0 || size == parcel->size ||
        (size < parcel->size && parcel->size <= file->size - parcel->offset &&
         !is_begun(tree, list, file, parcel->offset + size, parcel->offset + parcel->size)))
        return;
    report_size(tree, slot, size, parcel->size);
    parcel->size = size;
}

static const struct kiwi_file *file_of(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                       const struct kiwi_main_map_parcel_management_record *record)
{
    return kiwi_map_named_file(tree->map, tree->file, record->file_name,
                               list->list_type == 100 ? sizeof record->file_name : 0);
}

static struct kiwi_parcel parcel_of(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                    uint32_t row, uint32_t column, const uint8_t *bytes,
                                    const struct kiwi_main_map_parcel_management_record *record)
{
    struct kiwi_parcel parcel = kiwi_tree_parcel(tree, list, row, column, bytes);
    parcel.file = file_of(tree, list, record);
    parcel.offset = kiwi_dsa_offset(record->address, tree->map->sectors);
    parcel.size = (uint64_t)record->size * tree->map->sectors.logical_sector_size;
    return parcel;
}

/** A slot that repeats another one: both state the same size, or one of them is wrong. */
static void check_repeated(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                           const struct kiwi_main_map_parcel_management_record *record, const uint8_t *other,
                           uint64_t slot)
{
    struct kiwi_main_map_parcel_management_record before;
    const struct kiwi_file *file;
    if (!kiwi_main_map_parcel_management_record_decode(&before, other, list->slot_size, list->list_type) ||
        before.size == record->size)
        return;
    file = file_of(tree, list, record);
    uint64_t stated = (uint64_t)record->size * tree->map->sectors.logical_sector_size;
    uint64_t size = file && file->source
                        ? kiwi_tree_frame_size(tree, file,
                                               kiwi_dsa_offset(record->address, tree->map->sectors))
                        : 0;
    if (size != 0 && size != stated)
        report_size(tree, slot, size, stated);
}

void kiwi_tree_begin_parcel(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                            uint32_t column, const struct kiwi_main_map_parcel_management_record *record,
                            const uint8_t *bytes, uint64_t offset)
{
    const struct kiwi_frame_reference from = {tree->file, offset, NULL};
    const uint8_t *repeated = kiwi_tree_repeated(tree, list, row, column, bytes);
    if (repeated) {
        check_repeated(tree, list, record, repeated, offset);
        return;
    }
    struct kiwi_parcel parcel = parcel_of(tree, list, row, column, bytes, record);
    if (!parcel.file || !parcel.file->source) {
        kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, offset, KIWI_ERROR, "file_name",
                         "a file of the disc", 0);
        return;
    }
    if (!kiwi_tree_wants(tree, &parcel))
        return;
    derive_size(tree, list, row, column, &parcel, offset);
    if (!kiwi_tree_place_frame(tree, &from, &parcel))
        return;
    tree->parcel = parcel;
    tree->has_parcel = true;
}

bool kiwi_tree_begin_unsized(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                             uint32_t column, const struct kiwi_main_map_parcel_management_record *record,
                             const uint8_t *bytes, uint64_t offset)
{
    struct kiwi_main_map_parcel_management_record sized = *record;
    if (!list->part && (kiwi_tree_begins_part(tree, record->divided_offset) ||
                        kiwi_tree_is_lost_part(tree, tree->lists_end)))
        return false; /* it leads to parts, or to those that no slot leads to */
    sized.address = kiwi_load32(bytes);
    const struct kiwi_file *file = file_of(tree, list, record);
    uint64_t size = file && file->source
                        ? kiwi_tree_frame_size(tree, file, kiwi_dsa_offset(sized.address, tree->map->sectors))
                        : 0;
    if (size == 0)
        return false;
    report_size(tree, offset, size, 0);
    sized.size = (uint16_t)(size / tree->map->sectors.logical_sector_size);
    if (!kiwi_tree_repeated(tree, list, row, column, bytes))
        kiwi_tree_begin_parcel(tree, list, row, column, &sized, bytes, offset);
    return true;
}

bool kiwi_tree_begin_sized(struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                           const struct kiwi_main_map_parcel_management_record *record, uint64_t offset)
{
    const struct kiwi_file *file = file_of(tree, list, record);
    if (list->part || !kiwi_tree_is_lost_part(tree, record->address) ||
        (record->address != tree->lists_end && file && file->source &&
         kiwi_tree_frame_size(tree, file, kiwi_dsa_offset(record->address, tree->map->sectors)) != 0))
        return false;
    report_size(tree, offset, 0, (uint64_t)record->size * tree->map->sectors.logical_sector_size);
    kiwi_tree_begin_part(tree, offset, record->address);
    return true;
}
