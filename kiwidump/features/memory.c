/* SPDX-License-Identifier: MIT */
/* Memory that is counted. */
#include "memory.h"

#include <stdlib.h>

void *memory_take(struct memory *memory, size_t size)
{
    void *block = size > MEMORY_LIMIT - memory->used ? NULL : malloc(size);
    memory->failed = memory->failed || !block;
    if (block)
        memory->used += size;
    return block;
}

void *memory_grow(struct memory *memory, void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t more = *capacity ? *capacity : 256;
    void *grown = more * size > MEMORY_LIMIT - memory->used ? NULL
                                                            : realloc(array, (*capacity + more) * size);
    if (!grown) {
        memory->failed = true;
        return NULL;
    }
    memory->used += more * size;
    *capacity += more;
    return grown;
}

void memory_give(struct memory *memory, void *block, size_t size)
{
    if (block)
        memory->used -= size;
    free(block);
}
