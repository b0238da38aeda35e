/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_FAILURE_H
#define KIWIPATCH_FAILURE_H

#include <stdbool.h>

#include <kiwi/error.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FINDINGS = 1, /* done, with something to tell: a journal is open, a sum does not fit */
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,   /* the disc, recipe or patch cannot be used */
    EXIT_SYSTEM = 4,  /* reading, writing or memory failed */
    EXIT_REFUSED = 5, /* it could be done, but not safely */
};

/** What stopped the work, in one line. */
struct failure {
    enum exit_code code;
    char text[640];
};

/** Fills failure and returns false, so that `return refuse(...)` works. */
bool refuse(struct failure *failure, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool refuse_memory(struct failure *failure);
/** What libkiwi said about path. */
bool refuse_kiwi(struct failure *failure, const char *path, const struct kiwi_error *error);

#endif
