/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_SOLVER_H
#define KIWIPATCH_SOLVER_H

/*
 * Finds the rule of check values that nobody has documented, by blocks of a file that nobody has changed.
 * docs/design/loading.md says what counts as a proof.
 */

#include <stdio.h>

#include "calibrate.h"

enum {
    SOLVER_HITS = 16,
    SOLVER_BITS = 8, /* who looks for blocks in random bytes finds a proof less than once in 2^8 times */
};

enum solver_verdict {
    SOLVER_PROVEN,    /* exactly one rule fits every block, and that cannot well be chance */
    SOLVER_NO_RULE,   /* none does, or not the one that was named */
    SOLVER_AMBIGUOUS, /* several do */
    SOLVER_TOO_FEW,   /* fewer than two different blocks, or three for a rule with a constant */
    SOLVER_CHANCE,    /* one does, but who looks for such blocks finds them anywhere */
};

struct solver_result {
    enum solver_verdict verdict;
    struct checksum_rule rules[SOLVER_HITS]; /* that fit; the first one is proven if there is no other */
    size_t rule_count;                       /* all that fit, also beyond SOLVER_HITS */
    size_t candidates;                       /* rules that were tried */
    size_t blocks;                           /* given */
    size_t different; /* of them that count: what is summed is not alike, not shared, not all 00 or FF */
    struct calibration calibration; /* of the rule, in all places */
    double log2_chance;             /* that these blocks fit, whatever was summed, log2 */
    double log2_any;                /* that there are any blocks as easily named as these and fit, log2 */
};

/**
 * Tries every rule on blocks of the region. With a rule that somebody names it must be the one. False only if
 * reading fails.
 */
bool solver_run(const struct region *region, const struct solver_block *blocks, size_t count,
                const struct checksum_rule *named, struct solver_result *result, struct failure *failure);

/** The verdict in words and numbers, some lines. */
void solver_print(const struct solver_result *result, FILE *out);

#endif
