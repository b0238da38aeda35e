/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ARGUMENTS_H
#define KIWIPATCH_ARGUMENTS_H

#include <stdbool.h>

#include "failure.h"

/** Options and operands of plan, apply, undo, resume, status, import and export. */
struct arguments {
    const char *disc, *patch, *output;
    const char *file, *hash, *accept_risk, *format;
    bool override, full;
};

/**
 * letters: which options the command takes, of file(f) hash(H) accept-risk(r) format(o) override(O) full(F).
 */
bool arguments_read(struct arguments *arguments, int argc, char **argv, const char *letters, int operands,
                    struct failure *failure);

/** Prints the failure and returns its exit code. */
int complain(const char *command, const struct failure *failure);

#endif
