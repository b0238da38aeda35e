/* SPDX-License-Identifier: MIT */
/* Writes paths and texts of a picture. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "picture/picture.h"
#include "common/progress.h"
#include "common/utf8.h"

void picture_put(struct picture *picture, const char *format, ...)
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

/** Points that fall together are left out. */
void picture_put_stroke(struct picture *picture, const double *x, const double *y, size_t count, bool close)
{
    long last_x = tenths(x[0]);
    long last_y = tenths(y[0]);
    if (!picture->in_path)
        output_literal(picture->output, "<path d=\"");
    picture->in_path = true;
    char *text = output_room(picture->output, 64);
    *text++ = 'M';
    text = format_tenths(text, last_x);
    *text++ = ' ';
    text = format_tenths(text, last_y);
    output_advance(picture->output, text);
    for (size_t i = 1; i < count; i++) {
        long next_x = tenths(x[i]);
        long next_y = tenths(y[i]);
        if (next_x == last_x && next_y == last_y && i + 1 < count)
            continue;
        text = output_room(picture->output, 64);
        *text++ = i == 1 ? 'L' : ' ';
        text = format_tenths(text, next_x);
        *text++ = ' ';
        text = format_tenths(text, next_y);
        output_advance(picture->output, text);
        last_x = next_x;
        last_y = next_y;
    }
    if (close)
        output_char(picture->output, 'Z');
}

void picture_end_path(struct picture *picture)
{
    if (picture->in_path)
        output_literal(picture->output, "\"/>\n");
    picture->in_path = false;
}

void picture_put_shape(struct picture *picture, const struct kiwi_shape *shape, bool close)
{
    for (size_t first, end = 0; kiwi_shape_stroke(shape, &first, &end);)
        if (end - first > 1)
            picture_put_stroke(picture, picture->x + first, picture->y + first, end - first, close);
}

void picture_put_text(struct picture *picture, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        size_t valid = c >= 0x80 ? utf8_sequence((const unsigned char *)text + i, length - i) : 1;
        if (valid == 0)
            output_literal(picture->output, "\xEF\xBF\xBD");
        else if (c == '<')
            output_literal(picture->output, "&lt;");
        else if (c == '>') /* "]]>" may not stand in a text */
            output_literal(picture->output, "&gt;");
        else if (c == '&')
            output_literal(picture->output, "&amp;");
        else if (c < 0x20 || c == 0x7F)
            output_char(picture->output, ' ');
        else if (valid != 3 || memcmp(text + i, "\xEF\xBF", 2) != 0 || (unsigned char)text[i + 2] < 0xBE)
            output_bytes(picture->output, text + i, valid); /* U+FFFE and U+FFFF are no characters of XML */
        i += valid > 0 ? valid - 1 : 0;
    }
}
