/* SPDX-License-Identifier: MIT */
/* Regions and levels of route planning (chapter 9). */
#include "route/regions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "map/place.h"

enum { REGION_RECORD = 2 }; /* of the management header table (5.2) */

static const char header_path[] = "region_related_data";

void kiwi_region_path(const struct kiwi_region *region, char path[KIWI_REGION_PATH_LENGTH])
{
    snprintf(path, KIWI_REGION_PATH_LENGTH, "region[%d,%lu]", region->level->number,
             (unsigned long)region->number);
}

void kiwi_region_arguments(const struct kiwi_region_level *level, uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS])
{
    const struct kiwi_region_level_management_record *record = &level->record;
    const uint64_t values[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames,
                                                     record->extended_frames,
                                                     record->node_record_size,
                                                     record->link_record_size,
                                                     record->link_cost_record_size,
                                                     record->regulation_record_size,
                                                     record->between_links_cost_record_size};
    memcpy(arguments, values, sizeof values);
}

static void report_header(const struct kiwi_regions *regions, const char *field, const char *expected,
                          uint64_t found)
{
    kiwi_map_report_field(regions->map, KIWI_ERROR, regions->header_file,
                          &kiwi_type_region_related_distribution_header, regions->header_offset, header_path,
                          field, expected, found);
}

/* Opening */

/** Follows record 2 of the management header table. KIWI_ERROR_NOT_FOUND if it leads nowhere. */
static enum kiwi_status find_header(struct kiwi_regions *regions, struct kiwi_error *error)
{
    static const char path[] = "management_header_table.record[2]";
    const struct kiwi_map *map = regions->map;
    size_t length = kiwi_type_management_header_record.fixed_size;
    uint64_t at = KIWI_VOLUME_SIZE + (REGION_RECORD - 1) * length;
    struct kiwi_management_header_record record;
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view(&regions->window, map->file->source, at, length, &view, error);
    if (status != KIWI_OK)
        return status;
    static const char none[] = "there are no region-related data";
    if (!kiwi_management_header_record_decode(&record, view.bytes, view.length) || record.size == 0)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, none);
    uint64_t offset = kiwi_dsa_offset(record.address, map->sectors);
    const struct kiwi_file *file = kiwi_map_named_file(map, map->file, record.file_name,
                                                       sizeof record.file_name);
    if (offset == KIWI_NULL)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, none);
    if (!file || !file->source) {
        char name[sizeof record.file_name + 1] = {0};
        memcpy(name, record.file_name, sizeof record.file_name);
        kiwi_map_report(map, KIWI_ERROR, map->file, at, path, "file_name", "a file of the disc", name);
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, none);
    }
    regions->header_file = file;
    regions->header_offset = offset;
    return KIWI_OK;
}

static enum kiwi_status read_header(struct kiwi_regions *regions, struct kiwi_error *error)
{
    const struct kiwi_record_type *type = &kiwi_type_region_related_distribution_header;
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view(&regions->window, regions->header_file->source,
                                               regions->header_offset, type->fixed_size, &view, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_region_related_distribution_header_decode(&regions->header, view.bytes, view.length)) {
        report_header(regions, "", "50 bytes before the end of the file", view.length);
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "the region-related data are cut off");
    }
    uint64_t rest = regions->header_file->size - regions->header_offset;
    uint64_t size = regions->header.header_size;
    regions->header_size = size == KIWI_NULL || size < type->fixed_size ? type->fixed_size
                           : size < rest                                ? size
                                                                        : rest;
    return KIWI_OK;
}

/** The file and place that an address with a file name means; NULL if none. */
static const struct kiwi_file *resolve(const struct kiwi_regions *regions, uint32_t address, const char *name,
                                       size_t length, const char *field, uint64_t *offset)
{
    *offset = kiwi_dsa_offset(address, regions->map->sectors);
    if (*offset == KIWI_NULL)
        return NULL;
    const struct kiwi_file *file = kiwi_map_named_file(regions->map, regions->header_file, name, length);
    if (!file || !file->source) {
        report_header(regions, field, "the name of a file of the disc", 0);
        return NULL;
    }
    return file;
}

/** Sizes that cannot be become 0, so that nobody divides or steps by them. */
static void clean(struct kiwi_regions *regions, const struct kiwi_region_level *level, const char *field,
                  uint64_t *size, uint64_t least)
{
    char expected[48];
    if (*size != KIWI_NULL && *size >= least)
        return;
    snprintf(expected, sizeof expected, "at least %llu", (unsigned long long)least);
    if (level->number != KIWI_DUMMY_LEVEL) /* the dummy level has no frames */
        kiwi_map_report_field(regions->map, KIWI_ERROR, regions->header_file,
                              &kiwi_type_region_level_management_record, level->offset, header_path, field,
                              expected, *size);
    *size = 0;
}

