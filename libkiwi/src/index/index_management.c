/* SPDX-License-Identifier: MIT */
/* The head of INDEXDAT.KWI. */
#include "index/index_take.h"

#include <string.h>

/** A table of the management frame: pieces for its records. */
static void add_table(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                      enum kiwi_index_step step, uint64_t offset, uint64_t size, uint32_t count,
                      const struct kiwi_record_type *type)
{
    const char *field = step == KIWI_STEP_VOLUME ? "number_of_volume_records" : "number_of_poi_records";
    if (count == 0)
        return;
    if (offset == KIWI_NULL || size == KIWI_NULL || size < type->fixed_size || offset >= file->size ||
        count > (file->size - offset) / size) {
        kiwi_index_report_number(pieces, file, 0, field, "records that lie inside the file", count);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct kiwi_index_piece piece = {.file = file,
                                         .offset = offset + i * size,
                                         .length = size,
                                         .type = type,
                                         .step = step,
                                         .number = i,
                                         .above = KIWI_NO_PIECE};
        uint8_t tag[8];
        if (kiwi_index_read(file, piece.offset, tag, sizeof tag) == sizeof tag)
            memcpy(piece.tag, tag + 4, 4);
        if (kiwi_index_add(pieces, &piece) == KIWI_NO_PIECE)
            return;
    }
}

static void add_field(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                      enum kiwi_index_step step, uint64_t offset, uint64_t size)
{
    const struct kiwi_index_piece piece = {
        .file = file, .offset = offset, .length = size, .step = step, .above = KIWI_NO_PIECE};
    if (offset != KIWI_NULL && size != KIWI_NULL && size > 0 && offset < file->size)
        kiwi_index_add(pieces, &piece);
}

static uint64_t table_end(uint64_t offset, uint64_t size, uint32_t count)
{
    return offset == KIWI_NULL || size == KIWI_NULL ? KIWI_NULL : offset + count * size;
}

void kiwi_index_take_management(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                                const uint8_t *bytes, size_t length)
{
    struct kiwi_data_management_frame_header header;
    const struct kiwi_index_piece head = {.file = file,
                                          .length = kiwi_type_data_management_frame_header.fixed_size,
                                          .type = &kiwi_type_data_management_frame_header,
                                          .above = KIWI_NO_PIECE};
    if (!kiwi_data_management_frame_header_decode(&header, bytes, length)) {
        kiwi_index_report_number(pieces, file, 0, "", "a data management frame header of 92 bytes", length);
        return;
    }
    kiwi_index_add(pieces, &head);
    add_table(pieces, file, KIWI_STEP_VOLUME, header.volume_record_offset, header.volume_record_size,
              header.number_of_volume_records, &kiwi_type_volume_management_record);
    add_table(pieces, file, KIWI_STEP_POI, header.poi_record_offset, header.poi_record_size,
              header.number_of_poi_records, &kiwi_type_poi_information_management_record);
    add_field(pieces, file, KIWI_STEP_USER, header.user_field_offset, header.user_field_size);
    add_field(pieces, file, KIWI_STEP_EXPANSION, header.expansion_field_offset, header.expansion_field_size);
    uint64_t end = table_end(header.volume_record_offset, header.volume_record_size,
                             header.number_of_volume_records);
    if (header.number_of_volume_records > 0 && header.number_of_poi_records > 0 &&
        end != header.poi_record_offset)
        kiwi_report(&pieces->reporter, KIWI_WARNING, file->path, 88, "poi_record_offset",
                    "the end of the volume management records", "another place");
}
