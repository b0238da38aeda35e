/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_NAMES_H
#define KIWIBUILD_INDEX_NAMES_H

#include <stdint.h>

#include "index_records.h"
#include "network.h"

/* The lists of names that are searched. */

/** Streets by their names; the ways of a street follow each other as address ranges in the level below. */
void index_names_streets(const struct network *network, struct index_records *streets,
                         struct index_records *ranges);

/** Whether the index has a place: of the names of another disc only those that are a place's, of one level.
 */
bool index_names_has(const struct network *network, const struct place *place);

void index_names_places(const struct network *network, struct index_records *places);

/** The one zone of the disc, as the list from which a zone is chosen. */
void index_names_zone(uint32_t code, const char *title, struct index_records *zones);

#endif
