/* SPDX-License-Identifier: MIT */
/* What of the files of a disc goes into its sample: of each level the frames around the richest one, regions
 * there, and of all else the first records of each type. */
#include "sample/sampler.h"

#include <string.h>

enum {
    FRAME_LIMIT = 300000,   /* the richest frame that is looked for */
    FRAMES_LIMIT = 2400000, /* bytes of the frames of all levels */
    LEVEL_LIMIT = 600000,   /* ... of one */
    TYPE_LIMIT = 32768,     /* bytes of the records of a type */
    FIRST = 256,            /* ... of those at the beginning of each file */
    REGION_LIMIT = 500000,  /* bytes of a region */
    REGIONS = 16,
    GAP_LIMIT = 4096, /* bytes that no record has */
    TYPES = 256,
};

/** Bytes of records by their type; types beyond TYPES share the last place. */
struct tally {
    const char *names[TYPES];
    uint64_t bytes[TYPES];
    size_t count;
};

/** Adds to the bytes of a name, and returns what they were before. */
static uint64_t tally_add(struct tally *tally, const char *name, uint64_t bytes)
{
    size_t i = 0;
    while (i < tally->count && strcmp(tally->names[i], name) != 0)
        i++;
    if (i == TYPES)
        i--;
    if (i == tally->count) {
        tally->names[i] = name;
        tally->bytes[i] = 0;
        tally->count++;
    }
    tally->bytes[i] += bytes;
    return tally->bytes[i] - bytes;
}

/* Records and gaps */

/** Names of files lead to them, also those in the index; format versions say what a file is, and what is as
 * short as a tag is one. */
static bool is_harmless(const struct kiwi_field *field, size_t length)
{
    if (field->type == KIWI_TYPE_CC)
        return strncmp(field->name, "NXFM", 4) == 0 || strncmp(field->name, "DCFN", 4) == 0 ||
               strncmp(field->name, "POIG", 4) == 0;
    return length <= 4 || strcmp(field->name, "file_name") == 0 || strstr(field->name, "_file_name") ||
           strcmp(field->name, "format_version") == 0;
}

static void mask_field(struct sampler *sampler, const struct kiwi_item *item, const struct kiwi_field *field)
{
    size_t at;
    size_t length;
    if (!kiwi_field_place(field, item->layout, &at, &length) || length == 0)
        return;
    bool statements = kiwi_file_kind_is_text(item->file->kind);
    if ((field->type == KIWI_TYPE_C || field->type == KIWI_TYPE_CC) && !is_harmless(field, length))
        sample_mask(sampler, item->file, item->offset + at, length, statements ? MASK_STATEMENTS : MASK_TEXT);
    else if ((field->type == KIWI_TYPE_UNKNOWN || field->type == KIWI_TYPE_RESERVED) &&
             field->high < field->low)
        sample_mask(sampler, item->file, item->offset + at, length, MASK_LETTERS);
}

static void keep_item(struct sampler *sampler, const struct kiwi_item *item)
{
    if (!item->type && (item->gap == KIWI_GAP_FRAME || item->length > GAP_LIMIT))
        return;
    sample_keep(sampler, item->file, item->offset, item->length);
    if (!item->type)
        sample_mask(sampler, item->file, item->offset, item->length, MASK_ALL);
    for (unsigned i = 0; item->type && i < item->type->field_count; i++)
        mask_field(sampler, item, &item->type->fields[i]);
}

/* Frames of the map */

/** What is chosen while the map is open. */
struct choice {
    struct sampler *sampler;
    struct kiwi_map *map;
    uint64_t limit;          /* bytes of each level */
    struct kiwi_place place; /* of the richest frame of the finest level so far */
    struct kiwi_region regions[REGIONS];
    size_t region_count;
    struct tally all;
    struct tally of_file; /* the file at hand */
    const struct kiwi_file *file;
};

static enum kiwi_status keep_frames(struct choice *choice, int level, const struct kiwi_box *box,
                                    struct kiwi_error *error)
{
    struct sampler *sampler = choice->sampler;
    const struct kiwi_walk_options options = {.size = sizeof options, .level = &level, .box = box};
    const uint64_t begin = sampler->used;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    enum kiwi_status status = kiwi_walk_open(sampler->dump->disc, &options, &walk, error);
    if (status != KIWI_OK)
        return status;
    while (sampler->used - begin < choice->limit && kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        keep_item(sampler, &item);
    status = kiwi_walk_status(walk, error);
    kiwi_walk_close(walk);
    return status;
}

/** The largest frame of a level that is not too large; false if there is none. */
static bool find_richest(struct kiwi_map *map, const struct kiwi_level *level, struct kiwi_parcel *richest)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    richest->size = 0;
    if (kiwi_parcels_open(map, level, NULL, &parcels, NULL) != KIWI_OK)
        return false;
    while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK)
        if (parcel.size > richest->size && parcel.size <= FRAME_LIMIT)
            *richest = parcel;
    kiwi_parcels_close(parcels);
    return richest->size > 0;
}

