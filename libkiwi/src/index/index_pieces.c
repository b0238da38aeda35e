/* SPDX-License-Identifier: MIT */
#include "index/index_pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "disc/disc.h"
#include "bytes/source.h"
#include "bytes/utf8.h"

/* Longest name of an additional address entry that is followed; 16 on the disc known best. */
enum { NAME_LIMIT = 256 };
#define SLOTS (2 * KIWI_INDEX_PIECE_LIMIT)

/* Reading heads */

static size_t read_bytes(const struct kiwi_file *file, uint64_t offset, void *bytes, size_t length)
{
    size_t received = 0;
    if (!file->source || offset >= file->size ||
        kiwi_source_read(file->source, offset, bytes, length, &received, NULL) != KIWI_OK)
        return 0;
    return received;
}

static void report(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t offset,
                   const char *field, const char *expected, const char *found)
{
    kiwi_report(&pieces->reporter, KIWI_ERROR, file->path, offset, field, expected, found);
}

static void report_number(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                          uint64_t offset, const char *field, const char *expected, uint64_t found)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    report(pieces, file, offset, field, expected, text);
}

/**
 * The file that a name with its folder means. A file that was opened alone has no folder: then it is its own
 * name that counts, and what lies beside it.
 */
const struct kiwi_file *kiwi_index_find_file(const struct kiwi_index_pieces *pieces, const char *text,
                                             const struct kiwi_file *from)
{
    char name[NAME_LIMIT + 1];
    size_t length = strnlen(text, NAME_LIMIT);
    memcpy(name, text, length);
    name[length] = '\0';
    for (char *c = name; *c; c++)
        *c = *c == '\\' ? '/' : *c;
    const struct kiwi_file *file = kiwi_disc_find(pieces->disc, name, from);
    if (file)
        return file;
    if (kiwi_compare_case(kiwi_base_name(name), kiwi_base_name(from->path)) == 0)
        return from;
    return kiwi_disc_find(pieces->disc, kiwi_base_name(name), from);
}

bool kiwi_index_resolve(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t record,
                        uint64_t record_size, uint64_t address, struct kiwi_index_place *place)
{
    uint8_t bytes[6 + NAME_LIMIT];
    char name[NAME_LIMIT + 1];
    struct kiwi_additional_address_entry entry;
    if (address == KIWI_NULL || address == 0 || address >= record_size)
        return false;
    size_t length = (size_t)(record_size - address < sizeof bytes ? record_size - address : sizeof bytes);
    length = read_bytes(file, record + address, bytes, length);
    if (!kiwi_additional_address_entry_decode(&entry, bytes, length) || entry.offset == KIWI_NULL)
        return false;
    if (entry.file_name_length > 0)
        memcpy(name, entry.file_name, entry.file_name_length);
    name[entry.file_name_length] = '\0';
    place->offset = entry.offset;
    place->file = name[0] ? kiwi_index_find_file(pieces, name, file) : file;
    return place->file && place->file->source && place->offset < place->file->size;
}

/* Pieces */

static uint64_t clip(const struct kiwi_file *file, uint64_t offset, uint64_t length)
{
    return length < file->size - offset ? length : file->size - offset;
}

/** Where a piece is remembered by its place, or would be. */
static size_t find_slot(const struct kiwi_index_pieces *pieces, enum kiwi_index_step step,
                        const struct kiwi_index_place *place)
{
    uint64_t hash = ((uint64_t)(uintptr_t)place->file ^ place->offset << 8 ^ (uint64_t)step) *
                    UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)(hash >> 40) % SLOTS;
    for (;; slot = (slot + 1) % SLOTS) {
        if (pieces->slots[slot] == KIWI_NO_PIECE)
            return slot;
        const struct kiwi_index_piece *piece = &pieces->pieces[pieces->slots[slot]];
        if (piece->step == step && piece->offset == place->offset && piece->file == place->file)
            return slot;
    }
}

