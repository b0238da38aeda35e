/* SPDX-License-Identifier: MIT */
#ifndef BASE_DUPLICATE_H
#define BASE_DUPLICATE_H

#include <stdlib.h>
#include <string.h>

/** The first length bytes of a text that has as many, as a text to be freed: strndup(), which Windows lacks.
 */
static inline char *duplicate(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

#endif
