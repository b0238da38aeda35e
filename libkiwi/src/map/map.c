/* SPDX-License-Identifier: MIT */
/* The map of ALLDATA.KWI: its headers, levels and grids. */
#include "map/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "disc/disc.h"
#include "map/place.h"

#define TURN (360 * KIWI_EIGHTHS_PER_DEGREE)

void kiwi_map_report(const struct kiwi_map *map, enum kiwi_severity severity, const struct kiwi_file *file,
                     uint64_t offset, const char *path, const char *field, const char *expected,
                     const char *found)
{
    if (!map->reporter.callback)
        return;
    struct kiwi_finding finding = {severity, offset, file ? file->path : "", path, field, expected, found};
    map->reporter.callback(map->reporter.context, &finding);
}

void kiwi_map_report_field(const struct kiwi_map *map, enum kiwi_severity severity,
                           const struct kiwi_file *file, const struct kiwi_record_type *type, uint64_t offset,
                           const char *path, const char *field, const char *expected, uint64_t found)
{
    char text[32];
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].run == 0 && strcmp(type->fields[i].name, field) == 0)
            offset += type->fields[i].offset;
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(map, severity, file, offset, path, field, expected, text);
}

const struct kiwi_file *kiwi_map_named_file(const struct kiwi_map *map, const struct kiwi_file *from,
                                            const char *name, size_t length)
{
    char text[32];
    size_t used = 0;
    while (used < length && used < sizeof text - 1 && name[used] != '\0')
        used++;
    while (used > 0 && name[used - 1] == ' ')
        used--;
    if (used == 0)
        return from;
    memcpy(text, name, used);
    text[used] = '\0';
    return kiwi_disc_find(map->disc, text, from);
}

/** Sector sizes of the Data Volume; the ones of every disc seen if these cannot be. */
static void read_sectors(struct kiwi_map *map)
{
    uint32_t logical = map->volume.logical_sector_size;
    uint32_t sector = map->volume.sector_size;
    map->sectors = KIWI_USUAL_SECTORS;
    if (logical < 32 || logical > 256)
        kiwi_map_report_field(map, KIWI_ERROR, map->file, &kiwi_type_data_volume, 0, "data_volume",
                              "logical_sector_size", "32 to 256", logical);
    else if (sector == 0 || sector % logical != 0)
        kiwi_map_report_field(map, KIWI_ERROR, map->file, &kiwi_type_data_volume, 0, "data_volume",
                              "sector_size", "a multiple of the logical sector size", sector);
    else
        map->sectors = (struct kiwi_sectors){sector, logical};
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

static uint32_t read_classes(uint16_t *codes, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length / 2; i++)
        codes[i] = (uint16_t)kiwi_load16(bytes + 2 * (size_t)i);
    return length / 2;
}

static void set_classes(struct kiwi_level *level, uint16_t *codes)
{
    struct kiwi_level_management_record *record = &level->record;
    level->road_classes = codes;
    level->road_class_count = read_classes(codes, record->road_display_classes,
                                           record->road_display_classes_length);
    codes += level->road_class_count;
    level->background_classes = codes;
    level->background_class_count = read_classes(codes, record->background_display_classes,
                                                 record->background_display_classes_length);
    codes += level->background_class_count;
    level->name_classes = codes;
    level->name_class_count = read_classes(codes, record->name_display_classes,
                                           record->name_display_classes_length);
    /* The views of the tables do not outlive the window. */
    record->road_display_classes = record->background_display_classes = record->name_display_classes = NULL;
    record->adjustment = NULL;
    record->road_display_classes_length = record->background_display_classes_length = 0;
    record->name_display_classes_length = record->adjustment_length = 0;
}

