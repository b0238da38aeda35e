/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_AREAS_H
#define KIWIDUMP_AREAS_H

/* Areas that are put together. */

#include "merge_key.h"

struct areas;
struct areas *areas_open(struct memory *memory);
void areas_close(struct areas *areas);
/** Takes the shape at hand. False if it does not touch an edge: then it is complete. */
bool areas_take(struct areas *areas, const struct merge_frame *frame, const struct merge_key *key,
                const struct map_shapes *shapes);
/** All parcels that begin in this row or below it were taken. */
void areas_end_row(struct areas *areas, uint32_t row);
/** Makes a feature of the next group that is complete; false if there is none. */
bool areas_next(struct areas *areas, struct shape_maker *maker);

#endif
