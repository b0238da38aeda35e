/* SPDX-License-Identifier: MIT */
/* What the other records of the management header table lead to. */
#include "walk/other_data.h"

#include <stdio.h>
#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"
#include "map/header_table.h"

/** Bytes of a head by which its layout is judged. */
enum { HEAD = 16 };
/** More are not languages but the beginning of a maker's id. */
enum { MOST_LANGUAGES = 255 };

/** A header that says its own size: at least what it has in any case, at most what the table says. */
static bool has_size(uint64_t size, const struct kiwi_record_type *type, uint64_t length)
{
    return size >= type->fixed_size && size <= length;
}

static const struct kiwi_record_type *parameters_type(const uint8_t *head, uint64_t length)
{
    struct kiwi_parameters_distribution_header header;
    return kiwi_parameters_distribution_header_decode(&header, head, HEAD) &&
                   has_size(header.header_size, &kiwi_type_parameters_distribution_header, length) &&
                   header.number_of_entries <= header.header_size / kiwi_type_parameter_entry.fixed_size
               ? &kiwi_type_parameters_distribution_header
               : NULL;
}

static const struct kiwi_record_type *image_type(const uint8_t *head, uint64_t length)
{
    return has_size(2 * (uint64_t)kiwi_load16(head), &kiwi_type_image_management_distribution_header, length)
               ? &kiwi_type_image_management_distribution_header
               : NULL;
}

static const struct kiwi_record_type *voice_type(const uint8_t *head, uint64_t length, uint64_t sector)
{
    uint64_t size = 2 * (uint64_t)kiwi_load32(head);
    if (kiwi_load16(head + 4) <= MOST_LANGUAGES)
        return has_size(size, &kiwi_type_voice_distribution_header, length)
                   ? &kiwi_type_voice_distribution_header
                   : NULL;
    return has_size(size, &kiwi_type_maker_voice_header, length) && length - size < sector
               ? &kiwi_type_maker_voice_header
               : NULL;
}

/** The record that a head looks like. Makers put other data under the same numbers. */
static const struct kiwi_record_type *type_of(const struct kiwi_map *map, uint32_t number,
                                              const uint8_t *head, uint64_t length)
{
    switch (number) {
    case KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS: return parameters_type(head, length);
    case KIWI_MANAGEMENT_HEADER_KIND_GRAPHICS_DATA: return image_type(head, length);
    case KIWI_MANAGEMENT_HEADER_KIND_VOICE_DATA:
        return voice_type(head, length, map->sectors.logical_sector_size);
    default: return NULL;
    }
}

static bool is_described(uint32_t number)
{
    return number == KIWI_MANAGEMENT_HEADER_KIND_PARAMETERS ||
           number == KIWI_MANAGEMENT_HEADER_KIND_GRAPHICS_DATA ||
           number == KIWI_MANAGEMENT_HEADER_KIND_VOICE_DATA;
}

/** Names what a record leads to, and looks whether it is what the standard has there. */
static enum kiwi_status recognise(struct kiwi_map *map, uint32_t number, struct kiwi_other_data *data,
                                  struct kiwi_error *error)
{
    uint8_t head[HEAD];
    size_t received;
    const char *kind = kiwi_enumeration_name(&kiwi_enum_management_header_kind, number);
    data->type = NULL;
    data->name = kind ? kind : "management_header";
    if (kind)
        snprintf(data->path, sizeof data->path, "%s", kind);
    else
        snprintf(data->path, sizeof data->path, "management_header_table.record[%lu]", (unsigned long)number);
    if (!is_described(number))
        return KIWI_OK;
    memset(head, 0, sizeof head);
    enum kiwi_status status = kiwi_source_read_before(data->file->source, data->offset, head, sizeof head,
                                                      &received, error);
    if (status != KIWI_OK)
        return status;
    data->type = type_of(map, number, head, data->length);
    if (!data->type)
        kiwi_map_report(map, KIWI_WARNING, data->file, data->offset, data->path, "",
                        "a header whose size fits the management header table", "something else");
    else if (data->length > KIWI_WINDOW_LIMIT)
        data->length = KIWI_WINDOW_LIMIT;
    return KIWI_OK;
}

enum kiwi_status kiwi_other_data_find(struct kiwi_map *map, uint32_t number, struct kiwi_other_data *data,
                                      struct kiwi_error *error)
{
    struct kiwi_header_place place;
    enum kiwi_status status = kiwi_header_place_of(map, number, &place, error);
    if (status == KIWI_OK && place.length == 0)
        status = KIWI_ERROR_NOT_FOUND;
    if (status != KIWI_OK)
        return status;
    data->file = place.file;
    data->offset = place.offset;
    data->length = place.length;
    return recognise(map, number, data, error);
}
