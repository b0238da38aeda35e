/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GRID_H
#define KIWIBUILD_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/types.h>

#include "classes.h"
#include "common/failure.h"
#include "layout.h"
#include "network.h"
#include "position.h"

enum {
    SCALE_COUNT = 5,
    CELL_UNITS = KIWI_PARCEL_UNITS,
    CELL_HEIGHT = 600, /**< of a level-0 cell of kiwibuild's own grid, in eighths of an arc second */
    CELL_WIDTH = 900,
    COARSEST_CELLS_TO_POLE = 270, /**< 90 degrees in cells of the coarsest level */
    COARSEST_CELLS_AROUND = 720,
};

/** The cells of a level along one axis: so many of them are length eighths of an arc second. */
struct axis {
    int64_t origin; /**< eighths of an arc second where cell 0 begins; 0 is the equator or Greenwich */
    int64_t length, cells;
    int64_t multiplier, shift, divisor; /**< (position * multiplier - shift) / divisor are units */
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
    int detail; /**< the level by which a profile knows it: 0 to 4, great ones are coarse */
    bool finest;
    struct axis x, y;
    uint32_t scales[SCALE_COUNT];      /**< denominators, 0 = unused */
    struct rectangle populated;        /**< cells of the network, without repetitions */
    int64_t origin_row, origin_column; /**< south-west cell of the coverage */
    struct tiers rows, columns;
    int64_t period_rows, period_columns; /**< cells from one repetition of the network to the next */
    const struct classes *roads, *backgrounds, *names; /**< display classes of their lists */
    const struct kiwi_level_management_record *record; /**< of another disc, to be taken over; or NULL */
    const struct layout *layout;
    int index;             /**< in the grid */
    const uint8_t *groups; /**< per populated cell: side of the integrated parcel that it is in; NULL: 1 */
};

/** The coverage and its levels, coarsest first as on the disc. */
struct grid {
    struct level levels[MOST_LEVELS];
    int level_count;
    int64_t origin_row, origin_column; /**< of the coverage, in cells of the coarsest level */
    int64_t row_count, column_count;
    int64_t period_rows,
        period_columns;   /**< shift from one repetition of the network to the next, coarsest cells */
    unsigned north, east; /**< repetitions */
};

/** Refuses segments that are too long to be cut. */
bool grid_check_segments(const struct network *network, struct failure *failure);

/** Lays the coverage around the network, repeated north times northwards and east times eastwards. */
bool grid_make(struct grid *grid, const struct network *network, const struct layout *layout, unsigned north,
               unsigned east, struct failure *failure);

/**
 * Sets what follows from the first three members; per_degree is X_PER_DEGREE or Y_PER_DEGREE. False if units
 * are such a fraction of positions that it could not be reckoned with.
 */
bool axis_set(struct axis *axis, int64_t per_degree);

/** Where a unit lies. */
int64_t axis_position(const struct axis *axis, int64_t unit);

/** Where a cell begins, in eighths of an arc second, to the nearest one. */
int64_t axis_eighths(const struct axis *axis, int64_t cell);

/** Where a cell, or a part of one, begins; in degrees. */
double axis_degrees(const struct axis *axis, double cell);

/** Eighths of an arc second of a cell. */
double axis_cell(const struct axis *axis);

/** The cells of kiwibuild's own grid; a unit is 2^shift units of level 0. */
void level_set_cells(struct level *level, unsigned shift);

/** Whether something is on a level, from the coarsest to the finest of its levels: of a profile, or of a
 * disc. */
bool level_shows(const struct level *level, int coarsest, int finest, bool of_disc);

/** Nearest coordinate unit of the level, counted from cell 0; halves go up. */
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

int64_t tiers_total(const struct tiers *tiers);
struct tiers tiers_make(int64_t total, unsigned parcels);

#endif
