/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GRID_H
#define KIWIBUILD_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/types.h>

#include "common/failure.h"
#include "layout.h"
#include "network.h"
#include "position.h"

enum {
    SCALE_COUNT = 5,
    CELL_UNITS = KIWI_PARCEL_UNITS,
    CELL_HEIGHT = 600, /**< of a level-0 cell, in eighths of an arc second */
    CELL_WIDTH = 900,
    COARSEST_CELLS_TO_POLE = 270, /**< 90 degrees in cells of the coarsest level */
    COARSEST_CELLS_AROUND = 720,
};

/**
 * Cells from first to last, inclusive; counted from the equator and from Greenwich, in the cells of one
 * level.
 */
struct rectangle {
    int64_t first_row, last_row;
    int64_t first_column, last_column;
};

/** How a number of cells is cut into the three tiers; the product is the number of cells. */
struct tiers {
    unsigned block_sets, blocks, parcels;
};

struct level {
    int number;
    unsigned shift;                    /**< a unit is 2^shift units of level 0 */
    uint32_t scales[SCALE_COUNT];      /**< denominators, 0 = unused */
    struct rectangle populated;        /**< cells of the network, without repetitions */
    int64_t origin_row, origin_column; /**< south-west cell of the coverage */
    struct tiers rows, columns;
    const struct layout *layout;
    int index;             /**< in the grid */
    const uint8_t *groups; /**< per populated cell: side of the integrated parcel that it is in; NULL: 1 */
};

/** The coverage and its levels, coarsest first as on the disc. */
struct grid {
    struct level levels[LEVEL_COUNT];
    int64_t origin_row, origin_column; /**< of the coverage, in cells of the coarsest level */
    int64_t row_count, column_count;
    int64_t period_rows,
        period_columns;   /**< shift from one repetition of the network to the next, coarsest cells */
    unsigned north, east; /**< repetitions */
};

/** Lays the coverage around the network, repeated north times northwards and east times eastwards. */
bool grid_make(struct grid *grid, const struct network *network, const struct layout *layout, unsigned north,
               unsigned east, struct failure *failure);

/** Nearest coordinate unit of the level, counted from Greenwich or the equator; halves go up. */
int64_t quantise_x(const struct level *level, int64_t x);
int64_t quantise_y(const struct level *level, int64_t y);

/** Rounds down, also below zero. */
int64_t floor_divide(int64_t dividend, int64_t divisor);

/** dividend / divisor to the nearest integer, halves up; divisor > 0. */
int64_t round_divide(int64_t dividend, int64_t divisor);

/** Side of the integrated parcel that a populated cell is in, 1 if in none. */
unsigned level_group(const struct level *level, int64_t row, int64_t column);

/** First cell of the group of side cells, counted along one axis; groups are aligned. */
int64_t group_start(int64_t cell, unsigned side);

/** Cells of a level along one side of a cell of the coarsest level. */
int64_t level_refinement(const struct level *level);

int64_t tiers_total(const struct tiers *tiers);
struct tiers tiers_make(int64_t total, unsigned parcels);

#endif
