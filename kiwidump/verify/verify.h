/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_VERIFY_VERIFY_H
#define KIWIDUMP_VERIFY_VERIFY_H

/* --verify: whether an image is whole, and whether another disc is equal to it. */

#include "dump.h"
#include "common/progress.h"

struct verification {
    struct dump *dump;
    struct kiwi_disc *discs[2]; /* the second one may be NULL */
    size_t problems;            /* of the first one, then of the comparison */
    uint64_t done, total;       /* bytes that are read of the first one */
    struct progress progress;
};

/** A problem as an element of an array that is open, and in words; file may be "", offset KIWI_NULL. */
void verify_problem(struct verification *verification, const char *kind, const char *file, uint64_t offset,
                    const char *says);

/** Whether the first disc is whole: members of the object that is open. All of it is read. */
enum kiwi_status verify_whole(struct verification *verification, struct kiwi_error *error);

/** Whether it fits on a medium, and on which: the member "medium". */
void verify_medium(struct verification *verification);

/** Whether the second disc is equal to it: the member "comparison". */
enum kiwi_status verify_compare(struct verification *verification, struct kiwi_error *error);

#endif
