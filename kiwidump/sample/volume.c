/* SPDX-License-Identifier: MIT */
/* The file systems of an image in its sample: the sectors that opening it reads, without the labels in them.
 */
#include "sample/sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"

/** Images have their file systems below this; the bits of their sectors take 1 MB. */
enum { SECTOR = 2048, SECTORS = 1 << 23 };

struct trace {
    struct kiwi_source *source;
    uint8_t *read; /* a bit for each sector */
};

static void set_bit(uint8_t *bits, uint64_t number)
{
    bits[number / 8] |= (uint8_t)(1 << number % 8);
}

static int trace_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct trace *trace = context;
    struct kiwi_error error = {.system_error = 0};
    enum kiwi_status status = kiwi_source_read(trace->source, offset, buffer, length, received, &error);
    for (uint64_t i = offset / SECTOR; *received > 0 && i <= (offset + *received - 1) / SECTOR && i < SECTORS;
         i++)
        set_bit(trace->read, i);
    return status == KIWI_OK ? 0 : error.system_error ? error.system_error : EIO;
}

/** Opens the image once more, to see what that reads. */
static enum kiwi_status look(struct trace *trace, struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {trace_read, NULL};
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    enum kiwi_status status = kiwi_source_from_operations(&operations, trace, kiwi_source_size(trace->source),
                                                          &source, error);
    if (status != KIWI_OK)
        return status;
    status = kiwi_disc_open_source(source, "image", NULL, &disc, error);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    return status;
}

static void clear_bits(uint8_t *bits, uint64_t from, uint64_t to)
{
    to = to < SECTORS ? to : SECTORS;
    for (; from < to && from % 8 != 0; from++)
        bits[from / 8] &= (uint8_t) ~(1 << from % 8);
    for (; from < to && to % 8 != 0; to--)
        bits[(to - 1) / 8] &= (uint8_t) ~(1 << (to - 1) % 8);
    if (from < to)
        memset(bits + from / 8, 0, (size_t)(to - from) / 8);
}

/** Sectors that hold bytes of files are not the file systems'. Where UDF has a small file within a
 * descriptor, it is masked. */
static void leave_files(struct sampler *sampler, uint8_t *sectors)
{
    for (size_t i = 0; i < kiwi_disc_file_count(sampler->dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(sampler->dump->disc, i);
        for (size_t k = 0; k < file->extent_count; k++) {
            const struct kiwi_extent *extent = &file->extents[k];
            if (extent->offset % SECTOR != 0) {
                sample_mask_image(sampler, extent->offset, (uint32_t)(extent->length % SECTOR), MASK_ALL);
                continue;
            }
            clear_bits(sectors, extent->offset / SECTOR,
                       (extent->offset + extent->length + SECTOR - 1) / SECTOR);
        }
    }
}

/** ECMA-119 8 and 9.1, ECMA-167 3/7.2. */
static bool is_volume_descriptor(const uint8_t *sector)
{
    static const char ids[][6] = {"CD001", "BEA01", "NSR02", "NSR03", "TEA01"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if (memcmp(sector + 1, ids[i], 5) == 0)
            return true;
    return false;
}

static unsigned udf_tag(const uint8_t *sector)
{
    unsigned tag = load16_little(sector);
    uint8_t sum = 0;
    for (unsigned i = 0; i < 16; i++)
        sum = (uint8_t)(sum + (i != 4 ? sector[i] : 0));
    return sum == sector[4] && ((tag >= 1 && tag <= 9) || (tag >= 256 && tag <= 266)) ? tag : 0;
}

static bool is_directory(const uint8_t *sector)
{
    enum { FILE_IDENTIFIER = 257 };
    return (sector[0] >= 34 && (sector[25] & 2) && sector[32] == 1 && sector[33] == 0) ||
           udf_tag(sector) == FILE_IDENTIFIER;
}

/** Where labels stand. */
struct label {
    unsigned tag;
    uint16_t offset, length;
};

static void mask_labels(struct sampler *sampler, uint64_t offset, const uint8_t *sector)
{
    enum { ISO = 0 };
    static const struct label labels[] = {
        {ISO, 8, 64},    /* system and volume */
        {ISO, 190, 512}, /* volume set, publisher, preparer, application */
        {ISO, 883, 512}, /* for applications */
        {1, 24, 32},     /* primary volume descriptor: volume */
        {1, 72, 128},    /* ... its set */
        {1, 344, 146},   /* ... application, implementation and what it uses */
        {4, 20, 492},    /* implementation use */
        {6, 84, 128},    /* logical volume */
        {256, 112, 128}, /* file set: logical volume */
        {256, 304, 32},  /* ... its own */
    };
    unsigned tag = udf_tag(sector);
    if (tag == 0 && memcmp(sector + 1, "CD001", 5) != 0)
        return;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (labels[i].tag == tag)
            sample_mask_image(sampler, offset + labels[i].offset, labels[i].length, MASK_VOLUME);
}

static enum kiwi_status keep_sectors(struct sampler *sampler, struct kiwi_source *image,
                                     const uint8_t *sectors, struct kiwi_error *error)
{
    uint64_t directory = 0; /* the sector that goes on with one */
    for (uint64_t i = 0; i < SECTORS && i < kiwi_source_size(image) / SECTOR; i++) {
        uint8_t sector[SECTOR];
        size_t received;
        if (!(sectors[i / 8] >> i % 8 & 1))
            continue;
        enum kiwi_status status = kiwi_source_read_around(image, i * SECTOR, sector, SECTOR, &received,
                                                          error);
        if (status != KIWI_OK)
            return status;
        bool holds_directory = is_directory(sector) || (directory == i && sector[0] != 0);
        if (holds_directory)
            directory = i + 1;
        if (received < SECTOR || !(holds_directory || is_volume_descriptor(sector) || udf_tag(sector)))
            continue;
        uint32_t first = SECTOR;
        while (first > 0 && sector[first - 1] == 0)
            first--;
        sample_keep_image(sampler, i * SECTOR, SECTOR, first);
        mask_labels(sampler, i * SECTOR, sector);
    }
    return KIWI_OK;
}

enum kiwi_status sample_choose_volume(struct sampler *sampler, struct kiwi_error *error)
{
    struct trace trace = {kiwi_disc_image(sampler->dump->disc), calloc(SECTORS / 8, 1)};
    if (!trace.read)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    enum kiwi_status status = look(&trace, error);
    if (status == KIWI_OK) {
        leave_files(sampler, trace.read);
        status = keep_sectors(sampler, trace.source, trace.read, error);
    }
    free(trace.read);
    return status;
}
