/* SPDX-License-Identifier: MIT */
/* Recipes that are read as meant, and recipes that are refused with a reason. */
#include "libkiwi/tests/support.h"

#include "recipe.h"

static bool parse(const char *text, struct recipe *recipe, struct failure *failure)
{
    *failure = (struct failure){.text = ""};
    return recipe_parse(recipe, "r.json", "", text, strlen(text), failure);
}

#define HEAD                                                                  \
    "{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"md5\": " \
    "\"0123456789abcdef0123456789ABCDEF\"}, "
#define STEPS(text) HEAD "\"steps\": [" text "]}"
#define GOOD "{\"step\": \"pattern\", \"at\": 1, \"find\": \"00 1? ??\", \"replace\": \"?? ff 01\"}"

START_TEST(good_recipes_are_read)
{
    struct recipe recipe;
    struct failure failure;
    ck_assert_msg(parse(STEPS(GOOD), &recipe, &failure), "%s", failure.text);
    ck_assert_str_eq(recipe.md5, "0123456789abcdef0123456789abcdef");
    ck_assert_uint_eq(recipe.step_count, 1);
    ck_assert(recipe.steps[0].has_at);
    ck_assert_uint_eq(recipe.steps[0].find.length, 3);
    ck_assert_mem_eq(recipe.steps[0].find.mask, "\xFF\xF0\x00", 3);
    ck_assert_mem_eq(recipe.steps[0].replace.mask, "\x00\xFF\xFF", 3);
    ck_assert_mem_eq(recipe.steps[0].replace.bytes, "\x00\xFF\x01", 3);
    recipe_free(&recipe);
    static const char *const steps[] = {
        "{\"step\": \"pattern\", \"find\": \"0011\", \"mask\": \"ff0f\", \"replace\": \"0000\", \"from\": 1, "
        "\"to\": 9, \"expect\": 2}",
        "{\"step\": \"text\", \"find\": \"I Agree\", \"replace\": \"\", \"encoding\": \"utf-16be\", \"pad\": "
        "\"centre\", \"why\": \"w\"}",
        "{\"step\": \"number\", \"width\": 3, \"endian\": \"little\", \"old\": 16777215, \"new\": -1}",
        "{\"step\": \"number\", \"width\": 8, \"endian\": \"big\", \"old\": 1, \"new\": 9223372036854775807, "
        "\"at\": 0}",
        "{\"step\": \"field\", \"path\": \"a[0].b\", \"old\": \"x\", \"new\": {\"hex\": \"00 01\"}}",
        "{\"step\": \"checksum\", \"at\": 0, \"length\": 4096, \"rule\": \"crc32,skip=16,stored=le\"}",
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, STEPS("%s"), steps[i]);
        ck_assert_msg(parse(text, &recipe, &failure), "%s", failure.text);
        recipe_free(&recipe);
    }
}
END_TEST

