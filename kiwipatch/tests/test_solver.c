/* SPDX-License-Identifier: MIT */
/* The solver finds each rule that it knows, and none where there is none. */
#include "libkiwi/tests/support.h"

#include "solver.h"

#ifndef TRIALS
#define TRIALS 10000u
#endif
#define BLOCKS 4u

static uint64_t state = 1;

/* Blocks of random bytes that lie in one source, each with the value of a rule behind it. */
static struct {
    uint8_t bytes[BLOCKS * 4096];
    struct kiwi_source *source;
    struct solver_block blocks[BLOCKS];
} module;

static void make_module(size_t count, bool equal_lengths)
{
    uint64_t at = 0;
    for (size_t i = 0; i < sizeof module.bytes; i++)
        module.bytes[i] = (uint8_t)next_random(&state);
    EXPECT_EQ(kiwi_source_from_memory(module.bytes, sizeof module.bytes, &module.source, NULL), KIWI_OK);
    for (size_t i = 0; i < count; i++) {
        uint64_t length = equal_lengths ? 512 : 128 + 4 * (next_random(&state) % 300);
        module.blocks[i] = (struct solver_block){module.source, at, length};
        at += length;
    }
}

static void put_values(size_t count, const struct checksum_rule *rule)
{
    struct failure failure;
    for (size_t i = 0; i < count; i++) {
        const struct solver_block *block = &module.blocks[i];
        uint32_t value;
        EXPECT(checksum_rule_wanted(rule, block->source, block->offset, block->length, &value, &failure));
        checksum_rule_store(rule, value, module.bytes + block->offset + block->length - 4);
    }
}

static struct solver_result solve(size_t count)
{
    struct solver_result result;
    struct failure failure;
    EXPECT(solver_run(module.blocks, count, &result, &failure));
    return result;
}

static bool same(const struct checksum_rule *a, const struct checksum_rule *b)
{
    char first[CHECKSUM_RULE_TEXT], second[CHECKSUM_RULE_TEXT];
    checksum_rule_text(a, first);
    checksum_rule_text(b, second);
    return strcmp(first, second) == 0;
}

/* All 19 algorithms, both byte orders, all 17 beginnings, two to four blocks. */
START_TEST(finds_every_rule)
{
    unsigned found = 0;
    for (unsigned algorithm = 0; algorithm < CHECKSUM_COUNT; algorithm++) {
        for (unsigned little = 0; little < 2; little++) {
            for (uint32_t skip = 0; skip <= CHECKSUM_SKIP_LIMIT; skip += 4) {
                const struct checksum_rule rule = {.algorithm = (enum checksum_algorithm)algorithm,
                                                   .skip = skip,
                                                   .little_endian = little != 0};
                size_t count = 2 + found % 3;
                make_module(count, false);
                put_values(count, &rule);
                struct solver_result result = solve(count);
                EXPECT_MSG(result.verdict == SOLVER_PROVEN && same(&result.rules[0], &rule), "%s",
                           checksum_name(rule.algorithm));
                EXPECT_EQ(result.different, count);
                EXPECT(result.log2_chance < -50);
                kiwi_source_unref(module.source);
                found++;
            }
        }
    }
    EXPECT_EQ(found, 19 * 2 * 17);
}
END_TEST

/* Sums that begin with an unknown number, CRCs with unknown start and end: three blocks, for CRCs of one
 * length. */
START_TEST(finds_constants)
{
    static const enum checksum_algorithm algorithms[] = {
        CHECKSUM_SUM32BE, CHECKSUM_SUM32LE, CHECKSUM_NEG_SUM32BE, CHECKSUM_SUM16BE,
        CHECKSUM_SUM16LE, CHECKSUM_SUM8,    CHECKSUM_CRC32_ZERO,  CHECKSUM_CRC32_NORMAL_ZERO};
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        bool crc = algorithms[i] >= CHECKSUM_CRC32;
        const struct checksum_rule rule = {.algorithm = algorithms[i],
                                           .skip = 8,
                                           .constant_kind = crc ? CHECKSUM_XOR : CHECKSUM_PLUS,
                                           .constant = 0xC0FFEE11,
                                           .length = crc ? 512 : 0};
        make_module(3, crc);
        put_values(3, &rule);
        struct solver_result result = solve(3);
        EXPECT_MSG(result.verdict == SOLVER_PROVEN && same(&result.rules[0], &rule), "%s",
                   checksum_name(rule.algorithm));
        result = solve(2); /* two blocks prove nothing about an unknown constant */
        EXPECT(result.verdict == SOLVER_NO_RULE);
        struct failure failure;
        EXPECT(solver_prove(module.blocks, 3, &rule, &result, &failure) && result.verdict == SOLVER_PROVEN);
        EXPECT(solver_prove(module.blocks, 2, &rule, &result, &failure) && result.verdict == SOLVER_TOO_FEW);
        kiwi_source_unref(module.source);
    }
}
END_TEST

