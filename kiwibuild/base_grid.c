/* SPDX-License-Identifier: MIT */
/* The grid of another disc: its coverage, cells and tiers are taken over, and the network is put into it. */
#include "base_grid.h"

#include <math.h>

enum {
    MOST_DETAIL = 4,             /* of profiles: their coarsest level */
    MOST_LEVEL_BLOCKS = 1 << 22, /* each is looked at a few times */
};

static const int64_t turn = 360 * (int64_t)KIWI_EIGHTHS_PER_DEGREE;

/** The level of a profile whose parcels are about as high. */
static int detail_of(const struct axis *axis)
{
    const long detail = lround(log2(axis_cell(axis) / CELL_HEIGHT));

    return detail < 0 ? 0 : detail > MOST_DETAIL ? MOST_DETAIL : (int)detail;
}

static void set_tiers(struct level *level, const struct kiwi_level_management_record *record)
{
    level->rows = (struct tiers){record->block_sets_latitude, record->blocks_latitude,
                                 record->parcels_latitude};
    level->columns = (struct tiers){record->block_sets_longitude, record->blocks_longitude,
                                    record->parcels_longitude};
    level->period_rows = tiers_total(&level->rows);
    level->period_columns = tiers_total(&level->columns);
}

static void set_scales(struct level *level, const struct kiwi_level_management_record *record)
{
    const uint32_t scales[SCALE_COUNT] = {record->display_scale_1, record->display_scale_2,
                                          record->display_scale_3, record->display_scale_4,
                                          record->display_scale_5};

    for (int i = 0; i < SCALE_COUNT; i++)
        level->scales[i] = scales[i] == UINT32_MAX ? 0 : scales[i];
}

/** The axis of longitude begins on that turn round the earth on which west is. */
static void set_axes(struct level *level, const struct kiwi_grid *grid, int64_t west)
{
    level->y = (struct axis){.origin = grid->south, .length = grid->height, .cells = level->period_rows};
    level->x = (struct axis){.origin = grid->west + floor_divide(west - grid->west, turn) * turn,
                             .length = grid->width,
                             .cells = level->period_columns};
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static void set_populated(struct level *level, struct position low, struct position high)
{
    const int64_t side = layout_integration(level->layout, level->index);
    struct rectangle *cells = &level->populated;

    *cells = (struct rectangle){floor_divide(quantise_y(level, low.y), CELL_UNITS),
                                floor_divide(quantise_y(level, high.y) - 1, CELL_UNITS),
                                floor_divide(quantise_x(level, low.x), CELL_UNITS),
                                floor_divide(quantise_x(level, high.x) - 1, CELL_UNITS)};
    cells->first_row = group_start(clamp(cells->first_row, level->period_rows - 1), (unsigned)side);
    cells->first_column = group_start(clamp(cells->first_column, level->period_columns - 1), (unsigned)side);
    cells->last_row = group_start(clamp(cells->last_row, level->period_rows - 1), (unsigned)side) + side - 1;
    cells->last_column = group_start(clamp(cells->last_column, level->period_columns - 1), (unsigned)side) +
                         side - 1;
}

/** Whether the corners are in the coverage, to half a unit. */
static bool holds(const struct level *level, struct position low, struct position high)
{
    return quantise_y(level, low.y) >= 0 && quantise_x(level, low.x) >= 0 &&
           quantise_y(level, high.y) <= level->period_rows * CELL_UNITS &&
           quantise_x(level, high.x) <= level->period_columns * CELL_UNITS;
}

static bool refuse_place(const struct base_disc *base, const struct level *level, struct position low,
                         struct position high, struct failure *failure)
{
    return refuse(
        failure, EXIT_INPUT,
        "the input lies from %.5f,%.5f to %.5f,%.5f, and level %d of %s covers %.5f,%.5f to %.5f,%.5f only",
        (double)low.y / Y_PER_DEGREE, (double)low.x / X_PER_DEGREE, (double)high.y / Y_PER_DEGREE,
        (double)high.x / X_PER_DEGREE, level->number, base->path, axis_degrees(&level->y, 0),
        axis_degrees(&level->x, 0), axis_degrees(&level->y, (double)level->y.cells),
        axis_degrees(&level->x, (double)level->x.cells));
}

/** All of a level but what is populated; west is a longitude in 1/8 seconds on the turn that counts. */
static bool make_level(struct level *level, int index, struct base_disc *base, int64_t west,
                       struct failure *failure)
{
    struct base_level *own = &base->levels[index];

    *level = (struct level){.number = own->level->number,
                            .index = index,
                            .layout = &own->layout,
                            .roads = &own->roads,
                            .backgrounds = &own->backgrounds,
                            .names = &own->names,
                            .record = &own->level->record};
    set_tiers(level, level->record);
    set_scales(level, level->record);
    set_axes(level, &own->level->grid, west);
    if (level->x.length <= 0 || level->y.length <= 0 || !axis_set(&level->x, X_PER_DEGREE) ||
        !axis_set(&level->y, Y_PER_DEGREE))
        return refuse(failure, EXIT_INPUT,
                      "%s: level %d has parcels of a size that kiwibuild cannot reckon with", base->path,
                      level->number);
    if ((uint64_t)level->rows.block_sets * level->rows.blocks * level->columns.block_sets *
            level->columns.blocks >
        MOST_LEVEL_BLOCKS)
        return refuse(failure, EXIT_INPUT, "%s: level %d has more than %d blocks", base->path, level->number,
                      MOST_LEVEL_BLOCKS);
    level->detail = detail_of(&level->y);
    return true;
}

/** The one with the smallest parcels is what profiles call level 0. */
static void mark_finest(struct grid *grid)
{
    int finest = 0;

    for (int i = 1; i < grid->level_count; i++)
        if (axis_cell(&grid->levels[i].y) < axis_cell(&grid->levels[finest].y))
            finest = i;
    grid->levels[finest].finest = true;
    grid->levels[finest].detail = 0;
}

bool base_grid_cells(struct grid *grid, struct base_disc *base, struct failure *failure)
{
    *grid = (struct grid){.level_count = base->level_count, .north = 1, .east = 1};
    for (int i = 0; i < grid->level_count; i++)
        if (!make_level(&grid->levels[i], i, base, base->levels[i].level->grid.west, failure))
            return false;
    mark_finest(grid);
    return true;
}

bool base_grid_make(struct grid *grid, struct base_disc *base, const struct network *network,
                    struct failure *failure)
{
    struct position low, high;

    *grid = (struct grid){.level_count = base->level_count, .north = 1, .east = 1};
    if (!grid_check_segments(network, failure))
        return false;
    network_bounds(network, &low, &high);
    for (int i = 0; i < grid->level_count; i++) {
        struct level *level = &grid->levels[i];

        if (!make_level(level, i, base, floor_divide(low.x * KIWI_EIGHTHS_PER_DEGREE, X_PER_DEGREE), failure))
            return false;
        if (!holds(level, low, high))
            return refuse_place(base, level, low, high, failure);
        set_populated(level, low, high);
    }
    mark_finest(grid);
    return true;
}
