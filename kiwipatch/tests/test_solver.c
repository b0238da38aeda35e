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
        uint64_t length = equal_lengths ? 1024 : 1024 + 4 * (next_random(&state) % 300);
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

static struct solver_result prove(size_t count, const struct checksum_rule *rule)
{
    const struct region region = {module.source, 0, sizeof module.bytes};
    struct solver_result result;
    struct failure failure;
    EXPECT_MSG(solver_run(&region, module.blocks, count, rule, &result, &failure), "%s", failure.text);
    return result;
}

static struct solver_result solve(size_t count)
{
    return prove(count, NULL);
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
                EXPECT(result.log2_chance < -45 && result.log2_any <= -SOLVER_BITS);
                kiwi_source_unref(module.source);
                found++;
            }
        }
    }
    EXPECT_EQ(found, 19 * 2 * 17);
}
END_TEST

/* Sums that begin with an unknown number, CRCs with unknown start and end: one block gives it, three prove
 * it, for CRCs of one length. */
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
                                           .length = crc ? 1024 : 0};
        make_module(4, crc);
        put_values(4, &rule);
        struct solver_result result = solve(4);
        EXPECT_MSG(result.verdict == SOLVER_PROVEN && same(&result.rules[0], &rule), "%s",
                   checksum_name(rule.algorithm));
        result = solve(2); /* two blocks prove nothing about an unknown constant */
        EXPECT(result.verdict == SOLVER_NO_RULE);
        EXPECT(prove(4, &rule).verdict == SOLVER_PROVEN);
        EXPECT(prove(2, &rule).verdict == SOLVER_TOO_FEW);
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
    const struct region region = {module.source, 0, sizeof module.bytes};
    put_values(4, &rule);
    EXPECT(solve(4).verdict == SOLVER_PROVEN);
    EXPECT(solve(1).verdict == SOLVER_TOO_FEW && solve(0).verdict == SOLVER_TOO_FEW);
    struct solver_block kept = module.blocks[1];
    module.blocks[1] = module.blocks[0];
    result = solve(2);
    EXPECT(result.verdict == SOLVER_TOO_FEW && result.different == 1 && result.blocks == 2);
    memcpy(module.bytes + kept.offset, module.bytes, 1024); /* alike, elsewhere */
    module.blocks[1] = kept;
    EXPECT(solve(2).verdict == SOLVER_TOO_FEW);
    memset(module.bytes + kept.offset, 0, 1024);
    result = solve(2);
    EXPECT(result.verdict == SOLVER_TOO_FEW && result.different == 1);
    memset(module.bytes + kept.offset, 0xFF, 1024);
    EXPECT(solve(2).verdict == SOLVER_TOO_FEW);
    module.bytes[module.blocks[2].offset + 100] ^= 1; /* a block that somebody has changed */
    EXPECT(solve(4).verdict == SOLVER_NO_RULE);
    EXPECT(prove(4, &rule).verdict == SOLVER_NO_RULE);
    module.bytes[module.blocks[2].offset + 100] ^= 1;
    EXPECT(prove(4, &rule).verdict == SOLVER_PROVEN);
    module.blocks[3].length = UINT32_MAX; /* beyond the end of the file */
    EXPECT(!solver_run(&region, module.blocks, 4, NULL, &result, &failure) && failure.code == EXIT_INPUT);
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

/* What only seems to prove something. */
START_TEST(proofs_that_are_none)
{
    const struct checksum_rule rule = {.algorithm = CHECKSUM_CRC32};
    struct solver_result result;
    make_module(4, true);
    put_values(4, &rule);
    EXPECT(solve(2).verdict == SOLVER_PROVEN);
    const struct checksum_rule other = {.algorithm = CHECKSUM_CRC32, .skip = 4};
    EXPECT(prove(2, &other).verdict == SOLVER_NO_RULE);
    module.blocks[1].offset = module.blocks[0].offset + 8; /* blocks that share nearly all bytes */
    put_values(2, &rule);
    put_values(1, &rule);
    EXPECT(solve(2).verdict == SOLVER_TOO_FEW || solve(2).verdict == SOLVER_NO_RULE);
    kiwi_source_unref(module.source);
    make_module(2, true);
    memcpy(module.bytes + module.blocks[1].offset + 16, module.bytes + module.blocks[0].offset + 16, 1008);
    const struct checksum_rule skipping = {.algorithm = CHECKSUM_SUM32BE, .skip = 16};
    put_values(2, &skipping); /* other heads, which are not summed */
    result = prove(2, &skipping);
    EXPECT(result.verdict == SOLVER_TOO_FEW && result.different == 1);
    kiwi_source_unref(module.source);
}
END_TEST

