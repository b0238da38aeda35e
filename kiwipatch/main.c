/* SPDX-License-Identifier: MIT */
/* The command kiwipatch: finds the sub-command and runs it. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "commands.h"
#include "common/result_file.h"
#include "common/standard_streams.h"
#include "common/suggest.h"

static const struct command commands[] = {
    {"plan", command_plan, "DISC PATCH", "print what would change, as JSON; writes nothing"},
    {"apply", command_apply, "DISC PATCH",
     "change the copy DISC, all or nothing; leaves a journal to undo it"},
    {"undo", command_undo, "DISC", "take back an interrupted or the last finished apply"},
    {"resume", command_resume, "DISC", "finish an interrupted apply or undo"},
    {"status", command_status, "DISC", "show the journals as JSON; exit 1 if one is open"},
    {"copy", command_copy, "ORIGINAL COPY",
     "copy a disc, and remember the original so that it is never changed"},
    {"import", command_import, "DISC PATCH", "print an IPS, UPS, BPS or PPF patch as a recipe"},
    {"export", command_export, "DISC PATCH OUTPUT", "write what a recipe does as an IPS, UPS or BPS patch"},
    {"find", command_find, "DISC", "show where a text, number or pattern stands, in module, file and image"},
    {"checksum", command_checksum, "DISC", "find the rule of check values by untouched blocks, or prove one"},
};

static const size_t command_count = sizeof commands / sizeof commands[0];

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
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of a write, not the end */
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
