/* SPDX-License-Identifier: MIT */
/* The edges of what numbers, runs and parts of records take: each rule is met from both sides. */
#include "support.h"

#include "bytes/codec.h"

START_TEST(words_that_fit_and_that_do_not)
{
    uint8_t bytes[4];
    EXPECT(kiwi_store_words16(bytes, 0xFFFE * 2) && kiwi_words16(kiwi_load16(bytes)) == 0xFFFE * 2);
    EXPECT(kiwi_store_words16(bytes, KIWI_NULL) && kiwi_words16(kiwi_load16(bytes)) == KIWI_NULL);
    EXPECT(!kiwi_store_words16(bytes, 7) && !kiwi_store_words16(bytes, 0xFFFF * 2));
    EXPECT(kiwi_store_words32(bytes, UINT64_C(0xFFFFFFFE) * 2) && kiwi_load32(bytes) == 0xFFFFFFFE);
    EXPECT(kiwi_store_words32(bytes, KIWI_NULL) && kiwi_words32(kiwi_load32(bytes)) == KIWI_NULL);
    EXPECT(!kiwi_store_words32(bytes, 7) && !kiwi_store_words32(bytes, UINT64_C(0xFFFFFFFF) * 2));
    EXPECT(kiwi_store_less_one8(bytes, 256) && bytes[0] == 255);
    EXPECT(!kiwi_store_less_one8(bytes, 257) && !kiwi_store_less_one8(bytes, 0));
    EXPECT(kiwi_store_less_one16(bytes, 65536) && kiwi_load16(bytes) == 65535);
    EXPECT(!kiwi_store_less_one16(bytes, 65537) && !kiwi_store_less_one16(bytes, 0));
}
END_TEST

START_TEST(bits_that_fit_and_that_do_not)
{
    uint32_t word = 0;
    EXPECT(kiwi_put_bits(&word, 31, 7, 3) && word == 0xF8);
    EXPECT(!kiwi_put_bits(&word, 32, 7, 3) && !kiwi_put_bits(&word, -1, 7, 3));
    word = 0;
    EXPECT(kiwi_put_signed(&word, -16, 7, 3) && kiwi_signed_bits(word, 7, 3) == -16);
    word = 0;
    EXPECT(kiwi_put_signed(&word, 15, 7, 3) && kiwi_signed_bits(word, 7, 3) == 15);
    EXPECT(!kiwi_put_signed(&word, 16, 7, 3) && !kiwi_put_signed(&word, -17, 7, 3));
    word = 0;
    EXPECT(kiwi_put_words(&word, 62, 7, 3) && word == 0xF8);
    EXPECT(!kiwi_put_words(&word, 64, 7, 3) && !kiwi_put_words(&word, 61, 7, 3));
    EXPECT(!kiwi_put_words(&word, KIWI_NULL, 31, 0));
}
END_TEST

START_TEST(places_of_24_bits)
{
    uint8_t bytes[12];
    struct kiwi_mid mid = {
        .position = {0xFFFFFF, 0xFFFFFF, 1, 2}, .floor = -3, .reserved = 4, .date = 0xABCD};
    EXPECT(kiwi_store_mid(bytes, &mid));
    struct kiwi_mid again = kiwi_load_mid(bytes);
    EXPECT_EQ(again.position.longitude_expansion, mid.position.longitude_expansion);
    EXPECT_EQ(again.date, mid.date);
    EXPECT(again.floor == -3);
    mid.position.longitude = 0x1000000;
    EXPECT(!kiwi_store_mid(bytes, &mid));
    mid.position = (struct kiwi_pid){0x1000000, 0, 0, 0};
    EXPECT(!kiwi_store_mid(bytes, &mid));
}
END_TEST

START_TEST(what_is_a_text)
{
    static const uint8_t text[] = "Az 0~", padded[] = {'q', 0, 0}, high[] = {'q', 0x7F}, low[] = {'q', 9},
                         number[] = "7a";
    EXPECT(kiwi_is_text(text, 5) && kiwi_is_text(padded, 3));
    EXPECT(!kiwi_is_text(high, 2) && !kiwi_is_text(low, 2) && !kiwi_is_text(number, 2) &&
           !kiwi_is_text(text, 0));
}
END_TEST

