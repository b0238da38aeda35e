/* SPDX-License-Identifier: MIT */
/* Views: what they show, how much they read, and what happens when reading fails. */
#include "support.h"

#include "bytes/source.h"
#include "bytes/view.h"

#include <errno.h>

#define SIZE ((uint64_t)64 << 20)

struct fake {
    uint64_t bad; /* the sector of this offset cannot be read */
    uint64_t end; /* nothing comes from here on, without an error */
    unsigned reads;
};

static uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 31 + offset / 2048);
}

static int fake_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct fake *fake = context;

    fake->reads++;
    if (fake->bad != KIWI_NULL && offset < fake->bad / 2048 * 2048 + 2048 &&
        fake->bad / 2048 * 2048 < offset + length)
        return EIO;
    length = offset >= fake->end ? 0 : length < fake->end - offset ? length : (size_t)(fake->end - offset);
    for (size_t i = 0; i < length; i++)
        ((uint8_t *)buffer)[i] = byte_at(offset + i);
    *received = length;
    return 0;
}

static struct fake fake;
static struct kiwi_source *source;
static struct kiwi_window window;

static void set_up(void)
{
    static const struct kiwi_source_operations operations = {fake_read, NULL};

    fake = (struct fake){.bad = KIWI_NULL, .end = KIWI_NULL};
    ck_assert_int_eq(kiwi_source_from_operations(&operations, &fake, SIZE + 5, &source, NULL), KIWI_OK);
    kiwi_window_init(&window);
}

static void tear_down(void)
{
    kiwi_window_free(&window);
    kiwi_source_unref(source);
}

static struct kiwi_view view_of(uint64_t offset, uint64_t length)
{
    struct kiwi_view view;

    ck_assert_int_eq(kiwi_window_view(&window, source, offset, length, &view, NULL), KIWI_OK);
    ck_assert_uint_eq(view.offset, offset);
    return view;
}

START_TEST(memory_is_not_copied)
{
    static const uint8_t bytes[] = "0123456789";
    struct kiwi_source *memory;
    struct kiwi_view view;

    ck_assert_int_eq(kiwi_source_from_memory(bytes, 10, &memory, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_window_view(&window, memory, 4, 100, &view, NULL), KIWI_OK);
    ck_assert_ptr_eq(view.bytes, bytes + 4);
    ck_assert_uint_eq(view.length, 6);
    kiwi_source_unref(memory);
}
END_TEST

START_TEST(random_requests_read_only_their_sectors)
{
    view_of(10 * 2048 + 5, 10);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 2048);
    view_of(5000 * 2048 + 2047, 2);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 3 * 2048);
    view_of(100, 1);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 4 * 2048);
}
END_TEST

START_TEST(nothing_behind_a_stop_is_read_ahead)
{
    kiwi_window_stop_at(&window, 5 * 2048);
    view_of(0, 2048);
    view_of(2048, 2048);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 5 * 2048);
    view_of(5 * 2048, 2048);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 6 * 2048);
}
END_TEST

START_TEST(buffered_requests_cost_nothing)
{
    struct kiwi_view first = view_of(4096, 4096);
    struct kiwi_view inside;

    ck_assert_uint_eq(fake.reads, 1);
    inside = view_of(5000, 3192);
    ck_assert_uint_eq(fake.reads, 1);
    ck_assert_ptr_eq(inside.bytes, first.bytes + 904);
    ck_assert_uint_eq(inside.length, 3192);
}
END_TEST

START_TEST(sequential_requests_read_ahead)
{
    uint64_t offset = 0;
    unsigned reads;

    for (; offset < (uint64_t)8 << 20; offset += 2048) {
        struct kiwi_view view = view_of(offset, 2048);

        ck_assert_uint_eq(view.length, 2048);
        ck_assert_uint_eq(view.bytes[2047], byte_at(offset + 2047));
    }
    reads = fake.reads;
    ck_assert_uint_lt(reads, 20);
    ck_assert_uint_le(kiwi_source_bytes_read(source), ((uint64_t)9 << 20) + 4096);
    for (; offset < (uint64_t)24 << 20; offset += 2048 + 20000) /* nearly in sequence */
        view_of(offset, 2048);
    ck_assert_uint_lt(fake.reads - reads, 20);
    view_of(40 << 20, 1);
    ck_assert_uint_eq(window.length, 2048);
}
END_TEST

