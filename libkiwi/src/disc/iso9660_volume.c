/* SPDX-License-Identifier: MIT */
/* Reads the volume descriptors of an image (ECMA-119). */
#include "disc/iso9660.h"

#include "bytes/codec.h"
#include "bytes/utf8.h"
#include "bytes/view.h"
#include "disc/udf_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Volume descriptors (ECMA-119 section 8) and those of UDF (ECMA-167 2/9) follow one another from here; 32
 * are plenty.
 */
#define FIRST_SECTOR 16u
#define SECTOR_LIMIT 32u

/* Offsets in a primary or supplementary volume descriptor. */
enum {
    VOLUME_ID = 40,
    VOLUME_ID_LENGTH = 32,
    SPACE_SIZE = 80,
    ESCAPE_SEQUENCES = 88,
    ESCAPE_LENGTH = 32,
    SET_SIZE = 120,
    SEQUENCE_NUMBER = 124,
    BLOCK_SIZE = 128,
    PATH_TABLE_SIZE = 132,
    ROOT_RECORD = 156,
};

static bool is_joliet(const uint8_t *descriptor)
{
    const uint8_t *escape = descriptor + ESCAPE_SEQUENCES;

    for (size_t i = 0; i + 3 <= ESCAPE_LENGTH; i++)
        if (escape[i] == '%' && escape[i + 1] == '/' &&
            (escape[i + 2] == '@' || escape[i + 2] == 'C' || escape[i + 2] == 'E'))
            return true;
    return false;
}

/* Numbers of 2 or 4 bytes stand there in both byte orders, one after the other; the little-endian one counts.
 */
static uint32_t both_endian(const uint8_t *descriptor, size_t at, unsigned width, uint64_t offset,
                            const char *field, const struct kiwi_reporter *reporter)
{
    const uint8_t *bytes = descriptor + at;
    uint32_t little = width == 2 ? kiwi_load16_little(bytes) : kiwi_load32_little(bytes);
    uint32_t big = width == 2 ? kiwi_load16(bytes + 2) : kiwi_load32(bytes + 4);
    char expected[48];
    char found[48];

    if (little != big) {
        snprintf(expected, sizeof expected, "%lu in both byte orders", (unsigned long)little);
        snprintf(found, sizeof found, "%lu in big-endian order", (unsigned long)big);
        kiwi_report(reporter, KIWI_WARNING, "", offset + at, field, expected, found);
    }
    return little;
}

static uint32_t read_block_size(const uint8_t *descriptor, uint64_t offset,
                                const struct kiwi_reporter *reporter)
{
    uint32_t size = both_endian(descriptor, BLOCK_SIZE, 2, offset, "logical block size", reporter);
    char found[16];

    if (size == 512 || size == 1024 || size == KIWI_SECTOR)
        return size;
    snprintf(found, sizeof found, "%u", (unsigned)size);
    kiwi_report(reporter, KIWI_WARNING, "", offset + BLOCK_SIZE, "logical block size", "2048", found);
    return KIWI_SECTOR;
}

static struct kiwi_iso_tree read_tree(const uint8_t *descriptor, uint64_t offset, bool joliet,
                                      const struct kiwi_reporter *reporter)
{
    const uint8_t *root = descriptor + ROOT_RECORD;
    struct kiwi_iso_tree tree = {.found = true, .joliet = joliet};

    tree.block_size = read_block_size(descriptor, offset, reporter);
    both_endian(descriptor, SET_SIZE, 2, offset, "volume set size", reporter);
    both_endian(descriptor, SEQUENCE_NUMBER, 2, offset, "volume sequence number", reporter);
    both_endian(descriptor, PATH_TABLE_SIZE, 4, offset, "path table size", reporter);
    tree.root_offset = both_endian(descriptor, ROOT_RECORD + 2, 4, offset, "location of root folder",
                                   reporter);
    tree.root_offset = (tree.root_offset + root[1]) * tree.block_size;
    tree.root_size = both_endian(descriptor, ROOT_RECORD + 10, 4, offset, "length of root folder", reporter);
    tree.volume_size = both_endian(descriptor, SPACE_SIZE, 4, offset, "volume space size", reporter);
    tree.volume_size *= tree.block_size;
    return tree;
}

