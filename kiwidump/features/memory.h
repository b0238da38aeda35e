/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_MEMORY_H
#define KIWIDUMP_MEMORY_H

/* Memory for shapes that are not complete yet, with a bound. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Who needs more is refused. */
#define MEMORY_LIMIT ((uint64_t)512 << 20)

/** Counts what is used; failed once there was not enough. */
struct memory {
    uint64_t used;
    bool failed;
};

void *memory_take(struct memory *memory, size_t size);
void *memory_grow_full(struct memory *memory, void *array, size_t *capacity, size_t size);

/** An array with room for one element more; NULL if there is none. */
static inline void *memory_grow(struct memory *memory, void *array, size_t count, size_t *capacity,
                                size_t size)
{
    return count < *capacity ? array : memory_grow_full(memory, array, capacity, size);
}

void memory_give(struct memory *memory, void *block, size_t size);

#endif
