/* SPDX-License-Identifier: MIT */
/* Names: kind by kind and, of a kind, the most important first, since those that come first get the room. */
#include "picture/picture.h"

static void take_place(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    struct name name;
    if (picture_name_due(picture, layer, shape) && picture_read_name(picture, shape, &name))
        picture_put_name(picture, &name);
}

/** Which priorities there are: of places those inside of the picture. */
static void take_priority(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    double x;
    double y;
    enum text text = picture_text_of(shape);
    (void)layer;
    if (shape->point_count == 0 ||
        !picture_is_drawn(picture, (uint32_t)kiwi_name_data_record_display_scale_flags(shape->record)))
        return;
    picture_project(picture, shape->points[0], &x, &y);
    if (text >= TEXT_SHIELD || (x >= 0 && x < picture->width && y >= 0 && y < picture->height))
        picture->priorities[text] |= UINT64_C(1) << (picture_priority_of(shape) - PRIORITY_NONE);
}

enum kiwi_status picture_draw_names(struct picture *picture, struct kiwi_error *error)
{
    struct layer layer = {.kinds = KIWI_NAME};
    picture_reserve_legend(picture);
    output_literal(picture->output, "<g class=\"labels\">\n");
    enum kiwi_status status = picture_each_shape(picture, &layer, take_priority, error);
    for (layer.number = 0; layer.number < TEXT_COUNT; layer.number++) {
        uint64_t priorities = picture->priorities[layer.number];
        for (layer.priority = PRIORITY_HIGHEST; status == KIWI_OK && layer.priority >= PRIORITY_NONE;
             layer.priority--) {
            if (!(priorities >> (layer.priority - PRIORITY_NONE) & 1))
                continue;
            status = layer.number >= TEXT_SHIELD
                         ? picture_each_parcel(picture, &layer, picture_put_streets, error)
                         : picture_each_shape(picture, &layer, take_place, error);
        }
    }
    output_literal(picture->output, "</g>\n");
    return status;
}
