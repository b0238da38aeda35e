/* SPDX-License-Identifier: MIT */
/* Names that are put into a map frame of another disc, all else in it staying what it is. */
#include "add_frame.h"

#include <string.h>

#include <kiwi/fields.h>
#include <kiwi/records.h>

#include "classes.h"
#include "encoding.h"
#include "frame.h"

enum {
    NAME_ENTRY = 2,
    DATA_FRAME_LIMIT = 0xFFFE * 2, /* 16-bit displacements in words, FFFF is null */
    FRAME_SECTORS = 0xFFFF,
};

static const char too_large[] = "names do not fit into their parcel on a level";
static const char not_known[] =
    "names belong into a parcel whose frame is laid out in a way that is not known";

/** What of the frame matters here. */
struct parts_of_frame {
    struct kiwi_main_map_distribution_header header;
    size_t entries_at, entry_count;
    struct kiwi_data_frame_management_record entries[2 * 15];
};

static bool read_entries(const struct add_frame *frame, struct parts_of_frame *parts)
{
    const size_t entry_size = kiwi_type_data_frame_management_record.fixed_size;
    const uint64_t size = frame->parcel->size;

    if (!kiwi_main_map_distribution_header_decode(&parts->header, frame->old, size))
        return false;
    parts->entries_at = kiwi_type_main_map_distribution_header.fixed_size +
                        (size_t)parts->header.number_of_regions * kiwi_type_region_number.fixed_size;
    parts->entry_count = BASIC_FRAMES + frame->level->layout->extra_frames;
    if (parts->header.header_size > size ||
        parts->entries_at + parts->entry_count * entry_size > parts->header.header_size)
        return false;
    for (size_t i = 0; i < parts->entry_count; i++) {
        struct kiwi_data_frame_management_record *entry = &parts->entries[i];

        if (!kiwi_data_frame_management_record_decode(entry, frame->old + parts->entries_at + i * entry_size,
                                                      entry_size))
            return false;
        if (entry->offset == KIWI_NULL || entry->size == 0)
            *entry = (struct kiwi_data_frame_management_record){KIWI_NULL, entry->size};
        else if (entry->offset > size || entry->size > size - entry->offset)
            return false;
    }
    return true;
}

/** Where what the header leads to ends. */
static uint64_t content_end(const struct parts_of_frame *parts, size_t entry_count)
{
    uint64_t end = parts->header.header_size;

    for (size_t i = 0; i < entry_count; i++) {
        const struct kiwi_data_frame_management_record *entry = &parts->entries[i];
        const uint64_t own = entry->offset == KIWI_NULL ? 0
                                                        : entry->offset + entry->size; /* as was checked */

        end = own > end ? own : end;
    }
    return end;
}

/** What is put where: bytes into the frame, and what is behind them moves. */
struct insertion {
    uint64_t at; /**< in the frame */
    struct buffer bytes;
};

/* Lists of names */

static size_t list_at(size_t list)
{
    return kiwi_type_name_distribution_header.fixed_size +
           list * kiwi_type_name_data_management_record.fixed_size;
}

static bool read_list(const uint8_t *names, size_t list, struct kiwi_name_data_management_record *record)
{
    return kiwi_name_data_management_record_decode(record, names + list_at(list),
                                                   kiwi_type_name_data_management_record.fixed_size);
}

/** Where a list ends, in the name data frame; 0: its records cannot be followed. */
static uint64_t list_end(const uint8_t *names, uint64_t size,
                         const struct kiwi_name_data_management_record *list)
{
    uint64_t at = list->offset;

    for (unsigned i = 0; i < list->number_of_records; i++) {
        struct kiwi_name_data_record record;

        if (at >= size || !kiwi_name_data_record_decode(&record, names + at, size - at) ||
            record.record_size == 0 || record.record_size > size - at)
            return 0;
        at += record.record_size;
    }
    return at;
}

/** In front of the lists behind it: on discs lists lie in their order. */
static uint64_t place_of_empty_list(const uint8_t *names, uint64_t size, size_t list, size_t lists)
{
    struct kiwi_name_data_management_record other;
    uint64_t place = size;

    for (size_t i = list + 1; i < lists; i++)
        if (read_list(names, i, &other) && other.offset != KIWI_NULL && other.number_of_records &&
            other.offset < place)
            place = other.offset;
    return place;
}

