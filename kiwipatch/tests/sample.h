/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TESTS_SAMPLE_H
#define KIWIPATCH_TESTS_SAMPLE_H

/* The two-module LOADING.KWI of the notes: 8,192 bytes, modules AA01 "1000" and BB02 "1001" whose blocks end
 * with sum32be. */

#include <stdint.h>
#include <string.h>

#define SAMPLE_SIZE 8192u

static void sample_put(uint8_t *bytes, uint32_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * (width - 1 - i));
}

static void sample_module(uint8_t *bytes, uint32_t length, unsigned seed)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < length - 4; i++) {
        bytes[i] = (uint8_t)((seed + i) * 37);
        sum += (uint32_t)bytes[i] << 8 * (3 - i % 4);
    }
    sample_put(bytes + length - 4, sum, 4);
}

static void sample_make(uint8_t bytes[SAMPLE_SIZE])
{
    memset(bytes, 0, SAMPLE_SIZE);
    sample_put(bytes, 1, 2);
    memcpy(bytes + 4, "DENSO", 5);
    sample_put(bytes + 16, 2, 2);
    bytes[20] = 0x01;
    memcpy(bytes + 24, "AA01", 4);
    memcpy(bytes + 76, "1000", 4);
    bytes[84] = 0x83;
    memcpy(bytes + 88, "BB02", 4);
    memcpy(bytes + 140, "1001", 4);
    memcpy(bytes + 152, "SYNTHETIC ONE", 13);
    sample_put(bytes + 398, 1, 4);
    sample_put(bytes + 402, 2, 2);
    sample_put(bytes + 404, 366, 2);
    sample_put(bytes + 406, 730, 2);
    memcpy(bytes + 408, "SYNTHETIC TWO", 13);
    sample_put(bytes + 654, 3, 4);
    sample_put(bytes + 658, 1, 2);
    sample_module(bytes + 2048, 4096, 1);
    sample_module(bytes + 6144, 2048, 7);
}

#endif
