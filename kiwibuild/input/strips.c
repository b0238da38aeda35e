/* SPDX-License-Identifier: MIT */
/* Sorts the sides of rings into strips from west to east. */
#include "strips.h"

#include <stdlib.h>

#include "kiwibuild/memory.h"

enum { SHARE = 3 }; /* a side is in so many strips on average, beside the first one */

static const struct position *ends_of(const struct sides *sides, size_t side)
{
    return sides->positions + side * sides->step;
}

/** As many strips as sides, but fewer where sides are long: all together they stand in a few strips each. */
static size_t count_strips(const struct sides *sides, const struct strips *strips)
{
    double climbed = 0, height = (double)strips->high - (double)strips->low;
    for (size_t i = 0; i < sides->count; i++)
        climbed += (double)llabs(ends_of(sides, i)[1].y - ends_of(sides, i)[0].y);
    if (climbed <= SHARE * height)
        return sides->count;
    return (size_t)((double)sides->count * (SHARE * height / climbed)) + 1;
}

static size_t strip_of(const struct strips *strips, int64_t y)
{
    uint64_t height = (uint64_t)(strips->high - strips->low) + 1;
    return (size_t)((uint64_t)(y - strips->low) * strips->count / height);
}

/** The strips of its ends, and those between. */
static void find_reach(const struct strips *strips, const struct position *ends, size_t *first, size_t *last)
{
    size_t a = strip_of(strips, ends[0].y), b = strip_of(strips, ends[1].y);
    *first = a < b ? a : b;
    *last = a < b ? b : a;
}

static void measure(struct strips *strips, const struct sides *sides)
{
    strips->low = strips->high = sides->positions[0].y;
    for (size_t i = 0; i < sides->count; i++)
        for (size_t end = 0; end < 2; end++) {
            int64_t y = ends_of(sides, i)[end].y;
            strips->low = y < strips->low ? y : strips->low;
            strips->high = y > strips->high ? y : strips->high;
        }
    strips->count = count_strips(sides, strips);
}

struct strips strips_make(struct strip_store *store, const struct sides *sides)
{
    struct strips strips = {.first = store->start_count, .first_side = store->side_count};
    size_t first, last;
    measure(&strips, sides);
    store->start_count += strips.count + 1;
    store->starts = grow(store->starts, &store->start_capacity, store->start_count, sizeof *store->starts);
    uint32_t *starts = store->starts + strips.first, total = 0;
    for (size_t i = 0; i <= strips.count; i++)
        starts[i] = 0;
    for (size_t i = 0; i < sides->count; i++) {
        find_reach(&strips, ends_of(sides, i), &first, &last);
        for (size_t strip = first; strip <= last; strip++)
            starts[strip]++;
    }
    for (size_t i = 0; i <= strips.count; i++)
        starts[i] = total += starts[i]; /* where each ends, as it is filled from its end */
    store->side_count += total;
    store->sides = grow(store->sides, &store->side_capacity, store->side_count + 1, sizeof *store->sides);
    for (size_t i = sides->count; i-- > 0;) {
        find_reach(&strips, ends_of(sides, i), &first, &last);
        for (size_t strip = first; strip <= last; strip++)
            store->sides[strips.first_side + --starts[strip]] = (uint32_t)i;
    }
    return strips;
}

const uint32_t *strips_at(const struct strip_store *store, const struct strips *strips, int64_t y,
                          size_t *count)
{
    *count = 0;
    if (y < strips->low || y > strips->high)
        return NULL;
    const uint32_t *start = store->starts + strips->first + strip_of(strips, y);
    *count = start[1] - start[0];
    return store->sides + strips->first_side + start[0];
}

void strip_store_free(struct strip_store *store)
{
    release(store->starts);
    release(store->sides);
    *store = (struct strip_store){0};
}
