/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FRAME_H
#define KIWIBUILD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/records.h>

#include "content.h"
#include "common/failure.h"
#include "grid.h"
#include "memory.h"
#include "network.h"

enum {
    BASIC_FRAMES = 3, /**< road, background, name */
    NEIGHBOURS = 8,
    MOST_TOUCHING = 16, /**< frames that one side or corner can list: the width of a field */
    MOST_ENTRIES = NEIGHBOURS * (1 + MOST_TOUCHING),
    SECTOR = 2048,
    SOURCE_SCALE_HUNDREDS = 100, /**< 1 : 10,000, as on the 2007 Australian disc */
    NO_AREA = 0xFF,
};

/** The data frames of one cell without the header, which tells where the cell is. */
struct frame {
    size_t sizes[BASIC_FRAMES]; /**< 0 = absent */
    struct buffer bytes;        /**< back to back */
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
struct frame_place {
    int64_t row, column;             /**< cell of the level, counted from equator and Greenwich */
    uint8_t block_row, block_column; /**< inside its block */
    unsigned group;                  /**< parcels along a side if integrated, else 1 */
    unsigned type;                   /**< division type, 0 = not divided */
    unsigned part_row, part_column;
    uint64_t guidance, guidance_size;        /**< route guidance that the frame tells; 0 bytes = none */
    size_t entries;                          /**< for neighbours, 0 = the frame does not tell them */
    struct neighbour neighbours[NEIGHBOURS]; /**< upper, upper right, and so on clockwise */
};

void frame_limits(const struct layout *layout, struct cut_limits *roads, struct cut_limits *shapes);

/** Encodes a cell of the content; false if it exceeds a limit of the format. */
bool frame_encode(struct frame *frame, const struct content *content, const struct network *network,
                  size_t cell, struct failure *failure);

/** Bytes of the frame on the disc with header and padding; entries for neighbours. */
uint64_t frame_size(const struct frame *frame, const struct layout *layout, size_t entries);

/** Bytes up to the end of the road data, without padding. */
uint64_t frame_road_size(const struct frame *frame, size_t entries);

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

/** The same without the coarsest scale, where there are more than two: for what would only crowd it. */
uint8_t level_detail_flags(const struct level *level);

/** Raw position of a cell's south-west corner. */
struct kiwi_pid cell_position(const struct level *level, int64_t row, int64_t column);

/** Sizes that addresses count in. */
static inline struct kiwi_sectors layout_sectors(const struct layout *layout)
{
    return (struct kiwi_sectors){SECTOR, layout->logical_sector_size};
}

/** Raw coordinate; on an edge inside an integrated parcel there are two ways to tell it. */
uint16_t raw_coordinate(const struct layout *layout, int64_t units);

/** What stands in sections whose contents nobody knows: a pattern that shows whether all of it came through.
 */
enum { OPAQUE_SIZE = 512 };
extern const uint8_t opaque_bytes[OPAQUE_SIZE];

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
