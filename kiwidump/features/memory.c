/* SPDX-License-Identifier: MIT */
/* Memory that is counted. */
#include "memory.h"

#include <stdlib.h>

#include "base/grow.h"

void *memory_take(struct memory *memory, size_t size)
{
    void *block = size > MEMORY_LIMIT - memory->used ? NULL : malloc(size);
    memory->failed = memory->failed || !block;
    if (block)
        memory->used += size;
    return block;
}

void *memory_grow_full(struct memory *memory, void *array, size_t *capacity, size_t size)
{
    size_t room = *capacity;
    bool enough = room * size <= MEMORY_LIMIT - memory->used; /* it doubles at most */
    void *grown = enough ? grow_array(array, &room, *capacity, 1, size) : NULL;
    memory->failed = memory->failed || !grown;
    memory->used += (room - *capacity) * size;
    *capacity = room;
    return grown;
}

void memory_give(struct memory *memory, void *block, size_t size)
{
    if (block)
        memory->used -= size;
    free(block);
}
