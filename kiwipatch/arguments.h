/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ARGUMENTS_H
#define KIWIPATCH_ARGUMENTS_H

#include "patch.h"

/**
 * Reads the command line of plan, apply, undo, resume, status, copy, import and export. letters: which
 * options the command takes, of file(f) hash(H) accept-risk(r) format(o) override(O) full(F). operands: what
 * the others are, of disc(d) patch(p) output(o), in their order.
 */
bool arguments_read(struct patch_request *request, int argc, char **argv, const char *letters,
                    const char *operands, struct failure *failure);

/** Prints the failure and returns its exit code. */
int complain(const char *command, const struct failure *failure);
/** Sees to it that what was printed is out; returns the exit code. */
int finish_output(const char *command, bool done, struct failure *failure);

#endif
