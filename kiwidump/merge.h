/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_MERGE_H
#define KIWIDUMP_MERGE_H

/* Shapes that are cut at the edges of parcels, put together again. */

#include "feature.h"
#include "common/progress.h"

/** Prints the features of a map; *count is of all features. */
enum kiwi_status merge_features(struct dump *dump, struct kiwi_map *map, struct progress *progress,
                                uint64_t *count, struct kiwi_error *error);

#endif
