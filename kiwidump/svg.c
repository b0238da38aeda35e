/* SPDX-License-Identifier: MIT */
#include "svg.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "progress.h"

/*
 * A picture is drawn in layers, the lowest first. For each layer the parcels are read again, so that memory
 * does not grow with the map; only a bitmap of the places that labels take is as large as the picture.
 */

#define EARTH_RADIUS 6378137.0
/** Metres on the screen of a pixel, as display scales count it. */
#define PIXEL 0.00028
enum { MARGIN = 40 };
#define LAND 0xf6f3edu
#define BRIDGE_CASING 0x7d7568u

/* Grounds */

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

static const char *const ground_classes[GROUND_COUNT] = {"sea",   "island", "town", "site",
                                                         "green", "water",  "other"};

enum line { LINE_WATER, LINE_ROAD, LINE_BOUNDARY, LINE_OTHER, LINE_RAIL, LINE_COUNT };

static const char *const line_classes[LINE_COUNT] = {"stream", "track", "boundary", "line", "rail"};

/** What a type code stands for (7.3.2.2.1 (2)). */
static enum ground ground_of(uint32_t type)
{
    switch (type) {
    case KIWI_TYPE_CODE_OPEN_SEA:
    case KIWI_TYPE_CODE_SEA: return GROUND_SEA;
    case KIWI_TYPE_CODE_LAKE:
    case KIWI_TYPE_CODE_RIVER:
    case KIWI_TYPE_CODE_CANAL: return GROUND_WATER;
    case KIWI_TYPE_CODE_ISLAND: return GROUND_ISLAND;
    case KIWI_TYPE_CODE_URBAN_DISTRICT: return GROUND_BUILT_UP;
    case KIWI_TYPE_CODE_GREEN_BELT:
    case KIWI_TYPE_CODE_CEMETERY:
    case KIWI_TYPE_CODE_GOLF_COURSE: return GROUND_GREEN;
    default:
        return (type >= 0x140 && type < 0x200) || type >= KIWI_TYPE_CODE_AIRPORT ? GROUND_SITE : GROUND_OTHER;
    }
}

static enum line line_of(uint32_t type)
{
    if (type >= KIWI_TYPE_CODE_OPEN_SEA && type <= KIWI_TYPE_CODE_CANAL)
        return LINE_WATER;
    if (type >= KIWI_TYPE_CODE_COUNTRY && type <= KIWI_TYPE_CODE_MUNICIPALITY)
        return LINE_BOUNDARY;
    if (type == KIWI_TYPE_CODE_RAILWAY)
        return LINE_RAIL;
    return type >= KIWI_TYPE_CODE_ROAD_FREEWAY_CLASS_1 && type <= KIWI_TYPE_CODE_ROAD_CARPOOL_LANE
               ? LINE_ROAD
               : LINE_OTHER;
}

/* Roads */

/** Widths in pixels at ROAD_SCALE; the edges show as a casing. */
struct road_style {
    uint32_t type;
    double width;
    uint32_t fill, casing; /* casing 0 = none */
    const char *dash;
};

#define ROAD_SCALE 3.0 /* metres per pixel */

/** From the bottom to the top. */
static const struct road_style road_styles[] = {
    {KIWI_ROAD_TYPE_FERRY, 1.2, 0x5b93b8, 0, "5 4"},
    {KIWI_ROAD_TYPE_CAR_TRAIN, 1.2, 0x5b93b8, 0, "5 4"},
    {KIWI_ROAD_TYPE_NON_NAVIGABLE, 0.9, 0xc9bba6, 0, "1.5 1.5"},
    {KIWI_ROAD_TYPE_WALKWAY, 0.8, 0xd3a58c, 0, "2.2 1.4"},
    {KIWI_ROAD_TYPE_PRIVATE_ROAD, 1.7, 0xffffff, 0xd8d2c8, NULL},
    {KIWI_ROAD_TYPE_VERY_LOW_SPEED, 3.0, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_FRONTAGE_ROAD, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_PUBLIC_VEHICLES_ONLY, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_CARPOOL_LANE, 3.2, 0xffffff, 0xcbc4b8, NULL},
    {KIWI_ROAD_TYPE_LOCAL, 4.0, 0xfffbe8, 0xc2b28f, NULL},
    {KIWI_ROAD_TYPE_THROUGHWAY, 4.6, 0xfde293, 0xc9a24a, NULL},
    {KIWI_ROAD_TYPE_HIGHWAY, 5.0, 0xf9b96f, 0xc8863a, NULL},
    {KIWI_ROAD_TYPE_FREEWAY_CLASS_2, 5.4, 0xec8672, 0xb9543f, NULL},
    {KIWI_ROAD_TYPE_FREEWAY_CLASS_1, 5.6, 0xec8672, 0xb9543f, NULL},
};

