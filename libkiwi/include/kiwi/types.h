/* SPDX-License-Identifier: MIT */
#ifndef KIWI_TYPES_H
#define KIWI_TYPES_H

/* The primitive types of the standard (chapter 1.2) and what their raw values mean. */

#include <stdbool.h>
#include <stdint.h>

#include <kiwi/error.h>
#include <kiwi/place.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    KIWI_EIGHTHS_PER_DEGREE = 28800, /**< latitudes and longitudes count 1/8 seconds */
    KIWI_PARCEL_UNITS = 4096,        /**< coordinate units along each side of a basic parcel */
};
#define KIWI_DSA_NULL UINT32_C(0xFFFFFFFF)

/** Position, 8 bytes (1.2.13); angles are raw. */
struct kiwi_pid {
    uint32_t latitude;
    uint32_t longitude;
    uint8_t latitude_expansion;
    uint8_t longitude_expansion;
};

/** Manufacturer identification, 12 bytes (1.2.14). */
struct kiwi_mid {
    struct kiwi_pid position;
    int8_t floor;
    uint8_t reserved;
    uint16_t date; /**< days since 1997-01-01 */
};

/** Signed 1/8 seconds of a raw 3-byte angle; south and west are negative. */
static inline int32_t kiwi_angle_eighths(uint32_t raw)
{
    int32_t magnitude = (int32_t)(raw & 0x7FFFFF);
    return (raw & 0x800000) != 0 ? -magnitude : magnitude;
}

/** Degrees of signed 1/8 seconds. */
static inline double kiwi_eighths_degrees(int64_t eighths)
{
    return (double)eighths / KIWI_EIGHTHS_PER_DEGREE;
}

/** Degrees of a raw 3-byte angle. */
static inline double kiwi_angle_degrees(uint32_t raw)
{
    return kiwi_eighths_degrees(kiwi_angle_eighths(raw));
}

/** Where a position lies. */
static inline struct kiwi_place kiwi_pid_place(const struct kiwi_pid *pid)
{
    struct kiwi_place place = {kiwi_angle_degrees(pid->latitude), kiwi_angle_degrees(pid->longitude)};
    return place;
}

/** Raw angle of signed 1/8 seconds, whose magnitude is below 2^23. */
static inline uint32_t kiwi_angle_raw(int32_t eighths)
{
    return eighths < 0 ? (uint32_t)-eighths | 0x800000 : (uint32_t)eighths;
}

/** Coordinate 0..32768 of a raw NZ word: bits 12:0 plus 4096 times bits 15:13. */
static inline uint32_t kiwi_nz(uint16_t raw)
{
    return (raw & 0x1FFFu) + (uint32_t)(raw >> 13) * KIWI_PARCEL_UNITS;
}

/** Raw NZ word of a coordinate 0..32768. */
static inline uint16_t kiwi_nz_raw(uint32_t coordinate)
{
    uint32_t parcel = coordinate / KIWI_PARCEL_UNITS < 7 ? coordinate / KIWI_PARCEL_UNITS : 7;
    return (uint16_t)(parcel << 13 | (coordinate - parcel * KIWI_PARCEL_UNITS));
}

/** Sizes that the Data Volume declares; addresses cannot be read without them. */
struct kiwi_sectors {
    uint32_t sector_size;
    uint32_t logical_sector_size;
};

/** Those of every disc seen: what to go by where nothing or nonsense is declared. */
#define KIWI_USUAL_SECTORS ((struct kiwi_sectors){.sector_size = 2048, .logical_sector_size = 32})

/** Byte offset in the file that holds the target, or KIWI_NULL. Disc side and layer (bits 7 and 6) are
 * ignored. */
static inline uint64_t kiwi_dsa_offset(uint32_t dsa, struct kiwi_sectors sectors)
{
    if (dsa == KIWI_DSA_NULL)
        return KIWI_NULL;
    return (uint64_t)(dsa >> 8) * sectors.sector_size + (uint64_t)(dsa & 0x3F) * sectors.logical_sector_size;
}

/** Sector address of a byte offset, or KIWI_DSA_NULL if it has none. */
KIWI_API uint32_t kiwi_dsa(uint64_t offset, struct kiwi_sectors sectors);

/** Year, month (1..12) and day (1..31) of a day count from 1997-01-01. */
KIWI_API void kiwi_date(uint16_t days, int *year, int *month, int *day);

/** The inverse; false if there is no such day or it is not from 1997-01-01 to 2176-06-06. */
KIWI_API bool kiwi_date_days(int year, int month, int day, uint16_t *days);

#ifdef __cplusplus
}
#endif

#endif
