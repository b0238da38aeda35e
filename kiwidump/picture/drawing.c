/* SPDX-License-Identifier: MIT */
/* Writes paths and texts of a picture. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "picture/picture.h"
#include "progress.h"

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
void picture_put_shape(struct picture *picture, const struct kiwi_shape *shape, bool close)
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

void picture_put_text(struct picture *picture, const char *text, size_t length)
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
