/* SPDX-License-Identifier: MIT */
/* The set of bytes against a bitmap that does the same the slow way. */
#include "support.h"

#include "bytes/extents.h"

#define SPACE 20000u

/* The n-th allocation fails, and all that follow; 0 = none. Linked with --wrap. */

static unsigned allocations, fail_at;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
    return fail_at != 0 && ++allocations >= fail_at;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static uint8_t bitmap[SPACE];
static struct kiwi_extents extents;

static void set_up(void)
{
    memset(bitmap, 0, sizeof bitmap);
    kiwi_extents_init(&extents);
}

static void tear_down(void)
{
    kiwi_extents_free(&extents);
}

static uint64_t add(uint64_t start, uint64_t end)
{
    uint64_t fresh = 99;

    EXPECT(kiwi_extents_add(&extents, start, end, &fresh));
    return fresh;
}

static uint64_t model_missing(uint64_t start, uint64_t end)
{
    uint64_t missing = 0;

    for (uint64_t i = start; i < end; i++)
        missing += bitmap[i] == 0;
    return missing;
}

static bool model_gap(uint64_t start, uint64_t end, struct kiwi_range *gap)
{
    while (start < end && bitmap[start])
        start++;
    gap->start = gap->end = start;
    while (gap->end < end && !bitmap[gap->end])
        gap->end++;
    return start < end;
}

/** Ranges are ascending, disjoint and do not touch; chunks are not empty; the counts are right. */
static void check_shape(void)
{
    uint64_t last = 0;
    uint64_t covered = 0;
    size_t ranges = 0;

    for (size_t chunk = 0; chunk < extents.chunk_count; chunk++) {
        EXPECT(extents.counts[chunk] > 0);
        for (size_t i = 0; i < extents.counts[chunk]; i++, ranges++) {
            const struct kiwi_range *range = &extents.chunks[chunk][i];

            EXPECT(range->start < range->end);
            if (ranges > 0)
                EXPECT(range->start > last);
            last = range->end;
            covered += range->end - range->start;
        }
    }
    EXPECT_EQ(extents.count, ranges);
    EXPECT_EQ(extents.covered, covered);
}

/** All that can be asked about start..end. */
static void check_queries(uint64_t start, uint64_t end)
{
    struct kiwi_range found = {7, 7};
    struct kiwi_range wanted;

    EXPECT_EQ(kiwi_extents_missing(&extents, start, end), model_missing(start, end));
    bool has = model_gap(start, end, &wanted);
    EXPECT_EQ(kiwi_extents_gap(&extents, start, end, &found), has);
    if (has) {
        EXPECT_EQ(found.start, wanted.start);
        EXPECT_EQ(found.end, wanted.end);
    }
}

static void random_run(uint64_t seed, unsigned adds, uint64_t longest, uint64_t space)
{
    uint64_t state = seed;

    for (unsigned i = 0; i < adds; i++) {
        uint64_t start = next_random(&state) % space;
        uint64_t end = start + next_random(&state) % (longest + 1);

        end = end > space ? space : end;
        EXPECT_EQ(add(start, end), model_missing(start, end));
        memset(bitmap + start, 1, end - start);
        uint64_t from = next_random(&state) % space;
        uint64_t to = from + next_random(&state) % (space - from + 1);
        check_queries(from, to);
        check_queries(start, end);
        if (i % 64 == 0)
            check_shape();
    }
    check_shape();
    EXPECT_EQ(extents.covered, space - model_missing(0, space));
}

START_TEST(random_short)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_run(seed, 1500, 3, 3000); /* more ranges than a chunk holds: splits, and joins later on */
        tear_down();
        set_up();
    }
    random_run(99, 3000, 1, SPACE);
    ck_assert_uint_gt(extents.chunk_count, 10);
}
END_TEST

START_TEST(random_long)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        random_run(seed, 300, 400, 5000);
        tear_down();
        set_up();
    }
}
END_TEST

START_TEST(random_mixed)
{
    /* many single bytes, then long ranges that swallow whole chunks */
    random_run(5, 3000, 1, SPACE);
    ck_assert_uint_gt(extents.chunk_count, 8);
    random_run(6, 60, 3000, SPACE);
    ck_assert_uint_lt(extents.chunk_count, 5);
}
END_TEST

START_TEST(random_tiny)
{
    /* every case of touching and overlapping turns up */
    for (uint64_t seed = 1; seed <= 500; seed++) {
        random_run(seed, 30, 6, 24);
        tear_down();
        set_up();
    }
}
END_TEST

START_TEST(upward)
{
    for (uint64_t i = 0; i < 6000; i += 2)
        EXPECT_EQ(add(i, i + 1), 1);
    EXPECT_EQ(extents.count, 3000);
    check_shape();
    /* chunks are filled, not left half empty, when ranges come in order */
    EXPECT(extents.chunk_count <= 3000 / 100);
    for (uint64_t i = 1; i < 6000; i += 2)
        EXPECT_EQ(add(i, i + 1), 1);
    EXPECT_EQ(extents.count, 1);
    EXPECT_EQ(extents.chunk_count, 1);
    EXPECT_EQ(extents.covered, 6000);
}
END_TEST

