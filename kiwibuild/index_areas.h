/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_AREAS_H
#define KIWIBUILD_INDEX_AREAS_H

#include "index_records.h"
#include "territories.h"

/** What the index calls a territory. */
uint32_t index_area_code(uint32_t territory);

/**
 * Sets the area codes of a record: territories of a position, the narrowest first; of a territory itself, if
 * it is not NO_TERRITORY, those that are wider.
 */
void index_areas_set(struct index_records *records, const struct territories *territories,
                     struct position position, uint32_t itself);

/** Appends the file that names the area codes. file is its name. */
void index_areas_append(struct buffer *buffer, const struct network *network,
                        const struct territories *territories, const char *file);

#endif
