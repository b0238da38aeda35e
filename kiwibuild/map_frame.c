/* SPDX-License-Identifier: MIT */
/* Chapter 6: levels, block sets, blocks and the parcels of a block. */
#include "classes.h"
#include "volume.h"

enum { LEVEL_RECORD_SIZE = 170 }; /* with the expansion field for 16, 32 and 16 display classes */

static uint32_t scale_of(const struct level *level, int index)
{
    return level->scales[index] ? level->scales[index] : UINT32_MAX;
}

/** Codes as the words of the level record. */
static uint32_t encode_codes(const struct classes *classes, uint8_t *words)
{
    size_t i;

    for (i = 0; i < classes->count; i++) {
        words[2 * i] = 0;
        words[2 * i + 1] = classes->codes[i];
    }
    return (uint32_t)(2 * classes->count);
}

static void set_classes(struct kiwi_level_management_record *record, uint8_t words[3][64])
{
    record->number_of_road_display_classes = (uint8_t)road_classes.count;
    record->road_display_classes_length = encode_codes(&road_classes, words[0]);
    record->road_display_classes = words[0];
    record->number_of_background_display_classes = (uint8_t)background_classes.count;
    record->background_display_classes_length = encode_codes(&background_classes, words[1]);
    record->background_display_classes = words[1];
    record->number_of_name_display_classes = (uint8_t)name_classes.count;
    record->name_display_classes_length = encode_codes(&name_classes, words[2]);
    record->name_display_classes = words[2];
}

static void append_level(const struct level *level, bool coarsest, bool finest, uint64_t block_set_offset,
                         struct buffer *buffer, bool *good)
{
    uint8_t words[3][64];
    struct kiwi_level_management_record record = {
        .level = (int8_t)level->number,
        .upper_integration = coarsest ? KIWI_PARCEL_RATIO_1 : KIWI_PARCEL_RATIO_16,
        .lower_division = finest ? KIWI_PARCEL_RATIO_1 : KIWI_PARCEL_RATIO_16,
        .basic_frames = BASIC_FRAMES,
        .display_scale_1 = scale_of(level, 0),
        .display_scale_2 = scale_of(level, 1),
        .display_scale_3 = scale_of(level, 2),
        .display_scale_4 = scale_of(level, 3),
        .display_scale_5 = scale_of(level, 4),
        .block_sets_latitude = (uint16_t)level->rows.block_sets,
        .block_sets_longitude = (uint16_t)level->columns.block_sets,
        .blocks_latitude = (uint16_t)level->rows.blocks,
        .blocks_longitude = (uint16_t)level->columns.blocks,
        .parcels_latitude = (uint16_t)level->rows.parcels,
        .parcels_longitude = (uint16_t)level->columns.parcels,
        .divided_1_latitude = 2,
        .divided_1_longitude = 2,
        .divided_2_latitude = 4,
        .divided_2_longitude = 4,
        .divided_3_latitude = 1,
        .divided_3_longitude = 1,
        .block_set_offset = block_set_offset,
        .node_record_size = NODE_RECORD_SIZE,
    };

    set_classes(&record, words);
    append_encoded(buffer, good,
                   kiwi_level_management_record_encode(&record, ROOM(buffer), LEVEL_RECORD_SIZE));
}

static unsigned block_set_count(const struct level *level)
{
    return level->rows.block_sets * level->columns.block_sets;
}

static uint64_t table_size(const struct level *level)
{
    return (uint64_t)level->rows.blocks * level->columns.blocks *
           kiwi_type_block_management_record.fixed_size;
}

struct search {
    const struct volume *volume;
    bool found;
};

static bool search_block(void *context, const struct volume_level *level, int64_t block_row,
                         int64_t block_column)
{
    struct search *search = context;

    search->found = search->found || volume_block_has_data(search->volume, level, block_row, block_column);
    return true;
}

static bool has_table(const struct volume *volume, const struct volume_level *level, unsigned block_set)
{
    struct search search = {volume, false};

    volume_each_block(level, block_set, search_block, &search);
    return search.found;
}

