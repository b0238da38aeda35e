/* SPDX-License-Identifier: MIT */
/* Charsets of METADATA.KWI, and texts from them to UTF-8. */
#include "support.h"

#include "bytes/text.h"
#include "bytes/utf8.h"

#include <kiwi/disc.h>

static struct kiwi_text text;

static void set_up(void)
{
    kiwi_text_init(&text);
}

static void tear_down(void)
{
    kiwi_text_free(&text);
}

static bool declare(const char *charset)
{
    char metadata[256];

    snprintf(metadata, sizeof metadata, "LANG::=a,b ;CHCD ::= %s ; COOR::=WGS84 ;", charset);
    kiwi_text_free(&text);
    return kiwi_text_read_metadata(&text, metadata, strlen(metadata));
}

static const char *convert(const char *bytes)
{
    static char utf8[256];
    size_t length = kiwi_text_convert(&text, bytes, strlen(bytes), utf8, sizeof utf8);

    ck_assert_uint_eq(length, strlen(utf8));
    return utf8;
}

START_TEST(metadata_of_the_australian_disc)
{
    static const char metadata[] =
        "LANG::=US English,UK "
        "English,German,French,Spanish,Italian,Dutch,Swedish,Danish,Portuguese,Norwegian,Finish,"
        "Australian English ; CHCD ::=ISO 8859-1 ; COOR::=WGS84 ;";

    ck_assert_uint_eq(sizeof metadata - 1, 164);
    ck_assert(kiwi_text_read_metadata(&text, metadata, sizeof metadata - 1));
    ck_assert_str_eq(text.declared, "ISO 8859-1");
    ck_assert_str_eq(text.charset, "ISO-8859-1");
}
END_TEST

START_TEST(statements_are_found)
{
    static const struct {
        const char *metadata;
        const char *declared;
    } cases[] = {
        {"", ""},
        {"CHCD", ""},
        {"CHCD::=", ""},
        {"CHCD::=;", ""},
        {"CHCD::=SJIS", "SJIS"},
        {"\r\n CHCD\t::=\n SJIS \r\n;", "SJIS"},
        {"XCHCD::=ISO;CHCDX::=ANSI;CHCD::=SJIS;", "SJIS"},
        {"LANG::=CHCD ::= ISO ; CHCD ::= SJIS;", "SJIS"},
        {"CHCD:=SJIS;", ""},
        {"CHCD::", ""},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kiwi_text_free(&text);
        kiwi_text_read_metadata(&text, cases[i].metadata, strlen(cases[i].metadata));
        ck_assert_str_eq(text.declared, cases[i].declared);
    }
}
END_TEST

START_TEST(a_charset_has_the_name_that_iconv_knows)
{
    ck_assert_str_eq(kiwi_iconv_charset("CP932"), "CP932"); /* musl.sh looks where it is not known */
    ck_assert_str_eq(kiwi_iconv_charset("ISO-8859-1"), "ISO-8859-1");
    ck_assert_ptr_null(kiwi_iconv_charset("KIWI-1"));
}
END_TEST

