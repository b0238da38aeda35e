/* SPDX-License-Identifier: MIT */
/* Lays JSON out for a terminal: indented, with what is short on one line. */
#include "layout.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned layout_width(int descriptor)
{
    struct winsize size = {0};
    const char *text = getenv("COLUMNS");
    unsigned long width = 0;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width == 0 && text)
        width = strtoul(text, NULL, 10);
    if (width == 0)
        width = LAYOUT_WIDTH;
    return width < LAYOUT_LEAST ? LAYOUT_LEAST : width > LAYOUT_MOST ? LAYOUT_MOST : (unsigned)width;
}

bool layout_wants_colour(int descriptor)
{
    const char *no_colour = getenv("NO_COLOR"); /* https://no-color.org */
    const char *terminal = getenv("TERM");
    return isatty(descriptor) && !(no_colour && no_colour[0]) && !(terminal && strcmp(terminal, "dumb") == 0);
}

/* Writing */

static void paint(struct layout *layout, enum layout_colour colour)
{
    static const char *const codes[] = {"\033[m", "\033[36m", "\033[32m", "\033[33m"};
    if (!layout->colour || colour == layout->painted)
        return;
    layout->painted = colour;
    output_bytes(layout->output, codes[colour], strlen(codes[colour]));
}

static void new_line(struct layout *layout)
{
    if (layout->column > 0)
        output_char(layout->output, '\n');
    for (unsigned i = 0; i < layout->depth; i++)
        output_char(layout->output, ' ');
    layout->column = layout->depth;
}

/** A byte of a string; the control characters from U+0080 on are commands to a terminal. */
static void put_in_string(struct layout *layout, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    if (layout->held) {
        layout->held = false;
        if (c >= 0x80 && c < 0xA0) {
            char text[] = "\\u00..";
            text[4] = digits[c >> 4];
            text[5] = digits[c & 15];
            output_bytes(layout->output, text, 6);
            return;
        }
        output_char(layout->output, (char)0xC2);
    }
    layout->held = c == 0xC2;
    if (!layout->held)
        output_char(layout->output, (char)c);
}

/** Columns of a byte: wide letters (from U+3000 on) take two; a space follows commas and colons. */
static unsigned columns_of(unsigned char c, bool in_string)
{
    if ((c & 0xC0) == 0x80)
        return 0;
    return c >= 0xE3 || (!in_string && (c == ',' || c == ':')) ? 2 : 1;
}

static void put(struct layout *layout, char c, bool key)
{
    layout->column += columns_of((unsigned char)c, layout->writes_string);
    if (layout->writes_string) {
        put_in_string(layout, (unsigned char)c);
        layout->writes_string = layout->writes_escaped || c != '"';
        layout->writes_escaped = !layout->writes_escaped && c == '\\';
        return;
    }
    layout->writes_string = c == '"';
    paint(layout, strchr(",:[]{}", c) ? COLOUR_NONE
                  : c != '"'          ? COLOUR_NUMBER
                  : key               ? COLOUR_KEY
                                      : COLOUR_TEXT);
    output_char(layout->output, c);
    if (c == ',' || c == ':')
        output_char(layout->output, ' ');
}

/** Whether the string that begins text is a key. */
static bool is_key(const char *text, size_t length)
{
    size_t i = 1;
    while (i < length && text[i] != '"')
        i += text[i] == '\\' ? 2 : 1;
    return i + 1 < length && text[i + 1] == ':';
}

/** Writes the first length bytes of the item. */
static void put_item(struct layout *layout, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put(layout, layout->item[i],
            !layout->writes_string && layout->item[i] == '"' && is_key(layout->item + i, layout->used - i));
}

/* Reading */

static void begin_item(struct layout *layout)
{
    layout->used = 0;
    layout->columns = 0;
    layout->open = 0;
    layout->in_string = false;
    layout->escaped = false;
    layout->streaming = false;
}

