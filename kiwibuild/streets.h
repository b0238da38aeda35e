/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_STREETS_H
#define KIWIBUILD_STREETS_H

/* Streets as the index has them: the ways of one name in one town, and where on them the houses stand. */

#include "gazetteer.h"
#include "network.h"

/** Of a range whose street is no road of the map. */
#define NO_LINK 0x3FFFFFFFu

/** Houses along a part of a link, or a whole way without numbers. */
struct address_range {
    struct position position; /**< where it begins on the link */
    uint32_t link;
    uint32_t first, last; /**< house numbers in the direction of the link; UINT32_MAX: none */
    bool representative;  /**< stands for the whole street */
};

struct street {
    uint32_t name;
    uint32_t town;       /**< territory, or NO_TERRITORY */
    size_t first, count; /**< of its ranges */
};

struct streets {
    struct street *items; /**< by name and town */
    size_t count, capacity;
    struct address_range *ranges;
    size_t range_count, range_capacity;
};

void streets_make(struct streets *streets, const struct network *network, const struct gazetteer *gazetteer);
void streets_free(struct streets *streets);

#endif
