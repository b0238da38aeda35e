/* SPDX-License-Identifier: MIT */
/* What occurs in a picture, so that empty layers are left out. */
#include "picture/picture.h"

static void take_census(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    (void)layer;
    if (!picture_project_shape(picture, shape))
        return;
    if (shape->kind == KIWI_ROAD)
        picture->present[height_of(shape)] |= UINT32_C(1) << road_style_of(shape->type);
    else if (picture_is_area(shape))
        picture->grounds |= UINT32_C(1) << ground_of(shape->type);
    else if (shape->kind == KIWI_BACKGROUND)
        picture->lines |= UINT32_C(1) << line_of(shape->type);
}

enum kiwi_status picture_take_census(struct picture *picture, unsigned kinds, struct kiwi_error *error)
{
    const struct layer layer = {.kinds = kinds & (KIWI_ROAD | KIWI_BACKGROUND)};
    return picture_each_shape(picture, &layer, take_census, error);
}
