/* SPDX-License-Identifier: MIT */
/* Search frames of an index, and what their records lead to. */
#include "index/index_take.h"

#include <string.h>

#include "bytes/codec.h"

static uint32_t add_definition(struct kiwi_index_pieces *pieces, const struct kiwi_index_piece *record,
                               uint32_t above, uint64_t address, enum kiwi_index_step step)
{
    struct kiwi_index_place place;
    struct kiwi_definition_frame frame;
    uint8_t bytes[16];
    if (!kiwi_index_resolve(pieces, record->file, record->offset, record->length, address, &place))
        return KIWI_NO_PIECE;
    uint32_t known = kiwi_index_piece_at(pieces, step, &place);
    if (known != KIWI_NO_PIECE)
        return known;
    size_t length = kiwi_index_read(place.file, place.offset, bytes, sizeof bytes);
    if (!kiwi_definition_frame_decode(&frame, bytes, length) || memcmp(frame.declaration, "DCTF", 4) != 0) {
        kiwi_index_report(pieces, record->file, record->offset, "definition_address",
                          "the address of a definition (DCTF)", "other bytes there");
        return KIWI_NO_PIECE;
    }
    const struct kiwi_index_piece piece = {.file = place.file,
                                           .offset = place.offset,
                                           .length = 16 + (uint64_t)frame.number_of_fields * 16,
                                           .type = &kiwi_type_definition_frame,
                                           .step = step,
                                           .above = above};
    return kiwi_index_add(pieces, &piece);
}

/** Data at an address; they are decoded later, by their definition. Returns their piece, if there is one. */
static uint32_t add_data(struct kiwi_index_pieces *pieces, uint32_t above, uint64_t address, uint64_t size,
                         struct kiwi_index_piece data)
{
    struct kiwi_index_piece record = pieces->pieces[above];
    struct kiwi_index_place place;
    if (address == KIWI_NULL || address == 0 || size == 0 || size == KIWI_NULL)
        return KIWI_NO_PIECE;
    if (!kiwi_index_resolve(pieces, record.file, record.offset, record.length, address, &place)) {
        kiwi_index_report_number(pieces, record.file, record.offset,
                                 data.step == KIWI_STEP_CATEGORY ? "category_address" : "matching_address",
                                 "the address of an entry that names a place on the disc", address);
        return KIWI_NO_PIECE;
    }
    uint32_t known = kiwi_index_piece_at(pieces, data.step, &place);
    if (known != KIWI_NO_PIECE)
        return known;
    if (size > place.file->size - place.offset)
        kiwi_index_report_number(pieces, record.file, record.offset,
                                 data.step == KIWI_STEP_CATEGORY ? "category_size" : "matching_size",
                                 "a size that ends inside the file", size);
    data.file = place.file;
    data.offset = place.offset;
    data.length = kiwi_index_clip(place.file, place.offset, size);
    data.above = above;
    return kiwi_index_add(pieces, &data);
}

static uint32_t narrow(uint64_t size)
{
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

void kiwi_index_take_search_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                   size_t length)
{
    struct kiwi_detailed_search_information_record record;
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_index_place place;
    if (!kiwi_detailed_search_information_record_decode(&record, bytes, length))
        return;
    memcpy(pieces->pieces[at].tag, record.search_type, 4);
    struct kiwi_index_piece category = {.step = KIWI_STEP_CATEGORY,
                                        .count = record.number_of_options,
                                        .parent_size = narrow(record.category_parent_size),
                                        .option_size = narrow(record.category_option_size)};
    struct kiwi_index_piece matching = {.step = KIWI_STEP_MATCHING,
                                        .count = record.number_of_matching_records,
                                        .record_size = narrow(record.maximum_matching_record_size)};
    category.definition = add_definition(pieces, &piece, at, record.category_definition_address,
                                         KIWI_STEP_CATEGORY_DEFINITION);
    matching.definition = add_definition(pieces, &piece, at, record.matching_definition_address,
                                         KIWI_STEP_MATCHING_DEFINITION);
    add_data(pieces, at, record.category_address, record.category_size, category);
    uint32_t data = add_data(pieces, at, record.matching_address, record.matching_size, matching);
    pieces->pieces[at].matching = data;
    if (record.next_level_size == 0 || record.next_level_address == KIWI_NULL ||
        record.next_level_address == 0)
        return;
    if (kiwi_index_resolve(pieces, piece.file, piece.offset, piece.length, record.next_level_address,
                           &place)) {
        uint32_t frame = kiwi_index_take_frame(pieces, &place, at, 0);
        pieces->pieces[at].below = frame;
    } else {
        kiwi_index_report_number(pieces, piece.file, piece.offset, "next_level_address",
                                 "the address of an entry that names a place on the disc",
                                 record.next_level_address);
    }
}

