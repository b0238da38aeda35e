/* SPDX-License-Identifier: MIT */
/* Byte vectors in hexadecimal, read and written again. */
#ifndef KIWI_TESTS_VECTORS_H
#define KIWI_TESTS_VECTORS_H

#include <kiwi/kiwi.h> /* whose parameters the names below must not shadow */

#include "support.h"

static uint8_t bytes[128], again[128];
static size_t length;

static UNUSED void take(const char *hex)
{
    static const char digits[] = "0123456789ABCDEF";
    int high = -1;

    for (length = 0; *hex; hex++) {
        const char *digit = strchr(digits, *hex);

        if (*hex == ' ')
            continue;
        ck_assert_ptr_nonnull(digit);
        if (high < 0) {
            high = (int)(digit - digits);
            continue;
        }
        bytes[length++] = (uint8_t)(high * 16 + (digit - digits));
        high = -1;
    }
    ck_assert_int_eq(high, -1);
}

/* Decodes all of `bytes` and encodes it to the same; further arguments are the record's parameters. */
#define BOTH(name, record, hex, ...)                                                                 \
    do {                                                                                             \
        take(hex);                                                                                   \
        ck_assert(kiwi_##name##_decode(record, bytes, length, ##__VA_ARGS__));                       \
        ck_assert_uint_eq(kiwi_##name##_encode(record, again, sizeof again, ##__VA_ARGS__), length); \
        ck_assert_mem_eq(again, bytes, length);                                                      \
    } while (0)

#endif
