/* SPDX-License-Identifier: MIT */
#ifndef COMMON_FAILURE_H
#define COMMON_FAILURE_H

#include <stdbool.h>

#include <kiwi/error.h>

#include "common/exit_code.h"

/** What stopped the work, in one line. */
struct failure {
    enum exit_code code;
    char text[640];
};

/** Fills failure and returns false, so that `return refuse(...)` works. */
bool refuse(struct failure *failure, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool refuse_memory(struct failure *failure);
/** What the system said about path: errno. */
bool refuse_system(struct failure *failure, const char *path, int error);
/** What libkiwi said about path. */
bool refuse_kiwi(struct failure *failure, const char *path, const struct kiwi_error *error);

#ifdef KIWI_COVERAGE
/* That they never return true is not known to a compiler, which would count it as a way that no test goes. */
#define refuse(...) (refuse(__VA_ARGS__), false)
#define refuse_memory(failure) (refuse_memory(failure), false)
#define refuse_system(failure, path, error) (refuse_system(failure, path, error), false)
#define refuse_kiwi(failure, path, error) (refuse_kiwi(failure, path, error), false)
#endif

/**
 * Prints the failure and returns its exit code. who is the program and, if it has them, the command:
 * "kiwipatch plan".
 */
int failure_print(const char *who, const struct failure *failure);

#endif
