/* SPDX-License-Identifier: MIT */
#ifndef COMMON_OUTPUT_H
#define COMMON_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OUTPUT_CAPACITY ((size_t)1 << 16)

/**
 * Buffered bytes on the way to a file descriptor, or to take() if there is one. An error is kept; what comes
 * after it is thrown away.
 */
struct output {
    int descriptor;
    int (*take)(void *context, const char *bytes, size_t length); /* returns an errno, or 0 */
    void *context;
    int error; /* errno, or 0 */
    size_t used;
    char buffer[OUTPUT_CAPACITY];
};

void output_flush(struct output *output);
/** For what is longer than the buffer. */
void output_long(struct output *output, const void *bytes, size_t length);

/** Room for up to length bytes, at most OUTPUT_CAPACITY; output_advance() takes what was used of it. */
static inline char *output_room(struct output *output, size_t length)
{
    if (length > OUTPUT_CAPACITY - output->used)
        output_flush(output);
    return output->buffer + output->used;
}

static inline void output_advance(struct output *output, const char *end)
{
    output->used = (size_t)(end - output->buffer);
}

static inline void output_bytes(struct output *output, const void *bytes, size_t length)
{
    if (length > OUTPUT_CAPACITY) {
        output_long(output, bytes, length);
        return;
    }
    memcpy(output_room(output, length), bytes, length);
    output->used += length;
}

static inline void output_char(struct output *output, char c)
{
    *output_room(output, 1) = c;
    output->used++;
}

#define output_literal(output, text) output_bytes(output, text, sizeof text - 1)

#endif
