/* SPDX-License-Identifier: MIT */
/* Goes over the shapes of a picture, once for each layer. */
#include "picture/picture.h"

enum kiwi_status picture_each_shape(struct picture *picture, const struct layer *layer, take_shape *take,
                                    struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    enum kiwi_status status = kiwi_parcels_open(picture->map, picture->level, &picture->box, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while (picture->output->error == 0 &&
           (status = kiwi_parcels_next(parcels, &picture->parcel, error)) == KIWI_OK) {
        struct kiwi_shape shape;
        status = kiwi_shapes_start(picture->shapes, &picture->parcel, layer->kinds, error);
        if (status != KIWI_OK)
            break;
        while (kiwi_shapes_next(picture->shapes, &shape) == KIWI_OK)
            take(picture, layer, &shape);
        if (picture->in_path)
            output_literal(picture->output, "\"/>\n");
        picture->in_path = false;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static void take_census(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    (void)layer;
    if (!picture_project_shape(picture, shape))
        return;
    if (shape->kind == KIWI_ROAD)
        picture->present[height_of(shape)] |= UINT32_C(1) << road_style_of(shape->type);
    else if (picture_is_area(shape))
        picture->grounds |= UINT32_C(1) << ground_of(shape->type);
    else
        picture->lines |= UINT32_C(1) << line_of(shape->type);
}

enum kiwi_status picture_take_census(struct picture *picture, unsigned kinds, struct kiwi_error *error)
{
    const struct layer layer = {.kinds = kinds & (KIWI_ROAD | KIWI_BACKGROUND)};
    return picture_each_shape(picture, &layer, take_census, error);
}
