/* SPDX-License-Identifier: MIT */
/* Records whose fields are defined on the disc (11.5): decoding and encoding by their definition. */
#include <string.h>

#include <kiwi/index.h>
#include <kiwi/records.h>

#include "bytes/codec.h"

/* Definitions */

static const struct {
    char type[3];
    uint8_t element, width;
} elements[] = {
    {"UB", KIWI_ELEMENT_UNSIGNED, 1}, {"SB", KIWI_ELEMENT_SIGNED, 1},   {"UW", KIWI_ELEMENT_UNSIGNED, 2},
    {"SW", KIWI_ELEMENT_SIGNED, 2},   {"UL", KIWI_ELEMENT_UNSIGNED, 4}, {"SL", KIWI_ELEMENT_SIGNED, 4},
    {"LG", KIWI_ELEMENT_UNSIGNED, 4}, {"SG", KIWI_ELEMENT_UNSIGNED, 4}, {"C", KIWI_ELEMENT_UNSIGNED, 4},
    {"UH", KIWI_ELEMENT_NIBBLE, 0},   {"HB", KIWI_ELEMENT_NIBBLE, 0},   {"P6", KIWI_ELEMENT_POSITION, 6},
    {"BF", KIWI_ELEMENT_BITS, 0},     {"CH", KIWI_ELEMENT_TEXT, 1},     {"BT", KIWI_ELEMENT_BYTES, 1},
};

/** The type of two characters; NULs and blanks behind one do not count. */
static size_t find_element(const char *type)
{
    bool one = type[1] == '\0' || type[1] == ' ';
    size_t i = 0;
    while (i < sizeof elements / sizeof elements[0] &&
           (elements[i].type[0] != type[0] ||
            (one ? elements[i].type[1] != '\0' : elements[i].type[1] != type[1])))
        i++;
    return i;
}

static bool is_tag(const char *tag, const char *text)
{
    return memcmp(tag, text, 4) == 0;
}

static void copy_usage(char *usage, const char *tag)
{
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)tag[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        usage[i] = good ? (char)c : '_';
    }
    usage[4] = '\0';
}

static bool read_entry(const struct kiwi_definition_field *field, struct kiwi_definition_entry *entry,
                       const char **why)
{
    const size_t none = sizeof elements / sizeof elements[0];
    size_t element = find_element(field->element_type);
    *entry = (struct kiwi_definition_entry){.count = field->count};
    copy_usage(entry->usage, field->usage);
    *why = "an element type that is not known";
    if (element == none)
        return false;
    entry->element = elements[element].element;
    entry->width = elements[element].width;
    entry->flags = is_tag(field->usage, "STFG");
    entry->words = memcmp(field->description, "FD", 2) == 0 || is_tag(field->description, "OFST") ||
                   is_tag(field->usage, "BFRL") || is_tag(field->usage, "NFRL") ||
                   is_tag(field->usage, "NXST");
    if (!is_tag(field->description, "VRBL"))
        return true;
    size_t counter = find_element(field->counter_type);
    *why = "a counter of a type that is not known";
    if (counter == none || (elements[counter].element != KIWI_ELEMENT_UNSIGNED &&
                            elements[counter].element != KIWI_ELEMENT_NIBBLE))
        return false;
    entry->counter = elements[counter].element == KIWI_ELEMENT_NIBBLE ? KIWI_COUNTER_NIBBLE
                                                                      : elements[counter].width;
    entry->count = 0;
    return true;
}

bool kiwi_definition_read(const uint8_t *bytes, size_t length, struct kiwi_definition *definition,
                          const char **why)
{
    const size_t head = kiwi_type_definition_frame.fixed_size;
    const size_t size = kiwi_type_definition_field.fixed_size;
    struct kiwi_definition_frame frame;
    const char *reason = "";
    definition->count = 0;
    if (!why)
        why = &reason;
    *why = "it does not begin with DCTF";
    if (!kiwi_definition_frame_decode(&frame, bytes, length) || !is_tag(frame.declaration, "DCTF"))
        return false;
    *why = "it has no fields, or more than are read";
    if (frame.number_of_fields == 0 || frame.number_of_fields > KIWI_DEFINITION_FIELDS)
        return false;
    for (unsigned i = 0; i < frame.number_of_fields; i++) {
        struct kiwi_definition_field field;
        *why = "it ends before its last field";
        if (!kiwi_definition_field_decode(&field, bytes + head + i * size,
                                          length - head < i * size ? 0 : length - head - i * size) ||
            !read_entry(&field, &definition->entries[i], why))
            return false;
    }
    definition->count = frame.number_of_fields;
    *why = "";
    return true;
}

int kiwi_definition_find(const struct kiwi_definition *definition, const char *usage)
{
    for (unsigned i = 0; i < definition->count; i++)
        if (is_tag(definition->entries[i].usage, usage))
            return (int)i;
    return -1;
}

