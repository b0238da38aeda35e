/* SPDX-License-Identifier: MIT */
/* The head of the index, which is INDEXDAT.KWI on most discs. */
#include "index/index_take.h"

#include <string.h>

/** A table of the management frame: pieces for its records. Offsets count from the frame. */
static void add_table(struct kiwi_index_pieces *pieces, struct kiwi_index_piece head, uint64_t offset,
                      uint64_t size, uint32_t count)
{
    const char *field = head.step == KIWI_STEP_VOLUME ? "number_of_volume_records" : "number_of_poi_records";
    uint64_t room = head.file->size - head.offset;
    if (count == 0)
        return;
    if (offset == KIWI_NULL || size == KIWI_NULL || size < head.type->fixed_size || offset >= room ||
        count > (room - offset) / size) {
        kiwi_index_report_number(pieces, head.file, head.offset, field, "records that lie inside the file",
                                 count);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct kiwi_index_piece piece = head;
        uint8_t tag[8];
        piece.offset = head.offset + offset + i * size;
        piece.length = size;
        piece.number = i;
        if (kiwi_index_read(piece.file, piece.offset, tag, sizeof tag) == sizeof tag)
            memcpy(piece.tag, tag + 4, 4);
        if (kiwi_index_add(pieces, &piece) == KIWI_NO_PIECE)
            return;
    }
}

static void add_field(struct kiwi_index_pieces *pieces, struct kiwi_index_piece piece, uint64_t offset,
                      uint64_t size)
{
    if (offset == KIWI_NULL || size == KIWI_NULL || size == 0 || offset >= piece.file->size - piece.offset)
        return;
    piece.offset += offset;
    piece.length = size;
    kiwi_index_add(pieces, &piece);
}

static uint64_t table_end(uint64_t offset, uint64_t size, uint32_t count)
{
    return offset == KIWI_NULL || size == KIWI_NULL ? KIWI_NULL : offset + count * size;
}

void kiwi_index_take_management(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                                const uint8_t *bytes, size_t length, bool stray)
{
    struct kiwi_data_management_frame_header header;
    struct kiwi_index_piece piece = {.file = place->file,
                                     .offset = place->offset,
                                     .length = kiwi_type_data_management_frame_header.fixed_size,
                                     .type = &kiwi_type_data_management_frame_header,
                                     .step = KIWI_STEP_MANAGEMENT,
                                     .above = KIWI_NO_PIECE,
                                     .stray = stray};
    if (!kiwi_data_management_frame_header_decode(&header, bytes, length)) {
        kiwi_index_report_number(pieces, place->file, place->offset, "",
                                 "a data management frame header of 92 bytes", length);
        return;
    }
    kiwi_index_add(pieces, &piece);
    piece.step = KIWI_STEP_VOLUME;
    piece.type = &kiwi_type_volume_management_record;
    add_table(pieces, piece, header.volume_record_offset, header.volume_record_size,
              header.number_of_volume_records);
    piece.step = KIWI_STEP_POI;
    piece.type = &kiwi_type_poi_information_management_record;
    add_table(pieces, piece, header.poi_record_offset, header.poi_record_size, header.number_of_poi_records);
    piece.type = NULL;
    piece.step = KIWI_STEP_USER;
    add_field(pieces, piece, header.user_field_offset, header.user_field_size);
    piece.step = KIWI_STEP_EXPANSION;
    add_field(pieces, piece, header.expansion_field_offset, header.expansion_field_size);
    uint64_t end = table_end(header.volume_record_offset, header.volume_record_size,
                             header.number_of_volume_records);
    if (header.number_of_volume_records > 0 && header.number_of_poi_records > 0 &&
        end != header.poi_record_offset)
        kiwi_report(&pieces->reporter, KIWI_WARNING, place->file->path, place->offset + 88,
                    "poi_record_offset", "the end of the volume management records", "another place");
}
