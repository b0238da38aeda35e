/* SPDX-License-Identifier: MIT */
/* Parameters (chapter 12): what the entries of their distribution header lead to. */
#include "walk/parameters.h"

#include <stdio.h>

#include "bytes/source.h"

/** Bytes of a file that an entry or its management record has; offset counts from the distribution header.
 */
struct extent {
    uint64_t offset, size;
};

/** Whether an extent lies inside of limit bytes; if not, a finding at the field that has it. */
static bool fits(struct kiwi_map *map, const struct kiwi_other_data *header, const struct extent *extent,
                 uint64_t limit, const struct kiwi_other_data *at)
{
    char text[64];
    if (extent->offset < limit && extent->size <= limit - extent->offset)
        return true;
    snprintf(text, sizeof text, "%llu bytes at %llu", (unsigned long long)extent->size,
             (unsigned long long)extent->offset);
    kiwi_map_report(map, KIWI_WARNING, header->file, at->offset, at->path, "offset",
                    "offset and size that fit if they count words", text);
    return false;
}

/** Reads an entry and finds where its management record lies. */
static enum kiwi_status read_entry(const struct kiwi_other_data *header, uint64_t offset,
                                   struct kiwi_parameter_entry *entry, struct extent *extent,
                                   struct kiwi_error *error)
{
    uint8_t bytes[32];
    size_t received;
    enum kiwi_status status = kiwi_source_read_before(header->file->source, offset, bytes,
                                                      kiwi_type_parameter_entry.fixed_size, &received, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_parameter_entry_decode(entry, bytes, received) || entry->offset == UINT16_MAX ||
        entry->size == UINT16_MAX || entry->size == 0)
        return KIWI_ERROR_NOT_FOUND;
    *extent = (struct extent){2 * (uint64_t)entry->offset, 2 * (uint64_t)entry->size};
    return KIWI_OK;
}

/** Reads a management record and finds where the parameters lie; a maker's own does not say. */
static enum kiwi_status read_management(const struct kiwi_other_data *header, uint32_t parameter_class,
                                        struct extent *extent, struct kiwi_error *error)
{
    struct kiwi_parameter_management_record record;
    uint8_t bytes[32];
    size_t received;
    size_t wanted = extent->size < sizeof bytes ? (size_t)extent->size : sizeof bytes;
    enum kiwi_status status = kiwi_source_read_before(header->file->source, header->offset + extent->offset,
                                                      bytes, wanted, &received, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_enumeration_name(&kiwi_enum_parameter_class, parameter_class) ||
        !kiwi_parameter_management_record_decode(&record, bytes, received, parameter_class) ||
        record.offset == UINT32_MAX || record.size == UINT32_MAX || record.size == 0)
        return KIWI_ERROR_NOT_FOUND;
    *extent = (struct extent){2 * (uint64_t)record.offset, 2 * (uint64_t)record.size};
    return KIWI_OK;
}

/** Where an entry begins, from the distribution header; 0 if there is no such one inside of it. */
static uint64_t entry_place(const struct kiwi_parameters_distribution_header *header, uint32_t index)
{
    const uint64_t size = kiwi_type_parameter_entry.fixed_size;
    uint64_t place = kiwi_type_parameters_distribution_header.fixed_size + index * size;
    bool inside = header->header_size != KIWI_NULL && place <= header->header_size &&
                  size <= header->header_size - place;
    return inside && index < header->number_of_entries ? place : 0;
}

enum kiwi_status kiwi_parameters_find(struct kiwi_map *map, const struct kiwi_other_data *header,
                                      uint32_t index, struct kiwi_other_data *data, struct kiwi_error *error)
{
    struct kiwi_parameters_distribution_header head;
    struct kiwi_parameter_entry entry;
    struct extent extent;
    uint8_t bytes[8];
    size_t received;
    enum kiwi_status status = kiwi_source_read_before(header->file->source, header->offset, bytes,
                                                      kiwi_type_parameters_distribution_header.fixed_size,
                                                      &received, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_parameters_distribution_header_decode(&head, bytes, received) || entry_place(&head, index) == 0)
        return KIWI_END;
    struct kiwi_other_data at = {.offset = header->offset + entry_place(&head, index)};
    snprintf(at.path, sizeof at.path, "parameters.entry[%lu]", (unsigned long)index);
    status = read_entry(header, at.offset, &entry, &extent, error);
    if (status != KIWI_OK)
        return status;
    if (!fits(map, header, &extent, header->length, &at))
        return KIWI_ERROR_NOT_FOUND;
    at.offset = header->offset + extent.offset;
    snprintf(at.path, sizeof at.path, "parameters.management[%lu]", (unsigned long)index);
    status = read_management(header, entry.parameter_class, &extent, error);
    if (status != KIWI_OK)
        return status;
    if (!fits(map, header, &extent, header->file->size - header->offset, &at))
        return KIWI_ERROR_NOT_FOUND;
    *data = (struct kiwi_other_data){
        .file = header->file,
        .offset = header->offset + extent.offset,
        .length = extent.size,
        .name = kiwi_enumeration_name(&kiwi_enum_parameter_class, entry.parameter_class)};
    snprintf(data->path, sizeof data->path, "parameters.data[%lu]", (unsigned long)index);
    return KIWI_OK;
}
