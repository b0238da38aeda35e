/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_CELL_H
#define KIWIBUILD_CELL_H

#include "content.h"
#include "common/failure.h"
#include "frame.h"
#include "network.h"

/** A frame and where it lies. */
struct volume_frame {
    struct frame frame;
    size_t entries;    /**< for neighbours */
    unsigned file;     /**< counted in one repetition of the network */
    uint64_t offset;   /**< in one repetition, or in that file */
    uint64_t size;     /**< bytes on the disc, 0 = there is no frame */
    uint64_t guidance; /**< bytes of its route guidance, which lies behind it */
};

/** A parcel: one frame, or the frames of its parts if it is divided. */
struct volume_cell {
    size_t home;        /**< cell that has the frame: this one, or the first of an integrated parcel */
    unsigned group;     /**< parcels along a side of the integrated parcel, else 1 */
    unsigned type;      /**< division type, 0 = not divided */
    struct parts parts; /**< 1, 1 if not divided */
    struct volume_frame *frames; /**< from the south-west; NULL if home is another cell */
};

/** Frames of a cell: 1, or its parts, or 0 if another cell has them. */
size_t cell_frame_count(const struct volume_cell *cell);

/**
 * Encodes a cell of the content behind what is in store. It is divided if the layout says so, or if it
 * exceeds a limit: by the type with the fewest parts that helps.
 */
bool cell_make(struct volume_cell *cell, const struct content *content, size_t index,
               const struct network *network, struct buffer *store, struct failure *failure);

void cell_free(struct volume_cell *cell);

#endif
