/* SPDX-License-Identifier: MIT */
/* Load addresses of made-up programs, and no address where there is none. */
#include "libkiwi/tests/support.h"

#include "xref.h"
#include "xref_votes.h"

static uint64_t state = 11;

/** A program of bytes in memory. */
static struct firmware open_program(const uint8_t *bytes, size_t length)
{
    struct firmware program;
    struct kiwi_source *source;
    struct kiwi_error error;
    EXPECT_EQ(kiwi_source_from_memory(bytes, length, &source, &error), KIWI_OK);
    EXPECT(firmware_open(&program, source, 0, length));
    return program;
}

static void close_program(struct firmware *program)
{
    kiwi_source_unref(program->source);
    firmware_close(program);
}

static void store(uint8_t *bytes, uint32_t value, bool little_endian)
{
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * (little_endian ? i : 3 - i));
}

/* Random bytes, texts at the end, and a table of pointers to some of them; returns the places of the texts.
 */
static void make_program(uint8_t *bytes, size_t length, size_t texts, size_t pointers, uint32_t address,
                         bool little_endian, size_t *places)
{
    size_t at = length - texts * 48;
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)next_random(&state);
    for (size_t i = 0; i < texts; i++) { /* of different lengths, or the wrong addresses meet many, too */
        size_t size = 8 + next_random(&state) % 40;
        memset(bytes + at, 'a', size - 1);
        bytes[at - 1] = bytes[at + size - 1] = 0;
        places[i] = at;
        at += size;
    }
    for (size_t i = 0; i < pointers; i++)
        store(bytes + 64 + 4 * i, address + (uint32_t)places[i * texts / pointers], little_endian);
}

START_TEST(load_addresses)
{
    static const uint32_t addresses[] = {0x1000, 0x400000, 0x80010000, 0xA0140200, 0x8C001000};
    static const size_t lengths[] = {4096, 65536, 1 << 18};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        for (size_t j = 0; j < sizeof lengths / sizeof lengths[0]; j++) {
            for (int order = 0; order < 2; order++) {
                size_t places[40];
                struct xref_base base;
                struct xrefs xrefs;
                uint8_t *bytes = malloc(lengths[j]);
                EXPECT(bytes);
                make_program(bytes, lengths[j], 40, 20, addresses[i], order == 1, places);
                struct firmware program = open_program(bytes, lengths[j]);
                EXPECT(xref_find_base(&program, &base));
                const struct xref_block *block = &base.blocks[0];
                EXPECT_MSG(base.found && block->address == addresses[i] && base.little_endian == (order == 1),
                           "%08X, %zu bytes: %08X, %zu, %zu, %zu", addresses[i], lengths[j], block->address,
                           block->met, block->next_best, block->chance);
                EXPECT(block->met == 20 && base.texts >= 40 && block->next_best <= 10);
                EXPECT(xref_find(&program, &base, places[2], &xrefs));
                size_t words = 0; /* the machine is chance here, and so are references in its code */
                for (size_t k = 0; k < xrefs.count; k++)
                    words += !xrefs.items[k].in_code && xrefs.items[k].place == 64 + 4;
                EXPECT_EQ(words, 1);
                free(xrefs.items);
                EXPECT(xref_find(&program, &base, places[2] + 1, &xrefs));
                for (size_t k = 0; k < xrefs.count; k++)
                    EXPECT(xrefs.items[k].in_code);
                free(xrefs.items);
                close_program(&program);
                free(bytes);
            }
        }
    }
}
END_TEST

/* Programs without pointers to their texts, random bytes, programs too short for a word. */
START_TEST(no_load_address)
{
    for (unsigned trial = 0; trial < 300; trial++) {
        size_t length = 1024 + next_random(&state) % 8192;
        size_t places[20];
        struct xref_base base;
        uint8_t *bytes = malloc(length);
        EXPECT(bytes);
        make_program(bytes, length, trial % 20, 0, 0, false, places);
        struct firmware program = open_program(bytes, length);
        EXPECT(xref_find_base(&program, &base));
        EXPECT_MSG(!base.found, "trial %u: %08X meets %zu, next best %zu", trial, base.blocks[0].address,
                   base.blocks[0].met, base.blocks[0].next_best);
        close_program(&program);
        free(bytes);
    }
    for (size_t length = 0; length < 8; length++) {
        struct xref_base base;
        uint8_t *bytes = calloc(1, length + 1);
        struct firmware program = open_program(bytes, length);
        EXPECT(xref_find_base(&program, &base) && !base.found);
        close_program(&program);
        free(bytes);
    }
}
END_TEST

