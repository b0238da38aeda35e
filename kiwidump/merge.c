/* SPDX-License-Identifier: MIT */
/* --merge: features that are joined across parcels, row by row in bounded memory. */
#include "merge.h"

#include <stdlib.h>

#include "areas.h"
#include "chains.h"

/*
 * The parcels are taken row by row from the south, so that only shapes that reach the row above are kept.
 * What is printed depends on nothing but the disc: all choices at a point are made when every parcel that
 * touches it is known.
 */

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
    frame.west = low.longitude;
    frame.south = low.latitude;
    frame.east = high.longitude;
    frame.north = high.latitude;
    return frame;
}

/* Rows */

struct rows {
    uint32_t *numbers;
    size_t count, capacity;
    uint64_t parcels;
};

static int by_number(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

/** Rows in which parcels begin, ascending. */
static enum kiwi_status find_rows(struct features *features, const struct kiwi_level *level,
                                  struct rows *rows, struct merge_memory *memory, struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    enum kiwi_status status = kiwi_parcels_open(features->map, level, options->has_box ? &options->box : NULL,
                                                &parcels, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        rows->parcels++;
        if (rows->count > 0 && rows->numbers[rows->count - 1] == parcel.row)
            continue;
        uint32_t *numbers = merge_grow(memory, rows->numbers, rows->count, &rows->capacity, sizeof *numbers);
        if (!numbers)
            break;
        rows->numbers = numbers;
        numbers[rows->count++] = parcel.row;
    }
    kiwi_parcels_close(parcels);
    if (rows->count > 0)
        qsort(rows->numbers, rows->count, sizeof *rows->numbers, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (kept == 0 || rows->numbers[kept - 1] != rows->numbers[i])
            rows->numbers[kept++] = rows->numbers[i];
    rows->count = kept;
    return status == KIWI_END ? KIWI_OK : status;
}

/** Everything for one level. */
struct merge {
    struct features *features;
    struct kiwi_shapes *shapes;
    const struct kiwi_level *level;
    const struct kiwi_file *only;
    struct progress *progress;
    struct merge_memory memory;
    struct chains *chains;
    struct areas *areas;
    uint64_t parcels, done;
};

static void take_shape(struct merge *merge, const struct merge_frame *frame, const struct kiwi_shape *shape)
{
    struct features *features = merge->features;
    bool plain = shape->background && !shape->background->pen_up;
    if (!feature_take(&features->writer, &features->parcel, shape))
        return;
    if ((shape->kind == KIWI_ROAD || (plain && shape->shape_class == KIWI_SHAPE_CLASS_LINE)) &&
        shape->point_count > 1) {
        chains_take(merge->chains, frame, shape);
        return;
    }
    if (plain && shape->shape_class == KIWI_SHAPE_CLASS_AREA && areas_take(merge->areas, frame, shape))
        return;
    dump_feature_begin(features->dump, features->count);
    feature_put(&features->writer);
    dump_feature_end(features->dump, &features->count);
}

static bool enough(const struct merge *merge)
{
    return merge->memory.failed || dump_enough(merge->features->dump, merge->features->count);
}

static enum kiwi_status take_parcel(struct merge *merge, struct kiwi_error *error)
{
    struct features *features = merge->features;
    struct merge_frame frame = frame_of(&features->parcel);
    struct kiwi_shape shape;
    enum kiwi_status status = kiwi_shapes_start(merge->shapes, &features->parcel,
                                                feature_kinds(&features->dump->options), error);
    while (status == KIWI_OK && !enough(merge) &&
           (status = kiwi_shapes_next(merge->shapes, &shape, error)) == KIWI_OK) {
        take_shape(merge, &frame, &shape);
        if (progress_due(merge->progress))
            progress_show(merge->progress, merge->done, kiwi_disc_size(features->dump->disc));
    }
    merge->done += features->parcel.size;
    chains_end_parcel(merge->chains);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status take_row(struct merge *merge, uint32_t row, struct kiwi_error *error)
{
    struct features *features = merge->features;
    const struct kiwi_level *level = merge->level;
    const struct options *options = &features->dump->options;
    const struct kiwi_grid *grid = &level->grid;
    double middle = (grid->south + (double)grid->height * (row + 0.5) / level->rows) /
                    KIWI_EIGHTHS_PER_DEGREE;
    double west = (double)grid->west / KIWI_EIGHTHS_PER_DEGREE;
    double east = (double)(grid->west + grid->width) / KIWI_EIGHTHS_PER_DEGREE;
    struct kiwi_box box = {options->has_box ? options->box.west : west, middle,
                           options->has_box ? options->box.east : east, middle};
    struct kiwi_parcels *parcels;
    /* A coverage all around the earth has its east in its west. */
    enum kiwi_status status = kiwi_parcels_open(features->map, level, &box, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while (!enough(merge) && (status = kiwi_parcels_next(parcels, &features->parcel, error)) == KIWI_OK) {
        if (features->parcel.row != row)
            continue;
        merge->parcels++;
        if (merge->only && features->parcel.file != merge->only)
            continue;
        status = take_parcel(merge, error);
        if (status != KIWI_OK)
            break;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status take_rows(struct merge *merge, const struct rows *rows, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; status == KIWI_OK && i < rows->count && !enough(merge); i++) {
        uint32_t next = i + 1 < rows->count ? rows->numbers[i + 1] : UINT32_MAX;
        status = take_row(merge, rows->numbers[i], error);
        if (status == KIWI_OK && !enough(merge)) {
            chains_end_row(merge->chains, next == UINT32_MAX ? next : next - 1);
            areas_end_row(merge->areas, next == UINT32_MAX ? next : next - 1);
        }
    }
    if (status == KIWI_OK && merge->memory.failed)
        return dump_fail(error, KIWI_ERROR_RANGE,
                         "merging level %d needs more than %lu MiB; choose a smaller --bbox",
                         merge->level->number, (unsigned long)(MERGE_LIMIT >> 20));
    if (status == KIWI_OK && merge->parcels != rows->parcels && !enough(merge))
        return dump_fail(error, KIWI_ERROR_RANGE,
                         "level %d has rows lower than 1/8 second, which --merge cannot tell apart",
                         merge->level->number);
    return status;
}

static enum kiwi_status merge_level(struct features *features, struct kiwi_shapes *shapes,
                                    const struct kiwi_level *level, const struct kiwi_file *only,
                                    struct progress *progress, struct kiwi_error *error)
{
    struct merge merge = {
        .features = features, .shapes = shapes, .level = level, .only = only, .progress = progress};
    struct rows rows = {0};
    merge.chains = chains_open(features, &merge.memory);
    merge.areas = areas_open(features, &merge.memory);
    enum kiwi_status status = find_rows(features, level, &rows, &merge.memory, error);
    if (status == KIWI_OK)
        status = merge.chains && merge.areas ? take_rows(&merge, &rows, error)
                                             : dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    chains_close(merge.chains);
    areas_close(merge.areas);
    free(rows.numbers);
    return status;
}

static enum kiwi_status merge_levels(struct features *features, struct progress *progress,
                                     struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    struct kiwi_shapes *shapes;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(features->dump->disc, options->file, NULL)
                                                 : NULL;
    enum kiwi_status status = kiwi_shapes_open(features->map, &shapes, error);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_map_level_count(features->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(features->map, i);
        if (!options->has_level || level->number == options->level)
            status = merge_level(features, shapes, level, only, progress, error);
    }
    kiwi_shapes_close(shapes);
    return status;
}

enum kiwi_status merge_features(struct dump *dump, struct kiwi_map *map, struct progress *progress,
                                uint64_t *count, struct kiwi_error *error)
{
    struct features *features;
    enum kiwi_status status;
    if (feature_kinds(&dump->options) == 0)
        return KIWI_OK;
    features = calloc(1, sizeof *features);
    if (!features)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    features->dump = dump;
    features->map = map;
    feature_open(&features->writer, dump->disc, &dump->options);
    feature_write_to(&features->writer, dump->output);
    status = merge_levels(features, progress, error);
    *count += features->count;
    free(features);
    return status;
}
