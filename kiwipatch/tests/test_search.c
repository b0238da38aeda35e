/* SPDX-License-Identifier: MIT */
/* Patterns are found where a comparison at every place finds them. */
#include "libkiwi/tests/support.h"

#include "search.h"

enum { TEXT_SIZE = 3000 };

static uint64_t seed = 11;

/** Compares at every place, as the definition of a hit says. */
static void expect_hits(const uint8_t *text, size_t size, const struct pattern *pattern,
                        const struct hits *hits)
{
    uint64_t count = 0;
    for (size_t at = 0; at + pattern->length <= size; at++) {
        bool fits = true;
        for (size_t i = 0; i < pattern->length; i++)
            fits &= ((text[at + i] ^ pattern->bytes[i]) & pattern->mask[i]) == 0;
        if (!fits)
            continue;
        EXPECT_MSG(count < hits->count, "the hit at %zu is missing", at);
        EXPECT_EQ(hits->offsets[count], at);
        count++;
    }
    EXPECT_EQ(hits->count, count);
}

static uint64_t search(const uint8_t *text, size_t size, const struct pattern *pattern)
{
    struct kiwi_source *source;
    struct hits hits;
    struct failure failure;
    need(kiwi_source_from_memory(text, size, &source, NULL) == KIWI_OK);
    EXPECT(search_pattern(source, 0, size, pattern, &hits, &failure));
    expect_hits(text, size, pattern, &hits);
    uint64_t count = hits.count;
    free(hits.offsets);
    kiwi_source_unref(source);
    return count;
}

START_TEST(as_a_comparison_at_every_place)
{
    static const uint8_t masks[] = {0xFF, 0xFF, 0xFF, 0x00, 0xF0};
    static uint8_t text[TEXT_SIZE], bytes[64], mask[64];
    uint64_t found = 0;
    for (int round = 0; round < 2000; round++) {
        unsigned letters = 1 + (unsigned)next_random(&seed) % 3; /* few, so that patterns repeat themselves */
        size_t length = 1 + next_random(&seed) % (round % 2 ? 6 : sizeof bytes);
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (uint8_t)(next_random(&seed) % letters * 17);
        size_t from = next_random(&seed) % (sizeof text - length);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = text[from + i];
            mask[i] = round % 3 ? 0xFF : masks[next_random(&seed) % 5];
        }
        const struct pattern pattern = {.bytes = bytes, .mask = mask, .length = length};
        found += search(text, sizeof text, &pattern);
    }
    ck_assert_uint_gt(found, 2000);
}
END_TEST

/* Beyond one window, where a hit lies over the border, and where each place but the last byte fits. */
START_TEST(long_patterns_in_long_texts)
{
    static uint8_t text[(1 << 18) + 5000], bytes[1024], mask[1024];
    memset(mask, 0xFF, sizeof mask);
    bytes[1023] = 1;
    text[(1 << 18) + 500] = 1;
    const struct pattern pattern = {.bytes = bytes, .mask = mask, .length = sizeof bytes};
    ck_assert_uint_eq(search(text, sizeof text, &pattern), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search");
    TCase *tests = tcase_create("search");
    tcase_add_test(tests, as_a_comparison_at_every_place);
    tcase_add_test(tests, long_patterns_in_long_texts);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