START_TEST(views_end_with_the_source_and_the_limit)
{
    ck_assert_uint_eq(view_of(SIZE, 100).length, 5);
    ck_assert_uint_eq(view_of(SIZE + 5, 100).length, 0);
    ck_assert_ptr_nonnull(view_of(UINT64_MAX, UINT64_MAX).bytes);
    ck_assert_uint_eq(view_of(7, UINT64_MAX).length, KIWI_WINDOW_LIMIT);
    ck_assert_uint_eq(view_of(SIZE - 10, UINT64_MAX).length, 15);
}
END_TEST

START_TEST(bad_sectors_spoil_only_themselves)
{
    struct kiwi_error error;
    struct kiwi_view view;

    fake.bad = 100 * 2048;
    for (uint64_t sector = 0; sector < 200; sector++) {
        enum kiwi_status status = kiwi_window_view(&window, source, sector * 2048, 2048, &view, &error);

        ck_assert_int_eq(status, KIWI_OK);
        ck_assert_uint_eq(view.length, sector == 100 ? 0 : 2048);
        ck_assert(sector == 100 || view.bytes[0] == byte_at(sector * 2048));
    }
}
END_TEST

/* A file that was cut while it is open. */
START_TEST(what_became_shorter_ends_there)
{
    fake.end = 3 * 2048 + 100;
    ck_assert_uint_eq(view_of(3 * 2048, 500).length, 100);
    kiwi_window_free(&window);
    ck_assert_uint_eq(view_of(5 * 2048, 500).length, 0);
    ck_assert_uint_eq(view_of(3 * 2048 + 100, 500).length, 0);
    ck_assert_uint_eq(view_of(10, 500).length, 500);
}
END_TEST

START_TEST(sources_do_not_mix)
{
    static const struct kiwi_source_operations operations = {fake_read, NULL};
    struct kiwi_source *other;
    struct kiwi_view view;

    view_of(0, 100);
    for (int i = 0; i < 3; i++) { /* an address that is used again must not bring old bytes back */
        ck_assert_int_eq(kiwi_source_from_operations(&operations, &fake, 10, &other, NULL), KIWI_OK);
        ck_assert_int_eq(kiwi_window_view(&window, other, 0, 100, &view, NULL), KIWI_OK);
        ck_assert_uint_eq(view.length, 10);
        kiwi_source_unref(other);
    }
    ck_assert_uint_eq(fake.reads, 4);
}
END_TEST

START_TEST(every_view_has_the_right_bytes)
{
    uint64_t state = 1;
    uint64_t offset = 0;
    unsigned wrong = 0;

    for (int i = 0; i < 500; i++) {
        uint64_t dice = next_random(&state);
        uint64_t length = 1 + (next_random(&state) >> (dice % 4 == 0 ? 43 : 52));
        struct kiwi_view view;

        offset = dice % 3 == 0 ? next_random(&state) % (SIZE + 10) : offset + dice % 100000;
        offset -= dice % 7 == 0 && offset > 5000 ? 5000 : 0;
        view = view_of(offset, length);
        ck_assert_uint_eq(view.length, offset >= SIZE + 5           ? 0
                                       : length < SIZE + 5 - offset ? length
                                                                    : SIZE + 5 - offset);
        for (size_t k = 0; k < view.length; k++)
            wrong += view.bytes[k] != byte_at(offset + k);
        ck_assert_uint_eq(wrong, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("view");
    TCase *tests = tcase_create("view");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, memory_is_not_copied);
    tcase_add_test(tests, random_requests_read_only_their_sectors);
    tcase_add_test(tests, nothing_behind_a_stop_is_read_ahead);
    tcase_add_test(tests, buffered_requests_cost_nothing);
    tcase_add_test(tests, sequential_requests_read_ahead);
    tcase_add_test(tests, views_end_with_the_source_and_the_limit);
    tcase_add_test(tests, bad_sectors_spoil_only_themselves);
    tcase_add_test(tests, what_became_shorter_ends_there);
    tcase_add_test(tests, sources_do_not_mix);
    tcase_add_test(tests, every_view_has_the_right_bytes);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
