/* SPDX-License-Identifier: MIT */
/* The neighbours of a frame, and how many of them its header lists. */
#include "neighbour.h"

/** A box in units of the level, counted from the equator and Greenwich. */
struct box {
    int64_t left, bottom, right, top;
};

/** A frame that was found at some point. */
struct found {
    const struct volume_cell *cell;
    int64_t row, column;
    const struct volume_frame *frame;
    struct address address;
    struct box box;
};

static struct box box_of(const struct volume_cell *cell, size_t part, int64_t row, int64_t column)
{
    int64_t width = (int64_t)CELL_UNITS * cell->group / cell->parts.columns;
    int64_t height = (int64_t)CELL_UNITS * cell->group / cell->parts.rows;
    struct box box = {column * CELL_UNITS + (int64_t)(part % cell->parts.columns) * width,
                      row * CELL_UNITS + (int64_t)(part / cell->parts.columns) * height, 0, 0};

    box.right = box.left + width;
    box.top = box.bottom + height;
    return box;
}

/** endless: as if there were no first and no last repetition. */
static bool frame_at(const struct volume *volume, const struct volume_level *level, bool endless, int64_t x,
                     int64_t y, struct found *found)
{
    int64_t row = floor_divide(y, CELL_UNITS), column = floor_divide(x, CELL_UNITS);
    const struct volume_cell *cell;
    size_t copy, part;

    cell = volume_find(volume, level, row, column, endless, &copy);
    if (!cell)
        return false;
    row = group_start(row, cell->group);
    column = group_start(column, cell->group);
    part = (size_t)((y - row * CELL_UNITS) * cell->parts.rows / (CELL_UNITS * (int64_t)cell->group)) *
               cell->parts.columns +
           (size_t)((x - column * CELL_UNITS) * cell->parts.columns / (CELL_UNITS * (int64_t)cell->group));
    found->cell = cell;
    found->row = row;
    found->column = column;
    found->frame = &cell->frames[part];
    found->address = volume_address(volume, level, found->frame, copy);
    found->box = box_of(cell, part, row, column);
    return found->frame->size > 0;
}

static unsigned parts_in(int64_t units, int64_t of)
{
    int64_t parts = units / of;

    return (unsigned)(parts < 1 ? 1 : parts > MOST_PARTS ? MOST_PARTS : parts);
}

/** What a frame needs to look for its neighbours. */
struct search {
    const struct volume *volume;
    const struct volume_level *level;
    bool endless;
    int64_t row, column; /**< of the parcel that the frame belongs to */
    struct box box;
    int64_t side; /**< units of the parcel that the frame belongs to */
    unsigned file;
};

static void add(const struct search *search, const struct found *found, struct neighbour *neighbour)
{
    if (!neighbour->count)
        neighbour->parts = (struct parts){parts_in(search->side, found->box.top - found->box.bottom),
                                          parts_in(search->side, found->box.right - found->box.left)};
    if (neighbour->count < MOST_TOUCHING) {
        neighbour->addresses[neighbour->count] = found->address.file == search->file ? found->address.offset
                                                                                     : KIWI_NULL;
        neighbour->sizes[neighbour->count] = found->frame->size;
    }
    neighbour->count++;
    neighbour->listed = neighbour->count > 1 ||
                        (found->cell->type && (found->row != search->row || found->column != search->column));
}

/**
 * Looks along a side, or at one point beyond a corner; rows and columns point from the frame to its
 * neighbour, -1 to 1. More frames than an entry can list are none.
 */
static struct neighbour look(const struct search *search, int rows, int columns)
{
    const struct box *box = &search->box;
    int64_t x = columns > 0 ? box->right : columns < 0 ? box->left - 1 : box->left;
    int64_t y = rows > 0 ? box->top : rows < 0 ? box->bottom - 1 : box->bottom;
    struct neighbour neighbour = {.count = 0};
    struct found found;

    do {
        bool is_there = frame_at(search->volume, search->level, search->endless, x, y, &found);

        if (is_there)
            add(search, &found, &neighbour);
        if (!rows)
            y = is_there ? found.box.top
                         : (floor_divide(y, CELL_UNITS / MOST_PARTS) + 1) * (CELL_UNITS / MOST_PARTS);
        else if (!columns)
            x = is_there ? found.box.right
                         : (floor_divide(x, CELL_UNITS / MOST_PARTS) + 1) * (CELL_UNITS / MOST_PARTS);
    } while ((!rows && y < box->top) || (!columns && x < box->right));
    if (neighbour.count > MOST_TOUCHING)
        neighbour = (struct neighbour){.count = 0};
    return neighbour;
}

static void find_neighbours(const struct search *search, struct neighbour neighbours[NEIGHBOURS])
{
    static const int rows[NEIGHBOURS] = {1, 1, 0, -1, -1, -1, 0, 1},
                     columns[NEIGHBOURS] = {0, 1, 1, 1, 0, -1, -1, -1};

    for (int i = 0; i < NEIGHBOURS; i++)
        neighbours[i] = look(search, rows[i], columns[i]);
}

static struct search start_search(const struct volume *volume, const struct volume_level *level, size_t index,
                                  size_t part, int64_t north, int64_t east)
{
    const struct volume_cell *cell = &level->cells[index];
    int64_t row = level->level->populated.first_row + (int64_t)(index / level->column_count) + north;
    int64_t column = level->level->populated.first_column + (int64_t)(index % level->column_count) + east;

    return (struct search){.volume = volume,
                           .level = level,
                           .row = row,
                           .column = column,
                           .box = box_of(cell, part, row, column),
                           .side = (int64_t)CELL_UNITS * cell->group};
}

size_t neighbour_entries(const struct volume *volume, const struct volume_level *level, size_t cell,
                         size_t part)
{
    struct search search = start_search(volume, level, cell, part, 0, 0);
    struct neighbour neighbours[NEIGHBOURS];
    size_t entries = NEIGHBOURS;

    if (!level->has_neighbours)
        return 0;
    search.endless = true;
    find_neighbours(&search, neighbours);
    for (size_t i = 0; i < NEIGHBOURS; i++)
        entries += neighbours[i].listed ? neighbours[i].count : 0;
    return entries;
}

struct frame_site neighbour_site(const struct volume *volume, const struct volume_level *level, size_t index,
                                 size_t part, size_t copy)
{
    const struct level *grid = level->level;
    const struct volume_cell *cell = &level->cells[index];
    int64_t north = (int64_t)(copy / volume->grid->east) * level->period_rows;
    int64_t east = (int64_t)(copy % volume->grid->east) * level->period_columns;
    struct search search = start_search(volume, level, index, part, north, east);
    struct frame_site site = {
        .row = grid->populated.first_row + (int64_t)(index / level->column_count) + north,
        .column = grid->populated.first_column + (int64_t)(index % level->column_count) + east,
        .group = cell->group,
        .type = cell->type,
        .part_row = (unsigned)(part / cell->parts.columns),
        .part_column = (unsigned)(part % cell->parts.columns),
        .entries = cell->frames[part].entries,
    };

    site.block_row = (uint8_t)((site.row - grid->origin_row) % grid->rows.parcels);
    site.block_column = (uint8_t)((site.column - grid->origin_column) % grid->columns.parcels);
    search.file = volume_address(volume, level, &cell->frames[part], copy).file;
    if (site.entries)
        find_neighbours(&search, site.neighbours);
    return site;
}
