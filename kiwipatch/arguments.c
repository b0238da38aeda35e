/* SPDX-License-Identifier: MIT */
/* The sub-commands and their options: one table for getopt, --help and the messages. */
#include "arguments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "common/result_file.h"

const struct command commands[] = {
    {"plan", command_plan, "DISC PATCH", "print what would change, as JSON; writes nothing"},
    {"apply", command_apply, "DISC PATCH",
     "change the copy DISC, all or nothing; leaves a journal to undo it"},
    {"undo", command_undo, "DISC", "take back an interrupted or the last finished apply"},
    {"resume", command_resume, "DISC", "finish an interrupted apply or undo"},
    {"status", command_status, "DISC", "show the journals as JSON; exit 1 if one is open"},
    {"copy", command_copy, "ORIGINAL COPY",
     "copy a disc, and remember the original so that it is never changed"},
    {"import", command_import, "DISC PATCH", "print an IPS, UPS or BPS patch as a recipe"},
    {"export", command_export, "DISC PATCH OUTPUT", "write what a recipe does as an IPS, UPS or BPS patch"},
    {"find", command_find, "DISC", "show where a text, number or pattern stands, in module, file and image"},
    {"checksum", command_checksum, "DISC", "find the rule of check values by untouched blocks, or prove one"},
};

const size_t command_count = sizeof commands / sizeof commands[0];

static const struct option_row rows[] = {
    {"file", OPTION_FILE, "NAME", "the file that an IPS, UPS or BPS patch is for (LOADING.KWI)", NULL,
     "plan apply import export", "Options"},
    {"file", OPTION_FILE, "NAME", "of the disc (LOADING.KWI)", NULL, "undo resume status find checksum",
     NULL},
    {"override", OPTION_OVERRIDE, "WORDS",
     "\"" PATCH_OVERRIDE "\": change modules whose checksum nobody knows", NULL, "plan apply export", NULL},
    {"hash", OPTION_HASH, "HASH", "only if the plan has this hash", NULL, "apply", NULL},
    {"accept-risk", OPTION_ACCEPT_RISK, "ID", "the recipe's risk has been read; ID is that of the recipe",
     NULL, "apply", NULL},
    {"full", OPTION_FULL, NULL, "compare everything outside the plan before and after, too", NULL, "apply",
     NULL},
    {"format", OPTION_FORMAT, "FORMAT", "ips, ups or bps (default: as OUTPUT ends)", "ips, ups or bps",
     "export", NULL},
    {"text", OPTION_TEXT, "TEXT", "in ASCII, UTF-16 (both orders) and the charset of the disc", NULL, "find",
     NULL},
    {"encoding", OPTION_ENCODING, "NAME", "the text only in this one", NULL, "find", NULL},
    {"hex", OPTION_HEX, "BYTES", "pairs of hex digits", "pairs of hex digits", "find", NULL},
    {"pattern", OPTION_PATTERN, "BYTES", "the same, with ? for any digit", "pairs of hex digits or ?", "find",
     NULL},
    {"number", OPTION_NUMBER, "N", "decimal or 0x, in both byte orders", "a number, decimal or 0x", "find",
     NULL},
    {"width", OPTION_WIDTH, "BYTES", "of the number: 1, 2, 4 or 8 (4)", "1, 2, 4 or 8", "find", NULL},
    {"xref", OPTION_XREF, NULL, "for hits in modules: what points at them, and under which load address",
     NULL, "find", NULL},
    {"block", OPTION_BLOCK, "OFFSET,LENGTH",
     "a block that ends with its check value, counted from the module or file; repeatable (modules)",
     "OFFSET,LENGTH, decimal or 0x", "checksum", NULL},
    {"rule", OPTION_RULE, "RULE", "prove this one, such as crc32,skip=16,stored=le", NULL, "checksum", NULL},
    {"module", OPTION_MODULE, "NAME", "only in this module", NULL, "find checksum", NULL},
    {"limit", OPTION_LIMIT, "N", "at most so many hits", "a number", "find", NULL},
    {"output", 'o', "FILE", "into this file instead of standard output", NULL, NULL, NULL},
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
};

