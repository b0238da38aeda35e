/* SPDX-License-Identifier: MIT */
/* Draws areas, and lines that are no roads. */
#include "picture/picture.h"

static void take_background(struct picture *picture, const struct layer *layer,
                            const struct kiwi_shape *shape)
{
    if (picture_is_area(shape) != layer->areas ||
        !picture_is_drawn(picture,
                          (uint32_t)kiwi_minimum_graphics_data_record_display_scale_flags(shape->record)) ||
        layer->number != (layer->areas ? (unsigned)ground_of(shape->type) : (unsigned)line_of(shape->type)))
        return;
    if (picture_project_shape(picture, shape))
        picture_put_shape(picture, shape, layer->areas);
}

static enum kiwi_status draw_group(struct picture *picture, const struct layer *layer, const char *class,
                                   struct kiwi_error *error)
{
    picture_put(picture, "<g class=\"%s\">\n", class);
    enum kiwi_status status = picture_each_shape(picture, layer, take_background, error);
    output_literal(picture->output, "</g>\n");
    return status;
}

enum kiwi_status picture_draw_areas(struct picture *picture, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (unsigned i = 0; status == KIWI_OK && i < GROUND_OTHER; i++) {
        const struct layer layer = {.kinds = KIWI_BACKGROUND, .areas = true, .number = i};
        if (picture->grounds >> i & 1)
            status = draw_group(picture, &layer, ground_styles[i].class, error);
    }
    return status;
}

/** Sleepers are the lines of the railway again, dashed. */
enum kiwi_status picture_draw_lines(struct picture *picture, unsigned first, unsigned end,
                                    struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (unsigned i = first; status == KIWI_OK && i < end; i++) {
        const struct layer layer = {.kinds = KIWI_BACKGROUND, .number = i == LINE_SLEEPERS ? LINE_RAIL : i};
        if (picture->lines >> layer.number & 1)
            status = draw_group(picture, &layer, line_styles[i].class, error);
    }
    return status;
}
