/* SPDX-License-Identifier: MIT */
/* The map of ALLDATA.KWI: its headers, levels and grids. */
#include "map/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "disc/disc.h"
#include "map/levels.h"

/** Sector sizes of the Data Volume; the ones of every disc seen if these cannot be. */
static void read_sectors(struct kiwi_map *map)
{
    uint32_t logical = map->volume.logical_sector_size;
    uint32_t sector = map->volume.sector_size;
    if (logical < 32 || logical > 256)
        kiwi_map_report_field(map, KIWI_ERROR, map->file, &kiwi_type_data_volume, 0, "data_volume",
                              "logical_sector_size", "32 to 256", logical);
    else if (sector == 0 || sector % logical != 0)
        kiwi_map_report_field(map, KIWI_ERROR, map->file, &kiwi_type_data_volume, 0, "data_volume",
                              "sector_size", "a multiple of the logical sector size", sector);
    else
        map->sectors = (struct kiwi_sectors){sector, logical};
}

/** Versions 2 and 3 of the format are known by name only: what they share with version 1 is read. */
static void check_version(const struct kiwi_map *map)
{
    static const char mark[] = "KIWI";
    const char *version = map->volume.format_version;
    char found[16];
    size_t length = 0;
    for (const char *at = strstr(version, mark); at && length < sizeof found - 1; length++) {
        const char letter = at[length];
        if (letter != '-' && (letter < '0' || letter > '9') && (letter < 'A' || letter > 'Z'))
            break;
        found[length] = letter;
    }
    found[length] = '\0';
    if (length >= 6 && strncmp(found, "KIWI01", 6) != 0 && strspn(found + 4, "0123456789") >= 2)
        kiwi_map_report(map, KIWI_NOTE, map->file,
                        kiwi_field_offset(&kiwi_type_data_volume, "format_version"), "data_volume",
                        "format_version", "KIWI01, the version whose layout is known", found);
}

/** Where record 1 of the management header table says that the parcel-related data begin. */
static void find_header(struct kiwi_map *map, const uint8_t *table, size_t length)
{
    static const char path[] = "management_header_table.record[1]";
    struct kiwi_management_header_record record;
    if (!kiwi_management_header_record_decode(&record, table, length)) {
        kiwi_map_report(map, KIWI_ERROR, map->file, KIWI_VOLUME_SIZE, path, "", "18 bytes",
                        "the end of the file");
        return;
    }
    uint64_t offset = kiwi_dsa_offset(record.address, map->sectors);
    if (offset == KIWI_NULL) {
        kiwi_map_report(map, KIWI_WARNING, map->file, KIWI_VOLUME_SIZE, path, "address",
                        "parcel-related data", "null");
        return;
    }
    const struct kiwi_file *file = kiwi_map_named_file(map, map->file, record.file_name,
                                                       sizeof record.file_name);
    if (!file || !file->source) {
        char name[sizeof record.file_name + 1] = {0};
        memcpy(name, record.file_name, sizeof record.file_name);
        kiwi_map_report(map, KIWI_ERROR, map->file, KIWI_VOLUME_SIZE, path, "file_name", "a file of the disc",
                        name);
        return;
    }
    map->header_file = file;
    map->header_offset = offset;
}

static enum kiwi_status read_volume(struct kiwi_map *map, struct kiwi_error *error)
{
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view_around(&map->window, map->file->source, 0,
                                                      2 * KIWI_VOLUME_SIZE, &view, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_data_volume_decode(&map->volume, view.bytes, view.length))
        return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, 0, "%s: too short for a Data Volume (%llu bytes)",
                         map->file->path, (unsigned long long)map->file->size);
    size_t volume = view.length < KIWI_VOLUME_SIZE ? view.length : KIWI_VOLUME_SIZE;
    map->sectors = KIWI_USUAL_SECTORS;
    if (kiwi_view_readable(&view, 0, volume) == volume)
        read_sectors(map);
    check_version(map);
    find_header(map, view.bytes + volume, (size_t)kiwi_view_readable(&view, volume, view.length - volume));
    return map->header_file ? kiwi_levels_read(map, error) : KIWI_OK;
}

enum kiwi_status kiwi_map_open_reporting(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                         struct kiwi_map **map, struct kiwi_error *error)
{
    *map = NULL;
    const struct kiwi_file *file = kiwi_disc_find_kind(disc, KIWI_FILE_ALLDATA);
    if (!file || !file->source)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "there is no ALLDATA.KWI");
    struct kiwi_map *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->reporter = *reporter;
    made->file = file;
    kiwi_window_init(&made->window);
    enum kiwi_status status = read_volume(made, error);
    if (status != KIWI_OK) {
        kiwi_map_close(made);
        return status;
    }
    *map = made;
    return KIWI_OK;
}

enum kiwi_status kiwi_map_open(struct kiwi_disc *disc, struct kiwi_map **map, struct kiwi_error *error)
{
    return kiwi_map_open_reporting(disc, &disc->listener, map, error);
}

void kiwi_map_close(struct kiwi_map *map)
{
    if (!map)
        return;
    kiwi_window_free(&map->window);
    free(map->levels);
    free(map->classes);
    free(map);
}

const struct kiwi_file *kiwi_map_file(const struct kiwi_map *map)
{
    return map->file;
}

const struct kiwi_data_volume *kiwi_map_volume(const struct kiwi_map *map)
{
    return &map->volume;
}

struct kiwi_sectors kiwi_map_sectors(const struct kiwi_map *map)
{
    return map->sectors;
}

const struct kiwi_parcel_related_distribution_header *kiwi_map_header(const struct kiwi_map *map,
                                                                      const struct kiwi_file **file,
                                                                      uint64_t *offset)
{
    if (!map->header_file)
        return NULL;
    *file = map->header_file;
    *offset = map->header_offset;
    return &map->header;
}

size_t kiwi_map_level_count(const struct kiwi_map *map)
{
    return map->level_count;
}

const struct kiwi_level *kiwi_map_level(const struct kiwi_map *map, size_t index)
{
    return index < map->level_count ? &map->levels[index] : NULL;
}

const struct kiwi_level *kiwi_map_level_by_number(const struct kiwi_map *map, int number)
{
    for (size_t i = 0; i < map->level_count; i++)
        if (map->levels[i].number == number)
            return &map->levels[i];
    return NULL;
}
