/* SPDX-License-Identifier: MIT */
/* Check values against the vectors of the notes, and rules to text and back. */
#include "libkiwi/tests/support.h"

#include "checksum.h"

/* 0 = the notes give no value */
static const struct {
    enum checksum_algorithm algorithm;
    uint32_t a, x, digits;
} vectors[] = {
    {CHECKSUM_SUM32BE, 0x70788088, 0x8BB3DC00, 0},
    {CHECKSUM_SUM32LE, 0x88807870, 0x03DBB388, 0},
    {CHECKSUM_NEG_SUM32BE, 0x8F877F78, 0x744C2400, 0},
    {CHECKSUM_NOT_SUM32BE, 0x8F877F77, 0x744C23FF, 0},
    {CHECKSUM_SUM16BE, 0x0000F100, 0x000767B0, 0},
    {CHECKSUM_SUM16LE, 0x000100F0, 0x0007B760, 0},
    {CHECKSUM_SUM8, 0x000001F0, 0x00000F10, 0},
    {CHECKSUM_XOR32BE, 0x00000000, 0x4040E000, 0},
    {CHECKSUM_5AA5A55A, 0xEA2D24D2, 0xCEF1C95A, 0},
    {CHECKSUM_5AA55AA5, 0xEA2CDA1D, 0xCEF17EA5, 0},
    {CHECKSUM_CRC32, 0x91267E8A, 0xA9F48115, 0xCBF43926},
    {CHECKSUM_JAMCRC, 0x6ED98175, 0x560B7EEA, 0x340BC6D9},
    {CHECKSUM_CRC32_ZERO, 0x882C2B27, 0xB0FED4B8, 0x2DFD2D88},
    {CHECKSUM_CRC32_MPEG2, 0x8F819950, 0x94FF07F0, 0x0376E6E7},
    {CHECKSUM_CRC32_BZIP2, 0x707E66AF, 0x6B00F80F, 0xFC891918},
    {CHECKSUM_CRC32_NORMAL_ZERO, 0xC5D43637, 0xDEAAA897, 0x89A1897F},
    {CHECKSUM_CKSUM, 0xF9A585ED, 0xE06135FC, 0x377A6011},
    {CHECKSUM_CRC32_SWAPPED, 0xEA1DB4EB, 0xF27E931F, 0},
    {CHECKSUM_ADLER32, 0x157001F1, 0xEF600F11, 0x091E01DE},
};

static void fill(uint8_t a[32], uint8_t x[32])
{
    for (unsigned i = 0; i < 32; i++) {
        a[i] = (uint8_t)i;
        x[i] = (uint8_t)(i * 37 + 11);
    }
}

START_TEST(vectors_of_the_notes)
{
    uint8_t a[32], x[32];
    fill(a, x);
    EXPECT_EQ(sizeof vectors / sizeof vectors[0], CHECKSUM_COUNT);
    for (size_t i = 0; i < CHECKSUM_COUNT; i++) {
        enum checksum_algorithm found;
        const char *name = checksum_name(vectors[i].algorithm);
        EXPECT_EQ(vectors[i].algorithm, i);
        EXPECT_MSG(checksum_of(vectors[i].algorithm, a, 32) == vectors[i].a, "%s of A: %08X", name,
                   checksum_of(vectors[i].algorithm, a, 32));
        EXPECT_MSG(checksum_of(vectors[i].algorithm, x, 32) == vectors[i].x, "%s of X: %08X", name,
                   checksum_of(vectors[i].algorithm, x, 32));
        if (vectors[i].digits != 0)
            EXPECT_MSG(checksum_of(vectors[i].algorithm, (const uint8_t *)"123456789", 9) ==
                           vectors[i].digits,
                       "%s of 123456789", name);
        EXPECT(checksum_by_name(name, strlen(name), &found) && found == vectors[i].algorithm);
    }
}
END_TEST

/* The same value however the bytes are cut; a word that is not complete is filled with zeros. */
START_TEST(pieces)
{
    uint8_t bytes[67];
    uint64_t state = 3;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)next_random(&state);
    for (unsigned algorithm = 0; algorithm < CHECKSUM_COUNT; algorithm++) {
        for (size_t length = 0; length <= sizeof bytes; length++) {
            uint32_t whole = checksum_of((enum checksum_algorithm)algorithm, bytes, length);
            for (unsigned round = 0; round < 8; round++) {
                struct checksum checksum;
                checksum_begin(&checksum, (enum checksum_algorithm)algorithm);
                for (size_t at = 0; at < length;) {
                    size_t part = 1 + next_random(&state) % 9;
                    part = part < length - at ? part : length - at;
                    checksum_add(&checksum, bytes + at, part);
                    at += part;
                }
                EXPECT_EQ(checksum_end(&checksum), whole);
            }
        }
        uint8_t odd[8] = {1, 2, 3, 4, 5, 0, 0, 0};
        if (algorithm < CHECKSUM_CRC32)
            EXPECT_EQ(checksum_of((enum checksum_algorithm)algorithm, odd, 5),
                      checksum_of((enum checksum_algorithm)algorithm, odd, 8));
    }
}
END_TEST

