/* SPDX-License-Identifier: MIT */
/*
 * The input is several files: one byte with their number, three bytes with the size of each but the last,
 * which gets the rest, and the bytes. They are served in an ISO 9660 image that is put around them in memory.
 */
#include "oracle.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

enum { SECTOR = 2048 };
enum { FIRST_SECTOR = 20 }; /* 16, 17: descriptors; 18: root; 19: the folder MAP */

static const struct {
    const char *name;
    int folder; /* 0 = root, 1 = MAP */
} slots[] = {
    {"ALLDATA.KWI;1", 0},  {"METADATA.KWI;1", 0}, {"A.KWI;1", 0},        {"B.KWI;1", 1},
    {"LOADING.KWI;1", 0},  {"SPEC.KWI;1", 0},     {"INDEXDAT.KWI;1", 0}, {"ALLDATA.KWI;1", 1},
    {"SADSR201.IDX;1", 0}, {"ZONEZSRC.IDX;1", 0}, {"ZSELDEF0.IDX;1", 0},
};

#define SLOT_COUNT (sizeof slots / sizeof slots[0])

static void put_both(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
        at[7 - i] = at[i];
    }
}

/** Writes a directory record; returns its length. */
static size_t put_record(uint8_t *at, const char *name, size_t name_length, uint32_t sector, uint32_t size,
                         bool folder)
{
    size_t length = (33 + name_length + 1) & ~(size_t)1;
    at[0] = (uint8_t)length;
    put_both(at + 2, sector);
    put_both(at + 10, size);
    at[25] = folder ? 2 : 0;
    at[28] = at[31] = 1; /* volume sequence number 1 in both orders */
    at[32] = (uint8_t)name_length;
    memcpy(at + 33, name, name_length);
    return length;
}

static void put_descriptors(uint8_t *image, uint32_t sectors)
{
    uint8_t *primary = image + 16 * SECTOR;
    memcpy(primary, "\1CD001\1", 7);
    memset(primary + 8, ' ', 64);
    put_both(primary + 80, sectors);
    primary[120] = primary[123] = primary[124] = primary[127] = 1;
    primary[129] = primary[130] = SECTOR >> 8;
    put_record(primary + 156, "", 1, 18, SECTOR, true);
    memset(primary + 190, ' ', 623);
    primary[881] = 1;
    memcpy(image + 17 * SECTOR, "\377CD001\1", 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint32_t sizes[SLOT_COUNT];
    if (length < 1)
        return 0;
    size_t count = 1 + bytes[0] % SLOT_COUNT;
    size_t head = 1 + 3 * (count - 1);
    if (length < head || length > (size_t)1 << 20)
        return 0;
    size_t left = length - head;
    size_t sectors = FIRST_SECTOR;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = bytes + 1 + 3 * i;
        size_t size = i == count - 1 ? left : ((size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2]);
        sizes[i] = (uint32_t)(size < left ? size : left);
        left -= sizes[i];
        sectors += (sizes[i] + SECTOR - 1) / SECTOR;
    }
    uint8_t *image = calloc(sectors, SECTOR);
    if (!image)
        return 0;
    put_descriptors(image, (uint32_t)sectors);
    size_t used[2] = {0, 0};
    for (int folder = 0; folder < 2; folder++) {
        uint8_t *at = image + (18 + folder) * SECTOR;
        used[folder] += put_record(at, "\0", 1, (uint32_t)(18 + folder), SECTOR, true);
        used[folder] += put_record(at + used[folder], "\1", 1, 18, SECTOR, true);
    }
    used[0] += put_record(image + 18 * SECTOR + used[0], "MAP", 3, 19, SECTOR, true);
    size_t sector = FIRST_SECTOR;
    const uint8_t *content = bytes + head;
    for (size_t i = 0; i < count; i++) {
        int folder = slots[i].folder;
        uint8_t *at = image + (18 + folder) * SECTOR + used[folder];
        used[folder] += put_record(at, slots[i].name, strlen(slots[i].name), (uint32_t)sector, sizes[i],
                                   false);
        if (sizes[i])
            memcpy(image + sector * SECTOR, content, sizes[i]);
        content += sizes[i];
        sector += (sizes[i] + SECTOR - 1) / SECTOR;
    }
    oracle_check_bytes(image, sectors * SECTOR, "disc.iso", NULL);
    free(image);
    return 0;
}
