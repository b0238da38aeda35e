/* SPDX-License-Identifier: MIT */
/* Goes over the shapes of a picture, once for each layer. */
#include "picture/picture.h"

enum kiwi_status picture_each_parcel(struct picture *picture, const struct layer *layer, take_parcel *take,
                                     struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    const struct kiwi_box box = kiwi_box_from_wgs84(kiwi_disc_geodetic(picture->dump->disc), picture->box);
    enum kiwi_status status = kiwi_parcels_open(picture->map, picture->level, &box, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while (picture->output->error == 0 &&
           (status = kiwi_parcels_next(parcels, &picture->parcel, error)) == KIWI_OK) {
        picture_enter_parcel(picture);
        status = take(picture, layer, error);
        picture_end_path(picture);
        if (status != KIWI_OK)
            break;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

enum kiwi_status picture_shapes_of_parcel(struct picture *picture, const struct layer *layer,
                                          take_shape *take, struct kiwi_error *error)
{
    struct kiwi_shape shape;
    enum kiwi_status status = kiwi_shapes_start(picture->shapes, &picture->parcel, layer->kinds, error);
    while (status == KIWI_OK && (status = kiwi_shapes_next(picture->shapes, &shape, error)) == KIWI_OK)
        take(picture, layer, &shape);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status take_shapes(struct picture *picture, const struct layer *layer,
                                    struct kiwi_error *error)
{
    return picture_shapes_of_parcel(picture, layer, layer->take, error);
}

enum kiwi_status picture_each_shape(struct picture *picture, const struct layer *layer, take_shape *take,
                                    struct kiwi_error *error)
{
    struct layer with = *layer;
    with.take = take;
    return picture_each_parcel(picture, &with, take_shapes, error);
}
