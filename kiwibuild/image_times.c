/* SPDX-License-Identifier: MIT */
/* Keeps the times inside an image still: descriptors of ISO 9660 and UDF, and Rock Ridge in directories. */
#include "image_times.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"

enum {
    SECTOR = 2048,
    FIRST_DESCRIPTOR = 16,   /* of ISO 9660, after the system area */
    SEARCHED_SECTORS = 1024, /* descriptors of both file systems lie in front */
};

/** ECMA-167 7.2.6 */
static unsigned crc16(const uint8_t *bytes, size_t length)
{
    unsigned crc = 0;
    int bit;

    for (; length; length--, bytes++)
        for (crc ^= (unsigned)*bytes << 8, bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
    return crc;
}

static uint8_t tag_sum(const uint8_t *tag)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < 16; i++)
        sum += i == 4 ? 0u : tag[i];
    return (uint8_t)sum;
}

static void set_tag(uint8_t *sector)
{
    unsigned crc = crc16(sector + 16, load16_little(sector + 10));

    sector[8] = (uint8_t)crc;
    sector[9] = (uint8_t)(crc >> 8);
    sector[4] = tag_sum(sector);
}

/** ECMA-167 7.3: 2000-01-01 00:00:00 UTC */
static void set_udf_time(uint8_t *timestamp)
{
    static const uint8_t fixed[12] = {0x00, 0x10, 0xD0, 0x07, 1, 1};

    memcpy(timestamp, fixed, sizeof fixed);
}

/** Primary volume, logical volume integrity and file set descriptors carry the time of recording. */
static bool fix_udf(uint8_t *sector)
{
    unsigned length = load16_little(sector + 10);

    if (length > SECTOR - 16 || tag_sum(sector) != sector[4] ||
        crc16(sector + 16, length) != load16_little(sector + 8))
        return false;
    switch (load16_little(sector)) {
    case 1:
        memset(sector + 73, '0',
               16); /* a number made from the clock, at the head of the volume set identifier */
        set_udf_time(sector + 376);
        break;
    case 9:
    case 256: set_udf_time(sector + 16); break;
    default: return false;
    }
    set_tag(sector);
    return true;
}

/** Creation, modification and effective date of a volume descriptor. */
static bool fix_iso(uint8_t *sector)
{
    static const unsigned dates[] = {813, 830, 864};

    if (memcmp(sector + 1, "CD001", 5) || (sector[0] != 1 && sector[0] != 2))
        return false;
    for (size_t i = 0; i < 3; i++)
        memcpy(sector + dates[i], "2000010100000000", 17);
    return true;
}

/**
 * Rock Ridge says when files were last read and changed, which cannot be kept still; bytes are those of a
 * directory.
 */
static void fix_rock_ridge(uint8_t *bytes, size_t length)
{
    static const uint8_t entry[] = {'T', 'F', 26, 1,
                                    0x0E}; /* three short dates follow: modified, read, changed */

    for (size_t i = 0; i + 26 <= length; i++)
        if (memcmp(bytes + i, entry, sizeof entry) == 0) {
            memcpy(bytes + i + 12, bytes + i + 5, 7);
            memcpy(bytes + i + 19, bytes + i + 5, 7);
        }
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root);

/** Goes into the folders that a sector of the root directory lists; deeper ones do not occur. */
static bool fix_folders(int file, const uint8_t *sector, uint32_t root)
{
    const unsigned is_directory = 2;
    size_t at = 0;

    for (; at < SECTOR && sector[at]; at += sector[at])
        if (at + 34 <= SECTOR && (sector[at + 25] & is_directory) && load32_little(sector + at + 2) != root &&
            !fix_directory(file, load32_little(sector + at + 2), load32_little(sector + at + 10), false))
            return false;
    return true;
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root)
{
    uint8_t sector[SECTOR];

    for (uint32_t number = first; number < first + length / SECTOR; number++) {
        if (pread(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            return false;
        fix_rock_ridge(sector, SECTOR);
        if (pwrite(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            return false;
        if (is_root && !fix_folders(file, sector, first))
            return false;
    }
    return true;
}

/** The directories of the primary volume. */
static bool fix_root(int file)
{
    uint8_t sector[SECTOR];

    if (pread(file, sector, SECTOR, (off_t)FIRST_DESCRIPTOR * SECTOR) != SECTOR)
        return false;
    return fix_directory(file, load32_little(sector + 158), load32_little(sector + 166), true);
}

bool image_fix_times(const char *image, struct failure *failure)
{
    int file = open(image, O_RDWR | O_CLOEXEC);
    uint8_t sector[SECTOR];
    bool good = file >= 0;

    for (int number = FIRST_DESCRIPTOR; good && number < SEARCHED_SECTORS; number++) {
        if (pread(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            break;
        if (fix_iso(sector) || fix_udf(sector))
            good = pwrite(file, sector, SECTOR, (off_t)number * SECTOR) == SECTOR;
    }
    good = good && fix_root(file) && !fsync(file);
    if (!good)
        refuse(failure, EXIT_SYSTEM, "%s: %s", image, strerror(errno));
    if (file >= 0)
        close(file);
    return good;
}
