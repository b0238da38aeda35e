/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PICTURE_STYLE_H
#define KIWIDUMP_PICTURE_STYLE_H

/* How a map looks: every colour and width of a picture stands in the tables of style.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Kinds of areas, in the order in which they are drawn. */
enum ground {
    GROUND_SEA,
    GROUND_ISLAND,
    GROUND_BUILT_UP,
    GROUND_SITE,
    GROUND_GREEN,
    GROUND_WATER,
    GROUND_OTHER,
    GROUND_COUNT
};

struct ground_style {
    const char *class;
    uint32_t fill;
};

/** Kinds of lines that are no roads, in the order in which they are drawn. */
enum line { LINE_WATER, LINE_ROAD, LINE_BOUNDARY, LINE_OTHER, LINE_RAIL, LINE_SLEEPERS, LINE_COUNT };

struct line_style {
    const char *class;
    uint32_t stroke;
    double width;
    const char *dash; /* or NULL */
};

/** Widths in pixels at ROAD_SCALE; the edges show as a casing. */
struct road_style {
    uint32_t type;
    double width;
    uint32_t fill, casing; /* casing 0 = none */
    const char *dash;
};

#define ROAD_SCALE 3.0 /* metres per pixel */

enum { ROAD_STYLES = 14, ROAD_UNKNOWN = 2 };

/** Kinds of texts, in the order in which they get room; the last two stand on roads. */
enum text {
    TEXT_STATE,
    TEXT_TOWN,
    TEXT_DISTRICT,
    TEXT_WATER,
    TEXT_GREEN,
    TEXT_OTHER,
    TEXT_SHIELD,
    TEXT_STREET,
    TEXT_COUNT
};

struct text_style {
    const char *class;
    double size;     /* pixels */
    double distance; /* to the next label with the same text */
    uint32_t fill;
    bool bold, italic;
};

struct palette {
    uint32_t land, sea, halo, ink, panel;
    uint32_t bridge_casing;
    double ground_edge, road_edge, bridge_edge, halo_width; /* pixels that show beside what they edge */
    const char *tunnel_dash;
    uint32_t shield, european_shield, shield_text;
    const char *fonts;
};

extern const struct ground_style ground_styles[GROUND_COUNT];
extern const struct line_style line_styles[LINE_COUNT];
extern const struct road_style road_styles[ROAD_STYLES]; /* from the bottom to the top */
extern const struct text_style text_styles[TEXT_COUNT];
extern const struct palette palette;

/** What a type code stands for (7.3.2.2.1 (2)). */
enum ground ground_of(uint32_t type);
enum line line_of(uint32_t type);
enum text text_of(uint32_t type);

/** Index of the style of a road type. */
unsigned road_style_of(uint32_t type);

#endif