static struct kiwi_place middle(const struct kiwi_parcel *parcel)
{
    const struct kiwi_point point = {(int32_t)parcel->columns * KIWI_PARCEL_UNITS / 2,
                                     (int32_t)parcel->rows * KIWI_PARCEL_UNITS / 2};
    return kiwi_parcel_place(parcel, point);
}

/** The richest frame of a level first, then its neighbours. */
static enum kiwi_status keep_level(struct choice *choice, const struct kiwi_level *level,
                                   struct kiwi_error *error)
{
    struct kiwi_parcel richest;
    if (!find_richest(choice->map, level, &richest))
        return KIWI_OK;
    struct kiwi_box box = kiwi_parcel_box(&richest);
    struct kiwi_place place = middle(&richest);
    struct kiwi_box centre = {place.longitude, place.latitude, place.longitude, place.latitude};
    double width = (box.east - box.west) / 4;
    double height = (box.north - box.south) / 4;
    box = (struct kiwi_box){box.west - width, box.south - height, box.east + width, box.north + height};
    choice->place = place;
    enum kiwi_status status = keep_frames(choice, level->number, &centre, error);
    return status == KIWI_OK ? keep_frames(choice, level->number, &box, error) : status;
}

/** The region of each level at the place. */
static void choose_regions(struct choice *choice)
{
    struct kiwi_regions *regions;
    if (kiwi_regions_open(choice->map, &regions, NULL) != KIWI_OK)
        return;
    for (size_t i = 0; i < kiwi_regions_level_count(regions) && choice->region_count < REGIONS; i++) {
        const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
        struct kiwi_region *region = &choice->regions[choice->region_count];
        uint32_t number = 0;
        if (level->number != KIWI_DUMMY_LEVEL &&
            kiwi_regions_at(regions, level, choice->place, &number, region, NULL) == KIWI_OK &&
            region->size <= REGION_LIMIT)
            choice->region_count++;
    }
    kiwi_regions_close(regions);
}

static enum kiwi_status choose_map(struct choice *choice, struct kiwi_error *error)
{
    struct kiwi_map *map;
    enum kiwi_status status = kiwi_map_open(choice->sampler->dump->disc, &map, error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND || status == KIWI_ERROR_NOT_KIWI ? KIWI_OK : status;
    size_t count = kiwi_map_level_count(map);
    choice->map = map;
    choice->limit = count > FRAMES_LIMIT / LEVEL_LIMIT ? FRAMES_LIMIT / count : LEVEL_LIMIT;
    for (size_t i = 0; status == KIWI_OK && i < count; i++)
        status = keep_level(choice, kiwi_map_level(map, i), error);
    choose_regions(choice);
    kiwi_map_close(map);
    return status;
}

/* All else */

static bool is_in_region(const struct choice *choice, const struct kiwi_item *item)
{
    for (size_t i = 0; i < choice->region_count; i++) {
        const struct kiwi_region *region = &choice->regions[i];
        if (item->file == region->file && item->offset >= region->offset &&
            item->offset - region->offset < region->size)
            return true;
    }
    return false;
}

static bool is_wanted(struct choice *choice, const struct kiwi_item *item)
{
    if (is_in_region(choice, item))
        return true;
    if (item->file != choice->file)
        choice->of_file.count = 0;
    choice->file = item->file;
    const char *name = item->type ? item->type->name : item->name;
    return tally_add(&choice->of_file, name, item->length) < FIRST ||
           tally_add(&choice->all, name, item->length) < TYPE_LIMIT;
}

enum kiwi_status sample_choose(struct sampler *sampler, struct kiwi_error *error)
{
    const struct kiwi_walk_options options = {.size = sizeof options, .whole_frames = true};
    struct choice choice = {.sampler = sampler};
    struct kiwi_walk *walk;
    struct kiwi_item item;
    enum kiwi_status status = choose_map(&choice, error);
    if (status == KIWI_OK)
        status = kiwi_walk_open(sampler->dump->disc, &options, &walk, error);
    if (status != KIWI_OK)
        return status;
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        if (is_wanted(&choice, &item))
            keep_item(sampler, &item);
    status = kiwi_walk_status(walk, error);
    kiwi_walk_close(walk);
    return status;
}
