/* SPDX-License-Identifier: MIT */
#ifndef COMMON_RESULT_FILE_H
#define COMMON_RESULT_FILE_H

#include "common/failure.h"

/**
 * --output: from here on standard output is a file, which gets its name when it is whole. path NULL: nothing
 * is changed. A file that is one of the inputs, or lies in a folder that is one, is refused.
 */
bool result_begin(const char *path, char *const *inputs, int input_count, struct failure *failure);

/** Whether a file to be written is an input, or lies in a folder that is one. */
bool result_is_input(const char *path, const char *input);

/** Gives the file its name if the work was done (exit code 0 or 1), else removes it; returns the exit code.
 */
int result_end(const char *who, int code);

#endif
