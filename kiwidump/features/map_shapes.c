/* SPDX-License-Identifier: MIT */
/* Goes through the parcels of the map for their shapes, level by level. */
#include "map_shapes.h"

#include <stdlib.h>

#include "kiwidump/fail.h"

/** A box and a little more: a shape at an edge of its parcel belongs to a box beyond it. */
static struct kiwi_box wide_box(struct kiwi_box box)
{
    const double margin = 1.0 / KIWI_EIGHTHS_PER_DEGREE;
    struct kiwi_box wide = {box.west - margin, box.south - margin, box.east + margin, box.north + margin};
    if (box.west > box.east && wide.west <= wide.east) {
        wide.west = -180;
        wide.east = 180;
    }
    return wide;
}

enum kiwi_status map_shapes_open(const struct feature_request *request, bool by_rows,
                                 struct map_shapes **shapes, struct kiwi_error *error)
{
    struct map_shapes *made = calloc(1, sizeof *made);
    *shapes = NULL;
    if (!made)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    made->request = request;
    made->by_rows = by_rows;
    made->filter = filter_of(request->options);
    made->filter.datum = made->converted.datum = kiwi_disc_geodetic(request->disc);
    made->box = wide_box(kiwi_box_from_wgs84(made->filter.datum, request->options->box));
    made->maker.disc = request->disc;
    enum kiwi_status status = kiwi_shapes_open(request->map, &made->iterator, error);
    if (status == KIWI_OK)
        *shapes = made;
    else
        map_shapes_close(made);
    return status;
}

void map_shapes_close(struct map_shapes *shapes)
{
    if (!shapes)
        return;
    shape_maker_end(&shapes->maker);
    converted_end(&shapes->converted);
    kiwi_parcels_close(shapes->parcels);
    kiwi_shapes_close(shapes->iterator);
    free(shapes->rows);
    free(shapes);
}

/* Rows */