/** What is refused, and a word of the reason. */
static const struct {
    const char *text, *word;
} bad_recipes[] = {
    {"", "ends too early"},
    {"[]", "object"},
    {"{}", "kiwipatch"},
    {STEPS(GOOD) "x", "column"},
    {"{\"kiwipatch\": 2}", "must be 1"},
    {"{\"kiwipatch\": \"1\"}", "integer"},
    {"{\"kiwipatch\": 1.0}", "integer"},
    {"{\"kiwipatch\": 1, \"kiwipatch\": 1}", "twice"},
    {"{\"kiwipatch\": 1, \"\\u006biwipatch\": 1}", "stands twice"},
    {"{\"kiwipatch\": 1, \"id\": \"\"}", "empty"},
    {"{\"kiwipatch\": 1, \"id\": \"a\\u0000b\"}", "NUL"},
    {"{\"kiwipatch\": 1, /* */ \"id\": \"a\"}", "a comment"},
    {"{\"kiwipatch\": 1, \"id\": \"\xFF\"}", "no UTF-8"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"hallo\": 1}", "unknown"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {}}", "what it is for"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"size\": 5}}", "what it is for"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"version\": \"1\"}}", "needs"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"md5\": \"12\"}}", "32 hex"},
    {"{\"kiwipatch\": 1, \"id\": \"a\", \"title\": \"b\", \"for\": {\"md5\": \"0\", \"md5\": \"1\"}}",
     "twice"},
    {HEAD "\"steps\": []}", "empty"},
    {HEAD "\"steps\": {}}", "array"},
    {HEAD "\"steps\": [[[[[[[[[[1]]]]]]]]]]}", "nest"},
    {STEPS("1"), "object"},
    {STEPS("{}"), "missing"},
    {STEPS("{\"step\": \"magic\"}"), "must be text"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"0\", \"replace\": \"00\"}"), "hex"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00 0\", \"replace\": \"00\"}"), "hex"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"0g\", \"replace\": \"00\"}"), "hex"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"0000\"}"), "as long as"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"mask\": \"0000\"}"),
     "as long as"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"mask\": \"?0\"}"), "hex"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"at\": -1}"), "lie in"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"at\": 9007199254740992}"),
     "lie in"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"at\": 1, \"expect\": 2}"),
     "together"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"expect\": 0}"), "lie in"},
    {STEPS("{\"step\": \"pattern\", \"find\": \"00\", \"replace\": \"00\", \"from\": 5, \"to\": 5}"),
     "greater"},
    {STEPS("{\"step\": \"text\", \"find\": \"a\", \"encoding\": \"ascii\", \"pad\": \"space\"}"), "missing"},
    {STEPS("{\"step\": \"text\", \"find\": \"a\", \"replace\": \"b\", \"encoding\": \"ascii\", \"pad\": "
           "\"dots\"}"),
     "pad"},
    {STEPS("{\"step\": \"text\", \"find\": \"\", \"replace\": \"b\", \"encoding\": \"ascii\", \"pad\": "
           "\"space\"}"),
     "empty"},
    {STEPS("{\"step\": \"number\", \"width\": 5, \"endian\": \"big\", \"old\": 1, \"new\": 2}"), "width"},
    {STEPS("{\"step\": \"number\", \"width\": 1, \"endian\": \"big\", \"old\": 1, \"new\": 256}"), "fit"},
    {STEPS("{\"step\": \"number\", \"width\": 1, \"endian\": \"big\", \"old\": -129, \"new\": 1}"), "fit"},
    {STEPS("{\"step\": \"number\", \"width\": 4, \"endian\": \"big\", \"old\": 1, \"new\": "
           "18446744073709551615}"),
     "fit"},
    {STEPS("{\"step\": \"field\", \"path\": \"a.b\", \"old\": 1, \"new\": 9223372036854775808}"),
     "must lie in"},
    {STEPS("{\"step\": \"number\", \"width\": 1, \"endian\": \"middle\", \"old\": 1, \"new\": 1}"),
     "big or little"},
    {STEPS("{\"step\": \"field\", \"path\": \"a.b\", \"old\": true, \"new\": 1}"), "number, a text"},
    {STEPS("{\"step\": \"field\", \"path\": \"a.b\", \"old\": {\"hex\": \"0?\"}, \"new\": 1}"), "hex"},
    {STEPS("{\"step\": \"field\", \"path\": \"a.b\", \"old\": {\"bytes\": \"00\"}, \"new\": 1}"), "unknown"},
    {STEPS("{\"step\": \"module\", \"content\": \"x\"}"), "missing"},
    {STEPS("{\"step\": \"module\", \"content\": \"x\", \"sha256\": \"00\"}"), "64 hex"},
    {STEPS("{\"step\": \"picture\", \"content\": \"x\", \"sha256\": "
           "\"0000000000000000000000000000000000000000000000000000000000000000\"}"),
     "missing"},
    {STEPS("{\"step\": \"checksum\", \"at\": 0, \"length\": 4, \"rule\": \"sum32be\"}"), "no room"},
    {STEPS("{\"step\": \"checksum\", \"at\": 0, \"length\": 64, \"rule\": \"magic\"}"), "rule"},
};

/** All 64 bits of a number count, also where an int64_t ends. */
START_TEST(large_numbers_are_exact)
{
    struct recipe recipe;
    struct failure failure;
    ck_assert_msg(
        parse(STEPS("{\"step\": \"number\", \"width\": 8, \"endian\": \"big\", \"old\": -2, \"new\": "
                    "18446744073709551614}"),
              &recipe, &failure),
        "%s", failure.text);
    ck_assert_mem_eq(recipe.steps[0].find.bytes, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", 8);
    ck_assert_mem_eq(recipe.steps[0].replace.bytes, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE", 8);
    recipe_free(&recipe);
}
END_TEST

START_TEST(bad_recipes_are_refused)
{
    for (size_t i = 0; i < sizeof bad_recipes / sizeof bad_recipes[0]; i++) {
        struct recipe recipe;
        struct failure failure;
        ck_assert_msg(!parse(bad_recipes[i].text, &recipe, &failure), "%s", bad_recipes[i].text);
        ck_assert_msg(failure.code == EXIT_INPUT, "%s", bad_recipes[i].text);
        ck_assert_msg(strstr(failure.text, bad_recipes[i].word), "%s: %s", bad_recipes[i].text, failure.text);
    }
}
END_TEST

START_TEST(damaged_recipes_do_no_harm)
{
    static const char text[] = STEPS(
        GOOD ","
             "{\"step\": \"field\", \"path\": \"a.b\", \"old\": {\"hex\": \"00\"}, \"new\": 1}");
    uint64_t state = 9;
    for (unsigned i = 0; i < 20000; i++) {
        char copy[sizeof text];
        struct recipe recipe;
        struct failure failure;
        size_t length = sizeof text - 1;
        memcpy(copy, text, sizeof text);
        for (unsigned k = 0; k <= i % 3; k++)
            copy[next_random(&state) % length] = (char)(1 + next_random(&state) % 255);
        if (i % 5 == 0)
            copy[length = next_random(&state) % length] = '\0';
        failure = (struct failure){.text = ""};
        if (recipe_parse(&recipe, "r", "", copy, length, &failure))
            recipe_free(&recipe);
        else
            EXPECT(failure.text[0] != '\0');
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recipe");
    TCase *tests = tcase_create("recipe");
    tcase_add_test(tests, good_recipes_are_read);
    tcase_add_test(tests, large_numbers_are_exact);
    tcase_add_test(tests, bad_recipes_are_refused);
    tcase_add_test(tests, damaged_recipes_do_no_harm);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
