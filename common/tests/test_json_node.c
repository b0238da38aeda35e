/* SPDX-License-Identifier: MIT */
/* JSON that people write: what is in doubt is refused, with its line or its place and key. */
#include "libkiwi/tests/support.h"

#include "common/json_node.h"

static struct json_object *parse(const char *text, struct failure *failure)
{
    *failure = (struct failure){.text = ""};
    return json_parse_object("f.json", text, strlen(text), failure);
}

START_TEST(texts_in_doubt_are_refused)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "f.json: line 1, column 1: the text ends too early"},
        {"[]", "f.json: must be a JSON object"},
        {"7", "f.json: must be a JSON object"},
        {"null", "f.json: must be a JSON object"},
        {"{\"a\": 1,}", "f.json: line 1, column 9: a comma before a closing bracket"},
        {"{\n\"a\": 1\n\n\"b\": 2}", "f.json: line 4, column 1: "},
        {"{} x", "f.json: line 1, column 4: the word x, which JSON does not have"},
        {"{\"a\": 1, /* */ \"b\": 2}", "f.json: line 1, column 10: a comment, which JSON does not have"},
        {"{\"a\": \"\xFF\"}", "f.json: line 1, column 8: no UTF-8"},
        {"{\"a\": 18446744073709551616}", "f.json: line 1, column 7: a number of more than 64 bits"},
        {"{\"a\": [1, -9223372036854775809]}", "f.json: line 1, column 11: a number of more than 64 bits"},
        {"{\"a\": 1,\n \"b\": {\"a\": 1},\n \"a\": 2}", "f.json: line 3, column 2: \"a\" stands twice"},
        {"{\"b\": [{\"c\": 1}, {\"c\": 1, \"c\": 1}]}", "\"c\" stands twice"},
        {"{\"a\": 1, \"\\u0061\": 1}", "f.json: line 1, column 10: \"\\u0061\" stands twice"},
        {"{\"\xC3\xA5\": 'x'}", "f.json: line 1, column 7: a text in single quotes"},
        {"{\"a\": [1, 2,]}", "f.json: line 1, column 13: a comma before a closing bracket"},
        {"{\"a\": NaN}", "f.json: line 1, column 7: the word NaN, which JSON does not have"},
        {"{\"a\": -Infinity}", "f.json: line 1, column 7: a number that JSON does not have"},
        {"{\"a\": 01}", "f.json: line 1, column 7: a number that JSON does not have"},
        {"{\"a\": 1.}", "f.json: line 1, column 7: a number that JSON does not have"},
        {"{\"a\": .5}", "f.json: line 1, column "},
        {"{\"a\": +1}", "f.json: line 1, column "},
        {"{\"a\": \"x\ty\"}", "f.json: line 1, column 9: a control character"},
        {"{\"a\": \"x", "f.json: line 1, column 7: a text that does not end"},
        {"{a: 1}", "f.json: line 1, column 2: the word a"},
        {"{\"a\": 1", "f.json: line 1, column 8: the text ends too early"},
        {"{} }", "f.json: line 1, column 4: this character cannot stand here"},
        {"{}\v", "f.json: line 1, column 3: this character cannot stand here"},
        {"{}\n{}", "f.json: line 2, column 1: this character cannot stand here"},
        {"{\"a\": \"\\q\"}", "f.json: line 1, column "},
        {"{\"a\": [[[[[[[[1]]]]]]]]}", "nest"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct failure failure;
        ck_assert_msg(!parse(rows[i].text, &failure), "row %zu", i);
        ck_assert_msg(strstr(failure.text, rows[i].message), "row %zu: %s", i, failure.text);
        ck_assert_int_eq(failure.code, EXIT_INPUT);
    }
}
END_TEST

START_TEST(letters_outside_of_ascii)
{
    struct failure failure;
    struct json_object *name,
        *object = parse(" {\"S\xC3\xB6\": \"\xE2\x82\xAC \xF0\x9F\xA5\x9D\"} \n", &failure);
    ck_assert_msg(object, "%s", failure.text);
    ck_assert(json_object_object_get_ex(object, "S\xC3\xB6", &name));
    ck_assert_str_eq(json_object_get_string(name), "\xE2\x82\xAC \xF0\x9F\xA5\x9D");
    json_object_put(object);
}
END_TEST

