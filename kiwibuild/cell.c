/* SPDX-License-Identifier: MIT */
#include "cell.h"

#include <stdlib.h>

static void start_cell(struct volume_cell *cell, unsigned side)
{
    cell->side = side;
    cell->frames = allocate(side * side, sizeof *cell->frames);
    cell->offsets = allocate(side * side, sizeof *cell->offsets);
    cell->sizes = allocate(side * side, sizeof *cell->sizes);
}

void cell_free(struct volume_cell *cell)
{
    unsigned part;

    for (part = 0; part < cell->side * cell->side; part++)
        frame_free(&cell->frames[part]);
    free(cell->frames);
    free(cell->offsets);
    free(cell->sizes);
    *cell = (struct volume_cell){0};
}

static bool make_parts(struct volume_cell *cell, const struct content *content, size_t index, unsigned side,
                       const struct network *network, struct failure *failure)
{
    struct cut_limits roads, shapes;
    struct content parts;
    bool good = true;
    unsigned part;

    frame_limits(&roads, &shapes);
    content_divide(&parts, content, index, side, &roads, &shapes);
    start_cell(cell, side);
    for (part = 0; good && part < side * side; part++)
        good = frame_encode(&cell->frames[part], &parts, network, part, failure);
    content_free(&parts);
    return good;
}

bool cell_make(struct volume_cell *cell, const struct content *content, size_t index,
               const struct network *network, struct failure *failure)
{
    unsigned side;

    start_cell(cell, 1);
    if (frame_encode(cell->frames, content, network, index, failure))
        return true;
    for (side = 2; side <= MOST_SIDE; side *= 2) {
        cell_free(cell);
        if (make_parts(cell, content, index, side, network, failure))
            return true;
    }
    return false;
}
