/* SPDX-License-Identifier: MIT */
/* Descriptors of ISO 9660 (ECMA-119) and UDF (ECMA-167), as far as they carry the time of recording. */
#include "descriptor_times.h"

#include <string.h>

#include "common/bytes.h"

/* ISO 9660, ECMA-119 8.4; offsets in a volume descriptor */
enum {
    ISO_TYPE = 0,
    ISO_TYPE_PRIMARY = 1,
    ISO_TYPE_SUPPLEMENTARY = 2, /* Joliet */
    ISO_IDENTIFIER = 1,
    ISO_ROOT = 156, /* a directory record */
    ISO_CREATION_DATE = 813,
    ISO_MODIFICATION_DATE = 830,
    ISO_EFFECTIVE_DATE = 864,
    ISO_DATE_SIZE = 17, /* digits, and the distance from UTC as a byte */
    RECORD_EXTENT = 2,  /* ECMA-119 9.1, numbers of both orders of bytes: the little one comes first */
    RECORD_LENGTH = 10,
};

/* UDF; offsets in a descriptor */
enum {
    TAG_IDENTIFIER = 0, /* ECMA-167 7.2 */
    TAG_CHECKSUM = 4,
    TAG_CRC = 8,
    TAG_CRC_LENGTH = 10,
    TAG_SIZE = 16,
    PRIMARY_VOLUME = 1, /* identifiers: 10.1, 10.10, 14.1 */
    LOGICAL_VOLUME_INTEGRITY = 9,
    FILE_SET = 256,
    PRIMARY_SET_IDENTIFIER = 72, /* a byte with the kind of characters, then the text */
    PRIMARY_RECORDING_TIME = 376,
    OTHER_RECORDING_TIME = 16,
    CLOCK_DIGITS = 16, /* at the head of the set identifier stands a number made from the clock */
};

/** ECMA-167 7.2.6 */
static unsigned crc16(const uint8_t *bytes, size_t length)
{
    unsigned crc = 0;

    for (; length; length--, bytes++) {
        crc ^= (unsigned)*bytes << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
    }
    return crc;
}

static uint8_t tag_sum(const uint8_t *tag)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < TAG_SIZE; i++)
        sum += i == TAG_CHECKSUM ? 0u : tag[i];
    return (uint8_t)sum;
}

static bool has_good_tag(const uint8_t *sector)
{
    unsigned length = load16_little(sector + TAG_CRC_LENGTH);

    return length <= IMAGE_SECTOR - TAG_SIZE && tag_sum(sector) == sector[TAG_CHECKSUM] &&
           crc16(sector + TAG_SIZE, length) == load16_little(sector + TAG_CRC);
}

static void set_tag(uint8_t *sector)
{
    unsigned crc = crc16(sector + TAG_SIZE, load16_little(sector + TAG_CRC_LENGTH));

    sector[TAG_CRC] = (uint8_t)crc;
    sector[TAG_CRC + 1] = (uint8_t)(crc >> 8);
    sector[TAG_CHECKSUM] = tag_sum(sector);
}

/** ECMA-167 7.3: the kind of time (UTC), year, month, day; the rest are zeros. */
static void set_udf_time(uint8_t *timestamp)
{
    static const uint8_t fixed[12] = {0x00, 0x10, 0xD0, 0x07, 1, 1};

    memcpy(timestamp, fixed, sizeof fixed);
}

static bool fix_udf(uint8_t *sector)
{
    if (!has_good_tag(sector))
        return false;
    switch (load16_little(sector + TAG_IDENTIFIER)) {
    case PRIMARY_VOLUME:
        memset(sector + PRIMARY_SET_IDENTIFIER + 1, '0', CLOCK_DIGITS);
        set_udf_time(sector + PRIMARY_RECORDING_TIME);
        break;
    case LOGICAL_VOLUME_INTEGRITY:
    case FILE_SET: set_udf_time(sector + OTHER_RECORDING_TIME); break;
    default: return false;
    }
    set_tag(sector);
    return true;
}

static bool fix_iso(uint8_t *sector)
{
    static const unsigned dates[] = {ISO_CREATION_DATE, ISO_MODIFICATION_DATE, ISO_EFFECTIVE_DATE};

    if (memcmp(sector + ISO_IDENTIFIER, "CD001", 5) != 0 ||
        (sector[ISO_TYPE] != ISO_TYPE_PRIMARY && sector[ISO_TYPE] != ISO_TYPE_SUPPLEMENTARY))
        return false;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
        memcpy(sector + dates[i], "2000010100000000", ISO_DATE_SIZE);
    return true;
}

bool descriptor_fix_times(uint8_t sector[static IMAGE_SECTOR])
{
    return fix_iso(sector) || fix_udf(sector);
}

void descriptor_root(const uint8_t sector[static IMAGE_SECTOR], uint32_t *first, uint32_t *length)
{
    *first = load32_little(sector + ISO_ROOT + RECORD_EXTENT);
    *length = load32_little(sector + ISO_ROOT + RECORD_LENGTH);
}