static void clean_sizes(struct kiwi_regions *regions, struct kiwi_region_level *level)
{
    struct kiwi_region_level_management_record *record = &level->record;
    record->level_adjustment = NULL; /* does not outlive the window */
    record->level_adjustment_length = 0;
    clean(regions, level, "region_record_size", &record->region_record_size,
          kiwi_type_region_management_record.fixed_size);
    clean(regions, level, "node_record_size", &record->node_record_size, kiwi_type_node_record.fixed_size);
    clean(regions, level, "link_record_size", &record->link_record_size, kiwi_type_link_record.fixed_size);
    clean(regions, level, "link_cost_record_size", &record->link_cost_record_size,
          kiwi_type_link_cost_record.fixed_size);
    clean(regions, level, "regulation_record_size", &record->regulation_record_size,
          kiwi_type_regulation_record.fixed_size);
    clean(regions, level, "between_links_cost_record_size", &record->between_links_cost_record_size,
          kiwi_type_between_links_cost_record.fixed_size);
}

/** How many of the level's records lie in the file; *offset goes behind the ones that should. */
static void place_table(struct kiwi_regions *regions, struct kiwi_region_level *level, uint64_t *offset)
{
    uint64_t size = level->record.region_record_size;
    level->table_offset = *offset;
    level->count = level->record.number_of_regions;
    if (!regions->table_file || size == 0 || *offset >= regions->table_file->size) {
        level->count = 0;
        return;
    }
    uint64_t room = regions->table_file->size - *offset;
    room = (room < KIWI_WINDOW_LIMIT ? room : KIWI_WINDOW_LIMIT) / size;
    if (level->count > room) {
        kiwi_map_report_field(regions->map, KIWI_ERROR, regions->header_file,
                              &kiwi_type_region_level_management_record, level->offset, header_path,
                              "number_of_regions", "as many records in 4 MiB before the end of the file",
                              level->count);
        level->count = (uint32_t)room;
    }
    *offset += (uint64_t)level->record.number_of_regions * size; /* 2^33 per level at most */
}

static enum kiwi_status read_levels(struct kiwi_regions *regions, struct kiwi_error *error)
{
    const struct kiwi_region_related_distribution_header *header = &regions->header;
    size_t count = header->number_of_levels;
    uint64_t size = header->level_record_size;
    uint64_t head = kiwi_type_region_related_distribution_header.fixed_size;
    uint64_t table = 0;
    regions->table_file = resolve(regions, header->region_table_address, header->region_table_file_name,
                                  sizeof header->region_table_file_name, "region_table_file_name", &table);
    uint64_t offset = table;
    if (count > 0 && (size == KIWI_NULL || size < kiwi_type_region_level_management_record.fixed_size)) {
        report_header(regions, "level_record_size", "at least 16", size);
        count = 0;
    }
    if (count > (regions->header_size - head) / (size ? size : 1)) {
        report_header(regions, "number_of_levels", "records inside the header", count);
        count = (size_t)((regions->header_size - head) / size);
    }
    regions->levels = calloc(count + 1, sizeof *regions->levels);
    if (!regions->levels)
        return kiwi_fail_memory(error);
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        struct kiwi_region_level *level = &regions->levels[regions->level_count];
        struct kiwi_view view;
        level->index = (uint32_t)i;
        level->file = regions->header_file;
        level->record_size = (uint32_t)size;
        level->offset = regions->header_offset + head + i * size;
        enum kiwi_status status = kiwi_window_view(&regions->window, regions->header_file->source,
                                                   level->offset, size, &view, error);
        if (status != KIWI_OK)
            return status;
        if (!kiwi_region_level_management_record_decode(&level->record, view.bytes, view.length, size))
            break; /* the walk reports it */
        level->number = level->record.level;
        total += level->record.number_of_regions;
        clean_sizes(regions, level);
        place_table(regions, level, &offset);
        regions->level_count++;
    }
    if (total != header->number_of_regions)
        report_header(regions, "number_of_regions", "the sum of the levels' regions",
                      header->number_of_regions);
    if (regions->table_file &&
        offset - table > (uint64_t)header->region_table_size * regions->map->sectors.logical_sector_size)
        report_header(regions, "region_table_size", "room for the records of all levels",
                      header->region_table_size);
    return KIWI_OK;
}

static void place_passage_conditions(struct kiwi_regions *regions)
{
    const struct kiwi_region_related_distribution_header *header = &regions->header;
    if (header->passage_condition_size == 0)
        return;
    regions->passage_file = resolve(
        regions, header->passage_condition_address, header->passage_condition_file_name,
        sizeof header->passage_condition_file_name, "passage_condition_file_name", &regions->passage_offset);
    regions->passage_size = (uint64_t)header->passage_condition_size *
                            regions->map->sectors.logical_sector_size;
    if (regions->passage_size > KIWI_WINDOW_LIMIT)
        regions->passage_size = KIWI_WINDOW_LIMIT;
}

