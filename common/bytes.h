/* SPDX-License-Identifier: MIT */
#ifndef COMMON_BYTES_H
#define COMMON_BYTES_H

/* Numbers of several bytes in data that are not KIWI's: pictures, patches, programs, descriptors of file
 * systems. */

#include <stdint.h>

static inline uint32_t load16_little(const uint8_t *bytes)
{
    return (uint32_t)bytes[1] << 8 | bytes[0];
}

static inline uint32_t load32_little(const uint8_t *bytes)
{
    return load16_little(bytes + 2) << 16 | load16_little(bytes);
}

static inline uint32_t load16_big(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static inline uint32_t load32_big(const uint8_t *bytes)
{
    return load16_big(bytes) << 16 | load16_big(bytes + 2);
}

static inline void store16_little(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static inline void store32_little(uint8_t *bytes, uint32_t value)
{
    store16_little(bytes, value);
    store16_little(bytes + 2, value >> 16);
}

static inline void store64_little(uint8_t *bytes, uint64_t value)
{
    store32_little(bytes, (uint32_t)value);
    store32_little(bytes + 4, (uint32_t)(value >> 32));
}

static inline void store16_big(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static inline void store32_big(uint8_t *bytes, uint32_t value)
{
    store16_big(bytes, value >> 16);
    store16_big(bytes + 2, value);
}

#endif
