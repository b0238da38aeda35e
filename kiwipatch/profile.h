/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PROFILE_H
#define KIWIPATCH_PROFILE_H

/* What all rules make of a block, after one look at it. */

#include "rolling.h"

/** A stretch of bytes that is believed to end with its check value. */
struct solver_block {
    struct kiwi_source *source;
    uint64_t offset, length;
};

struct profile {
    struct solver_block block;
    uint8_t head[CHECKSUM_SKIP_LIMIT]; /* in which rules begin */
    size_t head_length;
    uint32_t tails[FAMILY_COUNT]; /* raw values of what follows up to the check value */
    struct rolling_step steps[FAMILY_COUNT];
    uint8_t stored[CHECKSUM_SIZE];
    bool one_value; /* nothing but 00 or FF */
};

bool profile_make(const struct solver_block *block, struct profile *profile, struct failure *failure);
/** Whether a rule can be meant for a block of this length. */
bool profile_suits(const struct profile *profile, const struct checksum_rule *rule);
/** What a rule that suits wants the block to end with. */
uint32_t profile_wanted(const struct profile *profile, const struct checksum_rule *rule);

#endif