#define ROAD_STYLES (sizeof road_styles / sizeof road_styles[0])

enum height { HEIGHT_TUNNEL, HEIGHT_GROUND, HEIGHT_BRIDGE, HEIGHT_COUNT };

static enum height height_of(const struct kiwi_shape *shape)
{
    if (shape->link_shape->tunnel || shape->link_shape->planned)
        return HEIGHT_TUNNEL;
    return shape->link_shape->bridge ? HEIGHT_BRIDGE : HEIGHT_GROUND;
}

static unsigned style_of(uint32_t type)
{
    unsigned i = 0;
    while (i < ROAD_STYLES - 1 && road_styles[i].type != type)
        i++;
    return road_styles[i].type == type ? i : 2;
}

/* The picture */

/** One layer: which shapes belong to it. */
struct layer {
    unsigned kinds;
    bool areas;         /* of backgrounds */
    unsigned number;    /* enum ground, enum line, or road style */
    enum height height; /* of roads */
};

struct picture {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    const struct kiwi_level *level;
    struct output *output;
    struct kiwi_box box;
    double width, height;           /* pixels */
    double scale;                   /* pixels per radian of longitude */
    double top;                     /* Mercator latitude of the upper edge */
    double metres;                  /* per pixel, in the middle */
    unsigned scale_flag;            /* bit of the display scale that is drawn */
    double size;                    /* factor for widths of roads */
    uint32_t present[HEIGHT_COUNT]; /* road styles that occur, as bits */
    uint32_t grounds, lines;        /* what occurs, as bits */
    struct kiwi_parcel parcel;
    bool in_path;
    struct labels labels;
    double x[SVG_POINTS], y[SVG_POINTS]; /* of the current shape */
};

static double mercator(double latitude)
{
    double limit = latitude > 85 ? 85 : latitude < -85 ? -85 : latitude;
    return log(tan(M_PI / 4 + limit * M_PI / 360));
}

static double box_width(const struct kiwi_box *box)
{
    double width = box->east - box->west;
    return width < 0 ? width + 360 : width;
}

static void project(const struct picture *picture, struct kiwi_point point, double *x, double *y)
{
    int32_t longitude;
    int32_t latitude;
    kiwi_parcel_position(&picture->parcel, point.x, point.y, &longitude, &latitude);
    double east = longitude / 1e7 - picture->box.west;
    double over = (360 - box_width(&picture->box)) /
                  2; /* what lies farther to the east is nearer from the west */
    if (east < -over)
        east += 360;
    else if (east > 360 - over)
        east -= 360;
    *x = east * M_PI / 180 * picture->scale;
    *y = (picture->top - mercator(latitude / 1e7)) * picture->scale;
}

/** Projects a shape; false if it lies outside of the picture. */
static bool project_shape(struct picture *picture, const struct kiwi_shape *shape)
{
    double low_x = 1e9;
    double high_x = -1e9;
    double low_y = 1e9;
    double high_y = -1e9;
    for (size_t i = 0; i < shape->point_count; i++) {
        project(picture, shape->points[i], &picture->x[i], &picture->y[i]);
        low_x = fmin(low_x, picture->x[i]);
        high_x = fmax(high_x, picture->x[i]);
        low_y = fmin(low_y, picture->y[i]);
        high_y = fmax(high_y, picture->y[i]);
    }
    return shape->point_count > 0 && high_x >= -MARGIN && low_x <= picture->width + MARGIN &&
           high_y >= -MARGIN && low_y <= picture->height + MARGIN;
}

