/* SPDX-License-Identifier: MIT */
/* The levels of the map: their grids and classes. */
#include "map/levels.h"

#include <stdlib.h>

#include "map/level_classes.h"

/** What is looked at when the header's own numbers cannot be gone by: more than any disc seen needs. */
enum { HEADS_LIMIT = 1 << 20 };

/** The level management records, whose sizes and number are known by now. */
static enum kiwi_status read_levels(struct kiwi_map *map, struct kiwi_heads heads, struct kiwi_error *error)
{
    const struct kiwi_parcel_related_distribution_header *header = &map->header;
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    static const char path[] = "parcel_related_data";
    map->levels = calloc(header->number_of_levels + (size_t)1, sizeof *map->levels);
    map->classes = calloc(header->number_of_levels + (size_t)1, sizeof *map->classes);
    if (!map->levels || !map->classes)
        return kiwi_fail_memory(error);
    for (uint32_t i = 0; i < header->number_of_levels; i++) {
        struct kiwi_level *level = &map->levels[map->level_count];
        uint64_t at = type->fixed_size + i * header->level_record_size;
        level->index = i;
        level->file = map->header_file;
        level->record_size = (uint32_t)header->level_record_size;
        level->offset = map->header_offset + at;
        if (at >= heads.length ||
            !kiwi_level_take_record(level, heads.bytes + at, heads.length - at, header->level_record_size,
                                    map->classes[map->level_count])) {
            kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset, path,
                                  "number_of_levels", "that many level management records", i);
            break;
        }
        kiwi_level_set_grid(level, header);
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

/** Heads end where they cannot be read: then there is nothing to derive, which *damaged says. */
static enum kiwi_status view_heads(struct kiwi_map *map, uint64_t length, struct kiwi_heads *heads,
                                   bool *damaged, struct kiwi_error *error)
{
    struct kiwi_view view;
    enum kiwi_status status = kiwi_window_view_around(
        &map->window, map->header_file->source, map->header_offset,
        length < HEADS_LIMIT ? length : HEADS_LIMIT, &view, error);
    if (status == KIWI_OK) {
        *heads = (struct kiwi_heads){view.bytes, (size_t)kiwi_view_readable(&view, 0, view.length)};
        *damaged = view.damaged;
    }
    return status;
}

static void count_block_sets(struct kiwi_map *map)
{
    map->block_sets = 0;
    for (size_t i = 0; i < map->level_count; i++)
        map->block_sets += kiwi_level_block_sets(&map->levels[i].record);
}

/** Reads as little as a sound header needs, and more where its numbers contradict each other. */
static enum kiwi_status read_frame(struct kiwi_map *map, struct kiwi_error *error)
{
    struct kiwi_heads heads;
    uint64_t length = kiwi_level_frame_length(&map->header);
    bool damaged = false;
    enum kiwi_status status = view_heads(map, length, &heads, &damaged, error);
    if (status == KIWI_OK && !damaged && !kiwi_level_frame_is_sound(&map->header, heads)) {
        status = view_heads(map, HEADS_LIMIT, &heads, &damaged, error);
        if (status == KIWI_OK && !damaged)
            kiwi_level_frame_derive(map, heads);
    }
    if (status == KIWI_OK)
        status = read_levels(map, heads, error);
    count_block_sets(map);
    if (status == KIWI_OK && !damaged) {
        kiwi_level_probe(map);
        count_block_sets(map);
    }
    length = kiwi_level_frame_length(&map->header) + map->block_sets * map->header.block_set_record_size;
    if (status == KIWI_OK) /* anew: what was probed came through the same window */
        status = view_heads(map, length > heads.length ? length : heads.length, &heads, &damaged, error);
    map->tables_sound = damaged; /* for all that is known */
    if (status == KIWI_OK && !damaged)
        kiwi_level_tables_derive(map, heads);
    return status;
}

enum kiwi_status kiwi_levels_read(struct kiwi_map *map, struct kiwi_error *error)
{
    struct kiwi_heads heads;
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    bool damaged;
    enum kiwi_status status = view_heads(map, type->fixed_size, &heads, &damaged, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_parcel_related_distribution_header_decode(&map->header, heads.bytes, heads.length)) {
        kiwi_map_report_field(map, KIWI_ERROR, map->header_file, type, map->header_offset,
                              "parcel_related_data", "", "30 bytes before the end of the file", heads.length);
        map->header_file = NULL;
        return KIWI_OK;
    }
    return read_frame(map, error);
}
