/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LEVEL_CLASSES_H
#define KIWI_SRC_LEVEL_CLASSES_H

/* Level management records with their tables of display classes, whose numbers may be wrong (6.1.1.1). */

#include "map/map.h"

/** Reads a record of a size and its class codes. It may state more classes than it has room for: those have
 * the code 0. */
bool kiwi_level_take_record(struct kiwi_level *level, const uint8_t *bytes, uint64_t length, uint64_t size,
                            uint16_t codes[KIWI_CLASS_LIMIT]);

/** The same without the codes. */
bool kiwi_level_record_decode(struct kiwi_level_management_record *record, const uint8_t *bytes,
                              uint64_t length, uint64_t size);

/** Whether the numbers of classes leave codes over, or there are too few. */
bool kiwi_level_doubts_classes(const struct kiwi_level *level);

/** Divides the codes anew, into so many of roads, backgrounds and names; false if that leaves some over, or
 * there are too few. */
bool kiwi_level_divide_classes(struct kiwi_level *level, const unsigned numbers[3]);

#endif
