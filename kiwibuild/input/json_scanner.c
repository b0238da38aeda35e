/* SPDX-License-Identifier: MIT */
/* Finds where values of JSON begin and end while a text is read, and has each parsed by itself. */
#include "json_scanner.h"

#include <string.h>

#include "common/json_node.h"

enum {
    MOST_VALUE = 1 << 28, /* bytes */
    DEEPEST_VALUE = 32,   /* of arrays and objects in each other */
};

int json_peek(struct json_scanner *scanner)
{
    struct stream *stream = scanner->stream;
    if (stream->at == stream->end && !stream_fill(stream, scanner->failure))
        return JSON_FAILED;
    return stream->at < stream->end ? stream->bytes[stream->at] : JSON_END;
}

void json_skip(struct json_scanner *scanner)
{
    uint8_t byte = scanner->stream->bytes[scanner->stream->at++];
    scanner->line += byte == '\n';
    if (byte == '\n')
        scanner->column = 1;
    else
        scanner->column += (byte & 0xC0) != 0x80; /* else inside of a character */
}

int json_peek_token(struct json_scanner *scanner)
{
    int byte = json_peek(scanner);
    while (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') {
        json_skip(scanner);
        byte = json_peek(scanner);
    }
    return byte;
}

bool json_refuse(struct json_scanner *scanner, const char *what)
{
    int byte = json_peek(scanner);
    if (byte == JSON_FAILED)
        return false;
    return refuse(scanner->failure, EXIT_INPUT, "%s: line %zu, column %zu: %s", scanner->stream->name,
                  scanner->line, scanner->column, byte == JSON_END ? "the text ends too early" : what);
}

bool json_expect(struct json_scanner *scanner, char character, const char *what)
{
    if (json_peek_token(scanner) != character)
        return json_refuse(scanner, what);
    json_skip(scanner);
    return true;
}

/** Where in a value the scanner is. */
struct extent {
    size_t depth;
    bool in_text, escaped;
};

/** Whether a value is complete with this byte; a number or a word is so before it. */
static bool ends_with(struct extent *extent, int byte)
{
    if (extent->in_text) {
        extent->in_text = extent->escaped || byte != '"';
        extent->escaped = !extent->escaped && byte == '\\';
        return !extent->in_text && extent->depth == 0;
    }
    if (byte == '"')
        extent->in_text = true;
    else if (byte == '{' || byte == '[')
        extent->depth++;
    else if ((byte == '}' || byte == ']') && extent->depth > 0)
        return --extent->depth == 0;
    return false;
}

static bool is_between(int byte)
{
    return byte && strchr(",]} \t\r\n\x1E", byte);
}

/** Takes what the chunk at hand has of the value; true if that is all. */
static bool collect_chunk(struct json_scanner *scanner, struct extent *extent)
{
    struct stream *stream = scanner->stream;
    const uint8_t *from = stream->bytes + stream->at;
    bool whole = false;
    while (stream->at < stream->end && !whole) {
        int byte = stream->bytes[stream->at];
        whole = extent->depth == 0 && !extent->in_text && is_between(byte);
        if (whole)
            break;
        json_skip(scanner);
        whole = ends_with(extent, byte);
    }
    buffer_append(&scanner->value, from, (size_t)(stream->bytes + stream->at - from));
    return whole;
}

/** Copies bytes up to the end of the value. */
static bool collect(struct json_scanner *scanner)
{
    struct extent extent = {0};
    scanner->value.size = 0;
    scanner->value_line = scanner->line;
    scanner->value_column = scanner->column;
    for (bool whole = false; !whole;) {
        int byte = json_peek(scanner);
        if (byte == JSON_FAILED)
            return false;
        if (byte == JSON_END)
            break;
        if (scanner->value.size >= MOST_VALUE)
            return json_refuse(scanner, "a value of more than 256 MB");
        whole = collect_chunk(scanner, &extent);
    }
    return scanner->value.size > 0 || json_refuse(scanner, "a value is missing");
}

bool json_take_value(struct json_scanner *scanner, struct json_object **value)
{
    *value = NULL;
    if (!collect(scanner))
        return false;
    buffer_append(&scanner->value, "", 1);
    const struct json_text text = {scanner->stream->name,   (const char *)scanner->value.bytes,
                                   scanner->value.size - 1, scanner->value_line,
                                   scanner->value_column,   DEEPEST_VALUE};
    return json_parse(&text, value, scanner->failure);
}