/* Output */

static void put(struct picture *picture, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct picture *picture, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0)
        output_bytes(picture->output, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

/** A coordinate in tenths of a pixel. */
static char *format_tenths(char *text, long value)
{
    if (value < 0)
        *text++ = '-';
    unsigned long magnitude = value < 0 ? 0 - (unsigned long)value : (unsigned long)value;
    text = format_unsigned(text, magnitude / 10);
    if (magnitude % 10 != 0) {
        *text++ = '.';
        *text++ = (char)('0' + magnitude % 10);
    }
    return text;
}

static long tenths(double pixels)
{
    return lround(fmax(-1e6, fmin(1e6, pixels)) * 10);
}

/** One stroke of the current shape. Points that fall together are left out. */
static void put_stroke(struct picture *picture, size_t first, size_t end, bool close)
{
    long last_x = tenths(picture->x[first]);
    long last_y = tenths(picture->y[first]);
    char *text = output_room(picture->output, 64);
    *text++ = 'M';
    text = format_tenths(text, last_x);
    *text++ = ' ';
    text = format_tenths(text, last_y);
    output_advance(picture->output, text);
    for (size_t i = first + 1; i < end; i++) {
        long x = tenths(picture->x[i]);
        long y = tenths(picture->y[i]);
        if (x == last_x && y == last_y && i + 1 < end)
            continue;
        text = output_room(picture->output, 64);
        *text++ = i == first + 1 ? 'L' : ' ';
        text = format_tenths(text, x);
        *text++ = ' ';
        text = format_tenths(text, y);
        output_advance(picture->output, text);
        last_x = x;
        last_y = y;
    }
    if (close)
        output_char(picture->output, 'Z');
}

/** The current shape, into the path of its parcel. */
static void put_shape(struct picture *picture, const struct kiwi_shape *shape, bool close)
{
    bool pen_up = shape->background && shape->background->pen_up;
    if (!picture->in_path)
        output_literal(picture->output, "<path d=\"");
    picture->in_path = true;
    for (size_t first = 0; first < shape->point_count;) {
        size_t end = first + 1;
        while (end < shape->point_count && !(pen_up && shape->points[end].x == shape->points[end - 1].x &&
                                             shape->points[end].y == shape->points[end - 1].y))
            end++;
        if (end - first > 1)
            put_stroke(picture, first, end, close);
        first = end < shape->point_count ? end + 1 : end;
    }
}

/* Passes */

typedef void take_shape(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape);

/** Hands out the shapes of the picture. */
static enum kiwi_status each_shape(struct picture *picture, const struct layer *layer, take_shape *take,
                                   struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    enum kiwi_status status = kiwi_parcels_open(picture->map, picture->level, &picture->box, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while (picture->output->error == 0 &&
           (status = kiwi_parcels_next(parcels, &picture->parcel, error)) == KIWI_OK) {
        struct kiwi_shape shape;
        status = kiwi_shapes_start(picture->shapes, &picture->parcel, layer->kinds, error);
        if (status != KIWI_OK)
            break;
        while (kiwi_shapes_next(picture->shapes, &shape) == KIWI_OK)
            take(picture, layer, &shape);
        if (picture->in_path)
            output_literal(picture->output, "\"/>\n");
        picture->in_path = false;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static bool is_area(const struct kiwi_shape *shape)
{
    return shape->shape_class == KIWI_SHAPE_CLASS_AREA;
}

static bool is_drawn(const struct picture *picture, unsigned flags)
{
    return (flags & picture->scale_flag) != 0;
}

/** Counts what occurs, so that empty layers are left out. */
static void take_census(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    (void)layer;
    if (!project_shape(picture, shape))
        return;
    if (shape->kind == KIWI_ROAD)
        picture->present[height_of(shape)] |= UINT32_C(1) << style_of(shape->type);
    else if (is_area(shape))
        picture->grounds |= UINT32_C(1) << ground_of(shape->type);
    else
        picture->lines |= UINT32_C(1) << line_of(shape->type);
}

static void take_background(struct picture *picture, const struct layer *layer,
                            const struct kiwi_shape *shape)
{
    if (is_area(shape) != layer->areas || !is_drawn(picture, shape->background->display_scale_flags) ||
        layer->number != (layer->areas ? (unsigned)ground_of(shape->type) : (unsigned)line_of(shape->type)))
        return;
    if (project_shape(picture, shape))
        put_shape(picture, shape, layer->areas);
}

static void take_road(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    if (style_of(shape->type) == layer->number && height_of(shape) == layer->height &&
        project_shape(picture, shape))
        put_shape(picture, shape, false);
}

static enum kiwi_status draw_backgrounds(struct picture *picture, bool areas, unsigned from, unsigned end,
                                         struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (unsigned i = from; status == KIWI_OK && i < end; i++) {
        const struct layer layer = {.kinds = KIWI_BACKGROUND, .areas = areas, .number = i};
        if (!((areas ? picture->grounds : picture->lines) >> i & 1))
            continue;
        put(picture, "<g class=\"%s\">\n", areas ? ground_classes[i] : line_classes[i]);
        status = each_shape(picture, &layer, take_background, error);
        output_literal(picture->output, "</g>\n");
    }
    return status;
}

/** The sleepers of a railway: the same lines again, dashed. */
static enum kiwi_status draw_sleepers(struct picture *picture, struct kiwi_error *error)
{
    const struct layer layer = {.kinds = KIWI_BACKGROUND, .number = LINE_RAIL};
    if (!(picture->lines >> LINE_RAIL & 1))
        return KIWI_OK;
    output_literal(picture->output, "<g class=\"sleepers\">\n");
    enum kiwi_status status = each_shape(picture, &layer, take_background, error);
    output_literal(picture->output, "</g>\n");
    return status;
}

/** Of a road or of its edges; under the ground it fades. */
static uint32_t road_colour(const struct road_style *style, enum height height, bool casing)
{
    uint32_t colour = casing ? (height == HEIGHT_BRIDGE ? BRIDGE_CASING : style->casing) : style->fill;
    uint32_t mixed = 0;
    if (height != HEIGHT_TUNNEL)
        return colour;
    for (unsigned shift = 0; shift < 24; shift += 8)
        mixed |= ((colour >> shift & 0xFF) * 2 + (LAND >> shift & 0xFF) * 3) / 5 << shift;
    return mixed;
}

/** All roads of one height: first what shows at their edges, then the roads themselves, so that crossings are
 * open. */
static enum kiwi_status draw_roads(struct picture *picture, enum height height, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; status == KIWI_OK && i < ROAD_STYLES; i++) {
            const struct road_style *style = &road_styles[i];
            const struct layer layer = {.kinds = KIWI_ROAD, .number = i, .height = height};
            bool casing = turn == 0;
            double width = style->width * picture->size;
            double edge = height == HEIGHT_BRIDGE ? 2.2 : 1.4;
            if (!(picture->present[height] >> i & 1) || (casing && !style->casing))
                continue;
            put(picture, "<g class=\"road\" stroke=\"#%06lx\" stroke-width=\"%.2f\"",
                (unsigned long)road_colour(style, height, casing), casing ? width + edge : width);
            if (height == HEIGHT_TUNNEL && casing)
                put(picture, " stroke-dasharray=\"4 3\" stroke-linecap=\"butt\"");
            else if (style->dash)
                put(picture, " stroke-dasharray=\"%s\"", style->dash);
            if (height == HEIGHT_BRIDGE && casing)
                put(picture, " stroke-linecap=\"butt\"");
            output_literal(picture->output, ">\n");
            status = each_shape(picture, &layer, take_road, error);
            output_literal(picture->output, "</g>\n");
        }
    }
    return status;
}

/* Labels */

struct label_style {
    const char *class;
    double size;
    double distance; /* to the next label with the same text */
};

static const struct label_style street_style = {"street", 9.5, 260};
static const struct label_style shield_style = {"shield", 9, 170};

/** How a name is written that stands for itself. */
static struct label_style name_style(uint32_t type)
{
    switch (type) {
    case KIWI_TYPE_CODE_COUNTRY:
    case KIWI_TYPE_CODE_STATE: return (struct label_style){"place", 22, 600};
    case KIWI_TYPE_CODE_MUNICIPALITY: return (struct label_style){"place", 19, 600};
    case KIWI_TYPE_CODE_URBAN_DISTRICT: return (struct label_style){"place", 14, 400};
    default: break;
    }
    if (ground_of(type) == GROUND_SEA || ground_of(type) == GROUND_WATER)
        return (struct label_style){"lake", 11, 400};
    if (ground_of(type) == GROUND_GREEN)
        return (struct label_style){"park", 10.5, 300};
    return (struct label_style){"name", 10.5, 300};
}

static void put_text(struct picture *picture, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '<')
            output_literal(picture->output, "&lt;");
        else if (c == '&')
            output_literal(picture->output, "&amp;");
        else if (c < 0x20 || c == 0x7F)
            output_char(picture->output, ' ');
        else if (c == 0xEF && i + 2 < length && (unsigned char)text[i + 1] == 0xBF &&
                 (unsigned char)text[i + 2] >= 0xBE)
            i += 2; /* U+FFFE and U+FFFF are no characters of XML */
        else
            output_char(picture->output, (char)c);
    }
}