/* Two addresses that meet nearly as many texts: neither is believed. */
START_TEST(two_load_addresses)
{
    size_t places[40];
    struct xref_base base;
    static uint8_t bytes[8192];
    make_program(bytes, sizeof bytes, 40, 12, 0x80010000, false, places);
    struct firmware program = open_program(bytes, sizeof bytes);
    EXPECT(xref_find_base(&program, &base) && base.found);
    close_program(&program);
    for (size_t i = 0; i < 8; i++)
        store(bytes + 512 + 4 * i, 0x90020000 + (uint32_t)places[3 * i], false);
    program = open_program(bytes, sizeof bytes);
    EXPECT(xref_find_base(&program, &base));
    close_program(&program);
    EXPECT_MSG(!base.found && base.blocks[0].met == 12 && base.blocks[0].next_best >= 8, "%zu, %zu",
               base.blocks[0].met, base.blocks[0].next_best);
}
END_TEST

START_TEST(beginnings_of_texts)
{
    static const uint8_t bytes[] = "\0\1Obey.\n[ I Agree ]\0\0A\0B\0C\0\0\0B\0C";
    struct firmware program = open_program(bytes, sizeof bytes);
    EXPECT_EQ(xref_text_start(&program, 11, 1, false), 2);
    EXPECT_EQ(xref_text_start(&program, 2, 1, false), 2);
    EXPECT_EQ(xref_text_start(&program, 0, 1, false), 0);
    EXPECT_EQ(xref_text_start(&program, 25, 2, true), 21);
    EXPECT_EQ(xref_text_start(&program, 24, 2, false), 20);
    close_program(&program);
}
END_TEST

/* Numbers beyond the limit: fewer are kept, of all parts of the range, and what is kept was there. */
START_TEST(numbers_are_bounded)
{
    enum { LIMIT = 4096, COUNT = 100000 };
    struct numbers numbers = {.limit = LIMIT};
    for (uint32_t i = 0; i < COUNT; i++)
        EXPECT(numbers_add(&numbers, i % 2 ? 12 * i : 12 * (COUNT - i)));
    numbers_sort(&numbers);
    EXPECT(numbers.count <= LIMIT && numbers.count > LIMIT / 4 && numbers.room <= 2 * LIMIT);
    for (size_t i = 0; i < numbers.count; i++)
        EXPECT(numbers.items[i] % 12 == 0);
    for (uint32_t part = 0; part < 8; part++) {
        size_t inside = 0;
        for (size_t i = 0; i < numbers.count; i++)
            inside += numbers.items[i] / 12 / (COUNT / 8) == part;
        EXPECT(inside > numbers.count / 16);
    }
    free(numbers.items);
}
END_TEST

/** What votes_count() is to find, by sorting all pairs at once. */
static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static struct votes count_simply(const struct numbers *places, const struct numbers *values)
{
    size_t count = 0, total = places->count * values->count;
    uint32_t *all = malloc(total * sizeof *all);
    struct votes votes = {0};
    EXPECT(all);
    for (size_t i = 0; i < values->count; i++)
        for (size_t k = 0; k < places->count; k++)
            all[count++] = values->items[i] - places->items[k];
    qsort(all, total, sizeof *all, by_number);
    for (size_t i = 0, end; i < total; i = end) {
        for (end = i; end < total && all[end] == all[i];)
            end++;
        if (end - i > votes.best)
            votes = (struct votes){all[i], end - i, votes.best};
        else if (end - i > votes.next)
            votes.next = end - i;
    }
    free(all);
    return votes;
}

/* Values that are scattered, that are near each other, and around address 0: the same winner as by sorting.
 */
START_TEST(votes_in_parts)
{
    static const uint32_t spans[] = {1 << 12, 1 << 17, 1 << 24, UINT32_MAX};
    for (unsigned trial = 0; trial < 16; trial++) {
        struct numbers places = {.limit = 4096}, values = {.limit = 4096};
        uint32_t span = spans[trial % 4],
                 start = trial % 3 == 0 ? 0 - span / 2 : trial * UINT32_C(0x0FEDCBA9);
        for (unsigned i = 0; i < 1000; i++) {
            EXPECT(numbers_add(&places, (uint32_t)(next_random(&state) % 100000)));
            EXPECT(numbers_add(&values, start + (uint32_t)(next_random(&state) % span)));
        }
        numbers_sort(&places);
        for (unsigned i = 0; trial % 2 && i < 20; i++)
            EXPECT(numbers_add(&values, start + places.items[7 * i]));
        numbers_sort(&values);
        struct votes votes, wanted = count_simply(&places, &values);
        EXPECT(votes_count(&places, &values, &votes));
        EXPECT_MSG(votes.address == wanted.address && votes.best == wanted.best && votes.next == wanted.next,
                   "%08X, %zu, %zu, not %08X, %zu, %zu", votes.address, votes.best, votes.next,
                   wanted.address, wanted.best, wanted.next);
        free(places.items);
        free(values.items);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xref");
    TCase *test = tcase_create("xref");
    tcase_set_timeout(test, 0);
    tcase_add_test(test, load_addresses);
    tcase_add_test(test, no_load_address);
    tcase_add_test(test, two_load_addresses);
    tcase_add_test(test, beginnings_of_texts);
    tcase_add_test(test, numbers_are_bounded);
    tcase_add_test(test, votes_in_parts);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
