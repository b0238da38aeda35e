/* SPDX-License-Identifier: MIT */
/* Counts, for each pair of value and place, the address that place 0 would have. */
#include "xref_votes.h"

#include <stdlib.h>

#include "base/grow.h"

#define PAIR_LIMIT ((uint64_t)1 << 24)

bool numbers_add(struct numbers *numbers, uint32_t number)
{
    uint32_t *items = grow_array(numbers->items, &numbers->room, numbers->count, 1, sizeof *items);
    if (!items)
        return false;
    numbers->items = items;
    items[numbers->count++] = number;
    return true;
}

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

bool numbers_have(const struct numbers *numbers, uint32_t number)
{
    return numbers->count != 0 && bsearch(&number, numbers->items, numbers->count, sizeof number, by_number);
}

/** Sorts by three rounds of 11 bits each, which takes the same time for any numbers. */
static void sort_numbers(uint32_t *numbers, uint32_t *other, size_t count)
{
    enum { BITS = 11, ROUNDS = 3, KEYS = 1 << BITS };
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t starts[KEYS] = {0};
        for (size_t i = 0; i < count; i++)
            starts[numbers[i] >> BITS * round & (KEYS - 1)]++;
        for (size_t i = 0, sum = 0; i < KEYS; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            other[starts[numbers[i] >> BITS * round & (KEYS - 1)]++] = numbers[i];
        uint32_t *swap = numbers;
        numbers = other;
        other = swap;
    }
}

/** After three rounds the sorted numbers stand in the other half. */
static void count_runs(const uint32_t *sorted, size_t count, struct votes *votes)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && sorted[end] == sorted[i])
            end++;
        if (end - i > votes->best) {
            votes->next = votes->best;
            votes->best = end - i;
            votes->address = sorted[i];
        } else if (end - i > votes->next) {
            votes->next = end - i;
        }
        i = end;
    }
}

bool votes_count(const struct numbers *places, const struct numbers *values, struct votes *votes)
{
    size_t place_step = places->count / 4096 + 1, place_count = (places->count + place_step - 1) / place_step;
    size_t most = (size_t)(PAIR_LIMIT / (place_count + 1)), step = values->count / most + 1;
    uint64_t pairs = (uint64_t)place_count * ((values->count + step - 1) / step);
    uint32_t *addresses = malloc((size_t)(2 * pairs + 1) * sizeof *addresses);
    size_t count = 0;
    *votes = (struct votes){.best = 0};
    if (!addresses)
        return false;
    for (size_t i = 0; i < values->count; i += step)
        for (size_t k = 0; k < places->count; k += place_step)
            addresses[count++] = values->items[i] - places->items[k];
    sort_numbers(addresses, addresses + count, count);
    count_runs(addresses + count, count, votes);
    free(addresses);
    return true;
}
