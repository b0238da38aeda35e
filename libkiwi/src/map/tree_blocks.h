/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_TREE_BLOCKS_H
#define KIWI_SRC_TREE_BLOCKS_H

/* Block sets, their tables of blocks, and the parcel management information that a block leads to. Where its
 * place or size cannot be right, it is derived from what lies around it (docs/design/variants.md). */

#include "map/tree_list.h"

/** How many whole records of a table lie in the file where no other record lies. They are claimed. */
uint32_t kiwi_tree_claim_table(struct kiwi_tree *tree, const struct kiwi_file *file, uint64_t offset,
                               uint64_t record_size, uint32_t count);

/** Reports a block set management record, last met, that says it is another one. */
void kiwi_tree_check_block_set(const struct kiwi_tree *tree, uint64_t at);

/** Claims the block management table of the block set last met; false if there is none. */
bool kiwi_tree_begin_table(struct kiwi_tree *tree, uint64_t at);

/** Reads the parcel management information that a block management record at an offset leads to. */
enum kiwi_tree_step kiwi_tree_begin_block(struct kiwi_tree *tree,
                                          const struct kiwi_block_management_record *record, uint64_t at);

/** Range of places 0..count-1 of size cells each, from cell origin on, that touch first..end-1. */
void kiwi_tree_clip(uint32_t origin, uint32_t size, uint32_t count, uint32_t first, uint32_t end,
                    uint32_t *from, uint32_t *to);

#endif
