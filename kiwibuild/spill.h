/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SPILL_H
#define KIWIBUILD_SPILL_H

#include <stdbool.h>
#include <stddef.h>

/** From so many bytes on memory is pages of a temporary file, which the kernel writes out when others need
 * room: so a country of any size needs no more memory of its own than a small one. */
enum { SPILL_LEAST = 1 << 20 };

/** Zeroed memory of size bytes with what was in memory, which spill_grow() gave, or NULL; ends the program if
 * there is no room for the file. */
void *spill_grow(void *memory, size_t size);

/** Whether spill_grow() gave it. */
bool spill_has(const void *memory);

/** Frees what spill_grow() gave; false if it did not. */
bool spill_free(void *memory);

#endif