static uint32_t add(struct kiwi_index_pieces *pieces, const struct kiwi_index_piece *piece)
{
    if (pieces->count == KIWI_INDEX_PIECE_LIMIT || pieces->full) {
        if (!pieces->full)
            report_number(pieces, piece->file, piece->offset, "", "an index of fewer parts",
                          KIWI_INDEX_PIECE_LIMIT);
        pieces->full = true;
        return KIWI_NO_PIECE;
    }
    if (pieces->count == pieces->capacity) {
        size_t capacity = pieces->capacity ? pieces->capacity * 2 : 64;
        void *grown = realloc(pieces->pieces, capacity * sizeof *pieces->pieces);
        if (!grown) {
            pieces->full = true;
            return KIWI_NO_PIECE;
        }
        pieces->pieces = grown;
        pieces->capacity = capacity;
    }
    pieces->pieces[pieces->count] = *piece;
    pieces->pieces[pieces->count].length = clip(piece->file, piece->offset, piece->length);
    size_t slot = find_slot(pieces, piece->step, &(struct kiwi_index_place){piece->file, piece->offset});
    if (pieces->slots[slot] == KIWI_NO_PIECE)
        pieces->slots[slot] = (uint32_t)pieces->count;
    return (uint32_t)pieces->count++;
}

/** A piece of the same step that begins at a place, or KIWI_NO_PIECE: targets may be shared. */
static uint32_t find_piece(const struct kiwi_index_pieces *pieces, enum kiwi_index_step step,
                           const struct kiwi_index_place *place)
{
    return pieces->slots[find_slot(pieces, step, place)];
}

static uint32_t add_definition(struct kiwi_index_pieces *pieces, const struct kiwi_index_piece *record,
                               uint32_t above, uint64_t address, enum kiwi_index_step step)
{
    struct kiwi_index_place place;
    struct kiwi_definition_frame frame;
    uint8_t bytes[16];
    if (!kiwi_index_resolve(pieces, record->file, record->offset, record->length, address, &place))
        return KIWI_NO_PIECE;
    uint32_t known = find_piece(pieces, step, &place);
    if (known != KIWI_NO_PIECE)
        return known;
    size_t length = read_bytes(place.file, place.offset, bytes, sizeof bytes);
    if (!kiwi_definition_frame_decode(&frame, bytes, length) || memcmp(frame.declaration, "DCTF", 4) != 0) {
        report(pieces, record->file, record->offset, "definition_address",
               "the address of a definition (DCTF)", "other bytes there");
        return KIWI_NO_PIECE;
    }
    const struct kiwi_index_piece piece = {.file = place.file,
                                           .offset = place.offset,
                                           .length = 16 + (uint64_t)frame.number_of_fields * 16,
                                           .type = &kiwi_type_definition_frame,
                                           .step = step,
                                           .above = above};
    return add(pieces, &piece);
}

/** Data at an address; they are decoded later, by their definition. */
static void add_data(struct kiwi_index_pieces *pieces, uint32_t above, uint64_t address, uint64_t size,
                     struct kiwi_index_piece data)
{
    struct kiwi_index_piece record = pieces->pieces[above];
    struct kiwi_index_place place;
    if (address == KIWI_NULL || address == 0 || size == 0 || size == KIWI_NULL)
        return;
    if (!kiwi_index_resolve(pieces, record.file, record.offset, record.length, address, &place)) {
        report_number(pieces, record.file, record.offset,
                      data.step == KIWI_STEP_CATEGORY ? "category_address" : "matching_address",
                      "the address of an entry that names a place on the disc", address);
        return;
    }
    if (find_piece(pieces, data.step, &place) != KIWI_NO_PIECE)
        return;
    if (size > place.file->size - place.offset)
        report_number(pieces, record.file, record.offset,
                      data.step == KIWI_STEP_CATEGORY ? "category_size" : "matching_size",
                      "a size that ends inside the file", size);
    data.file = place.file;
    data.offset = place.offset;
    data.length = clip(place.file, place.offset, size);
    data.above = above;
    add(pieces, &data);
}

