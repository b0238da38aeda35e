/* SPDX-License-Identifier: MIT */
/* Decides which parcels of a level are joined to integrated parcels (6.3.1.1). */
#include "mesh.h"

#include "content.h"
#include "frame.h"

enum {
    MOST_BYTES = 0x1E000, /* of one data frame: some room is left below the limit of the format */
    MOST_ITEMS = 4000,    /* per kind: a little less than what one list can count */
};

/** What a cell would need as a frame of its own. */
struct need {
    size_t sizes[BASIC_FRAMES];
    size_t items;
    bool impossible; /**< it must be divided */
};

struct mesh {
    const struct level *level;
    size_t columns;
    struct need *needs;
    uint8_t *groups;
};

static struct need measure_cell(const struct content *content, const struct network *network, size_t cell,
                                struct buffer *scratch)
{
    struct need need = {0};
    struct failure ignored;
    struct frame frame;
    size_t roads, shapes, places;

    items_of_cell(&content->roads, cell, &roads);
    items_of_cell(&content->shapes, cell, &shapes);
    items_of_cell(&content->places, cell, &places);
    need.items = roads + shapes + places;
    scratch->size = 0;
    need.impossible = !frame_encode(&frame, content, network, cell, scratch, &ignored);
    for (size_t i = 0; i < BASIC_FRAMES; i++)
        need.sizes[i] = frame.sizes[i];
    frame_free(&frame);
    return need;
}

static void measure(struct mesh *mesh, const struct network *network)
{
    struct cut_limits roads, shapes;
    struct content content;
    struct buffer scratch = {0};
    size_t count;

    frame_limits(mesh->level->layout, &roads, &shapes);
    content_make(&content, mesh->level, network, &roads, &shapes);
    count = content.row_count * content.column_count;
    mesh->columns = content.column_count;
    mesh->needs = allocate(count, sizeof *mesh->needs);
    mesh->groups = allocate(count, sizeof *mesh->groups);
    for (size_t i = 0; i < count; i++) {
        mesh->needs[i] = measure_cell(&content, network, i, &scratch);
        mesh->groups[i] = 1;
    }
    buffer_free(&scratch);
    content_free(&content);
}

/** Whether the cells can be, and by the layout should be, one parcel; row and column count from the first. */
static bool suitable(const struct mesh *mesh, size_t row, size_t column, unsigned side)
{
    const struct layout *layout = mesh->level->layout;
    const bool automatic = layout->levels[mesh->level->index].integration == AUTOMATIC;
    struct need sum = {0};
    size_t total = 0;

    for (size_t y = row; y < row + side; y++) {
        for (size_t x = column; x < column + side; x++) {
            const struct need *need = &mesh->needs[y * mesh->columns + x];

            if (need->impossible)
                return false;
            sum.items += need->items;
            for (size_t i = 0; i < BASIC_FRAMES; i++)
                sum.sizes[i] += need->sizes[i];
        }
    }
    for (size_t i = 0; i < BASIC_FRAMES; i++) {
        if (sum.sizes[i] > MOST_BYTES)
            return false;
        total += sum.sizes[i];
    }
    return sum.items <= MOST_ITEMS && (!automatic || total <= layout->integration_limit);
}

/** Integrates side * side cells, or if that cannot be some of their quarters. */
static void integrate(struct mesh *mesh, size_t row, size_t column, unsigned side)
{
    if (side == 1)
        return;
    if (!suitable(mesh, row, column, side)) {
        for (size_t y = 0; y < side; y += side / 2)
            for (size_t x = 0; x < side; x += side / 2)
                integrate(mesh, row + y, column + x, side / 2);
        return;
    }
    for (size_t y = row; y < row + side; y++)
        for (size_t x = column; x < column + side; x++)
            mesh->groups[y * mesh->columns + x] = (uint8_t)side;
}

uint8_t *mesh_make(const struct level *level, const struct network *network)
{
    const struct rectangle *cells = &level->populated;
    const enum pattern pattern = level->layout->levels[level->index].pattern;
    const unsigned side = layout_integration(level->layout, level->index);
    struct mesh mesh = {.level = level};

    if (side == 1)
        return NULL;
    measure(&mesh, network);
    for (int64_t row = cells->first_row; row <= cells->last_row; row += side)
        for (int64_t column = cells->first_column; column <= cells->last_column; column += side)
            if (pattern == PATTERN_ALL || (row / side + column / side) % 2 == 0)
                integrate(&mesh, (size_t)(row - cells->first_row), (size_t)(column - cells->first_column),
                          side);
    release(mesh.needs);
    return mesh.groups;
}
