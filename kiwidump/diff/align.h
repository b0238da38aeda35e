/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_ALIGN_H
#define KIWIDUMP_ALIGN_H

/* Which records of two lists are the same, or the same but changed. */

#include "diff/tree.h"

/**
 * Pairs the nodes of two lists, in order: pair[i] is the place in new_list that old_list[i] goes with, or
 * TREE_NONE. False if memory ran out.
 */
bool align(const struct tree *old_tree, const uint32_t *old_list, uint32_t old_count,
           const struct tree *new_tree, const uint32_t *new_list, uint32_t new_count, uint32_t *pair);

#endif
