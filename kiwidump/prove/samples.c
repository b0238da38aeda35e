/* SPDX-License-Identifier: MIT */
/* A sample of bounded size by the hashes of its keys. */
#include "samples.h"

#include <stdlib.h>
#include <string.h>

/** Bits of all of a key in each bit: the finaliser of SplitMix64. */
static uint64_t mix(uint64_t key)
{
    key = (key ^ (key >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94D049BB133111EB);
    return key ^ (key >> 31);
}

bool samples_open(struct samples *samples)
{
    *samples = (struct samples){.table = calloc(SAMPLE_ROOM, sizeof *samples->table),
                                .spare = calloc(SAMPLE_ROOM, sizeof *samples->spare)};
    return samples->table && samples->spare;
}

void samples_close(struct samples *samples)
{
    free(samples->table);
    free(samples->spare);
}

void samples_clear(struct samples *samples)
{
    memset(samples->table, 0, SAMPLE_ROOM * sizeof *samples->table);
    samples->count = 0;
    samples->halvings = 0;
}

bool samples_takes(const struct samples *samples, uint64_t key)
{
    return (mix(key) >> 32 & ((UINT64_C(1) << samples->halvings) - 1)) == 0;
}

/** Where a key stands, or would: the table is never full. */
static struct sample *slot(struct sample *table, uint64_t key)
{
    size_t at = mix(key) % SAMPLE_ROOM;
    while (table[at].used && table[at].key != key)
        at = (at + 1) % SAMPLE_ROOM;
    return &table[at];
}

static void halve(struct samples *samples)
{
    struct sample *old = samples->table;
    memset(samples->spare, 0, SAMPLE_ROOM * sizeof *samples->spare);
    samples->table = samples->spare;
    samples->spare = old;
    samples->count = 0;
    samples->halvings++;
    for (size_t i = 0; i < SAMPLE_ROOM; i++)
        if (old[i].used && samples_takes(samples, old[i].key)) {
            *slot(samples->table, old[i].key) = old[i];
            samples->count++;
        }
}

struct sample *samples_find(const struct samples *samples, uint64_t key)
{
    struct sample *found = slot(samples->table, key);
    return found->used ? found : NULL;
}

struct sample *samples_put(struct samples *samples, uint64_t key)
{
    if (!samples_takes(samples, key))
        return NULL;
    struct sample *sample = slot(samples->table, key);
    if (sample->used)
        return sample;
    while (samples->count >= SAMPLE_ROOM / 2 && samples->halvings < 31)
        halve(samples);
    if (!samples_takes(samples, key) || samples->count >= SAMPLE_ROOM - 1)
        return NULL;
    sample = slot(samples->table, key);
    *sample = (struct sample){.key = key, .used = true};
    samples->count++;
    return sample;
}
