/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_COMMANDS_H
#define KIWIPATCH_COMMANDS_H

#include "arguments.h"

extern const struct command commands[];
extern const size_t command_count;

/*
 * The sub-commands. argv[0] is the name of the command, the rest are its options and operands, which
 * command_read() takes. Each returns an exit code and has printed its one line on stderr if that is above 1.
 */

int command_plan(const struct command *command, int argc, char **argv);
int command_apply(const struct command *command, int argc, char **argv);
int command_undo(const struct command *command, int argc, char **argv);
int command_resume(const struct command *command, int argc, char **argv);
int command_status(const struct command *command, int argc, char **argv);
int command_copy(const struct command *command, int argc, char **argv);
int command_import(const struct command *command, int argc, char **argv);
int command_export(const struct command *command, int argc, char **argv);
int command_find(const struct command *command, int argc, char **argv);
int command_pictures(const struct command *command, int argc, char **argv);
int command_texts(const struct command *command, int argc, char **argv);
int command_checksum(const struct command *command, int argc, char **argv);

#endif
