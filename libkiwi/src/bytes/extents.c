/* SPDX-License-Identifier: MIT */
/* A set of bytes as ranges that do not touch each other. */
#include "bytes/extents.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum { KIWI_EXTENTS_CHUNK = 128 };

void kiwi_extents_init(struct kiwi_extents *extents)
{
    memset(extents, 0, sizeof *extents);
    extents->limit = SIZE_MAX;
}

void kiwi_extents_clear(struct kiwi_extents *extents)
{
    for (size_t i = 0; i < extents->chunk_count; i++)
        free(extents->chunks[i]);
    extents->chunk_count = extents->count = 0;
    extents->covered = 0;
    extents->full = false;
}

void kiwi_extents_free(struct kiwi_extents *extents)
{
    kiwi_extents_clear(extents);
    free(extents->chunks);
    free(extents->counts);
    memset(extents, 0, sizeof *extents);
}

/** Place of a range: chunk and position in it. */
struct position {
    size_t chunk, at;
};

static struct kiwi_range *range_at(const struct kiwi_extents *extents, struct position position)
{
    return position.chunk < extents->chunk_count ? &extents->chunks[position.chunk][position.at] : NULL;
}

static struct position following(const struct kiwi_extents *extents, struct position position)
{
    position.at++;
    if (position.at >= extents->counts[position.chunk]) {
        position.chunk++;
        position.at = 0;
    }
    return position;
}

/** The first range that ends at or behind offset. */
static struct position find(const struct kiwi_extents *extents, uint64_t offset)
{
    size_t low = 0;
    size_t high = extents->chunk_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (extents->chunks[middle][extents->counts[middle] - 1].end < offset)
            low = middle + 1;
        else
            high = middle;
    }
    struct position position = {low, 0};
    if (low == extents->chunk_count)
        return position;
    size_t first = 0;
    size_t last = extents->counts[low];
    while (first < last) {
        size_t middle = first + (last - first) / 2;
        if (extents->chunks[low][middle].end < offset)
            first = middle + 1;
        else
            last = middle;
    }
    position.at = first;
    return position;
}

uint64_t kiwi_extents_missing(const struct kiwi_extents *extents, uint64_t start, uint64_t end)
{
    uint64_t missing = end - start;
    struct kiwi_range *range;
    for (struct position position = find(extents, start);
         (range = range_at(extents, position)) && range->start < end;
         position = following(extents, position)) {
        uint64_t from = range->start > start ? range->start : start;
        uint64_t to = range->end < end ? range->end : end;
        missing -= to - from;
    }
    return missing;
}

bool kiwi_extents_gap(const struct kiwi_extents *extents, uint64_t start, uint64_t end,
                      struct kiwi_range *gap)
{
    struct position position = find(extents, start);
    struct kiwi_range *range = range_at(extents, position);
    if (range && range->start <= start) {
        start = range->end;
        range = range_at(extents, following(extents, position));
    }
    if (start >= end)
        return false;
    gap->start = start;
    gap->end = range && range->start < end ? range->start : end;
    return true;
}

bool kiwi_extents_first(const struct kiwi_extents *extents, uint64_t start, uint64_t end,
                        struct kiwi_range *found)
{
    struct position position = find(extents, start);
    struct kiwi_range *range = range_at(extents, position);
    if (range && range->end == start) /* it only touches */
        range = range_at(extents, following(extents, position));
    if (!range || range->start >= end || start >= end)
        return false;
    found->start = range->start > start ? range->start : start;
    found->end = range->end < end ? range->end : end;
    return true;
}

