/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_CELL_H
#define KIWIBUILD_CELL_H

#include "content.h"
#include "failure.h"
#include "frame.h"
#include "network.h"

/** A parcel: one frame, or the frames of its parts if it is divided. */
struct volume_cell {
    unsigned side;        /**< parts per axis; 1 = not divided */
    struct frame *frames; /**< side * side, from the south-west */
    uint64_t *offsets;    /**< in one repetition of the network */
    uint64_t *sizes;      /**< bytes on the disc */
};

/** Encodes a cell of the content. A parcel that exceeds a limit is divided into 2 x 2 parts, then 4 x 4. */
bool cell_make(struct volume_cell *cell, const struct content *content, size_t index,
               const struct network *network, struct failure *failure);

void cell_free(struct volume_cell *cell);

#endif