/* What all commands have */

static struct {
    const char *output;
    bool quiet;
    take_option *take;
    void *context;
} common;

bool command_quiet(void)
{
    return common.quiet;
}

static bool take_common(void *context, int id, const char *const *values, struct failure *failure)
{
    (void)context;
    if (id == 'q')
        common.quiet = true;
    else if (id == 'o')
        common.output = values[0];
    else
        return common.take(common.context, id, values, failure);
    return true;
}

static int word_count(const char *words)
{
    int count = 1;
    for (; *words; words++)
        count += *words == ' ';
    return count;
}

const struct command *command_find_name(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

int command_read(int argc, char **argv, take_option *take, void *context, char ***operands)
{
    const struct command *command = command_find_name(argv[0]);
    struct failure failure;
    struct operands found;
    char usage[300];
    snprintf(usage, sizeof usage, "Usage: kiwipatch %s [OPTION...] %s\n%s.\n", command->name,
             command->operands, command->help);
    const struct program program = {.name = "kiwipatch",
                                    .command = command->name,
                                    .usage = usage,
                                    .rows = rows,
                                    .row_count = sizeof rows / sizeof rows[0]};
    common.take = take;
    common.context = context;
    int code = arguments_read(&program, argc, argv, take_common, NULL, &found);
    if (code >= 0)
        return code;
    *operands = found.texts;
    bool good = found.count == word_count(command->operands) ||
                refuse(&failure, EXIT_USAGE, "takes %s, not %d argument%s", command->operands, found.count,
                       found.count == 1 ? "" : "s");
    if (good && result_begin(common.output, found.texts, found.count, &failure))
        return code;
    return arguments_refuse(&program, &failure);
}

int commands_help(void)
{
    puts("Usage: kiwipatch COMMAND [OPTION...] ARGUMENT...\n"
         "Changes a copy of a KIWI navigation disc safely: an image, a folder with its\n"
         "files, or one KIWI file.\n");
    for (size_t i = 0; i < command_count; i++)
        help_row(commands[i].name, commands[i].help);
    fputs("\nkiwipatch COMMAND --help shows its options. PATCH is a recipe (JSON), or an IPS,\n"
          "UPS or BPS file.\n" EXIT_CODE_HELP,
          stdout);
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_SYSTEM;
}

/* Requests */

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct patch_request *request = context;
    (void)failure;
    switch (id) {
    case OPTION_FILE: request->file = values[0]; break;
    case OPTION_HASH: request->hash = values[0]; break;
    case OPTION_ACCEPT_RISK: request->accept_risk = values[0]; break;
    case OPTION_FORMAT: request->format = values[0]; break;
    case OPTION_OVERRIDE: request->override = values[0]; break;
    default: request->full = true; break;
    }
    return true;
}

int request_read(struct patch_request *request, int argc, char **argv)
{
    char **texts;
    *request = (struct patch_request){0};
    int code = command_read(argc, argv, take, request, &texts);
    if (code >= 0)
        return code;
    const char *operands = command_find_name(argv[0])->operands;
    request->disc = *texts++;
    if (strstr(operands, "PATCH"))
        request->patch = *texts++;
    if (strstr(operands, "COPY") || strstr(operands, "OUTPUT"))
        request->output = *texts;
    return code;
}

int complain(const char *command, const struct failure *failure)
{
    char who[40];
    snprintf(who, sizeof who, "kiwipatch %s", command);
    return failure_print(who, failure);
}

int finish_output(const char *command, bool done, struct failure *failure)
{
    if (done && fflush(stdout) == 0)
        return EXIT_DONE;
    if (done)
        refuse(failure, EXIT_SYSTEM, "done, but writing the output failed: %s", strerror(errno));
    return complain(command, failure);
}
