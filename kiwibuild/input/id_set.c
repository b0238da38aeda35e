/* SPDX-License-Identifier: MIT */
/* A set of ids: bits of 512 neighbours in a chunk, chunks in a hash table. */
#include "id_set.h"

#include "kiwibuild/memory.h"

enum {
    CHUNK_SHIFT = 9,
    WORD_BITS = 64,
    CHUNK_WORDS = (1 << CHUNK_SHIFT) / WORD_BITS,
};

struct id_chunk {
    uint64_t number;
    bool used;
    uint64_t words[CHUNK_WORDS];
};

static struct id_chunk *find_chunk(struct id_chunk *chunks, size_t capacity, uint64_t number)
{
    size_t slot = (size_t)((number * 0x9E3779B97F4A7C15u) >> 20) & (capacity - 1);
    while (chunks[slot].used && chunks[slot].number != number)
        slot = (slot + 1) & (capacity - 1);
    return &chunks[slot];
}

static void enlarge(struct id_set *set)
{
    size_t capacity = set->capacity ? 2 * set->capacity : 64;
    struct id_chunk *chunks = allocate(capacity, sizeof *chunks);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->chunks[i].used)
            *find_chunk(chunks, capacity, set->chunks[i].number) = set->chunks[i];
    release(set->chunks);
    set->chunks = chunks;
    set->capacity = capacity;
}

bool id_set_add(struct id_set *set, int64_t id)
{
    uint64_t number = (uint64_t)id >> CHUNK_SHIFT, bit = (uint64_t)1 << ((uint64_t)id % WORD_BITS);
    if (4 * set->count >= 3 * set->capacity)
        enlarge(set);
    struct id_chunk *chunk = find_chunk(set->chunks, set->capacity, number);
    set->count += !chunk->used;
    chunk->used = true;
    chunk->number = number;
    uint64_t *word = &chunk->words[((uint64_t)id >> 6) % CHUNK_WORDS];
    bool added = !(*word & bit);
    *word |= bit;
    return added;
}

bool id_set_has(const struct id_set *set, int64_t id)
{
    if (!set->count)
        return false;
    const struct id_chunk *chunk = find_chunk(set->chunks, set->capacity, (uint64_t)id >> CHUNK_SHIFT);
    return chunk->used && (chunk->words[((uint64_t)id >> 6) % CHUNK_WORDS] >> ((uint64_t)id % WORD_BITS) & 1);
}

void id_set_free(struct id_set *set)
{
    release(set->chunks);
    *set = (struct id_set){0};
}
