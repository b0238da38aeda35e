/* SPDX-License-Identifier: MIT */
/* Makes one listing of the file systems of an image, and reports where they disagree. */
#include "disc/merge.h"

#include "bytes/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t start_of(const struct kiwi_entry *entry)
{
    return entry->extent_count > 0 ? entry->extents[0].offset : KIWI_NULL;
}

static int compare_paths(const void *a, const void *b)
{
    const struct kiwi_entry *left = *(const struct kiwi_entry *const *)a;
    const struct kiwi_entry *right = *(const struct kiwi_entry *const *)b;

    return kiwi_compare_case(left->path, right->path);
}

static int compare_starts(const void *a, const void *b)
{
    uint64_t left = start_of(*(const struct kiwi_entry *const *)a);
    uint64_t right = start_of(*(const struct kiwi_entry *const *)b);

    return left < right ? -1 : left > right ? 1 : 0;
}

typedef int compare_entries(const void *a, const void *b);

/* Sorted pointers to the entries of a listing. */
static const struct kiwi_entry **make_index(const struct kiwi_listing *listing, compare_entries *compare)
{
    const struct kiwi_entry **index = calloc(listing->count + 1, sizeof(const struct kiwi_entry *));

    if (!index)
        return NULL;
    for (size_t i = 0; i < listing->count; i++)
        index[i] = &listing->entries[i];
    if (listing->count > 1)
        qsort(index, listing->count, sizeof(const struct kiwi_entry *), compare);
    return index;
}

static const struct kiwi_entry *look_up(const struct kiwi_entry *const *index, size_t count,
                                        const struct kiwi_entry *key, compare_entries *compare)
{
    const struct kiwi_entry *const *found = bsearch(&key, index, count, sizeof(const struct kiwi_entry *),
                                                    compare);

    return found ? *found : NULL;
}

/* What of an extent lies in an image of so many bytes; nothing of one that is not there. */
static struct kiwi_extent extent_inside(const struct kiwi_entry *entry, size_t index, uint64_t image)
{
    struct kiwi_extent extent = {.offset = KIWI_NULL};

    if (index < entry->extent_count && entry->extents[index].offset < image) {
        extent = entry->extents[index];
        if (extent.length > image - extent.offset)
            extent.length = image - extent.offset;
    }
    return extent;
}

/* Beyond the end of a truncated image UDF does not follow a file; there is nothing to disagree about. */
static bool same_place(const struct kiwi_entry *a, const struct kiwi_entry *b, uint64_t image)
{
    size_t count = a->extent_count > b->extent_count ? a->extent_count : b->extent_count;

    for (size_t i = 0; i < count; i++) {
        struct kiwi_extent left = extent_inside(a, i, image);
        struct kiwi_extent right = extent_inside(b, i, image);

        if (left.offset != right.offset || left.length != right.length)
            return false;
    }
    return a->size == b->size;
}

static void describe(const struct kiwi_entry *entry, const char *file_system, char text[static 160])
{
    if (entry->extent_count > 0) {
        snprintf(text, 160, "%llu bytes from sector %llu in %zu part(s) in %s",
                 (unsigned long long)entry->size, (unsigned long long)(entry->extents[0].offset / 2048),
                 entry->extent_count, file_system);
    } else {
        snprintf(text, 160, "%llu bytes without a place in %s", (unsigned long long)entry->size, file_system);
    }
}

/*
 * Bridge discs with a file of 4 GiB and more: ISO 9660 without multi-extent has 32 bits for a size, and
 * writers let it overflow (genisoimage -udf -allow-limited-size does).
 */
static bool is_size_modulo(const struct kiwi_entry *base, const struct kiwi_entry *view)
{
    return base->size > UINT32_MAX && view->size == (base->size & UINT32_MAX) &&
           (view->size == 0 || start_of(base) == start_of(view));
}

static void compare_entry(struct kiwi_entry *base, const char *base_name, const struct kiwi_entry *entry,
                          const struct kiwi_image_view *view, uint64_t image,
                          const struct kiwi_reporter *reporter)
{
    char expected[160];
    char found[160];
    bool modulo = is_size_modulo(base, entry);

    if (same_place(base, entry, image)) {
        base->file_systems |= view->file_system;
        return;
    }
    if (modulo)
        base->file_systems |= view->file_system;
    else
        base->disagreeing |= view->file_system;
    describe(base, base_name, expected);
    describe(entry, view->name, found);
    kiwi_report(reporter, modulo ? KIWI_NOTE : KIWI_WARNING, base->path, start_of(base),
                modulo ? "size modulo 2^32" : "place", expected, found);
}

/* An entry that only view has. */
static bool add_entry(struct kiwi_listing *base, const struct kiwi_entry *view, const char *view_name,
                      const struct kiwi_reporter *reporter)
{
    struct kiwi_entry *entry;
    char found[64];

    if (view->size == 0 || base->count >= KIWI_FILE_LIMIT)
        return true; /* an empty one has no place to be known by; it may well be there under its long name */
    snprintf(found, sizeof found, "only in %s", view_name);
    kiwi_report(reporter, KIWI_NOTE, view->path, start_of(view), "file", "in all file systems of the image",
                found);
    entry = kiwi_listing_add(base, strdup(view->path), view->size);
    if (!entry)
        return false;
    entry->file_systems = view->file_systems;
    for (size_t i = 0; i < view->extent_count; i++)
        if (!kiwi_entry_add_extent(entry, view->extents[i].offset, view->extents[i].length))
            return false;
    return true;
}

enum kiwi_status kiwi_merge(struct kiwi_image_view *base_view, const struct kiwi_image_view *view,
                            uint64_t image, const struct kiwi_reporter *reporter, struct kiwi_error *error)
{
    struct kiwi_listing *base = &base_view->listing;
    size_t count =
        base->count; /* base may grow and move: the indexes below need its entries as they are now */
    struct kiwi_listing added = {.entries = NULL};
    const struct kiwi_entry **by_path = make_index(base, compare_paths);
    const struct kiwi_entry **by_start = make_index(base, compare_starts);
    bool memory = by_path && by_start;

    for (size_t i = 0; memory && i < view->listing.count; i++) {
        const struct kiwi_entry *entry = &view->listing.entries[i];
        const struct kiwi_entry *twin = look_up(by_path, count, entry, compare_paths);

        if (!twin && entry->extent_count > 0)
            twin = look_up(by_start, count, entry, compare_starts);
        if (twin)
            compare_entry(&base->entries[twin - base->entries], base_view->name, entry, view, image,
                          reporter);
        else
            memory = add_entry(&added, entry, view->name, reporter);
    }
    free(by_path);
    free(by_start);
    for (size_t i = 0; memory && i < added.count && base->count < KIWI_FILE_LIMIT; i++) {
        struct kiwi_entry *entry = kiwi_listing_add(base, added.entries[i].path, added.entries[i].size);

        added.entries[i].path = NULL;
        memory = entry;
        if (memory) {
            entry->extents = added.entries[i].extents;
            entry->extent_count = added.entries[i].extent_count;
            entry->file_systems = added.entries[i].file_systems;
            added.entries[i].extents = NULL;
        }
    }
    kiwi_listing_free(&added);
    return memory ? KIWI_OK : kiwi_fail_memory(error);
}
