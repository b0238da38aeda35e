/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FAILURE_H
#define KIWIBUILD_FAILURE_H

#include <stdbool.h>

/** Exit codes; they are part of the command's interface. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,  /**< the GeoJSON or the profile cannot be used */
    EXIT_SYSTEM = 4, /**< the operating system refused */
};

/** Why a step could not be done: one sentence for the user. */
struct failure {
    enum exit_code exit_code;
    char text[512];
};

/** Fills failure and returns false, so that a function can end with `return refuse(...)`. */
bool refuse(struct failure *failure, enum exit_code exit_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
