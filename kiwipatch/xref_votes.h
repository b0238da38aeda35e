/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_XREF_VOTES_H
#define KIWIPATCH_XREF_VOTES_H

/* For which load address do the most of some values point at places? */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Numbers that grow; beyond the limit a part of them is kept, chosen by their value. */
struct numbers {
    uint32_t *items;
    size_t count, room;
    size_t limit;
    unsigned thinned; /* one of 2 to that power is kept */
};

/** False if memory runs out. */
bool numbers_add(struct numbers *numbers, uint32_t number);
/** Ascending, each once. */
void numbers_sort(struct numbers *numbers);
/** Of sorted ones. */
bool numbers_have(const struct numbers *numbers, uint32_t number);

struct votes {
    uint32_t address; /* that the most values give to place 0 */
    size_t best;      /* places that they are the addresses of */
    size_t next;      /* under the best other address */
};

/** Of sorted places and values. Too many for the time that it takes are thinned out. */
bool votes_count(const struct numbers *places, const struct numbers *values, struct votes *votes);

#endif
