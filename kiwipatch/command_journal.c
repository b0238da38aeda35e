/* SPDX-License-Identifier: MIT */
/* kiwipatch undo, resume and status: what is done with the journals beside an image. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "terminal.h"

typedef bool recover(const struct patch_request *request, struct patch_recovered *recovered,
                     struct failure *failure);

static int run(const struct command *command, recover *action, int argc, char **argv)
{
    static const char *const words[] = {
        [TRANSACTION_NOTHING] = "there was nothing to do",
        [TRANSACTION_DISCARDED] = "an unfinished journal was removed; nothing had been changed",
        [TRANSACTION_OLD] = "it is as it was before",
        [TRANSACTION_NEW] = "all changes are made",
    };
    struct patch_request request;
    struct patch_recovered recovered;
    struct failure failure;
    struct terminal terminal;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = action(&request, &recovered, &failure);
    terminal_end(&terminal);
    if (done)
        printf("%s: %s\n", recovered.image, words[recovered.result]);
    free(recovered.image);
    return finish_output(command, done, &failure);
}

int command_undo(const struct command *command, int argc, char **argv)
{
    return run(command, patch_undo, argc, argv);
}

int command_resume(const struct command *command, int argc, char **argv)
{
    return run(command, patch_resume, argc, argv);
}

int command_status(const struct command *command, int argc, char **argv)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct patch_request request;
    struct failure failure;
    bool open;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    if (!patch_status(&request, &output, &open, &failure))
        return complain(command, &failure);
    return open ? EXIT_FINDINGS : EXIT_DONE;
}