static void put_shield(struct picture *picture, double x, double y, double width, const char *text,
                       size_t length)
{
    bool european = text[0] == 'E' && (text[1] == ' ' || (text[1] >= '0' && text[1] <= '9'));
    put(picture,
        "<g class=\"%s\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"3\"/><text x=\"%.1f\" "
        "y=\"%.1f\">",
        european ? "shield e" : "shield", x - width / 2, y - 7, width, x, y + 3.3);
    put_text(picture, text, length);
    output_literal(picture->output, "</text></g>\n");
}

static void put_label(struct picture *picture, const struct label_style *style, double x, double y,
                      double angle, const char *text, size_t length)
{
    put(picture, "<text class=\"%s\" transform=\"translate(%.1f %.1f)", style->class, x, y);
    if (angle != 0)
        put(picture, " rotate(%.0f)", angle);
    put(picture, "\" font-size=\"%.1f\" dy=\"%.1f\">", style->size, style->size * 0.36);
    put_text(picture, text, length);
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
    char text[512];
    double x;
    double y;
    const struct kiwi_name_data_record *name = shape->name;
    bool street = name->string_type == KIWI_STRING_TYPE_LINEAR_C;
    bool shield = shape->type == KIWI_TYPE_CODE_ROUTE_SHIELD;
    enum label_turn turn = shield ? TURN_SHIELDS : street ? TURN_STREETS : TURN_PLACES;
    if (turn != layer->number || shape->point_count == 0 || !is_drawn(picture, name->display_scale_flags))
        return;
    size_t raw = shape->text_length < 120 ? shape->text_length : 120;
    size_t length = kiwi_disc_text(picture->dump->disc, shape->text, raw, text, sizeof text);
    if (length == 0)
        return;
    project(picture, shape->points[0], &x, &y);
    struct label_style style = shield ? shield_style : street ? street_style : name_style(shape->type);
    struct label label = {.x = x, .y = y, .angle = street ? turn_of(name) : 0, .height = style.size + 3};
    label.width = labels_width(text, length) * style.size + (shield ? 8 : 4);
    if (shield)
        label.height = 16;
    if (!labels_place(&picture->labels, &label, text, length, style.distance))
        return;
    if (shield)
        put_shield(picture, x, y, label.width, text, length);
    else
        put_label(picture, &style, x, y, label.angle, text, length);
}

