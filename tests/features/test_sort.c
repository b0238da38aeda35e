/* SPDX-License-Identifier: MIT */
/* Sorting by a number, against insertion: few and many, and the same number often. */
#include "support.h"

#include "kiwidump/features/sort.h"

struct thing {
    uint64_t number;
    uint32_t rank, was;
};

static uint64_t number(const void *item)
{
    const struct thing *thing = item;
    return thing->number;
}

static int by_rank(const void *left, const void *right)
{
    const struct thing *a = left;
    const struct thing *b = right;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

enum { MOST = 600 };

static struct thing things[MOST], expected[MOST];

/** Numbers of so many values at that distance from each other. */
static void make(uint32_t count, uint64_t values, uint64_t distance)
{
    uint64_t state = 1;
    for (uint32_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        things[i] = (struct thing){(state >> 33) % values * distance, i * 2654435761u, i};
    }
}

static bool is_after(const struct thing *a, const struct thing *b, bool ranked)
{
    return a->number > b->number || (ranked && a->number == b->number && a->rank > b->rank);
}

static void insert_all(uint32_t count, bool ranked)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = i;
        for (; place > 0 && is_after(&expected[place - 1], &things[i], ranked); place--)
            expected[place] = expected[place - 1];
        expected[place] = things[i];
    }
}

START_TEST(sorted)
{
    static const uint32_t counts[] = {0, 1, 2, 3, 48, 49, 50, 255, MOST};
    static const uint64_t values[] = {1, 2, 7, UINT32_MAX};
    static const uint64_t distances[] = {1, 257, UINT64_C(1) << 31, UINT64_C(1) << 61};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] * 4 * 4 * 2; i++) {
        uint32_t count = counts[i / 32];
        const struct sort_order order = {sizeof things[0], number, i % 2 ? by_rank : NULL};
        struct memory memory = {0};
        make(count, values[i / 2 % 4], distances[i / 8 % 4]);
        insert_all(count, i % 2);
        sort_items(&memory, things, count, &order);
        ck_assert_mem_eq(things, expected, count * sizeof things[0]);
        ck_assert_uint_eq(memory.used, 0);
        ck_assert(!memory.failed);
    }
}
END_TEST

START_TEST(no_memory)
{
    const struct sort_order order = {sizeof things[0], number, by_rank};
    struct memory memory = {.used = MEMORY_LIMIT};
    make(MOST, UINT32_MAX, 1);
    sort_items(&memory, things, MOST, &order);
    ck_assert(memory.failed);
    for (uint32_t i = 0; i < MOST; i++)
        ck_assert_uint_eq(things[i].was, i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sort");
    TCase *tests = tcase_create("sort");

    tcase_add_test(tests, sorted);
    tcase_add_test(tests, no_memory);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
