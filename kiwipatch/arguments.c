/* SPDX-License-Identifier: MIT */
/* The options of the sub-commands: one table for getopt, --help and the messages. */
#include "arguments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/result_file.h"
#include "script.h"

static const struct option_row rows[] = {
    {"file", OPTION_FILE, "NAME", "the file that an IPS, UPS, BPS or PPF patch is for (LOADING.KWI)", NULL,
     "plan apply import export", "Options"},
    {"file", OPTION_FILE, "NAME", "of the disc (LOADING.KWI)", NULL,
     "undo resume status find checksum texts pictures", NULL},
    {"override", OPTION_OVERRIDE, "WORDS",
     "\"" PATCH_OVERRIDE "\": change modules whose checksum nobody knows", NULL, "plan apply export", NULL},
    {"override", OPTION_OVERRIDE, "WORDS",
     "\"" TRANSACTION_UNREAD "\": sectors that cannot be read or are neither old nor new, too; "
     "\"" JOURNAL_SALVAGE "\": as far as a damaged one goes",
     NULL, "undo resume", NULL},
    {"hash", OPTION_HASH, "HASH", "only if the plan has this hash", NULL, "apply", NULL},
    {"accept-risk", OPTION_ACCEPT_RISK, "ID", "the recipe's risk has been read; ID is that of the recipe",
     NULL, "apply", NULL},
    {"full", OPTION_FULL, NULL, "compare everything outside the plan before and after, too", NULL, "apply",
     NULL},
    {"format", OPTION_FORMAT, "FORMAT", "ips, ups or bps (default: as OUTPUT ends)", NULL, "export", NULL},
    {"text", OPTION_TEXT, "TEXT", "in ASCII, UTF-16 (both orders) and the charset of the disc", NULL, "find",
     NULL},
    {"encoding", OPTION_ENCODING, "NAME", "the text only in this one", NULL, "find", NULL},
    {"encoding", OPTION_ENCODING, "NAME", "texts in this one only, and what is less likely to be a text, too",
     NULL, "texts", NULL},
    {"po", OPTION_PO, NULL, "export as PO, not as CSV (default if --output ends so)", NULL, "texts", NULL},
    {"hex", OPTION_HEX, "BYTES", "pairs of hex digits", "pairs of hex digits", "find", NULL},
    {"pattern", OPTION_PATTERN, "BYTES", "the same, with ? for any digit", "pairs of hex digits or ?", "find",
     NULL},
    {"number", OPTION_NUMBER, "N", "decimal or 0x, in both byte orders", "a number, decimal or 0x", "find",
     NULL},
    {"width", OPTION_WIDTH, "BYTES", "of the number: 1, 2, 4 or 8 (4)", NULL, "find", NULL},
    {"ignore-case", 'i', NULL, "the text in small and capital letters of ASCII", NULL, "find", NULL},
    {"range", OPTION_RANGE, "FROM,TO", "only there, counted from the module or file",
     "FROM,TO, decimal or 0x", "find", NULL},
    {"xref", OPTION_XREF, NULL,
     "for hits in modules: who has their address, under which load address, and what decides", NULL, "find",
     NULL},
    {"base", OPTION_BASE, "ADDRESS", "with --xref: that the module is loaded at", "an address of 32 bits",
     "find", NULL},
    {"recipe", OPTION_RECIPE, "N", "with --xref: the change of that number as a recipe", "a number from 1 on",
     "find", NULL},
    {"script", OPTION_SCRIPT, "PROGRAM",
     "with --xref: a script for ghidra or rizin instead, with blocks, texts and references of the module",
     "a program", "find", NULL},
    {"block", OPTION_BLOCK, "OFFSET,LENGTH,ADDRESS",
     "with --xref: a block of the module that is loaded at an address of its own; without ADDRESS: a block "
     "with a check value, for --recipe; repeatable",
     "OFFSET,LENGTH or OFFSET,LENGTH,ADDRESS, decimal or 0x", "find", NULL},
    {"block", OPTION_BLOCK, "OFFSET,LENGTH",
     "a block that ends with its check value, counted from the module or file; repeatable (modules)",
     "OFFSET,LENGTH, decimal or 0x", "checksum", NULL},
    {"rule", OPTION_RULE, "RULE", "prove this one, such as crc32,skip=16,stored=le", NULL, "checksum", NULL},
    {"block", OPTION_BLOCK, "OFFSET,LENGTH",
     "a block that ends with its check value, for which the recipe gets a checksum step; repeatable",
     "OFFSET,LENGTH, decimal or 0x", "texts pictures", NULL},
    {"rule", OPTION_RULE, "RULE", "of the blocks, such as crc32,skip=16,stored=le", NULL,
     "texts pictures find", NULL},
    {"module", OPTION_MODULE, "NAME", "only in this module", NULL, "find checksum texts pictures", NULL},
    {"limit", OPTION_LIMIT, "N", "at most so many hits", "a number", "find", NULL},
    {"mapfile", OPTION_MAPFILE, "FILE",
     "the map file of GNU ddrescue: what it did not rescue of ORIGINAL is unreadable", NULL, "copy", NULL},
    {"output", 'o', "FILE", "into this file instead of standard output", NULL, NULL, NULL},
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
};

