/* SPDX-License-Identifier: MIT */
#ifndef COMMON_OUTPUT_MEMORY_H
#define COMMON_OUTPUT_MEMORY_H

#include <stddef.h>

/** Where an output goes that gathers in memory; begins zeroed but for limit, and its owner frees bytes. */
struct output_memory {
    char *bytes;
    size_t length, capacity;
    size_t limit; /* who writes more gets EFBIG; 0 = none */
};

/** The take() of such an output; context is a struct output_memory. It has all after output_flush(). */
int output_memory_take(void *context, const char *bytes, size_t length);

#endif
