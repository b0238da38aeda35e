/* SPDX-License-Identifier: MIT */
/* --features of the map: what is drawn in the parcels, level by level. */
#include <stdlib.h>

#include "feature.h"
#include "feature_source.h"

struct shapes {
    const struct feature_request *request;
    struct kiwi_shapes *iterator;
    size_t next_level;
    struct kiwi_parcels *parcels; /* of the level before, or NULL */
    struct kiwi_parcel parcel;
    bool in_parcel;
    struct kiwi_shape shape;
    uint64_t done; /* bytes */
    struct feature_writer writer;
};

static void close_shapes(void *source)
{
    struct shapes *shapes = source;
    if (!shapes)
        return;
    kiwi_parcels_close(shapes->parcels);
    kiwi_shapes_close(shapes->iterator);
    free(shapes);
}

static enum kiwi_status open_shapes(const struct feature_request *request, void **source,
                                    struct kiwi_error *error)
{
    struct shapes *shapes;
    enum kiwi_status status;
    if (!request->map || request->options->merge || feature_kinds(request->options) == 0)
        return KIWI_END;
    shapes = calloc(1, sizeof *shapes);
    if (!shapes)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    shapes->request = request;
    feature_open(&shapes->writer, request->disc, request->options);
    status = kiwi_shapes_open(request->map, &shapes->iterator, error);
    if (status == KIWI_OK)
        *source = shapes;
    else
        close_shapes(shapes);
    return status;
}

static enum kiwi_status next_level(struct shapes *shapes, struct kiwi_error *error)
{
    const struct options *options = shapes->request->options;
    const struct kiwi_map *map = shapes->request->map;
    while (shapes->next_level < kiwi_map_level_count(map)) {
        const struct kiwi_level *level = kiwi_map_level(map, shapes->next_level++);
        if (!options->has_level || level->number == options->level)
            return kiwi_parcels_open(shapes->request->map, level, options->has_box ? &options->box : NULL,
                                     &shapes->parcels, error);
    }
    return KIWI_END;
}

static enum kiwi_status next_parcel(struct shapes *shapes, struct kiwi_error *error)
{
    const struct feature_request *request = shapes->request;
    enum kiwi_status status;
    do
        status = kiwi_parcels_next(shapes->parcels, &shapes->parcel, error);
    while (status == KIWI_OK && request->only && shapes->parcel.file != request->only);
    if (status == KIWI_OK)
        status = kiwi_shapes_start(shapes->iterator, &shapes->parcel, feature_kinds(request->options), error);
    shapes->in_parcel = status == KIWI_OK;
    return status;
}

static enum kiwi_status next_shape(struct shapes *shapes, struct kiwi_error *error)
{
    enum kiwi_status status;
    while ((status = kiwi_shapes_next(shapes->iterator, &shapes->shape, error)) == KIWI_OK) {
        feature_progress(shapes->request, shapes->done);
        if (feature_take(&shapes->writer, &shapes->parcel, &shapes->shape))
            return KIWI_OK;
    }
    shapes->done += shapes->parcel.size;
    shapes->in_parcel = false;
    return status;
}

static enum kiwi_status next(void *source, struct kiwi_error *error)
{
    struct shapes *shapes = source;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK) {
        if (shapes->in_parcel) {
            status = next_shape(shapes, error);
            if (status != KIWI_END)
                return status;
            status = KIWI_OK;
        } else if (shapes->parcels) {
            status = next_parcel(shapes, error);
            if (status != KIWI_END)
                continue;
            kiwi_parcels_close(shapes->parcels);
            shapes->parcels = NULL;
            status = KIWI_OK;
        } else {
            status = next_level(shapes, error);
        }
    }
    return status;
}

static enum kiwi_status put(void *source, struct output *output, struct kiwi_error *error)
{
    struct shapes *shapes = source;
    (void)error;
    if (shapes->writer.output != output)
        feature_write_to(&shapes->writer, output);
    feature_put(&shapes->writer);
    return KIWI_OK;
}

const struct feature_source map_features = {open_shapes, next, put, close_shapes};