static void read_volume_id(const uint8_t *descriptor, bool joliet, char volume_id[KIWI_ISO_ID_LENGTH])
{
    const uint8_t *bytes = descriptor + VOLUME_ID;
    size_t length = VOLUME_ID_LENGTH;
    char *text;

    while (!joliet && length > 0 && (bytes[length - 1] == ' ' || bytes[length - 1] == '\0'))
        length--;
    while (joliet && length > 0 && bytes[length - 2] == 0 &&
           (bytes[length - 1] == ' ' || bytes[length - 1] == '\0'))
        length -= 2;
    text = joliet ? kiwi_utf8_from_utf16be(bytes, length) : kiwi_utf8_clean((const char *)bytes, length);
    if (text) {
        snprintf(volume_id, KIWI_ISO_ID_LENGTH, "%s", text); /* at most 96 bytes */
        free(text);
    }
}

/* Volumes may describe themselves twice, but not differently. */
static void compare_tree(const struct kiwi_iso_tree *known, const uint8_t *descriptor, uint64_t offset,
                         const struct kiwi_reporter *reporter)
{
    struct kiwi_iso_tree other = read_tree(descriptor, offset, known->joliet, reporter);

    if (other.root_offset != known->root_offset || other.root_size != known->root_size)
        kiwi_report(reporter, KIWI_WARNING, "", offset, "volume descriptor", "one root folder",
                    "another descriptor with another one");
}

static void read_descriptor(const uint8_t *bytes, uint64_t offset, struct kiwi_iso_volumes *volumes,
                            const struct kiwi_reporter *reporter)
{
    if (bytes[0] == 1 && volumes->primary.found) {
        compare_tree(&volumes->primary, bytes, offset, reporter);
    } else if (bytes[0] == 2 && volumes->joliet.found && is_joliet(bytes)) {
        compare_tree(&volumes->joliet, bytes, offset, reporter);
    } else if (bytes[0] == 1) {
        volumes->primary = read_tree(bytes, offset, false, reporter);
        read_volume_id(bytes, false, volumes->volume_id);
    } else if (bytes[0] == 2 && is_joliet(bytes)) {
        volumes->joliet = read_tree(bytes, offset, true, reporter);
        if (!volumes->primary.found)
            read_volume_id(bytes, true, volumes->volume_id);
    }
}

static bool is_announced(bool extended, uint64_t offset, const struct kiwi_reporter *reporter)
{
    if (!extended)
        kiwi_report(reporter, KIWI_WARNING, "", offset, "UDF file system", "BEA01 before NSR",
                    "none; the file system is left out");
    return extended;
}

static bool is_found(const struct kiwi_iso_volumes *volumes)
{
    return volumes->primary.found || volumes->joliet.found || volumes->udf;
}

/* Looks through the descriptors, or only for the first one that announces a volume; whether BEA01 was there.
 */
static bool scan(struct kiwi_source *source, bool first, struct kiwi_iso_volumes *volumes,
                 const struct kiwi_reporter *reporter)
{
    struct kiwi_window window;
    bool extended = false;

    *volumes = (struct kiwi_iso_volumes){.udf = false};
    kiwi_window_init(&window);
    kiwi_window_stop_at(&window, (FIRST_SECTOR + SECTOR_LIMIT) * KIWI_SECTOR);
    for (uint64_t sector = FIRST_SECTOR;
         sector < FIRST_SECTOR + SECTOR_LIMIT && !(first && is_found(volumes)); sector++) {
        uint64_t offset = sector * KIWI_SECTOR;
        struct kiwi_view view;

        if (kiwi_window_view(&window, source, offset, KIWI_SECTOR, &view, NULL) != KIWI_OK ||
            view.length < KIWI_SECTOR)
            continue; /* a bad sector among the others */
        if (memcmp(view.bytes + 1, "CD001", 5) == 0)
            read_descriptor(view.bytes, offset, volumes, reporter);
        else if (memcmp(view.bytes + 1, "BEA01", 5) == 0)
            extended = true;
        else if (memcmp(view.bytes + 1, "NSR02", 5) == 0 || memcmp(view.bytes + 1, "NSR03", 5) == 0)
            volumes->udf = is_announced(extended, offset, reporter);
    }
    kiwi_window_free(&window);
    return extended;
}

bool kiwi_iso_detect(struct kiwi_source *source)
{
    static const struct kiwi_reporter nobody = {NULL, NULL};
    struct kiwi_iso_volumes volumes;

    scan(source, true, &volumes, &nobody);
    return is_found(&volumes);
}

void kiwi_iso_scan(struct kiwi_source *source, struct kiwi_iso_volumes *volumes,
                   const struct kiwi_reporter *reporter)
{
    bool extended = scan(source, false, volumes, reporter);

    if (!volumes->udf && (extended || kiwi_udf_has_anchor(source)))
        kiwi_report(reporter, KIWI_WARNING, "", KIWI_NULL, "UDF file system", "BEA01 and NSR, or no anchor",
                    "only one of them; the file system is left out");
}
