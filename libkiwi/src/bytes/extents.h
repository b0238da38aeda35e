/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_EXTENTS_H
#define KIWI_SRC_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kiwi_range {
    uint64_t start, end;
};

/** A set of bytes as disjoint ranges in ascending order; ranges that touch are one. */
struct kiwi_extents {
    struct kiwi_range **chunks; /* each holds up to KIWI_EXTENTS_CHUNK ranges, none is empty */
    size_t *counts;
    size_t chunk_count, chunk_capacity;
    size_t count;     /* ranges in all */
    uint64_t covered; /* bytes in the set */
    size_t limit;     /* ranges beyond this many are not kept */
    bool full;        /* a range was not kept */
};

void kiwi_extents_init(struct kiwi_extents *extents);
void kiwi_extents_free(struct kiwi_extents *extents);
void kiwi_extents_clear(struct kiwi_extents *extents);

/** Adds start..end and stores in *fresh how many of its bytes were not in the set. False if memory ran out.
 */
bool kiwi_extents_add(struct kiwi_extents *extents, uint64_t start, uint64_t end, uint64_t *fresh);

/** Bytes of start..end that are not in the set. */
uint64_t kiwi_extents_missing(const struct kiwi_extents *extents, uint64_t start, uint64_t end);

/** The first range of bytes at or behind start and below end that are not in the set; false if there is none.
 */
bool kiwi_extents_gap(const struct kiwi_extents *extents, uint64_t start, uint64_t end,
                      struct kiwi_range *gap);

/** The first bytes of the set in start..end; false if there are none. */
bool kiwi_extents_first(const struct kiwi_extents *extents, uint64_t start, uint64_t end,
                        struct kiwi_range *found);

#endif
