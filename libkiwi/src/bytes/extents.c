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
struct place {
    size_t chunk, at;
};

static struct kiwi_range *range_at(const struct kiwi_extents *extents, struct place place)
{
    return place.chunk < extents->chunk_count ? &extents->chunks[place.chunk][place.at] : NULL;
}

static struct place following(const struct kiwi_extents *extents, struct place place)
{
    place.at++;
    if (place.at >= extents->counts[place.chunk]) {
        place.chunk++;
        place.at = 0;
    }
    return place;
}

/** The first range that ends at or behind offset. */
static struct place find(const struct kiwi_extents *extents, uint64_t offset)
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
    struct place place = {low, 0};
    if (low == extents->chunk_count)
        return place;
    size_t first = 0;
    size_t last = extents->counts[low];
    while (first < last) {
        size_t middle = first + (last - first) / 2;
        if (extents->chunks[low][middle].end < offset)
            first = middle + 1;
        else
            last = middle;
    }
    place.at = first;
    return place;
}

uint64_t kiwi_extents_missing(const struct kiwi_extents *extents, uint64_t start, uint64_t end)
{
    uint64_t missing = end - start;
    struct kiwi_range *range;
    for (struct place place = find(extents, start); (range = range_at(extents, place)) && range->start < end;
         place = following(extents, place)) {
        uint64_t from = range->start > start ? range->start : start;
        uint64_t to = range->end < end ? range->end : end;
        missing -= to - from;
    }
    return missing;
}

bool kiwi_extents_gap(const struct kiwi_extents *extents, uint64_t start, uint64_t end,
                      struct kiwi_range *gap)
{
    struct place place = find(extents, start);
    struct kiwi_range *range = range_at(extents, place);
    if (range && range->start <= start) {
        start = range->end;
        range = range_at(extents, following(extents, place));
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
    struct place place = find(extents, start);
    struct kiwi_range *range = range_at(extents, place);
    if (range && range->end == start) /* it only touches */
        range = range_at(extents, following(extents, place));
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
static bool split(struct kiwi_extents *extents, struct place *place)
{
    if (!insert_chunk(extents, place->chunk + 1))
        return false;
    size_t kept = place->at == KIWI_EXTENTS_CHUNK ? KIWI_EXTENTS_CHUNK - 1 : KIWI_EXTENTS_CHUNK / 2;
    size_t moved = KIWI_EXTENTS_CHUNK - kept;
    memcpy(extents->chunks[place->chunk + 1], extents->chunks[place->chunk] + kept,
           moved * sizeof(struct kiwi_range));
    extents->counts[place->chunk + 1] = moved;
    extents->counts[place->chunk] = kept;
    if (place->at > kept) {
        place->at -= kept;
        place->chunk++;
    }
    return true;
}

static bool insert(struct kiwi_extents *extents, struct place place, struct kiwi_range range)
{
    if (place.chunk == extents->chunk_count) {
        /* Behind all ranges: the usual case, a disc is walked upward. */
        if (place.chunk == 0) {
            if (!insert_chunk(extents, 0))
                return false;
        } else {
            place.chunk--;
            place.at = extents->counts[place.chunk];
        }
    }
    if (extents->counts[place.chunk] == KIWI_EXTENTS_CHUNK && !split(extents, &place))
        return false;
    struct kiwi_range *chunk = extents->chunks[place.chunk];
    memmove(chunk + place.at + 1, chunk + place.at,
            (extents->counts[place.chunk] - place.at) * sizeof *chunk);
    chunk[place.at] = range;
    extents->counts[place.chunk]++;
    extents->count++;
    return true;
}

static void erase(struct kiwi_extents *extents, struct place place)
{
    struct kiwi_range *chunk = extents->chunks[place.chunk];
    size_t count = --extents->counts[place.chunk];
    memmove(chunk + place.at, chunk + place.at + 1, (count - place.at) * sizeof *chunk);
    extents->count--;
    if (count != 0)
        return;
    free(chunk);
    extents->chunk_count--;
    memmove(extents->chunks + place.chunk, extents->chunks + place.chunk + 1,
            (extents->chunk_count - place.chunk) * sizeof *extents->chunks);
    memmove(extents->counts + place.chunk, extents->counts + place.chunk + 1,
            (extents->chunk_count - place.chunk) * sizeof *extents->counts);
}

bool kiwi_extents_add(struct kiwi_extents *extents, uint64_t start, uint64_t end, uint64_t *fresh)
{
    *fresh = 0;
    if (start >= end)
        return true;
    *fresh = kiwi_extents_missing(extents, start, end);
    if (*fresh == 0)
        return true;
    struct place place = find(extents, start);
    struct kiwi_range *range = range_at(extents, place);
    if (!range || range->start > end) {
        if (extents->count >= extents->limit) {
            extents->full = true;
            return true;
        }
        extents->covered += end - start;
        return insert(extents, place, (struct kiwi_range){start, end});
    }
    extents->covered += *fresh;
    if (start < range->start)
        range->start = start;
    if (end <= range->end)
        return true;
    range->end = end;
    for (;;) { /* swallow what the longer range now touches */
        struct place next_place = following(extents, place);
        struct kiwi_range *next = range_at(extents, next_place);
        if (!next || next->start > end)
            return true;
        if (next->end > range->end)
            range->end = next->end;
        erase(extents, next_place);
        range = range_at(extents, place);
    }
}
