/* SPDX-License-Identifier: MIT */
/* Memory that goes on in a temporary file, and sorting with it. */
#include <string.h>

#include "main.h"
#include "memory.h"
#include "sort.h"
#include "spill.h"

START_TEST(grows_into_a_file)
{
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    const uint32_t count = 4 * SPILL_LEAST / sizeof *numbers;

    for (uint32_t i = 0; i < count; i++) {
        numbers = grow(numbers, &capacity, i + 1, sizeof *numbers);
        numbers[i] = i * 2654435761u;
        ck_assert(i > 16 || !spill_has(numbers));
    }
    ck_assert(spill_has(numbers));
    for (uint32_t i = 0; i < count; i++)
        ck_assert_uint_eq(numbers[i], i * 2654435761u);
    release(numbers);
    ck_assert(!spill_has(numbers));
}
END_TEST

START_TEST(is_zero)
{
    uint8_t *bytes = allocate(SPILL_LEAST, 1), *others = allocate(SPILL_LEAST, 1);

    ck_assert(spill_has(bytes) && spill_has(others) && bytes != others);
    for (size_t i = 0; i < SPILL_LEAST; i++)
        ck_assert_uint_eq(bytes[i] | others[i], 0);
    memset(bytes, 1, SPILL_LEAST);
    release(bytes);
    ck_assert_uint_eq(others[0], 0);
    ck_assert(spill_has(others));
    release(others);
    release(NULL);
}
END_TEST

struct pair {
    uint32_t key, place;
    char more[5]; /* a size that is no power of two */
};

static int compare(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;

    return (a->key > b->key) - (a->key < b->key);
}

START_TEST(sorts_and_keeps_order)
{
    static const size_t counts[] = {0, 1, 2, 3, 7, 1000, SPILL_LEAST / sizeof(struct pair) * 3};

    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        struct pair *pairs = allocate(counts[k], sizeof *pairs);
        uint32_t random = 1, most = counts[k] < 100 ? 3 : 1000;
        uint64_t sum = 0;

        for (size_t i = 0; i < counts[k]; i++) {
            random = random * 1664525 + 1013904223;
            pairs[i] = (struct pair){random >> 8, (uint32_t)i, "same"};
            pairs[i].key %= most;
            sum += pairs[i].key;
        }
        sort(pairs, counts[k], sizeof *pairs, compare);
        for (size_t i = 0; i < counts[k]; i++) {
            sum -= pairs[i].key;
            ck_assert_str_eq(pairs[i].more, "same");
            if (i == 0)
                continue;
            ck_assert_uint_le(pairs[i - 1].key, pairs[i].key);
            ck_assert(pairs[i - 1].key < pairs[i].key || pairs[i - 1].place < pairs[i].place);
        }
        ck_assert_uint_eq(sum, 0);
        release(pairs);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {grows_into_a_file, is_zero, sorts_and_keeps_order};

    return run_tests("memory", tests, sizeof tests / sizeof tests[0]);
}