static uint32_t narrow(uint64_t size)
{
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static void begin_frame(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                        uint32_t above, uint32_t number);

/** A detailed search information record: its definitions, its data and the frame below. */
static void take_search_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
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
    add_data(pieces, at, record.matching_address, record.matching_size, matching);
    if (record.next_level_size == 0 || record.next_level_address == KIWI_NULL ||
        record.next_level_address == 0)
        return;
    if (kiwi_index_resolve(pieces, piece.file, piece.offset, piece.length, record.next_level_address, &place))
        begin_frame(pieces, &place, at, 0);
    else
        report_number(pieces, piece.file, piece.offset, "next_level_address",
                      "the address of an entry that names a place on the disc", record.next_level_address);
}

static void take_poi_record(struct kiwi_index_pieces *pieces, uint32_t at, const uint8_t *bytes,
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
    add_data(pieces, at, record.data_address, record.data_size, data);
}

/** Four capitals or digits. */
static bool is_declaration(const char *tag)
{
    for (int i = 0; i < 4; i++)
        if ((tag[i] < 'A' || tag[i] > 'Z') && (i == 0 || tag[i] < '0' || tag[i] > '9'))
            return false;
    return true;
}

/** A search frame, if one begins there: its header and the records behind it; their targets come later. */
static void begin_frame(struct kiwi_index_pieces *pieces, const struct kiwi_index_place *place,
                        uint32_t above, uint32_t number)
{
    struct kiwi_search_file_header header;
    uint8_t bytes[16];
    size_t length = read_bytes(place->file, place->offset, bytes, sizeof bytes);
    uint32_t depth = above == KIWI_NO_PIECE ? 0 : pieces->pieces[pieces->pieces[above].above].depth + 1;
    if (find_piece(pieces, KIWI_STEP_FRAME, place) != KIWI_NO_PIECE)
        return;
    bool good = kiwi_search_file_header_decode(&header, bytes, length) &&
                is_declaration(header.data_declaration);
    if (!good && above == KIWI_NO_PIECE)
        return; /* another kind of file */
    if (!good || depth >= KIWI_INDEX_DEPTH) {
        report(pieces, place->file, place->offset, "",
               good ? "at most 16 search frames inside of each other" : "a search frame",
               good ? "more" : "other bytes");
        return;
    }
    bool poi = memcmp(header.data_declaration, "PINR", 4) == 0;
    const struct kiwi_record_type *type = poi ? &kiwi_type_poi_information_record
                                              : &kiwi_type_detailed_search_information_record;
    struct kiwi_index_piece piece = {.file = place->file,
                                     .offset = place->offset,
                                     .length = kiwi_type_search_file_header.fixed_size,
                                     .type = &kiwi_type_search_file_header,
                                     .step = KIWI_STEP_FRAME,
                                     .number = number,
                                     .above = above,
                                     .depth = depth};
    memcpy(piece.tag, header.data_declaration, 4);
    uint32_t frame = add(pieces, &piece);
    if (frame == KIWI_NO_PIECE || header.number_of_records == 0)
        return;
    if (header.record_size == KIWI_NULL || header.record_size < type->fixed_size) {
        report_number(pieces, place->file, place->offset, "record_size", "records that hold their fields",
                      header.record_size == KIWI_NULL ? UINT32_MAX : header.record_size);
        return;
    }
    if (header.record_offset == KIWI_NULL || header.record_offset >= place->file->size - place->offset ||
        header.number_of_records >
            (place->file->size - place->offset - header.record_offset) / header.record_size) {
        report_number(pieces, place->file, place->offset, "number_of_records",
                      "records that lie inside the file", header.number_of_records);
        return;
    }
    for (uint32_t i = 0; i < header.number_of_records; i++) {
        piece = (struct kiwi_index_piece){.file = place->file,
                                          .offset = place->offset + header.record_offset +
                                                    i * header.record_size,
                                          .length = header.record_size,
                                          .type = type,
                                          .step = KIWI_STEP_RECORD,
                                          .number = i,
                                          .above = frame};
        if (add(pieces, &piece) == KIWI_NO_PIECE)
            return;
    }
}

/* INDEXDAT.KWI */

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
        report_number(pieces, file, 0, field, "records that lie inside the file", count);
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
        if (read_bytes(file, piece.offset, tag, sizeof tag) == sizeof tag)
            memcpy(piece.tag, tag + 4, 4);
        if (add(pieces, &piece) == KIWI_NO_PIECE)
            return;
    }
}