static void set_grid(struct kiwi_level *level, const struct kiwi_parcel_related_distribution_header *header)
{
    const struct kiwi_level_management_record *record = &level->record;
    level->number = record->level;
    level->columns = (uint32_t)record->block_sets_longitude * record->blocks_longitude *
                     (uint32_t)record->parcels_longitude;
    level->rows = (uint32_t)record->block_sets_latitude * record->blocks_latitude *
                  (uint32_t)record->parcels_latitude;
    struct kiwi_grid *grid = &level->grid;
    grid->south = kiwi_angle_eighths(header->latitude_lower);
    grid->west = kiwi_angle_eighths(header->longitude_left);
    grid->height = kiwi_angle_eighths(header->latitude_upper) - grid->south;
    grid->width = kiwi_angle_eighths(header->longitude_right) - grid->west;
    if (grid->width <= 0)
        grid->width += TURN; /* the coverage crosses 180 degrees */
    double scale = 1e7 / KIWI_EIGHTHS_PER_DEGREE / KIWI_PARCEL_UNITS;
    grid->x_scale = grid->width * scale / level->columns;
    grid->y_scale = grid->height * scale / level->rows;
    level->box = (struct kiwi_box){
        kiwi_angle_degrees(header->longitude_left), kiwi_angle_degrees(header->latitude_lower),
        kiwi_angle_degrees(header->longitude_right), kiwi_angle_degrees(header->latitude_upper)};
}

static enum kiwi_status read_levels(struct kiwi_map *map, struct kiwi_error *error)
{
    const struct kiwi_parcel_related_distribution_header *header = &map->header;
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    static const char path[] = "parcel_related_data";
    size_t count = header->number_of_levels;
    if (count > KIWI_LEVEL_LIMIT) {
        kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset, path,
                              "number_of_levels", "at most 63", count);
        count = KIWI_LEVEL_LIMIT;
    }
    if (count > 0 && (header->level_record_size == KIWI_NULL ||
                      header->level_record_size < kiwi_type_level_management_record.fixed_size)) {
        kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset, path,
                              "level_record_size", "at least 40", header->level_record_size);
        count = 0;
    }
    map->levels = calloc(count + 1, sizeof *map->levels);
    map->classes = calloc(count + 1, sizeof *map->classes);
    if (!map->levels || !map->classes)
        return kiwi_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        struct kiwi_level *level = &map->levels[map->level_count];
        struct kiwi_view view;
        level->index = (uint32_t)i;
        level->file = map->header_file;
        level->record_size = (uint32_t)header->level_record_size;
        level->offset = map->header_offset + type->fixed_size + i * header->level_record_size;
        enum kiwi_status status = kiwi_window_view(&map->window, map->header_file->source, level->offset,
                                                   header->level_record_size, &view, error);
        if (status != KIWI_OK)
            return status;
        if (!kiwi_level_management_record_decode(&level->record, view.bytes, view.length,
                                                 header->level_record_size)) {
            kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset, path,
                                  "number_of_levels", "that many level management records", i);
            break;
        }
        set_classes(level, map->classes[map->level_count]);
        set_grid(level, header);
        if (level->grid.height <= 0) {
            kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset, path,
                                  "latitude_upper", "a latitude north of the lower edge",
                                  header->latitude_upper);
            break;
        }
        map->level_count++;
    }
    return KIWI_OK;
}

static enum kiwi_status read_header(struct kiwi_map *map, struct kiwi_error *error)
{
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view(&map->window, map->header_file->source, map->header_offset,
                                               kiwi_type_parcel_related_distribution_header.fixed_size, &view,
                                               error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_parcel_related_distribution_header_decode(&map->header, view.bytes, view.length)) {
        kiwi_map_report_field(map, KIWI_ERROR, map->header_file,
                              &kiwi_type_parcel_related_distribution_header, map->header_offset,
                              "parcel_related_data", "", "30 bytes before the end of the file", view.length);
        map->header_file = NULL;
        return KIWI_OK;
    }
    return read_levels(map, error);
}

