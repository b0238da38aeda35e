/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_CHAINS_H
#define KIWIDUMP_CHAINS_H

/* Lines that are put together: roads and background lines. */

#include "merge_shape.h"

struct chains;
struct chains *chains_open(struct features *features, struct merge_memory *memory);
void chains_close(struct chains *chains);
void chains_take(struct chains *chains, const struct merge_frame *frame, const struct kiwi_shape *shape);
/** All shapes of a parcel were taken. */
void chains_end_parcel(struct chains *chains);
/** All parcels that begin in this row or below it were taken. */
void chains_end_row(struct chains *chains, uint32_t row);

#endif
