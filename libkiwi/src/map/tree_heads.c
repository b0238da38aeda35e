/* SPDX-License-Identifier: MIT */
/* Heads of lists of parcels and parts: which slots follow, and whether a list of route guidance does (6.3).
 */
#include "map/tree_list.h"
#include "schema/engine.h"

bool kiwi_tree_is_list_type(uint32_t list_type)
{
    return list_type == 0 || list_type == 1 || list_type == 2 || list_type == 100;
}

uint64_t kiwi_tree_slot_size(uint32_t list_type)
{
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {list_type};
    const uint8_t none[32] = {0};
    struct kiwi_layout layout = {0};
    kiwi_layout_record(&kiwi_type_main_map_parcel_management_record, none, sizeof none, arguments, &layout);
    return layout.head;
}

/** Whether slots are such, the first few of them: they lead to frames, to lists, or nowhere in so many words.
 */
static bool are_slots(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at, uint64_t count,
                      uint32_t list_type, bool guidance)
{
    enum { FEW = 64 };
    const uint64_t size = kiwi_tree_slot_size(list_type);
    for (uint64_t i = 0; i < count && i < FEW; i++, at += size) {
        struct kiwi_main_map_parcel_management_record slot;
        if (at >= view->length || !kiwi_main_map_parcel_management_record_decode(
                                      &slot, view->bytes + at, view->length - at, list_type))
            return false;
        const bool leads = slot.size != 0;
        if (leads && (slot.address == KIWI_DSA_NULL ||
                      (slot.file_name[0] == 0 &&
                       kiwi_dsa_offset(slot.address, tree->map->sectors) >= tree->file->size)))
            return false;
        if (!leads && slot.address != KIWI_DSA_NULL &&
            (guidance || slot.divided_offset < KIWI_LIST_HEAD || slot.divided_offset >= KIWI_WINDOW_LIMIT))
            return false;
    }
    return true;
}

bool kiwi_tree_has_guidance(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                            uint64_t slots, uint32_t list_type)
{
    struct kiwi_parcel_management_information head;
    struct kiwi_parcel_management_information behind;
    const uint64_t length = slots * kiwi_tree_slot_size(list_type);
    const uint64_t own = KIWI_LIST_HEAD + length;
    if (at >= view->length ||
        !kiwi_parcel_management_information_decode(&head, view->bytes + at, view->length - at))
        return false;
    const uint64_t stated = head.route_guidance_list_offset;
    if (stated == own || (at == 0 && stated > own && stated < view->length))
        return stated == own; /* that of a block may lie behind those of its divided parcels */
    return kiwi_level_announces(tree->level) && own < view->length - at &&
           length <= view->length - at - own && !kiwi_tree_part_head(view, at + own, list_type, &behind) &&
           are_slots(tree, view, at + own, slots, list_type, true);
}

bool kiwi_tree_part_head(const struct kiwi_view *view, uint64_t at, uint32_t list_type,
                         struct kiwi_parcel_management_information *head)
{
    if (at < KIWI_LIST_HEAD || at >= view->length ||
        !kiwi_parcel_management_information_decode(head, view->bytes + at, view->length - at) ||
        head->parcels_type == 0)
        return false;
    const bool likely = head->reserved_parcel_management_type_15_10 == 0;
    const bool same = head->list_type == list_type;
    head->list_type = (uint8_t)list_type;
    return same || likely;
}

uint64_t kiwi_tree_lists_end(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                             uint64_t slots, uint32_t list_type)
{
    const uint64_t length = slots * kiwi_tree_slot_size(list_type);
    const uint64_t end = at + KIWI_LIST_HEAD + length;
    return kiwi_tree_has_guidance(tree, view, at, slots, list_type) ? end + length : end;
}

uint32_t kiwi_tree_list_type(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t slots,
                             uint32_t stated, uint64_t size)
{
    const uint32_t types[] = {stated, 0, 1, 100};
    if (kiwi_tree_is_list_type(stated) && are_slots(tree, view, KIWI_LIST_HEAD, slots, stated, false))
        return stated;
    for (unsigned i = 1; i < sizeof types / sizeof *types; i++)
        if (kiwi_tree_lists_end(tree, view, 0, slots, types[i]) <= size &&
            are_slots(tree, view, KIWI_LIST_HEAD, slots, types[i], false))
            return types[i];
    return stated;
}
