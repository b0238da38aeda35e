/* SPDX-License-Identifier: MIT */
/* UDF's descriptors in front of the partition, and the anchors that lead to them. */
#include <string.h>

#include "common/bytes.h"
#include "udf.h"
#include "udf_descriptor.h"

/* Where things lie; all but the anchor could be elsewhere. */
enum {
    SEQUENCE_SECTOR = 32,
    RESERVE_SECTOR = 48, /* the same once more */
    SEQUENCE_SECTORS = 16,
    INTEGRITY_SECTOR = 64,
    INTEGRITY_SECTORS = 2,
    ANCHOR_SECTOR = 256,
};

/* Offsets; each list is of the descriptor that its section is about. */
enum {
    NUMBER = 16, /* of the descriptor in its sequence, in all of them */
    DESCRIPTOR_SIZE = 512,
    /* 3/10.1, and UDF 2.2.2 */
    PRIMARY_VOLUME_ID = 24,
    PRIMARY_VOLUME_ID_SIZE = 32,
    PRIMARY_VOLUME_COUNTS = 56, /* sequence number, maximum, interchange level, maximum */
    PRIMARY_CHARSET_LISTS = 64,
    PRIMARY_SET_ID = 72,
    PRIMARY_SET_ID_SIZE = 128,
    PRIMARY_CHARSETS = 200, /* of the descriptor, and of explanations */
    PRIMARY_TIME = 376,
    PRIMARY_IMPLEMENTATION = 388,
    /* 3/10.4, and UDF 2.2.7 */
    USE_IDENTIFIER = 20,
    USE_CHARSET = 52,
    USE_VOLUME_ID = 116,
    USE_IMPLEMENTATION = 352,
    /* 3/10.5 */
    PARTITION_FLAGS = 20,
    PARTITION_CONTENTS = 24,
    PARTITION_ACCESS = 184,
    PARTITION_START = 188,
    PARTITION_LENGTH = 192,
    PARTITION_IMPLEMENTATION = 196,
    /* 3/10.6, and UDF 2.2.4 */
    LOGICAL_CHARSET = 20,
    LOGICAL_ID = 84,
    LOGICAL_ID_SIZE = 128,
    LOGICAL_BLOCK_SIZE = 212,
    LOGICAL_DOMAIN = 216,
    LOGICAL_FILE_SET = 248,
    LOGICAL_MAP_TABLE_LENGTH = 264,
    LOGICAL_MAP_COUNT = 268,
    LOGICAL_IMPLEMENTATION = 272,
    LOGICAL_INTEGRITY = 432,
    LOGICAL_MAPS = 440,
    MAP_SIZE = 6,
    /* 3/10.8 */
    UNALLOCATED_SIZE = 24,
    /* 3/10.10, and UDF 2.2.6 */
    INTEGRITY_TIME = 16,
    INTEGRITY_TYPE = 28,
    INTEGRITY_UNIQUE_ID = 40,
    INTEGRITY_PARTITIONS = 72,
    INTEGRITY_USE_LENGTH = 76,
    INTEGRITY_PARTITION_SIZE = 84,
    INTEGRITY_USE = 88,
    INTEGRITY_FILES = 120,
    INTEGRITY_REVISIONS = 128, /* at least to read, at least to write, at most to write */
    INTEGRITY_USE_SIZE = 46,
    /* 3/10.2 */
    ANCHOR_SEQUENCE = 16,
    ANCHOR_RESERVE = 24,
};

/** A volume on its way into descriptors. */
struct volume_writer {
    const struct image_output *output;
    const char *id;
    uint32_t partition_length;
    const struct udf_counts *counts;
    struct failure *failure;
};

static bool put(const struct volume_writer *writer, uint8_t sector[static SECTOR_SIZE], enum udf_tag tag,
                size_t length, uint64_t place)
{
    udf_set_tag(sector, tag, length, (uint32_t)place);
    return image_put(writer->output, place, sector, SECTOR_SIZE, writer->failure);
}