/* Frame */

static void put_head(struct picture *picture)
{
    const struct kiwi_data_volume *volume = kiwi_map_volume(picture->map);
    put(picture,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f "
        "%.0f\">\n",
        picture->width, picture->height, picture->width, picture->height);
    output_literal(picture->output,
                   "<style>\n"
                   "path{fill:none;stroke-linejoin:round;stroke-linecap:inherit}\n"
                   ".road{stroke-linecap:round}\n"
                   ".sea path,.water path{fill:#a9d3e8;stroke:#a9d3e8;stroke-width:.6}\n"
                   ".island path{fill:#f6f3ed;stroke:#f6f3ed;stroke-width:.6}\n"
                   ".town path{fill:#ebe5dc;stroke:#ebe5dc;stroke-width:.6}\n"
                   ".site path{fill:#ece4ea;stroke:#ece4ea;stroke-width:.6}\n"
                   ".green path{fill:#cfe6bd;stroke:#cfe6bd;stroke-width:.6}\n"
                   ".other path{fill:#eeeae2;stroke:#eeeae2;stroke-width:.6}\n"
                   ".stream path{stroke:#8fc4df;stroke-width:1.4}\n"
                   ".track path{stroke:#d8b07a;stroke-width:1.4}\n"
                   ".line path{stroke:#b9b2a6;stroke-width:.8}\n"
                   ".boundary path{stroke:#a583b3;stroke-width:1.2;stroke-dasharray:7 3 2 3}\n"
                   ".rail path{stroke:#8a8a8a;stroke-width:2.2}\n"
                   ".sleepers path{stroke:#fff;stroke-width:1.2;stroke-dasharray:6 6}\n"
                   "text{font-family:'Noto Sans','DejaVu "
                   "Sans',Helvetica,Arial,sans-serif;text-anchor:middle;fill:#45403a}\n"
                   ".labels>text{paint-order:stroke;stroke:#fff;stroke-opacity:.9;stroke-width:2.6;stroke-"
                   "linejoin:round}\n"
                   ".place{font-weight:bold;fill:#2e2a26}\n"
                   ".lake{font-style:italic;fill:#3c7ea6}\n"
                   ".park{fill:#4b7b34}\n"
                   ".shield rect{fill:#2f6fb5;stroke:#fff;stroke-width:1}\n"
                   ".shield.e rect{fill:#2d8a4e}\n"
                   ".shield text{fill:#fff;font-size:9px;font-weight:bold}\n"
                   ".legend rect{fill:#fff;fill-opacity:.82}\n"
                   ".legend text{font-size:11px}\n"
                   ".legend path{stroke:#45403a;stroke-width:1.5}\n"
                   "</style>\n");
    put(picture, "<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n",
        volume->inside == KIWI_GROUND_SEA ? "#a9d3e8" : "#f6f3ed");
}

