/* SPDX-License-Identifier: MIT */
/* kiwipatch undo, resume and status: what is done with the journals beside an image. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "work.h"

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
    struct work work;
    struct patch_recovered recovered;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    bool done = action(&work.request, &recovered, &work.failure);
    terminal_end(&work.terminal);
    if (done)
        work_note(&work, recovered.in_use);
    if (done)
        printf("%s: %s\n", recovered.image, words[recovered.result]);
    free(recovered.image);
    return work_end(&work, done);
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
    struct work work;
    bool open;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    int code = work_end(&work, patch_status(&work.request, &output, &open, &work.failure));
    return code == EXIT_DONE && open ? EXIT_FINDINGS : code;
}
