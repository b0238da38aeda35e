/* SPDX-License-Identifier: MIT */
/* An output that gathers its bytes in memory. */
#include "common/output_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

int output_memory_take(void *context, const char *bytes, size_t length)
{
    struct output_memory *memory = context;
    if (memory->limit != 0 && length > memory->limit - memory->length)
        return EFBIG;
    char *grown = grow_array(memory->bytes, &memory->capacity, memory->length, length, 1);
    if (!grown)
        return ENOMEM;
    memory->bytes = grown;
    memcpy(memory->bytes + memory->length, bytes, length);
    memory->length += length;
    return 0;
}
