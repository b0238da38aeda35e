/* SPDX-License-Identifier: MIT */
/* What two readings have in common: keys that are kept are complete, in whatever order they come. */
#include "support.h"

#include "kiwidump/prove/samples.h"

enum { MANY = 100000, CROWD = 400 };

static struct samples samples;

static void tally(uint64_t key)
{
    struct sample *sample = samples_put(&samples, key);
    if (sample)
        sample->of.link.end_count++;
}

/** Each key comes twice, and is there with both or not at all. */
static void check(const uint64_t *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tally(keys[i]);
    for (size_t i = count; i-- > 0;)
        tally(keys[i]);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct sample *sample = samples_find(&samples, keys[i]);
        ck_assert_int_eq(!sample, !samples_takes(&samples, keys[i]));
        ck_assert(!sample || sample->of.link.end_count == 2);
        kept += sample ? 1 : 0;
    }
    ck_assert_uint_eq(samples.count, kept);
}

START_TEST(some_of_many)
{
    static uint64_t keys[MANY];
    ck_assert(samples_open(&samples));
    for (size_t i = 0; i < MANY; i++)
        keys[i] = i * 3;
    check(keys, 100);
    ck_assert_uint_eq(samples.count, 100);
    samples_clear(&samples);
    check(keys, MANY);
    ck_assert_uint_eq(samples.halvings, 3);
    ck_assert_uint_gt(samples.count, SAMPLE_ROOM / 4);
    samples_close(&samples);
}
END_TEST

/* A hostile disc: all keys have one place, as the table itself shows. */
START_TEST(a_crowd_in_one_place)
{
    static uint64_t keys[CROWD];
    size_t count = 0;
    ck_assert(samples_open(&samples));
    for (uint64_t key = 0; count < CROWD; key++) {
        struct sample *sample = samples_put(&samples, key);
        if (sample == samples.table)
            keys[count++] = key;
        sample->used = false;
        samples.count--;
    }
    samples_clear(&samples);
    check(keys, CROWD);
    ck_assert_uint_ge(samples.halvings, 1);
    ck_assert_uint_gt(samples.count, 0);
    samples_close(&samples);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("samples");
    TCase *tests = tcase_create("samples");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, some_of_many);
    tcase_add_test(tests, a_crowd_in_one_place);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
