/* SPDX-License-Identifier: MIT */
/* Carries out the request of a command. */
#include "work.h"

#include <stdio.h>

bool work_begin(struct work *work, const struct command *command, int argc, char **argv)
{
    work->command = command;
    work->code = request_read(&work->request, command, argc, argv);
    if (work->code >= 0)
        return false;
    work->request.monitor = terminal_begin(&work->terminal, command_quiet());
    return true;
}

void work_note(const struct work *work, const char *text)
{
    if (text && text[0] && !command_quiet())
        fprintf(stderr, "kiwipatch %s: note: %s\n", work->command->name, text);
}

void work_problem(void *context, const char *line)
{
    struct work *work = context;
    terminal_end(&work->terminal); /* its line makes room */
    fprintf(stderr, "%s\n", line);
}

int work_end(struct work *work, bool done)
{
    terminal_end(&work->terminal);
    return finish_output(work->command, done, &work->failure);
}
