/* SPDX-License-Identifier: MIT */
/* kiwipatch plan, apply, import and export: from a recipe or patch to a plan, and from there to the disc. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "terminal.h"

int command_plan(const struct command *command, int argc, char **argv)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct patch_request request;
    struct failure failure;
    struct terminal terminal;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = patch_plan(&request, &output, &failure);
    terminal_end(&terminal);
    return done ? EXIT_DONE : complain(command, &failure);
}

static void print_warning(const char *command, const char *warning)
{
    if (warning && !command_quiet())
        fprintf(stderr, "kiwipatch %s: note: %s\n", command, warning);
}

int command_apply(const struct command *command, int argc, char **argv)
{
    struct patch_request request;
    struct patch_applied applied;
    struct failure failure;
    struct terminal terminal;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = patch_apply(&request, &applied, &failure);
    terminal_end(&terminal);
    print_warning("apply", applied.warning);
    if (applied.journal)
        printf("applied plan %s: %zu change(s); undo file %s\n", applied.plan, applied.change_count,
               applied.journal);
    if (applied.outside[0])
        printf("everything outside the plan is as before: SHA-256 %s\n", applied.outside);
    free(applied.journal);
    return finish_output(command, done, &failure);
}

int command_import(const struct command *command, int argc, char **argv)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    struct patch_request request;
    struct failure failure;
    struct terminal terminal;
    const char *warning;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = patch_import(&request, &output, &warning, &failure);
    terminal_end(&terminal);
    print_warning("import", warning);
    return done ? EXIT_DONE : complain(command, &failure);
}

int command_export(const struct command *command, int argc, char **argv)
{
    struct patch_request request;
    struct failure failure;
    struct terminal terminal;
    int code = request_read(&request, command, argc, argv);
    if (code >= 0)
        return code;
    request.monitor = terminal_begin(&terminal, command_quiet());
    bool done = patch_export(&request, &failure);
    terminal_end(&terminal);
    return done ? EXIT_DONE : complain(command, &failure);
}