void kiwi_index_take_poi_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
                                size_t length)
{
    struct kiwi_poi_information_record record;
    struct kiwi_index_piece piece = pieces->pieces[at];
    if (!kiwi_poi_information_record_decode(&record, bytes, length))
        return;
    memcpy(pieces->pieces[at].tag, record.data_declaration, 4);
    struct kiwi_index_piece data = {.step = KIWI_STEP_MATCHING,
                                    .count = record.number_of_records,
                                    .record_size = narrow(record.maximum_record_size)};
    data.definition = add_definition(pieces, &piece, at, record.definition_address,
                                     KIWI_STEP_MATCHING_DEFINITION);
    uint32_t matching = add_data(pieces, at, record.data_address, record.data_size, data);
    pieces->pieces[at].matching = matching;
}

/* Frames */

/** The frame above another one, or KIWI_NO_PIECE. */
static uint32_t frame_above(const struct kiwi_index_pieces *pieces, uint32_t frame)
{
    uint32_t record = pieces->pieces[frame].above;
    return record == KIWI_NO_PIECE ? KIWI_NO_PIECE : pieces->pieces[record].above;
}

unsigned kiwi_index_depth(const struct kiwi_index_pieces *pieces, uint32_t frame)
{
    unsigned depth = 0;
    while ((frame = frame_above(pieces, frame)) != KIWI_NO_PIECE)
        depth++;
    return depth;
}

/** A frame and those above it have so many levels below them at least. */
static void raise(struct kiwi_index_pieces *pieces, uint32_t frame, uint32_t height)
{
    for (; frame != KIWI_NO_PIECE && pieces->pieces[frame].height < height; height++) {
        pieces->pieces[frame].height = height;
        frame = frame_above(pieces, frame);
    }
}

uint32_t kiwi_index_root(const struct kiwi_index_pieces *pieces, uint32_t frame)
{
    uint32_t above;
    while ((above = frame_above(pieces, frame)) != KIWI_NO_PIECE)
        frame = above;
    return frame;
}

void kiwi_index_join_frames(struct kiwi_index_pieces *pieces)
{
    for (uint32_t i = 0; i < pieces->count; i++) {
        const struct kiwi_index_piece *record = &pieces->pieces[i];
        if (record->step != KIWI_STEP_RECORD || record->below == KIWI_NO_PIECE)
            continue;
        struct kiwi_index_piece *frame = &pieces->pieces[record->below];
        unsigned depth = kiwi_index_depth(pieces, record->above) + 1;
        if (frame->above != KIWI_NO_PIECE || frame->led ||
            kiwi_index_root(pieces, record->above) == record->below ||
            depth + frame->height >= KIWI_INDEX_DEPTH)
            continue;
        frame->above = i;
        raise(pieces, record->above, frame->height + 1);
    }
}

/** Four capitals or digits. */
static bool is_declaration(const char *tag)
{
    for (int i = 0; i < 4; i++)
        if ((tag[i] < 'A' || tag[i] > 'Z') && (i == 0 || tag[i] < '0' || tag[i] > '9'))
            return false;
    return true;
}

static bool read_header(const struct kiwi_index_place *place, struct kiwi_search_file_header *header)
{
    uint8_t bytes[16];
    size_t length = kiwi_index_read(place->file, place->offset, bytes, sizeof bytes);
    return kiwi_search_file_header_decode(header, bytes, length) && is_declaration(header->data_declaration);
}