static bool put_primary(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};
    static const uint8_t counts[] = {1, 0, 1, 0, 2, 0, 2, 0};

    store32_little(sector + NUMBER, 0);
    udf_put_text(sector + PRIMARY_VOLUME_ID, PRIMARY_VOLUME_ID_SIZE, writer->id);
    memcpy(sector + PRIMARY_VOLUME_COUNTS, counts, sizeof counts);
    store32_little(sector + PRIMARY_CHARSET_LISTS, 1);
    store32_little(sector + PRIMARY_CHARSET_LISTS + 4, 1);
    /* UDF 2.2.2.5 wants a number here that is made of the clock, which would make each image another one. */
    udf_put_text(sector + PRIMARY_SET_ID, PRIMARY_SET_ID_SIZE, "0000000000000000");
    udf_put_charset(sector + PRIMARY_CHARSETS);
    udf_put_charset(sector + PRIMARY_CHARSETS + 64);
    udf_put_time(sector + PRIMARY_TIME);
    udf_put_implementation(sector + PRIMARY_IMPLEMENTATION);
    return put(writer, sector, UDF_PRIMARY_VOLUME, DESCRIPTOR_SIZE, place);
}

static bool put_implementation_use(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    store32_little(sector + NUMBER, 1);
    udf_put_entity(sector + USE_IDENTIFIER, "*UDF LV Info", UDF_OF_UDF);
    udf_put_charset(sector + USE_CHARSET);
    udf_put_text(sector + USE_VOLUME_ID, LOGICAL_ID_SIZE, writer->id);
    udf_put_implementation(sector + USE_IMPLEMENTATION);
    return put(writer, sector, UDF_IMPLEMENTATION_USE, DESCRIPTOR_SIZE, place);
}

static bool put_partition(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    store32_little(sector + NUMBER, 2);
    sector[PARTITION_FLAGS] = 1; /* its room is taken */
    sector[PARTITION_CONTENTS] = 2;
    memcpy(sector + PARTITION_CONTENTS + 1, "+NSR02", 6);
    store32_little(sector + PARTITION_ACCESS, 1); /* read only */
    store32_little(sector + PARTITION_START, PARTITION_SECTOR);
    store32_little(sector + PARTITION_LENGTH, writer->partition_length);
    udf_put_implementation(sector + PARTITION_IMPLEMENTATION);
    return put(writer, sector, UDF_PARTITION, DESCRIPTOR_SIZE, place);
}

static bool put_logical_volume(const struct volume_writer *writer, uint64_t place)
{
    static const uint8_t map[MAP_SIZE] = {1, MAP_SIZE, 1}; /* the partition of this volume as it is */
    uint8_t sector[SECTOR_SIZE] = {0};

    store32_little(sector + NUMBER, 3);
    udf_put_charset(sector + LOGICAL_CHARSET);
    udf_put_text(sector + LOGICAL_ID, LOGICAL_ID_SIZE, writer->id);
    store32_little(sector + LOGICAL_BLOCK_SIZE, SECTOR_SIZE);
    udf_put_entity(sector + LOGICAL_DOMAIN, "*OSTA UDF Compliant", UDF_OF_DOMAIN);
    udf_put_long_ad(sector + LOGICAL_FILE_SET, 2 * SECTOR_SIZE, UDF_FILE_SET_SECTOR - PARTITION_SECTOR);
    store32_little(sector + LOGICAL_MAP_TABLE_LENGTH, MAP_SIZE);
    store32_little(sector + LOGICAL_MAP_COUNT, 1);
    udf_put_implementation(sector + LOGICAL_IMPLEMENTATION);
    store32_little(sector + LOGICAL_INTEGRITY, INTEGRITY_SECTORS * SECTOR_SIZE);
    store32_little(sector + LOGICAL_INTEGRITY + 4, INTEGRITY_SECTOR);
    memcpy(sector + LOGICAL_MAPS, map, MAP_SIZE);
    return put(writer, sector, UDF_LOGICAL_VOLUME, LOGICAL_MAPS + MAP_SIZE, place);
}

