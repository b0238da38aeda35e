/* SPDX-License-Identifier: MIT */
#ifndef COMMON_COMPLETION_H
#define COMMON_COMPLETION_H

#include "common/arguments.h"

/**
 * Prints the table of options, and the commands if there are some, for completion.py, which makes completions
 * for shells of it. Returns the exit code.
 */
int completion_print(const struct program *program, const struct command *commands, size_t command_count);

#endif
