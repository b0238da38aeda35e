/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_AREAS_H
#define KIWIDUMP_AREAS_H

/* Areas that are put together. */

#include "merge_shape.h"

struct areas;
struct areas *areas_open(struct features *features, struct merge_memory *memory);
void areas_close(struct areas *areas);
/** False if it does not touch an edge: then it is complete. */
bool areas_take(struct areas *areas, const struct merge_frame *frame, const struct kiwi_shape *shape);
void areas_end_row(struct areas *areas, uint32_t row);

#endif
