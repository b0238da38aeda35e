/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_MEMORY_H
#define KIWIBUILD_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/** Returns items with room for at least count of them; ends the program when there is no memory. */
void *grow(void *items, size_t *capacity, size_t count, size_t item_size);

/** Zeroed memory for count items; ends the program when there is none. */
void *allocate(size_t count, size_t item_size);

/** Frees what the functions of this file gave; they may have it in a temporary file. */
void release(void *memory);

/** A copy to be released. */
char *copy_string(const char *text);

/** Bytes that grow at the end. */
struct buffer {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
};

/** Room for length more bytes, not yet part of the buffer. */
uint8_t *buffer_room(struct buffer *buffer, size_t length);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_pad(struct buffer *buffer, size_t multiple);                    /**< with zeros */
void buffer_pad_from(struct buffer *buffer, size_t start, size_t multiple); /**< what begins at start */
void buffer_free(struct buffer *buffer);

/** Many texts that are freed together. Zero it before the first one. */
struct text_store {
    char *chunks[64]; /**< each twice as large as the one before it */
    size_t count, used, size;
};

/** A copy, which stays where it is. */
char *text_store_add(struct text_store *store, const char *text);
void text_store_free(struct text_store *store);

#endif
