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

#endif
