/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SORT_H
#define KIWIDUMP_SORT_H

/* Sorting by a number, and by comparison only where that is the same. */

#include "memory.h"

struct sort_order {
    size_t size;                                         /* of an item, at most SORT_ITEM */
    uint64_t (*number)(const void *item);                /* what the order goes by first */
    int (*compare)(const void *left, const void *right); /* the order of those of the same number, or NULL */
};

enum { SORT_ITEM = 64 };

/** Sorts items; without compare() those of the same number stay as they were. If memory is short, all do. */
void sort_items(struct memory *memory, void *items, size_t count, const struct sort_order *order);

#endif
