/* SPDX-License-Identifier: MIT */
/* What ALLDATA.KWI of another disc has beside its map: parameters, pictures, voice, and what nobody knows.
 * Addresses in it are known in part only, so it stays where it is. */
#include "base_kept.h"

#include <string.h>

#include <kiwi/walk.h>

#include "base_files.h"

enum { FIRST_OTHER = 4, HEADER_RECORDS = 113 };

/** Records whose paths begin so are written anew, or stand in the tables before. */
static bool is_replaced(const char *path)
{
    static const char *const names[] = {"level",       "parcel_related_data", "region",
                                        "data_volume", "management_header",   "index"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(path, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static void keep(struct base_disc *base, uint64_t offset, uint64_t size)
{
    struct base_kept *last = base->kept_count ? &base->kept[base->kept_count - 1] : NULL;

    if (last && offset >= last->offset && offset - last->offset <= last->size) {
        if (size > last->size - (offset - last->offset))
            last->size = offset - last->offset + size;
        return;
    }
    if (last && offset < last->offset)
        return; /* records that overlap others */
    base->kept = grow(base->kept, &base->kept_capacity, base->kept_count + 1, sizeof *base->kept);
    base->kept[base->kept_count++] = (struct base_kept){offset, size};
}

static bool has_others(const struct base_disc *base)
{
    struct kiwi_management_header_record record;
    const struct kiwi_file *file;

    for (int number = FIRST_OTHER; number <= HEADER_RECORDS; number++)
        if (base_header_file(base, number, &record, &file) && file == kiwi_map_file(base->map))
            return true;
    return false;
}

static bool is_map_frame(const struct kiwi_item *item)
{
    return !item->type && (item->gap == KIWI_GAP_FRAME || item->gap == KIWI_GAP_PADDING);
}

bool base_kept_find(struct base_disc *base, struct failure *failure)
{
    const struct kiwi_file *file = kiwi_map_file(base->map);
    const struct kiwi_walk_options options = {
        .size = sizeof options, .file = file->path, .in_order = true, .whole_frames = true};
    struct kiwi_walk *walk = NULL;
    struct kiwi_error error;
    struct kiwi_item item;
    bool done;

    if (!has_others(base))
        return true;
    if (kiwi_walk_open(base->disc, &options, &walk, &error) != KIWI_OK)
        return refuse_kiwi(failure, base->path, &error);
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        if (item.file == file && item.offset >= BASE_HEAD_SIZE && item.length > 0 && !is_map_frame(&item) &&
            !is_replaced(kiwi_walk_path(walk)))
            keep(base, item.offset, item.length);
    done = kiwi_walk_status(walk, &error) == KIWI_OK;
    kiwi_walk_close(walk);
    return done || refuse_kiwi(failure, base->path, &error);
}

uint64_t base_kept_start(const struct base_disc *base)
{
    return base->kept_count ? base->kept[0].offset : 0;
}

uint64_t base_kept_end(const struct base_disc *base)
{
    const struct base_kept *last = base->kept_count ? &base->kept[base->kept_count - 1] : NULL;

    return last ? last->offset + last->size : 0;
}
