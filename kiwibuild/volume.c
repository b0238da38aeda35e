/* SPDX-License-Identifier: MIT */
#include "volume.h"

#include <stdlib.h>

#include "cell.h"
#include "content.h"
#include "neighbour.h"

static uint64_t round_up(uint64_t size, uint64_t multiple)
{
    return (size + multiple - 1) / multiple * multiple;
}

/** Which repetition a cell belongs to and which of its cells it is; false outside of all. */
static bool locate(const struct volume *volume, const struct volume_level *level, int64_t row, int64_t column,
                   size_t *copy, size_t *cell)
{
    int64_t rows = row - level->level->populated.first_row,
            columns = column - level->level->populated.first_column;
    int64_t north = floor_divide(rows, level->period_rows),
            east = floor_divide(columns, level->period_columns);

    rows -= north * level->period_rows;
    columns -= east * level->period_columns;
    *copy = (size_t)(north * volume->grid->east + east);
    *cell = (size_t)rows * level->column_count + (size_t)columns;
    return north >= 0 && north < volume->grid->north && east >= 0 && east < volume->grid->east &&
           rows < (int64_t)level->row_count && columns < (int64_t)level->column_count;
}

const struct volume_cell *volume_find(const struct volume *volume, const struct volume_level *level,
                                      int64_t row, int64_t column, size_t *copy)
{
    size_t cell;

    return locate(volume, level, row, column, copy, &cell) ? &level->cells[cell] : NULL;
}

uint64_t volume_address(const struct volume_level *level, const struct volume_cell *cell, size_t part,
                        size_t copy)
{
    return level->frames_start + copy * level->copy_size + cell->offsets[part];
}

bool volume_each_block(const struct volume_level *level, unsigned block_set, block_callback *callback,
                       void *context)
{
    const struct tiers *rows = &level->level->rows, *columns = &level->level->columns;
    int64_t first_row = (int64_t)(block_set / columns->block_sets) * rows->blocks;
    int64_t first_column = (int64_t)(block_set % columns->block_sets) * columns->blocks;
    int64_t row, column;

    for (row = first_row; row < first_row + rows->blocks; row++)
        for (column = first_column; column < first_column + columns->blocks; column++)
            if (!callback(context, level, row, column))
                return false;
    return true;
}

/**
 * Rows and columns are repeated independently, so a block has data if one of its rows and one of its columns
 * has.
 */
bool volume_block_has_data(const struct volume *volume, const struct volume_level *level, int64_t block_row,
                           int64_t block_column)
{
    const struct level *grid = level->level;
    bool has_row = false, has_column = false;
    size_t copy, cell;
    unsigned i;

    for (i = 0; i < grid->rows.parcels; i++)
        has_row = has_row || locate(volume, level, grid->origin_row + block_row * grid->rows.parcels + i,
                                    grid->populated.first_column, &copy, &cell);
    for (i = 0; has_row && i < grid->columns.parcels; i++)
        has_column = has_column ||
                     locate(volume, level, grid->populated.first_row,
                            grid->origin_column + block_column * grid->columns.parcels + i, &copy, &cell);
    return has_column;
}

/** Where a cell is in the coverage: block set, block and place in the block, as one number that sorts. */
static uint64_t file_order(const struct volume_level *level, size_t cell)
{
    const struct level *grid = level->level;
    uint64_t row = (uint64_t)(grid->populated.first_row - grid->origin_row) + cell / level->column_count;
    uint64_t column =
        (uint64_t)(grid->populated.first_column - grid->origin_column) + cell % level->column_count;
    const struct tiers *y = &grid->rows, *x = &grid->columns;
    uint64_t set = row / y->parcels / y->blocks * x->block_sets + column / x->parcels / x->blocks;
    uint64_t block = row / y->parcels % y->blocks * x->blocks + column / x->parcels % x->blocks;

    return (set << 16 | block) << 16 | (row % y->parcels * x->parcels + column % x->parcels);
}

struct ordered {
    uint64_t order;
    size_t cell;
};

static int compare_order(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;

    return (a->order > b->order) - (a->order < b->order);
}

static void sort_cells(struct volume_level *level)
{
    size_t count = level->row_count * level->column_count, i;
    struct ordered *cells = allocate(count, sizeof *cells);

    for (i = 0; i < count; i++)
        cells[i] = (struct ordered){file_order(level, i), i};
    qsort(cells, count, sizeof *cells, compare_order);
    for (i = 0; i < count; i++)
        level->order[i] = cells[i].cell;
    free(cells);
}