static void append_block_sets(const struct volume *volume, uint64_t *table_offset, struct buffer *buffer,
                              bool *good)
{
    const uint64_t size = kiwi_type_block_set_management_record.fixed_size;
    unsigned i, set;

    for (i = 0; i < LEVEL_COUNT; i++) {
        const struct volume_level *level = &volume->levels[i];

        for (set = 0; set < block_set_count(level->level); set++) {
            struct kiwi_block_set_management_record record = {.level = (int8_t)level->level->number,
                                                              .block_set_number = (uint8_t)set,
                                                              .table_offset = KIWI_NULL};

            if (has_table(volume, level, set)) {
                record.table_offset = *table_offset;
                record.table_size = table_size(level->level);
                *table_offset += record.table_size;
            }
            append_encoded(buffer, good,
                           kiwi_block_set_management_record_encode(&record, ROOM(buffer), size));
        }
    }
}

struct blocks {
    const struct volume *volume;
    struct buffer *buffer;
    uint64_t address; /**< of the next block's information */
    bool good;
};

static bool append_block(void *context, const struct volume_level *level, int64_t block_row,
                         int64_t block_column)
{
    struct blocks *blocks = context;
    struct kiwi_block_management_record record = {.address = KIWI_DSA_NULL};
    uint64_t size = volume_information_size(blocks->volume, level, block_row, block_column);

    if (size) {
        record.address = kiwi_dsa(blocks->address, disc_sectors);
        record.size = (uint16_t)(size / LOGICAL_SECTOR);
        blocks->address += size;
    }
    append_encoded(blocks->buffer, &blocks->good,
                   kiwi_block_management_record_encode(&record, ROOM(blocks->buffer),
                                                       kiwi_type_block_management_record.fixed_size));
    return blocks->good;
}

static void append_tables(const struct volume *volume, struct buffer *buffer, bool *good)
{
    unsigned i, set;

    for (i = 0; i < LEVEL_COUNT; i++) {
        const struct volume_level *level = &volume->levels[i];
        struct blocks blocks = {volume, buffer, level->information_start, true};

        for (set = 0; set < block_set_count(level->level); set++)
            if (has_table(volume, level, set))
                volume_each_block(level, set, append_block, &blocks);
        *good = *good && blocks.good;
    }
}

static void set_coverage(struct kiwi_parcel_related_distribution_header *header, const struct level *level)
{
    struct kiwi_pid low = cell_position(level, level->origin_row, level->origin_column);
    struct kiwi_pid high = cell_position(level, level->origin_row + tiers_total(&level->rows),
                                         level->origin_column + tiers_total(&level->columns));

    header->latitude_lower = low.latitude;
    header->latitude_upper = high.latitude;
    header->longitude_left = low.longitude;
    header->longitude_right = high.longitude;
}

static void append_levels(const struct volume *volume, uint64_t block_sets, struct buffer *buffer, bool *good)
{
    int i;

    for (i = 0; i < LEVEL_COUNT; i++) {
        const struct level *level = volume->levels[i].level;

        append_level(level, i == 0, i + 1 == LEVEL_COUNT, block_sets, buffer, good);
        block_sets += (uint64_t)block_set_count(level) * kiwi_type_block_set_management_record.fixed_size;
    }
}

bool volume_append_map(const struct volume *volume, struct buffer *buffer)
{
    struct kiwi_parcel_related_distribution_header header = {
        .level_record_size = LEVEL_RECORD_SIZE,
        .block_set_record_size = kiwi_type_block_set_management_record.fixed_size,
        .block_record_size = kiwi_type_block_management_record.fixed_size,
        .number_of_levels = LEVEL_COUNT,
    };
    uint64_t block_sets =
        kiwi_type_parcel_related_distribution_header.fixed_size + LEVEL_COUNT * LEVEL_RECORD_SIZE;
    size_t start = buffer->size;
    struct buffer tables = {0};
    uint64_t table_offset;
    bool good = true;
    int i;

    set_coverage(&header, volume->levels[0].level);
    for (i = 0; i < LEVEL_COUNT; i++)
        header.number_of_block_sets =
            (uint16_t)(header.number_of_block_sets + block_set_count(volume->levels[i].level));
    table_offset = block_sets + header.number_of_block_sets * header.block_set_record_size;
    append_tables(volume, &tables, &good);
    header.size = table_offset + tables.size;
    append_encoded(buffer, &good, kiwi_parcel_related_distribution_header_encode(&header, ROOM(buffer)));
    append_levels(volume, block_sets, buffer, &good);
    append_block_sets(volume, &table_offset, buffer, &good);
    buffer_append(buffer, tables.bytes, tables.size);
    good = good && buffer->size - start == header.size;
    buffer_pad(buffer, LOGICAL_SECTOR);
    buffer_free(&tables);
    return good;
}