START_TEST(tokens_have_charsets)
{
    static const char *const cases[][2] = {
        {"ISO 8859-1", "ISO-8859-1"}, {"iso8859_15", "ISO-8859-15"},
        {"ISO-8859-7", "ISO-8859-7"}, {"SJIS", "CP932"},
        {"Shift_JIS", "CP932"},       {"ANSI", "CP1252"},
        {"ASCII", "ISO-8859-1"},      {"ISO", "ISO-8859-1"},
        {"UTF-8", "UTF-8"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(declare(cases[i][0]), "%s", cases[i][0]);
        ck_assert_str_eq(text.charset, cases[i][1]);
    }
    ck_assert(!declare("KLINGON"));
    ck_assert_str_eq(text.charset, "ISO-8859-1");
    ck_assert_str_eq(text.declared, "KLINGON");
    ck_assert(!declare("ISO 8859-17"));
    ck_assert(!declare("ISO 8859-12"));
    ck_assert_str_eq(convert("\xE5"), "å");
}
END_TEST

START_TEST(other_charsets_are_iconvs)
{
    static const char *const refused[] = {"UTF-7",   "UTF-16LE",       "ISO-2022-JP", "EBCDIC-US",
                                          "CP037",   "CP1251//IGNORE", "../CP1251",   "",
                                          "KOI8-R/", "NONSENSE-9"};

    ck_assert(declare("CP1251"));
    ck_assert_str_eq(text.charset, "CP1251");
    ck_assert_str_eq(convert("\xCF\xF0\xEE\xF1\xEF\xE5\xEA\xF2 1"), "Проспект 1");
    ck_assert(declare("Windows 1251"));
    ck_assert_str_eq(convert("\xCF\xF0\xEE\xF1\xEF\xE5\xEA\xF2 1"), "Проспект 1");
    ck_assert(declare("KOI8 R"));
    ck_assert_str_eq(text.charset, "KOI8-R");
    ck_assert(declare("EUC JP"));
    ck_assert_str_eq(convert("\xC5\xEC\xB5\xFE"), "東京");
    ck_assert(declare("Latin 2"));
    ck_assert_str_eq(convert("\xB1"), "ą");
    ck_assert(declare("KOI8-R"));
    ck_assert_str_eq(convert("\xF0\xD2\xCF\xD3\xD0\xC5\xCB\xD4"), "Проспект");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_msg(!declare(refused[i]) == (refused[i][0] != '\0'), "%s", refused[i]);
        ck_assert_str_eq(text.charset, "ISO-8859-1");
        ck_assert_str_eq(convert("+AOU- \xE5"), "+AOU- å");
    }
}
END_TEST

START_TEST(a_charset_can_be_chosen)
{
    ck_assert(declare("ISO 8859-1"));
    ck_assert(kiwi_text_choose(&text, "sjis"));
    ck_assert_str_eq(text.declared, "ISO 8859-1");
    ck_assert_str_eq(convert("\x93\x8C"), "東");
    ck_assert(!kiwi_text_choose(&text, "UTF-16"));
    ck_assert_str_eq(convert("\xE5"), "å");
}
END_TEST

START_TEST(text_becomes_utf8)
{
    ck_assert_str_eq(convert("AVENYN"), "AVENYN");
    ck_assert_str_eq(convert("G\xF6teborg"), "Göteborg");
    declare("SJIS");
    ck_assert_str_eq(convert("NHK \x93\x8C\x8B\x9E \xB1"), "NHK 東京 ｱ");
    ck_assert_str_eq(convert("\x83\x5C"), "ソ");
    declare("ANSI");
    ck_assert_str_eq(convert("\x80"), "€");
    declare("ISO 8859-5");
    ck_assert_str_eq(convert("\xBC\xDE\xE1\xDA\xD2\xD0"), "Москва");
}
END_TEST