static const struct kiwi_record_type *record_type(const struct kiwi_search_file_header *header)
{
    return memcmp(header->data_declaration, "PINR", 4) == 0 ? &kiwi_type_poi_information_record
                                                            : &kiwi_type_detailed_search_information_record;
}

static bool records_fit(const struct kiwi_search_file_header *header, const struct kiwi_index_place *place)
{
    uint64_t room = place->file->size - place->offset;
    return header->record_size != KIWI_NULL && header->record_size >= record_type(header)->fixed_size &&
           header->record_offset != KIWI_NULL && header->record_offset < room &&
           header->number_of_records <= (room - header->record_offset) / header->record_size;
}

bool kiwi_index_is_frame(const struct kiwi_index_place *place)
{
    struct kiwi_search_file_header header;
    return read_header(place, &header);
}

bool kiwi_index_declares_frame(const struct kiwi_index_place *place)
{
    struct kiwi_search_file_header header;
    return read_header(place, &header) &&
           kiwi_enumeration_name(&kiwi_enum_search_declaration,
                                 kiwi_load32((const uint8_t *)header.data_declaration));
}

bool kiwi_index_records_fit(const struct kiwi_index_place *place)
{
    struct kiwi_search_file_header header;
    return read_header(place, &header) && header.number_of_records > 0 && records_fit(&header, place);
}

/** The records of a frame. */
static void take_records(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                         const struct kiwi_search_file_header *header, uint32_t frame)
{
    const struct kiwi_record_type *type = record_type(header);
    if (header->number_of_records == 0)
        return;
    if (header->record_size == KIWI_NULL || header->record_size < type->fixed_size) {
        kiwi_index_report_number(pieces, place->file, place->offset, "record_size",
                                 "records that hold their fields",
                                 header->record_size == KIWI_NULL ? UINT32_MAX : header->record_size);
        return;
    }
    if (!records_fit(header, place)) {
        kiwi_index_report_number(pieces, place->file, place->offset, "number_of_records",
                                 "records that lie inside the file", header->number_of_records);
        return;
    }
    for (uint32_t i = 0; i < header->number_of_records; i++) {
        const struct kiwi_index_piece piece = {.file = place->file,
                                               .offset = place->offset + header->record_offset +
                                                         i * header->record_size,
                                               .length = header->record_size,
                                               .type = type,
                                               .step = KIWI_STEP_RECORD,
                                               .number = i,
                                               .above = frame,
                                               .below = KIWI_NO_PIECE,
                                               .matching = KIWI_NO_PIECE};
        if (kiwi_index_add(pieces, &piece) == KIWI_NO_PIECE)
            return;
    }
}

uint32_t kiwi_index_take_frame(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                               uint32_t above, uint32_t number)
{
    struct kiwi_search_file_header header;
    uint32_t frame = kiwi_index_piece_at(pieces, KIWI_STEP_FRAME, place);
    if (frame != KIWI_NO_PIECE)
        return frame;
    bool good = read_header(place, &header);
    if (!good && above == KIWI_NO_PIECE)
        return KIWI_NO_PIECE; /* another kind of file */
    uint32_t parent = above == KIWI_NO_PIECE ? KIWI_NO_PIECE : pieces->pieces[above].above;
    if (!good || (parent != KIWI_NO_PIECE && kiwi_index_depth(pieces, parent) + 1 >= KIWI_INDEX_DEPTH)) {
        kiwi_index_report(pieces, place->file, place->offset, "",
                          good ? "at most 16 search frames inside of each other" : "a search frame",
                          good ? "more" : "other bytes");
        return KIWI_NO_PIECE;
    }
    struct kiwi_index_piece piece = {.file = place->file,
                                     .offset = place->offset,
                                     .length = kiwi_type_search_file_header.fixed_size,
                                     .type = &kiwi_type_search_file_header,
                                     .step = KIWI_STEP_FRAME,
                                     .number = number,
                                     .above = above};
    memcpy(piece.tag, header.data_declaration, 4);
    frame = kiwi_index_add(pieces, &piece);
    if (frame == KIWI_NO_PIECE)
        return frame;
    raise(pieces, parent, 1);
    take_records(pieces, place, &header, frame);
    return frame;
}
