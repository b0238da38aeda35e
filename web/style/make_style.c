/* SPDX-License-Identifier: MIT */
/* The tables that kiwidump's pictures are drawn by, as JSON for the map of the page: colours and widths, by
 * the classes that tiles have. */
#include <stdio.h>

#include <kiwi/kiwi.h>

#include "kiwidump/picture/style.h"

static const char *separator(size_t i)
{
    return i == 0 ? "\n" : ",\n";
}

static void put_colour(const char *name, uint32_t colour)
{
    printf("\"%s\": \"#%06x\"", name, (unsigned)colour);
}

static void put_dash(const char *dash)
{
    printf(", \"dash\": [");
    for (const char *c = dash ? dash : ""; *c; c++)
        putchar(*c == ' ' ? ',' : *c);
    printf("]}");
}

static void put_palette(void)
{
    printf("\"palette\": {");
    put_colour("land", palette.land);
    printf(", ");
    put_colour("sea", palette.sea);
    printf(", ");
    put_colour("halo", palette.halo);
    printf(", ");
    put_colour("ink", palette.ink);
    printf(", ");
    put_colour("bridgeCasing", palette.bridge_casing);
    printf(", ");
    put_colour("shield", palette.shield);
    printf(", ");
    put_colour("europeanShield", palette.european_shield);
    printf(", ");
    put_colour("shieldText", palette.shield_text);
    printf(", \"roadEdge\": %.1f, \"bridgeEdge\": %.1f, \"haloWidth\": %.1f, \"roadScale\": %.1f, \"fonts\": "
           "\"%s\"},\n",
           palette.road_edge, palette.bridge_edge, palette.halo_width, ROAD_SCALE, palette.fonts);
}

static void put_styles(void)
{
    printf("\"grounds\": [");
    for (size_t i = 0; i < GROUND_COUNT; i++)
        printf("%s{\"class\": \"%s\", \"fill\": \"#%06x\"}", separator(i), ground_styles[i].class,
               (unsigned)ground_styles[i].fill);
    printf("],\n\"lines\": [");
    for (size_t i = 0; i < LINE_COUNT; i++) {
        printf("%s{\"class\": \"%s\", \"stroke\": \"#%06x\", \"width\": %.1f", separator(i),
               line_styles[i].class, (unsigned)line_styles[i].stroke, line_styles[i].width);
        put_dash(line_styles[i].dash);
    }
    printf("],\n\"roads\": [");
    for (size_t i = 0; i < ROAD_STYLES; i++) {
        const struct road_style *road = &road_styles[i];
        printf("%s{\"class\": \"%s\", \"width\": %.1f, \"fill\": \"#%06x\", \"casing\": ", separator(i),
               kiwi_enumeration_name(&kiwi_enum_road_type, road->type), road->width, (unsigned)road->fill);
        printf(road->casing != 0 ? "\"#%06x\"" : "null", (unsigned)road->casing);
        put_dash(road->dash);
    }
    printf("],\n\"texts\": [");
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct text_style *text = &text_styles[i];
        printf("%s{\"class\": \"%s\", \"size\": %.1f, \"distance\": %.0f, \"fill\": \"#%06x\", \"bold\": %s, "
               "\"italic\": %s}",
               separator(i), text->class, text->size, text->distance, (unsigned)text->fill,
               text->bold ? "true" : "false", text->italic ? "true" : "false");
    }
    printf("]\n");
}

int main(void)
{
    printf("{\n");
    put_palette();
    put_styles();
    printf("}\n");
    return ferror(stdout) != 0;
}
