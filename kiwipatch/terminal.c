/* SPDX-License-Identifier: MIT */
/* How far a command is, as a line on stderr. */
#include "terminal.h"

#include <unistd.h>

static bool show(void *context, const char *stage, uint64_t done, uint64_t total)
{
    struct terminal *terminal = context;
    if (stage != terminal->stage) {
        terminal_end(terminal);
        progress_begin(&terminal->progress, false);
        terminal->progress.on = true; /* other than kiwidump, nothing is on stdout while this line is */
        terminal->stage = stage;
    }
    progress_show(&terminal->progress, done, total);
    return true;
}

const struct monitor *terminal_begin(struct terminal *terminal, bool quiet)
{
    *terminal = (struct terminal){.monitor = {show, terminal}};
    return !quiet && isatty(STDERR_FILENO) ? &terminal->monitor : NULL;
}

void terminal_end(struct terminal *terminal)
{
    if (terminal->stage)
        progress_end(&terminal->progress);
    terminal->stage = NULL;
}
