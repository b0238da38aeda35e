/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_HEADER_TABLE_H
#define KIWI_SRC_HEADER_TABLE_H

/* The management header table: which part of the disc lies where (5.2). */

#include "map/map.h"

/** What a record of the table leads to. */
struct kiwi_header_place {
    char name[16];                /* of the file; empty = the one that has the table */
    const struct kiwi_file *file; /* NULL if there is no such file */
    uint64_t offset, length; /* of the header there, as far as it lies in the file; the length may be 0 */
};

/** The place that a record, counted from 1, leads to. KIWI_ERROR_NOT_FOUND if there is none. */
enum kiwi_status kiwi_header_place_of(const struct kiwi_map *map, uint32_t number,
                                      struct kiwi_header_place *place, struct kiwi_error *error);

#endif
