/* SPDX-License-Identifier: MIT */
/* The shapes of the map as features, as the disc has them. */
#include "map_shapes.h"

static enum kiwi_status open_shapes(const struct feature_request *request, void **source,
                                    struct kiwi_error *error)
{
    struct map_shapes *shapes;
    if (!request->map || request->options->merge || filter_shapes(request->options) == 0)
        return KIWI_END;
    enum kiwi_status status = map_shapes_open(request, false, &shapes, error);
    *source = shapes;
    return status;
}

static enum kiwi_status next(void *source, const struct feature **feature, struct kiwi_error *error)
{
    struct map_shapes *shapes = source;
    enum map_step step = MAP_LEVEL;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && step != MAP_SHAPE)
        status = map_shapes_next(shapes, &step, error);
    if (status != KIWI_OK)
        return status;
    *feature = &shapes->maker.feature;
    status = shape_make(&shapes->maker, shapes->parcel.file, shapes->parcel.level->number, &shapes->shape,
                        error);
    return status == KIWI_OK ? converted_make(&shapes->converted, feature, error) : status;
}

static void close_shapes(void *source)
{
    map_shapes_close(source);
}

const struct feature_source shape_features = {open_shapes, next, close_shapes};
