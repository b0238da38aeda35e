/* SPDX-License-Identifier: MIT */
/* The files that names in the map mean. */
#include <string.h>

#include "disc/disc.h"
#include "map/map.h"

const struct kiwi_file *kiwi_map_named_file(const struct kiwi_map *map, const struct kiwi_file *from,
                                            const char *name, size_t length)
{
    char text[32];
    size_t used = 0;
    while (used < length && used < sizeof text - 1 && name[used] != '\0')
        used++;
    while (used > 0 && name[used - 1] == ' ')
        used--;
    if (used == 0)
        return from;
    memcpy(text, name, used);
    text[used] = '\0';
    return kiwi_disc_find(map->disc, text, from);
}