static void add_field(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                      enum kiwi_index_step step, uint64_t offset, uint64_t size)
{
    const struct kiwi_index_piece piece = {
        .file = file, .offset = offset, .length = size, .step = step, .above = KIWI_NO_PIECE};
    if (offset != KIWI_NULL && size != KIWI_NULL && size > 0 && offset < file->size)
        add(pieces, &piece);
}

static uint64_t table_end(uint64_t offset, uint64_t size, uint32_t count)
{
    return offset == KIWI_NULL || size == KIWI_NULL ? KIWI_NULL : offset + count * size;
}

static void take_management(struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                            const uint8_t *bytes, size_t length)
{
    struct kiwi_data_management_frame_header header;
    const struct kiwi_index_piece head = {.file = file,
                                          .length = kiwi_type_data_management_frame_header.fixed_size,
                                          .type = &kiwi_type_data_management_frame_header,
                                          .above = KIWI_NO_PIECE};
    if (!kiwi_data_management_frame_header_decode(&header, bytes, length)) {
        report_number(pieces, file, 0, "", "a data management frame header of 92 bytes", length);
        return;
    }
    add(pieces, &head);
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

static bool known_file(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file)
{
    for (size_t i = 0; i < pieces->file_count; i++)
        if (pieces->files[i] == file)
            return true;
    return false;
}

/** What a file begins with. */
static bool begin_file(struct kiwi_index_pieces *pieces, const struct kiwi_file *file)
{
    uint8_t bytes[92];
    if (!file->source || known_file(pieces, file))
        return true;
    if (pieces->file_count == pieces->file_capacity) {
        size_t capacity = pieces->file_capacity ? pieces->file_capacity * 2 : 16;
        void *grown = realloc(pieces->files, capacity * sizeof *pieces->files);
        if (!grown)
            return false;
        pieces->files = grown;
        pieces->file_capacity = capacity;
    }
    uint32_t number = (uint32_t)pieces->file_count;
    pieces->files[pieces->file_count++] = file;
    size_t length = read_bytes(file, 0, bytes, sizeof bytes);
    if (length >= 4 && memcmp(bytes, "DCTR", 4) == 0)
        take_management(pieces, file, bytes, length);
    else
        begin_frame(pieces, &(struct kiwi_index_place){file, 0}, KIWI_NO_PIECE, number);
    return true;
}

/* Zones and volumes lead to other files. */

static bool follow_volume(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_volume_management_record record;
    struct kiwi_index_place place;
    uint8_t bytes[48];
    size_t length = read_bytes(piece.file, piece.offset, bytes, sizeof bytes);
    if (!kiwi_volume_management_record_decode(&record, bytes, length) ||
        !kiwi_index_resolve(pieces, piece.file, piece.offset, piece.length, record.address, &place))
        return true;
    return begin_file(pieces, place.file);
}

static bool follow_zones(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    struct kiwi_definition definition;
    unsigned split;
    int name;
    if (!kiwi_index_definition(pieces, piece.definition, &definition, NULL) ||
        (name = kiwi_definition_find(&definition, "NXFM")) < 0 ||
        !kiwi_index_split(&definition, piece.parent_size, piece.option_size, &split))
        return true;
    uint64_t room = piece.length < piece.parent_size ? 0
                                                     : (piece.length - piece.parent_size) / piece.option_size;
    for (uint32_t i = 0; i < piece.count && i < room && i < 256; i++) {
        uint8_t bytes[256];
        char text[128] = "";
        struct kiwi_data_record record;
        size_t length = read_bytes(piece.file,
                                   piece.offset + piece.parent_size + (uint64_t)i * piece.option_size, bytes,
                                   piece.option_size < sizeof bytes ? piece.option_size : sizeof bytes);
        if (!kiwi_definition_decode(&definition, split, definition.count, bytes, length, &record) ||
            !record.data[name].present || record.data[name].length >= sizeof text)
            continue;
        memcpy(text, bytes + record.data[name].offset, record.data[name].length);
        const struct kiwi_file *file = text[0] ? kiwi_index_find_file(pieces, text, piece.file) : NULL;
        if (file && !begin_file(pieces, file))
            return false;
    }
    return true;
}

/** What a piece leads to; pieces are appended while this goes over them. */
static bool follow(struct kiwi_index_pieces *pieces, uint32_t at)
{
    struct kiwi_index_piece piece = pieces->pieces[at];
    uint8_t bytes[92];
    if (piece.step == KIWI_STEP_VOLUME)
        return follow_volume(pieces, at);
    if (piece.step == KIWI_STEP_CATEGORY)
        return follow_zones(pieces, at);
    if (piece.step != KIWI_STEP_RECORD)
        return true;
    size_t length = read_bytes(piece.file, piece.offset, bytes, sizeof bytes);
    if (piece.type == &kiwi_type_poi_information_record)
        take_poi_record(pieces, at, bytes, length);
    else
        take_search_record(pieces, at, bytes, length);
    return true;
}

/* Order */

struct sorted {
    const struct kiwi_file *file;
    uint64_t offset, length;
    uint32_t piece;
};

static int by_place(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int file = a->file == b->file ? 0 : strcmp(a->file->path, b->file->path);
    if (file != 0)
        return file;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->piece < b->piece ? -1 : a->piece > b->piece;
}

/** Sorts the pieces and leaves out those that begin inside the one before. */
static bool put_in_order(struct kiwi_index_pieces *pieces)
{
    struct sorted *sorted = malloc((pieces->count + 1) * sizeof *sorted);
    pieces->order = malloc((pieces->count + 1) * sizeof *pieces->order);
    if (!sorted || !pieces->order) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < pieces->count; i++)
        sorted[i] = (struct sorted){pieces->pieces[i].file, pieces->pieces[i].offset,
                                    pieces->pieces[i].length, (uint32_t)i};
    qsort(sorted, pieces->count, sizeof *sorted, by_place);
    uint64_t end = 0;
    const struct kiwi_file *file = NULL;
    for (size_t i = 0; i < pieces->count; i++) {
        if (sorted[i].file != file)
            end = 0;
        file = sorted[i].file;
        if (sorted[i].offset < end) {
            report(pieces, file, sorted[i].offset, "", "bytes that no other part of the index uses",
                   "parts that overlap");
            continue;
        }
        if (sorted[i].length == 0)
            continue;
        end = sorted[i].offset + sorted[i].length;
        pieces->order[pieces->order_count++] = sorted[i].piece;
    }
    free(sorted);
    return true;
}