/* Going over a record: the same steps decode and encode. */

struct taken {
    size_t bytes; /* of the record, so far */
    bool has_low; /* the low nibble of the last of them is free */
};

/** Bytes that count elements take from a byte on. */
static uint64_t bytes_of(const struct kiwi_definition_entry *entry, uint64_t count)
{
    if (entry->element == KIWI_ELEMENT_BITS)
        return (count + 7) / 8;
    return count * entry->width;
}

/** Takes count nibbles; false if they do not fit. Sets where the first one is. */
static bool take_nibbles(struct taken *taken, uint64_t count, size_t available, size_t *offset, bool *low)
{
    *low = taken->has_low && count > 0;
    *offset = *low ? taken->bytes - 1 : taken->bytes;
    uint64_t rest = count - (*low ? 1 : 0);
    if ((rest + 1) / 2 > available - taken->bytes)
        return false;
    taken->bytes += (size_t)((rest + 1) / 2);
    if (count > 0)
        taken->has_low = rest % 2 != 0;
    return true;
}

static uint8_t nibble(const uint8_t *bytes, size_t offset, bool low)
{
    return low ? bytes[offset] & 15 : bytes[offset] >> 4;
}

/** Aligns to a byte; a low nibble that is left over is not used. */
static void align(struct taken *taken, const uint8_t *bytes, struct kiwi_datum *datum)
{
    if (taken->has_low) {
        datum->has_unused = true;
        datum->unused = bytes[taken->bytes - 1] & 15;
    }
    taken->has_low = false;
}

static uint32_t load(const uint8_t *bytes, unsigned width)
{
    return width == 1 ? kiwi_load8(bytes) : width == 2 ? kiwi_load16(bytes) : kiwi_load32(bytes);
}

/** How many elements come; false if the counter does not fit. */
static bool take_counter(const struct kiwi_definition_entry *entry, struct taken *taken, const uint8_t *bytes,
                         size_t available, struct kiwi_datum *datum)
{
    size_t offset;
    bool low;
    datum->count = entry->count;
    if (entry->counter == 0)
        return true;
    if (entry->counter == KIWI_COUNTER_NIBBLE) {
        if (!take_nibbles(taken, 1, available, &offset, &low))
            return false;
        datum->counter = (uint32_t)offset;
        datum->counter_low = low;
        datum->count = nibble(bytes, offset, low);
        return true;
    }
    align(taken, bytes, datum);
    datum->counter = (uint32_t)taken->bytes;
    if (entry->counter > available - taken->bytes)
        return false;
    datum->count = load(bytes + taken->bytes, entry->counter);
    taken->bytes += entry->counter;
    return true;
}

static bool take_field(const struct kiwi_definition_entry *entry, struct taken *taken, const uint8_t *bytes,
                       size_t available, struct kiwi_datum *datum)
{
    size_t offset;
    if (!take_counter(entry, taken, bytes, available, datum))
        return false;
    if (entry->element == KIWI_ELEMENT_NIBBLE) {
        if (!take_nibbles(taken, datum->count, available, &offset, &datum->low))
            return false;
        datum->offset = (uint32_t)offset;
        datum->length = (uint32_t)(taken->bytes - offset);
        return true;
    }
    /* A counter of a nibble may leave one over, too. */
    if (datum->count > 0 || entry->counter != KIWI_COUNTER_NIBBLE)
        align(taken, bytes, datum);
    uint64_t length = bytes_of(entry, datum->count);
    if (length > available - taken->bytes)
        return false;
    datum->offset = (uint32_t)taken->bytes;
    datum->length = (uint32_t)length;
    taken->bytes += (size_t)length;
    return true;
}

/** Flag of the field that is number fields behind STFG; what has no flag is not stored. */
static bool is_stored(const struct kiwi_data_record *record, int flags, unsigned number)
{
    const struct kiwi_datum *datum = &record->data[flags];
    if (!datum->present || number / 8 >= datum->length)
        return false;
    return (record->bytes[datum->offset + number / 8] >> (number % 8) & 1) != 0;
}

bool kiwi_definition_decode(const struct kiwi_definition *definition, unsigned first, unsigned end,
                            const uint8_t *bytes, size_t available, struct kiwi_data_record *record)
{
    struct taken taken = {0, false};
    int flags = -1;
    if (available > KIWI_DATA_RECORD_LIMIT)
        available = KIWI_DATA_RECORD_LIMIT;
    record->bytes = bytes;
    record->first = first;
    record->end = end;
    record->has_unused = false;
    record->unused = 0;
    for (unsigned i = first; i < end; i++) {
        const struct kiwi_definition_entry *entry = &definition->entries[i];
        struct kiwi_datum *datum = &record->data[i];
        memset(datum, 0, sizeof *datum);
        if (flags >= 0 && !is_stored(record, flags, i - (unsigned)flags - 1))
            continue;
        if (!take_field(entry, &taken, bytes, available, datum))
            return false;
        datum->present = true;
        if (entry->flags && entry->element == KIWI_ELEMENT_UNSIGNED)
            flags = (int)i;
    }
    if (taken.has_low) {
        record->has_unused = true;
        record->unused = bytes[taken.bytes - 1] & 15;
    }
    record->used = (uint32_t)taken.bytes;
    record->length = record->used + (record->used & 1);
    return record->used > 0 && record->length <= available;
}

