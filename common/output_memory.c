/* SPDX-License-Identifier: MIT */
/* An output that gathers its bytes in memory. */
#include "common/output_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int grow(struct output_memory *memory, size_t length)
{
    size_t capacity = memory->capacity ? memory->capacity : 4096;
    while (capacity < length)
        capacity *= 2;
    char *bytes = realloc(memory->bytes, capacity);
    if (!bytes)
        return ENOMEM;
    memory->bytes = bytes;
    memory->capacity = capacity;
    return 0;
}

int output_memory_take(void *context, const char *bytes, size_t length)
{
    struct output_memory *memory = context;
    int error = 0;
    if (memory->limit != 0 && length > memory->limit - memory->length)
        return EFBIG;
    if (length > memory->capacity - memory->length)
        error = grow(memory, memory->length + length);
    if (error != 0)
        return error;
    memcpy(memory->bytes + memory->length, bytes, length);
    memory->length += length;
    return 0;
}
