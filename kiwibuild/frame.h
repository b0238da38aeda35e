/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FRAME_H
#define KIWIBUILD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/records.h>

#include "content.h"
#include "failure.h"
#include "grid.h"
#include "memory.h"
#include "network.h"

enum {
    BASIC_FRAMES = 3, /**< road, background, name */
    NEIGHBOURS = 8,
    MOST_SIDE = 4, /**< a parcel is divided into at most 4 x 4 parts */
    MOST_ENTRIES = NEIGHBOURS * (1 + MOST_SIDE),
    NODE_RECORD_SIZE = 8, /**< of a node/link connection record; its bits are not known, so it is zero */
    LOGICAL_SECTOR = 32,
    SECTOR = 2048,
};

extern const struct kiwi_sectors disc_sectors;

/** The data frames of one cell without the header, which tells where the cell is. */
struct frame {
    size_t sizes[BASIC_FRAMES]; /**< 0 = absent */
    struct buffer bytes;        /**< back to back */
};

/** A neighbour of a frame: one frame, or if it is divided the parts that touch. */
struct neighbour {
    unsigned side;                 /**< parts per axis; 1 = not divided */
    size_t count;                  /**< addresses, 1 if not divided */
    uint64_t addresses[MOST_SIDE]; /**< in the file, KIWI_NULL = none */
    uint64_t sizes[MOST_SIDE];     /**< bytes */
};

/** Where one copy of a frame is on the disc. */
struct frame_place {
    int64_t row, column;             /**< cell of the level, counted from equator and Greenwich */
    uint8_t block_row, block_column; /**< inside its block */
    unsigned side;                   /**< 1 or parts per axis of a divided parcel */
    unsigned part_row, part_column;
    bool has_neighbours;
    struct neighbour neighbours[NEIGHBOURS]; /**< upper, upper right, and so on clockwise */
};

void frame_limits(struct cut_limits *roads, struct cut_limits *shapes);

/** Encodes a cell of the content; false if it exceeds a limit of the format. */
bool frame_encode(struct frame *frame, const struct content *content, const struct network *network,
                  size_t cell, struct failure *failure);

/** Bytes of the frame on the disc with header and padding; entries for neighbours and their parts. */
uint64_t frame_size(const struct frame *frame, size_t entries);

size_t neighbour_entries(const struct neighbour neighbours[NEIGHBOURS]);

/** Division type of a parcel divided into side * side parts; 0 = not divided. The level record says the same.
 */
unsigned division_type(unsigned side);

/** Appends the frame with its header and padding. */
bool frame_append(const struct frame *frame, const struct level *level, const struct frame_place *place,
                  struct buffer *buffer);

void frame_free(struct frame *frame);

/** Each appends one data frame, or nothing if there is nothing to say; false if a value cannot be held. */
bool road_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell);
bool background_frame_append(struct buffer *buffer, const struct content *content,
                             const struct network *network, size_t cell);
bool name_frame_append(struct buffer *buffer, const struct content *content, const struct network *network,
                       size_t cell);

/** Display scale flags of a level: one bit per scale that it has, the highest first. */
uint8_t level_scale_flags(const struct level *level);

/** Raw position of a cell's south-west corner. */
struct kiwi_pid cell_position(const struct level *level, int64_t row, int64_t column);

/** Where the next record is encoded to, and how much room it has there: arguments of an encode function. */
#define ROOM(buffer) buffer_room(buffer, ENCODE_ROOM), ENCODE_ROOM

enum { ENCODE_ROOM = 16384 }; /* more than any head: records are at most 8,190 bytes */

/**
 * Makes an encoded record, size bytes long, part of the buffer; 0 bytes are a value that the format cannot
 * hold.
 */
static inline void append_encoded(struct buffer *buffer, bool *good, size_t size)
{
    buffer->size += size;
    *good = *good && size > 0;
}

#endif
