/* SPDX-License-Identifier: MIT */
/* Route numbers, as the shields that stand on roads. */
#include "picture/picture.h"

void picture_put_shield(struct picture *picture, const struct name *name)
{
    const struct label *label = &name->label;
    const char *text = name->text;
    bool european = text[0] == 'E' && (text[1] == ' ' || (text[1] >= '0' && text[1] <= '9'));
    double size = name->style.size;
    double height = label->height - 2;
    picture_put(picture,
                "<g class=\"%s\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\"/><text "
                "class=\"shield\" font-size=\"%.1f\" x=\"%.1f\" y=\"%.1f\">",
                european ? "shield e" : "shield", label->x - label->width / 2, label->y - height / 2,
                label->width, height, size, label->x, label->y + size * 0.37);
    picture_put_text(picture, text, name->length);
    output_literal(picture->output, "</text></g>\n");
}
