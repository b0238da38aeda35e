/* SPDX-License-Identifier: MIT */
/* One name: its text, style and priority, and its drawing where there is room. */
#include <math.h>

#include "picture/picture.h"

/** So much smaller is a place for each step of priority below the highest that is to be seen. */
#define PRIORITY_STEP 0.08
#define SMALLEST_SHARE 0.55

enum text picture_text_of(const struct kiwi_shape *shape)
{
    enum text text = text_of(shape->type);
    return kiwi_name_data_record_string_type(shape->record) == KIWI_STRING_TYPE_LINEAR_C &&
                   text != TEXT_SHIELD
               ? TEXT_STREET
               : text;
}

/** Degrees to turn a text that runs along a line, so that it can be read from below. */
static double turn_of(const struct kiwi_shape *shape)
{
    struct kiwi_name_data_record name;
    kiwi_name_data_record_decode(&name, shape->record, shape->record_length);
    double angle = (double)name.angle - 90; /* the format counts clockwise from north */
    while (angle > 90)
        angle -= 180;
    while (angle <= -90)
        angle += 180;
    return angle;
}

int picture_priority_of(const struct kiwi_shape *shape)
{
    int priority = (int)kiwi_name_data_record_priority(shape->record);
    return priority < PRIORITY_NONE || priority > PRIORITY_HIGHEST ? PRIORITY_NONE : priority;
}

static int highest_priority(uint64_t priorities)
{
    int priority = PRIORITY_HIGHEST;
    while (priority > PRIORITY_NONE && !(priorities >> (priority - PRIORITY_NONE) & 1))
        priority--;
    return priority;
}

/** How a name is written: places by their importance. */
static struct text_style style_of(const struct picture *picture, const struct kiwi_shape *shape)
{
    enum text text = picture_text_of(shape);
    struct text_style style = text_styles[text];
    if (text <= TEXT_DISTRICT) {
        int below = highest_priority(picture->priorities[text]) - picture_priority_of(shape);
        style.size *= fmax(SMALLEST_SHARE, 1 - PRIORITY_STEP * below);
    }
    style.size *= picture->text_size;
    style.distance *= picture->text_size;
    return style;
}

bool picture_read_name(struct picture *picture, const struct kiwi_shape *shape, struct name *name)
{
    enum text text = picture_text_of(shape);
    size_t raw = shape->text_length < PICTURE_TEXT ? shape->text_length : PICTURE_TEXT;
    if (shape->point_count == 0)
        return false;
    name->length = kiwi_disc_text(picture->dump->disc, shape->text, raw, name->text, sizeof name->text);
    name->style = style_of(picture, shape);
    picture_project(picture, shape->points[0], &name->label.x, &name->label.y);
    name->label.angle = text == TEXT_STREET ? turn_of(shape) : 0;
    name->label.height = name->style.size + (text == TEXT_SHIELD ? 7 : 3);
    name->label.width = labels_width(name->text, name->length) * name->style.size +
                        (text == TEXT_SHIELD ? 8 : 4);
    return name->length > 0;
}

bool picture_put_name(struct picture *picture, const struct name *name)
{
    const struct label *label = &name->label;
    if (!labels_place(&picture->labels, label, name->text, name->length, name->style.distance))
        return false;
    if (name->style.class == text_styles[TEXT_SHIELD].class) {
        picture_put_shield(picture, name);
        return true;
    }
    picture_put(picture, "<text class=\"%s\" transform=\"translate(%.1f %.1f)", name->style.class, label->x,
                label->y);
    if (label->angle != 0)
        picture_put(picture, " rotate(%.0f)", label->angle);
    picture_put(picture, "\" font-size=\"%.1f\" dy=\"%.1f\">", name->style.size, name->style.size * 0.36);
    picture_put_text(picture, name->text, name->length);
    output_literal(picture->output, "</text>\n");
    return true;
}

bool picture_name_due(const struct picture *picture, const struct layer *layer,
                      const struct kiwi_shape *shape)
{
    return picture_is_drawn(picture, (uint32_t)kiwi_name_data_record_display_scale_flags(shape->record)) &&
           picture_text_of(shape) == (enum text)layer->number &&
           picture_priority_of(shape) == layer->priority;
}
