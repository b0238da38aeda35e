/* SPDX-License-Identifier: MIT */
/* Memory that grows; without memory the program ends. */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/failure.h"
#include "base/grow.h"

static void *checked(void *memory)
{
    if (!memory) {
        fputs("kiwibuild: out of memory\n", stderr);
        exit(EXIT_SYSTEM);
    }
    return memory;
}

void *grow(void *items, size_t *capacity, size_t count, size_t item_size)
{
    return checked(grow_array(items, capacity, 0, count, item_size));
}

void *allocate(size_t count, size_t item_size)
{
    return checked(calloc(count ? count : 1, item_size));
}

char *copy_string(const char *text)
{
    return checked(strdup(text));
}

uint8_t *buffer_room(struct buffer *buffer, size_t length)
{
    buffer->bytes = grow(buffer->bytes, &buffer->capacity, buffer->size + length, 1);
    return buffer->bytes + buffer->size;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length)
        memcpy(buffer_room(buffer, length), bytes, length);
    buffer->size += length;
}

void buffer_pad(struct buffer *buffer, size_t multiple)
{
    buffer_pad_from(buffer, 0, multiple);
}

void buffer_pad_from(struct buffer *buffer, size_t start, size_t multiple)
{
    size_t length = (multiple - (buffer->size - start) % multiple) % multiple;

    if (length)
        memset(buffer_room(buffer, length), 0, length);
    buffer->size += length;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
