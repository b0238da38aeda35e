/* SPDX-License-Identifier: MIT */
/* Layouts that are read as meant, and layouts that are refused with a reason. */
#include <string.h>

#include "layout.h"
#include "main.h"

static void check_refused(const char *text, const char *message)
{
    struct layout layout;
    struct failure failure = {0};

    ck_assert_msg(!layout_parse(&layout, "l.json", text, strlen(text), &failure), "taken: %s", text);
    ck_assert_msg(strstr(failure.text, message), "message is: %s", failure.text);
    ck_assert_int_eq(failure.code, EXIT_INPUT);
}

START_TEST(empty_is_the_default)
{
    struct layout layout;
    struct failure failure;

    ck_assert(layout_parse(&layout, "l.json", "{}", 2, &failure));
    ck_assert_mem_eq(&layout, &layout_default, sizeof layout);
    ck_assert_uint_eq(layout_integration(&layout, 2), 4);
    ck_assert_uint_eq(layout_integration(&layout, 0), 1);
}
END_TEST

START_TEST(values)
{
    struct layout layout;
    struct failure failure;
    const char *text =
        "{\"about\": \"x\", \"logical_sector_size\": 256, \"divisions\": [[2, 2], [1, 16], [4, 8]], "
        "\"levels\": {\"0\": {\"integration\": 8, \"division\": 3, \"pattern\": \"checkered\"}}, "
        "\"roads\": {\"link_ids\": false, \"altitude\": 12}, \"names\": {\"street_types\": [1, 7]}, "
        "\"guidance\": {\"basic\": 2, \"headers\": true}, \"other_data\": {\"voice\": 6}}";

    ck_assert_msg(layout_parse(&layout, "l.json", text, strlen(text), &failure), "%s", failure.text);
    ck_assert_uint_eq(layout.logical_sector_size, 256);
    ck_assert_uint_eq(layout.divisions[2].columns, 16);
    ck_assert_uint_eq(layout.levels[2].integration, 8);
    ck_assert_uint_eq(layout.levels[2].division, 3);
    ck_assert_int_eq(layout.levels[2].pattern, PATTERN_CHECKERED);
    ck_assert(!layout.roads.link_ids);
    ck_assert_uint_eq(layout.roads.altitude, 12);
    ck_assert_uint_eq(layout.names.street_type_count, 2);
    ck_assert_uint_eq(layout.guidance.basic, 2);
    ck_assert_uint_eq(layout.guidance.bytes, 2);
    ck_assert(layout.guidance.headers && !layout.guidance.lists);
    ck_assert_uint_eq(layout.other_data.voice, 6);
    ck_assert_uint_eq(layout.other_data.parameters, 0);
}
END_TEST

START_TEST(refusals)
{
    check_refused("[]", "must be a JSON object");
    check_refused("{\"colour\": 1}", "\"colour\": unknown key");
    check_refused("{\"logical_sector_size\": 96}", "must be 32, 64, 128 or 256");
    check_refused("{\"logical_sector_size\": \"32\"}", "must be an integer");
    check_refused("{\"level_record_size\": 44}", "must be 40, or 170 and more");
    check_refused("{\"list_type\": 3}", "must be 0, 1, 2 or 100");
    check_refused("{\"map_file_size\": 100000}", "needs list_type 100");
    check_refused("{\"divisions\": [[2, 2]]}", "each of the three types");
    check_refused("{\"divisions\": [[2, 2], [3, 1], [1, 1]]}", "powers of two");
    check_refused("{\"divisions\": [[2, 2], [32, 1], [1, 1]]}", "1..16");
    check_refused("{\"levels\": {\"6\": {}}}", "unknown key");
    check_refused("{\"levels\": {\"4\": {\"integration\": 2}}}", "must lie in 0..1");
    check_refused("{\"levels\": {\"0\": {\"integration\": 3}}}", "must be 0 (automatic)");
    check_refused("{\"edges\": \"left\"}", "must be \"lower\" or \"upper\"");
    check_refused("{\"roads\": {\"altitude\": 3}}", "must be even");
    check_refused("{\"roads\": {\"street_address\": 4, \"street_address_header\": false}}",
                  "street_address_header");
    check_refused("{\"names\": {\"street_types\": [0]}}", "1..7");
    check_refused("{\"names\": {\"vertical\": 1}}", "must be true or false");
    check_refused("{\"guidance\": {\"lists\": true}}", "needs data frames");
    check_refused("{\"guidance\": {\"basic\": 1}}", "must be true if headers is not");
    check_refused("{\"guidance\": {\"basic\": 16, \"lists\": true}}", "must lie in 0..15");
    check_refused("{\"other_data\": {\"parameters\": 6}}", "is no multiple");
    check_refused("{\"other_data\": {\"graphics\": 12}}", "must lie in 14..512");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {empty_is_the_default, values, refusals};

    return run_tests("layout", tests, sizeof tests / sizeof tests[0]);
}
