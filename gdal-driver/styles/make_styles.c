/* SPDX-License-Identifier: MIT */
/* Styles for QGIS of the tables that kiwidump's pictures are drawn by: make_styles roads|areas|lines|names.
 * QML on standard output. */
#include <stdio.h>
#include <string.h>

#include <kiwi/kiwi.h>

#include "kiwidump/picture/style.h"

static void begin_symbol(const char *type, size_t number)
{
    printf("<symbol type=\"%s\" name=\"%zu\" alpha=\"1\" force_rhr=\"0\" clip_to_extent=\"1\">", type,
           number);
}

static void begin_layer(const char *class, unsigned pass)
{
    printf("<layer class=\"%s\" pass=\"%u\" enabled=\"1\" locked=\"0\"><Option type=\"Map\">", class, pass);
}

static void option(const char *name, const char *value)
{
    printf("<Option name=\"%s\" type=\"QString\" value=\"%s\"/>", name, value);
}

static void colour_option(const char *name, uint32_t colour)
{
    char text[32];
    snprintf(text, sizeof text, "%u,%u,%u,255", colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF);
    option(name, text);
}

static void number_option(const char *name, double number)
{
    char text[32];
    snprintf(text, sizeof text, "%.2f", number);
    option(name, text);
}

static void end_layer(void)
{
    printf("</Option></layer>");
}

static void put_stroke(unsigned pass, uint32_t colour, double width, const char *dash)
{
    char pattern[32];
    begin_layer("SimpleLine", pass);
    colour_option("line_color", colour);
    number_option("line_width", width);
    option("line_width_unit", "Pixel");
    option("capstyle", "round");
    option("joinstyle", "round");
    if (dash) {
        snprintf(pattern, sizeof pattern, "%s", dash);
        for (char *c = pattern; *c; c++)
            *c = (char)(*c == ' ' ? ';' : *c);
        option("use_custom_dash", "1");
        option("customdash", pattern);
        option("customdash_unit", "Pixel");
    }
    end_layer();
}

/** Casings lie below all roads: passes are drawn one after the other over all features. */
static void put_road(size_t number, uint32_t type)
{
    unsigned style = road_style_of(type);
    const struct road_style *road = &road_styles[style];
    begin_symbol("line", number);
    if (road->casing != 0)
        put_stroke(style, road->casing, road->width + 2 * palette.road_edge, NULL);
    put_stroke(ROAD_STYLES + style, road->fill, road->width, road->dash);
    printf("</symbol>\n");
}

static void put_area(size_t number, uint32_t type)
{
    enum ground ground = ground_of(type);
    begin_symbol("fill", number);
    begin_layer("SimpleFill", (unsigned)ground);
    colour_option("color", ground_styles[ground].fill);
    option("outline_style", "no");
    end_layer();
    printf("</symbol>\n");
}

static void put_line(size_t number, uint32_t type)
{
    enum line line = line_of(type);
    const struct line_style *style = &line_styles[line];
    begin_symbol("line", number);
    put_stroke((unsigned)line, style->stroke, style->width, style->dash);
    if (line == LINE_RAIL)
        put_stroke(LINE_SLEEPERS, line_styles[LINE_SLEEPERS].stroke, line_styles[LINE_SLEEPERS].width,
                   line_styles[LINE_SLEEPERS].dash);
    printf("</symbol>\n");
}

/** A category for every code that has a name, and one for all others, which is drawn as a code that nobody
 * knows. */
static void put_categories(const struct kiwi_enumeration *types, void put(size_t number, uint32_t type))
{
    printf("<renderer-v2 type=\"categorizedSymbol\" attr=\"type\" symbollevels=\"1\" "
           "enableorderby=\"0\"><categories>\n");
    for (size_t i = 0; i < types->count; i++)
        printf("<category value=\"%u\" symbol=\"%zu\" label=\"%s\" render=\"true\"/>\n",
               types->entries[i].code, i, types->entries[i].name);
    printf("<category value=\"\" symbol=\"%zu\" label=\"other\" render=\"true\"/>\n</categories><symbols>\n",
           types->count);
    for (size_t i = 0; i < types->count; i++)
        put(i, types->entries[i].code);
    put(types->count, UINT32_MAX >> 1);
    printf("</symbols></renderer-v2>\n");
}

static void put_labels(void)
{
    const struct text_style *style = &text_styles[TEXT_OTHER];
    printf("<renderer-v2 type=\"nullSymbol\"/>\n<labeling type=\"simple\"><settings calloutType=\"simple\">"
           "<text-style fieldName=\"text\" isExpression=\"0\" fontSize=\"%.1f\" fontSizeUnit=\"Pixel\" "
           "textColor=\"%u,%u,%u,255\"><text-buffer bufferDraw=\"1\" bufferSize=\"%.1f\" "
           "bufferSizeUnits=\"Pixel\" bufferColor=\"%u,%u,%u,255\"/></text-style>"
           "<placement placement=\"1\"/></settings></labeling>\n",
           style->size, style->fill >> 16 & 0xFF, style->fill >> 8 & 0xFF, style->fill & 0xFF,
           palette.halo_width / 2, palette.halo >> 16 & 0xFF, palette.halo >> 8 & 0xFF, palette.halo & 0xFF);
}

int main(int count, char **arguments)
{
    const char *layers = count == 2 ? arguments[1] : "";
    printf("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22\" "
           "styleCategories=\"Symbology|Labeling\" labelsEnabled=\"%d\">\n",
           strcmp(layers, "names") == 0);
    if (strcmp(layers, "roads") == 0)
        put_categories(&kiwi_enum_road_type, put_road);
    else if (strcmp(layers, "areas") == 0)
        put_categories(&kiwi_enum_type_code, put_area);
    else if (strcmp(layers, "lines") == 0)
        put_categories(&kiwi_enum_type_code, put_line);
    else if (strcmp(layers, "names") == 0)
        put_labels();
    else
        return 2;
    printf("</qgis>\n");
    return ferror(stdout) != 0;
}
