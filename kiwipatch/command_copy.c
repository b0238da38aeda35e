/* SPDX-License-Identifier: MIT */
/* kiwipatch copy: a working copy, with its original registered. */
#include <stdio.h>

#include "arguments.h"
#include "commands.h"
#include "terminal.h"

static void print_copied(void *context, const char *sha256, const char *path)
{
    terminal_end(context); /* its line makes room */
    printf("%s  %s\n", sha256, path);
}

int command_copy(const struct command *command, int argc, char **argv)
{
    struct patch_request request;
    struct failure failure;
    struct terminal terminal;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = patch_copy(&request, print_copied, &terminal, &failure);
    terminal_end(&terminal);
    return finish_output(command, done, &failure);
}
