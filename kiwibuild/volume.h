/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_VOLUME_H
#define KIWIBUILD_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"
#include "failure.h"
#include "frame.h"
#include "grid.h"
#include "network.h"

/** One level of ALLDATA.KWI: its frames and where everything of it lies. */
struct volume_level {
    const struct level *level;
    struct volume_cell *cells; /**< of the populated rectangle */
    size_t *order; /**< cells as they follow in the file: by block set, block and place in the block */
    size_t row_count, column_count;
    int64_t period_rows, period_columns;
    bool has_neighbours;
    uint64_t copy_size;         /**< all frames of one repetition */
    uint64_t frames_start;      /**< in the file */
    uint64_t information_start; /**< in the file: parcel management information */
    uint64_t information_size;  /**< of all blocks */
};

enum {
    DATA_VOLUME_SIZE = 2048,
    HEADER_TABLE_SIZE = 2048,
    MAP_START = DATA_VOLUME_SIZE + HEADER_TABLE_SIZE,
};

/** A volume whose addresses are all known. */
struct volume {
    const struct grid *grid;
    struct volume_level levels[LEVEL_COUNT];
    uint64_t map_size; /**< of the parcel-related data management frame, with padding */
    uint64_t size;     /**< of the file */
};

/** Encodes the frames of all levels and lays out the file. */
bool volume_make(struct volume *volume, const struct grid *grid, const struct network *network,
                 struct failure *failure);

void volume_free(struct volume *volume);

/** What is in a cell of the level, or NULL; copy is the repetition that it belongs to. */
const struct volume_cell *volume_find(const struct volume *volume, const struct volume_level *level,
                                      int64_t row, int64_t column, size_t *copy);

/** Address in the file of a frame of a cell. */
uint64_t volume_address(const struct volume_level *level, const struct volume_cell *cell, size_t part,
                        size_t copy);

/** A block by its row and column in the level. */
typedef bool block_callback(void *context, const struct volume_level *level, int64_t block_row,
                            int64_t block_column);

/** Calls for every block of a block set, with or without data, in their order. */
bool volume_each_block(const struct volume_level *level, unsigned block_set, block_callback *callback,
                       void *context);

bool volume_block_has_data(const struct volume *volume, const struct volume_level *level, int64_t block_row,
                           int64_t block_column);

/** Appends the parcel-related data management frame; its size does not depend on the addresses. */
bool volume_append_map(const struct volume *volume, struct buffer *buffer);

/** Bytes of a block's parcel management information with padding; 0 if it has no data. */
uint64_t volume_information_size(const struct volume *volume, const struct volume_level *level,
                                 int64_t block_row, int64_t block_column);

/** Appends the parcel management information of a block. */
bool volume_append_information(const struct volume *volume, const struct volume_level *level,
                               int64_t block_row, int64_t block_column, struct buffer *buffer);

#endif