/** The item's place, if it takes so many columns: behind what stands on the line, or on a line of its own. */
static void go_to_place(struct layout *layout, unsigned columns)
{
    bool row = layout->item[0] == '{'; /* the rows of a table stand below each other */
    bool behind = !row && (layout->first ? layout->depth > 1 : layout->flows);
    unsigned space = layout->first ? 0 : 1;
    if (behind && layout->column + space + columns < layout->width) {
        output_bytes(layout->output, " ", space);
        layout->column += space;
    } else {
        new_line(layout);
    }
    layout->first = false;
    layout->flows = !row;
}

static void end_item(struct layout *layout)
{
    if (layout->used > 0) {
        go_to_place(layout, layout->columns);
        put_item(layout, layout->used);
    }
    begin_item(layout);
    paint(layout, COLOUR_NONE);
}

static void end_document(struct layout *layout)
{
    output_char(layout->output, '\n');
    layout->column = 0;
    layout->flows = false;
}

static void open_container(struct layout *layout)
{
    layout->depth++;
    layout->first = true;
    begin_item(layout);
}

static void close_container(struct layout *layout, char bracket)
{
    layout->depth -= layout->depth > 0;
    if (layout->depth == 0 || layout->column >= layout->width)
        new_line(layout);
    put(layout, bracket, false);
    layout->flows = false;
    if (layout->depth == 0)
        end_document(layout);
}

static void read_byte(struct layout *layout, char c);

/** The item does not fit a line: writes it up to its first bracket, and reads the rest as items of their own.
 */
static void break_item(struct layout *layout)
{
    char rest[sizeof layout->item];
    size_t at = 0;
    bool in_string = false;
    while (at < layout->used && (in_string || !strchr("[{", layout->item[at]))) {
        if (layout->item[at] == '"')
            in_string = !in_string;
        at += in_string && layout->item[at] == '\\' ? 2 : 1;
    }
    go_to_place(layout, at >= layout->used ? layout->width : (unsigned)at);
    layout->flows = false;
    if (at >= layout->used) {
        put_item(layout, layout->used);
        layout->used = 0;
        layout->streaming = true;
        return;
    }
    size_t length = layout->used - at - 1;
    memcpy(rest, layout->item + at + 1, length);
    put_item(layout, at + 1);
    open_container(layout);
    for (size_t i = 0; i < length; i++)
        read_byte(layout, rest[i]);
}

static void add_byte(struct layout *layout, char c)
{
    bool bracket = !layout->in_string && (c == '[' || c == '{');
    if (layout->streaming)
        put(layout, c, false);
    else
        layout->item[layout->used++] = c;
    layout->columns += columns_of((unsigned char)c, layout->in_string);
    if (layout->in_string) {
        layout->in_string = layout->escaped || c != '"';
        layout->escaped = !layout->escaped && c == '\\';
    } else {
        layout->in_string = c == '"';
        layout->open += bracket;
        layout->open -= c == ']' || c == '}';
    }
    if (layout->streaming && bracket)
        open_container(layout);
    else if (!layout->streaming &&
             (layout->depth + layout->columns + 1 > layout->width || layout->used == sizeof layout->item))
        break_item(layout);
}

static void read_byte(struct layout *layout, char c)
{
    if (!layout->in_string && (c == '\n' || c == ' '))
        return;
    if (!layout->in_string && layout->open == 0 && (c == ',' || c == ']' || c == '}')) {
        end_item(layout);
        if (c != ',') {
            close_container(layout, c);
            return;
        }
        output_char(layout->output, ',');
        layout->column++;
        return;
    }
    add_byte(layout, c);
    if (layout->depth == 0 && layout->open == 0 && (c == ']' || c == '}') && !layout->in_string) {
        end_item(layout);
        end_document(layout);
    }
}

int layout_take(void *context, const char *bytes, size_t length)
{
    struct layout *layout = context;
    for (size_t i = 0; i < length; i++)
        read_byte(layout, bytes[i]);
    return layout->output->error;
}