static int by_number(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

static enum kiwi_status open_parcels(struct map_shapes *shapes, struct kiwi_parcels **parcels,
                                     struct kiwi_error *error)
{
    const struct options *options = shapes->request->options;
    return kiwi_parcels_open(shapes->request->map, shapes->level, options->has_box ? &shapes->box : NULL,
                             parcels, error);
}

static bool add_row(struct map_shapes *shapes, uint32_t row)
{
    uint32_t *rows = memory_grow(&shapes->memory, shapes->rows, shapes->row_count, &shapes->row_capacity,
                                 sizeof *rows);
    if (!rows)
        return false;
    shapes->rows = rows;
    rows[shapes->row_count++] = row;
    return true;
}

/** Sorts the rows, each once. */
static void sort_rows(struct map_shapes *shapes)
{
    size_t kept = 0;
    if (shapes->row_count > 0)
        qsort(shapes->rows, shapes->row_count, sizeof *shapes->rows, by_number);
    for (size_t i = 0; i < shapes->row_count; i++)
        if (kept == 0 || shapes->rows[kept - 1] != shapes->rows[i])
            shapes->rows[kept++] = shapes->rows[i];
    shapes->row_count = kept;
}

/** Finds the rows in which parcels of the level begin. */
static enum kiwi_status find_rows(struct map_shapes *shapes, struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    shapes->row_count = shapes->row = 0;
    shapes->parcels_due = shapes->parcels_met = 0;
    shapes->first_end = UINT32_MAX;
    enum kiwi_status status = open_parcels(shapes, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        shapes->parcels_due++;
        if (parcel.row + parcel.rows < shapes->first_end)
            shapes->first_end = parcel.row + parcel.rows;
        if (shapes->row_count > 0 && shapes->rows[shapes->row_count - 1] == parcel.row)
            continue;
        if (!add_row(shapes, parcel.row)) {
            status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
            break;
        }
    }
    kiwi_parcels_close(parcels);
    sort_rows(shapes);
    return status == KIWI_END ? KIWI_OK : status;
}

/** Opens the parcels of the row at hand, and of some that it touches. */
static enum kiwi_status open_row(struct map_shapes *shapes, struct kiwi_error *error)
{
    const struct kiwi_level *level = shapes->level;
    const struct options *options = shapes->request->options;
    uint32_t row = shapes->rows[shapes->row];
    const struct kiwi_grid *grid = &level->grid;
    double middle = (grid->south + (double)grid->height * (row + 0.5) / level->rows) /
                    KIWI_EIGHTHS_PER_DEGREE;
    struct kiwi_box box = {.west = (double)grid->west / KIWI_EIGHTHS_PER_DEGREE,
                           .east = (double)(grid->west + grid->width) / KIWI_EIGHTHS_PER_DEGREE};
    if (options->has_box)
        box = shapes->box;
    box.south = box.north = middle;
    return kiwi_parcels_open(shapes->request->map, level, &box, &shapes->parcels, error);
}

uint32_t map_shapes_next_row(const struct map_shapes *shapes)
{
    return shapes->row < shapes->row_count ? shapes->rows[shapes->row] : UINT32_MAX;
}

/* Going on */

/** Opens what there is of the level, or its first row. */
static enum kiwi_status begin_level(struct map_shapes *shapes, struct kiwi_error *error)
{
    if (!shapes->by_rows)
        return open_parcels(shapes, &shapes->parcels, error);
    enum kiwi_status status = find_rows(shapes, error);
    return status == KIWI_OK && shapes->row_count > 0 ? open_row(shapes, error) : status;
}

static enum kiwi_status next_level(struct map_shapes *shapes, enum map_step *step, struct kiwi_error *error)
{
    const struct options *options = shapes->request->options;
    const struct kiwi_map *map = shapes->request->map;
    while (shapes->next_level < kiwi_map_level_count(map)) {
        shapes->level = kiwi_map_level(map, shapes->next_level++);
        if (!options->has_level || shapes->level->number == options->level) {
            *step = MAP_LEVEL;
            return begin_level(shapes, error);
        }
    }
    shapes->level = NULL;
    return KIWI_END;
}

static enum kiwi_status end_level(struct map_shapes *shapes, enum map_step *step, struct kiwi_error *error)
{
    const struct kiwi_level *level = shapes->level;
    shapes->level = NULL;
    *step = MAP_LEVEL_END;
    if (shapes->by_rows && shapes->parcels_met != shapes->parcels_due)
        return dump_fail(error, KIWI_ERROR_RANGE,
                         "level %d has rows lower than 1/8 second, which --merge cannot tell apart",
                         level->number);
    return KIWI_OK;
}

/** The parcels at hand are through: goes on to the next row. */
static enum kiwi_status end_parcels(struct map_shapes *shapes, enum map_step *step, struct kiwi_error *error)
{
    kiwi_parcels_close(shapes->parcels);
    shapes->parcels = NULL;
    if (!shapes->by_rows)
        return end_level(shapes, step, error);
    *step = MAP_ROW_END;
    shapes->row++;
    return shapes->row < shapes->row_count ? open_row(shapes, error) : KIWI_OK;
}

/** Whether the parcel at hand is one of those asked for. By rows not all that begin in the row are: one of
 * several rows may reach the box from below where others do not. */
static bool wanted(struct map_shapes *shapes)
{
    const struct feature_request *request = shapes->request;
    const struct kiwi_parcel *parcel = &shapes->parcel;
    if (shapes->by_rows &&
        (parcel->row != shapes->rows[shapes->row] || parcel->row + parcel->rows < shapes->first_end))
        return false;
    shapes->parcels_met++;
    if (request->only && parcel->file != request->only)
        return false;
    if (feature_is_taken(request, parcel->size))
        return true;
    shapes->done += parcel->size;
    return false;
}

static enum kiwi_status next_parcel(struct map_shapes *shapes, struct kiwi_error *error)
{
    enum kiwi_status status;
    do
        status = kiwi_parcels_next(shapes->parcels, &shapes->parcel, error);
    while (status == KIWI_OK && !wanted(shapes));
    if (status == KIWI_OK)
        status = kiwi_shapes_start(shapes->iterator, &shapes->parcel, filter_shapes(shapes->request->options),
                                   error);
    shapes->in_parcel = status == KIWI_OK;
    return status;
}

static enum kiwi_status next_shape(struct map_shapes *shapes, struct kiwi_error *error)
{
    const struct kiwi_shape *shape = &shapes->shape;
    enum kiwi_status status;
    while ((status = kiwi_shapes_next(shapes->iterator, &shapes->shape, error)) == KIWI_OK) {
        feature_progress(shapes->request, shapes->done);
        if (!filter_type(&shapes->filter, shape_types(shape->kind), shape->type))
            continue;
        const struct shape_maker *maker = &shapes->maker;
        if (!shape_points(&shapes->maker, &shapes->parcel, shape) && shapes->request->finding)
            shape_report(&shapes->parcel, shape, shapes->request->finding, shapes->request->context);
        if (filter_strokes(&shapes->filter, maker->points, maker->strokes, maker->stroke_count))
            return KIWI_OK;
    }
    shapes->done += shapes->parcel.size;
    shapes->in_parcel = false;
    return status;
}

enum kiwi_status map_shapes_next(struct map_shapes *shapes, enum map_step *step, struct kiwi_error *error)
{
    for (;;) {
        if (!shapes->level)
            return next_level(shapes, step, error);
        if (!shapes->parcels)
            return end_level(shapes, step, error);
        if (!shapes->in_parcel) {
            enum kiwi_status status = next_parcel(shapes, error);
            if (status != KIWI_OK)
                return status == KIWI_END ? end_parcels(shapes, step, error) : status;
        }
        enum kiwi_status status = next_shape(shapes, error);
        *step = status == KIWI_END ? MAP_PARCEL_END : MAP_SHAPE;
        return status == KIWI_END ? KIWI_OK : status;
    }
}