static const char *word(int id, size_t index)
{
    static const char *const formats[] = {"ips", "ups", "bps", NULL};
    static const char *const widths[] = {"1", "2", "4", "8", NULL};
    if (id == OPTION_SCRIPT)
        return script_name(index);
    return id == OPTION_FORMAT ? formats[index] : id == OPTION_WIDTH ? widths[index] : NULL;
}

const struct program kiwipatch_program = {
    .name = "kiwipatch", .rows = rows, .row_count = sizeof rows / sizeof rows[0], .word = word};

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

/** How many operands there must be; those in brackets may be. */
static bool fits_count(const char *words, int found)
{
    int most = 1, least = words[0] != '[';
    for (; *words; words++) {
        most += *words == ' ';
        least += words[0] == ' ' && words[1] != '[';
    }
    return found >= least && found <= most;
}

/** The operands are too many or too few; what find looks for is often taken for one. */
static bool refuse_count(const struct command *command, const struct operands *found, struct failure *failure)
{
    bool find = strcmp(command->name, "find") == 0 && found->count > 1;
    bool one = found->count == 2;
    return refuse(failure, EXIT_USAGE, "takes %s, not %d argument%s%s%.60s%s", command->operands,
                  found->count, found->count == 1 ? "" : "s",
                  find ? "; what is looked for is an option: --text \"" : "",
                  find && one ? found->texts[1]
                  : find      ? "TEXT"
                              : "",
                  find ? "\"" : "");
}

int command_read(const struct command *command, int argc, char **argv, take_option *take, void *context,
                 char ***operands)
{
    struct failure failure;
    struct operands found;
    char usage[300];
    snprintf(usage, sizeof usage, "Usage: kiwipatch %s [OPTION...] %s\n%s.\n", command->name,
             command->operands, command->help);
    struct program program = kiwipatch_program;
    program.command = command->name;
    program.usage = usage;
    common.take = take;
    common.context = context;
    int code = arguments_read(&program, argc, argv, take_common, NULL, &found);
    if (code >= 0)
        return code;
    *operands = found.texts;
    bool good = fits_count(command->operands, found.count) || refuse_count(command, &found, &failure);
    if (good && result_begin(common.output, found.texts, found.count, &failure))
        return code;
    return arguments_refuse(&program, &failure);
}

bool block_read(const char *text, uint64_t *offset, uint64_t *length)
{
    char *end;
    return number_read(text, &end, offset) && *end == ',' && number_read(end + 1, &end, length) &&
           *end == '\0';
}

bool number_read(const char *text, char **end, uint64_t *number)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    errno = 0;
    *number = strtoull(text, end, hex ? 16 : 10); /* 010 is ten */
    return *text >= '0' && *text <= '9' && errno == 0;
}

/* Requests */

bool request_add_block(struct patch_request *request, const char *text, struct failure *failure)
{
    struct patch_block *block = &request->blocks[request->block_count];
    if (request->block_count == PATCH_BLOCK_LIMIT)
        return refuse(failure, EXIT_USAGE, "more than %d blocks", PATCH_BLOCK_LIMIT);
    if (!block_read(text, &block->offset, &block->length))
        return false;
    request->block_count++;
    return true;
}

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct patch_request *request = context;
    switch (id) {
    case OPTION_BLOCK: return request_add_block(request, values[0], failure);
    case OPTION_RULE: request->rule = values[0]; break;
    case OPTION_MODULE: request->module = values[0]; break;
    case OPTION_ENCODING: request->encoding = values[0]; break;
    case OPTION_PO: request->format = "po"; break;
    case OPTION_FILE: request->file = values[0]; break;
    case OPTION_HASH: request->hash = values[0]; break;
    case OPTION_ACCEPT_RISK: request->accept_risk = values[0]; break;
    case OPTION_FORMAT: request->format = values[0]; break;
    case OPTION_OVERRIDE: request->override = values[0]; break;
    case OPTION_MAPFILE: request->mapfile = values[0]; break;
    default: request->full = true; break;
    }
    return true;
}

int request_read(struct patch_request *request, const struct command *command, int argc, char **argv)
{
    char **texts;
    *request = (struct patch_request){0};
    int code = command_read(command, argc, argv, take, request, &texts);
    if (code >= 0)
        return code;
    if (strchr(command->operands, '|'))
        request->action = *texts++;
    request->disc = *texts++;
    if (strstr(command->operands, "PATCH") || strchr(command->operands, '['))
        request->patch = *texts++;
    bool named = strstr(command->operands, "COPY") || strstr(command->operands, "OUTPUT");
    request->output = named ? *texts : common.output;
    return code;
}

int complain(const struct command *command, const struct failure *failure)
{
    char who[40];
    snprintf(who, sizeof who, "kiwipatch %s", command->name);
    return failure_print(who, failure);
}

int finish_output(const struct command *command, bool done, struct failure *failure)
{
    if (done && fflush(stdout) == 0)
        return EXIT_DONE;
    if (done)
        refuse(failure, EXIT_SYSTEM, "done, but writing the output failed: %s", strerror(errno));
    return complain(command, failure);
}
