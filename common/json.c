/* SPDX-License-Identifier: MIT */
/* Writes JSON as a stream: separators, escapes and numbers. */
#include "common/json.h"

#include <assert.h>

#include "common/utf8.h"

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324"
                                  "25262728293031323334353637383940414243444546474849"
                                  "50515253545556575859606162636465666768697071727374"
                                  "75767778798081828384858687888990919293949596979899";

static void put_pair(char *text, uint32_t value)
{
    memcpy(text, digit_pairs + (size_t)value * 2, 2);
}

char *format_unsigned(char *text, uint64_t value)
{
    if (value < 10) { /* as most are */
        *text = (char)('0' + value);
        return text + 1;
    }
    char digits[2 * FORMAT_DIGITS] = {0};
    size_t at = FORMAT_DIGITS;
    while (value >= 100) {
        at -= 2;
        put_pair(digits + at, (uint32_t)(value % 100));
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        put_pair(digits + at, (uint32_t)value);
    } else {
        digits[--at] = (char)('0' + value);
    }
    memcpy(text, digits + at, FORMAT_DIGITS); /* whole, which is faster than as many as there are */
    return text + (FORMAT_DIGITS - at);
}

char *format_signed(char *text, int64_t value)
{
    if (value < 0) {
        *text++ = '-';
        return format_unsigned(text, 0 - (uint64_t)value);
    }
    return format_unsigned(text, (uint64_t)value);
}

char *format_e7(char *text, int64_t value)
{
    uint32_t magnitude = (uint32_t)(value < 0 ? -value : value);
    uint32_t whole = magnitude / 10000000;
    uint32_t rest = magnitude % 10000000;
    uint32_t high = rest / 1000;
    uint32_t low = rest % 1000;
    if (value < 0)
        *text++ = '-';
    if (whole >= 100)
        *text++ = (char)('0' + whole / 100);
    if (whole >= 10) {
        put_pair(text, whole % 100);
        text += 2;
    } else {
        *text++ = (char)('0' + whole);
    }
    *text++ = '.';
    put_pair(text, high / 100);
    put_pair(text + 2, high % 100);
    put_pair(text + 4, low / 10);
    text[6] = (char)('0' + low % 10);
    return text + 7;
}

static inline void new_line(struct json *json)
{
    if (!json->indent)
        return;
    output_char(json->output, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        output_literal(json->output, "  ");
}

/** What separates a value from what stands before it. */
static inline void begin_value(struct json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->depth == 0)
        return;
    if (json->filled[json->depth])
        output_char(json->output, ',');
    json->filled[json->depth] = true;
    new_line(json);
}

static void begin(struct json *json, char bracket)
{
    begin_value(json);
    output_char(json->output, bracket);
    assert(json->depth + 1 < JSON_DEPTH);
    json->depth++;
    json->filled[json->depth] = false;
}

static void end(struct json *json, char bracket)
{
    bool filled = json->filled[json->depth];
    json->depth--;
    if (filled)
        new_line(json);
    output_char(json->output, bracket);
    if (json->depth == 0)
        output_char(json->output, '\n');
}

void json_begin_object(struct json *json)
{
    begin(json, '{');
}

void json_end_object(struct json *json)
{
    end(json, '}');
}

void json_begin_array(struct json *json)
{
    begin(json, '[');
}

void json_end_array(struct json *json)
{
    end(json, ']');
}

void json_key(struct json *json, const char *key)
{
    size_t length = strlen(key);
    if (json->indent || length > 256) {
        begin_value(json);
        output_char(json->output, '"');
        output_bytes(json->output, key, length);
        output_literal(json->output, "\": ");
    } else {
        char *text = output_room(json->output, length + 4);
        if (json->filled[json->depth])
            *text++ = ',';
        json->filled[json->depth] = true;
        *text++ = '"';
        memcpy(text, key, length);
        memcpy(text + length, "\":", 2);
        output_advance(json->output, text + length + 2);
    }
    json->after_key = true;
}

void json_members(struct json *json, const char *text, size_t length)
{
    begin_value(json);
    output_bytes(json->output, text, length);
}

static void escape(struct output *output, unsigned char c)
{
    static const char hexadecimal[] = "0123456789abcdef";
    char text[] = "\\u00..";
    if (c == '"' || c == '\\') {
        output_char(output, '\\');
        output_char(output, (char)c);
    } else if (c == '\n') {
        output_literal(output, "\\n");
    } else if (c == '\t') {
        output_literal(output, "\\t");
    } else if (c == '\r') {
        output_literal(output, "\\r");
    } else {
        text[4] = hexadecimal[c >> 4];
        text[5] = hexadecimal[c & 15];
        output_bytes(output, text, 6);
    }
}

void output_escaped(struct output *output, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t start = 0;
    size_t at = 0;
    while (at < length) {
        unsigned char c = bytes[at];
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
            at++;
            continue;
        }
        size_t valid = c >= 0x80 ? utf8_sequence(bytes + at, length - at) : 0;
        if (valid > 0) {
            at += valid;
            continue;
        }
        output_bytes(output, text + start, at - start);
        if (c >= 0x80)
            output_literal(output, "\\ufffd");
        else
            escape(output, c);
        start = ++at;
    }
    output_bytes(output, text + start, at - start);
}

void json_text(struct json *json, const char *text, size_t length)
{
    begin_value(json);
    output_char(json->output, '"');
    output_escaped(json->output, text, length);
    output_char(json->output, '"');
}

void json_string(struct json *json, const char *text)
{
    json_text(json, text, strlen(text));
}

void json_name(struct json *json, const char *name)
{
    size_t length = strlen(name);
    begin_value(json);
    char *text = output_room(json->output, length + 2);
    *text++ = '"';
    memcpy(text, name, length);
    text[length] = '"';
    output_advance(json->output, text + length + 1);
}

void json_unsigned(struct json *json, uint64_t value)
{
    begin_value(json);
    output_advance(json->output, format_unsigned(output_room(json->output, 24), value));
}

void json_signed(struct json *json, int64_t value)
{
    begin_value(json);
    output_advance(json->output, format_signed(output_room(json->output, 24), value));
}

void json_bool(struct json *json, bool value)
{
    begin_value(json);
    if (value)
        output_literal(json->output, "true");
    else
        output_literal(json->output, "false");
}

void json_null(struct json *json)
{
    begin_value(json);
    output_literal(json->output, "null");
}

void json_hexadecimal(struct json *json, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    begin_value(json);
    output_char(json->output, '"');
    for (size_t i = 0; i < length; i++) {
        char *text = output_room(json->output, 2);
        text[0] = digits[bytes[i] >> 4];
        text[1] = digits[bytes[i] & 15];
        output_advance(json->output, text + 2);
    }
    output_char(json->output, '"');
}

void json_e7(struct json *json, int64_t value)
{
    begin_value(json);
    output_advance(json->output, format_e7(output_room(json->output, 24), value));
}
