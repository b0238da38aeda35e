/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_CHAINS_H
#define KIWIDUMP_CHAINS_H

/* Lines that are put together: roads and background lines. */

#include "merge_key.h"

struct chains;
struct chains *chains_open(struct memory *memory);
void chains_close(struct chains *chains);
/** Takes the shape at hand. */
void chains_take(struct chains *chains, const struct merge_frame *frame, const struct merge_key *key,
                 const struct map_shapes *shapes);
/** All shapes of a parcel were taken. */
void chains_end_parcel(struct chains *chains);
/** All parcels that begin in this row or below it were taken. */
void chains_end_row(struct chains *chains, uint32_t row);
/** Makes a feature of the next chain that is complete; false if there is none. */
bool chains_next(struct chains *chains, struct shape_maker *maker);

#endif