/** The parcels of a block, in their order. */
struct parcels {
    int64_t row, column; /**< of the block's south-west parcel */
    unsigned rows, columns;
};

static struct parcels parcels_of(const struct level *level, int64_t block_row, int64_t block_column)
{
    return (struct parcels){level->origin_row + block_row * level->rows.parcels,
                            level->origin_column + block_column * level->columns.parcels, level->rows.parcels,
                            level->columns.parcels};
}

static uint64_t list_size(unsigned count)
{
    return kiwi_type_parcel_management_information.fixed_size +
           (uint64_t)count * kiwi_type_main_map_parcel_management_record.fixed_size;
}

uint64_t volume_information_size(const struct volume *volume, const struct volume_level *level,
                                 int64_t block_row, int64_t block_column)
{
    struct parcels parcels = parcels_of(level->level, block_row, block_column);
    uint64_t size = list_size(parcels.rows * parcels.columns);
    size_t copy;
    unsigned i;

    if (!volume_block_has_data(volume, level, block_row, block_column))
        return 0;
    for (i = 0; i < parcels.rows * parcels.columns; i++) {
        const struct volume_cell *cell = volume_find(volume, level, parcels.row + i / parcels.columns,
                                                     parcels.column + i % parcels.columns, &copy);

        if (cell && cell->side > 1)
            size += list_size(cell->side * cell->side);
    }
    return (size + LOGICAL_SECTOR - 1) / LOGICAL_SECTOR * LOGICAL_SECTOR;
}

static void append_head(unsigned type, struct buffer *buffer, bool *good)
{
    struct kiwi_parcel_management_information head = {.parcels_type = (uint8_t)type,
                                                      .route_guidance_list_offset = KIWI_NULL};

    append_encoded(buffer, good, kiwi_parcel_management_information_encode(&head, ROOM(buffer)));
}

static void append_slot(const struct kiwi_main_map_parcel_management_record *slot, struct buffer *buffer,
                        bool *good)
{
    append_encoded(buffer, good, kiwi_main_map_parcel_management_record_encode(slot, ROOM(buffer), 0));
}

static struct kiwi_main_map_parcel_management_record
leaf(const struct volume_level *level, const struct volume_cell *cell, unsigned part, size_t copy, bool *good)
{
    struct kiwi_main_map_parcel_management_record slot = {0};

    slot.address = kiwi_dsa(volume_address(level, cell, part, copy), disc_sectors);
    slot.size = (uint16_t)(cell->sizes[part] / LOGICAL_SECTOR);
    *good = *good && slot.address != KIWI_DSA_NULL;
    return slot;
}

/** The list of a divided parcel, which follows the list of the block. */
static void append_parts(const struct volume_level *level, const struct volume_cell *cell, size_t copy,
                         struct buffer *buffer, bool *good)
{
    unsigned part;

    append_head(division_type(cell->side), buffer, good);
    for (part = 0; part < cell->side * cell->side; part++) {
        struct kiwi_main_map_parcel_management_record slot = leaf(level, cell, part, copy, good);

        append_slot(&slot, buffer, good);
    }
}

bool volume_append_information(const struct volume *volume, const struct volume_level *level,
                               int64_t block_row, int64_t block_column, struct buffer *buffer)
{
    struct parcels parcels = parcels_of(level->level, block_row, block_column);
    struct buffer lists = {0};
    size_t copy;
    unsigned i;
    bool good = true;

    append_head(0, buffer, &good);
    for (i = 0; i < parcels.rows * parcels.columns; i++) {
        struct kiwi_main_map_parcel_management_record slot = {.address = KIWI_DSA_NULL};
        const struct volume_cell *cell = volume_find(volume, level, parcels.row + i / parcels.columns,
                                                     parcels.column + i % parcels.columns, &copy);

        if (cell && cell->side > 1) {
            slot.address = 0; /* size 0 and an address that is not null: a displacement takes its place */
            slot.divided_offset = list_size(parcels.rows * parcels.columns) + lists.size;
            append_parts(level, cell, copy, &lists, &good);
        } else if (cell) {
            slot = leaf(level, cell, 0, copy, &good);
        }
        append_slot(&slot, buffer, &good);
    }
    buffer_append(buffer, lists.bytes, lists.size);
    buffer_pad(buffer, LOGICAL_SECTOR);
    buffer_free(&lists);
    return good;
}
