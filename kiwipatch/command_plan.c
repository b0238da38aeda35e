/* SPDX-License-Identifier: MIT */
/* kiwipatch plan, apply, import and export: from a recipe or patch to a plan, and from there to the disc. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "work.h"

int command_plan(const struct command *command, int argc, char **argv)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct work work;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    return work_end(&work, patch_plan(&work.request, &output, &work.failure));
}

int command_apply(const struct command *command, int argc, char **argv)
{
    struct work work;
    struct patch_applied applied;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    bool done = patch_apply(&work.request, &applied, &work.failure);
    terminal_end(&work.terminal);
    work_note(&work, applied.warning);
    if (applied.journal)
        work_note(&work, applied.in_use);
    if (applied.journal)
        printf("applied plan %s: %zu change(s); undo file %s\n", applied.plan, applied.change_count,
               applied.journal);
    if (applied.outside[0])
        printf("everything outside the plan is as before: SHA-256 %s\n", applied.outside);
    free(applied.journal);
    return work_end(&work, done);
}

int command_import(const struct command *command, int argc, char **argv)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct work work;
    const char *warning;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    bool done = patch_import(&work.request, &output, &warning, &work.failure);
    terminal_end(&work.terminal);
    work_note(&work, warning);
    return work_end(&work, done);
}

int command_export(const struct command *command, int argc, char **argv)
{
    struct work work;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    return work_end(&work, patch_export(&work.request, &work.failure));
}
