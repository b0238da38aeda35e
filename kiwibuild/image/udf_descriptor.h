/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_UDF_DESCRIPTOR_H
#define KIWIBUILD_IMAGE_UDF_DESCRIPTOR_H

#include <stddef.h>
#include <stdint.h>

/** What is common to descriptors of UDF: ECMA-167, and OSTA UDF 1.02 for what it leaves open. */
enum {
    UDF_TAG_SIZE = 16,
    UDF_TIME_SIZE = 12,
    UDF_REVISION = 0x0102,
};

/** Identifiers of tags: 3/7.2.1, 4/7.2.1 */
enum udf_tag {
    UDF_PRIMARY_VOLUME = 1,
    UDF_ANCHOR = 2,
    UDF_IMPLEMENTATION_USE = 4,
    UDF_PARTITION = 5,
    UDF_LOGICAL_VOLUME = 6,
    UDF_UNALLOCATED_SPACE = 7,
    UDF_TERMINATING = 8,
    UDF_INTEGRITY = 9,
    UDF_FILE_SET = 256,
    UDF_FILE_IDENTIFIER = 257,
    UDF_FILE_ENTRY = 261,
};

/** The suffix of an identifier: UDF 2.1.4.3 */
enum udf_suffix { UDF_OF_DOMAIN, UDF_OF_UDF, UDF_OF_IMPLEMENTATION };

/** Puts the tag at the head of a descriptor of length bytes that is whole otherwise. location: its sector, or
 * block of the partition. */
void udf_set_tag(uint8_t *descriptor, enum udf_tag tag, size_t length, uint32_t location);

void udf_put_time(uint8_t *field);
void udf_put_entity(uint8_t *field, const char *identifier, enum udf_suffix suffix);
/** Who wrote it. */
void udf_put_implementation(uint8_t *field);
/** 64 bytes that say which letters are used. */
void udf_put_charset(uint8_t *field);
/** Letters of Latin-1 that fill a field, the last byte of which is their number. */
void udf_put_text(uint8_t *field, size_t size, const char *text);
/** A place in the partition. */
void udf_put_long_ad(uint8_t *field, uint32_t length, uint32_t block);

#endif
