/* SPDX-License-Identifier: MIT */
/* Search frames (11.2.2): the header, detailed records and the entries that their addresses lead to. */
#include "search_file.h"

#include <assert.h>
#include <string.h>

#include "encoding.h"

void search_header_append(struct buffer *buffer, const char *declaration, uint32_t count)
{
    struct kiwi_search_file_header header = {
        .number_of_records = count, .record_size = DETAILED_SIZE, .record_offset = SEARCH_HEADER_SIZE};
    bool good = true;

    put_tag(header.data_declaration, declaration);
    append_encoded(buffer, &good, kiwi_search_file_header_encode(&header, ROOM(buffer)));
    assert(good);
}

void address_entry_append(struct buffer *buffer, uint64_t offset, const char *file)
{
    const size_t length = strlen(file);
    struct kiwi_additional_address_entry entry = {.offset = offset,
                                                  .name_length = length,
                                                  .file_name = (const uint8_t *)file,
                                                  .file_name_length = (uint32_t)length};
    bool good = true;

    append_encoded(buffer, &good, kiwi_additional_address_entry_encode(&entry, ROOM(buffer)));
    assert(good);
}

void detailed_start(struct detailed *detailed, const char *type, const char *file)
{
    *detailed = (struct detailed){.record = {.expansion_offset = KIWI_NULL,
                                             .category_definition_address = KIWI_NULL,
                                             .category_address = KIWI_NULL,
                                             .matching_definition_address = KIWI_NULL,
                                             .matching_address = KIWI_NULL,
                                             .next_level_address = KIWI_NULL},
                                  .file = file};
    put_tag(detailed->record.search_type, type);
    put_tag(detailed->record.keyboard, "NORM");
}

uint64_t detailed_address(struct detailed *detailed, uint64_t offset)
{
    uint64_t address = DETAILED_HEAD_SIZE + detailed->entries.size;

    address_entry_append(&detailed->entries, offset, detailed->file);
    return address;
}

uint64_t detailed_set_matching(struct detailed *detailed, const struct index_records *records,
                               uint64_t offset)
{
    struct kiwi_detailed_search_information_record *record = &detailed->record;

    record->matching_definition_size = records->head.size;
    record->matching_definition_address = detailed_address(detailed, offset);
    record->matching_size = records->bytes.size;
    record->matching_address = detailed_address(detailed, offset + records->head.size);
    record->maximum_matching_record_size = records->longest;
    record->number_of_matching_records = (uint32_t)records->count;
    return offset + records->head.size + records->bytes.size;
}

void detailed_set_menu(struct detailed *detailed, const struct index_records *menu, size_t top_size,
                       uint32_t options, uint64_t offset)
{
    struct kiwi_detailed_search_information_record *record = &detailed->record;

    record->category_definition_size = menu->head.size;
    record->category_definition_address = detailed_address(detailed, offset);
    record->category_parent_size = top_size;
    record->category_option_size = options ? (menu->bytes.size - top_size) / options : 0;
    record->category_size = record->first_category_size = menu->bytes.size;
    record->category_address = detailed_address(detailed, offset + menu->head.size);
    record->number_of_options = options;
}

void detailed_append(struct buffer *buffer, struct detailed *detailed)
{
    bool good = true;
    size_t start = buffer->size;

    append_encoded(buffer, &good,
                   kiwi_detailed_search_information_record_encode(&detailed->record, ROOM(buffer)));
    assert(good);
    buffer_append(buffer, detailed->entries.bytes, detailed->entries.size);
    buffer_pad_from(buffer, start, DETAILED_SIZE);
    buffer_free(&detailed->entries);
}

void search_data_append(struct buffer *buffer, const struct index_records *records)
{
    buffer_append(buffer, records->head.bytes, records->head.size);
    buffer_append(buffer, records->bytes.bytes, records->bytes.size);
}

uint64_t search_frame_size(const struct search_part *parts, size_t count)
{
    uint64_t size = SEARCH_HEADER_SIZE;
    for (size_t i = 0; i < count; i++)
        size += DETAILED_SIZE + parts[i].records->head.size + parts[i].records->bytes.size;
    return size;
}

void search_frame_append(struct buffer *buffer, const char *file, const struct search_part *parts,
                         size_t count)
{
    uint64_t data = buffer->size + SEARCH_HEADER_SIZE + count * DETAILED_SIZE;
    search_header_append(buffer, "DFSR", (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        struct detailed detailed;
        detailed_start(&detailed, parts[i].type, file);
        data = detailed_set_matching(&detailed, parts[i].records, data);
        if (parts[i].below) {
            detailed.record.next_level_size = parts[i].below_size;
            detailed.record.next_level_address = detailed_address(&detailed, parts[i].below);
        }
        detailed_append(buffer, &detailed);
    }
    for (size_t i = 0; i < count; i++)
        search_data_append(buffer, parts[i].records);
}
