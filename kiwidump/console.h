/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_CONSOLE_H
#define KIWIDUMP_CONSOLE_H

/* Lays JSON out for people on a terminal while it streams: what fits a line stays on one, the rest is broken.
 */

#include "common/output.h"

enum { CONSOLE_WIDTH = 80, CONSOLE_LEAST = 40, CONSOLE_MOST = 240 };

enum console_colour { COLOUR_NONE, COLOUR_KEY, COLOUR_TEXT, COLOUR_NUMBER };

/** Begins with output and width; the rest zero. */
struct console {
    struct output *output; /* where it goes to */
    unsigned width;        /* columns of a line, CONSOLE_LEAST to CONSOLE_MOST */
    bool colour;

    unsigned depth;  /* containers that are open and broken over lines */
    unsigned column; /* written of this line */
    bool first;      /* nothing stands in the innermost of them yet */
    bool flows;      /* what stands last on this line lets a small item follow it there */
    bool streaming;  /* the item at hand is longer than a line; its start is written */

    /* The item of the innermost broken container that is being read: a value, with its key if it has one. */
    char item[CONSOLE_MOST + 8];
    size_t used;
    unsigned columns; /* that the item takes when it is written */
    unsigned open;    /* brackets open in it */
    bool in_string, escaped;

    /* The item that is being written. */
    bool writes_string, writes_escaped;
    bool held; /* a byte C2, which may begin a control character */
    enum console_colour painted;
};

/** The take() of an output of compact JSON; context is a struct console. */
int console_take(void *context, const char *bytes, size_t length);

/** Columns of the terminal that a descriptor is, COLUMNS if it says none, within the limits. */
unsigned console_width(int descriptor);

/** Whether to paint what goes to a descriptor: it is a terminal, and nobody set NO_COLOR. */
bool console_wants_colour(int descriptor);

#endif