static void write_list(uint8_t *names, size_t list, const struct kiwi_name_data_management_record *record)
{
    kiwi_name_data_management_record_encode(record, names + list_at(list),
                                            kiwi_type_name_data_management_record.fixed_size);
}

/** Moves the lists that begin where the records go, or behind; names is the copy that changes. */
static const char *extend_list(uint8_t *names, uint64_t size, size_t list, const struct buffer *records,
                               size_t count, uint64_t *at)
{
    struct kiwi_name_distribution_header header;
    struct kiwi_name_data_management_record own, other;
    size_t lists;

    if (!kiwi_name_distribution_header_decode(&header, names, size) || header.header_size > size ||
        header.header_size < list_at(list + 1))
        return not_known;
    lists = (size_t)(header.header_size - list_at(0)) / kiwi_type_name_data_management_record.fixed_size;
    if (!read_list(names, list, &own))
        return not_known;
    if (own.offset == KIWI_NULL || own.number_of_records == 0)
        own = (struct kiwi_name_data_management_record){place_of_empty_list(names, size, list, lists), 0};
    *at = list_end(names, size, &own);
    if (*at < header.header_size || *at > size)
        return not_known;
    if (size + records->size > DATA_FRAME_LIMIT || own.number_of_records + count > UINT16_MAX)
        return too_large;
    own.number_of_records = (uint16_t)(own.number_of_records + count);
    write_list(names, list, &own);
    for (size_t i = 0; i < lists; i++) {
        if (i == list || !read_list(names, i, &other) || other.offset == KIWI_NULL || other.offset < *at)
            continue;
        other.offset += records->size;
        write_list(names, i, &other);
    }
    return NULL;
}

/** A name data frame that has one list. */
static void make_names(struct buffer *names, const struct classes *classes, size_t list,
                       const struct buffer *records, size_t count)
{
    const struct kiwi_name_distribution_header header = {.header_size = list_at(classes->count)};
    bool good = true;

    append_encoded(names, &good, kiwi_name_distribution_header_encode(&header, ROOM(names)));
    for (size_t i = 0; i < classes->count; i++) {
        const struct kiwi_name_data_management_record record = {i == list ? header.header_size : KIWI_NULL,
                                                                i == list ? (uint16_t)count : 0};

        append_encoded(names, &good, kiwi_name_data_management_record_encode(&record, ROOM(names)));
    }
    buffer_append(names, records->bytes, records->size);
}

/* Backgrounds that lead to names */

/** Encodes a record anew, if that gives the same bytes; names may be where it says another thing. */
static bool move_name_of(uint8_t *bytes, uint64_t available, uint64_t from, uint64_t by)
{
    for (uint64_t has_height = 0; has_height < 2; has_height++) {
        struct kiwi_minimum_graphics_data_record record;
        uint8_t again[8192];
        size_t size;

        if (!kiwi_minimum_graphics_data_record_decode(&record, bytes, available, has_height))
            continue;
        size = kiwi_minimum_graphics_data_record_encode(&record, again, sizeof again, has_height);
        if (size == 0 || size > available || memcmp(again, bytes, size) != 0)
            continue;
        if (record.name_offset == KIWI_NULL || record.name_offset < from)
            return true;
        record.name_offset += by;
        size = kiwi_minimum_graphics_data_record_encode(&record, again, sizeof again, has_height);
        if (size == 0)
            return false;
        memcpy(bytes, again, size);
        return true;
    }
    return false;
}

static const char *move_names_of_backgrounds(const struct add_frame *frame, struct kiwi_shapes *shapes,
                                             uint8_t *copy, uint64_t from, uint64_t by)
{
    struct kiwi_shape shape;
    struct kiwi_error error;

    if (kiwi_shapes_start(shapes, frame->parcel, KIWI_BACKGROUND | KIWI_DELETED, &error) != KIWI_OK)
        return not_known;
    while (kiwi_shapes_next(shapes, &shape, &error) == KIWI_OK) {
        const uint64_t at = shape.offset - frame->parcel->offset;

        if (kiwi_minimum_graphics_data_record_has_name_offset(shape.record) &&
            !move_name_of(copy + at, frame->parcel->size - at, from, by))
            return not_known;
    }
    return NULL;
}

/* The frame */

