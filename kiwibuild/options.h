/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_OPTIONS_H
#define KIWIBUILD_OPTIONS_H

#include "common/arguments.h"

struct options {
    const char *output, *profile, *languages, *layout, *loading, *base, *add;
    const char *title, *data_version; /**< NULL: not given */
    unsigned north, east;
    bool no_route_planning, quiet;
};

/** The table of options. */
extern const struct program kiwibuild_program;

/** Reads the command line; returns a value below zero to go on, else the exit code. */
int options_read(int argc, char **argv, struct options *options, struct operands *inputs);

#endif
