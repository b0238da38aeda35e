/* SPDX-License-Identifier: MIT */
/* Tags, times, identifiers and texts of UDF's descriptors (ECMA-167). */
#include "udf_descriptor.h"

#include <string.h>

#include "common/bytes.h"
#include "sectors.h"

/* Offsets in a tag: 3/7.2 */
enum {
    TAG_IDENTIFIER = 0,
    TAG_VERSION = 2,
    TAG_CHECKSUM = 4,
    TAG_CRC = 8,
    TAG_CRC_LENGTH = 10,
    TAG_LOCATION = 12,
};

enum {
    READ_ONLY = 3, /* write protected for good, and now */
    NARROW = 8,    /* a letter has 8 bits */
    UTC = 0x1000,  /* 1/7.3.1: the kind of time, and the distance from UTC */
};

/** 7.2.6 */
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

void udf_set_tag(uint8_t *descriptor, enum udf_tag tag, size_t length, uint32_t location)
{
    unsigned sum = 0;

    memset(descriptor, 0, UDF_TAG_SIZE);
    store16_little(descriptor + TAG_IDENTIFIER, (unsigned)tag);
    store16_little(descriptor + TAG_VERSION, 2);
    store16_little(descriptor + TAG_CRC, crc16(descriptor + UDF_TAG_SIZE, length - UDF_TAG_SIZE));
    store16_little(descriptor + TAG_CRC_LENGTH, (uint32_t)(length - UDF_TAG_SIZE));
    store32_little(descriptor + TAG_LOCATION, location);
    for (int i = 0; i < UDF_TAG_SIZE; i++)
        sum += descriptor[i];
    descriptor[TAG_CHECKSUM] = (uint8_t)sum;
}

void udf_put_time(uint8_t *field)
{
    store16_little(field, UTC);
    store16_little(field + 2, IMAGE_YEAR);
    field[4] = IMAGE_MONTH;
    field[5] = IMAGE_DAY;
}

void udf_put_entity(uint8_t *field, const char *identifier, enum udf_suffix suffix)
{
    memcpy(field + 1, identifier, strlen(identifier));
    if (suffix != UDF_OF_IMPLEMENTATION)
        store16_little(field + 24, UDF_REVISION);
    if (suffix == UDF_OF_DOMAIN)
        field[26] = READ_ONLY;
}

void udf_put_implementation(uint8_t *field)
{
    udf_put_entity(field, "*libkiwi", UDF_OF_IMPLEMENTATION);
}

void udf_put_charset(uint8_t *field)
{
    static const char name[] = "OSTA Compressed Unicode";

    memcpy(field + 1, name, sizeof name - 1);
}

void udf_put_text(uint8_t *field, size_t size, const char *text)
{
    const size_t most = size - 2, length = strlen(text) < most ? strlen(text) : most;

    field[0] = NARROW;
    memcpy(field + 1, text, length);
    field[size - 1] = (uint8_t)(1 + length);
}

void udf_put_long_ad(uint8_t *field, uint32_t length, uint32_t block)
{
    store32_little(field, length);
    store32_little(field + 4, block);
}