/** There is none. */
static bool put_unallocated_space(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    store32_little(sector + NUMBER, 4);
    return put(writer, sector, UDF_UNALLOCATED_SPACE, UNALLOCATED_SIZE, place);
}

static bool put_terminator(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    return put(writer, sector, UDF_TERMINATING, DESCRIPTOR_SIZE, place);
}

static bool put_sequence(const struct volume_writer *writer, uint64_t place)
{
    return put_primary(writer, place) && put_implementation_use(writer, place + 1) &&
           put_partition(writer, place + 2) && put_logical_volume(writer, place + 3) &&
           put_unallocated_space(writer, place + 4) && put_terminator(writer, place + 5);
}

static bool put_integrity(const struct volume_writer *writer)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    udf_put_time(sector + INTEGRITY_TIME);
    store32_little(sector + INTEGRITY_TYPE, 1); /* closed */
    store64_little(sector + INTEGRITY_UNIQUE_ID, writer->counts->next_unique_id);
    store32_little(sector + INTEGRITY_PARTITIONS, 1);
    store32_little(sector + INTEGRITY_USE_LENGTH, INTEGRITY_USE_SIZE);
    store32_little(sector + INTEGRITY_PARTITION_SIZE, writer->partition_length);
    udf_put_implementation(sector + INTEGRITY_USE);
    store32_little(sector + INTEGRITY_FILES, writer->counts->files);
    store32_little(sector + INTEGRITY_FILES + 4, writer->counts->folders);
    for (size_t i = 0; i < 3; i++)
        store16_little(sector + INTEGRITY_REVISIONS + 2 * i, UDF_REVISION);
    return put(writer, sector, UDF_INTEGRITY, INTEGRITY_USE + INTEGRITY_USE_SIZE, INTEGRITY_SECTOR) &&
           put_terminator(writer, INTEGRITY_SECTOR + 1);
}

static bool put_anchor(const struct volume_writer *writer, uint64_t place)
{
    uint8_t sector[SECTOR_SIZE] = {0};

    store32_little(sector + ANCHOR_SEQUENCE, SEQUENCE_SECTORS * SECTOR_SIZE);
    store32_little(sector + ANCHOR_SEQUENCE + 4, SEQUENCE_SECTOR);
    store32_little(sector + ANCHOR_RESERVE, SEQUENCE_SECTORS * SECTOR_SIZE);
    store32_little(sector + ANCHOR_RESERVE + 4, RESERVE_SECTOR);
    return put(writer, sector, UDF_ANCHOR, DESCRIPTOR_SIZE, place);
}

/** The volume structures that follow those of ISO 9660: 2/9.2, 3/9.1. */
static bool put_recognition(const struct volume_writer *writer)
{
    static const char *const identifiers[] = {"BEA01", "NSR02", "TEA01"};

    for (unsigned i = 0; i < 3; i++) {
        uint8_t sector[SECTOR_SIZE] = {0};

        memcpy(sector + 1, identifiers[i], 5);
        sector[6] = 1;
        if (!image_put(writer->output, FIRST_EXTENDED_SECTOR + i, sector, SECTOR_SIZE, writer->failure))
            return false;
    }
    return true;
}

bool udf_write_volume(const char *volume_id, const struct udf_counts *counts, uint64_t end, uint64_t sectors,
                      const struct image_output *output, struct failure *failure)
{
    const struct volume_writer writer = {output, volume_id, (uint32_t)(end - PARTITION_SECTOR), counts,
                                         failure};
    bool done = put_recognition(&writer) && put_sequence(&writer, SEQUENCE_SECTOR) &&
                put_sequence(&writer, RESERVE_SECTOR) && put_integrity(&writer) &&
                put_anchor(&writer, ANCHOR_SECTOR);

    /* Readers look for one in the last sector, and drives do not agree on which one that is. */
    for (uint64_t sector = end; done && sector < sectors; sector++)
        done = put_anchor(&writer, sector);
    return done;
}
