/* SPDX-License-Identifier: MIT */
/* Puts check values together of the values of pieces. */
#include "rolling.h"

enum { ADLER_BASE = 65521 };

static bool is_crc(enum checksum_family family)
{
    return family == FAMILY_REFLECTED || family == FAMILY_NORMAL || family == FAMILY_SWAPPED;
}

static uint32_t multiply(const uint32_t columns[32], uint32_t value)
{
    uint32_t product = 0;
    for (; value != 0; value &= value - 1)
        product ^= columns[__builtin_ctz(value)];
    return product;
}

/** first becomes first, and then second. */
static void follow(uint32_t first[32], const uint32_t second[32])
{
    for (unsigned i = 0; i < 32; i++)
        first[i] = multiply(second, first[i]);
}

void rolling_step_make(struct rolling_step *step, enum checksum_family family, uint64_t length)
{
    enum checksum_family bytewise = family == FAMILY_SWAPPED ? FAMILY_REFLECTED : family;
    uint32_t power[32]; /* the step of one byte, then two, four ... */
    *step = (struct rolling_step){.family = family, .length = length};
    if (!is_crc(family))
        return;
    for (unsigned i = 0; i < 32; i++) {
        step->columns[i] = UINT32_C(1) << i;
        power[i] = checksum_units(bytewise, UINT32_C(1) << i, (const uint8_t *)"", 1);
    }
    for (; length != 0; length >>= 1) {
        uint32_t copy[32];
        if (length & 1)
            follow(step->columns, power);
        for (unsigned i = 0; i < 32; i++)
            copy[i] = power[i];
        follow(power, copy);
    }
}

/** Adler's two sums: of the bytes, and of those sums. */
static uint32_t join_adler(uint64_t bytes, uint64_t sums)
{
    return (uint32_t)(sums % ADLER_BASE) << 16 | (uint32_t)(bytes % ADLER_BASE);
}

uint32_t rolling_append(const struct rolling_step *step, uint32_t start, uint32_t raw)
{
    if (is_crc(step->family))
        return multiply(step->columns, start) ^ raw;
    if (step->family == FAMILY_XOR32BE)
        return start ^ raw;
    if (step->family != FAMILY_ADLER)
        return start + raw;
    uint64_t bytes = start & 0xFFFF;
    return join_adler(bytes + (raw & 0xFFFF),
                      (start >> 16) + step->length % ADLER_BASE * bytes + (raw >> 16));
}

uint32_t rolling_between(const struct rolling_step *step, uint32_t before, uint32_t after)
{
    if (is_crc(step->family))
        return multiply(step->columns, before) ^ after;
    if (step->family == FAMILY_XOR32BE)
        return before ^ after;
    if (step->family != FAMILY_ADLER)
        return after - before;
    uint64_t bytes = before & 0xFFFF;
    uint64_t sums = (before >> 16) + step->length % ADLER_BASE * bytes;
    return join_adler((after & 0xFFFF) + ADLER_BASE - bytes % ADLER_BASE,
                      (after >> 16) + ADLER_BASE - sums % ADLER_BASE);
}
