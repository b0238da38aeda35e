/* SPDX-License-Identifier: MIT */
/* --merge: features that are joined across parcels, row by row in bounded memory. */
#include <stdlib.h>

#include "areas.h"
#include "chains.h"
#include "kiwidump/fail.h"

/*
 * The parcels are taken row by row from the south, so that only shapes that reach the row above are kept.
 * What comes out depends on nothing but the disc: all choices at a point are made when every parcel that
 * touches it is known.
 */

struct merge {
    struct map_shapes *shapes;
    struct merge_places places;
    struct memory memory;
    struct chains *chains; /* of the level, or NULL */
    struct areas *areas;
    struct merge_frame frame; /* of the parcel at hand */
};

static struct merge_frame frame_of(const struct kiwi_parcel *parcel)
{
    struct merge_frame frame = {.parcel = parcel};
    uint32_t width = parcel->columns * KIWI_PARCEL_UNITS;
    uint32_t height = parcel->rows * KIWI_PARCEL_UNITS;
    int32_t west = (int32_t)(width * parcel->part_column / parcel->part_columns);
    int32_t south = (int32_t)(height * parcel->part_row / parcel->part_rows);
    int32_t east = (int32_t)(width * (parcel->part_column + 1) / parcel->part_columns);
    int32_t north = (int32_t)(height * (parcel->part_row + 1) / parcel->part_rows);
    struct kiwi_place_e7 low = kiwi_parcel_place_e7(parcel, (struct kiwi_point){west, south});
    struct kiwi_place_e7 high = kiwi_parcel_place_e7(parcel, (struct kiwi_point){east, north});
    frame.west = low.longitude == HALF_TURN ? (int32_t)-HALF_TURN : low.longitude; /* as its points have it */
    frame.south = low.latitude;
    frame.east = high.longitude;
    frame.north = high.latitude;
    return frame;
}

static void end_level(struct merge *merge)
{
    chains_close(merge->chains);
    areas_close(merge->areas);
    merge->chains = NULL;
    merge->areas = NULL;
    merge->memory = (struct memory){0};
}

static enum kiwi_status begin_level(struct merge *merge, struct kiwi_error *error)
{
    merge->chains = chains_open(&merge->memory);
    merge->areas = areas_open(&merge->memory);
    return merge->chains && merge->areas ? KIWI_OK : dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
}

/** Keeps the shape at hand if it may be joined to others; false if it is complete. */
static bool keep(struct merge *merge)
{
    const struct kiwi_shape *shape = &merge->shapes->shape;
    bool plain = shape->kind == KIWI_BACKGROUND && !shape->pen_up;
    bool line = shape->kind == KIWI_ROAD || (plain && shape->shape_class == KIWI_SHAPE_CLASS_LINE);
    bool area = plain && shape->shape_class == KIWI_SHAPE_CLASS_AREA;
    if ((!line && !area) || merge->shapes->maker.stroke_count == 0)
        return false;
    struct merge_key key = merge_key(&merge->places, merge->shapes);
    if (!merge->frame.parcel)
        merge->frame = frame_of(&merge->shapes->parcel);
    if (area)
        return areas_take(merge->areas, &merge->frame, &key, merge->shapes);
    if (shape->point_count > 1)
        chains_take(merge->chains, &merge->frame, &key, merge->shapes);
    return shape->point_count > 1;
}

static void end_row(struct merge *merge)
{
    uint32_t next = map_shapes_next_row(merge->shapes);
    uint32_t through = next == UINT32_MAX ? next : next - 1;
    chains_end_row(merge->chains, through);
    areas_end_row(merge->areas, through);
}

/** Goes on by one step of the shapes; *complete if that is a shape as it is. */
static enum kiwi_status go_on(struct merge *merge, bool *complete, struct kiwi_error *error)
{
    enum map_step step;
    enum kiwi_status status = map_shapes_next(merge->shapes, &step, error);
    *complete = false;
    if (status != KIWI_OK)
        return status;
    switch (step) {
    case MAP_SHAPE: *complete = !keep(merge); break;
    case MAP_LEVEL: return begin_level(merge, error);
    case MAP_PARCEL_END:
        merge->frame.parcel = NULL;
        chains_end_parcel(merge->chains);
        break;
    case MAP_ROW_END: end_row(merge); break;
    case MAP_LEVEL_END: end_level(merge); break;
    }
    return KIWI_OK;
}

/** Makes the next feature, in the datum of the disc. */
static enum kiwi_status make_next(struct merge *merge, struct kiwi_error *error)
{
    struct map_shapes *shapes = merge->shapes;
    for (;;) {
        if (merge->chains &&
            (chains_next(merge->chains, &shapes->maker) || areas_next(merge->areas, &shapes->maker)))
            return KIWI_OK;
        if (merge->memory.failed)
            return dump_fail(error, KIWI_ERROR_RANGE,
                             "merging level %d needs more than %lu MiB; choose a smaller --bbox",
                             shapes->parcel.level->number, (unsigned long)(MEMORY_LIMIT >> 20));
        bool complete;
        enum kiwi_status status = go_on(merge, &complete, error);
        if (status != KIWI_OK)
            return status;
        if (complete)
            return shape_make(&shapes->maker, shapes->parcel.file, shapes->parcel.level->number,
                              &shapes->shape, error);
    }
}

static enum kiwi_status next(void *source, const struct feature **feature, struct kiwi_error *error)
{
    struct merge *merge = source;
    enum kiwi_status status = make_next(merge, error);
    *feature = &merge->shapes->maker.feature;
    return status == KIWI_OK ? converted_make(&merge->shapes->converted, feature, error) : status;
}

static void close_merge(void *source)
{
    struct merge *merge = source;
    if (!merge)
        return;
    end_level(merge);
    map_shapes_close(merge->shapes);
    free(merge);
}

static enum kiwi_status open_merge(const struct feature_request *request, void **source,
                                   struct kiwi_error *error)
{
    if (!request->map || !request->options->merge || filter_shapes(request->options) == 0)
        return KIWI_END;
    struct merge *merge = calloc(1, sizeof *merge);
    if (!merge)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    merge->places = merge_find_places();
    enum kiwi_status status = map_shapes_open(request, true, &merge->shapes, error);
    if (status == KIWI_OK)
        *source = merge;
    else
        close_merge(merge);
    return status;
}

const struct feature_source merged_features = {open_merge, next, close_merge};