static void write_entries(struct parts_of_frame *parts, const struct insertion *insertion, bool had_names,
                          uint8_t *bytes)
{
    const size_t entry_size = kiwi_type_data_frame_management_record.fixed_size;
    struct kiwi_data_frame_management_record *names = &parts->entries[NAME_ENTRY];

    for (size_t i = 0; i < parts->entry_count; i++)
        if (i != NAME_ENTRY && parts->entries[i].offset != KIWI_NULL &&
            parts->entries[i].offset >= insertion->at)
            parts->entries[i].offset += insertion->bytes.size;
    if (had_names)
        names->size += insertion->bytes.size;
    else
        *names = (struct kiwi_data_frame_management_record){insertion->at, insertion->bytes.size};
    for (size_t i = 0; i < parts->entry_count; i++)
        kiwi_data_frame_management_record_encode(&parts->entries[i],
                                                 bytes + parts->entries_at + i * entry_size, entry_size);
}

/** Zeros at the end that padding had are taken back. */
static void finish(struct add_frame *frame, const struct parts_of_frame *parts)
{
    const size_t unit = frame->level->layout->logical_sector_size;
    uint64_t end = content_end(parts, parts->entry_count);

    for (size_t i = frame->bytes.size; i > end; i--)
        if (frame->bytes.bytes[i - 1])
            end = i;
    frame->bytes.size = (size_t)end;
    buffer_pad(&frame->bytes, unit);
    frame->basic_size = content_end(parts, BASIC_FRAMES);
}

static void assemble(struct add_frame *frame, struct parts_of_frame *parts, const struct insertion *insertion,
                     const uint8_t *copy, bool had_names)
{
    frame->bytes.size = 0;
    buffer_append(&frame->bytes, copy, (size_t)insertion->at);
    buffer_append(&frame->bytes, insertion->bytes.bytes, insertion->bytes.size);
    buffer_append(&frame->bytes, copy + insertion->at, (size_t)(frame->parcel->size - insertion->at));
    write_entries(parts, insertion, had_names, frame->bytes.bytes);
    finish(frame, parts);
}

static const char *insert(struct add_frame *frame, struct parts_of_frame *parts, struct kiwi_shapes *shapes,
                          const struct buffer *records, size_t count, uint8_t *copy,
                          struct insertion *insertion)
{
    const struct classes *classes = frame->level->names;
    const size_t list = class_index(classes, NAME_CLASS_PLACE);
    const struct kiwi_data_frame_management_record *names = &parts->entries[NAME_ENTRY];
    const char *reason;
    uint64_t at;

    if (names->offset == KIWI_NULL) {
        insertion->at = (content_end(parts, parts->entry_count) + 1) / 2 * 2;
        if (insertion->at > frame->parcel->size)
            return not_known;
        make_names(&insertion->bytes, classes, list, records, count);
        return insertion->bytes.size > DATA_FRAME_LIMIT ? too_large : NULL;
    }
    for (size_t i = 0; i < NAME_ENTRY; i++)
        if (parts->entries[i].offset != KIWI_NULL && parts->entries[i].offset > names->offset)
            return not_known; /* names lead to roads and backgrounds, which would move */
    reason = extend_list(copy + names->offset, names->size, list, records, count, &at);
    if (reason)
        return reason;
    insertion->at = names->offset + at;
    buffer_append(&insertion->bytes, records->bytes, records->size);
    return move_names_of_backgrounds(frame, shapes, copy, at, records->size);
}

const char *add_frame_names(struct add_frame *frame, struct kiwi_shapes *shapes, const struct buffer *records,
                            size_t count)
{
    struct parts_of_frame parts;
    struct insertion insertion = {0};
    const char *reason = not_known;
    uint8_t *copy;

    if (!read_entries(frame, &parts))
        return not_known;
    copy = allocate((size_t)frame->parcel->size, 1);
    memcpy(copy, frame->old, (size_t)frame->parcel->size);
    reason = insert(frame, &parts, shapes, records, count, copy, &insertion);
    if (!reason)
        assemble(frame, &parts, &insertion, copy, parts.entries[NAME_ENTRY].offset != KIWI_NULL);
    if (!reason && frame->bytes.size / frame->level->layout->logical_sector_size > FRAME_SECTORS)
        reason = too_large;
    release(copy);
    buffer_free(&insertion.bytes);
    return reason;
}
