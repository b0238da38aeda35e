/* SPDX-License-Identifier: MIT */
/* House numbers as people write them. */
#include <stdio.h>
#include <string.h>

#include "house_number.h"
#include "main.h"

static void check(const char *text, const char *wanted)
{
    uint32_t numbers[HOUSE_NUMBERS];
    char found[1024] = "";
    size_t count = house_number_read(text, numbers), length = 0;

    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(found + length, sizeof found - length, "%s%u", i ? " " : "", numbers[i]);
    ck_assert_msg(strcmp(found, wanted) == 0, "%s is %s", text, found);
}

START_TEST(single_numbers)
{
    check("7", "7");
    check(" 12 a", "12");
    check("12bis", "12");
    check("20'", "20");
    check("14/3", "14");
    check("123456789", "123456789");
}
END_TEST

START_TEST(lists_and_ranges)
{
    check("12;14", "12 14");
    check("76, 76a, 76b", "76 76 76");
    check("3-7", "3 5 7");
    check("3\xE2\x80\x93"
          "6",
          "3 4 5 6");
    check("3a - 7b; 9", "3 5 7 9");
    check("7-7", "7");
    check("12-A", "12");
    check("36-12", "36 12");
    check("101-999", "101 999"); /* no range of houses */
}
END_TEST

START_TEST(no_numbers)
{
    check("", "");
    check("Villa Rosa", "");
    check("-3", "");
    check("7;", "");
    check("1234567890", "");
    check("3-1234567890", "");
}
END_TEST

START_TEST(long_list)
{
    char text[4096] = "1";
    uint32_t numbers[HOUSE_NUMBERS];

    for (size_t i = 0; i < 500; i++)
        strcat(text, ";3-99");
    ck_assert_uint_eq(house_number_read(text, numbers), HOUSE_NUMBERS);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {single_numbers, lists_and_ranges, no_numbers, long_list};

    return run_tests("house number", tests, sizeof tests / sizeof tests[0]);
}
