/* SPDX-License-Identifier: MIT */
/* kiwipatch copy: a working copy, with its original registered. */
#include <stdio.h>

#include "commands.h"
#include "work.h"

static void print_copied(void *context, const char *sha256, const char *path)
{
    terminal_end(context); /* its line makes room */
    printf("%s  %s\n", sha256, path);
}

int command_copy(const struct command *command, int argc, char **argv)
{
    struct work work;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    return work_end(&work, patch_copy(&work.request, print_copied, &work.terminal, &work.failure));
}