/* What the notes give besides the table. */
START_TEST(tables_of_makers)
{
    uint8_t page[4096];
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)i;
    EXPECT_EQ(checksum_of(CHECKSUM_JAMCRC, page, sizeof page), 0x5D6EDF7D);
    EXPECT_EQ(checksum_sha1_fold((const uint8_t *)"abc", 3), 0xB02180DC);
    uint32_t sum = checksum_of(CHECKSUM_SUM32BE, page, sizeof page);
    EXPECT(checksum_denso_entry(0x100, 0x1FF, 0x5AA5A55A - sum, sum));
    EXPECT(!checksum_denso_entry(0x100, 0x1FF, 0x5AA5A55B - sum, sum));
    EXPECT(checksum_denso_entry(0, 0, 0x5AA5A55A, sum));
    EXPECT(!checksum_denso_entry(0, 1, 0x5AA5A55A, sum));
}
END_TEST

START_TEST(rules_as_text)
{
    static const char *const good[] = {
        "sum32be",           "crc32,skip=16",         "crc32,skip=64,stored=le",
        "adler32,stored=le", "sum16le,plus=DEADBEEF", "crc32-zero,skip=4,stored=le,xor=00000001,length=4096",
        "5aa5a55a-sum32be"};
    static const char *const bad[] = {"",
                                      "sum",
                                      "sum32be,",
                                      "sum32be,skip",
                                      "sum32be,skip=",
                                      "sum32be,skip=3",
                                      "sum32be,skip=68",
                                      "sum32be,stored=xx",
                                      "sum32be,plus=1,xor=2,length=8",
                                      "crc32-zero,xor=1",
                                      "sum32be,length=4",
                                      "sum32be,plus=123456789",
                                      "sum32be,skip=-4",
                                      "sum32be skip=4",
                                      "sum32be,skip=4x",
                                      "sum32be,skip=99999999999999999999"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct checksum_rule rule;
        struct failure failure;
        char text[CHECKSUM_RULE_TEXT];
        EXPECT_MSG(checksum_rule_read(good[i], &rule, &failure), "%s", good[i]);
        checksum_rule_text(&rule, text);
        ck_assert_str_eq(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct checksum_rule rule;
        struct failure failure = {EXIT_DONE, ""};
        EXPECT_MSG(!checksum_rule_read(bad[i], &rule, &failure), "%s", bad[i]);
        EXPECT(failure.code == EXIT_USAGE && failure.text[0] != '\0');
    }
}
END_TEST

/* A rule on a block: what is wanted, what is stored, what a fix would write. */
START_TEST(blocks)
{
    uint8_t block[100];
    struct kiwi_source *source;
    struct failure failure;
    uint64_t state = 9;
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)next_random(&state);
    EXPECT_EQ(kiwi_source_from_memory(block, sizeof block, &source, NULL), KIWI_OK);
    for (unsigned algorithm = 0; algorithm < CHECKSUM_COUNT; algorithm++) {
        for (unsigned little = 0; little < 2; little++) {
            const struct checksum_rule rule = {
                .algorithm = (enum checksum_algorithm)algorithm, .skip = 8, .little_endian = little != 0};
            uint32_t wanted, stored;
            EXPECT(checksum_rule_wanted(&rule, source, 4, 88, &wanted, &failure));
            EXPECT_EQ(wanted, checksum_of((enum checksum_algorithm)algorithm, block + 12, 76));
            checksum_rule_store(&rule, wanted, block + 88);
            EXPECT(checksum_rule_stored(&rule, source, 4, 88, &stored, &failure));
            EXPECT_EQ(stored, wanted);
            EXPECT_EQ(block[88], little ? wanted & 0xFF : wanted >> 24);
        }
    }
    const struct checksum_rule rule = {.algorithm = CHECKSUM_CRC32, .skip = 8};
    uint32_t value;
    EXPECT(!checksum_rule_wanted(&rule, source, 0, 12, &value, &failure) && failure.code == EXIT_INPUT);
    EXPECT(!checksum_rule_wanted(&rule, source, 50, 100, &value, &failure) && failure.code == EXIT_INPUT);
    EXPECT(!checksum_rule_stored(&rule, source, 50, 100, &value, &failure) && failure.code == EXIT_INPUT);
    const struct checksum_rule fixed = {
        .algorithm = CHECKSUM_CRC32_ZERO, .constant_kind = CHECKSUM_XOR, .constant = 5, .length = 64};
    EXPECT(!checksum_rule_wanted(&fixed, source, 0, 60, &value, &failure) && failure.code == EXIT_REFUSED);
    kiwi_source_unref(source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checksum");
    TCase *test = tcase_create("checksum");
    tcase_add_test(test, vectors_of_the_notes);
    tcase_add_test(test, pieces);
    tcase_add_test(test, tables_of_makers);
    tcase_add_test(test, rules_as_text);
    tcase_add_test(test, blocks);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
