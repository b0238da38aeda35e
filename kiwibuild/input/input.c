/* SPDX-License-Identifier: MIT */
/* Finds out what a file is, by its first bytes, and has it read. */
#include "input.h"

#include <ctype.h>
#include <string.h>

#include "common/byte_order_mark.h"
#include "kiwibuild/stage.h"

/** What people have that is none of ours, so that they learn what to do with it. */
static const struct {
    const char *bytes;
    size_t length;
    const char *what;
} others[] = {
    {"BZh", 3, "is compressed with bzip2; unpack it first"},
    {"\xFD"
     "7zXZ",
     5, "is compressed with xz; unpack it first"},
    {"\x28\xB5\x2F\xFD", 4, "is compressed with Zstandard; unpack it first"},
    {"PK\x03\x04", 4, "is a zip archive; unpack it first"},
    {"\xFF\xE0", 2, "is an o5m file; osmium and osmconvert make .osm.pbf of it"},
    {"SQLite format 3", 15, "is a GeoPackage or another SQLite file; ogr2ogr -f GeoJSON makes GeoJSON of it"},
    {"\0\0\x27\x0A", 4, "is a shapefile; ogr2ogr -f GeoJSON makes GeoJSON of it"},
    {"\xFF\xFE\0\0", 4, "is text in UTF-32; it must be UTF-8 (RFC 8259, 8.1)"},
    {"\0\0\xFE\xFF", 4, "is text in UTF-32; it must be UTF-8 (RFC 8259, 8.1)"},
    {"{\0\0\0", 4, "is text in UTF-32; it must be UTF-8 (RFC 8259, 8.1)"},
    {"\0\0\0{", 4, "is text in UTF-32; it must be UTF-8 (RFC 8259, 8.1)"},
    {"\xFF\xFE", 2, "is text in UTF-16; it must be UTF-8 (RFC 8259, 8.1)"},
    {"\xFE\xFF", 2, "is text in UTF-16; it must be UTF-8 (RFC 8259, 8.1)"},
    {"{\0", 2, "is text in UTF-16; it must be UTF-8 (RFC 8259, 8.1)"},
    {"\0{", 2, "is text in UTF-16; it must be UTF-8 (RFC 8259, 8.1)"},
};

enum { PBF_MARK_OFFSET = 4 };
static const char pbf_mark[] = "\x0A\x09OSMHeader"; /* the type of the first blob */

static bool has_bytes(const struct stream *stream, size_t offset, const char *bytes, size_t length)
{
    return offset <= stream->end && length <= stream->end - offset &&
           memcmp(stream->bytes + offset, bytes, length) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/** Says what a file is that is none of ours. */
static bool complain(const struct stream *stream, struct failure *failure)
{
    if (stream->end == 0)
        return refuse(failure, EXIT_INPUT, "%s: is not GeoJSON, nor OpenStreetMap's XML or PBF: it is empty",
                      stream->name);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (has_bytes(stream, 0, others[i].bytes, others[i].length))
            return refuse(failure, EXIT_INPUT, "%s: %s", stream->name, others[i].what);
    if (ends_with(stream->name, ".pbf"))
        return refuse(failure, EXIT_INPUT,
                      "%s: byte %d: is not a PBF file of OpenStreetMap, whose first block is an OSMHeader",
                      stream->name, PBF_MARK_OFFSET);
    return refuse(failure, EXIT_INPUT, "%s: is not GeoJSON, nor OpenStreetMap's XML or PBF", stream->name);
}

/** Where text begins: behind a byte order mark, white space and the record separators of RFC 8142. */
static size_t first_character(const struct stream *stream)
{
    size_t at = byte_order_mark(stream->bytes, stream->end);
    while (at < stream->end && (stream->bytes[at] == 0x1E || isspace(stream->bytes[at])))
        at++;
    return at;
}

static bool is_another(const struct stream *stream)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (has_bytes(stream, 0, others[i].bytes, others[i].length))
            return true;
    return stream->end == 0;
}

/** XML is GPX, and what is nothing else is CSV. */
static bool read_points(struct input *input, struct stream *stream, struct failure *failure)
{
    const size_t first = first_character(stream);

    if (is_another(stream) || has_bytes(stream, PBF_MARK_OFFSET, pbf_mark, sizeof pbf_mark - 1))
        return refuse(failure, EXIT_INPUT, "%s: is not GPX, CSV or GeoJSON", stream->name);
    if (first < stream->end && stream->bytes[first] == '<')
        return gpx_read(input, stream, failure);
    return first < stream->end && stream->bytes[first] == '{' ? geojson_read(input, stream, failure)
                                                              : csv_read(input, stream, failure);
}

static bool read_opened(struct input *input, struct stream *stream, struct failure *failure)
{
    if (!stream_fill(stream, failure))
        return false;
    if (input->points)
        return read_points(input, stream, failure);
    size_t first = first_character(stream);
    char character = first < stream->end ? (char)stream->bytes[first] : '\0';
    if (has_bytes(stream, PBF_MARK_OFFSET, pbf_mark, sizeof pbf_mark - 1))
        return osm_file_read(input, stream, true, failure);
    bool utf_16 = has_bytes(stream, 1, "\0", 1);
    if (character == '<' || (has_bytes(stream, 0, "\xFF\xFE<", 3) || has_bytes(stream, 0, "\xFE\xFF\0<", 4)))
        return osm_file_read(input, stream, false, failure);
    if (character == '{' && !utf_16)
        return geojson_read(input, stream, failure);
    return complain(stream, failure);
}

bool input_read(struct input *input, const char *path, struct failure *failure)
{
    struct stream stream;
    stage_begin("reading the input");
    if (!stream_open(&stream, path, failure))
        return false;
    bool done = read_opened(input, &stream, failure);
    stream_close(&stream);
    return done;
}

void input_free(struct input *input)
{
    id_set_free(&input->nodes);
    id_set_free(&input->ways);
    id_set_free(&input->relations);
}