START_TEST(runs)
{
    struct kiwi_layout layout;
    const uint8_t run[4] = {1, 2, 3, 4}, *view;
    uint8_t bytes[8];
    uint64_t position = kiwi_layout_start(&layout, 2);
    EXPECT(kiwi_layout_run(&layout, 1, 4, &position, 8) && position == 6 && layout.head == 6);
    EXPECT(kiwi_layout_run(&layout, 2, -1, &position, 8) && position == 6 && layout.length[2] == 0);
    EXPECT(kiwi_layout_run(&layout, 3, 2, &position, 8) && !kiwi_layout_run(&layout, 4, 1, &position, 8));
    EXPECT(kiwi_view_run(&layout, 1, bytes, &view) == 4 && view == bytes + 2);
    EXPECT(kiwi_view_run(&layout, 2, bytes, &view) == 0 && !view);
    position = 3;
    EXPECT(kiwi_encode_run(bytes, 8, &position, run, 4, 4) && position == 7 && bytes[6] == 4);
    EXPECT(!kiwi_encode_run(bytes, 8, &position, run, 2, 2) && position == 7); /* no room */
    EXPECT(!kiwi_encode_run(bytes, 8, &position, run, 1, 2) &&
           !kiwi_encode_run(bytes, 8, &position, run, 1, -1));
    EXPECT(kiwi_encode_run(bytes, 8, &position, run, 0, -1) &&
           kiwi_encode_run(bytes, 8, &position, NULL, 0, 0));
}
END_TEST

static bool no_layout(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,
                      struct kiwi_layout *layout)
{
    (void)bytes, (void)available, (void)arguments, (void)layout;
    return false;
}

START_TEST(what_comes_back_is_compared)
{
    const uint8_t bytes[4] = {1, 2, 3, 4}, other[4] = {1, 2, 3, 5};
    struct kiwi_record_type type = {.fixed_size = 4};
    EXPECT(kiwi_is_again(&type, bytes, 4, NULL, bytes, 4));
    EXPECT(!kiwi_is_again(&type, bytes, 4, NULL, other, 4) &&
           !kiwi_is_again(&type, bytes, 4, NULL, bytes, 3));
    type.layout = no_layout;
    EXPECT(!kiwi_is_again(&type, bytes, 4, NULL, bytes, 4));
}
END_TEST

/* Measuring of parts: what is worth a word to the engine is false, whatever else. */

static uint64_t two_bytes(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,
                          struct kiwi_account *account)
{
    (void)arguments;
    account->field += 2;
    return available >= 2 && bytes[0] != 0xEE ? 2 : 0;
}

struct measured {
    const char *what;
    struct kiwi_part_values values;
    uint64_t end;
    bool good;
    uint64_t position;
};

