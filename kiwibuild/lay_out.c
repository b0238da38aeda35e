/* SPDX-License-Identifier: MIT */
/* Encodes the frames of all levels, sorts and measures them, and gives each its place on the disc. */
#include "lay_out.h"

#include "cell.h"
#include "content.h"
#include "frame_regions.h"
#include "guidance.h"
#include "map_frame.h"
#include "mesh.h"
#include "neighbour.h"
#include "stage.h"
#include "sort.h"

enum { MOST_EMPTY_PARCELS = 8192 }; /* in blocks without content: some 2 MB */

static uint64_t round_up(uint64_t size, uint64_t multiple)
{
    return (size + multiple - 1) / multiple * multiple;
}

/** Where a cell is in the coverage: block set, block and place in the block, as one number that sorts. */
static uint64_t file_order(const struct volume_level *level, size_t cell)
{
    const struct level *grid = level->level;
    uint64_t row = (uint64_t)(grid->populated.first_row - grid->origin_row) + cell / level->column_count;
    uint64_t column = (uint64_t)(grid->populated.first_column - grid->origin_column) +
                      cell % level->column_count;
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
    size_t count = level->row_count * level->column_count;
    struct ordered *cells = allocate(count, sizeof *cells);

    for (size_t i = 0; i < count; i++)
        cells[i] = (struct ordered){file_order(level, i), i};
    sort(cells, count, sizeof *cells, compare_order);
    for (size_t i = 0; i < count; i++)
        level->order[i] = cells[i].cell;
    release(cells);
}

/** The block of the coverage that a populated cell is in. */
static size_t block_of(const struct volume_level *level, size_t cell)
{
    const struct level *grid = level->level;
    uint64_t row = (uint64_t)(grid->populated.first_row - grid->origin_row) + cell / level->column_count;
    uint64_t column = (uint64_t)(grid->populated.first_column - grid->origin_column) +
                      cell % level->column_count;

    return (size_t)(row / grid->rows.parcels * volume_block_count(&grid->columns) +
                    column / grid->columns.parcels);
}

/** Returns how many blocks that marks for the first time. */
static size_t mark_used(struct volume_level *level, const struct items *items)
{
    size_t marked = 0;

    for (size_t i = 0; i < items->count; i++) {
        bool *used = &level->used[block_of(level, items->items[i].cell)];

        marked += !*used;
        *used = true;
    }
    return marked;
}

/**
 * Where many blocks have no content none of them has frames, so that what is far apart costs nothing for what
 * is between. A level with nothing at all keeps its frames.
 */
static void find_used(struct volume_level *level, const struct content *content)
{
    const size_t columns = volume_block_count(&level->level->columns);
    const size_t first = block_of(level, 0),
                 last = block_of(level, level->row_count * level->column_count - 1);
    const size_t populated = (last / columns - first / columns + 1) * (last % columns - first % columns + 1);
    size_t used;

    level->used = allocate(volume_block_count(&level->level->rows) * columns, sizeof *level->used);
    used = mark_used(level, &content->roads) + mark_used(level, &content->shapes) +
           mark_used(level, &content->places);
    if (used &&
        (populated - used) * level->level->rows.parcels * level->level->columns.parcels > MOST_EMPTY_PARCELS)
        return;
    release(level->used);
    level->used = NULL;
}

static bool make_cells(struct volume_level *level, const struct network *network, bool repeated,
                       struct failure *failure)
{
    struct cut_limits roads, shapes;
    struct content content;
    size_t count;
    bool good = true;

    frame_limits(level->level->layout, &roads, &shapes);
    content_make(&content, level->level, network, &roads, &shapes);
    level->row_count = content.row_count;
    level->column_count = content.column_count;
    count = level->row_count * level->column_count;
    level->cells = allocate(count, sizeof *level->cells);
    level->order = allocate(count, sizeof *level->order);
    if (!repeated)
        find_used(level, &content);
    for (size_t i = 0; good && i < count; i++) {
        level->cells[i].home = i;
        if (level->used && !level->used[block_of(level, i)])
            continue;
        stage_show(i, count);
        good = cell_make(&level->cells[i], &content, i, network, &level->store, failure);
    }
    content_free(&content);
    return good;
}

/** The frames name the regions that they touch. */
static bool name_regions(const struct volume *volume, struct volume_level *level)
{
    const struct rectangle *cells = &level->level->populated;
    bool good = true;

    for (size_t i = 0; volume->regions && i < level->row_count * level->column_count; i++) {
        int64_t row = cells->first_row + (int64_t)(i / level->column_count);
        int64_t column = cells->first_column + (int64_t)(i % level->column_count);

        for (size_t part = 0; part < cell_frame_count(&level->cells[i]); part++)
            good = frame_name_regions(volume->regions, level->level, row, column, &level->cells[i], part) &&
                   good;
    }
    return good;
}

/** Sizes of all frames come first: whether a parcel has one decides what its neighbours name. */
static void measure_frames(const struct volume *volume, struct volume_level *level)
{
    size_t count = level->row_count * level->column_count;

    for (size_t cell = 0; cell < count; cell++)
        for (size_t part = 0; part < cell_frame_count(&level->cells[cell]); part++) {
            struct volume_frame *frame = &level->cells[cell].frames[part];

            frame->size = frame_size(&frame->frame, volume->layout, 0);
        }
}

