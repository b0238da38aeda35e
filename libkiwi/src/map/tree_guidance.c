/* SPDX-License-Identifier: MIT */
/* Route guidance frames, which slots or the headers of map frames lead to. */
#include "map/tree_guidance.h"

#include "bytes/codec.h"
#include "bytes/source.h"
#include "schema/engine.h"

bool kiwi_tree_begin_guidance(struct kiwi_tree *tree, struct kiwi_tree_list *list,
                              const struct kiwi_tree_list *parcels)
{
    struct kiwi_parcel_management_information head;
    uint64_t at = parcels->start;
    if (!kiwi_parcel_management_information_decode(&head, tree->view.bytes + at, tree->view.length - at))
        return false;
    uint64_t start = head.route_guidance_list_offset;
    const uint64_t slots = (uint64_t)parcels->rows * parcels->columns;
    const uint64_t own_end = KIWI_LIST_HEAD + slots * parcels->slot_size;
    if (start != own_end && !tree->view.damaged &&
        kiwi_tree_has_guidance(tree, &tree->view, at, slots, parcels->list_type)) {
        kiwi_tree_report_derived(tree, KIWI_TREE_LIST, tree->file, &kiwi_type_parcel_management_information,
                                 tree->view.offset + at, "route_guidance_list_offset", own_end, start);
        start = own_end;
    }
    if (start == KIWI_NULL || start == 0)
        return false;
    /* Behind its own list, or behind those of divided parcels. */
    if (start != own_end && (parcels->part || start < own_end || start >= tree->view.length - at)) {
        bool free = at + own_end == tree->lists_end && !kiwi_tree_is_part(tree, tree->lists_end) &&
                    tree->lists_end < tree->view.length &&
                    kiwi_any(tree->view.bytes + tree->lists_end, tree->view.length - tree->lists_end);
        kiwi_tree_report_derived(tree, KIWI_TREE_LIST, tree->file, &kiwi_type_parcel_management_information,
                                 tree->view.offset + at, "route_guidance_list_offset", free ? own_end : 0,
                                 start);
        if (!free)
            return false;
        start = own_end;
    }
    if (start < KIWI_LIST_HEAD || start >= tree->view.length - at) {
        kiwi_tree_report(tree, KIWI_TREE_LIST, tree->file, tree->view.offset + at + 2, KIWI_ERROR,
                         "route_guidance_list_offset", "an offset inside the parcel management information",
                         start);
        return false;
    }
    if (!kiwi_tree_begin_list(tree, list, at + start, parcels->rows, parcels->columns, parcels->list_type))
        return false;
    list->row = list->first_row = parcels->first_row;
    list->end_row = parcels->end_row;
    list->column = list->first_column = parcels->first_column;
    list->end_column = parcels->end_column;
    return true;
}

/** Hands out a frame, unless another record of route guidance led to it before. */
static void take_frame(struct kiwi_tree *tree, const struct kiwi_frame_reference *from,
                       struct kiwi_parcel *frame)
{
    const enum kiwi_claim first = kiwi_claims_add(&tree->guided, frame->file, frame->offset, 1);
    if (first == KIWI_CLAIM_KNOWN || !kiwi_tree_place_frame(tree, from, frame))
        return;
    tree->guidance_frame = *frame;
    tree->has_guidance_frame = true;
}

void kiwi_tree_take_guidance(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                             uint32_t column, const uint8_t *bytes, uint64_t offset)
{
    const struct kiwi_frame_reference from = {tree->file, offset, NULL};
    struct kiwi_route_guidance_parcel_management_record record;
    if (!tree->wants_guidance || kiwi_tree_repeated(tree, list, row, column, bytes) ||
        !kiwi_route_guidance_parcel_management_record_decode(&record, bytes, list->slot_size,
                                                             list->list_type))
        return;
    if (record.size == 0 && record.address != KIWI_DSA_NULL && record.divided_offset != 0)
        kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, offset, KIWI_NOTE, "divided_offset",
                         "a frame; how lists of divided route guidance look is not told",
                         record.divided_offset);
    if (record.size == 0 || record.address == KIWI_DSA_NULL)
        return;
    struct kiwi_parcel frame = kiwi_tree_parcel(tree, list, row, column, bytes);
    frame.file = kiwi_map_named_file(tree->map, tree->file, record.file_name,
                                     list->list_type == 100 ? sizeof record.file_name : 0);
    frame.offset = kiwi_dsa_offset(record.address, tree->map->sectors);
    frame.size = (uint64_t)record.size * tree->map->sectors.logical_sector_size;
    if (!frame.file || !frame.file->source)
        kiwi_tree_report(tree, KIWI_TREE_SLOT, tree->file, offset, KIWI_ERROR, "file_name",
                         "a file of the disc", 0);
    else if (kiwi_tree_wants(tree, &frame))
        take_frame(tree, &from, &frame);
}

bool kiwi_tree_ask_header(struct kiwi_tree *tree)
{
    struct kiwi_parcel frame = tree->parcel;
    struct kiwi_main_map_distribution_header header;
    uint8_t bytes[64];
    const size_t size = kiwi_type_main_map_distribution_header.fixed_size;
    const struct kiwi_frame_reference from = {frame.file, frame.offset, &tree->parcel};
    size_t received;
    if (!tree->wants_guidance || !kiwi_level_announces(tree->level) || frame.size < size)
        return true;
    if (kiwi_source_read_before(frame.file->source, frame.offset, bytes, size, &received, tree->error) !=
        KIWI_OK)
        return false;
    if (!kiwi_main_map_distribution_header_decode(&header, bytes, received) ||
        header.route_guidance_address == KIWI_DSA_NULL || header.route_guidance_size == 0)
        return true;
    frame.offset = kiwi_dsa_offset(header.route_guidance_address, tree->map->sectors);
    frame.size = (uint64_t)header.route_guidance_size * tree->map->sectors.logical_sector_size;
    take_frame(tree, &from, &frame);
    return true;
}

void kiwi_guidance_check(const struct kiwi_map *map, const struct kiwi_parcel *parcel, const char *path,
                         const struct kiwi_view *view)
{
    const struct kiwi_record_type *type = &kiwi_type_main_map_distribution_header;
    struct kiwi_main_map_distribution_header header;
    if (!kiwi_level_announces(parcel->level) &&
        kiwi_main_map_distribution_header_decode(&header, view->bytes, view->length) &&
        header.route_guidance_address != KIWI_DSA_NULL && header.route_guidance_size != 0)
        kiwi_map_report_field(map, KIWI_WARNING, parcel->file, type, parcel->offset, path,
                              "route_guidance_address", "none, since the level has no route guidance frames",
                              header.route_guidance_address);
}
