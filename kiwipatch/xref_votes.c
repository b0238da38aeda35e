/* SPDX-License-Identifier: MIT */
/* Counts, for each pair of value and place, the address that place 0 would have. */
#include "xref_votes.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define PAIR_LIMIT ((uint64_t)1 << 24)
enum { LIST_LIMIT = 1 << 19 };

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

void numbers_sort(struct numbers *numbers)
{
    size_t kept = 0;
    if (numbers->count != 0)
        qsort(numbers->items, numbers->count, sizeof *numbers->items, by_number);
    for (size_t i = 0; i < numbers->count; i++)
        if (kept == 0 || numbers->items[i] != numbers->items[kept - 1])
            numbers->items[kept++] = numbers->items[i];
    numbers->count = kept;
}

/** A part of all numbers, and which that is has nothing to do with what they mean. */
static bool is_kept(uint32_t number, unsigned thinned)
{
    return thinned == 0 || number * UINT32_C(2654435761) >> (32 - thinned) == 0;
}

static void thin_out(struct numbers *numbers)
{
    numbers_sort(numbers);
    while (numbers->count > numbers->limit / 4 * 3) {
        size_t kept = 0;
        numbers->thinned++;
        for (size_t i = 0; i < numbers->count; i++)
            if (is_kept(numbers->items[i], numbers->thinned))
                numbers->items[kept++] = numbers->items[i];
        numbers->count = kept;
    }
}

bool numbers_add(struct numbers *numbers, uint32_t number)
{
    if (numbers->count == numbers->limit)
        thin_out(numbers);
    if (!is_kept(number, numbers->thinned))
        return true;
    uint32_t *items = grow_array(numbers->items, &numbers->room, numbers->count, 1, sizeof *items);
    if (!items)
        return false;
    numbers->items = items;
    items[numbers->count++] = number;
    return true;
}

bool numbers_have(const struct numbers *numbers, uint32_t number)
{
    return numbers->count != 0 && bsearch(&number, numbers->items, numbers->count, sizeof number, by_number);
}

/** Places and values of which so many are left out that the pairs are not too many for the time they take. */
struct pairs {
    const struct numbers *places, *values;
    size_t place_step, step;
    size_t value_count;
};

static uint32_t value_at(const struct pairs *pairs, size_t index)
{
    return pairs->values->items[index * pairs->step];
}

/** The first of the values that is not below a number. */
static size_t first_value(const struct pairs *pairs, uint32_t number)
{
    size_t low = 0, high = pairs->value_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (value_at(pairs, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

typedef void take_address(void *context, uint32_t address);

static void take_values(const struct pairs *pairs, uint32_t place, uint32_t from, uint32_t to,
                        take_address *take, void *context)
{
    for (size_t i = first_value(pairs, from); i < pairs->value_count && value_at(pairs, i) <= to; i++)
        take(context, value_at(pairs, i) - place);
}

/** All addresses from..to that pairs give to place 0, in no order. */
static void take_addresses(const struct pairs *pairs, uint32_t from, uint32_t to, take_address *take,
                           void *context)
{
    for (size_t k = 0; k < pairs->places->count; k += pairs->place_step) {
        uint32_t place = pairs->places->items[k], first = from + place, last = to + place;
        take_values(pairs, place, first > last ? 0 : first, last, take, context);
        if (first > last) /* beyond the last address the first one follows */
            take_values(pairs, place, first, UINT32_MAX, take, context);
    }
}

/** Addresses of one upper half after the other are sorted and counted, so many at a time as there is room. */
struct count {
    uint32_t upper[1 << 16]; /* how many addresses have this upper half */
    uint32_t list[LIST_LIMIT], other[LIST_LIMIT];
    size_t listed;
};

static void take_upper(void *context, uint32_t address)
{
    struct count *count = context;
    count->upper[address >> 16]++;
}

static void take_listed(void *context, uint32_t address)
{
    struct count *count = context;
    count->list[count->listed++] = address;
}

/** Of one upper half alone, which has more than there is room for: list counts them by their lower one. */
static void take_lower(void *context, uint32_t address)
{
    struct count *count = context;
    count->list[address & 0xFFFF]++;
}

/** Sorts by three rounds of 11 bits each, which takes the same time for any numbers: they end in other. */
static void sort_listed(struct count *count)
{
    enum { BITS = 11, ROUNDS = 3, KEYS = 1 << BITS };
    uint32_t *from = count->list, *to = count->other;
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t starts[KEYS] = {0};
        for (size_t i = 0; i < count->listed; i++)
            starts[from[i] >> BITS * round & (KEYS - 1)]++;
        for (size_t i = 0, sum = 0; i < KEYS; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count->listed; i++)
            to[starts[from[i] >> BITS * round & (KEYS - 1)]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
}

static void note(struct votes *votes, uint32_t address, size_t count)
{
    if (count > votes->best) {
        votes->next = votes->best;
        votes->best = count;
        votes->address = address;
    } else if (count > votes->next) {
        votes->next = count;
    }
}

static void count_listed(const struct pairs *pairs, struct count *count, uint32_t from, uint32_t to,
                         struct votes *votes)
{
    count->listed = 0;
    take_addresses(pairs, from, to, take_listed, count);
    sort_listed(count);
    for (size_t i = 0, end; i < count->listed; i = end) {
        for (end = i; end < count->listed && count->other[end] == count->other[i];)
            end++;
        note(votes, count->other[i], end - i);
    }
}

static void count_crowd(const struct pairs *pairs, struct count *count, uint32_t from, struct votes *votes)
{
    enum { LOWER = 1 << 16 };
    memset(count->list, 0, LOWER * sizeof *count->list);
    take_addresses(pairs, from, from + (LOWER - 1), take_lower, count);
    for (uint32_t i = 0; i < LOWER; i++)
        note(votes, from + i, count->list[i]);
}

static void count_all(const struct pairs *pairs, struct count *count, struct votes *votes)
{
    enum { UPPER = 1 << 16 };
    memset(count->upper, 0, sizeof count->upper);
    take_addresses(pairs, 0, UINT32_MAX, take_upper, count);
    for (uint32_t from = 0, to; from < UPPER; from = to) {
        size_t sum = count->upper[from];
        for (to = from + 1; to < UPPER && sum + count->upper[to] <= LIST_LIMIT; to++)
            sum += count->upper[to];
        if (sum > LIST_LIMIT)
            count_crowd(pairs, count, from << 16, votes);
        else if (sum > votes->next) /* else no address of them can be one of the best two */
            count_listed(pairs, count, from << 16, (to << 16) - 1, votes);
    }
}

bool votes_count(const struct numbers *places, const struct numbers *values, struct votes *votes)
{
    size_t place_step = places->count / 4096 + 1, place_count = (places->count + place_step - 1) / place_step;
    size_t most = (size_t)(PAIR_LIMIT / (place_count + 1)), step = values->count / most + 1;
    const struct pairs pairs = {places, values, place_step, step, (values->count + step - 1) / step};
    struct count *count = malloc(sizeof *count);
    *votes = (struct votes){.best = 0};
    if (!count)
        return false;
    if (place_count * pairs.value_count <= LIST_LIMIT)
        count_listed(&pairs, count, 0, UINT32_MAX, votes);
    else
        count_all(&pairs, count, votes);
    free(count);
    return true;
}