static enum kiwi_status read_volume(struct kiwi_map *map, struct kiwi_error *error)
{
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view(&map->window, map->file->source, 0, 2 * KIWI_VOLUME_SIZE,
                                               &view, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_data_volume_decode(&map->volume, view.bytes, view.length))
        return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, 0, "%s: too short for a Data Volume (%llu bytes)",
                         map->file->path, (unsigned long long)map->file->size);
    read_sectors(map);
    find_header(map, view.bytes + (view.length < KIWI_VOLUME_SIZE ? view.length : KIWI_VOLUME_SIZE),
                view.length < KIWI_VOLUME_SIZE ? 0 : view.length - KIWI_VOLUME_SIZE);
    return map->header_file ? read_header(map, error) : KIWI_OK;
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

/* Places */

bool kiwi_level_cell(const struct kiwi_level *level, int32_t latitude, int32_t longitude, uint32_t *column,
                     uint32_t *row)
{
    const struct kiwi_grid *grid = &level->grid;
    int64_t north = (int64_t)latitude - grid->south;
    int64_t east = ((int64_t)longitude - grid->west) % TURN;
    if (east < 0)
        east += TURN;
    /* The far edges belong to the last row and column. */
    if (north < 0 || north > grid->height || east > grid->width)
        return false;
    uint64_t x = (uint64_t)east * level->columns / (uint64_t)grid->width;
    uint64_t y = (uint64_t)north * level->rows / (uint64_t)grid->height;
    *column = (uint32_t)(x < level->columns ? x : level->columns - 1);
    *row = (uint32_t)(y < level->rows ? y : level->rows - 1);
    return true;
}

/** Degrees of a global coordinate: units counted from the edge of the coverage. */
static double degrees(int32_t origin, int32_t span, uint32_t cells, int64_t units)
{
    return (origin + (double)span * (double)units / ((double)cells * KIWI_PARCEL_UNITS)) /
           KIWI_EIGHTHS_PER_DEGREE;
}

struct kiwi_place_e7 kiwi_parcel_place_e7(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    const struct kiwi_grid *grid = &parcel->level->grid;
    const double origin_scale = 1e7 / KIWI_EIGHTHS_PER_DEGREE;
    /* Counted from the edge of the coverage, so that a point does not depend on the parcel it is seen from.
     */
    double east = grid->west * origin_scale +
                  (double)((int64_t)parcel->column * KIWI_PARCEL_UNITS + point.x) * grid->x_scale;
    double north = grid->south * origin_scale +
                   (double)((int64_t)parcel->row * KIWI_PARCEL_UNITS + point.y) * grid->y_scale;
    return (struct kiwi_place_e7){(int32_t)lrint(north), (int32_t)lrint(east > 180e7 ? east - 360e7 : east)};
}

struct kiwi_place kiwi_parcel_place(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    struct kiwi_place_e7 place = kiwi_parcel_place_e7(parcel, point);
    return (struct kiwi_place){place.latitude / 1e7, place.longitude / 1e7};
}

struct kiwi_box kiwi_parcel_box(const struct kiwi_parcel *parcel)
{
    const struct kiwi_level *level = parcel->level;
    int64_t width = (int64_t)parcel->columns * KIWI_PARCEL_UNITS;
    int64_t height = (int64_t)parcel->rows * KIWI_PARCEL_UNITS;
    int64_t x = (int64_t)parcel->column * KIWI_PARCEL_UNITS +
                width * parcel->part_column / parcel->part_columns;
    int64_t y = (int64_t)parcel->row * KIWI_PARCEL_UNITS + height * parcel->part_row / parcel->part_rows;
    struct kiwi_box box = {
        .west = degrees(level->grid.west, level->grid.width, level->columns, x),
        .south = degrees(level->grid.south, level->grid.height, level->rows, y),
        .east = degrees(level->grid.west, level->grid.width, level->columns,
                        x + width / parcel->part_columns),
        .north = degrees(level->grid.south, level->grid.height, level->rows, y + height / parcel->part_rows),
    };
    /* -180 < longitude <= 180: a box that crosses 180 degrees has its west behind its east */
    if (box.west >= 180)
        box.west -= 360;
    if (box.east > 180)
        box.east -= 360;
    return box;
}
