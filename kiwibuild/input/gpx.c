/* SPDX-License-Identifier: MIT */
/* Reads the waypoints of a GPX file (https://www.topografix.com/gpx.asp) with expat. */
#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "tags.h"
#include "xml_place.h"

enum { LONGEST_TEXT = 1 << 16 };

struct gpx {
    XML_Parser parser;
    struct input *input;
    struct stream *stream;
    struct failure *failure;
    bool stopped; /* failure says why */
    unsigned depth;
    int64_t number; /* of the waypoint */
    bool in_point, placed;
    struct position position;
    struct buffer text; /* of the element in it */
    struct tag_list tags;
};

static void stop(struct gpx *gpx, const char *what)
{
    if (gpx->stopped)
        return;
    gpx->stopped = true;
    XML_StopParser(gpx->parser, XML_FALSE);
    refuse(gpx->failure, EXIT_INPUT, "%s: line %llu: %s", gpx->stream->name, xml_line(gpx->parser), what);
}

static bool read_degrees(const char *const *attributes, const char *name, double limit, double *degrees)
{
    char *end;

    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0) {
            *degrees = strtod(attributes[1], &end);
            return *attributes[1] && !*end && isfinite(*degrees) && fabs(*degrees) <= limit;
        }
    return false;
}

static void begin_point(struct gpx *gpx, const char *const *attributes)
{
    double latitude = 0, longitude = 0;

    gpx->in_point = true;
    gpx->number++;
    gpx->placed = read_degrees(attributes, "lat", 90, &latitude) &&
                  read_degrees(attributes, "lon", 180, &longitude);
    gpx->position = (struct position){llround(longitude * X_PER_DEGREE), llround(latitude * Y_PER_DEGREE)};
    tag_list_clear(&gpx->tags);
}

static void XMLCALL begin(void *context, const char *name, const char **attributes)
{
    struct gpx *gpx = context;
    const char *const *list = attributes;

    gpx->depth++;
    if (gpx->depth == 1 && strcmp(name, "gpx") != 0)
        stop(gpx, "is not GPX");
    else if (gpx->depth == 2 && strcmp(name, "wpt") == 0)
        begin_point(gpx, list);
    gpx->text.size = 0;
}

static void XMLCALL characters(void *context, const char *text, int length)
{
    struct gpx *gpx = context;

    if (gpx->in_point && gpx->depth == 3 && gpx->text.size + (size_t)length <= LONGEST_TEXT)
        buffer_append(&gpx->text, text, (size_t)length);
}

static void end_point(struct gpx *gpx)
{
    const struct contour contour = {.positions = &gpx->position, .count = 1};
    const struct feature feature = {
        SHAPE_POINT, {"waypoint", gpx->number}, tag_list_get(&gpx->tags), &contour, 1};

    gpx->in_point = false;
    if (!gpx->placed) {
        pass_over(&gpx->input->passed_over, 1, "waypoints have no latitude and longitude on the earth",
                  "%s: waypoint %lld", gpx->stream->name, (long long)gpx->number);
    } else if (!gpx->input->sink.take(gpx->input->sink.context, &feature, gpx->failure)) {
        gpx->stopped = true;
        XML_StopParser(gpx->parser, XML_FALSE);
    }
}

static void XMLCALL end(void *context, const char *name)
{
    struct gpx *gpx = context;

    if (gpx->stopped)
        return;
    gpx->depth--;
    if (gpx->depth == 2 && gpx->in_point && gpx->text.size)
        tag_list_add(&gpx->tags, name, strlen(name), (const char *)gpx->text.bytes, gpx->text.size);
    gpx->text.size = 0;
    if (gpx->depth == 1 && gpx->in_point)
        end_point(gpx);
}

/** Entities could make much of little, and no GPX file has any. */
static void XMLCALL begin_doctype(void *context, const char *name, const char *system, const char *public_id,
                                  int internal)
{
    (void)name;
    (void)system;
    (void)public_id;
    (void)internal;
    stop(context, "a document type, which GPX files do not have");
}

static bool parse(struct gpx *gpx)
{
    struct stream *stream = gpx->stream;

    for (bool more = true; more;) {
        if (!stream_fill(stream, gpx->failure))
            return false;
        int length = (int)(stream->end - stream->at);

        more = length > 0;
        enum XML_Status status = XML_Parse(gpx->parser, (const char *)stream->bytes + stream->at, length,
                                           !more);

        stream->at = stream->end;
        if (status == XML_STATUS_ERROR) {
            stop(gpx, more ? XML_ErrorString(XML_GetErrorCode(gpx->parser)) : "the file ends too early");
            return false;
        }
    }
    return true;
}

bool gpx_read(struct input *input, struct stream *stream, struct failure *failure)
{
    struct gpx gpx = {.input = input, .stream = stream, .failure = failure, .parser = XML_ParserCreate(NULL)};

    if (!gpx.parser)
        return refuse_memory(failure);
    XML_SetUserData(gpx.parser, &gpx);
    XML_SetElementHandler(gpx.parser, begin, end);
    XML_SetCharacterDataHandler(gpx.parser, characters);
    XML_SetStartDoctypeDeclHandler(gpx.parser, begin_doctype);
    bool done = parse(&gpx);

    XML_ParserFree(gpx.parser);
    tag_list_free(&gpx.tags);
    buffer_free(&gpx.text);
    return done;
}
