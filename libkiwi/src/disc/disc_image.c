/* SPDX-License-Identifier: MIT */
/* Lists the files of an image by all of its file systems. */
#include "disc/disc.h"

#include "disc/iso9660.h"
#include "disc/merge.h"
#include "disc/udf.h"
#include "disc/udf_check.h"

#include <stdio.h>
#include <string.h>

static void report_clip(const struct kiwi_disc *disc, const struct kiwi_entry *entry, uint64_t offset,
                        uint64_t lost)
{
    char expected[96];
    char found[96];

    snprintf(expected, sizeof expected, "%llu bytes inside the image", (unsigned long long)entry->size);
    snprintf(found, sizeof found, "%llu bytes of them beyond its end (%llu)", (unsigned long long)lost,
             (unsigned long long)disc->size);
    kiwi_report(&disc->reporter, KIWI_ERROR, entry->path, offset, "extent", expected, found);
}

/* Leaves of an entry only what lies in the image; its size is that of its extents from now on. */
static void clip_entry(const struct kiwi_disc *disc, struct kiwi_entry *entry)
{
    uint64_t total = 0;
    uint64_t place = entry->extent_count > 0 ? entry->extents[0].offset : KIWI_NULL;
    size_t kept = 0;

    entry->recorded_size = entry->size;
    for (size_t i = 0; i < entry->extent_count; i++) {
        struct kiwi_extent extent = entry->extents[i];
        uint64_t available = extent.offset < disc->size ? disc->size - extent.offset : 0;

        extent.length = extent.length < available ? extent.length : available;
        if (extent.length < entry->extents[i].length)
            place = extent.offset;
        if (extent.length > 0) {
            entry->extents[kept++] = extent;
            total += extent.length;
        }
    }
    entry->extent_count = kept;
    if (total < entry->size) {
        report_clip(disc, entry, place, entry->size - total);
        entry->size = total;
    }
}

/* Copies are padded: an image may be longer than its volume, but not shorter. */
static void check_size(struct kiwi_disc *disc, const struct kiwi_iso_volumes *volumes)
{
    char expected[96];
    char found[96];

    if (volumes->primary.found)
        disc->recorded_size = volumes->primary.volume_size;
    else if (volumes->joliet.found)
        disc->recorded_size = volumes->joliet.volume_size;
    else
        disc->recorded_size = kiwi_udf_volume_size(disc->source);
    if (disc->recorded_size <= disc->size)
        return;
    snprintf(expected, sizeof expected, "%llu bytes, as its volume descriptor says",
             (unsigned long long)disc->recorded_size);
    snprintf(found, sizeof found, "%llu bytes: the image is incomplete", (unsigned long long)disc->size);
    kiwi_report(&disc->reporter, KIWI_ERROR, "", KIWI_NULL, "image", expected, found);
}

static enum kiwi_status list_views(struct kiwi_disc *disc, struct kiwi_image_view views[3],
                                   struct kiwi_error *error)
{
    const struct kiwi_reporter reporter = {kiwi_doubt_note, disc};
    struct kiwi_iso_volumes volumes;
    enum kiwi_status status = KIWI_OK;

    kiwi_iso_scan(disc->source, &volumes, &reporter);
    check_size(disc, &volumes);
    memcpy(disc->volume_id, volumes.volume_id, sizeof volumes.volume_id);
    if (volumes.udf) {
        char id[KIWI_VOLUME_ID_LENGTH] = "";

        status = kiwi_udf_list(disc->source, &views[0].listing, &views[0].opened, id, sizeof id, &reporter,
                               error);
        if (disc->volume_id[0] == '\0')
            memcpy(disc->volume_id, id, sizeof id);
    }
    if (status == KIWI_OK && volumes.joliet.found) {
        views[1].opened = true;
        status = kiwi_iso_list(disc->source, &volumes.joliet, &views[1].listing, &reporter, error);
    }
    if (status == KIWI_OK && volumes.primary.found) {
        views[2].opened = true;
        status = kiwi_iso_list(disc->source, &volumes.primary, &views[2].listing, &reporter, error);
    }
    for (size_t i = 0; i < 3 && status == KIWI_OK; i++)
        if (!kiwi_doubt_names(&views[i].listing, views[i].name, &reporter))
            status = kiwi_fail_memory(error);
    kiwi_doubt_sessions(disc, &reporter);
    return status;
}

enum kiwi_status kiwi_image_list(struct kiwi_disc *disc, struct kiwi_error *error)
{
    struct kiwi_image_view views[3] = {
        {.file_system = KIWI_UDF, .name = "UDF"},
        {.file_system = KIWI_JOLIET, .name = "Joliet"},
        {.file_system = KIWI_ISO9660, .name = "ISO 9660"},
    };
    struct kiwi_image_view *base = NULL;
    enum kiwi_status status = list_views(disc, views, error);

    for (size_t i = 0; i < 3; i++) {
        if (views[i].opened)
            disc->file_systems |= views[i].file_system;
        for (size_t k = 0; k < views[i].listing.count; k++)
            views[i].listing.entries[k].file_systems = views[i].file_system;
        /*
         * UDF knows sizes and names best, then Joliet; one that could not be read at all must not stand in
         * the way.
         */
        if (!base && views[i].listing.count > 0)
            base = &views[i];
        else if (base && status == KIWI_OK)
            status = kiwi_merge(base, &views[i], disc->size, &disc->reporter, error);
    }
    if (base) {
        disc->listing = base->listing;
        base->listing = (struct kiwi_listing){.entries = NULL};
    }
    for (size_t i = 0; i < 3; i++)
        kiwi_listing_free(&views[i].listing);
    for (size_t i = 0; i < disc->listing.count; i++)
        clip_entry(disc, &disc->listing.entries[i]);
    return status;
}
