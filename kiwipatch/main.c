/* SPDX-License-Identifier: MIT */
/* The command kiwipatch: finds the sub-command and runs it. */
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "commands.h"
#include "common/result_file.h"
#include "common/standard_streams.h"
#include "common/suggest.h"

/** NULL if there is none of that name. */
static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

/** --help of kiwipatch itself. */
static int print_help(void)
{
    puts("Usage: kiwipatch COMMAND [OPTION...] ARGUMENT...\n"
         "Changes a copy of a KIWI navigation disc safely: an image, a folder with its\n"
         "files, or one KIWI file.\n");
    for (size_t i = 0; i < command_count; i++)
        help_row(commands[i].name, commands[i].help);
    fputs("\nkiwipatch COMMAND --help shows its options. PATCH is a recipe (JSON), or an IPS,\n"
          "UPS, BPS or PPF file.\n" EXIT_CODE_HELP,
          stdout);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}

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
    standard_streams_keep();
    if (argc < 2) {
        fputs("kiwipatch: which command? see kiwipatch --help\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print_help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("kiwipatch " KIWI_VERSION);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
    }
    const struct command *command = find_command(argv[1]);
    return command ? result_end("kiwipatch", command->run(command, argc - 1, argv + 1)) : unknown(argv[1]);
}
