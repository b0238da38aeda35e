/* SPDX-License-Identifier: MIT */
/* Chapter 6: levels, block sets, blocks and the parcels of a block. */
#include "map_frame.h"

#include "classes.h"
#include "guidance.h"

enum { CLASS_COUNTS = 2 }; /* bytes, before the tables of display classes */

static uint32_t scale_of(const struct level *level, int index)
{
    return level->scales[index] ? level->scales[index] : UINT32_MAX;
}

/** Codes as the words of the level record. */
static uint32_t encode_codes(const struct classes *classes, uint8_t *words)
{
    for (size_t i = 0; i < classes->count; i++) {
        words[2 * i] = (uint8_t)(classes->codes[i] >> 8);
        words[2 * i + 1] = (uint8_t)classes->codes[i];
    }
    return (uint32_t)(2 * classes->count);
}

static void set_classes(struct kiwi_level_management_record *record, const struct level *level,
                        uint8_t words[3][64])
{
    record->number_of_road_display_classes = (uint8_t)level->roads->count;
    record->road_display_classes_length = encode_codes(level->roads, words[0]);
    record->road_display_classes = words[0];
    record->number_of_background_display_classes = (uint8_t)level->backgrounds->count;
    record->background_display_classes_length = encode_codes(level->backgrounds, words[1]);
    record->background_display_classes = words[1];
    record->number_of_name_display_classes = (uint8_t)level->names->count;
    record->name_display_classes_length = encode_codes(level->names, words[2]);
    record->name_display_classes = words[2];
}

/** The record of a level of kiwibuild's own, without what depends on where things lie. */
static struct kiwi_level_management_record describe_level(const struct level *level)
{
    const struct layout *layout = level->layout;

    return (struct kiwi_level_management_record){
        .level = (int8_t)level->number,
        .upper_integration = level->index == 0 ? KIWI_PARCEL_RATIO_1 : KIWI_PARCEL_RATIO_16,
        .lower_division = level->finest ? KIWI_PARCEL_RATIO_1 : KIWI_PARCEL_RATIO_16,
        .basic_frames = BASIC_FRAMES,
        .basic_route_guidance_frames = (uint8_t)layout->guidance.basic,
        .extended_route_guidance_frames = (uint8_t)layout->guidance.extended,
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
        .divided_1_latitude = (uint16_t)layout->divisions[1].rows,
        .divided_1_longitude = (uint16_t)layout->divisions[1].columns,
        .divided_2_latitude = (uint16_t)layout->divisions[2].rows,
        .divided_2_longitude = (uint16_t)layout->divisions[2].columns,
        .divided_3_latitude = (uint16_t)layout->divisions[3].rows,
        .divided_3_longitude = (uint16_t)layout->divisions[3].columns,
        .node_record_size = layout->roads.node_record_size,
    };
}

static void append_level(const struct level *level, uint64_t block_set_offset, struct buffer *buffer,
                         bool *good)
{
    static const uint8_t zeros[1024];
    const struct layout *layout = level->layout;
    const unsigned full = BASIC_LEVEL_RECORD + CLASS_COUNTS +
                          2u * (unsigned)(level->roads->count + level->backgrounds->count +
                                          level->names->count);
    struct kiwi_level_management_record record = level->record ? *level->record : describe_level(level);
    uint8_t words[3][64];

    record.block_set_offset = block_set_offset;
    if (layout->level_record_size > full) {
        record.adjustment = zeros;
        record.adjustment_length = layout->level_record_size - full;
    }
    if (layout->level_record_size >= full)
        set_classes(&record, level, words);
    append_encoded(buffer, good,
                   kiwi_level_management_record_encode(&record, ROOM(buffer), layout->level_record_size));
}

static unsigned block_set_count(const struct level *level)
{
    return level->rows.block_sets * level->columns.block_sets;
}

/** With file name designation the record has a name. */
static uint64_t block_record_size(const struct layout *layout)
{
    return kiwi_type_block_management_record.fixed_size +
           (layout->list_type == LIST_TYPE_NAMES ? FILE_NAME_SIZE : 0u);
}

