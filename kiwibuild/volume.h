/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_VOLUME_H
#define KIWIBUILD_VOLUME_H

#include <stdbool.h>
#include <stdint.h>

#include "cell.h"
#include "common/failure.h"
#include "frame.h"
#include "grid.h"
#include "network.h"

struct regions;

/** One level of the map: its frames and where everything of it lies. */
struct volume_level {
    struct level own;          /**< the level of the grid, with its integrated parcels */
    const struct level *level; /**< own */
    uint8_t *groups;           /**< of own; NULL: nothing is integrated */
    struct volume_cell *cells; /**< of the populated rectangle */
    bool *used;                /**< blocks with content, by row and column; NULL: all count */
    struct buffer store;       /**< bytes of their frames */
    size_t *order; /**< cells as they follow in the file: by block set, block and place in the block */
    size_t row_count, column_count;
    int64_t period_rows, period_columns;
    bool has_neighbours;
    unsigned first_file;        /**< that has frames of the level */
    unsigned copy_files;        /**< files of one repetition; 0 = all is in one file */
    uint64_t copy_size;         /**< all frames of one repetition, if all is in one file */
    uint64_t frames_start;      /**< in the file, then */
    uint64_t information_start; /**< in the file: parcel management information */
    uint64_t information_size;  /**< of all blocks */
};

enum {
    DATA_VOLUME_SIZE = 2048,
    HEADER_TABLE_SIZE = 2048,
    FILE_NAME_SIZE = 12, /**< with NUL if there is room */
    MOST_FILES = 1000,   /**< PARCEL.000 to PARCEL.999 */
};

/** A volume whose addresses are all known. File 0 is ALLDATA.KWI. */
struct volume {
    const struct grid *grid;
    const struct layout *layout;
    struct volume_level levels[MOST_LEVELS];
    unsigned map_file;  /**< that has the distribution header and the parcel management information */
    uint64_t map_start; /**< in that file */
    uint64_t map_size;  /**< of the parcel-related data management frame, with padding */
    unsigned file_count;
    uint64_t head_size;    /**< of ALLDATA.KWI up to the map: tables, and what is kept of another disc */
    uint64_t alldata_size; /**< of ALLDATA.KWI */
    uint64_t size;         /**< of all files */
    const struct regions *regions; /**< route planning, or NULL */
    uint64_t regions_start;        /**< in its file */
    uint64_t other_start;          /**< of parameters and the like, in their file */
    uint64_t other_size;           /**< with padding; 0 = there are none */
};

/** An address. */
struct address {
    unsigned file;
    uint64_t offset;
};

void volume_free(struct volume *volume);

/** Name of a file other than ALLDATA.KWI, as it stands in addresses. */
void volume_file_name(unsigned file, char name[FILE_NAME_SIZE + 1]);

/** The same as a field: empty if the file is not named there. */
void volume_name_field(unsigned file, uint8_t name[FILE_NAME_SIZE]);

/** Blocks of a level along one axis. */
size_t volume_block_count(const struct tiers *tiers);

/**
 * The cell that has the frames of a place of the level, or NULL; copy is the repetition that it belongs to.
 * endless: as if the repetitions, if there are any, had no end.
 */
const struct volume_cell *volume_find(const struct volume *volume, const struct volume_level *level,
                                      int64_t row, int64_t column, bool endless, size_t *copy);

/** Address of a frame of the level in a repetition. */
struct address volume_address(const struct volume *volume, const struct volume_level *level,
                              const struct volume_frame *frame, size_t copy);

/** A block by its row and column in the level. */
typedef bool block_callback(void *context, const struct volume_level *level, int64_t block_row,
                            int64_t block_column);

/** Calls for every block of a block set, with or without data, in their order. */
bool volume_each_block(const struct volume_level *level, unsigned block_set, block_callback *callback,
                       void *context);

bool volume_block_has_data(const struct volume *volume, const struct volume_level *level, int64_t block_row,
                           int64_t block_column);

#endif
