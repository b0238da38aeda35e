/* SPDX-License-Identifier: MIT */
/* The command kiwipatch: finds the sub-command and runs it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/version.h>

#include "commands.h"
#include "failure.h"

/** The sub-commands, and their --help. */
static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments;
    const char *help;
    const char *options; /* lines, or "" */
} commands[] = {
    {"plan", command_plan, "DISC PATCH", "print what would change, as JSON; writes nothing",
     "      --file NAME        the file that an IPS, UPS or BPS patch is for (LOADING.KWI)\n"
     "      --override WORDS   \"write without a checksum rule\": change modules whose checksum nobody "
     "knows\n"},
    {"apply", command_apply, "DISC PATCH",
     "change the copy DISC, all or nothing; leaves a journal to undo it",
     "      --file NAME        the file that an IPS, UPS or BPS patch is for (LOADING.KWI)\n"
     "      --hash HASH        only if the plan has this hash\n"
     "      --accept-risk ID   the recipe's risk has been read; ID is that of the recipe\n"
     "      --full             compare everything outside the plan before and after, too\n"
     "      --override WORDS   \"write without a checksum rule\": change modules whose checksum nobody "
     "knows\n"},
    {"undo", command_undo, "DISC", "take back an interrupted or the last finished apply",
     "      --file NAME        of a folder\n"},
    {"resume", command_resume, "DISC", "finish an interrupted apply or undo",
     "      --file NAME        of a folder\n"},
    {"status", command_status, "DISC", "show the journals as JSON; exit 1 if one is open",
     "      --file NAME        of a folder\n"},
    {"copy", command_copy, "ORIGINAL COPY",
     "copy a disc, and remember the original so that it is never changed", ""},
    {"import", command_import, "DISC PATCH", "print an IPS, UPS or BPS patch as a recipe",
     "      --file NAME        the file that the patch is for (LOADING.KWI)\n"},
    {"export", command_export, "DISC PATCH OUTPUT", "write what a recipe does as an IPS, UPS or BPS patch",
     "      --file NAME        the file that an IPS, UPS or BPS patch is for (LOADING.KWI)\n"
     "      --format FORMAT    ips, ups or bps (default: as OUTPUT ends)\n"
     "      --override WORDS   \"write without a checksum rule\": change modules whose checksum nobody "
     "knows\n"},
    {"find", command_find, "DISC", "show where a text, number or pattern stands, in module, file and image",
     "      --text TEXT        in ASCII, UTF-16 (both orders) and the charset of the disc\n"
     "      --encoding NAME    only in this one\n"
     "      --hex BYTES        pairs of hex digits\n"
     "      --pattern BYTES    the same, with ? for any digit\n"
     "      --number N         decimal or 0x, in both byte orders\n"
     "      --width BYTES      of the number: 1, 2, 4 or 8 (4)\n"
     "      --xref             for hits in modules: what points at them, and under which load address\n"
     "      --module NAME      only in this module\n"
     "      --file NAME        of the disc (LOADING.KWI)\n"
     "      --limit N          at most so many hits\n"},
    {"checksum", command_checksum, "DISC",
     "find the rule of check values by untouched blocks, or prove one; exit 1 if there is no proof",
     "      --block OFFSET,LENGTH  a block that ends with its check value, counted from the module or file; "
     "repeatable (modules)\n"
     "      --rule RULE        prove this one, such as crc32,skip=16,stored=le\n"
     "      --module NAME      that the blocks lie in\n"
     "      --file NAME        of the disc (LOADING.KWI)\n"},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static int help(void)
{
    puts("Usage: kiwipatch COMMAND [OPTION...] ARGUMENT...\n"
         "Changes a copy of a KIWI navigation disc safely: an image, a folder with its files, or one KIWI "
         "file.\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].help);
    puts("\nkiwipatch COMMAND --help tells more. PATCH is a recipe (JSON), or an IPS, UPS or BPS file.\n"
         "Exit status: 0 done, 1 done with something to tell, 2 usage, 3 input cannot be used, 4 input or "
         "output failed, 5 refused.");
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}

static int help_command(const struct command *command)
{
    printf("Usage: kiwipatch %s %s%s\n%s\n%s%s", command->name, command->options[0] ? "[OPTION...] " : "",
           command->arguments, command->help, command->options[0] ? "\n" : "", command->options);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}

static int run(const struct command *command, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return help_command(command);
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of a write, not the end */
    if (argc < 2) {
        fputs("kiwipatch: which command? see kiwipatch --help\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("kiwipatch " KIWI_VERSION);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    fprintf(stderr, "kiwipatch: unknown command: %.100s; see kiwipatch --help\n", argv[1]);
    return EXIT_USAGE;
}