/* Encoding */

static bool put_nibble(struct taken *taken, uint8_t *bytes, size_t capacity, uint32_t value)
{
    size_t offset;
    bool low;
    if (value > 15 || !take_nibbles(taken, 1, capacity, &offset, &low))
        return false;
    bytes[offset] = low ? (uint8_t)((bytes[offset] & 0xF0) | value) : (uint8_t)(value << 4);
    return true;
}

static void put_align(struct taken *taken, uint8_t *bytes, const struct kiwi_datum *datum)
{
    if (taken->has_low)
        bytes[taken->bytes - 1] |= datum->unused;
    taken->has_low = false;
}

static bool put_counter(const struct kiwi_definition_entry *entry, struct taken *taken, uint8_t *bytes,
                        size_t capacity, const struct kiwi_datum *datum)
{
    if (entry->counter == 0)
        return datum->count == entry->count;
    if (entry->counter == KIWI_COUNTER_NIBBLE)
        return put_nibble(taken, bytes, capacity, datum->count);
    put_align(taken, bytes, datum);
    if (entry->counter > capacity - taken->bytes ||
        (entry->counter < 4 && datum->count >> (8 * entry->counter) != 0))
        return false;
    if (entry->counter == 1)
        kiwi_store8(bytes + taken->bytes, datum->count);
    else if (entry->counter == 2)
        kiwi_store16(bytes + taken->bytes, datum->count);
    else
        kiwi_store32(bytes + taken->bytes, datum->count);
    taken->bytes += entry->counter;
    return true;
}

static bool put_field(const struct kiwi_definition_entry *entry, struct taken *taken, uint8_t *bytes,
                      size_t capacity, const struct kiwi_data_record *record, const struct kiwi_datum *datum)
{
    if (!put_counter(entry, taken, bytes, capacity, datum))
        return false;
    if (entry->element == KIWI_ELEMENT_NIBBLE) {
        for (uint64_t i = 0; i < datum->count; i++) {
            uint64_t at = i + (datum->low ? 1 : 0);
            if (!put_nibble(taken, bytes, capacity,
                            nibble(record->bytes, datum->offset + (size_t)(at / 2), at % 2 != 0)))
                return false;
        }
        return true;
    }
    if (datum->count > 0 || entry->counter != KIWI_COUNTER_NIBBLE)
        put_align(taken, bytes, datum);
    uint64_t length = bytes_of(entry, datum->count);
    if (length > capacity - taken->bytes)
        return false;
    if (length > 0)
        memcpy(bytes + taken->bytes, record->bytes + datum->offset, (size_t)length);
    taken->bytes += (size_t)length;
    return true;
}

size_t kiwi_definition_encode(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                              uint8_t *bytes, size_t capacity)
{
    struct taken taken = {0, false};
    if (capacity > KIWI_DATA_RECORD_LIMIT)
        capacity = KIWI_DATA_RECORD_LIMIT;
    for (unsigned i = record->first; i < record->end; i++) {
        const struct kiwi_datum *datum = &record->data[i];
        if (datum->present && !put_field(&definition->entries[i], &taken, bytes, capacity, record, datum))
            return 0;
    }
    if (taken.has_low)
        bytes[taken.bytes - 1] |= record->unused;
    if (taken.bytes % 2 != 0) {
        if (taken.bytes == capacity)
            return 0;
        bytes[taken.bytes++] = 0;
    }
    return taken.bytes;
}

bool kiwi_datum_number(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                       int entry, uint32_t i, uint32_t *value)
{
    if (entry < 0 || (unsigned)entry < record->first || (unsigned)entry >= record->end ||
        !record->data[entry].present || i >= record->data[entry].count)
        return false;
    const struct kiwi_definition_entry *field = &definition->entries[entry];
    const struct kiwi_datum *datum = &record->data[entry];
    if (field->element == KIWI_ELEMENT_NIBBLE) {
        uint64_t at = (uint64_t)i + (datum->low ? 1 : 0);
        *value = nibble(record->bytes, datum->offset + (size_t)(at / 2), at % 2 != 0);
        return true;
    }
    if (field->element != KIWI_ELEMENT_UNSIGNED && field->element != KIWI_ELEMENT_SIGNED)
        return false;
    *value = load(record->bytes + datum->offset + (size_t)i * field->width, field->width);
    return true;
}
