/* SPDX-License-Identifier: MIT */
/* The command kiwipatch: finds the sub-command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "arguments.h"
#include "common/result_file.h"
#include "common/suggest.h"

static int unknown(const char *name)
{
    struct failure failure;
    struct suggestion suggestion = suggest_for(name);
    char hint[SUGGEST_TEXT];
    for (size_t i = 0; i < command_count; i++)
        suggest_try(&suggestion, commands[i].name);
    refuse(&failure, EXIT_USAGE, "unknown command %.100s%s", name, suggest_text(&suggestion, "", hint));
    return failure_print("kiwipatch", &failure);
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of a write, not the end */
    if (argc < 2) {
        fputs("kiwipatch: which command? see kiwipatch --help\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return commands_help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("kiwipatch " KIWI_VERSION);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
    }
    const struct command *command = command_find_name(argv[1]);
    return command ? result_end("kiwipatch", command->run(argc - 1, argv + 1)) : unknown(argv[1]);
}
