/* SPDX-License-Identifier: MIT */
/* An output that gathers in memory: long and short pieces, and its limit. */
#include "support.h"

#include <errno.h>

#include "common/output.h"
#include "common/output_memory.h"

static struct output output;
static struct output_memory memory;

static void begin(size_t most)
{
    memset(&memory, 0, sizeof memory);
    memory.limit = most;
    output.take = output_memory_take;
    output.context = &memory;
    output.error = 0;
    output.used = 0;
}

START_TEST(pieces)
{
    static char longer[OUTPUT_CAPACITY + 1];

    begin(0);
    memset(longer, 'x', sizeof longer);
    output_literal(&output, "head ");
    output_bytes(&output, longer, sizeof longer);
    output_char(&output, '.');
    ck_assert_uint_eq(memory.length, 5 + sizeof longer);
    output_flush(&output);
    ck_assert_uint_eq(memory.length, 5 + sizeof longer + 1);
    ck_assert_mem_eq(memory.bytes, "head xx", 7);
    ck_assert_mem_eq(memory.bytes + memory.length - 3, "xx.", 3);
    memory.length = 0; /* the next feature */
    output_literal(&output, "next");
    output_flush(&output);
    ck_assert_uint_eq(memory.length, 4);
    ck_assert_mem_eq(memory.bytes, "next", 4);
    free(memory.bytes);
}
END_TEST

START_TEST(limit)
{
    static const char block[OUTPUT_CAPACITY];

    begin(16 * sizeof block);
    for (size_t i = 0; i < 16; i++)
        output_bytes(&output, block, sizeof block);
    output_flush(&output);
    ck_assert_int_eq(output.error, 0);
    ck_assert_uint_eq(memory.length, 16 * sizeof block);
    output_char(&output, '.');
    output_flush(&output);
    ck_assert_int_eq(output.error, EFBIG);
    ck_assert_uint_eq(memory.length, 16 * sizeof block);
    free(memory.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");

    tcase_add_test(tests, pieces);
    tcase_add_test(tests, limit);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