START_TEST(nul_is_no_end)
{
    struct failure failure;
    ck_assert(!json_parse_object("f.json", "{}\0x", 4, &failure));
    ck_assert_str_eq(failure.text, "f.json: contains NUL");
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped)
{
    struct failure failure;
    struct json_object *object = parse(
        "\xEF\xBB\xBF{\"a\": [{\"b\": 1}, {\"b\": 2}], \"b\": \"{\\\"b\\\": 1\"}", &failure);
    ck_assert_msg(object, "%s", failure.text);
    json_object_put(object);
}
END_TEST

/** Thousands of keys in one object take no quadratic time. */
START_TEST(many_keys)
{
    enum { KEYS = 100000 };
    struct failure failure;
    char *text = malloc(KEYS * 16);
    char *at = text;
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < KEYS; i++)
        at += sprintf(at, "%s\"%d\": 1", i ? "," : "{", i);
    memcpy(at, "}", 2);
    struct json_object *object = parse(text, &failure);
    ck_assert_msg(object, "%s", failure.text);
    ck_assert_int_eq(json_object_object_length(object), KEYS);
    json_object_put(object);
    memcpy(at, ",\"0\":1}", 8);
    ck_assert(!parse(text, &failure));
    ck_assert(strstr(failure.text, "\"0\" stands twice"));
    free(text);
}
END_TEST

START_TEST(members)
{
    static const char *const names[] = {"one", "two", NULL};
    static const char *const keys[] = {"a", "b", NULL};
    struct failure failure;
    struct json_node inner;
    int number;
    int64_t large;
    char *text;
    bool flag;
    struct json_node node = {.name = "f.json", .failure = &failure};
    node.object = parse("{\"a\": {\"b\": \"two\", \"z\": \"x\\u0000y\"}, \"low\": -9223372036854775808, "
                        "\"high\": 18446744073709551615, \"flag\": true, \"real\": 1e300}",
                        &failure);
    ck_assert_ptr_nonnull(node.object);
    ck_assert(!json_enter(&node, "low", json_type_object, &inner));
    ck_assert_str_eq(failure.text, "f.json: \"low\": must be an object");
    ck_assert(json_enter(&node, "a", json_type_object, &inner));
    ck_assert(json_read_name(&inner, "b", names, &number));
    ck_assert_int_eq(number, 1);
    ck_assert(json_read_string(&inner, "b", &text));
    ck_assert_str_eq(text, "two");
    free(text);
    ck_assert(!json_read_string(&inner, "z", &text));
    ck_assert_str_eq(failure.text, "f.json: \"a\".\"z\": must not contain NUL");
    ck_assert(!json_only_keys(&inner, keys));
    ck_assert_str_eq(failure.text, "f.json: \"a\".\"z\": unknown key");
    ck_assert(!json_require_keys(&inner, keys));
    ck_assert_str_eq(failure.text, "f.json: \"a\".\"a\": is missing");
    ck_assert(json_read_boolean(&node, "flag", &flag) && flag);
    ck_assert(json_read_number(&node, "low", &large));
    ck_assert_int_eq(large, INT64_MIN);
    ck_assert(!json_read_number(&node, "high", &large));
    ck_assert(strstr(failure.text, "\"high\": must lie in"));
    ck_assert(!json_read_integer(&node, "high", 0, 100, &number));
    ck_assert_str_eq(failure.text, "f.json: \"high\": must lie in 0..100");
    ck_assert(!json_read_integer(&node, "none", 0, 100, &number));
    ck_assert_str_eq(failure.text, "f.json: \"none\": is missing");
    json_object_put(node.object);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_node");
    TCase *cases = tcase_create("json_node");
    tcase_add_test(cases, texts_in_doubt_are_refused);
    tcase_add_test(cases, letters_outside_of_ascii);
    tcase_add_test(cases, nul_is_no_end);
    tcase_add_test(cases, a_byte_order_mark_is_skipped);
    tcase_add_test(cases, many_keys);
    tcase_add_test(cases, members);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
