/* SPDX-License-Identifier: MIT */
/* The grid of cells of each level: its extent, its tiers, and coordinates in its units. */
#include "grid.h"

#include <stdlib.h>

enum {
    COARSEST_SHIFT = 4,
    MOST_MULTIPLIER = 1 << 27, /* times the position on the far side of the earth, twice, it is an int64_t */
    FEW_PARCELS_LATITUDE =
        16, /* so that a small disc has blocks and block sets, too; rectangular on purpose */
    FEW_PARCELS_LONGITUDE = 8,
    FEW_BLOCKS = 2,
    MOST_PARCELS = 32,
    MOST_BLOCKS = 256,
    MOST_BLOCK_SETS = 16,
};

int64_t floor_divide(int64_t dividend, int64_t divisor)
{
    int64_t quotient = dividend / divisor;

    return quotient - (dividend % divisor < 0);
}

int64_t round_divide(int64_t dividend, int64_t divisor)
{
    return floor_divide(2 * dividend + divisor, 2 * divisor);
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

bool axis_set(struct axis *axis, int64_t per_degree)
{
    const int64_t common = common_divisor(KIWI_EIGHTHS_PER_DEGREE, per_degree);
    const int64_t eighths = KIWI_EIGHTHS_PER_DEGREE / common, positions = per_degree / common;
    const int64_t divisor = axis->length * positions;
    const int64_t shared = common_divisor(axis->cells * CELL_UNITS, divisor);
    const int64_t units = axis->cells * CELL_UNITS / shared;

    axis->multiplier = units * eighths;
    axis->divisor = divisor / shared;
    axis->shift = units > MOST_MULTIPLIER ? 0 : axis->origin * positions * units;
    return axis->multiplier <= MOST_MULTIPLIER;
}

int64_t axis_position(const struct axis *axis, int64_t unit)
{
    return (unit * axis->divisor + axis->shift) / axis->multiplier;
}

int64_t axis_eighths(const struct axis *axis, int64_t cell)
{
    return axis->origin + round_divide(cell * axis->length, axis->cells);
}

double axis_cell(const struct axis *axis)
{
    return (double)axis->length / (double)axis->cells;
}

double axis_degrees(const struct axis *axis, double cell)
{
    return ((double)axis->origin + cell * axis_cell(axis)) / KIWI_EIGHTHS_PER_DEGREE;
}

int64_t quantise_x(const struct level *level, int64_t x)
{
    return round_divide(x * level->x.multiplier - level->x.shift, level->x.divisor);
}

int64_t quantise_y(const struct level *level, int64_t y)
{
    return round_divide(y * level->y.multiplier - level->y.shift, level->y.divisor);
}

void level_set_cells(struct level *level, unsigned shift)
{
    level->x = (struct axis){.length = (int64_t)CELL_WIDTH << shift, .cells = 1};
    level->y = (struct axis){.length = (int64_t)CELL_HEIGHT << shift, .cells = 1};
    axis_set(&level->x, X_PER_DEGREE);
    axis_set(&level->y, Y_PER_DEGREE);
}

bool level_shows(const struct level *level, int coarsest, int finest, bool of_disc)
{
    const int own = of_disc ? level->number : level->detail;

    return coarsest >= own && finest <= own;
}

/** Cells of a level along one side of a cell of the coarsest level. */
static int64_t refinement(const struct level *level)
{
    return (int64_t)1 << (COARSEST_SHIFT - level->number);
}

unsigned level_group(const struct level *level, int64_t row, int64_t column)
{
    const struct rectangle *cells = &level->populated;
    int64_t columns = cells->last_column - cells->first_column + 1;

    if (!level->groups)
        return 1;
    return level->groups[(row - cells->first_row) * columns + column - cells->first_column];
}

int64_t group_start(int64_t cell, unsigned side)
{
    return floor_divide(cell, side) * side;
}

int64_t tiers_total(const struct tiers *tiers)
{
    return (int64_t)tiers->block_sets * tiers->blocks * tiers->parcels;
}

/**
 * Parcels first, then blocks, the rest block sets; when those become too many, larger blocks. total is a
 * power of two.
 */
struct tiers tiers_make(int64_t total, unsigned parcels)
{
    struct tiers tiers = {1, FEW_BLOCKS, parcels};

    if (total < tiers.parcels)
        tiers.parcels = (unsigned)total;
    if (total / tiers.parcels < tiers.blocks)
        tiers.blocks = (unsigned)(total / tiers.parcels);
    while (total / tiers.parcels / tiers.blocks > MOST_BLOCK_SETS)
        if (tiers.parcels < MOST_PARCELS)
            tiers.parcels *= 2;
        else
            tiers.blocks *= 2;
    tiers.block_sets = (unsigned)(total / tiers.parcels / tiers.blocks);
    return tiers;
}

/** A coordinate on the far edge belongs to the cell before it, so that the last cell is not a mere line. */
static int64_t last_cell(int64_t low, int64_t high)
{
    int64_t first = floor_divide(low, CELL_UNITS), last = floor_divide(high - 1, CELL_UNITS);

    return last < first ? first : last;
}

/** So that integrated parcels never reach beyond the populated cells. */
static void align(struct rectangle *cells, unsigned side)
{
    cells->first_row = group_start(cells->first_row, side);
    cells->first_column = group_start(cells->first_column, side);
    cells->last_row = group_start(cells->last_row, side) + side - 1;
    cells->last_column = group_start(cells->last_column, side) + side - 1;
}

static void start_level(struct level *level, int index, const struct layout *layout, struct position low,
                        struct position high)
{
    static const uint32_t scales[LEVEL_COUNT][SCALE_COUNT] = {
        {160000, 320000}, {40000, 80000}, {5000, 10000, 20000}};
    int64_t west, south;

    *level = (struct level){.layout = layout,
                            .index = index,
                            .finest = index == LEVEL_COUNT - 1,
                            .roads = &road_classes,
                            .backgrounds = &background_classes,
                            .names = &name_classes};
    level->number = level->detail = COARSEST_SHIFT - 2 * index;
    level_set_cells(level, (unsigned)level->number);
    for (int i = 0; i < SCALE_COUNT; i++)
        level->scales[i] = scales[index][i];
    west = quantise_x(level, low.x);
    south = quantise_y(level, low.y);
    level->populated.first_column = floor_divide(west, CELL_UNITS);
    level->populated.first_row = floor_divide(south, CELL_UNITS);
    level->populated.last_column = last_cell(west, quantise_x(level, high.x));
    level->populated.last_row = last_cell(south, quantise_y(level, high.y));
    align(&level->populated, layout_integration(layout, index));
}

static int64_t power_of_two(int64_t at_least)
{
    int64_t power = 1;

    while (power < at_least)
        power *= 2;
    return power;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/**
 * The coarsest cells that hold the populated cells of all levels; rounding may carry a fine level over the
 * edge.
 */
static struct rectangle cover(const struct grid *grid)
{
    struct rectangle cover = grid->levels[0].populated;

    for (int i = 1; i < LEVEL_COUNT; i++) {
        const struct rectangle *populated = &grid->levels[i].populated;
        int64_t side = refinement(&grid->levels[i]);

        cover.first_row = smaller(cover.first_row, floor_divide(populated->first_row, side));
        cover.first_column = smaller(cover.first_column, floor_divide(populated->first_column, side));
        cover.last_row = greater(cover.last_row, floor_divide(populated->last_row, side));
        cover.last_column = greater(cover.last_column, floor_divide(populated->last_column, side));
    }
    return cover;
}

static void finish_level(struct level *level, const struct grid *grid)
{
    int64_t side = refinement(level);

    level->origin_row = grid->origin_row * side;
    level->origin_column = grid->origin_column * side;
    level->rows = tiers_make(grid->row_count * side, FEW_PARCELS_LATITUDE);
    level->columns = tiers_make(grid->column_count * side, FEW_PARCELS_LONGITUDE);
    level->period_rows = grid->period_rows * side;
    level->period_columns = grid->period_columns * side;
}

/** Longer segments would overflow the cutting, and no road has them. */
static bool short_segments(const struct network *network, size_t first, size_t count)
{
    const int64_t most = 90 * (int64_t)X_PER_DEGREE;
    const struct position *p = network->positions;

    for (size_t v = first + 1; v < first + count; v++)
        if (llabs(p[v].x - p[v - 1].x) > most || llabs(p[v].y - p[v - 1].y) > 3 * most)
            return false;
    return true;
}

bool grid_check_segments(const struct network *network, struct failure *failure)
{
    bool good = true;

    for (size_t i = 0; i < network->way_count; i++)
        good = good && short_segments(network, network->ways[i].first, network->ways[i].count);
    for (size_t i = 0; i < network->shape_count; i++)
        good = good && short_segments(network, network->shapes[i].first, network->shapes[i].count);
    for (size_t i = 0; i < network->hole_count; i++)
        good = good && short_segments(network, network->holes[i].first, network->holes[i].count);
    return good || refuse(failure, EXIT_INPUT, "a line has a segment of more than 90 degrees");
}

bool grid_make(struct grid *grid, const struct network *network, const struct layout *layout, unsigned north,
               unsigned east, struct failure *failure)
{
    struct position low, high;
    struct rectangle area;

    *grid = (struct grid){.level_count = LEVEL_COUNT, .north = north, .east = east};
    if (!grid_check_segments(network, failure))
        return false;
    network_bounds(network, &low, &high);
    for (int i = 0; i < LEVEL_COUNT; i++)
        start_level(&grid->levels[i], i, layout, low, high);
    area = cover(grid);
    grid->period_rows = area.last_row - area.first_row + 1;
    grid->period_columns = area.last_column - area.first_column + 1;
    grid->row_count = power_of_two(grid->period_rows * north);
    grid->column_count = power_of_two(grid->period_columns * east);
    grid->origin_row = smaller(area.first_row, COARSEST_CELLS_TO_POLE - grid->row_count);
    grid->origin_column = area.first_column;
    if (grid->origin_row < -COARSEST_CELLS_TO_POLE ||
        area.first_row + grid->period_rows * north > COARSEST_CELLS_TO_POLE)
        return refuse(failure, EXIT_INPUT, "%u repetitions northwards go beyond a pole", north);
    if (grid->column_count > COARSEST_CELLS_AROUND)
        return refuse(failure, EXIT_INPUT, "%u repetitions eastwards go round the world", east);
    for (int i = 0; i < LEVEL_COUNT; i++)
        finish_level(&grid->levels[i], grid);
    return true;
}