enum kiwi_status kiwi_regions_open(struct kiwi_map *map, struct kiwi_regions **regions,
                                   struct kiwi_error *error)
{
    struct kiwi_regions *made = calloc(1, sizeof *made);
    *regions = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    made->map = map;
    kiwi_window_init(&made->window);
    enum kiwi_status status = find_header(made, error);
    if (status == KIWI_OK)
        status = read_header(made, error);
    if (status == KIWI_OK)
        status = read_levels(made, error);
    if (status != KIWI_OK) {
        kiwi_regions_close(made);
        return status;
    }
    place_passage_conditions(made);
    *regions = made;
    return KIWI_OK;
}

void kiwi_regions_close(struct kiwi_regions *regions)
{
    if (!regions)
        return;
    kiwi_window_free(&regions->window);
    free(regions->levels);
    free(regions);
}

/* Levels and regions */

size_t kiwi_regions_level_count(const struct kiwi_regions *regions)
{
    return regions->level_count;
}

const struct kiwi_region_level *kiwi_regions_level(const struct kiwi_regions *regions, size_t index)
{
    return index < regions->level_count ? &regions->levels[index] : NULL;
}

const struct kiwi_region_level *kiwi_regions_level_by_number(const struct kiwi_regions *regions, int number)
{
    for (size_t i = 0; i < regions->level_count; i++)
        if (regions->levels[i].number == number)
            return &regions->levels[i];
    return NULL;
}

static void set_region(struct kiwi_regions *regions, const struct kiwi_region_management_record *record,
                       struct kiwi_region *region)
{
    const struct kiwi_sectors sectors = regions->map->sectors;
    uint64_t offset = kiwi_dsa_offset(record->address, sectors);
    region->dummy = (record->latitude_upper & record->latitude_lower & record->longitude_left &
                     record->longitude_right) == 0xFFFFFF;
    region->box = (struct kiwi_box){
        kiwi_angle_degrees(record->longitude_left), kiwi_angle_degrees(record->latitude_lower),
        kiwi_angle_degrees(record->longitude_right), kiwi_angle_degrees(record->latitude_upper)};
    region->parent = record->parent == 0xFFFF ? UINT32_MAX : record->parent;
    region->first_child = record->first_child == 0xFFFF ? UINT32_MAX : record->first_child;
    region->child_count = record->first_child == 0xFFFF ? 0 : record->number_of_children;
    region->file = regions->table_file;
    region->offset = offset == KIWI_NULL ? 0 : offset;
    region->size = offset == KIWI_NULL ? 0 : (uint64_t)record->size * sectors.logical_sector_size;
    uint64_t room = region->offset < region->file->size ? region->file->size - region->offset : 0;
    room = room < KIWI_WINDOW_LIMIT ? room : KIWI_WINDOW_LIMIT;
    region->cut = region->size > room;
    region->size = region->cut ? room : region->size;
}

enum kiwi_status kiwi_regions_get(struct kiwi_regions *regions, const struct kiwi_region_level *level,
                                  uint32_t number, struct kiwi_region *region, struct kiwi_error *error)
{
    struct kiwi_region_management_record record;
    struct kiwi_view view;
    uint64_t size = level->record.region_record_size;
    if (number >= level->count)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "level %d has no region %lu",
                         level->number, (unsigned long)number);
    memset(region, 0, sizeof *region);
    region->level = level;
    region->number = number;
    region->record_offset = level->table_offset + number * size;
    enum kiwi_status status = kiwi_window_view(&regions->window, regions->table_file->source,
                                               region->record_offset, size, &view, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_region_management_record_decode(&record, view.bytes, view.length, size))
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, region->record_offset,
                         "the region management table is cut off");
    set_region(regions, &record, region);
    return KIWI_OK;
}

bool kiwi_region_holds(const struct kiwi_region *region, struct kiwi_place place)
{
    if (region->dummy || kiwi_place_check(place, NULL) != KIWI_OK)
        return false;
    int32_t latitude = kiwi_degrees_eighths(place.latitude);
    int32_t longitude = kiwi_degrees_eighths(place.longitude);
    int32_t west = kiwi_degrees_eighths(region->box.west);
    int32_t east = kiwi_degrees_eighths(region->box.east);
    if (latitude < kiwi_degrees_eighths(region->box.south) ||
        latitude > kiwi_degrees_eighths(region->box.north))
        return false;
    return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
}

enum kiwi_status kiwi_regions_at(struct kiwi_regions *regions, const struct kiwi_region_level *level,
                                 struct kiwi_place place, uint32_t *number, struct kiwi_region *region,
                                 struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_place_check(place, error);
    while (status == KIWI_OK &&
           (status = kiwi_regions_get(regions, level, *number, region, error)) == KIWI_OK) {
        (*number)++;
        if (kiwi_region_holds(region, place))
            break;
    }
    return status;
}
