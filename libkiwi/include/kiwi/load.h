/* SPDX-License-Identifier: MIT */
#ifndef KIWI_LOAD_H
#define KIWI_LOAD_H

/* Raw numbers out of bytes, big-endian. */

#include <stdint.h>

#include <kiwi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline uint32_t kiwi_load8(const uint8_t *bytes)
{
    return bytes[0];
}

static inline uint32_t kiwi_load16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

/* The same of what is not KIWI's: file systems, programs of units. */

static inline uint32_t kiwi_load16_little(const uint8_t *bytes)
{
    return (uint32_t)bytes[1] << 8 | bytes[0];
}

static inline uint32_t kiwi_load32_little(const uint8_t *bytes)
{
    return kiwi_load16_little(bytes + 2) << 16 | kiwi_load16_little(bytes);
}

static inline uint32_t kiwi_load24(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
}

static inline uint32_t kiwi_load32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static inline uint64_t kiwi_load64(const uint8_t *bytes)
{
    return (uint64_t)kiwi_load32(bytes) << 32 | kiwi_load32(bytes + 4);
}

/** Bytes of a size or displacement in 16-bit words. */
static inline uint64_t kiwi_words16(uint32_t raw)
{
    return raw == 0xFFFF ? KIWI_NULL : (uint64_t)raw * 2;
}

static inline uint64_t kiwi_words32(uint32_t raw)
{
    return raw == UINT32_MAX ? KIWI_NULL : (uint64_t)raw * 2;
}

static inline int32_t kiwi_signed_bits(uint32_t word, unsigned high, unsigned low)
{
    uint32_t sign = UINT32_C(1) << (high - low);
    uint32_t value = (word >> low) & (sign | (sign - 1));
    return (value & sign) != 0 ? (int32_t)value - (int32_t)sign - (int32_t)sign : (int32_t)value;
}

#ifdef __cplusplus
}
#endif

#endif