/* Random values behind random blocks: no rule fits. */
START_TEST(finds_nothing_by_chance)
{
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        size_t count = 2 + trial % 3;
        make_module(count, trial % 2 == 0);
        for (size_t i = 0; i < count; i++) /* short ones, so that all trials are done in seconds */
            module.blocks[i].length = trial % 2 == 0 ? 96 : 88 + 4 * i;
        struct solver_result result = solve(count);
        EXPECT_MSG(result.verdict == SOLVER_NO_RULE && result.rule_count == 0, "trial %u", trial);
        EXPECT(result.candidates >= 19 * 17 * 2);
        kiwi_source_unref(module.source);
    }
}
END_TEST

/* One block that does not obey, one block only, the same block twice, blocks of zeros. */
START_TEST(needs_proof)
{
    const struct checksum_rule rule = {.algorithm = CHECKSUM_CRC32};
    struct solver_result result;
    struct failure failure;
    make_module(4, true);
    put_values(4, &rule);
    EXPECT(solve(4).verdict == SOLVER_PROVEN);
    EXPECT(solve(1).verdict == SOLVER_TOO_FEW && solve(0).verdict == SOLVER_TOO_FEW);
    struct solver_block kept = module.blocks[1];
    module.blocks[1] = module.blocks[0];
    result = solve(2);
    EXPECT(result.verdict == SOLVER_TOO_FEW && result.different == 1 && result.blocks == 2);
    memcpy(module.bytes + kept.offset, module.bytes, 512); /* alike, elsewhere */
    module.blocks[1] = kept;
    EXPECT(solve(2).verdict == SOLVER_TOO_FEW);
    memset(module.bytes + kept.offset, 0, 512);
    result = solve(2);
    EXPECT(result.verdict == SOLVER_TOO_FEW && result.different == 1);
    memset(module.bytes + kept.offset, 0xFF, 512);
    EXPECT(solve(2).verdict == SOLVER_TOO_FEW);
    module.bytes[module.blocks[2].offset + 100] ^= 1; /* a block that somebody has changed */
    EXPECT(solve(4).verdict == SOLVER_NO_RULE);
    EXPECT(solver_prove(module.blocks, 4, &rule, &result, &failure) && result.verdict == SOLVER_NO_RULE);
    module.bytes[module.blocks[2].offset + 100] ^= 1;
    EXPECT(solver_prove(module.blocks, 4, &rule, &result, &failure) && result.verdict == SOLVER_PROVEN);
    module.blocks[3].length = UINT32_MAX; /* beyond the end of the file */
    EXPECT(!solver_run(module.blocks, 4, &result, &failure) && failure.code == EXIT_INPUT);
    kiwi_source_unref(module.source);
}
END_TEST

/* Blocks whose first bytes are all zero do not show where a sum begins. */
START_TEST(ambiguous)
{
    const struct checksum_rule rule = {.algorithm = CHECKSUM_SUM32BE};
    make_module(3, false);
    for (size_t i = 0; i < 3; i++)
        memset(module.bytes + module.blocks[i].offset, 0, 16);
    put_values(3, &rule);
    struct solver_result result = solve(3);
    EXPECT(result.verdict == SOLVER_AMBIGUOUS && result.rule_count == 5);
    kiwi_source_unref(module.source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("solver");
    TCase *test = tcase_create("solver");
    tcase_set_timeout(test, 0);
    tcase_add_test(test, finds_every_rule);
    tcase_add_test(test, finds_constants);
    tcase_add_test(test, finds_nothing_by_chance);
    tcase_add_test(test, needs_proof);
    tcase_add_test(test, ambiguous);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