enum kiwi_status kiwi_index_pieces_make(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                        struct kiwi_index_pieces **result, struct kiwi_error *error)
{
    struct kiwi_index_pieces *pieces = calloc(1, sizeof *pieces);
    *result = NULL;
    if (!pieces)
        return kiwi_fail_memory(error);
    pieces->slots = malloc(SLOTS * sizeof *pieces->slots);
    bool good = pieces->slots;
    if (good)
        memset(pieces->slots, 0xFF, SLOTS * sizeof *pieces->slots);
    pieces->disc = disc;
    pieces->reporter = *reporter;
    for (size_t i = 0; good && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        good = file->kind != KIWI_FILE_INDEX || begin_file(pieces, file);
    }
    if (good && pieces->file_count == 0) { /* a file that was opened alone may have an index beside it */
        const struct kiwi_file *file = kiwi_disc_find(disc, "INDEXDAT.KWI", NULL);
        good = !file || begin_file(pieces, file);
    }
    for (size_t i = 0; good && i < pieces->count; i++)
        good = follow(pieces, (uint32_t)i);
    good = good && put_in_order(pieces);
    free(pieces->slots);
    pieces->slots = NULL;
    if (!good) {
        kiwi_index_pieces_free(pieces);
        return kiwi_fail_memory(error);
    }
    *result = pieces;
    return KIWI_OK;
}

void kiwi_index_pieces_free(struct kiwi_index_pieces *pieces)
{
    if (!pieces)
        return;
    free(pieces->pieces);
    free(pieces->slots);
    free(pieces->order);
    free(pieces->files);
    free(pieces);
}

