/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FRAME_H
#define KIWIBUILD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/records.h>

#include "content.h"
#include "common/failure.h"
#include "encoding.h"
#include "grid.h"
#include "memory.h"
#include "network.h"

enum {
    BASIC_FRAMES = 3, /**< road, background, name */
    NEIGHBOURS = 8,
    MOST_TOUCHING = 16, /**< frames that one side or corner can list: the width of a field */
    MOST_ENTRIES = NEIGHBOURS * (1 + MOST_TOUCHING),
    SOURCE_SCALE_HUNDREDS = 100, /**< 1 : 10,000, as on the 2007 Australian disc */
    NO_AREA = 0xFF,
};

/** The data frames of one cell without the header, which says where the cell is. */
struct frame {
    size_t sizes[BASIC_FRAMES]; /**< 0 = absent */
    const struct buffer *store; /**< of the level: has the data frames back to back */
    size_t first, size;         /**< bytes there */
    struct buffer regions;      /**< numbers of route planning's regions that the header names */
    bool absent;                /**< not even a header: the parcel has no frame */
};

/** The frames that touch one side or corner of a frame. */
struct neighbour {
    struct parts parts; /**< that an area of this frame's size has over there */
    size_t count;       /**< 0 = nothing there */
    bool listed;        /**< it has a list: several frames, or parts of another divided parcel */
    uint64_t addresses[MOST_TOUCHING]; /**< in the same file, KIWI_NULL = in another one */
    uint64_t sizes[MOST_TOUCHING];     /**< bytes */
};

/** Where one copy of a frame is on the disc. */
struct frame_site {
    int64_t row, column;             /**< cell of the level, counted from equator and Greenwich */
    uint8_t block_row, block_column; /**< inside its block */
    unsigned group;                  /**< parcels along a side if integrated, else 1 */
    unsigned type;                   /**< division type, 0 = not divided */
    unsigned part_row, part_column;
    uint64_t guidance, guidance_size;        /**< route guidance that the frame leads to; 0 bytes = none */
    size_t entries;                          /**< for neighbours, 0 = the frame does not name them */
    struct neighbour neighbours[NEIGHBOURS]; /**< upper, upper right, and so on clockwise */
};

void frame_limits(const struct layout *layout, struct cut_limits *roads, struct cut_limits *shapes);

/** Encodes a cell of the content behind what is in store; false if it exceeds a limit of the format. */
bool frame_encode(struct frame *frame, const struct content *content, const struct network *network,
                  size_t cell, struct buffer *store, struct failure *failure);

/** Bytes of the frame on the disc with header and padding; entries for neighbours. */
uint64_t frame_size(const struct frame *frame, const struct layout *layout, size_t entries);

/** Bytes up to the end of the road data, without padding. */
uint64_t frame_road_size(const struct frame *frame, const struct layout *layout, size_t entries);

/** Appends the frame with its header and padding. */
bool frame_append(const struct frame *frame, const struct level *level, const struct frame_site *site,
                  struct buffer *buffer);

void frame_free(struct frame *frame);

/** Each appends one data frame, or nothing if there is nothing to say; false if a value cannot be held. */
bool road_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell);
bool background_frame_append(struct buffer *buffer, const struct content *content,
                             const struct network *network, size_t cell);
bool name_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell);

#endif
