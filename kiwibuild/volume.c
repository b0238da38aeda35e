/* SPDX-License-Identifier: MIT */
/* A level of the map on the disc: where its cells, blocks and frames lie. */
#include "volume.h"

#include <stdio.h>
#include <string.h>

#include "cell.h"

size_t volume_block_count(const struct tiers *tiers)
{
    return (size_t)tiers->block_sets * tiers->blocks;
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
                                      int64_t row, int64_t column, bool endless, size_t *copy)
{
    const struct rectangle *cells = &level->level->populated;
    size_t cell;

    if (endless && volume->grid->north > 1)
        row -= floor_divide(row - cells->first_row, level->period_rows) * level->period_rows;
    if (endless && volume->grid->east > 1)
        column -= floor_divide(column - cells->first_column, level->period_columns) * level->period_columns;
    if (!locate(volume, level, row, column, copy, &cell) || !level->cells[level->cells[cell].home].frames)
        return NULL;
    return &level->cells[level->cells[cell].home];
}

struct address volume_address(const struct volume *volume, const struct volume_level *level,
                              const struct volume_frame *frame, size_t copy)
{
    if (volume->layout->map_file_size)
        return (struct address){level->first_file + (unsigned)copy * level->copy_files + frame->file,
                                frame->offset};
    return (struct address){0, level->frames_start + copy * level->copy_size + frame->offset};
}

void volume_file_name(unsigned file, char name[FILE_NAME_SIZE + 1])
{
    snprintf(name, FILE_NAME_SIZE + 1, "PARCEL.%03u", (file - 1) % MOST_FILES);
}

void volume_name_field(unsigned file, uint8_t name[FILE_NAME_SIZE])
{
    char text[FILE_NAME_SIZE + 1] = {0};

    if (file)
        volume_file_name(file, text);
    memcpy(name, text, FILE_NAME_SIZE);
}

bool volume_each_block(const struct volume_level *level, unsigned block_set, block_callback *callback,
                       void *context)
{
    const struct tiers *rows = &level->level->rows, *columns = &level->level->columns;
    int64_t first_row = (int64_t)(block_set / columns->block_sets) * rows->blocks;
    int64_t first_column = (int64_t)(block_set % columns->block_sets) * columns->blocks;

    for (int64_t row = first_row; row < first_row + rows->blocks; row++)
        for (int64_t column = first_column; column < first_column + columns->blocks; column++)
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

    if (level->used &&
        !level->used[(size_t)block_row * volume_block_count(&grid->columns) + (size_t)block_column])
        return false;
    for (unsigned i = 0; i < grid->rows.parcels; i++)
        has_row = has_row || locate(volume, level, grid->origin_row + block_row * grid->rows.parcels + i,
                                    grid->populated.first_column, &copy, &cell);
    for (unsigned i = 0; has_row && i < grid->columns.parcels; i++)
        has_column = has_column ||
                     locate(volume, level, grid->populated.first_row,
                            grid->origin_column + block_column * grid->columns.parcels + i, &copy, &cell);
    return has_column;
}

void volume_free(struct volume *volume)
{
    for (int i = 0; i < MOST_LEVELS; i++) {
        struct volume_level *level = &volume->levels[i];

        for (size_t cell = 0; level->cells && cell < level->row_count * level->column_count; cell++)
            cell_free(&level->cells[cell]);
        release(level->cells);
        buffer_free(&level->store);
        release(level->order);
        release(level->used);
        release(level->groups);
    }
    *volume = (struct volume){0};
}
