/* SPDX-License-Identifier: MIT */
/* Extents of a UDF file, by few questions about where single blocks lie. */
#include "disc/udf_extents.h"

/*
 * Two runs may be in line by chance with a stranger between them: steps are short enough to notice all but
 * the smallest.
 */
#define STEP_LIMIT 1024u

/*
 * An allocation descriptor holds at most 2^30 - 2048 bytes (30 bits, whole blocks): a run is likely to end
 * there.
 */
#define DESCRIPTOR_BLOCKS (((1u << 30) - 2048u) / 2048u)

struct search {
    kiwi_block_lookup *lookup;
    void *context;
    uint32_t *lookups;
    uint32_t start;
    uint32_t lba;
};

static bool in_line(const struct search *search, uint32_t block)
{
    uint32_t lba = search->lookup(search->context, block);

    if (*search->lookups > 0)
        (*search->lookups)--;
    return search->lba == 0 ? lba == 0 : lba >= search->lba && lba - search->lba == block - search->start;
}

struct kiwi_block_run kiwi_udf_find_run(kiwi_block_lookup *lookup, void *context, uint32_t start,
                                        uint32_t count, uint32_t *lookups)
{
    struct search search = {lookup, context, lookups, start, lookup(context, start)};
    uint32_t good = start; /* known to be in line */
    uint32_t bad = count;  /* known not to be, or the end */
    uint32_t step = 1;

    while (good < count - 1) {
        uint32_t limit = DESCRIPTOR_BLOCKS - good % DESCRIPTOR_BLOCKS;
        uint32_t next = step < limit ? step : limit;

        next = next < count - 1 - good ? good + next : count - 1;
        if (!in_line(&search, next)) {
            bad = next;
            break;
        }
        good = next;
        step = step < STEP_LIMIT || *lookups == 0 ? step * 2 : STEP_LIMIT;
        step = step != 0 ? step : DESCRIPTOR_BLOCKS;
    }
    while (bad - good > 1) {
        uint32_t middle = good + (bad - good) / 2;

        if (in_line(&search, middle))
            good = middle;
        else
            bad = middle;
    }
    return (struct kiwi_block_run){search.lba, bad - start};
}
