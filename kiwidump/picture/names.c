/* SPDX-License-Identifier: MIT */
/* Names: places, route numbers and streets, one after the other. */
#include "picture/picture.h"

static void put_label(struct picture *picture, const struct text_style *style, double x, double y,
                      double angle, const char *text, size_t length)
{
    picture_put(picture, "<text class=\"%s\" transform=\"translate(%.1f %.1f)", style->class, x, y);
    if (angle != 0)
        picture_put(picture, " rotate(%.0f)", angle);
    picture_put(picture, "\" font-size=\"%.1f\" dy=\"%.1f\">", style->size, style->size * 0.36);
    picture_put_text(picture, text, length);
    output_literal(picture->output, "</text>\n");
}

/** Degrees to turn a text that runs along a line, so that it can be read from below. */
static double turn_of(const struct kiwi_name_data_record *name)
{
    double angle = (double)name->angle - 90; /* the format counts clockwise from north */
    while (angle > 90)
        angle -= 180;
    while (angle <= -90)
        angle += 180;
    return angle;
}

enum label_turn { TURN_PLACES, TURN_SHIELDS, TURN_STREETS, TURN_COUNT };

static void take_label(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    char text[PICTURE_UTF8];
    double x;
    double y;
    const struct kiwi_name_data_record *name = shape->name;
    bool street = name->string_type == KIWI_STRING_TYPE_LINEAR_C;
    bool shield = shape->type == KIWI_TYPE_CODE_ROUTE_SHIELD;
    enum label_turn turn = shield ? TURN_SHIELDS : street ? TURN_STREETS : TURN_PLACES;
    if (turn != layer->number || shape->point_count == 0 ||
        !picture_is_drawn(picture, name->display_scale_flags))
        return;
    size_t raw = shape->text_length < PICTURE_TEXT ? shape->text_length : PICTURE_TEXT;
    size_t length = kiwi_disc_text(picture->dump->disc, shape->text, raw, text, sizeof text);
    if (length == 0)
        return;
    picture_project(picture, shape->points[0], &x, &y);
    const struct text_style style = text_styles[street && !shield ? TEXT_STREET : text_of(shape->type)];
    struct label label = {.x = x, .y = y, .angle = street ? turn_of(name) : 0, .height = style.size + 3};
    label.width = labels_width(text, length) * style.size + (shield ? 8 : 4);
    if (shield)
        label.height = 16;
    if (!labels_place(&picture->labels, &label, text, length, style.distance))
        return;
    if (shield)
        picture_put_shield(picture, &label, text, length);
    else
        put_label(picture, &style, x, y, label.angle, text, length);
}

enum kiwi_status picture_draw_names(struct picture *picture, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    picture_reserve_legend(picture);
    output_literal(picture->output, "<g class=\"labels\">\n");
    for (unsigned turn = 0; status == KIWI_OK && turn < TURN_COUNT; turn++) {
        const struct layer layer = {.kinds = KIWI_NAME, .number = turn};
        status = picture_each_shape(picture, &layer, take_label, error);
    }
    output_literal(picture->output, "</g>\n");
    return status;
}
