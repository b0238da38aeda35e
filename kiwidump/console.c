/* SPDX-License-Identifier: MIT */
/* Lays JSON out for a terminal: indented, with what is short on one line. */
#include "console.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/standard_streams.h"

unsigned console_width(int descriptor)
{
    const char *text = getenv("COLUMNS");
    unsigned long width = standard_stream_columns(descriptor);
    if (width == 0 && text)
        width = strtoul(text, NULL, 10);
    if (width == 0)
        width = CONSOLE_WIDTH;
    return width < CONSOLE_LEAST ? CONSOLE_LEAST : width > CONSOLE_MOST ? CONSOLE_MOST : (unsigned)width;
}

bool console_wants_colour(int descriptor)
{
    const char *no_colour = getenv("NO_COLOR"); /* https://no-color.org */
    const char *terminal = getenv("TERM");
    return isatty(descriptor) && !(no_colour && no_colour[0]) && !(terminal && strcmp(terminal, "dumb") == 0);
}

/* Writing */

static void paint(struct console *console, enum console_colour colour)
{
    static const char *const codes[] = {"\033[m", "\033[36m", "\033[32m", "\033[33m"};
    if (!console->colour || colour == console->painted)
        return;
    console->painted = colour;
    output_bytes(console->output, codes[colour], strlen(codes[colour]));
}

static void new_line(struct console *console)
{
    if (console->column > 0)
        output_char(console->output, '\n');
    for (unsigned i = 0; i < console->depth; i++)
        output_char(console->output, ' ');
    console->column = console->depth;
}

/** A byte of a string; the control characters from U+0080 on are commands to a terminal. */
static void put_in_string(struct console *console, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    if (console->held) {
        console->held = false;
        if (c >= 0x80 && c < 0xA0) {
            char text[] = "\\u00..";
            text[4] = digits[c >> 4];
            text[5] = digits[c & 15];
            output_bytes(console->output, text, 6);
            return;
        }
        output_char(console->output, (char)0xC2);
    }
    console->held = c == 0xC2;
    if (!console->held)
        output_char(console->output, (char)c);
}

/** Columns of a byte: wide letters (from U+3000 on) take two; a space follows commas and colons. */
static unsigned columns_of(unsigned char c, bool in_string)
{
    if ((c & 0xC0) == 0x80)
        return 0;
    return c >= 0xE3 || (!in_string && (c == ',' || c == ':')) ? 2 : 1;
}

static void put(struct console *console, char c, bool key)
{
    console->column += columns_of((unsigned char)c, console->writes_string);
    if (console->writes_string) {
        put_in_string(console, (unsigned char)c);
        console->writes_string = console->writes_escaped || c != '"';
        console->writes_escaped = !console->writes_escaped && c == '\\';
        return;
    }
    console->writes_string = c == '"';
    paint(console, strchr(",:[]{}", c) ? COLOUR_NONE
                   : c != '"'          ? COLOUR_NUMBER
                   : key               ? COLOUR_KEY
                                       : COLOUR_TEXT);
    output_char(console->output, c);
    if (c == ',' || c == ':')
        output_char(console->output, ' ');
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
static void put_item(struct console *console, size_t length)
{
    for (size_t i = 0; i < length; i++)
        put(console, console->item[i],
            !console->writes_string && console->item[i] == '"' &&
                is_key(console->item + i, console->used - i));
}

/* Reading */

static void begin_item(struct console *console)
{
    console->used = 0;
    console->columns = 0;
    console->open = 0;
    console->in_string = false;
    console->escaped = false;
    console->streaming = false;
}

/** The item's place, if it takes so many columns: behind what stands on the line, or on a line of its own. */
static void go_to_place(struct console *console, unsigned columns)
{
    bool row = console->item[0] == '{'; /* the rows of a table stand below each other */
    bool behind = !row && (console->first || console->flows);
    unsigned space = console->first ? 0 : 1;
    if (behind && console->column + space + columns < console->width) {
        output_bytes(console->output, " ", space);
        console->column += space;
    } else {
        new_line(console);
    }
    console->first = false;
    console->flows = !row;
}

static void end_item(struct console *console)
{
    if (console->used > 0) {
        go_to_place(console, console->columns);
        put_item(console, console->used);
    }
    begin_item(console);
    paint(console, COLOUR_NONE);
}

static void end_document(struct console *console)
{
    output_char(console->output, '\n');
    console->column = 0;
    console->flows = false;
}

static void open_container(struct console *console)
{
    console->depth++;
    console->first = true;
    begin_item(console);
}

static void close_container(struct console *console, char bracket)
{
    console->depth -= console->depth > 0;
    if (console->column >= console->width)
        new_line(console);
    put(console, bracket, false);
    console->flows = console->depth > 1;
    if (console->depth == 0)
        end_document(console);
}

static void read_byte(struct console *console, char c);

/** The item does not fit a line: writes it up to its first bracket, and reads the rest as items of their own.
 */
static void break_item(struct console *console)
{
    char rest[sizeof console->item];
    size_t at = 0;
    bool in_string = false;
    while (at < console->used && (in_string || !strchr("[{", console->item[at]))) {
        if (console->item[at] == '"')
            in_string = !in_string;
        at += in_string && console->item[at] == '\\' ? 2 : 1;
    }
    go_to_place(console, at >= console->used ? console->width : (unsigned)at);
    console->flows = false;
    if (at >= console->used) {
        put_item(console, console->used);
        console->used = 0;
        console->streaming = true;
        return;
    }
    size_t length = console->used - at - 1;
    memcpy(rest, console->item + at + 1, length);
    put_item(console, at + 1);
    open_container(console);
    for (size_t i = 0; i < length; i++)
        read_byte(console, rest[i]);
}

static void add_byte(struct console *console, char c)
{
    bool bracket = !console->in_string && (c == '[' || c == '{');
    if (console->streaming)
        put(console, c, false);
    else
        console->item[console->used++] = c;
    console->columns += columns_of((unsigned char)c, console->in_string);
    if (console->in_string) {
        console->in_string = console->escaped || c != '"';
        console->escaped = !console->escaped && c == '\\';
    } else {
        console->in_string = c == '"';
        console->open += bracket;
        console->open -= c == ']' || c == '}';
    }
    if (console->streaming && bracket)
        open_container(console);
    else if (!console->streaming && (console->depth + console->columns + 1 > console->width ||
                                     console->used == sizeof console->item))
        break_item(console);
}

static void read_byte(struct console *console, char c)
{
    if (!console->in_string && (c == '\n' || c == ' '))
        return;
    if (!console->in_string && console->open == 0 && (c == ',' || c == ']' || c == '}')) {
        end_item(console);
        if (c != ',') {
            close_container(console, c);
            return;
        }
        output_char(console->output, ',');
        console->column++;
        return;
    }
    add_byte(console, c);
    if (console->depth == 0 && console->open == 0 && (c == ']' || c == '}') && !console->in_string) {
        end_item(console);
        end_document(console);
    }
}

int console_take(void *context, const char *bytes, size_t length)
{
    struct console *console = context;
    for (size_t i = 0; i < length; i++)
        read_byte(console, bytes[i]);
    return console->output->error;
}
