/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_LAYOUT_H
#define KIWIDUMP_LAYOUT_H

/* Lays JSON out for people on a terminal while it streams: what fits a line stays on one, the rest is broken.
 */

#include "common/output.h"

enum { LAYOUT_WIDTH = 80, LAYOUT_LEAST = 40, LAYOUT_MOST = 240 };

enum layout_colour { COLOUR_NONE, COLOUR_KEY, COLOUR_TEXT, COLOUR_NUMBER };

/** Begins with output and width; the rest zero. */
struct layout {
    struct output *output; /* where it goes to */
    unsigned width;        /* columns of a line, LAYOUT_LEAST to LAYOUT_MOST */
    bool colour;

    unsigned depth;  /* containers that are open and broken over lines */
    unsigned column; /* written of this line */
    bool first;      /* nothing stands in the innermost of them yet */
    bool flows;      /* what stands last on this line lets a small item follow it there */
    bool streaming;  /* the item at hand is longer than a line; its start is written */

    /* The item of the innermost broken container that is being read: a value, with its key if it has one. */
    char item[LAYOUT_MOST + 8];
    size_t used;
    unsigned columns; /* that the item takes when it is written */
    unsigned open;    /* brackets open in it */
    bool in_string, escaped;

    /* The item that is being written. */
    bool writes_string, writes_escaped;
    bool held; /* a byte C2, which may begin a control character */
    enum layout_colour painted;
};

/** The take() of an output of compact JSON; context is a struct layout. */
int layout_take(void *context, const char *bytes, size_t length);

/** Columns of the terminal that a descriptor is, COLUMNS if it says none, within the limits. */
unsigned layout_width(int descriptor);

/** Whether to paint what goes to a descriptor: it is a terminal, and nobody set NO_COLOR. */
bool layout_wants_colour(int descriptor);

#endif
