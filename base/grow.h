/* SPDX-License-Identifier: MIT */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stdint.h>
#include <stdlib.h>

/**
 * The array with room for more items behind the first ones in use; it may have moved. NULL, and the array as
 * it was, without memory. *room is for how many items there is room; it doubles, so that growing one by one
 * is cheap.
 */
static inline void *grow_array(void *items, size_t *room, size_t used, size_t more, size_t item_size)
{
    const size_t most = SIZE_MAX / item_size;
    size_t wanted = *room > most / 2 ? most : 2 * *room;
    if (items && more <= *room - used)
        return items;
    if (used > most || more > most - used)
        return NULL;
    if (wanted < 16)
        wanted = 16;
    if (wanted < used + more)
        wanted = used + more;
    void *grown = realloc(items, wanted * item_size);
    if (grown)
        *room = wanted;
    return grown;
}

#endif
