/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_CALIBRATE_H
#define KIWIPATCH_CALIBRATE_H

/* How often a rule fits where nobody says that it must: what a fit of it is worth. */

#include "profile.h"

enum { CALIBRATION_PLACES = 1 << 16 };

/** The bytes that blocks are chosen from: a module, or a file. */
struct region {
    struct kiwi_source *source;
    uint64_t offset, length;
};

struct calibration {
    uint64_t places;    /* that were tried */
    uint64_t hits;      /* at which the whole value fits */
    uint64_t high, low; /* at which its upper or lower half does */
};

/**
 * Tries the rule at up to count places around the first of some blocks, which have one length: at those as
 * far from words' beginnings as it is, and if there are too few of them at the others. Places of nothing but
 * 00 or FF do not count, nor do the blocks nor, if they are long, those in one row with them: makers write
 * rows.
 */
bool calibrate(const struct region *region, const struct profile *blocks, size_t block_count,
               const struct checksum_rule *rule, uint64_t count, struct calibration *result,
               struct failure *failure);

/** Bits that one fit is worth: 32 if values look random, fewer if they do not or hits were seen. */
double calibration_bits(const struct calibration *calibration);

#endif