static void place_frames(const struct volume *volume, struct volume_level *level)
{
    size_t i;
    unsigned part;

    sort_cells(level);
    for (i = 0; i < level->row_count * level->column_count; i++) {
        struct volume_cell *cell = &level->cells[level->order[i]];

        for (part = 0; part < cell->side * cell->side; part++) {
            struct frame_place place = neighbour_place(volume, level, level->order[i], part, 0, 0);

            cell->offsets[part] = level->copy_size;
            cell->sizes[part] = frame_size(&cell->frames[part],
                                           place.has_neighbours ? neighbour_entries(place.neighbours) : 0);
            level->copy_size += cell->sizes[part];
        }
    }
}

static bool make_cells(struct volume_level *level, const struct network *network, struct failure *failure)
{
    struct cut_limits roads, shapes;
    struct content content;
    size_t count, i;
    bool good = true;

    frame_limits(&roads, &shapes);
    content_make(&content, level->level, network, &roads, &shapes);
    level->row_count = content.row_count;
    level->column_count = content.column_count;
    count = level->row_count * level->column_count;
    level->cells = allocate(count, sizeof *level->cells);
    level->order = allocate(count, sizeof *level->order);
    for (i = 0; good && i < count; i++)
        good = cell_make(&level->cells[i], &content, i, network, failure);
    content_free(&content);
    return good;
}

struct sum {
    const struct volume *volume;
    uint64_t bytes;
};

static bool add_information_size(void *context, const struct volume_level *level, int64_t block_row,
                                 int64_t block_column)
{
    struct sum *sum = context;

    sum->bytes += volume_information_size(sum->volume, level, block_row, block_column);
    return true;
}

static void measure_information(const struct volume *volume, struct volume_level *level)
{
    const struct level *grid = level->level;
    struct sum sum = {volume, 0};
    unsigned set;

    for (set = 0; set < grid->rows.block_sets * grid->columns.block_sets; set++)
        volume_each_block(level, set, add_information_size, &sum);
    level->information_size = sum.bytes;
}

/** File order: map frame, parcel management information of all levels, frames of all levels. */
static bool lay_out(struct volume *volume, struct failure *failure)
{
    struct buffer map = {0};
    uint64_t position = MAP_START;
    bool good;
    int i;

    for (i = 0; i < LEVEL_COUNT; i++) {
        place_frames(volume, &volume->levels[i]);
        measure_information(volume, &volume->levels[i]);
    }
    good = volume_append_map(volume, &map); /* for its size; the addresses are not known yet */
    volume->map_size = map.size;
    buffer_free(&map);
    position += volume->map_size;
    for (i = 0; i < LEVEL_COUNT; i++) {
        volume->levels[i].information_start = position;
        position += volume->levels[i].information_size;
    }
    for (i = 0; i < LEVEL_COUNT; i++) {
        volume->levels[i].frames_start = position;
        position += volume->levels[i].copy_size * volume->grid->north * volume->grid->east;
    }
    volume->size = round_up(position, SECTOR);
    if (!good)
        return refuse(failure, EXIT_INPUT, "the coverage has too many blocks for one disc");
    if (kiwi_dsa(volume->size - SECTOR, disc_sectors) == KIWI_DSA_NULL)
        return refuse(failure, EXIT_INPUT, "the map is larger than sector addresses can tell");
    return true;
}

bool volume_make(struct volume *volume, const struct grid *grid, const struct network *network,
                 struct failure *failure)
{
    int i;

    *volume = (struct volume){.grid = grid};
    for (i = 0; i < LEVEL_COUNT; i++) {
        struct volume_level *level = &volume->levels[i];
        int64_t side = level_refinement(&grid->levels[i]);

        level->level = &grid->levels[i];
        level->has_neighbours = i > 0; /* as on the 2007 Australian disc: none at the top level */
        level->period_rows = grid->period_rows * side;
        level->period_columns = grid->period_columns * side;
        if (!make_cells(level, network, failure))
            return false;
    }
    return lay_out(volume, failure);
}

void volume_free(struct volume *volume)
{
    size_t cell;
    int i;

    for (i = 0; i < LEVEL_COUNT; i++) {
        struct volume_level *level = &volume->levels[i];

        for (cell = 0; level->cells && cell < level->row_count * level->column_count; cell++)
            cell_free(&level->cells[cell]);
        free(level->cells);
        free(level->order);
    }
    *volume = (struct volume){0};
}
