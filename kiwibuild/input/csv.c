/* SPDX-License-Identifier: MIT */
/* Reads points of a table: CSV (RFC 4180) with commas, semicolons or tabs, with a line of column names or, as
 * lists of points for navigators are, without: longitude, latitude, name. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/byte_order_mark.h"
#include "common/utf8.h"
#include "input.h"
#include "tags.h"

enum { MOST_COLUMNS = 64, LONGEST_ROW = 1 << 16 };

struct csv {
    struct input *input;
    struct stream *stream;
    struct failure *failure;
    char separator;
    struct buffer row;           /* its fields, each with a NUL behind it */
    size_t starts[MOST_COLUMNS]; /* of the fields */
    size_t count;
    struct buffer names; /* of the columns, likewise */
    size_t name_starts[MOST_COLUMNS];
    size_t name_count, latitude, longitude; /* columns */
    unsigned long long line, row_line;
    struct tag_list tags;
};

static bool complain(const struct csv *csv, const char *what)
{
    return refuse(csv->failure, EXIT_INPUT, "%s: line %llu: %s", csv->stream->name, csv->row_line, what);
}

/* Rows */

static bool next_byte(struct csv *csv, int *byte)
{
    if (!stream_fill(csv->stream, csv->failure))
        return false;
    *byte = csv->stream->at < csv->stream->end ? csv->stream->bytes[csv->stream->at++] : EOF;
    csv->line += *byte == '\n';
    return true;
}

static void begin_field(struct csv *csv)
{
    if (csv->count < MOST_COLUMNS)
        csv->starts[csv->count] = csv->row.size;
    csv->count++;
}

static void add_byte(struct csv *csv, int byte)
{
    const uint8_t character = (uint8_t)byte;

    buffer_append(&csv->row, &character, 1);
}

static bool check_row(const struct csv *csv)
{
    if (csv->count > MOST_COLUMNS)
        return complain(csv, "more than 64 columns");
    for (size_t at = 0, length; at < csv->row.size; at += length) {
        length = csv->row.bytes[at] < 0x80 ? 1 : utf8_sequence(csv->row.bytes + at, csv->row.size - at);
        if (length == 0)
            return complain(csv, "is not UTF-8");
    }
    return true;
}

/** Reads a row; *more is false at the end of the file. */
static bool read_row(struct csv *csv, bool *more)
{
    bool quoted = false, closed = false; /* inside of quotes; just behind one that may have closed them */
    int byte = 0;

    csv->row.size = csv->count = 0;
    csv->row_line = csv->line + 1;
    begin_field(csv);
    for (;;) {
        if (!next_byte(csv, &byte))
            return false;
        if (byte == 0 || csv->row.size > LONGEST_ROW)
            return complain(csv, byte ? "longer than a row can be" : "has a NUL");
        if (byte == EOF && quoted && !closed)
            return complain(csv, "a quotation mark is not closed");
        if (quoted && !closed && byte != '"') {
            add_byte(csv, byte);
        } else if (byte == '"' && (closed || quoted || csv->row.size == csv->starts[csv->count - 1])) {
            if (closed)
                add_byte(csv, byte);
            closed = quoted && !closed;
            quoted = true;
        } else if (byte == EOF || byte == '\n') {
            break;
        } else if (byte == csv->separator) {
            add_byte(csv, 0);
            begin_field(csv);
            quoted = closed = false;
            if (csv->count > MOST_COLUMNS)
                return complain(csv, "more than 64 columns");
        } else if (byte != '\r') {
            add_byte(csv, byte);
            quoted = closed = false;
        }
    }
    add_byte(csv, 0);
    *more = byte != EOF || csv->count > 1 || csv->row.size > 1;
    return check_row(csv);
}

/** Without the blanks around it. */
static char *field(struct csv *csv, size_t column)
{
    char *text = (char *)csv->row.bytes + csv->starts[column], *end;

    while (isspace((unsigned char)*text))
        text++;
    for (end = text + strlen(text); end > text && isspace((unsigned char)end[-1]);)
        *--end = '\0';
    return text;
}

/* Columns */

static bool is_one_of(const char *text, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp(text, *names) == 0)
            return true;
    return false;
}

/** Degrees; with another separator than a comma, that may stand for the point. */
static bool read_degrees(const struct csv *csv, char *text, double limit, double *degrees)
{
    char *comma = csv->separator == ',' ? NULL : strchr(text, ','), *end;

    if (comma)
        *comma = '.';
    *degrees = strtod(text, &end);
    return *text && !*end && isfinite(*degrees) && fabs(*degrees) <= limit;
}