/** A length that is easy to say, and at most as long as it was. */
static double round_length(double metres)
{
    double power = pow(10, floor(log10(metres)));
    double digits = metres / power;
    return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

/** What stands in the lower corners: the scale bar and the title of the disc. */
struct legend {
    char title[512];
    size_t length;
    double metres, bar, width; /* what the bar stands for, and widths in pixels */
};

static struct legend make_legend(const struct picture *picture)
{
    static const char space[] = " \n\r\t";
    const struct kiwi_data_volume *volume = kiwi_map_volume(picture->map);
    struct legend legend = {.metres = round_length(picture->width * picture->metres / 5)};
    size_t raw = sizeof volume->disk_title;
    legend.bar = legend.metres / picture->metres;
    while (raw > 0 && (volume->disk_title[raw - 1] == '\0' || strchr(space, volume->disk_title[raw - 1])))
        raw--;
    legend.length = kiwi_disc_text(picture->dump->disc, volume->disk_title, raw, legend.title,
                                   sizeof legend.title);
    legend.width = labels_width(legend.title, legend.length) * 11 + 16;
    if (legend.width >= picture->width - legend.bar - 40)
        legend.length = 0; /* no room */
    return legend;
}

static void put_legend(struct picture *picture)
{
    const struct legend legend = make_legend(picture);
    double y = picture->height;
    put(picture,
        "<g class=\"legend\"><rect x=\"8\" y=\"%.1f\" width=\"%.1f\" height=\"30\" rx=\"4\"/>"
        "<path d=\"M16 %.1fv6h%.1fv-6\"/><text x=\"%.1f\" y=\"%.1f\">",
        y - 38, legend.bar + 16, y - 22, legend.bar, 16 + legend.bar / 2, y - 24);
    put(picture, legend.metres >= 1000 ? "%.0f km" : "%.0f m",
        legend.metres >= 1000 ? legend.metres / 1000 : legend.metres);
    output_literal(picture->output, "</text>");
    if (legend.length > 0) {
        put(picture,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"20\" rx=\"4\"/><text x=\"%.1f\" y=\"%.1f\">",
            picture->width - legend.width - 8, y - 28, legend.width, picture->width - legend.width / 2 - 8,
            y - 14);
        put_text(picture, legend.title, legend.length);
        output_literal(picture->output, "</text>");
    }
    output_literal(picture->output, "</g>\n</svg>\n");
}

static enum kiwi_status draw_labels(struct picture *picture, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    const struct legend legend = make_legend(picture);
    labels_reserve(&picture->labels, 8, picture->height - 38, legend.bar + 16, 30);
    if (legend.length > 0)
        labels_reserve(&picture->labels, picture->width - legend.width - 8, picture->height - 28,
                       legend.width, 20);
    output_literal(picture->output, "<g class=\"labels\">\n");
    for (unsigned turn = 0; status == KIWI_OK && turn < TURN_COUNT; turn++) {
        const struct layer layer = {.kinds = KIWI_NAME, .number = turn};
        status = each_shape(picture, &layer, take_label, error);
    }
    output_literal(picture->output, "</g>\n");
    return status;
}

/* Choosing box, size and level */

/** The box of all parcels of a level. Longitudes count from the west of the coverage, which may cross 180
 * degrees. */
static enum kiwi_status whole_box(struct picture *picture, const struct kiwi_level *level,
                                  struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    uint32_t west = UINT32_MAX;
    uint32_t south = UINT32_MAX;
    uint32_t east = 0;
    uint32_t north = 0;
    enum kiwi_status status = kiwi_parcels_open(picture->map, level, NULL, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        west = parcel.column < west ? parcel.column : west;
        south = parcel.row < south ? parcel.row : south;
        east = parcel.column + parcel.columns > east ? parcel.column + parcel.columns : east;
        north = parcel.row + parcel.rows > north ? parcel.row + parcel.rows : north;
    }
    kiwi_parcels_close(parcels);
    if (status != KIWI_END)
        return status;
    if (east <= west || north <= south)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "level %d has no parcels to draw", level->number);
    const struct kiwi_parcel all = {.level = level,
                                    .column = west,
                                    .row = south,
                                    .columns = east - west,
                                    .rows = north - south,
                                    .part_columns = 1,
                                    .part_rows = 1};
    picture->box = kiwi_parcel_box(&all);
    return KIWI_OK;
}

