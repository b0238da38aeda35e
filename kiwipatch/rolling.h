/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ROLLING_H
#define KIWIPATCH_ROLLING_H

/*
 * Check values put together of the values of pieces: of all beginnings of a block after one look at it, and
 * of a block that moves through a file. A raw value is that of a family which began with 0.
 */

#include "checksum.h"

/** What so many bytes do to a value that stands before them. */
struct rolling_step {
    enum checksum_family family;
    uint64_t length;
    uint32_t columns[32]; /* of a CRC: what becomes of each bit behind length zeros */
};

void rolling_step_make(struct rolling_step *step, enum checksum_family family, uint64_t length);
/** The value behind bytes of step's length that have a raw value, if it is start before them. */
uint32_t rolling_append(const struct rolling_step *step, uint32_t start, uint32_t raw);
/** The raw value of step's length bytes, by those of all bytes up to their beginning and up to their end. */
uint32_t rolling_between(const struct rolling_step *step, uint32_t before, uint32_t after);

#endif
