/* SPDX-License-Identifier: MIT */
/* Findings about what of a disc cannot be read. */
#include "disc/disc.h"

#include "bytes/extents.h"
#include "bytes/source.h"

#include <assert.h>
#include <stdio.h>

/* A disc that lay in the sand has more scratches than anybody reads about; the rest of them is one finding.
 */
enum { FINDING_LIMIT = 1000 };

struct report {
    struct kiwi_reporter reporter;
    size_t count;
    uint64_t bytes;
};

enum { SECTOR = 2048 };

/* The sector of an image where a byte of a file lies, KIWI_NULL if it lies in none. */
static uint64_t sector_of(const struct kiwi_file *file, uint64_t offset)
{
    for (size_t i = 0; i < file->extent_count; i++) {
        if (offset < file->extents[i].length)
            return (file->extents[i].offset + offset) / SECTOR;
        offset -= file->extents[i].length;
    }
    return KIWI_NULL;
}

static void say(struct report *report, const char *file, uint64_t offset, uint64_t length, uint64_t sector)
{
    char found[96];
    report->bytes += length;
    int used = snprintf(found, sizeof found, "%llu bytes that cannot", (unsigned long long)length);

    if (report->count++ >= FINDING_LIMIT)
        return;
    if (sector != KIWI_NULL)
        snprintf(found + used, sizeof found - (size_t)used, ", from sector %llu of the image on",
                 (unsigned long long)sector);
    kiwi_report(&report->reporter, KIWI_ERROR, file, offset, "unreadable", "bytes that can be read", found);
}

/* What of a source cannot be read, as one extent where it is not interrupted. */
static bool next_extent(const struct kiwi_source *source, uint64_t from, struct kiwi_extent *extent)
{
    struct kiwi_extent more;

    if (!source || !kiwi_source_unreadable(source, from, UINT64_MAX, extent))
        return false;
    while (kiwi_source_unreadable(source, extent->offset + extent->length, UINT64_MAX, &more) &&
           more.offset == extent->offset + extent->length)
        extent->length += more.length;
    return true;
}

static void say_file(void *context, const struct kiwi_file *file)
{
    struct report *report = context;
    struct kiwi_extent extent = {0, 0};

    while (next_extent(file->source, extent.offset + extent.length, &extent))
        say(report, file->path, extent.offset, extent.length, sector_of(file, extent.offset));
}

/* What belongs to no file: folders and descriptors. */
static void say_rest(const struct kiwi_disc *disc, struct report *report)
{
    struct kiwi_extents files;
    struct kiwi_extent extent = {0, 0};
    uint64_t fresh;

    kiwi_extents_init(&files);
    for (size_t i = 0; i < disc->file_count; i++)
        for (size_t k = 0; k < disc->files[i].extent_count; k++) {
            const struct kiwi_extent *part = &disc->files[i].extents[k];
            uint64_t end = part->offset + part->length;

            kiwi_extents_add(&files, part->offset, (end + SECTOR - 1) / SECTOR * SECTOR, &fresh);
        }
    while (next_extent(disc->source, extent.offset + extent.length, &extent)) {
        struct kiwi_range gap = {extent.offset, extent.offset};

        while (kiwi_extents_gap(&files, gap.end, extent.offset + extent.length, &gap))
            say(report, "", gap.start, gap.end - gap.start, gap.start / SECTOR);
    }
    kiwi_extents_free(&files);
}

uint64_t kiwi_disc_unreadable(const struct kiwi_disc *disc, kiwi_finding_callback *finding, void *context)
{
    struct report report = {{finding, context}, 0, 0};
    char found[64];

    assert(disc);
    if (disc->sample)
        return 0; /* what it does not have is not damaged */
    for (size_t i = 0; i < disc->file_count; i++)
        say_file(&report, &disc->files[i]);
    if (disc->siblings)
        kiwi_siblings_each(disc->siblings, say_file, &report);
    if (disc->container == KIWI_CONTAINER_IMAGE)
        say_rest(disc, &report);
    if (report.count > FINDING_LIMIT) {
        snprintf(found, sizeof found, "%zu more places that cannot", report.count - FINDING_LIMIT);
        kiwi_report(&report.reporter, KIWI_ERROR, "", KIWI_NULL, "unreadable", "bytes that can be read",
                    found);
    }
    return report.bytes;
}
