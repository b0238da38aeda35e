/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_WORK_H
#define KIWIPATCH_WORK_H

/* A command that carries out a request, from its command line to its exit code. */

#include "arguments.h"
#include "terminal.h"

struct work {
    const struct command *command;
    struct patch_request request;
    struct failure failure;
    struct terminal terminal;
    int code; /* of a command line that is all there is to do */
};

/** Reads the command line, and shows from then on how far the request is; false: code is the end of it. */
bool work_begin(struct work *work, const struct command *command, int argc, char **argv);
/** A line on stderr about what did not stop the work; NULL and "": none. */
void work_note(const struct work *work, const char *text);
/** The same about what does not fit; context is a struct work. */
void work_problem(void *context, const char *line);
/** Takes away what is shown, and sees to it that what was printed is out; returns the exit code. */
int work_end(struct work *work, bool done);

#endif
