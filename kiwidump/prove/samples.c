/* SPDX-License-Identifier: MIT */
/* A sample of bounded size by the hashes of its keys. */
#include "samples.h"

#include <stdlib.h>
#include <string.h>

/* A disc may be made so that all keys have one place; of others, none of a table half full is so far away. */
enum { PROBES = 256, MOST_HALVINGS = 31 };

/** Bits of all of a key in each bit: the finaliser of SplitMix64. */
static uint64_t mix(uint64_t key)
{
    key = (key ^ key >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    key = (key ^ key >> 27) * UINT64_C(0x94D049BB133111EB);
    return key ^ key >> 31;
}

bool samples_open(struct samples *samples)
{
    *samples = (struct samples){.table = calloc(SAMPLE_ROOM, sizeof *samples->table)};
    return samples->table;
}

void samples_close(struct samples *samples)
{
    free(samples->table);
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

/** Where a key stands, or would; NULL if that is too far from its place. */
static struct sample *slot(const struct samples *samples, uint64_t key)
{
    size_t place = mix(key) % SAMPLE_ROOM;
    for (size_t i = 0; i < PROBES; i++) {
        struct sample *sample = &samples->table[(place + i) % SAMPLE_ROOM];
        if (!sample->used || sample->key == key)
            return sample;
    }
    return NULL;
}

/** In place: from behind a free slot on, what is put anew never stands farther from its place than before. */
static void halve(struct samples *samples)
{
    size_t begin = 0;
    while (samples->table[begin].used)
        begin++;
    samples->halvings++;
    for (size_t i = 1; i < SAMPLE_ROOM; i++) {
        struct sample *old = &samples->table[(begin + i) % SAMPLE_ROOM];
        const struct sample sample = *old;
        if (!sample.used)
            continue;
        old->used = false;
        if (samples_takes(samples, sample.key))
            *slot(samples, sample.key) = sample;
        else
            samples->count--;
    }
}

struct sample *samples_find(const struct samples *samples, uint64_t key)
{
    struct sample *found = slot(samples, key);
    return found && found->used ? found : NULL;
}

struct sample *samples_put(struct samples *samples, uint64_t key)
{
    while (samples_takes(samples, key)) {
        struct sample *sample = slot(samples, key);
        if (sample && sample->used)
            return sample;
        if (sample && samples->count < SAMPLE_ROOM / 2) {
            *sample = (struct sample){.key = key, .used = true};
            samples->count++;
            return sample;
        }
        if (samples->halvings == MOST_HALVINGS)
            break;
        halve(samples);
    }
    return NULL;
}