static bool insert_chunk(struct kiwi_extents *extents, size_t at)
{
    size_t room = extents->chunk_capacity;
    struct kiwi_range **chunks = grow_array(extents->chunks, &room, extents->chunk_count, 1, sizeof *chunks);
    if (!chunks)
        return false;
    extents->chunks = chunks;
    size_t *counts = grow_array(extents->counts, &extents->chunk_capacity, extents->chunk_count, 1,
                                sizeof *counts);
    if (!counts)
        return false;
    extents->counts = counts;
    struct kiwi_range *chunk = malloc(KIWI_EXTENTS_CHUNK * sizeof *chunk);
    if (!chunk)
        return false;
    memmove(extents->chunks + at + 1, extents->chunks + at,
            (extents->chunk_count - at) * sizeof *extents->chunks);
    memmove(extents->counts + at + 1, extents->counts + at,
            (extents->chunk_count - at) * sizeof *extents->counts);
    extents->chunks[at] = chunk;
    extents->counts[at] = 0;
    extents->chunk_count++;
    return true;
}

/** Makes room for one more range in a chunk that is full: the upper half moves to a new one. */
static bool split(struct kiwi_extents *extents, struct position *position)
{
    if (!insert_chunk(extents, position->chunk + 1))
        return false;
    size_t kept = position->at == KIWI_EXTENTS_CHUNK ? KIWI_EXTENTS_CHUNK - 1 : KIWI_EXTENTS_CHUNK / 2;
    size_t moved = KIWI_EXTENTS_CHUNK - kept;
    memcpy(extents->chunks[position->chunk + 1], extents->chunks[position->chunk] + kept,
           moved * sizeof(struct kiwi_range));
    extents->counts[position->chunk + 1] = moved;
    extents->counts[position->chunk] = kept;
    if (position->at > kept) {
        position->at -= kept;
        position->chunk++;
    }
    return true;
}

static bool insert(struct kiwi_extents *extents, struct position position, struct kiwi_range range)
{
    if (position.chunk == extents->chunk_count) {
        /* Behind all ranges: the usual case, a disc is walked upward. */
        if (position.chunk == 0) {
            if (!insert_chunk(extents, 0))
                return false;
        } else {
            position.chunk--;
            position.at = extents->counts[position.chunk];
        }
    }
    if (extents->counts[position.chunk] == KIWI_EXTENTS_CHUNK && !split(extents, &position))
        return false;
    struct kiwi_range *chunk = extents->chunks[position.chunk];
    memmove(chunk + position.at + 1, chunk + position.at,
            (extents->counts[position.chunk] - position.at) * sizeof *chunk);
    chunk[position.at] = range;
    extents->counts[position.chunk]++;
    extents->count++;
    return true;
}

static void erase(struct kiwi_extents *extents, struct position position)
{
    struct kiwi_range *chunk = extents->chunks[position.chunk];
    size_t count = --extents->counts[position.chunk];
    memmove(chunk + position.at, chunk + position.at + 1, (count - position.at) * sizeof *chunk);
    extents->count--;
    if (count != 0)
        return;
    free(chunk);
    extents->chunk_count--;
    memmove(extents->chunks + position.chunk, extents->chunks + position.chunk + 1,
            (extents->chunk_count - position.chunk) * sizeof *extents->chunks);
    memmove(extents->counts + position.chunk, extents->counts + position.chunk + 1,
            (extents->chunk_count - position.chunk) * sizeof *extents->counts);
}

bool kiwi_extents_add(struct kiwi_extents *extents, uint64_t start, uint64_t end, uint64_t *fresh)
{
    *fresh = 0;
    if (start >= end)
        return true;
    *fresh = kiwi_extents_missing(extents, start, end);
    if (*fresh == 0)
        return true;
    struct position position = find(extents, start);
    struct kiwi_range *range = range_at(extents, position);
    if (!range || range->start > end) {
        if (extents->count >= extents->limit) {
            extents->full = true;
            return true;
        }
        extents->covered += end - start;
        return insert(extents, position, (struct kiwi_range){start, end});
    }
    extents->covered += *fresh;
    if (start < range->start)
        range->start = start;
    if (end <= range->end)
        return true;
    range->end = end;
    for (;;) { /* swallow what the longer range now touches */
        struct position next_place = following(extents, position);
        struct kiwi_range *next = range_at(extents, next_place);
        if (!next || next->start > end)
            return true;
        if (next->end > range->end)
            range->end = next->end;
        erase(extents, next_place);
        range = range_at(extents, position);
    }
}
