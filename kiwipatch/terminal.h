/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TERMINAL_H
#define KIWIPATCH_TERMINAL_H

#include "common/progress.h"
#include "monitor.h"

/** Progress of a command as a line on stderr, if that is a terminal. */
struct terminal {
    struct monitor monitor;
    struct progress progress;
    const char *stage; /* NULL: no line is shown */
};

/** What to report to, which lives as long as terminal; NULL if stderr is no terminal, or quiet. */
const struct monitor *terminal_begin(struct terminal *terminal, bool quiet);
/** Takes the line away; the next report shows it again. */
void terminal_end(struct terminal *terminal);

#endif