START_TEST(bytes_of_a_part)
{
    static const uint8_t zeros[8], ones[8] = {0, 0, 1};
    static const struct measured cases[] = {
        {"absent", {.length = 4}, 8, true, 0},
        {"of no length", {.present = true, .length = -1}, 8, true, 0},
        {"within", {.present = true, .length = 8}, 8, true, 8},
        {"beyond", {.present = true, .length = 9}, 8, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int unknown = 0; unknown < 2; unknown++) {
            struct kiwi_account account = {0};
            uint64_t position = 0;
            bool good = kiwi_measure_bytes(zeros, cases[i].end, &cases[i].values, unknown, &account,
                                           &position);
            EXPECT_MSG(good == cases[i].good && position == cases[i].position, "%s", cases[i].what);
            EXPECT_EQ(unknown ? account.unknown : account.reserved, cases[i].position);
            EXPECT_EQ(unknown ? account.reserved : account.unknown, 0);
        }
    struct kiwi_account account = {0};
    const struct kiwi_part_values values = {.present = true, .length = 8};
    uint64_t position = 0;
    EXPECT(!kiwi_measure_bytes(ones, 8, &values, false, &account, &position)); /* reserved and not zero */
    EXPECT(kiwi_measure_bytes(ones, 8, &values, true, &account, &position) && position == 8);
}
END_TEST

START_TEST(tables_of_a_part)
{
    static const uint8_t bytes[8], bad[8] = {0, 0, 0xEE};
    static const struct measured cases[] = {
        {"absent", {.count = 2, .stride = 2, .length = 4}, 8, true, 0},
        {"empty", {.present = true, .stride = 2, .length = 4}, 8, true, 0},
        {"without a stride", {.present = true, .count = 2, .length = 4}, 8, true, 0},
        {"of a length below none", {.present = true, .count = 2, .stride = 2, .length = -2}, 8, true, 0},
        {"to the end", {.present = true, .count = 4, .stride = 2, .length = -1}, 8, true, 8},
        {"within", {.present = true, .count = 2, .stride = 2, .length = 4}, 8, true, 4},
        {"beyond", {.present = true, .count = 2, .stride = 2, .length = 9}, 8, false, 0},
        {"of more than its length", {.present = true, .count = 3, .stride = 2, .length = 4}, 8, false, 0},
        {"of other records", {.present = true, .count = 2, .stride = 3, .length = 6}, 8, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kiwi_account account = {0};
        uint64_t position = 0;
        bool good = kiwi_measure_table(bytes, cases[i].end, &cases[i].values, two_bytes, false, &account,
                                       &position);
        EXPECT_MSG(good == cases[i].good && position == cases[i].position, "%s", cases[i].what);
        const struct kiwi_account one_by_one = account;
        account = (struct kiwi_account){0};
        position = 0;
        good = kiwi_measure_table(bytes, cases[i].end, &cases[i].values, two_bytes, true, &account,
                                  &position);
        EXPECT_MSG(good == cases[i].good && position == cases[i].position, "%s, all alike", cases[i].what);
        EXPECT_MSG(!good || account.field == one_by_one.field, "%s, all alike", cases[i].what);
    }
    struct kiwi_account account = {0};
    uint64_t position = 0;
    EXPECT(!kiwi_measure_table(bad, 8, &cases[5].values, two_bytes, false, &account, &position));
}
END_TEST

START_TEST(lists_of_a_part)
{
    static const uint8_t bytes[8], bad[8] = {0, 0, 0xEE};
    static const struct {
        struct measured measured;
        bool good_exactly; /* if the length that it says must be filled */
    } cases[] = {
        {{"absent", {.count = 2, .length = 0}, 8, true, 0}, true},
        {{"absent, with a length", {.count = 2, .length = 4}, 8, true, 0}, false},
        {{"empty", {.present = true, .length = 0}, 8, true, 0}, true},
        {{"of a length below none", {.present = true, .count = 2, .length = -2}, 8, true, 0}, true},
        {{"to the end", {.present = true, .count = 4, .length = -1}, 8, true, 8}, true},
        {{"within", {.present = true, .count = 2, .length = 4}, 8, true, 4}, true},
        {{"shorter than it says", {.present = true, .count = 2, .length = 6}, 8, true, 4}, false},
        {{"longer than it says", {.present = true, .count = 2, .length = 3}, 8, false, 2}, false},
        {{"beyond", {.present = true, .count = 2, .length = 9}, 8, false, 0}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int exact = 0; exact < 2; exact++) {
            const struct measured *measured = &cases[i].measured;
            struct kiwi_account account = {0};
            uint64_t position = 0;
            bool good = kiwi_measure_list(bytes, measured->end, &measured->values, two_bytes, exact, &account,
                                          &position);
            EXPECT_MSG(good == (exact ? cases[i].good_exactly : measured->good), "%s, %d", measured->what,
                       exact);
            EXPECT_EQ(position, measured->position);
        }
    struct kiwi_account account = {0};
    uint64_t position = 0;
    EXPECT(!kiwi_measure_list(bad, 8, &cases[5].measured.values, two_bytes, false, &account, &position));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec");
    TCase *tests = tcase_create("codec");
    tcase_add_test(tests, words_that_fit_and_that_do_not);
    tcase_add_test(tests, bits_that_fit_and_that_do_not);
    tcase_add_test(tests, places_of_24_bits);
    tcase_add_test(tests, what_is_a_text);
    tcase_add_test(tests, runs);
    tcase_add_test(tests, what_comes_back_is_compared);
    tcase_add_test(tests, bytes_of_a_part);
    tcase_add_test(tests, tables_of_a_part);
    tcase_add_test(tests, lists_of_a_part);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
