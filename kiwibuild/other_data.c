/* SPDX-License-Identifier: MIT */
/* Chapters 12, 33 and 34: headers as far as they are known, and opaque bytes for the rest. */
#include "other_data.h"

#include <string.h>

enum {
    MAKER_CLASS = 0x00AF1201, /* of parameters */
    MAKER_MANAGEMENT = 16,    /* bytes of its management record */
    LANGUAGES = 2,
};

/** One kind of parameters. */
struct parameters {
    uint32_t number;
    unsigned management; /**< bytes of its management record */
};

static const struct parameters kinds[] = {{KIWI_PARAMETER_CLASS_DRAWING_PARAMETERS, 12},
                                          {KIWI_PARAMETER_CLASS_THREE_DIMENSIONAL_SYMBOLS, 8},
                                          {KIWI_PARAMETER_CLASS_ROUTE_NUMBER_FRAMES, 8},
                                          {MAKER_CLASS, MAKER_MANAGEMENT}};
enum { KINDS = sizeof kinds / sizeof kinds[0], STANDARD_KINDS = KINDS - 1 };

static uint64_t header_size(void)
{
    return kiwi_type_parameters_distribution_header.fixed_size +
           KINDS * (uint64_t)kiwi_type_parameter_entry.fixed_size;
}

/** The distribution header with the management records, which are all that the header table names. */
static uint64_t managed_size(void)
{
    uint64_t size = header_size();

    for (int i = 0; i < KINDS; i++)
        size += kinds[i].management;
    return size;
}

static void append_entries(struct buffer *buffer, bool *good)
{
    struct kiwi_parameters_distribution_header header = {.header_size = header_size(),
                                                         .number_of_entries = KINDS};
    struct kiwi_parameter_entry entry = {
        .maker_id = {{0xFFFFFF, 0xFFFFFF, 0xFF, 0xFF}, -1, 0xFF, 0xFFFF}, /* the standard */
        .offset = (uint16_t)(header_size() / 2)};

    append_encoded(buffer, good, kiwi_parameters_distribution_header_encode(&header, ROOM(buffer)));
    for (int i = 0; i < KINDS; i++) {
        entry.parameter_class = kinds[i].number;
        entry.size = (uint16_t)(kinds[i].management / 2);
        if (kinds[i].number == MAKER_CLASS)
            entry.maker_id = (struct kiwi_mid){.date = 1};
        append_encoded(buffer, good, kiwi_parameter_entry_encode(&entry, ROOM(buffer)));
        entry.offset = (uint16_t)(entry.offset + entry.size);
    }
}

static void append_management(uint64_t data, unsigned size, struct buffer *buffer, bool *good)
{
    static const uint8_t zeros[4];

    for (int i = 0; i < KINDS; i++) {
        bool drawing = kinds[i].number == KIWI_PARAMETER_CLASS_DRAWING_PARAMETERS;
        struct kiwi_parameter_management_record record = {
            .offset = (uint32_t)(data / 2),
            .size = size / 2,
            .has_line_palette = drawing,
            .drawing_reserved = zeros,
            .drawing_reserved_length = drawing ? 3 : 0,
            .management_rest = opaque_bytes,
            .management_rest_length = kinds[i].number == MAKER_CLASS ? MAKER_MANAGEMENT : 0,
        };

        append_encoded(buffer, good,
                       kiwi_parameter_management_record_encode(&record, ROOM(buffer), kinds[i].number));
        data += size;
    }
}

static void append_parameters(const struct layout *layout, struct buffer *buffer, bool *good)
{
    const size_t unit = layout->logical_sector_size;
    const size_t start = buffer->size;

    append_entries(buffer, good);
    append_management((managed_size() + unit - 1) / unit * unit, layout->other_data.parameters, buffer, good);
    buffer_pad_from(buffer, start, unit);
    for (int i = 0; i < STANDARD_KINDS; i++)
        buffer_append(buffer, opaque_bytes, layout->other_data.parameters);
}

static void append_graphics(const struct layout *layout, struct buffer *buffer, bool *good)
{
    const size_t fixed = kiwi_type_image_management_distribution_header.fixed_size;
    const struct kiwi_image_management_distribution_header header = {
        .header_size = layout->other_data.graphics,
        .palette_set_record_size = 32,
        .first_palette_set = 1,
        .first_colour_table = 2,
        .first_image = 3,
        .palette_set_offset = KIWI_NULL};

    append_encoded(buffer, good, kiwi_image_management_distribution_header_encode(&header, ROOM(buffer)));
    buffer_append(buffer, opaque_bytes, layout->other_data.graphics - fixed);
}

