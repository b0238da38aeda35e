/* SPDX-License-Identifier: MIT */
/* Labels of lines: where they stand, at which angle, and which are left out. */
#include "label.h"
#include "main.h"

static struct label only_label(struct cut_point a, struct cut_point b, double east_west)
{
    struct cut_point points[2] = {a, b};
    struct labelled part = {1, 0, points, 2};
    struct label label;

    ck_assert_uint_eq(label_lines(&part, 1, LABEL_STREET, east_west, &label), 1);
    return label;
}

START_TEST(reads_from_left_to_right)
{
    const struct cut_point centre = {100, 100, true};

    ck_assert_int_eq(only_label(centre, (struct cut_point){200, 100, true}, 1).angle, 90);
    ck_assert_int_eq(only_label(centre, (struct cut_point){0, 100, true}, 1).angle, 90);
    ck_assert_int_eq(only_label(centre, (struct cut_point){200, 200, true}, 1).angle, 45);
    ck_assert_int_eq(only_label(centre, (struct cut_point){0, 0, true}, 1).angle, 45);
    ck_assert_int_eq(only_label(centre, (struct cut_point){200, 0, true}, 1).angle, 135);
    ck_assert_int_eq(only_label(centre, (struct cut_point){100, 200, true}, 1).angle, 0);
    ck_assert_int_eq(only_label(centre, (struct cut_point){100, 0, true}, 1).angle, 0);
    ck_assert_int_eq(only_label(centre, centre, 1).angle, 0);
}
END_TEST

/** Whatever the last bits of the ratio are. */
START_TEST(half_a_unit_is_the_same_everywhere)
{
    struct cut_point points[] = {{0, 0, true}, {7, 3, false}, {8, 4, false}, {15, 7, true}};
    struct labelled part = {1, 0, points, 4};

    for (int i = -8; i <= 8; i++) {
        struct label label;

        ck_assert_uint_eq(label_lines(&part, 1, LABEL_STREET, 0.53 + i * 1.2e-16, &label), 1);
        ck_assert_int_eq(label.x, 8);
        ck_assert_int_eq(label.y, 4);
    }
}
END_TEST

START_TEST(angle_is_that_of_the_ground)
{
    ck_assert_int_eq(only_label((struct cut_point){0, 0, true}, (struct cut_point){100, 50, true}, 0.5).angle,
                     45);
}
END_TEST

START_TEST(longest_part_of_each_text)
{
    struct cut_point points[] = {{0, 0, true},    {10, 0, true}, {0, 50, true},
                                 {100, 50, true}, {7, 7, true},  {7, 9, true}};
    struct labelled parts[] = {{5, 0, points, 2}, {5, 3, points + 2, 2}, {2, 1, points + 4, 2}};
    struct label labels[3];

    ck_assert_uint_eq(label_lines(parts, 3, LABEL_SHIELD, 1, labels), 2);
    ck_assert_uint_eq(labels[0].text, 2);
    ck_assert_uint_eq(labels[1].text, 5);
    ck_assert_int_eq(labels[1].x, 50);
    ck_assert_int_eq(labels[1].y, 50);
    ck_assert_int_eq(labels[1].priority, 3);
}
END_TEST

START_TEST(middle_of_a_bent_line)
{
    struct cut_point points[] = {{0, 0, true}, {10, 0, false}, {10, 90, true}};
    struct labelled part = {1, 0, points, 3};
    struct label label;

    label_lines(&part, 1, LABEL_STREET, 1, &label);
    ck_assert_int_eq(label.x, 10);
    ck_assert_int_eq(label.y, 40);
    ck_assert_int_eq(label.angle, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reads_from_left_to_right, half_a_unit_is_the_same_everywhere,
                                  angle_is_that_of_the_ground, longest_part_of_each_text,
                                  middle_of_a_bent_line};

    return run_tests("label", tests, sizeof tests / sizeof tests[0]);
}
