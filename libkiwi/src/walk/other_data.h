/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_OTHER_DATA_H
#define KIWI_SRC_OTHER_DATA_H

/* What records of the management header table lead to besides map, regions and index: parameters (chapter
 * 12), images (33), voice (34), and what makers put there. */

#include "map/map.h"

/** Bytes that the table, or a record that it leads to, has. */
struct kiwi_other_data {
    const struct kiwi_file *file;
    uint64_t offset, length;             /* inside the file */
    const struct kiwi_record_type *type; /* NULL if it is not decoded */
    const char *name;                    /* of the kind of data */
    char path[48];
};

/** Finds what a record of the table leads to; KIWI_ERROR_NOT_FOUND if that is nothing. */
enum kiwi_status kiwi_other_data_find(struct kiwi_map *map, uint32_t number, struct kiwi_other_data *data,
                                      struct kiwi_error *error);

#endif
