/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_TREE_LIST_H
#define KIWI_SRC_TREE_LIST_H

/* Lists of slots in the parcel management information of one block, and the frames that slots lead to. */

#include "map/parcel_tree.h"

/** An integrated parcel has at most 8 x 8 parcels (6.3.1.1). */
enum { KIWI_INTEGRATION_LIMIT = 8 };
#define KIWI_LIST_HEAD kiwi_type_parcel_management_information.fixed_size

/** What leads to a frame: the slot last met, or the header of a parcel's main map. */
struct kiwi_frame_reference {
    const struct kiwi_file *file;
    uint64_t offset;
    const struct kiwi_parcel *header; /**< NULL: the slot */
};

/**
 * Prepares the list whose head is at start; list->guidance and list->part must be set. Its grid is given by
 * the level; what lies beyond the buffer is cut off. False if it cannot be read.
 */
bool kiwi_tree_begin_list(struct kiwi_tree *tree, struct kiwi_tree_list *list, uint64_t start, uint32_t rows,
                          uint32_t columns, uint32_t list_type);

/** Whether the layout of lists of that type is known. */
bool kiwi_tree_is_list_type(uint32_t list_type);

/** The type of a block's list: as stated, unless its slots are slots by another one only. */
uint32_t kiwi_tree_list_type(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t slots,
                             uint32_t stated, uint64_t size);

/** Bytes of a slot in lists of a type, be they of parcels or of route guidance. */
uint64_t kiwi_tree_slot_size(uint32_t list_type);

/** The head of a list of parts, if a place of a view looks like one; it has the list type of its block. */
bool kiwi_tree_part_head(const struct kiwi_view *view, uint64_t at, uint32_t list_type,
                         struct kiwi_parcel_management_information *head);

/** Whether a list of route guidance lies behind the list at a place, stated or not. */
bool kiwi_tree_has_guidance(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                            uint64_t slots, uint32_t list_type);

/** Where the list at a place ends, with that of its route guidance. */
uint64_t kiwi_tree_lists_end(const struct kiwi_tree *tree, const struct kiwi_view *view, uint64_t at,
                             uint64_t slots, uint32_t list_type);

/** Whether a level has route guidance frames: most have none, and their headers are not asked. */
static inline bool kiwi_level_announces(const struct kiwi_level *level)
{
    return level->record.basic_route_guidance_frames != 0 ||
           level->record.extended_route_guidance_frames != 0;
}

/** Grid of the parts of a parcel that is divided by a type, 1 to 3. */
void kiwi_tree_part_counts(const struct kiwi_level *level, uint32_t type, uint32_t *rows, uint32_t *columns);

const struct kiwi_record_type *kiwi_tree_slot_type(const struct kiwi_tree_list *list);
const uint8_t *kiwi_tree_slot_bytes(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                    uint32_t row, uint32_t column);

/** Whether a slot can be read, and with it where its parcel begins: an integrated one might have begun in a
 * slot before it that cannot. */
bool kiwi_tree_is_certain(const struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                          uint32_t column);

/** The slot before one or below it that it repeats: then they are one integrated parcel. NULL if none. */
const uint8_t *kiwi_tree_repeated(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                  uint32_t row, uint32_t column, const uint8_t *bytes);

/** The parcel of a slot, with the neighbours that share it; its frame is to be filled in. */
struct kiwi_parcel kiwi_tree_parcel(const struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                                    uint32_t row, uint32_t column, const uint8_t *bytes);

/** Whether a parcel touches the cells that are wanted. */
bool kiwi_tree_wants(const struct kiwi_tree *tree, const struct kiwi_parcel *parcel);

/** Clips a frame to its file and to where another record begins, and claims it; false if nothing is left. */
bool kiwi_tree_place_frame(struct kiwi_tree *tree, const struct kiwi_frame_reference *from,
                           struct kiwi_parcel *parcel);

/**
 * Whether so many slots may be looked through for the sake of one. Each of a list may have to be compared
 * with all, so the sum is bounded for a level: 16 million cost half a second, and beyond that words are
 * believed.
 */
bool kiwi_tree_may_look(struct kiwi_tree *tree, uint64_t slots);

/** Whether a displacement leads to what begins like a list of parts, be it met or not. */
bool kiwi_tree_begins_part(const struct kiwi_tree *tree, uint64_t at);

/** Whether a place of the buffer begins a list of parts that no slot before led to. */
bool kiwi_tree_is_part(const struct kiwi_tree *tree, uint64_t at);

/** The same, and no slot of the block leads to it at all. */
bool kiwi_tree_is_lost_part(struct kiwi_tree *tree, uint64_t at);

/** Whether the list of parts last begun ends where another one begins, or where nothing follows. */
bool kiwi_tree_part_ends_well(const struct kiwi_tree *tree);

/** Goes into a divided parcel: a record of type 1 to 3 somewhere in the block's buffer. */
void kiwi_tree_begin_part(struct kiwi_tree *tree, uint64_t slot_offset, uint64_t offset);

/** A slot that leads to a frame: it is handed out with the first of the slots that share it. */
void kiwi_tree_begin_parcel(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                            uint32_t column, const struct kiwi_main_map_parcel_management_record *record,
                            const uint8_t *bytes, uint64_t offset);

/** The first bytes of a map frame. */
struct kiwi_frame_head {
    uint8_t bytes[512];
    size_t length;
    struct kiwi_main_map_distribution_header header;
};

bool kiwi_frame_head_read(struct kiwi_frame_head *head, const struct kiwi_file *file, uint64_t offset);

/** Where its entries begin. */
uint64_t kiwi_frame_head_table(const struct kiwi_frame_head *head);

/** How long a frame is if it has so many entries, in whole sectors; 0 if they are not all sound, or there is
 * less space. */
uint64_t kiwi_tree_size_by(const struct kiwi_tree *tree, const struct kiwi_frame_head *head, uint64_t space,
                           unsigned count);

/** How long the map frame at a place is by its entries, in whole sectors; 0 if it is none, or its entries are
 * not all sound. */
uint64_t kiwi_tree_frame_size(const struct kiwi_tree *tree, const struct kiwi_file *file, uint64_t offset);

/** A slot without a size that leads to a frame nevertheless, since it leads to no list of parts. */
bool kiwi_tree_begin_unsized(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                             uint32_t column, const struct kiwi_main_map_parcel_management_record *record,
                             const uint8_t *bytes, uint64_t offset);

/** A slot with a size whose address is the displacement of a list of parts to which no other slot leads. */
bool kiwi_tree_begin_sized(struct kiwi_tree *tree, const struct kiwi_tree_list *list,
                           const struct kiwi_main_map_parcel_management_record *record, uint64_t offset);

#endif