static uint64_t table_size(const struct level *level)
{
    return (uint64_t)level->rows.blocks * level->columns.blocks * block_record_size(level->layout);
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

    for (int i = 0; i < volume->grid->level_count; i++) {
        const struct volume_level *level = &volume->levels[i];

        for (unsigned set = 0; set < block_set_count(level->level); set++) {
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
    const struct layout *layout = blocks->volume->layout;
    uint64_t size = volume_information_size(blocks->volume, level, block_row, block_column);
    uint8_t name[FILE_NAME_SIZE] = {0};

    if (size) {
        record.address = kiwi_dsa(blocks->address, layout_sectors(layout));
        record.size = (uint16_t)(size / layout->logical_sector_size);
        blocks->address += size;
        volume_name_field(blocks->volume->map_file, name);
    }
    if (layout->list_type == LIST_TYPE_NAMES) {
        record.file_name = name;
        record.file_name_length = sizeof name;
    }
    append_encoded(
        blocks->buffer, &blocks->good,
        kiwi_block_management_record_encode(&record, ROOM(blocks->buffer), block_record_size(layout)));
    return blocks->good;
}

static void append_tables(const struct volume *volume, struct buffer *buffer, bool *good)
{
    for (int i = 0; i < volume->grid->level_count; i++) {
        const struct volume_level *level = &volume->levels[i];
        struct blocks blocks = {volume, buffer, level->information_start, true};

        for (unsigned set = 0; set < block_set_count(level->level); set++)
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
    for (int i = 0; i < volume->grid->level_count; i++) {
        const struct level *level = volume->levels[i].level;

        append_level(level, block_sets, buffer, good);
        block_sets += (uint64_t)block_set_count(level) * kiwi_type_block_set_management_record.fixed_size;
    }
}

bool volume_append_map(const struct volume *volume, struct buffer *buffer)
{
    struct kiwi_parcel_related_distribution_header header = {
        .file_name_designation = volume->layout->list_type == LIST_TYPE_NAMES,
        .level_record_size = volume->layout->level_record_size,
        .block_set_record_size = kiwi_type_block_set_management_record.fixed_size,
        .block_record_size = block_record_size(volume->layout),
        .number_of_levels = (uint16_t)volume->grid->level_count,
    };
    uint64_t block_sets = kiwi_type_parcel_related_distribution_header.fixed_size +
                          (uint64_t)volume->grid->level_count * header.level_record_size;
    size_t start = buffer->size;
    struct buffer tables = {0};
    uint64_t table_offset;
    bool good = true;

    set_coverage(&header, volume->levels[0].level);
    for (int i = 0; i < volume->grid->level_count; i++)
        header.number_of_block_sets = (uint16_t)(header.number_of_block_sets +
                                                 block_set_count(volume->levels[i].level));
    table_offset = block_sets + header.number_of_block_sets * header.block_set_record_size;
    append_tables(volume, &tables, &good);
    header.size = table_offset + tables.size;
    append_encoded(buffer, &good, kiwi_parcel_related_distribution_header_encode(&header, ROOM(buffer)));
    append_levels(volume, block_sets, buffer, &good);
    append_block_sets(volume, &table_offset, buffer, &good);
    buffer_append(buffer, tables.bytes, tables.size);
    good = good && buffer->size - start == header.size;
    buffer_pad_from(buffer, start, volume->layout->logical_sector_size);
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

static uint64_t slot_size(const struct layout *layout)
{
    const uint64_t size = kiwi_type_main_map_parcel_management_record.fixed_size;

    return layout->list_type == LIST_TYPE_NAMES ? size + FILE_NAME_SIZE : layout->list_type ? size + 2 : size;
}

/** Up to the end of the slots of the map. */
static uint64_t map_list_size(const struct layout *layout, unsigned count)
{
    return kiwi_type_parcel_management_information.fixed_size + count * slot_size(layout);
}

/** Of the route guidance list, whose slots have the same layout. */
static uint64_t guidance_list_size(const struct layout *layout, unsigned count)
{
    return layout->guidance.lists ? count * slot_size(layout) : 0;
}

static uint64_t list_size(const struct layout *layout, unsigned count)
{
    return map_list_size(layout, count) + guidance_list_size(layout, count);
}

uint64_t volume_information_size(const struct volume *volume, const struct volume_level *level,
                                 int64_t block_row, int64_t block_column)
{
    struct parcels parcels = parcels_of(level->level, block_row, block_column);
    uint64_t size = list_size(volume->layout, parcels.rows * parcels.columns);
    const uint64_t unit = volume->layout->logical_sector_size;
    size_t copy;

    if (!volume_block_has_data(volume, level, block_row, block_column))
        return 0;
    for (unsigned i = 0; i < parcels.rows * parcels.columns; i++) {
        const struct volume_cell *cell = volume_find(volume, level, parcels.row + i / parcels.columns,
                                                     parcels.column + i % parcels.columns, false, &copy);

        if (cell && cell->type)
            size += list_size(volume->layout, cell->parts.rows * cell->parts.columns);
    }
    return (size + unit - 1) / unit * unit;
}

/** Parcel management information on its way into the buffer. */
struct list {
    const struct volume *volume;
    const struct volume_level *level;
    struct buffer *buffer;
    bool *good;
};

/** The list of route guidance is behind the slots, as on the 2007 Australian disc. */
static void append_head(const struct list *list, unsigned type, unsigned slots)
{
    const struct layout *layout = list->volume->layout;
    struct kiwi_parcel_management_information head = {.parcels_type = (uint8_t)type,
                                                      .list_type = (uint8_t)layout->list_type,
                                                      .route_guidance_list_offset = KIWI_NULL};

    if (layout->guidance.lists)
        head.route_guidance_list_offset = map_list_size(layout, slots);
    append_encoded(list->buffer, list->good,
                   kiwi_parcel_management_information_encode(&head, ROOM(list->buffer)));
}

static void append_slot(const struct list *list, const struct kiwi_main_map_parcel_management_record *slot)
{
    append_encoded(list->buffer, list->good,
                   kiwi_main_map_parcel_management_record_encode(slot, ROOM(list->buffer),
                                                                 list->volume->layout->list_type));
}

/** List type 1 has the size without extended data frames, of which there are none; 2 that up to the roads.
 */
static uint16_t part_size(const struct layout *layout, const struct volume_frame *frame)
{
    const uint64_t unit = layout->logical_sector_size;
    uint64_t size = frame->size;

    if (layout->list_type == 2)
        size = frame->frame.sizes[0] ? frame_road_size(&frame->frame, layout, frame->entries) : 0;
    return (uint16_t)((size + unit - 1) / unit);
}

static void append_leaf(const struct list *list, const struct volume_frame *frame, size_t copy)
{
    const struct layout *layout = list->volume->layout;
    struct address address = volume_address(list->volume, list->level, frame, copy);
    struct kiwi_main_map_parcel_management_record slot = {.address = KIWI_DSA_NULL};

    if (frame->size) {
        slot.address = kiwi_dsa(address.offset, layout_sectors(layout));
        slot.size = (uint16_t)(frame->size / layout->logical_sector_size);
        slot.part_size = part_size(layout, frame);
        volume_name_field(address.file, (uint8_t *)slot.file_name);
        *list->good = *list->good && slot.address != KIWI_DSA_NULL;
    }
    append_slot(list, &slot);
}

/** A slot of a route guidance list; frame may be NULL. */
static void append_guidance(const struct list *list, const struct volume_frame *frame, size_t copy)
{
    const struct layout *layout = list->volume->layout;
    const uint64_t unit = layout->logical_sector_size;
    struct kiwi_route_guidance_parcel_management_record slot = {.address = KIWI_DSA_NULL};

    if (frame && frame->guidance) {
        struct address address = volume_address(list->volume, list->level, frame, copy);

        slot.address = kiwi_dsa(address.offset + frame->size, layout_sectors(layout));
        slot.size = (uint16_t)(frame->guidance / unit);
        slot.basic_size = (uint16_t)((guidance_basic_size(layout) + unit - 1) / unit);
        volume_name_field(address.file, (uint8_t *)slot.file_name);
        *list->good = *list->good && slot.address != KIWI_DSA_NULL;
    }
    append_encoded(
        list->buffer, list->good,
        kiwi_route_guidance_parcel_management_record_encode(&slot, ROOM(list->buffer), layout->list_type));
}

/** The list of a divided parcel, which follows the list of the block, and that of its route guidance. */
static void append_parts(const struct list *list, const struct volume_cell *cell, size_t copy)
{
    const unsigned count = cell->parts.rows * cell->parts.columns;

    append_head(list, cell->type, count);
    for (unsigned part = 0; part < count; part++)
        append_leaf(list, &cell->frames[part], copy);
    for (unsigned part = 0; part < count && list->volume->layout->guidance.lists; part++)
        append_guidance(list, &cell->frames[part], copy);
}

/** The list of a block's route guidance; divided parcels have their own. */
static void append_guidance_list(const struct list *list, const struct parcels *parcels)
{
    size_t copy;

    for (unsigned i = 0; i < parcels->rows * parcels->columns && list->volume->layout->guidance.lists; i++) {
        const struct volume_cell *cell = volume_find(list->volume, list->level,
                                                     parcels->row + i / parcels->columns,
                                                     parcels->column + i % parcels->columns, false, &copy);

        append_guidance(list, cell && !cell->type ? &cell->frames[0] : NULL, copy);
    }
}

bool volume_append_information(const struct volume *volume, const struct volume_level *level,
                               int64_t block_row, int64_t block_column, struct buffer *buffer)
{
    struct parcels parcels = parcels_of(level->level, block_row, block_column);
    const size_t start = buffer->size;
    struct buffer parts = {0};
    bool good = true;
    const struct list list = {volume, level, buffer, &good}, nested = {volume, level, &parts, &good};
    size_t copy;

    append_head(&list, 0, parcels.rows * parcels.columns);
    for (unsigned i = 0; i < parcels.rows * parcels.columns; i++) {
        struct kiwi_main_map_parcel_management_record slot = {.address = KIWI_DSA_NULL};
        const struct volume_cell *cell = volume_find(volume, level, parcels.row + i / parcels.columns,
                                                     parcels.column + i % parcels.columns, false, &copy);

        if (cell && cell->type) {
            slot.address = 0; /* size 0 and an address that is not null: a displacement takes its place */
            slot.divided_offset = list_size(volume->layout, parcels.rows * parcels.columns) + parts.size;
            append_parts(&nested, cell, copy);
            append_slot(&list, &slot);
        } else if (cell) {
            append_leaf(&list, &cell->frames[0], copy);
        } else {
            append_slot(&list, &slot);
        }
    }
    append_guidance_list(&list, &parcels);
    buffer_append(buffer, parts.bytes, parts.size);
    buffer_pad_from(buffer, start, volume->layout->logical_sector_size);
    buffer_free(&parts);
    return good;
}
