/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_SOLVER_H
#define KIWIPATCH_SOLVER_H

/* Finds the rule of check values that nobody has documented, by blocks of a file that nobody has changed. */

#include <stdio.h>

#include "checksum.h"

/** A stretch of bytes that is believed to end with its check value. */
struct solver_block {
    struct kiwi_source *source;
    uint64_t offset, length;
};

enum { SOLVER_HITS = 16 };

enum solver_verdict {
    SOLVER_PROVEN,    /* exactly one rule fits every block that counts, and there are at least two */
    SOLVER_NO_RULE,   /* none does */
    SOLVER_AMBIGUOUS, /* several do */
    SOLVER_TOO_FEW,   /* fewer than two different blocks */
};

struct solver_result {
    enum solver_verdict verdict;
    struct checksum_rule rules[SOLVER_HITS]; /* that fit; the first one is proven if there is no other */
    size_t rule_count;                       /* all that fit, also beyond SOLVER_HITS */
    size_t candidates;                       /* rules that were tried */
    size_t blocks;                           /* given */
    size_t different;   /* of them that count: not alike, and neither all 00 nor all FF */
    double log2_chance; /* of random check values fitting, log2 */
};

/** Tries every rule. False only if reading fails. */
bool solver_run(const struct solver_block *blocks, size_t count, struct solver_result *result,
                struct failure *failure);

/** The same for one rule that somebody names. */
bool solver_prove(const struct solver_block *blocks, size_t count, const struct checksum_rule *rule,
                  struct solver_result *result, struct failure *failure);

/** The verdict in words and numbers, some lines. */
void solver_print(const struct solver_result *result, FILE *out);

#endif
