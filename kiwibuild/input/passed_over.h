/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PASSED_OVER_H
#define KIWIBUILD_PASSED_OVER_H

#include <stddef.h>

enum { PASSED_OVER_REASONS = 32 };

/** What of the input does not go onto the disc: how much of it for each reason, and an example. */
struct passed_over {
    struct passed_over_row {
        char reason[96]; /* such as "areas lack nodes" */
        size_t count;
        char first[160]; /* where it was met first */
    } rows[PASSED_OVER_REASONS];
    size_t count;
};

/** So many more for a reason, of which 95 bytes count; first says where they begin. */
void pass_over(struct passed_over *passed_over, size_t count, const char *reason, const char *first, ...)
    __attribute__((format(printf, 4, 5)));

/** Prints a warning for each reason. */
void passed_over_print(const struct passed_over *passed_over);

#endif