static void append_voice(const struct layout *layout, struct buffer *buffer, bool *good)
{
    const size_t fixed = kiwi_type_voice_distribution_header.fixed_size;
    const struct kiwi_voice_distribution_header header = {.header_size = layout->other_data.voice,
                                                          .number_of_languages = LANGUAGES};

    append_encoded(buffer, good, kiwi_voice_distribution_header_encode(&header, ROOM(buffer)));
    buffer_append(buffer, opaque_bytes, layout->other_data.voice - fixed);
}

/** What the header table says of one kind of data; 0 if the disc does not have it. */
static uint64_t told_size(const struct other_data_layout *data, enum kiwi_management_header_kind kind)
{
    switch (kind) {
    case KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS: return data->parameters ? managed_size() : 0;
    case KIWI_MANAGEMENT_HEADER_KIND_INFRASTRUCTURE_DATA: return data->infrastructure;
    case KIWI_MANAGEMENT_HEADER_KIND_GRAPHICS_DATA: return data->graphics;
    case KIWI_MANAGEMENT_HEADER_KIND_VOICE_DATA: return data->voice;
    default: return 0;
    }
}

static bool append_kind(const struct layout *layout, enum kiwi_management_header_kind kind,
                        struct buffer *buffer)
{
    const size_t start = buffer->size;
    bool good = true;

    if (told_size(&layout->other_data, kind) == 0)
        return true;
    if (kind == KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS)
        append_parameters(layout, buffer, &good);
    else if (kind == KIWI_MANAGEMENT_HEADER_KIND_INFRASTRUCTURE_DATA)
        buffer_append(buffer, opaque_bytes, layout->other_data.infrastructure);
    else if (kind == KIWI_MANAGEMENT_HEADER_KIND_GRAPHICS_DATA)
        append_graphics(layout, buffer, &good);
    else
        append_voice(layout, buffer, &good);
    buffer_pad_from(buffer, start, layout->logical_sector_size);
    return good;
}

/** Appends the kinds before one of them. */
static bool append_before(const struct layout *layout, enum kiwi_management_header_kind end,
                          struct buffer *buffer)
{
    bool good = true;

    for (int kind = KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS; kind < (int)end; kind++)
        good = append_kind(layout, (enum kiwi_management_header_kind)kind, buffer) && good;
    return good;
}

bool other_data_append(const struct volume *volume, struct buffer *buffer)
{
    return append_before(volume->layout, KIWI_MANAGEMENT_HEADER_KIND_VOICE_DATA + 1, buffer);
}

bool other_data_place(struct volume *volume, struct failure *failure)
{
    const bool split = volume->layout->map_file_size > 0;
    struct buffer buffer = {0};
    bool good = other_data_append(volume, &buffer);

    volume->other_start = split ? 0 : volume->alldata_size;
    volume->other_size = (buffer.size + SECTOR - 1) / SECTOR * SECTOR;
    buffer_free(&buffer);
    volume->size += volume->other_size;
    if (!split)
        volume->alldata_size += volume->other_size;
    return (good && kiwi_dsa(volume->other_start + volume->other_size, layout_sectors(volume->layout)) !=
                        KIWI_DSA_NULL) ||
           refuse(failure, EXIT_INPUT, "the map is larger than sector addresses can tell");
}

void other_data_set_record(struct kiwi_management_header_record *record, const struct volume *volume,
                           enum kiwi_management_header_kind kind)
{
    const uint64_t unit = volume->layout->logical_sector_size;
    const uint64_t size = told_size(&volume->layout->other_data, kind);
    struct buffer before = {0};

    if (size == 0)
        return;
    append_before(volume->layout, kind, &before);
    record->address = kiwi_dsa(volume->other_start + before.size, layout_sectors(volume->layout));
    record->size = (uint16_t)((size + unit - 1) / unit);
    if (volume->layout->map_file_size)
        memcpy(record->file_name, OTHER_FILE, sizeof OTHER_FILE - 1);
    buffer_free(&before);
}
