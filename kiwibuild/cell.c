/* SPDX-License-Identifier: MIT */
/* A parcel and the parts that it is divided into when its frame would be too large. */
#include "cell.h"

size_t cell_frame_count(const struct volume_cell *cell)
{
    return cell->frames ? (size_t)cell->parts.rows * cell->parts.columns : 0;
}

static void start_frames(struct volume_cell *cell, unsigned type, struct parts parts)
{
    cell->type = type;
    cell->parts = parts;
    cell->frames = allocate((size_t)parts.rows * parts.columns, sizeof *cell->frames);
}

void cell_free(struct volume_cell *cell)
{
    size_t count = cell_frame_count(cell);

    for (size_t part = 0; part < count; part++)
        frame_free(&cell->frames[part].frame);
    release(cell->frames);
    cell->frames = NULL;
}

static bool make_parts(struct volume_cell *cell, const struct content *content, size_t index, unsigned type,
                       const struct network *network, struct buffer *store, struct failure *failure)
{
    const struct parts parts = content->level->layout->divisions[type];
    struct cut_limits roads, shapes;
    struct content divided;
    bool good = true;

    frame_limits(content->level->layout, &roads, &shapes);
    content_divide(&divided, content, index, parts, &roads, &shapes);
    start_frames(cell, type, parts);
    for (size_t part = 0; good && part < (size_t)parts.rows * parts.columns; part++)
        good = frame_encode(&cell->frames[part].frame, &divided, network, part, store, failure);
    content_free(&divided);
    return good;
}

static unsigned count_parts(const struct layout *layout, unsigned type)
{
    return layout->divisions[type].rows * layout->divisions[type].columns;
}

/** The type with the fewest parts that are more than so many; 0 if there is none. */
static unsigned next_type(const struct layout *layout, unsigned parts)
{
    unsigned best = 0;

    for (unsigned type = 1; type <= DIVISION_TYPES; type++)
        if (count_parts(layout, type) > parts &&
            (!best || count_parts(layout, type) < count_parts(layout, best)))
            best = type;
    return best;
}

static bool division_forced(const struct content *content, size_t index)
{
    const struct level *level = content->level;
    const struct level_layout *own = &level->layout->levels[level->index];

    return own->division != AUTOMATIC &&
           (own->pattern == PATTERN_ALL ||
            (content_row(content, index) + content_column(content, index)) % 2 == 0);
}

static bool make_divided(struct volume_cell *cell, const struct content *content, size_t index,
                         const struct network *network, struct buffer *store, struct failure *failure)
{
    const struct layout *layout = content->level->layout;

    for (unsigned type = next_type(layout, 1); type; type = next_type(layout, count_parts(layout, type))) {
        if (make_parts(cell, content, index, type, network, store, failure))
            return true;
        cell_free(cell);
    }
    return false;
}

bool cell_make(struct volume_cell *cell, const struct content *content, size_t index,
               const struct network *network, struct buffer *store, struct failure *failure)
{
    const struct level *level = content->level;
    const int64_t row = content_row(content, index), column = content_column(content, index);

    cell->group = level_group(level, row, column);
    cell->home = (size_t)(group_start(row, cell->group) - content->first_row) * content->column_count +
                 (size_t)(group_start(column, cell->group) - content->first_column);
    cell->parts = (struct parts){1, 1};
    if (cell->home != index)
        return true;
    if (cell->group == 1 && division_forced(content, index)) {
        if (make_parts(cell, content, index, level->layout->levels[level->index].division, network, store,
                       failure))
            return true;
        cell_free(cell);
        return make_divided(cell, content, index, network, store, failure);
    }
    start_frames(cell, 0, cell->parts);
    if (frame_encode(&cell->frames[0].frame, content, network, index, store, failure))
        return true;
    cell_free(cell);
    return cell->group == 1 && make_divided(cell, content, index, network, store, failure);
}
