/* SPDX-License-Identifier: MIT */
/* Sorting by merging: the same on all systems, in time that order in the input shortens. */
#include "sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"

/** What is the same all the way down. */
struct sorter {
    size_t size;
    int (*compare)(const void *, const void *);
    uint8_t *half; /* room for the first half of the items */
};

/** Merges two sorted runs that follow each other; of equal items those of the first run come first. */
static void merge(const struct sorter *sorter, uint8_t *items, size_t first, size_t count)
{
    const size_t size = sorter->size;
    const uint8_t *left = sorter->half, *left_end = left + first * size;
    const uint8_t *right = items + first * size, *right_end = items + count * size;
    memcpy(sorter->half, items, first * size);
    for (; left < left_end && right < right_end; items += size) {
        bool from_left = sorter->compare(left, right) <= 0;
        memcpy(items, from_left ? left : right, size);
        left += from_left ? size : 0;
        right += from_left ? 0 : size;
    }
    memcpy(items, left, (size_t)(left_end - left));
}

static void sort_run(const struct sorter *sorter, uint8_t *items, size_t count)
{
    if (count < 2)
        return;
    size_t first = count / 2;
    uint8_t *right = items + first * sorter->size;
    sort_run(sorter, items, first);
    sort_run(sorter, right, count - first);
    if (sorter->compare(right - sorter->size, right) > 0)
        merge(sorter, items, first, count);
}

void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count < 2)
        return;
    const struct sorter sorter = {size, compare, allocate(count / 2, size)};
    sort_run(&sorter, items, count);
    release(sorter.half);
}
