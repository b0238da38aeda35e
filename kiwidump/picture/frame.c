/* SPDX-License-Identifier: MIT */
/* What stands before the layers: the head of the file, its style sheet, and the ground. */
#include "picture/picture.h"

static void put_colour(struct picture *picture, const char *property, uint32_t colour)
{
    picture_put(picture, "%s:#%06lx", property, (unsigned long)colour);
}

static void put_grounds(struct picture *picture)
{
    for (unsigned i = 0; i < GROUND_COUNT; i++) {
        picture_put(picture, ".%s path{", ground_styles[i].class);
        put_colour(picture, "fill", ground_styles[i].fill);
        put_colour(picture, ";stroke", ground_styles[i].fill);
        picture_put(picture, ";stroke-width:%.1f}\n", palette.ground_edge);
    }
}

static void put_lines(struct picture *picture)
{
    for (unsigned i = 0; i < LINE_COUNT; i++) {
        const struct line_style *style = &line_styles[i];
        picture_put(picture, ".%s path{", style->class);
        put_colour(picture, "stroke", style->stroke);
        picture_put(picture, ";stroke-width:%.1f", style->width);
        if (style->dash)
            picture_put(picture, ";stroke-dasharray:%s", style->dash);
        output_literal(picture->output, "}\n");
    }
}

static void put_texts(struct picture *picture)
{
    picture_put(picture, "text{font-family:%s;text-anchor:middle", palette.fonts);
    put_colour(picture, ";fill", palette.ink);
    output_literal(picture->output,
                   "}\n.labels>text{paint-order:stroke;stroke-opacity:.9;stroke-linejoin:round");
    put_colour(picture, ";stroke", palette.halo);
    picture_put(picture, ";stroke-width:%.1f}\n", palette.halo_width);
    for (unsigned i = 0; i < TEXT_COUNT; i++) {
        const struct text_style *style = &text_styles[i];
        picture_put(picture, "text.%s{", style->class);
        put_colour(picture, "fill", style->fill);
        picture_put(picture, "%s%s}\n", style->bold ? ";font-weight:bold" : "",
                    style->italic ? ";font-style:italic" : "");
    }
    put_colour(picture, ".shield rect{stroke-width:1;stroke", palette.halo);
    put_colour(picture, ";fill", palette.shield);
    put_colour(picture, "}\n.shield.e rect{fill", palette.european_shield);
    output_literal(picture->output, "}\n");
}

static void put_legend_style(struct picture *picture)
{
    put_colour(picture, ".legend rect{fill-opacity:.82;fill", palette.panel);
    put_colour(picture, "}\n.legend text{font-size:11px}\n.legend path{stroke-width:1.5;stroke", palette.ink);
    output_literal(picture->output, "}\n");
}

void picture_put_head(struct picture *picture)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(picture->map);
    picture_put(picture,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f "
                "%.0f\">\n<style>\n"
                "path{fill:none;stroke-linejoin:round;stroke-linecap:inherit}\n.road{stroke-linecap:round}\n",
                picture->width, picture->height, picture->width, picture->height);
    put_grounds(picture);
    put_lines(picture);
    put_texts(picture);
    put_legend_style(picture);
    picture_put(picture, "</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#%06lx\"/>\n",
                (unsigned long)(volume->inside == KIWI_GROUND_SEA ? palette.sea : palette.land));
}
