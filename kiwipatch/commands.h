/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_COMMANDS_H
#define KIWIPATCH_COMMANDS_H

/*
 * The sub-commands. argv[0] is the name of the command, the rest are its options and operands, which
 * command_read() takes. Each returns an exit code and has printed its one line on stderr if that is above 1.
 */

int command_plan(int argc, char **argv);
int command_apply(int argc, char **argv);
int command_undo(int argc, char **argv);
int command_resume(int argc, char **argv);
int command_status(int argc, char **argv);
int command_copy(int argc, char **argv);
int command_import(int argc, char **argv);
int command_export(int argc, char **argv);
int command_find(int argc, char **argv);
int command_checksum(int argc, char **argv);

#endif
