/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SORT_H
#define KIWIBUILD_SORT_H

#include <stddef.h>

/** Sorts as qsort() does, but what compares equal keeps its order, and memory for many items is not the
 * heap's. */
void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
