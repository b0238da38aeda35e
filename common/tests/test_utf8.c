/* SPDX-License-Identifier: MIT */
/* Texts of strangers: nothing in them commands a terminal or ends a line. */
#include "libkiwi/tests/support.h"

#include "common/utf8.h"

START_TEST(control_characters_become_question_marks)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"G\xC3\xB6teborg", "G\xC3\xB6teborg"},
        {"a\nb\tc\x1B[2Jd\x7F", "a?b?c?[2Jd?"},
        {"\xC2\x9B"
         "2J",
         "?2J"}, /* CSI as one character */
        {"\x9B"
         "2J",
         "?2J"},                          /* and as one byte */
        {"\xC2\xA0\xC2", "\xC2\xA0\xC2"}, /* no-break space; cut */
        {"\xE2\x82\xAC\xF0\x9F\x9A\x97", "\xE2\x82\xAC\xF0\x9F\x9A\x97"},
        {"\xE9\x80", "\xE9?"}, /* ISO 8859-1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        strcpy(text, cases[i][0]);
        utf8_clean(text);
        ck_assert_str_eq(text, cases[i][1]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *cases = tcase_create("utf8");
    tcase_add_test(cases, control_characters_become_question_marks);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
