/* SPDX-License-Identifier: MIT */
/* Grids of known extents: tiers, alignment, repetitions and rounding. */
#include "grid.h"
#include "main.h"

START_TEST(quantising_rounds_to_the_nearest)
{
    struct level level = {.number = 0};
    const int64_t cell_x = X_PER_DEGREE / 32, cell_y = Y_PER_DEGREE / 48;

    level_set_cells(&level, 0);
    ck_assert_int_eq(quantise_x(&level, 0), 0);
    ck_assert_int_eq(quantise_x(&level, cell_x), 4096);
    ck_assert_int_eq(quantise_x(&level, -cell_x), -4096);
    ck_assert_int_eq(quantise_y(&level, 3 * cell_y), 3 * 4096);
    ck_assert_int_eq(quantise_x(&level, 38), 0); /* a unit is 76.29 */
    ck_assert_int_eq(quantise_x(&level, 39), 1);
    ck_assert_int_eq(quantise_x(&level, -38), 0);
    ck_assert_int_eq(quantise_x(&level, -39), -1);
}
END_TEST

START_TEST(coarse_units_are_larger)
{
    struct level level = {.number = 4};

    level_set_cells(&level, 4);
    ck_assert_int_eq(quantise_x(&level, (int64_t)X_PER_DEGREE / 2), 4096);
    ck_assert_int_eq(quantise_y(&level, (int64_t)Y_PER_DEGREE / 3), 4096);
}
END_TEST

START_TEST(floor_below_zero)
{
    ck_assert_int_eq(floor_divide(-1, 4096), -1);
    ck_assert_int_eq(floor_divide(-4096, 4096), -1);
    ck_assert_int_eq(floor_divide(-4097, 4096), -2);
    ck_assert_int_eq(floor_divide(4095, 4096), 0);
}
END_TEST

START_TEST(tiers_multiply)
{
    for (int64_t total = 1; total <= 16 * 256 * 32; total *= 2) {
        struct tiers tiers = tiers_make(total, 8);

        ck_assert_int_eq(tiers_total(&tiers), total);
        ck_assert(tiers.block_sets <= 16 && tiers.blocks <= 256 && tiers.parcels <= 32);
    }
}
END_TEST

static void make(struct grid *grid, double west, double south, double east, double north, unsigned repeat,
                 bool good)
{
    struct position corners[2] = {{(int64_t)(west * X_PER_DEGREE), (int64_t)(south * Y_PER_DEGREE)},
                                  {(int64_t)(east * X_PER_DEGREE), (int64_t)(north * Y_PER_DEGREE)}};
    const struct network network = {.positions = corners, .position_count = 2};
    struct failure failure;

    ck_assert(grid_make(grid, &network, &layout_default, repeat, repeat, &failure) == good);
}

START_TEST(coverage_holds_the_network)
{
    struct grid grid;

    make(&grid, 11.8596, 57.6482, 12.0935, 57.7620, 1, true);
    ck_assert_int_eq(grid.origin_row, 172);
    ck_assert_int_eq(grid.origin_column, 23);
    ck_assert(grid.row_count == 2 && grid.column_count == 2);
    for (int i = 0; i < LEVEL_COUNT; i++) {
        const struct level *level = &grid.levels[i];

        ck_assert_int_eq(level->number, 4 - 2 * i);
        ck_assert_int_ge(level->populated.first_row, level->origin_row);
        ck_assert_int_lt(level->populated.last_row, level->origin_row + tiers_total(&level->rows));
        ck_assert_int_ge(level->populated.first_column, level->origin_column);
        ck_assert_int_lt(level->populated.last_column, level->origin_column + tiers_total(&level->columns));
    }
}
END_TEST

START_TEST(south_and_west)
{
    struct grid grid;

    make(&grid, -70.7, -33.5, -70.6, -33.4, 1, true);
    ck_assert_int_eq(grid.origin_row, -101);
    ck_assert_int_eq(grid.origin_column, -142);
    ck_assert(grid.row_count == 1 && grid.column_count == 1);
}
END_TEST

START_TEST(edges_on_cells_add_none)
{
    struct grid grid;

    make(&grid, 0, 0, 0.5, 1.0 / 3, 1, true);
    ck_assert(grid.row_count == 1 && grid.column_count == 1);
    ck_assert_int_eq(grid.levels[2].populated.last_column, 15);
}
END_TEST

START_TEST(poles)
{
    struct grid grid;

    make(&grid, 0, 89.5, 0.1, 90, 1, true);
    ck_assert_int_eq(grid.origin_row + grid.row_count, COARSEST_CELLS_TO_POLE);
    make(&grid, 0, 89.5, 0.1, 90, 2, false);
    make(&grid, 0, 0, 0.1, 0.1, 800, false);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        quantising_rounds_to_the_nearest, coarse_units_are_larger, floor_below_zero,        tiers_multiply,
        coverage_holds_the_network,       south_and_west,          edges_on_cells_add_none, poles};

    return run_tests("grid", tests, sizeof tests / sizeof tests[0]);
}