/** What separates the columns stands most often in the first line. */
static void find_separator(struct csv *csv)
{
    static const char separators[] = {',', ';', '\t'};
    size_t most = 0;

    csv->separator = ',';
    for (size_t i = 0; i < sizeof separators; i++) {
        size_t count = 0;

        for (size_t at = csv->stream->at; at < csv->stream->end && csv->stream->bytes[at] != '\n'; at++)
            count += csv->stream->bytes[at] == separators[i];
        if (count > most) {
            most = count;
            csv->separator = separators[i];
        }
    }
}

static bool take_header(struct csv *csv)
{
    static const char *const latitudes[] = {"lat", "latitude", "y", NULL}, *const longitudes[] = {
                                                                               "lon",       "lng", "long",
                                                                               "longitude", "x",   NULL};

    csv->latitude = csv->longitude = SIZE_MAX;
    csv->name_count = csv->count;
    for (size_t i = 0; i < csv->count; i++) {
        const char *name = field(csv, i);

        if (is_one_of(name, latitudes))
            csv->latitude = i;
        if (is_one_of(name, longitudes))
            csv->longitude = i;
        csv->name_starts[i] = csv->names.size;
        buffer_append(&csv->names, name, strlen(name) + 1);
    }
    return (csv->latitude != SIZE_MAX && csv->longitude != SIZE_MAX) ||
           complain(csv, "names no columns \"lat\" and \"lon\", nor begins with a longitude and a latitude");
}

/** Longitude, latitude, name. */
static void assume_header(struct csv *csv)
{
    static const char names[] = "\0\0name";

    buffer_append(&csv->names, names, sizeof names);
    for (size_t i = 0; i < 3; i++)
        csv->name_starts[i] = i;
    csv->name_count = 3;
    csv->longitude = 0;
    csv->latitude = 1;
}

static bool has_header(struct csv *csv)
{
    double degrees;

    return csv->count < 2 || !read_degrees(csv, field(csv, 0), 180, &degrees) ||
           !read_degrees(csv, field(csv, 1), 90, &degrees);
}

/* Points */

static bool is_empty(struct csv *csv)
{
    return csv->count == 1 && !*field(csv, 0);
}

static bool take_row(struct csv *csv)
{
    double latitude, longitude;
    struct position position;
    const struct contour contour = {.positions = &position, .count = 1};
    struct feature feature = {SHAPE_POINT, {"line", (int64_t)csv->row_line}, NULL, &contour, 1};

    if (is_empty(csv))
        return true;
    if (csv->count <= csv->latitude || csv->count <= csv->longitude ||
        !read_degrees(csv, field(csv, csv->latitude), 90, &latitude) ||
        !read_degrees(csv, field(csv, csv->longitude), 180, &longitude)) {
        pass_over(&csv->input->passed_over, 1, "rows have no latitude and longitude on the earth",
                  "%s: line %llu", csv->stream->name, csv->row_line);
        return true;
    }
    position = (struct position){llround(longitude * X_PER_DEGREE), llround(latitude * Y_PER_DEGREE)};
    tag_list_clear(&csv->tags);
    for (size_t i = 0; i < csv->count && i < csv->name_count; i++) {
        const char *name = (const char *)csv->names.bytes + csv->name_starts[i], *value = field(csv, i);

        if (i != csv->latitude && i != csv->longitude && *name && *value)
            tag_list_add(&csv->tags, name, strlen(name), value, strlen(value));
    }
    feature.tags = tag_list_get(&csv->tags);
    return csv->input->sink.take(csv->input->sink.context, &feature, csv->failure);
}

static bool read_rows(struct csv *csv)
{
    bool more;

    csv->stream->at += byte_order_mark(csv->stream->bytes + csv->stream->at,
                                       csv->stream->end - csv->stream->at);
    find_separator(csv);
    if (!read_row(csv, &more))
        return false;
    if (has_header(csv)) {
        if (!take_header(csv))
            return false;
    } else {
        assume_header(csv);
        if (!take_row(csv))
            return false;
    }
    while (more)
        if (!read_row(csv, &more) || (more && !take_row(csv)))
            return false;
    return true;
}

bool csv_read(struct input *input, struct stream *stream, struct failure *failure)
{
    struct csv csv = {.input = input, .stream = stream, .failure = failure};
    bool done = read_rows(&csv);

    buffer_free(&csv.row);
    buffer_free(&csv.names);
    tag_list_free(&csv.tags);
    return done;
}
