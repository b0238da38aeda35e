/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ENCODING_H
#define KIWIBUILD_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kiwi/records.h>

#include "grid.h"
#include "memory.h"

enum { SECTOR = 2048 };

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

/** Raw coordinate; on an edge inside an integrated parcel there are two ways to write it. */
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

/** At most four letters that say what a record or a field is. */
static inline void put_tag(char tag[4], const char *text)
{
    memcpy(tag, text, strlen(text) < 4 ? strlen(text) : 4);
}

#endif
