/* SPDX-License-Identifier: MIT */
/* Load addresses of made-up programs, and no address where there is none. */
#include "libkiwi/tests/support.h"

#include "xref.h"

static uint64_t state = 11;

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
                EXPECT(xref_find_base(bytes, lengths[j], &base));
                const struct xref_block *block = &base.blocks[0];
                EXPECT_MSG(base.found && block->address == addresses[i] && base.little_endian == (order == 1),
                           "%08X, %zu bytes: %08X, %zu, %zu, %zu", addresses[i], lengths[j], block->address,
                           block->met, block->next_best, block->chance);
                EXPECT(block->met == 20 && base.texts >= 40 && block->next_best <= 10);
                EXPECT(xref_find(bytes, lengths[j], &base, places[2], &xrefs));
                size_t words = 0; /* the machine is chance here, and so are references in its code */
                for (size_t k = 0; k < xrefs.count; k++)
                    words += !xrefs.items[k].in_code && xrefs.items[k].place == 64 + 4;
                EXPECT_EQ(words, 1);
                free(xrefs.items);
                EXPECT(xref_find(bytes, lengths[j], &base, places[2] + 1, &xrefs));
                for (size_t k = 0; k < xrefs.count; k++)
                    EXPECT(xrefs.items[k].in_code);
                free(xrefs.items);
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
        EXPECT(xref_find_base(bytes, length, &base));
        EXPECT_MSG(!base.found, "trial %u: %08X meets %zu, next best %zu", trial, base.blocks[0].address,
                   base.blocks[0].met, base.blocks[0].next_best);
        free(bytes);
    }
    for (size_t length = 0; length < 8; length++) {
        struct xref_base base;
        uint8_t *bytes = calloc(1, length + 1);
        EXPECT(bytes && xref_find_base(bytes, length, &base) && !base.found);
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
    EXPECT(xref_find_base(bytes, sizeof bytes, &base) && base.found);
    for (size_t i = 0; i < 8; i++)
        store(bytes + 512 + 4 * i, 0x90020000 + (uint32_t)places[3 * i], false);
    EXPECT(xref_find_base(bytes, sizeof bytes, &base));
    EXPECT_MSG(!base.found && base.blocks[0].met == 12 && base.blocks[0].next_best >= 8, "%zu, %zu",
               base.blocks[0].met, base.blocks[0].next_best);
}
END_TEST

START_TEST(beginnings_of_texts)
{
    static const uint8_t bytes[] = "\0\1Obey.\n[ I Agree ]\0\0A\0B\0C\0\0\0B\0C";
    EXPECT_EQ(xref_text_start(bytes, 11, 1, false), 2);
    EXPECT_EQ(xref_text_start(bytes, 2, 1, false), 2);
    EXPECT_EQ(xref_text_start(bytes, 0, 1, false), 0);
    EXPECT_EQ(xref_text_start(bytes, 25, 2, true), 21);
    EXPECT_EQ(xref_text_start(bytes, 24, 2, false), 20);
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
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
