/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_NAMES_H
#define KIWIBUILD_INDEX_NAMES_H

#include <stdint.h>

#include "index_entries.h"
#include "index_records.h"
#include "network.h"
#include "streets.h"

/* The lists of names that are searched. */

/** Streets by their names. Zero it, but for streets. */
struct index_streets {
    const struct streets *streets;
    struct index_entries entries;   /**< of all streets, by name */
    uint32_t *starts;               /**< of the ranges of each entry, in words */
    struct index_records all;       /**< streets */
    struct index_records ranges;    /**< the level below: those of a street follow each other */
    struct index_records of_places; /**< the level below places: those of a town follow each other */
};

/** Makes the lists of all streets and of their ranges. */
void index_names_streets(const struct network *network, const struct territories *territories,
                         struct index_streets *lists);

/** Whether the index has a place: of the names of another disc only those that are a place's, of one level.
 */
bool index_names_has(const struct network *network, const struct place *place);

/** Places and territories, and the list of their streets. */
void index_names_places(const struct network *network, const struct territories *territories,
                        struct index_streets *lists, struct index_records *places);

void index_streets_free(struct index_streets *lists);

/** The one zone of the disc, as the list from which a zone is chosen. */
void index_names_zone(uint32_t code, const char *title, struct index_records *zones);

#endif