static const struct kiwi_level *finest_level(const struct kiwi_map *map)
{
    const struct kiwi_level *finest = NULL;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_level *level = kiwi_map_level(map, i);
        if (!finest || level->number < finest->number)
            finest = level;
    }
    return finest;
}

/** Display scales of a level, ended by the first unused one; returns how many. */
static unsigned scales_of(const struct kiwi_level *level, uint32_t *scales)
{
    const struct kiwi_level_management_record *record = &level->record;
    const uint32_t all[5] = {record->display_scale_1, record->display_scale_2, record->display_scale_3,
                             record->display_scale_4, record->display_scale_5};
    unsigned count = 0;
    while (count < 5 && all[count] != UINT32_MAX && all[count] != 0) {
        scales[count] = all[count];
        count++;
    }
    return count;
}

/** The finest level that is meant for the scale of the picture, or for one that is not much finer. */
static const struct kiwi_level *fitting_level(const struct picture *picture)
{
    const struct kiwi_level *best = NULL;
    const struct kiwi_level *coarsest = NULL;
    double scale = picture->metres / PIXEL;
    for (size_t i = 0; i < kiwi_map_level_count(picture->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(picture->map, i);
        uint32_t scales[5];
        unsigned count = scales_of(level, scales);
        if (!coarsest || level->number > coarsest->number)
            coarsest = level;
        if ((count == 0 || scales[count - 1] * 1.6 >= scale) && (!best || level->number < best->number))
            best = level;
    }
    return best ? best : coarsest;
}

static void set_size(struct picture *picture)
{
    double east = box_width(&picture->box) * M_PI / 180;
    double south = mercator(picture->box.south);
    picture->top = mercator(picture->box.north);
    picture->width = picture->dump->options.width != 0 ? picture->dump->options.width : 1200;
    picture->scale = picture->width / fmax(east, 1e-9);
    double height = (picture->top - south) * picture->scale;
    if (height > SVG_SIDE) { /* a tall box: less wide */
        picture->scale *= SVG_SIDE / height;
        picture->width = fmax(100, round(east * picture->scale));
        height = SVG_SIDE;
    }
    picture->height = fmax(50, round(height));
    double middle = (picture->box.south + picture->box.north) / 2 * M_PI / 180;
    picture->metres = fmax(1e-3, EARTH_RADIUS * cos(middle) / picture->scale);
    picture->size = fmax(0.22, fmin(3, pow(ROAD_SCALE / picture->metres, 0.7)));
}

static void set_scale_flag(struct picture *picture)
{
    uint32_t scales[5];
    unsigned count = scales_of(picture->level, scales);
    unsigned i = 0;
    while (i + 1 < count && scales[i] < picture->metres / PIXEL)
        i++;
    picture->scale_flag = count == 0 ? 31 : 16u >> i;
}

static enum kiwi_status choose(struct picture *picture, struct kiwi_error *error)
{
    const struct options *options = &picture->dump->options;
    const struct kiwi_level *finest = finest_level(picture->map);
    enum kiwi_status status = KIWI_OK;
    if (!finest)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the disc has no levels to draw");
    picture->level = options->has_level ? kiwi_map_level_by_number(picture->map, options->level) : finest;
    if (!picture->level)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no level %d", options->level);
    if (options->has_box)
        picture->box = options->box;
    else
        status = whole_box(picture, picture->level, error);
    if (status != KIWI_OK)
        return status;
    set_size(picture);
    if (!options->has_level)
        picture->level = fitting_level(picture);
    set_scale_flag(picture);
    return KIWI_OK;
}

static enum kiwi_status draw(struct picture *picture, unsigned kinds, struct kiwi_error *error)
{
    const struct layer census = {.kinds = kinds & (KIWI_ROAD | KIWI_BACKGROUND)};
    put_head(picture);
    enum kiwi_status status = each_shape(picture, &census, take_census, error);
    if (status == KIWI_OK)
        status = draw_backgrounds(picture, true, 0, GROUND_COUNT - 1, error);
    if (status == KIWI_OK)
        status = draw_backgrounds(picture, false, 0, LINE_RAIL, error);
    for (unsigned height = 0; status == KIWI_OK && height < HEIGHT_BRIDGE; height++)
        status = draw_roads(picture, (enum height)height, error);
    if (status == KIWI_OK)
        status = draw_backgrounds(picture, false, LINE_RAIL, LINE_COUNT, error);
    if (status == KIWI_OK)
        status = draw_sleepers(picture, error);
    if (status == KIWI_OK)
        status = draw_roads(picture, HEIGHT_BRIDGE, error);
    if (status == KIWI_OK && (kinds & KIWI_NAME))
        status = draw_labels(picture, error);
    put_legend(picture);
    return status;
}

enum kiwi_status dump_svg(struct dump *dump, struct kiwi_error *error)
{
    static struct picture picture; /* too large for the stack of a thread */
    unsigned kinds = dump->options.kinds ? dump->options.kinds : KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    picture.dump = dump;
    picture.output = dump->output;
    enum kiwi_status status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &picture.map, error);
    if (status == KIWI_OK)
        status = kiwi_shapes_open(picture.map, &picture.shapes, error);
    if (status == KIWI_OK)
        status = choose(&picture, error);
    if (status == KIWI_OK && !labels_open(&picture.labels, picture.width, picture.height))
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (status == KIWI_OK)
        status = draw(&picture, kinds, error);
    labels_close(&picture.labels);
    kiwi_shapes_close(picture.shapes);
    kiwi_map_close(picture.map);
    return status;
}
