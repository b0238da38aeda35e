/* SPDX-License-Identifier: MIT */
/* Memory that grows, in temporary files where it is much; without memory the program ends. */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/failure.h"
#include "base/grow.h"
#include "spill.h"

static void *checked(void *memory)
{
    if (!memory) {
        fputs("kiwibuild: out of memory\n", stderr);
        exit(EXIT_SYSTEM);
    }
    return memory;
}

/** What was in memory of the heap goes on in a file. */
static void *grow_spilled(void *items, size_t *capacity, size_t count, size_t item_size)
{
    const size_t most = SIZE_MAX / 2 / item_size;
    size_t wanted = *capacity < count / 2 ? count : 2 * *capacity;

    wanted = wanted < count ? count : wanted;
    if (wanted > most)
        checked(NULL);
    bool spilled = spill_has(items);
    void *grown = spill_grow(spilled ? items : NULL, wanted * item_size);
    if (items && !spilled) {
        memcpy(grown, items, *capacity * item_size);
        free(items);
    }
    *capacity = wanted;
    return grown;
}

void *grow(void *items, size_t *capacity, size_t count, size_t item_size)
{
    if (items && count <= *capacity)
        return items;
    if (count >= SPILL_LEAST / item_size)
        return grow_spilled(items, capacity, count, item_size);
    return checked(grow_array(items, capacity, 0, count, item_size));
}

void *allocate(size_t count, size_t item_size)
{
    if (count > SIZE_MAX / 2 / item_size)
        checked(NULL);
    if (count * item_size >= SPILL_LEAST)
        return spill_grow(NULL, count * item_size);
    return checked(calloc(count ? count : 1, item_size));
}

void release(void *memory)
{
    if (!spill_free(memory))
        free(memory);
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
    release(buffer->bytes);
    *buffer = (struct buffer){0};
}

char *text_store_add(struct text_store *store, const char *text)
{
    enum { FIRST_CHUNK = 1 << 16 };
    const size_t length = strlen(text) + 1;
    if (length > store->size - store->used) {
        store->size = store->size ? 2 * store->size : FIRST_CHUNK;
        while (store->size < length)
            store->size *= 2;
        store->chunks[store->count++] = allocate(store->size, 1);
        store->used = 0;
    }
    char *copy = store->chunks[store->count - 1] + store->used;
    memcpy(copy, text, length);
    store->used += length;
    return copy;
}

void text_store_free(struct text_store *store)
{
    for (size_t i = 0; i < store->count; i++)
        release(store->chunks[i]);
    *store = (struct text_store){0};
}