/** Puts a frame behind those before it, in the next file if this one is full. */
static void place_frame(const struct volume *volume, struct volume_level *level, size_t cell, size_t part)
{
    const uint64_t limit = volume->layout->map_file_size;
    struct volume_frame *frame = &level->cells[cell].frames[part];

    frame->entries = neighbour_entries(volume, level, cell, part);
    frame->size = frame_size(&frame->frame, volume->layout, frame->entries);
    frame->guidance = guidance_size(volume->layout, &frame->frame);
    if (limit && level->copy_size && level->copy_size + frame->size + frame->guidance > limit) {
        level->copy_files++;
        level->copy_size = 0;
    }
    frame->file = level->copy_files;
    frame->offset = level->copy_size;
    level->copy_size += frame->size + frame->guidance;
}

static void place_frames(const struct volume *volume, struct volume_level *level)
{
    sort_cells(level);
    measure_frames(volume, level);
    for (size_t i = 0; i < level->row_count * level->column_count; i++)
        for (size_t part = 0; part < cell_frame_count(&level->cells[level->order[i]]); part++)
            place_frame(volume, level, level->order[i], part);
    if (volume->layout->map_file_size)
        level->copy_files++;
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

    for (unsigned set = 0; set < grid->rows.block_sets * grid->columns.block_sets; set++)
        volume_each_block(level, set, add_information_size, &sum);
    level->information_size = sum.bytes;
}

/** Sum of the sizes of a level's frames in one repetition. */
static uint64_t frames_total(const struct volume_level *level)
{
    uint64_t total = 0;

    for (size_t cell = 0; cell < level->row_count * level->column_count; cell++)
        for (size_t part = 0; part < cell_frame_count(&level->cells[cell]); part++)
            total += level->cells[cell].frames[part].size + level->cells[cell].frames[part].guidance;
    return total;
}

/** Where the frames lie: behind position in one file, or in files of their own. Returns the new position. */
static uint64_t place_levels(struct volume *volume, uint64_t position)
{
    const uint64_t copies = (uint64_t)volume->grid->north * volume->grid->east;

    for (int i = 0; i < volume->grid->level_count; i++) {
        struct volume_level *level = &volume->levels[i];

        volume->size += frames_total(level) * copies;
        level->first_file = volume->file_count;
        level->frames_start = position;
        if (volume->layout->map_file_size)
            volume->file_count += level->copy_files * (unsigned)copies;
        else
            position += level->copy_size * copies;
    }
    return position;
}

/** File order: map frame, parcel management information of all levels, frames of all levels. */
static bool lay_out(struct volume *volume, struct failure *failure)
{
    const bool split = volume->layout->map_file_size > 0;
    struct buffer map = {0};
    uint64_t position;
    bool good, named = true;

    volume->map_file = split;
    volume->file_count = split ? 2 : 1;
    volume->map_start = position = split ? 0 : volume->head_size;
    for (int i = 0; i < volume->grid->level_count; i++) {
        named = name_regions(volume, &volume->levels[i]) && named;
        place_frames(volume, &volume->levels[i]);
        measure_information(volume, &volume->levels[i]);
    }
    good = volume_append_map(volume, &map) && named; /* for its size; the addresses are not known yet */
    volume->map_size = map.size;
    buffer_free(&map);
    position += volume->map_size;
    for (int i = 0; i < volume->grid->level_count; i++) {
        volume->levels[i].information_start = position;
        position += volume->levels[i].information_size;
    }
    volume->size = position;
    position = place_levels(volume, position);
    volume->alldata_size = split ? volume->head_size : round_up(position, SECTOR);
    volume->size = split ? volume->size + volume->alldata_size : volume->alldata_size;
    if (!good)
        return refuse(failure, EXIT_INPUT, "the coverage has too many blocks for one disc");
    if (volume->file_count > MOST_FILES)
        return refuse(failure, EXIT_INPUT, "the map would need %u files, more than %d have names",
                      volume->file_count - 1, MOST_FILES);
    if (!split && kiwi_dsa(volume->size - SECTOR, layout_sectors(volume->layout)) == KIWI_DSA_NULL)
        return refuse(failure, EXIT_INPUT, "the map is larger than sector addresses can tell");
    return true;
}

static void start_level(struct volume *volume, int index, const struct network *network)
{
    const struct layout *layout = volume->grid->levels[index].layout;
    struct volume_level *level = &volume->levels[index];

    level->own = volume->grid->levels[index];
    level->level = &level->own;
    level->own.groups = level->groups = mesh_make(level->level, network);
    level->has_neighbours = layout->adjacency == ADJACENCY_ALL ||
                            (layout->adjacency == ADJACENCY_BELOW_TOP && index > 0);
    level->period_rows = level->own.period_rows;
    level->period_columns = level->own.period_columns;
}

bool volume_make(struct volume *volume, const struct grid *grid, const struct network *network,
                 const struct regions *regions, uint64_t head_size, struct failure *failure)
{
    *volume = (struct volume){
        .grid = grid, .layout = grid->levels[0].layout, .regions = regions, .head_size = head_size};
    for (int i = 0; i < volume->grid->level_count; i++) {
        stage_begin("cutting and encoding the map");
        start_level(volume, i, network);
        if (!make_cells(&volume->levels[i], network, grid->north > 1 || grid->east > 1, failure))
            return false;
    }
    return lay_out(volume, failure);
}
