/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_TREE_GUIDANCE_H
#define KIWI_SRC_TREE_GUIDANCE_H

/* Route guidance (chapter 8): the lists of the parcel management that lead to its frames, and the headers of
 * the main map, which do so, too. */

#include "map/tree_list.h"

/** Begins the list that the head of a list of parcels or parts announces; false if there is none. */
bool kiwi_tree_begin_guidance(struct kiwi_tree *tree, struct kiwi_tree_list *list,
                              const struct kiwi_tree_list *parcels);

/** Looks where a slot leads to; tree->has_guidance_frame says that a frame was found. */
void kiwi_tree_take_guidance(struct kiwi_tree *tree, const struct kiwi_tree_list *list, uint32_t row,
                             uint32_t column, const uint8_t *bytes, uint64_t offset);

/** The same for the header of the parcel last handed out. False if reading failed. */
bool kiwi_tree_ask_header(struct kiwi_tree *tree);

/** Reports a header that leads to route guidance on a level that announces none: it is not followed. */
void kiwi_guidance_check(const struct kiwi_map *map, const struct kiwi_parcel *parcel, const char *path,
                         const struct kiwi_view *view);

#endif
