/* SPDX-License-Identifier: MIT */
#include "neighbour.h"

/**
 * The parts of a divided neighbour that touch, along one axis: those of one part of a parcel with side
 * parts.
 */
struct touching {
    unsigned first, last;
};

static struct touching touch(unsigned part, unsigned side, unsigned parts, int direction)
{
    struct touching touching = {part * parts / side, ((part + 1) * parts - 1) / side};

    if (direction > 0)
        touching.last = touching.first;
    else if (direction < 0)
        touching.first = touching.last;
    return touching;
}

static void add_neighbour(const struct volume_level *level, const struct volume_cell *cell, size_t part,
                          size_t copy, struct neighbour *neighbour)
{
    neighbour->addresses[neighbour->count] = volume_address(level, cell, part, copy);
    neighbour->sizes[neighbour->count++] = cell->sizes[part];
}

/** rows and columns point from the frame to its neighbour, -1 to 1. */
static struct neighbour find_neighbour(const struct volume *volume, const struct volume_level *level,
                                       const struct frame_place *place, size_t copy, int rows, int columns)
{
    const int side = (int)place->side;
    int64_t row = floor_divide((int)place->part_row + rows, side),
            column = floor_divide((int)place->part_column + columns, side);
    unsigned part_row = (unsigned)((int)place->part_row + rows - row * side);
    unsigned part_column = (unsigned)((int)place->part_column + columns - column * side);
    struct neighbour none = {1, 1, {KIWI_NULL}, {0}}, neighbour = {.side = 1};
    const struct volume_cell *cell;
    struct touching y, x;
    size_t other;
    unsigned i, k;

    cell = volume_find(volume, level, place->row + row, place->column + column, &other);
    if (!cell || (cell->side > 1 && other != copy)) /* so that all repetitions of a frame have one size */
        return none;
    if (row == 0 && column == 0) {
        add_neighbour(level, cell, part_row * place->side + part_column, copy, &neighbour);
        return neighbour;
    }
    neighbour.side = cell->side;
    y = touch(part_row, place->side, cell->side, rows);
    x = touch(part_column, place->side, cell->side, columns);
    for (i = y.first; i <= y.last; i++)
        for (k = x.first; k <= x.last; k++)
            add_neighbour(level, cell, i * cell->side + k, other, &neighbour);
    return neighbour;
}

static void find_neighbours(const struct volume *volume, const struct volume_level *level,
                            struct frame_place *place)
{
    static const int rows[NEIGHBOURS] = {1, 1, 0, -1, -1, -1, 0, 1},
                     columns[NEIGHBOURS] = {0, 1, 1, 1, 0, -1, -1, -1};
    size_t copy;
    int i;

    volume_find(volume, level, place->row, place->column, &copy);
    for (i = 0; i < NEIGHBOURS; i++)
        place->neighbours[i] = find_neighbour(volume, level, place, copy, rows[i], columns[i]);
}

struct frame_place neighbour_place(const struct volume *volume, const struct volume_level *level, size_t cell,
                                   unsigned part, int64_t north, int64_t east)
{
    const struct level *grid = level->level;
    struct frame_place place = {.side = level->cells[cell].side, .has_neighbours = level->has_neighbours};

    place.row = grid->populated.first_row + (int64_t)(cell / level->column_count) + north;
    place.column = grid->populated.first_column + (int64_t)(cell % level->column_count) + east;
    place.block_row = (uint8_t)((place.row - grid->origin_row) % grid->rows.parcels);
    place.block_column = (uint8_t)((place.column - grid->origin_column) % grid->columns.parcels);
    place.part_row = part / place.side;
    place.part_column = part % place.side;
    if (place.has_neighbours)
        find_neighbours(volume, level, &place);
    return place;
}
