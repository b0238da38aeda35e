/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ARGUMENTS_H
#define KIWIPATCH_ARGUMENTS_H

#include "common/arguments.h"
#include "patch.h"

/** Ids of the options that have no letter. */
enum option_id {
    OPTION_ACCEPT_RISK = OPTION_LONG,
    OPTION_BASE,
    OPTION_BLOCK,
    OPTION_ENCODING,
    OPTION_FILE,
    OPTION_FORMAT,
    OPTION_FULL,
    OPTION_HASH,
    OPTION_HEX,
    OPTION_LIMIT,
    OPTION_MAPFILE,
    OPTION_MODULE,
    OPTION_NUMBER,
    OPTION_OVERRIDE,
    OPTION_PATTERN,
    OPTION_PO,
    OPTION_RANGE,
    OPTION_RECIPE,
    OPTION_RULE,
    OPTION_SCRIPT,
    OPTION_TEXT,
    OPTION_WIDTH,
    OPTION_XREF,
};

/** The table of options; a command reads it with its own usage. */
extern const struct program kiwipatch_program;

/**
 * Reads the command line of a command and begins --output. Returns a value below zero
 * to go on, else the exit code.
 */
int command_read(const struct command *command, int argc, char **argv, take_option *take, void *context,
                 char ***operands);

/** OFFSET,LENGTH, each a number. */
bool block_read(const char *text, uint64_t *offset, uint64_t *length);

/** A number, decimal or 0x, that text begins with; false if there is none, or one of more than 64 bits. */
bool number_read(const char *text, char **end, uint64_t *number);

/** Whether nothing shall be on stderr but what stops the work. */
bool command_quiet(void);

/** The same for the commands whose options are a request. */
int request_read(struct patch_request *request, const struct command *command, int argc, char **argv);

/** Adds OFFSET,LENGTH to the blocks of a request. */
bool request_add_block(struct patch_request *request, const char *text, struct failure *failure);

/** Prints the failure and returns its exit code. */
int complain(const struct command *command, const struct failure *failure);
/** Sees to it that what was printed is out; returns the exit code. */
int finish_output(const struct command *command, bool done, struct failure *failure);

#endif