const uint32_t *kiwi_index_pieces_of(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                                     size_t *count)
{
    size_t first = 0;
    while (first < pieces->order_count && pieces->pieces[pieces->order[first]].file != file)
        first++;
    size_t end = first;
    while (end < pieces->order_count && pieces->pieces[pieces->order[end]].file == file)
        end++;
    *count = end - first;
    return pieces->order + first;
}

/* Paths */

static size_t append_step(const struct kiwi_index_piece *piece, char *path, size_t capacity)
{
    unsigned long number = piece->number;
    int length = 0;
    switch (piece->step) {
    case KIWI_STEP_MANAGEMENT: length = snprintf(path, capacity, "index"); break;
    case KIWI_STEP_VOLUME: length = snprintf(path, capacity, "index.volume[%lu]", number); break;
    case KIWI_STEP_POI: length = snprintf(path, capacity, "index.poi[%lu]", number); break;
    case KIWI_STEP_USER: length = snprintf(path, capacity, "index.user_field"); break;
    case KIWI_STEP_EXPANSION: length = snprintf(path, capacity, "index.expansion_field"); break;
    case KIWI_STEP_FRAME:
        length = piece->above == KIWI_NO_PIECE ? snprintf(path, capacity, "index.file[%lu]", number)
                                               : snprintf(path, capacity, ".next");
        break;
    case KIWI_STEP_RECORD: length = snprintf(path, capacity, ".record[%lu]", number); break;
    case KIWI_STEP_CATEGORY_DEFINITION: length = snprintf(path, capacity, ".category_definition"); break;
    case KIWI_STEP_CATEGORY: length = snprintf(path, capacity, ".category"); break;
    case KIWI_STEP_MATCHING_DEFINITION: length = snprintf(path, capacity, ".matching_definition"); break;
    case KIWI_STEP_MATCHING: length = snprintf(path, capacity, ".matching"); break;
    }
    return length < 0 ? 0 : (size_t)length < capacity ? (size_t)length : capacity - 1;
}

void kiwi_index_piece_path(const struct kiwi_index_pieces *pieces, uint32_t piece, char *path,
                           size_t capacity)
{
    uint32_t chain[2 * KIWI_INDEX_DEPTH + 2];
    size_t count = 0;
    size_t used = 0;
    path[0] = '\0';
    for (uint32_t at = piece; at != KIWI_NO_PIECE && count < sizeof chain / sizeof chain[0];
         at = pieces->pieces[at].above)
        chain[count++] = at;
    while (count > 0)
        used += append_step(&pieces->pieces[chain[--count]], path + used, capacity - used);
}

/* Definitions */

bool kiwi_index_definition(const struct kiwi_index_pieces *pieces, uint32_t piece,
                           struct kiwi_definition *definition, const char **why)
{
    static const char missing[] = "it has no definition";
    uint8_t bytes[16 + 16 * KIWI_DEFINITION_FIELDS];
    definition->count = 0;
    if (why)
        *why = missing;
    if (piece == KIWI_NO_PIECE)
        return false;
    const struct kiwi_index_piece *place = &pieces->pieces[piece];
    return kiwi_definition_read(bytes, read_bytes(place->file, place->offset, bytes, sizeof bytes),
                                definition, why);
}

bool kiwi_index_split(const struct kiwi_definition *definition, uint32_t parent_size, uint32_t option_size,
                      unsigned *split)
{
    static const uint8_t zeros[512];
    struct kiwi_data_record record;
    if (parent_size > sizeof zeros || option_size > sizeof zeros || option_size == 0)
        return false;
    for (unsigned i = 0; i < definition->count; i++)
        if (definition->entries[i].counter != 0 || definition->entries[i].flags)
            return false; /* they have no fixed size */
    for (unsigned i = parent_size == 0 ? 0 : 1; i < definition->count; i++) {
        bool parent = i == 0 || (kiwi_definition_decode(definition, 0, i, zeros, sizeof zeros, &record) &&
                                 (record.used == parent_size || record.length == parent_size));
        if (parent &&
            kiwi_definition_decode(definition, i, definition->count, zeros, sizeof zeros, &record) &&
            (record.used == option_size || record.length == option_size)) {
            *split = i;
            return true;
        }
    }
    return false;
}