START_TEST(downward)
{
    for (uint64_t i = 6000; i > 0; i -= 2)
        EXPECT_EQ(add(i, i + 1), 1);
    EXPECT_EQ(extents.count, 3000);
    check_shape();
    EXPECT_EQ(add(0, 10000), 10000 - 3000);
    EXPECT_EQ(extents.count, 1);
    check_shape();
}
END_TEST

START_TEST(far_offsets)
{
    struct kiwi_range gap;

    ck_assert_uint_eq(add(UINT64_MAX - 10, UINT64_MAX), 10);
    ck_assert_uint_eq(add(UINT64_MAX - 20, UINT64_MAX - 5), 10);
    ck_assert_uint_eq(add(0, 1), 1);
    ck_assert_uint_eq(extents.count, 2);
    ck_assert(kiwi_extents_gap(&extents, 0, UINT64_MAX, &gap));
    ck_assert_uint_eq(gap.start, 1);
    ck_assert_uint_eq(gap.end, UINT64_MAX - 20);
    ck_assert_uint_eq(kiwi_extents_missing(&extents, 0, UINT64_MAX), UINT64_MAX - 21);
}
END_TEST

START_TEST(nothing)
{
    struct kiwi_range gap;

    ck_assert_uint_eq(add(5, 5), 0);
    ck_assert_uint_eq(add(6, 5), 0);
    ck_assert_uint_eq(extents.count, 0);
    ck_assert(!kiwi_extents_gap(&extents, 5, 5, &gap));
    ck_assert_uint_eq(kiwi_extents_missing(&extents, 5, 5), 0);
    ck_assert(kiwi_extents_gap(&extents, 5, 6, &gap));
    ck_assert_uint_eq(gap.start, 5);
    ck_assert_uint_eq(gap.end, 6);
}
END_TEST

START_TEST(limit)
{
    extents.limit = 3;
    for (uint64_t i = 0; i < 3; i++)
        ck_assert_uint_eq(add(i * 10, i * 10 + 5), 5);
    ck_assert(!extents.full);
    ck_assert_uint_eq(add(100, 105), 5); /* fresh, but not kept */
    ck_assert(extents.full);
    ck_assert_uint_eq(extents.count, 3);
    ck_assert_uint_eq(extents.covered, 15);
    ck_assert_uint_eq(add(100, 105), 5);
    ck_assert_uint_eq(add(25, 27), 2); /* what touches a range needs no room */
    ck_assert_uint_eq(add(5, 10), 5);
    ck_assert_uint_eq(extents.count, 2);
    ck_assert_uint_eq(add(100, 105), 5);
    ck_assert_uint_eq(add(100, 105), 0);
    check_shape();
}
END_TEST

START_TEST(cleared)
{
    for (uint64_t i = 0; i < 1000; i += 2)
        add(i, i + 1);
    extents.full = true;
    kiwi_extents_clear(&extents);
    ck_assert_uint_eq(extents.count, 0);
    ck_assert_uint_eq(extents.covered, 0);
    ck_assert(!extents.full);
    ck_assert_uint_eq(add(0, 1000), 1000);
    check_shape();
}
END_TEST

/* Ranges that touch none of the others, upward and downward, until memory ends: what was there before is
 * there still. */
START_TEST(no_memory)
{
    unsigned failures = 0;
    for (unsigned at = 1; at < 12; at++)
        for (int rising = 0; rising < 2; rising++) {
            struct kiwi_extents set;
            uint64_t fresh, count = 0;
            kiwi_extents_init(&set);
            allocations = 0;
            fail_at = at;
            for (bool added = true; added && count < 1000; count += added) {
                uint64_t start = rising ? 2 * count : 4000 - 2 * count;
                added = kiwi_extents_add(&set, start, start + 1, &fresh);
            }
            fail_at = 0;
            failures += count < 1000;
            ck_assert_uint_eq(set.count, count);
            for (uint64_t i = 0; i < count; i++)
                ck_assert_uint_eq(kiwi_extents_missing(&set, rising ? 2 * i : 4000 - 2 * i,
                                                       (rising ? 2 * i : 4000 - 2 * i) + 1),
                                  0);
            struct kiwi_range found;
            ck_assert(!kiwi_extents_first(&set, 10, 10, &found) && !kiwi_extents_first(&set, 10, 9, &found));
            kiwi_extents_free(&set);
        }
    ck_assert_uint_gt(failures, 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("extents");
    TCase *cases = tcase_create("extents");

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, random_short);
    tcase_add_test(cases, random_long);
    tcase_add_test(cases, random_mixed);
    tcase_add_test(cases, random_tiny);
    tcase_add_test(cases, upward);
    tcase_add_test(cases, downward);
    tcase_add_test(cases, far_offsets);
    tcase_add_test(cases, nothing);
    tcase_add_test(cases, limit);
    tcase_add_test(cases, cleared);
    tcase_add_test(cases, no_memory);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
