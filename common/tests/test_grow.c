/* SPDX-License-Identifier: MIT */
/* Arrays that grow: room is there, doubles, and never wraps. */
#include "libkiwi/tests/support.h"

#include "base/grow.h"

START_TEST(room_doubles_and_items_stay)
{
    uint32_t *items = NULL;
    size_t room = 0;
    unsigned moves = 0;
    for (size_t count = 0; count < 100000; count++) {
        size_t before = room;
        items = grow_array(items, &room, count, 1, sizeof *items);
        ck_assert_ptr_nonnull(items);
        ck_assert_uint_gt(room, count);
        moves += room != before;
        items[count] = (uint32_t)count;
    }
    for (size_t i = 0; i < 100000; i++)
        ck_assert_uint_eq(items[i], i);
    ck_assert_uint_le(moves, 14); /* 16 items, then twice as many each time */
    free(items);
}
END_TEST

START_TEST(many_items_at_once)
{
    size_t room = 0;
    char *bytes = grow_array(NULL, &room, 0, 100000, 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_ge(room, 100000);
    memset(bytes, 1, room);
    free(bytes);
}
END_TEST

START_TEST(nothing_has_an_array_too)
{
    size_t room = 0;
    char *bytes = grow_array(NULL, &room, 0, 0, 1);
    ck_assert_ptr_nonnull(bytes);
    free(bytes);
}
END_TEST

/** Sizes that would wrap: refused, and the array and its room stay. */
START_TEST(sizes_do_not_wrap)
{
    size_t room = 0;
    uint64_t *items = grow_array(NULL, &room, 0, 1, sizeof *items);
    size_t before = room;
    ck_assert_ptr_nonnull(items);
    items[0] = 7;
    ck_assert_ptr_null(grow_array(items, &room, 1, SIZE_MAX, sizeof *items));
    ck_assert_ptr_null(grow_array(items, &room, 1, SIZE_MAX / 8, sizeof *items));
    ck_assert_ptr_null(grow_array(items, &room, before, SIZE_MAX - before + 1, 1));
    ck_assert_uint_eq(room, before);
    ck_assert_uint_eq(items[0], 7);
    free(items);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grow");
    TCase *cases = tcase_create("grow");
    tcase_add_test(cases, room_doubles_and_items_stay);
    tcase_add_test(cases, many_items_at_once);
    tcase_add_test(cases, nothing_has_an_array_too);
    tcase_add_test(cases, sizes_do_not_wrap);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
