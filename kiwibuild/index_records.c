/* SPDX-License-Identifier: MIT */
/* Records of the index, written by the definition that describes them on the disc (11.5). */
#include "index_records.h"

#include <assert.h>
#include <string.h>

#include <kiwi/records.h>

#include "encoding.h"

void index_records_define(struct index_records *records, const struct index_field *fields, size_t count)
{
    struct kiwi_definition_frame frame = {.number_of_fields = (uint16_t)count};
    bool good = true;

    put_tag(frame.declaration, "DCTF");
    put_tag(frame.kind, "REAL");
    append_encoded(&records->head, &good, kiwi_definition_frame_encode(&frame, ROOM(&records->head)));
    for (size_t i = 0; i < count; i++) {
        struct kiwi_definition_field field = {.count = (uint16_t)fields[i].count};

        put_tag(field.usage, fields[i].usage);
        put_tag(field.description, fields[i].description);
        memcpy(field.element_type, fields[i].type, 2);
        if (fields[i].counter)
            memcpy(field.counter_type, fields[i].counter, 2);
        if (fields[i].additional)
            memcpy(field.additional, fields[i].additional, 4);
        append_encoded(&records->head, &good, kiwi_definition_field_encode(&field, ROOM(&records->head)));
    }
    good = kiwi_definition_read(records->head.bytes, records->head.size, &records->definition, NULL);
    assert(good);
}

void index_records_free(struct index_records *records)
{
    buffer_free(&records->head);
    buffer_free(&records->bytes);
    buffer_free(&records->values);
}

void index_records_begin(struct index_records *records, unsigned first, unsigned end)
{
    records->record.first = first;
    records->record.end = end;
    for (unsigned i = first; i < end; i++)
        records->record.data[i].present = false;
    records->values.size = 0;
}

static void set(struct index_records *records, int entry, const void *bytes, size_t length, uint32_t count)
{
    assert(entry >= 0);
    records->record.data[entry] = (struct kiwi_datum){.offset = (uint32_t)records->values.size,
                                                      .length = (uint32_t)length,
                                                      .count = count,
                                                      .present = true};
    buffer_append(&records->values, bytes, length);
}

void index_records_number(struct index_records *records, const char *usage, uint32_t value)
{
    int entry = kiwi_definition_find(&records->definition, usage);
    unsigned width = records->definition.entries[entry].width;
    uint8_t bytes[4];

    if (records->definition.entries[entry].element == KIWI_ELEMENT_NIBBLE) {
        value <<= 4; /* the high one comes first */
        width = 1;
    }
    for (unsigned i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * (width - 1 - i));
    set(records, entry, bytes, width, 1);
}

void index_records_numbers(struct index_records *records, const char *usage, const uint32_t *values,
                           size_t count)
{
    int entry = kiwi_definition_find(&records->definition, usage);
    uint8_t bytes[4 * INDEX_NUMBER_LIMIT];

    assert(count <= INDEX_NUMBER_LIMIT);
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(values[i / 4] >> 8 * (3 - i % 4));
    set(records, entry, bytes, 4 * count, (uint32_t)count);
}

void index_records_text(struct index_records *records, const char *usage, const char *text)
{
    int entry = kiwi_definition_find(&records->definition, usage);
    size_t length = strnlen(text, INDEX_TEXT_LIMIT), count = records->definition.entries[entry].count;

    set(records, entry, text, count ? count : length, (uint32_t)(count ? count : length));
}

static int64_t divide_nearest(int64_t value, int64_t by)
{
    return value >= 0 ? (value + by / 2) / by : -((by / 2 - value) / by);
}

struct kiwi_pid index_angles(struct position position)
{
    const int64_t turn = 360 * (int64_t)X_PER_DEGREE;
    int64_t x = position.x;

    x -= x > turn / 2 ? turn : 0;
    x += x <= -turn / 2 ? turn : 0;
    return (struct kiwi_pid){
        .latitude = kiwi_angle_raw((int32_t)divide_nearest(position.y * 288, Y_PER_DEGREE / 100)),
        .longitude = kiwi_angle_raw((int32_t)divide_nearest(x * 288, X_PER_DEGREE / 100))};
}

void index_records_position(struct index_records *records, const char *usage, struct position position)
{
    int entry = kiwi_definition_find(&records->definition, usage);
    struct kiwi_pid angles = index_angles(position);
    uint8_t bytes[6];

    for (unsigned i = 0; i < 3; i++) {
        bytes[i] = (uint8_t)(angles.latitude >> 8 * (2 - i));
        bytes[3 + i] = (uint8_t)(angles.longitude >> 8 * (2 - i));
    }
    set(records, entry, bytes, sizeof bytes,
        records->definition.entries[entry].element == KIWI_ELEMENT_POSITION ? 1 : sizeof bytes);
}

/** STFG has a bit for each field behind it; what stands in front of it, or has none, is always stored. */
static void complete(struct index_records *records)
{
    static const uint8_t zeros[16];
    const struct kiwi_definition *definition = &records->definition;
    int flags = kiwi_definition_find(definition, "STFG");
    uint8_t bits[KIWI_DEFINITION_FIELDS / 8] = {0};

    for (unsigned i = records->record.first; i < records->record.end; i++) {
        const struct kiwi_definition_entry *entry = &definition->entries[i];
        unsigned behind = flags >= 0 && i > (unsigned)flags ? i - (unsigned)flags : 0;

        if (behind && records->record.data[i].present)
            bits[(behind - 1) / 8] |= (uint8_t)(1U << (behind - 1) % 8);
        else if (!behind && !records->record.data[i].present)
            set(records, (int)i, zeros, (size_t)entry->count * (entry->width ? entry->width : 1),
                entry->count);
    }
    if (flags >= 0)
        set(records, flags, bits, definition->entries[flags].count, definition->entries[flags].count);
}

/** The number of words to the record before, and from that one to this. */
static void link(struct index_records *records)
{
    size_t words = (records->bytes.size - records->last) / 2;

    bool first = records->count == 0 || records->chain_ended;
    records->chain_ended = false;
    if (kiwi_definition_find(&records->definition, "BFRL") != 0 || first)
        return;
    index_records_number(records, "BFRL", (uint32_t)words);
    records->bytes.bytes[records->last + 1] = (uint8_t)words; /* NFRL, behind BFRL */
}

void index_records_end_chain(struct index_records *records)
{
    records->chain_ended = true;
}

void index_records_add(struct index_records *records)
{
    size_t size;

    link(records);
    complete(records);
    records->record.bytes = records->values.bytes;
    records->last = records->bytes.size;
    size = kiwi_definition_encode(&records->definition, &records->record, ROOM(&records->bytes));
    assert(size > 0);
    records->bytes.size += size;
    records->longest = size > records->longest ? size : records->longest;
    records->count++;
}
