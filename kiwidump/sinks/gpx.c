/* SPDX-License-Identifier: MIT */
/* Features as GPX 1.1: points as waypoints, ways as routes, all else as tracks, areas by their outlines. */
#include "sink.h"
#include "text.h"

struct gpx {
    struct text_writer text;
};

static void put_escaped(struct output *output, char c)
{
    switch (c) {
    case '&': output_literal(output, "&amp;"); break;
    case '<': output_literal(output, "&lt;"); break;
    case '>': output_literal(output, "&gt;"); break;
    case '"': output_literal(output, "&quot;"); break;
    case '\r': output_literal(output, "&#13;"); break;
    default: output_char(output, c);
    }
}

static void put_string(struct output *output, const char *text)
{
    output_bytes(output, text, strlen(text));
}

static void put_tag(struct output *output, const char *opening, const char *name)
{
    put_string(output, opening);
    put_string(output, name);
    output_char(output, '>');
}

/* What it is */

static enum kiwi_status put_element(struct gpx *gpx, const char *prefix, const char *name,
                                    const struct property *property, struct kiwi_error *error)
{
    struct output *output = gpx->text.output;
    output_char(output, '<');
    put_string(output, prefix);
    put_tag(output, "", name);
    enum kiwi_status status = text_value(&gpx->text, property, error);
    output_literal(output, "</");
    put_string(output, prefix);
    put_tag(output, "", name);
    return status;
}

static const struct property *property_of(const struct feature *feature, enum property_key key)
{
    for (size_t i = 0; i < feature->properties.count; i++)
        if (feature->properties.items[i].key == key && feature->properties.items[i].type != VALUE_NULL)
            return &feature->properties.items[i];
    return NULL;
}

/** The elements that every program knows, then all properties in a namespace of their own. */
static enum kiwi_status put_properties(struct gpx *gpx, const struct feature *feature,
                                       struct kiwi_error *error)
{
    const struct properties *properties = &feature->properties;
    const struct property *text = property_of(feature, PROPERTY_TEXT);
    const struct property *name = text ? text : property_of(feature, PROPERTY_NAME);
    const struct property *type = property_of(feature, PROPERTY_TYPE_NAME);
    enum kiwi_status status = KIWI_OK;
    if (name)
        status = put_element(gpx, "", "name", name, error);
    if (status == KIWI_OK && type)
        status = put_element(gpx, "", "type", type, error);
    output_literal(gpx->text.output, "<extensions>");
    for (size_t i = 0; status == KIWI_OK && i < properties->count; i++)
        if (properties->items[i].type != VALUE_NULL)
            status = put_element(gpx, "kiwi:", property_names[properties->items[i].key],
                                 &properties->items[i], error);
    output_literal(gpx->text.output, "</extensions>");
    return status;
}

/* Where it is */

/** Begins an element that has a place; it ends with "/>" or ">". GPX has no longitude of 180: what lies there
 * is a centimetre to the west. */
static void put_place(struct output *output, const char *name, struct point point)
{
    const int32_t last = 1799999999;
    output_char(output, '<');
    put_string(output, name);
    output_literal(output, " lat=\"");
    output_advance(output, format_e7(output_room(output, 24), point.y));
    output_literal(output, "\" lon=\"");
    output_advance(output, format_e7(output_room(output, 24), point.x > last ? last : point.x));
    output_char(output, '"');
}

static void put_points(struct output *output, const struct geometry *geometry, const struct stroke *stroke,
                       const char *name, bool ring)
{
    for (size_t i = 0; i < stroke->count + ring; i++) {
        put_place(output, name, geometry->points[stroke->first + (i < stroke->count ? i : 0)]);
        output_literal(output, "/>");
    }
}

static enum kiwi_status put_waypoint(struct gpx *gpx, const struct feature *feature, struct kiwi_error *error)
{
    const struct geometry *geometry = &feature->geometry;
    put_place(gpx->text.output, "wpt", geometry->points[geometry->strokes[0].first]);
    output_char(gpx->text.output, '>');
    enum kiwi_status status = put_properties(gpx, feature, error);
    output_literal(gpx->text.output, "</wpt>\n");
    return status;
}

static enum kiwi_status put_route(struct gpx *gpx, const struct feature *feature, struct kiwi_error *error)
{
    output_literal(gpx->text.output, "<rte>");
    enum kiwi_status status = put_properties(gpx, feature, error);
    for (size_t i = 0; i < feature->geometry.stroke_count; i++)
        put_points(gpx->text.output, &feature->geometry, &feature->geometry.strokes[i], "rtept", false);
    output_literal(gpx->text.output, "</rte>\n");
    return status;
}

/** A segment for each stroke or ring. */
static enum kiwi_status put_track(struct gpx *gpx, const struct feature *feature, struct kiwi_error *error)
{
    struct output *output = gpx->text.output;
    const struct geometry *geometry = &feature->geometry;
    bool rings = geometry->type == GEOMETRY_POLYGON || geometry->type == GEOMETRY_MULTI_POLYGON;
    output_literal(output, "<trk>");
    enum kiwi_status status = put_properties(gpx, feature, error);
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        output_literal(output, "<trkseg>");
        put_points(output, geometry, &geometry->strokes[i], "trkpt", rings);
        output_literal(output, "</trkseg>");
    }
    output_literal(output, "</trk>\n");
    return status;
}

static void begin(void *state, struct output *output)
{
    struct gpx *gpx = state;
    gpx->text.output = output;
    gpx->text.put = put_escaped;
    output_literal(output, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<gpx version=\"1.1\" creator=\"kiwidump\" "
                           "xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:kiwi=\"urn:kiwidump\">\n");
}

/** GPX has waypoints first, then routes, then tracks, and nothing without a place. */
static unsigned pass(const struct feature *feature)
{
    if (feature->geometry.type == GEOMETRY_NONE)
        return SINK_LEAVES_OUT;
    return feature->geometry.type == GEOMETRY_POINT ? 0 : 1;
}

static enum kiwi_status put(void *state, const struct feature *feature, struct kiwi_error *error)
{
    struct gpx *gpx = state;
    if (feature->geometry.type == GEOMETRY_POINT)
        return put_waypoint(gpx, feature, error);
    const char *kind = property_of(feature, PROPERTY_KIND)->value.text;
    return strcmp(kind, "way") == 0 ? put_route(gpx, feature, error) : put_track(gpx, feature, error);
}

static void end(void *state)
{
    struct gpx *gpx = state;
    output_literal(gpx->text.output, "</gpx>\n");
}

const struct sink gpx_sink = {.name = "gpx",
                              .extension = "gpx",
                              .description = "GPX 1.1: waypoints, routes and tracks",
                              .size = sizeof(struct gpx),
                              .passes = 2,
                              .pass = pass,
                              .begin = begin,
                              .put = put,
                              .end = end};