START_TEST(invalid_bytes_are_replaced)
{
    declare("SJIS");
    ck_assert_str_eq(convert("a\xFF"
                             "b\x93"),
                     "a\xEF\xBF\xBD"
                     "b\xEF\xBF\xBD");
    declare("ANSI");
    ck_assert_str_eq(convert("\x81z"), "\xEF\xBF\xBDz");
    declare("UTF-8");
    ck_assert_str_eq(convert("\xC3\xA4\xC0\x80\xED\xA0\x80"),
                     "ä\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}
END_TEST

START_TEST(capacity_cuts_between_characters)
{
    char utf8[8];

    ck_assert_uint_eq(kiwi_text_convert(&text, "ab", 2, utf8, 0), 0);
    ck_assert_uint_eq(kiwi_text_convert(&text, "ab", 2, utf8, 1), 0);
    ck_assert_str_eq(utf8, "");
    ck_assert_uint_eq(kiwi_text_convert(&text, "ab", 2, utf8, 2), 1);
    ck_assert_str_eq(utf8, "a");
    ck_assert_uint_eq(kiwi_text_convert(&text, "a\xE4", 2, utf8, 3), 1);
    ck_assert_str_eq(utf8, "a");
    ck_assert_uint_eq(kiwi_text_convert(&text, "a\xE4", 2, utf8, 4), 3);
    ck_assert_uint_eq(kiwi_text_convert(&text, "a\0\n", 3, utf8, 8), 3);
    ck_assert_mem_eq(utf8, "a\0\n", 4);
    declare("SJIS");
    ck_assert_uint_eq(kiwi_text_convert(&text, "\x93\x8C\x8B\x9E", 4, utf8, 6), 3);
    ck_assert_uint_eq(kiwi_text_convert(&text, "\xFF\xFF", 2, utf8, 6), 3);
    ck_assert_uint_eq(kiwi_text_convert(&text, "\xFF\xFF", 2, utf8, 3), 0);
}
END_TEST

static void check_utf8(const char *utf8, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t sequence = kiwi_utf8_sequence((const uint8_t *)utf8 + i, length - i);

        ck_assert_msg(sequence > 0, "%s: byte %02x at %zu of %zu", text.charset, (unsigned char)utf8[i], i,
                      length);
        i += sequence;
    }
}

START_TEST(output_is_always_utf8)
{
    static const char *const charsets[] = {"ISO 8859-1", "SJIS", "ANSI",   "UTF-8", "EUC-JP",
                                           "GB18030",    "BIG5", "EUC-KR", "?"};
    uint64_t state = 7;

    for (size_t charset = 0; charset < sizeof charsets / sizeof charsets[0]; charset++) {
        declare(charsets[charset]);
        for (int round = 0; round < 2000; round++) {
            uint8_t bytes[40];
            char utf8[64];
            size_t length = next_random(&state) % sizeof bytes;
            size_t capacity = 1 + next_random(&state) % sizeof utf8;
            size_t result;

            for (size_t i = 0; i < length; i++)
                bytes[i] = (uint8_t)next_random(&state);
            result = kiwi_text_convert(&text, bytes, length, utf8, capacity);
            ck_assert_uint_lt(result, capacity);
            ck_assert_int_eq(utf8[result], '\0');
            check_utf8(utf8, result);
        }
    }
}
END_TEST

static void check_string(char *got, const char *expected)
{
    ck_assert_ptr_nonnull(got);
    ck_assert_str_eq(got, expected);
    free(got);
}

START_TEST(names_become_utf8)
{
    check_string(kiwi_utf8_clean("a\xFF\xC3\xA4\xE2\x82", 6), "a\xEF\xBF\xBDä\xEF\xBF\xBD\xEF\xBF\xBD");
    check_string(kiwi_utf8_from_utf16be((const uint8_t *)"\0A\x6F\x22\xD8\x3D\xDE\x00\xD8\x00\0B\xDC", 13),
                 "A漢\xF0\x9F\x98\x80\xEF\xBF\xBD"
                 "B");
    check_string(kiwi_utf8_from_utf16be((const uint8_t *)"\xD8\x00", 2), "\xEF\xBF\xBD");
    check_string(kiwi_utf8_from_mutf8("A\xED\xA0\xBD\xED\xB8\x80\xC0\x80\xED\xA0\xBD\xFFz"),
                 "A\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    ck_assert_int_eq(kiwi_compare_case("aLLdata.kwi", "ALLDATA.KWI"), 0);
    ck_assert_int_lt(kiwi_compare_case("A", "AB"), 0);
    ck_assert_int_gt(kiwi_compare_case("\xC3", "z"), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("text");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, metadata_of_the_australian_disc);
    tcase_add_test(tests, statements_are_found);
    tcase_add_test(tests, a_charset_has_the_name_that_iconv_knows);
    tcase_add_test(tests, tokens_have_charsets);
    tcase_add_test(tests, other_charsets_are_iconvs);
    tcase_add_test(tests, a_charset_can_be_chosen);
    tcase_add_test(tests, text_becomes_utf8);
    tcase_add_test(tests, invalid_bytes_are_replaced);
    tcase_add_test(tests, capacity_cuts_between_characters);
    tcase_add_test(tests, output_is_always_utf8);
    tcase_add_test(tests, names_become_utf8);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
