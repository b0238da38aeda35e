/* SPDX-License-Identifier: MIT */
/* Compares bytes of two discs for --diff. */
#include "diff/diff.h"

static enum kiwi_status read_some(const struct stretch *stretch, uint64_t at, uint8_t *bytes, size_t *length,
                                  struct kiwi_error *error)
{
    uint64_t left = at < stretch->length ? stretch->length - at : 0;
    size_t wanted = left < TREE_ROOM ? (size_t)left : TREE_ROOM;
    *length = 0;
    return wanted == 0
               ? KIWI_OK
               : kiwi_source_read_around(stretch->source, stretch->offset + at, bytes, wanted, length, error);
}

/** Keeps the bytes where the difference begins, as far as they were read. */
static void keep_first(struct difference *difference, uint64_t at, const struct side *sides,
                       const size_t *lengths, size_t first)
{
    difference->first = at + first;
    for (int i = 0; i < 2; i++) {
        size_t left = lengths[i] > first ? lengths[i] - first : 0;
        size_t most = sizeof difference->bytes[i];
        difference->lengths[i] = left < most ? left : most;
        memcpy(difference->bytes[i], sides[i].room + first, difference->lengths[i]);
    }
}

static void take_block(struct difference *difference, uint64_t at, const struct side *sides,
                       const size_t *lengths)
{
    size_t shorter = lengths[0] < lengths[1] ? lengths[0] : lengths[1];
    size_t longer = lengths[0] < lengths[1] ? lengths[1] : lengths[0];
    if (shorter == longer && memcmp(sides[0].room, sides[1].room, shorter) == 0)
        return;
    size_t first = 0;
    while (first < shorter && sides[0].room[first] == sides[1].room[first])
        first++;
    if (difference->count == 0)
        keep_first(difference, at, sides, lengths, first);
    for (size_t i = first; i < shorter; i++)
        difference->count += sides[0].room[i] != sides[1].room[i];
    difference->count += longer - shorter;
}

enum kiwi_status diff_bytes(struct diff *diff, const struct stretch *stretches, struct difference *difference,
                            struct kiwi_error *error)
{
    struct side *sides = diff->sides;
    size_t lengths[2];
    *difference = (struct difference){0};
    for (uint64_t at = 0;; at += TREE_ROOM) {
        for (int i = 0; i < 2; i++) {
            enum kiwi_status status = read_some(&stretches[i], at, sides[i].room, &lengths[i], error);
            if (status != KIWI_OK)
                return status;
        }
        if (lengths[0] == 0 && lengths[1] == 0)
            return KIWI_OK;
        take_block(difference, at, sides, lengths);
    }
}
