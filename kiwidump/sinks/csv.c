/* SPDX-License-Identifier: MIT */
/* Features as a table (RFC 4180): the geometry as WKT, the id, and a column for each property there can be.
 */
#include "sink.h"
#include "text.h"

struct csv {
    struct text_writer text;
};

/* Geometry */

static void put_points(struct output *output, const struct geometry *geometry, const struct stroke *stroke,
                       bool ring)
{
    output_char(output, '(');
    for (size_t i = 0; i < stroke->count + ring; i++) {
        struct point point = geometry->points[stroke->first + (i < stroke->count ? i : 0)];
        char *text = output_room(output, 40);
        if (i != 0)
            *text++ = ',';
        text = format_e7(text, point.x);
        *text++ = ' ';
        output_advance(output, format_e7(text, point.y));
    }
    output_char(output, ')');
}

/** Rings, between the brackets of each polygon if there are several. */
static void put_polygons(struct output *output, const struct geometry *geometry, bool several)
{
    output_char(output, '(');
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        bool begins = several && !geometry->strokes[i].hole;
        if (i != 0 && begins)
            output_char(output, ')');
        if (i != 0)
            output_char(output, ',');
        if (begins)
            output_char(output, '(');
        put_points(output, geometry, &geometry->strokes[i], true);
    }
    output_bytes(output, "))", several ? 2 : 1);
}

static void put_lines(struct output *output, const struct geometry *geometry)
{
    output_char(output, '(');
    for (size_t i = 0; i < geometry->stroke_count; i++) {
        if (i != 0)
            output_char(output, ',');
        put_points(output, geometry, &geometry->strokes[i], false);
    }
    output_char(output, ')');
}

/** WKT in quotes, as it has commas; nothing if the disc does not say where it is. */
static void put_geometry(struct output *output, const struct geometry *geometry)
{
    if (geometry->type == GEOMETRY_NONE)
        return;
    output_char(output, '"');
    for (const char *c = geometry_names[geometry->type]; *c; c++)
        output_char(output, *c >= 'a' ? (char)(*c - 'a' + 'A') : *c);
    output_char(output, ' ');
    switch (geometry->type) {
    case GEOMETRY_MULTI_LINE: put_lines(output, geometry); break;
    case GEOMETRY_POLYGON: put_polygons(output, geometry, false); break;
    case GEOMETRY_MULTI_POLYGON: put_polygons(output, geometry, true); break;
    default: put_points(output, geometry, &geometry->strokes[0], false);
    }
    output_char(output, '"');
}

/* Fields */

static void put_quoted(struct output *output, char c)
{
    if (c == '"')
        output_char(output, '"');
    output_char(output, c);
}

static enum kiwi_status put_value(struct csv *csv, const struct property *property, struct kiwi_error *error)
{
    bool quoted = property->type == VALUE_TEXT || property->type >= VALUE_POSITION;
    if (quoted)
        output_char(csv->text.output, '"');
    enum kiwi_status status = text_value(&csv->text, property, error);
    if (quoted)
        output_char(csv->text.output, '"');
    return status;
}

static void put_id(struct csv *csv, const struct feature *feature)
{
    struct output *output = csv->text.output;
    if (!feature->file)
        return;
    output_char(output, '"');
    text_put(&csv->text, feature->file->path, strlen(feature->file->path));
    output_char(output, ':');
    output_advance(output, format_unsigned(output_room(output, 24), feature->offset));
    output_char(output, '"');
}

static void begin(void *state, struct output *output)
{
    struct csv *csv = state;
    csv->text.output = output;
    csv->text.put = put_quoted;
    output_literal(output, "WKT,id");
    for (size_t i = 0; i < PROPERTY_COLUMN_COUNT; i++) {
        output_char(output, ',');
        output_bytes(output, property_names[i], strlen(property_names[i]));
    }
    output_literal(output, "\r\n");
}

static enum kiwi_status put(void *state, const struct feature *feature, struct kiwi_error *error)
{
    struct csv *csv = state;
    const struct properties *properties = &feature->properties;
    const struct property *columns[PROPERTY_COLUMN_COUNT] = {NULL};
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; i < properties->count; i++)
        columns[properties->items[i].key] = &properties->items[i];
    put_geometry(csv->text.output, &feature->geometry);
    output_char(csv->text.output, ',');
    put_id(csv, feature);
    for (size_t i = 0; status == KIWI_OK && i < PROPERTY_COLUMN_COUNT; i++) {
        output_char(csv->text.output, ',');
        if (columns[i])
            status = put_value(csv, columns[i], error);
    }
    output_literal(csv->text.output, "\r\n");
    return status;
}

static void end(void *state)
{
    (void)state;
}

const struct sink csv_sink = {.name = "csv",
                              .extension = "csv",
                              .description = "a table with geometry as WKT",
                              .apart = true,
                              .size = sizeof(struct csv),
                              .begin = begin,
                              .put = put,
                              .end = end};