/* A table of numbers with one distance between them obeys sum32be,plus=DISTANCE in every block of two words.
 */
START_TEST(tables_are_no_proof)
{
    make_module(0, true);
    for (uint32_t i = 0; i < 256; i++)
        for (unsigned k = 0; k < 4; k++)
            module.bytes[2048 + 4 * i + k] = (uint8_t)((0x00400000 + 0x124 * i) >> 8 * (3 - k));
    for (size_t stride = 8; stride <= 64; stride += 4) {
        for (size_t i = 0; i < 4; i++)
            module.blocks[i] = (struct solver_block){module.source, 2100 + i * stride, 8};
        struct solver_result result = solve(4);
        EXPECT_MSG(result.verdict != SOLVER_PROVEN, "stride %zu", stride);
    }
    const struct checksum_rule plus = {
        .algorithm = CHECKSUM_SUM32BE, .constant_kind = CHECKSUM_PLUS, .constant = 0x124};
    EXPECT(prove(4, &plus).verdict != SOLVER_PROVEN);
    kiwi_source_unref(module.source);
}
END_TEST

/* One who looks for blocks in random bytes finds them: sum32be of [start, end) equals the word at end where
 * the sum up to end, without that word, has been the sum up to some place before. */
START_TEST(searched_blocks_are_no_proof)
{
    enum { WORDS = 1 << 18, FOUND = 4 };
    uint8_t *bytes = malloc(4 * WORDS);
    uint32_t *sums = calloc(WORDS + 1, 4);
    struct searched {
        uint32_t sum, index;
    } *table = calloc(4 * WORDS, sizeof *table);
    struct solver_block blocks[FOUND];
    struct kiwi_source *source;
    struct solver_result result;
    struct failure failure;
    size_t count = 0;
    need(bytes && sums && table);
    for (size_t i = 0; i < 4 * WORDS; i++)
        bytes[i] = (uint8_t)next_random(&state);
    need(kiwi_source_from_memory(bytes, 4 * WORDS, &source, NULL) == KIWI_OK);
    for (uint32_t i = 0, start = 0; i < WORDS && count < FOUND; i++) {
        uint32_t word = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 |
                        (uint32_t)bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
        uint32_t slot = (sums[i] - word) % (4 * WORDS);
        while (table[slot].index != 0 && table[slot].sum != sums[i] - word)
            slot = (slot + 1) % (4 * WORDS);
        if (table[slot].index > start + 1 && i > table[slot].index + 2) {
            blocks[count++] = (struct solver_block){source, 4 * table[slot].index,
                                                    4 * ((uint64_t)i - table[slot].index + 1)};
            start = i;
        }
        sums[i + 1] = sums[i] + word;
        slot = sums[i + 1] % (4 * WORDS);
        while (table[slot].index != 0)
            slot = (slot + 1) % (4 * WORDS);
        table[slot] = (struct searched){sums[i + 1], i + 1};
    }
    const struct region region = {source, 0, 4 * WORDS};
    need(count >= 2);
    EXPECT(solver_run(&region, blocks, count, NULL, &result, &failure));
    EXPECT_MSG(result.rule_count == 1 && result.verdict == SOLVER_CHANCE, "%zu blocks, %zu rules", count,
               result.rule_count);
    EXPECT(result.log2_chance < -20 && result.log2_any > -SOLVER_BITS);
    kiwi_source_unref(source);
    free(table);
    free(sums);
    free(bytes);
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
    tcase_add_test(test, proofs_that_are_none);
    tcase_add_test(test, tables_are_no_proof);
    tcase_add_test(test, searched_blocks_are_no_proof);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
