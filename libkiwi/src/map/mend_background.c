/* SPDX-License-Identifier: MIT */
/* Backgrounds: element units, type units and their records (7.3). */
#include "bytes/codec.h"
#include "map/mend.h"

/** Records of the table in the header. */
#define EACH (uint64_t) kiwi_type_element_management_record.fixed_size
#define TYPE_UNIT_SIZE (uint64_t) kiwi_type_background_type_unit_header.fixed_size

/** Bytes of the known fields of a graphics record with so many steps. */
static uint64_t known_size(const struct kiwi_minimum_graphics_data_record *record, uint64_t steps)
{
    return kiwi_type_minimum_graphics_data_record.fixed_size + 2 * steps +
           2 * (uint64_t)record->has_name_offset + 2 * (uint64_t)record->has_auxiliary_data;
}

static bool has_more(const struct kiwi_mender *mender, const struct kiwi_minimum_graphics_data_record *record)
{
    return record->temporal || record->extended || record->has_additional_information || mender->heights;
}

/** The fields at fixed places: all can be read, whatever size and steps say. */
static bool read_record(const struct kiwi_mender *mender, uint64_t at, uint64_t limit,
                        struct kiwi_minimum_graphics_data_record *record)
{
    const struct kiwi_record_type *type = &kiwi_type_minimum_graphics_data_record;
    if (at >= limit || limit - at < type->fixed_size)
        return false;
    if (kiwi_minimum_graphics_data_record_decode(record, mender->bytes + at, limit - at, mender->heights))
        return true;
    *record = (struct kiwi_minimum_graphics_data_record){
        .record_size = (uint32_t)kiwi_mend_value(mender, type, at, "record_size"),
        .number_of_offsets = (uint16_t)kiwi_mend_value(mender, type, at, "number_of_offsets"),
        .temporal = kiwi_mend_value(mender, type, at, "temporal"),
        .extended = kiwi_mend_value(mender, type, at, "extended"),
        .has_additional_information = kiwi_mend_value(mender, type, at, "has_additional_information"),
        .has_name_offset = kiwi_mend_value(mender, type, at, "has_name_offset"),
        .has_auxiliary_data = kiwi_mend_value(mender, type, at, "has_auxiliary_data"),
    };
    return true;
}

/** Whether a record that is as long as its fields, or nothing, is at a place. */
static bool follows(const struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    struct kiwi_minimum_graphics_data_record record;
    if (at >= limit)
        return at == limit;
    if (!read_record(mender, at, limit, &record))
        return kiwi_mend_is_padding(mender, at, limit);
    uint64_t known = known_size(&record, record.number_of_offsets);
    return record.record_size == known || (record.record_size > known && has_more(mender, &record)) ||
           kiwi_mend_is_padding(mender, at, limit);
}

enum { COUNTED = 64 }; /* records up to which the number of those that are left says something */

/** Whether as many records as stated, or more, lie one behind the other from a place on. */
static bool are_left(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    struct kiwi_minimum_graphics_data_record record;
    if (mender->left >= COUNTED)
        return follows(mender, at, limit);
    for (uint32_t i = 0; i < mender->left; i++) {
        if (!kiwi_mend_may_look(mender) || !read_record(mender, at, limit, &record) ||
            record.record_size > limit - at)
            return false;
        uint64_t known = known_size(&record, record.number_of_offsets);
        if (record.record_size != known && (record.record_size < known || !has_more(mender, &record)))
            return false;
        at += record.record_size;
    }
    return at <= limit;
}

/** Bytes behind the known fields of a record, which end at a place, where their number is not known: those of
 * the record before, or those that leave as many records, of which the next has as many, or the list's end.
 */
static uint64_t find_surplus(struct kiwi_mender *mender, uint64_t known, uint64_t limit)
{
    enum { MOST = 128 };
    struct kiwi_minimum_graphics_data_record next;
    for (uint64_t surplus = 0; surplus <= MOST && surplus <= limit - known && kiwi_mend_may_look(mender);
         surplus += 2) {
        uint64_t at = known + surplus;
        if (at == limit || (read_record(mender, at, limit, &next) && has_more(mender, &next) &&
                            next.record_size == known_size(&next, next.number_of_offsets) + surplus &&
                            are_left(mender, at, limit)))
            return surplus;
    }
    return KIWI_NULL;
}

uint64_t kiwi_mend_graphics(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    const struct kiwi_record_type *type = &kiwi_type_minimum_graphics_data_record;
    struct kiwi_minimum_graphics_data_record record;
    if (!read_record(mender, at, limit, &record) || !kiwi_any(mender->bytes + at, type->fixed_size))
        return 0;
    uint64_t size = record.record_size;
    uint64_t known = known_size(&record, record.number_of_offsets);
    bool holds = size >= type->fixed_size && size <= limit - at;
    bool more = has_more(mender, &record);
    uint64_t surplus = mender->surplus;
    if (more && surplus == 0 && known <= limit - at)
        surplus = find_surplus(mender, at + known, limit);
    bool longer = holds && more && size > known && follows(mender, at + size, limit) &&
                  (surplus == KIWI_NULL || surplus == size - known || are_left(mender, at + size, limit));
    if (longer || (holds && size == known)) {
        mender->surplus = size - known;
        return size;
    }
    known += more && surplus != KIWI_NULL ? surplus : 0;
    bool next_by_size = holds && follows(mender, at + size, limit);
    bool next_by_steps = known <= limit - at && follows(mender, at + known, limit);
    bool few = record.number_of_offsets < 2;
    uint64_t least = known_size(&record, 0) + (more ? mender->surplus : 0);
    if (next_by_size && size >= least && (size < known || (!more && (few || !next_by_steps)))) {
        kiwi_mend_word(mender, type, at, "number_of_offsets", (size - least) / 2);
        return size;
    }
    if (next_by_steps) {
        kiwi_mend_word(mender, type, at, "record_size", known);
        return known;
    }
    return holds && size >= known ? size : 0;
}

/** Mends a unit of one kind of shapes after the other; returns where the last one ends. */
static uint64_t mend_types(struct kiwi_mender *mender, uint64_t at, uint64_t limit, unsigned types)
{
    const struct kiwi_record_type *type = &kiwi_type_background_type_unit_header;
    uint64_t table = at + kiwi_type_element_unit.fixed_size;
    uint64_t next = table + TYPE_UNIT_SIZE * types;
    for (unsigned i = 0; i < types; i++) {
        struct kiwi_background_type_unit_header unit;
        uint64_t entry = table + TYPE_UNIT_SIZE * i;
        if (entry + TYPE_UNIT_SIZE > limit ||
            !kiwi_background_type_unit_header_decode(&unit, mender->bytes + entry, TYPE_UNIT_SIZE))
            return limit;
        if (unit.offset == KIWI_NULL && unit.number_of_records == 0)
            continue;
        uint64_t begin = at + unit.offset;
        if (unit.number_of_records == 0 && begin == next && begin == limit)
            continue; /* no records, at the end */
        if (unit.offset == KIWI_NULL || begin < next || begin >= limit ||
            kiwi_any(mender->bytes + next, begin - next)) {
            begin = next;
            kiwi_mend_word(mender, type, entry, "offset", begin - at);
        }
        uint64_t behind = limit;
        for (unsigned j = i + 1; j < types && table + TYPE_UNIT_SIZE * (j + 1) <= limit; j++) {
            struct kiwi_background_type_unit_header other;
            kiwi_background_type_unit_header_decode(&other, mender->bytes + table + TYPE_UNIT_SIZE * j,
                                                    TYPE_UNIT_SIZE);
            if (other.offset != KIWI_NULL && at + other.offset > begin && at + other.offset < behind)
                behind = at + other.offset;
        }
        uint32_t count = unit.number_of_records;
        mender->may_grow = i + 1 == types || behind != limit;
        mender->heights = unit.has_height;
        next = kiwi_mend_list(mender, kiwi_mend_graphics, begin, behind, &count);
        if (count != unit.number_of_records)
            kiwi_mend_word(mender, type, entry, "number_of_records", count);
    }
    return next;
}

/** Mends an element unit that ends at limit at the latest; returns where it ends. */
static uint64_t mend_unit(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    const struct kiwi_record_type *type = &kiwi_type_element_unit;
    const uint64_t head = type->fixed_size;
    const uint64_t each = kiwi_type_background_type_unit_header.fixed_size;
    struct kiwi_element_unit unit;
    struct kiwi_background_type_unit_header first;
    if (limit - at < head + each)
        return limit;
    kiwi_element_unit_decode(&unit, mender->bytes + at, limit - at);
    kiwi_background_type_unit_header_decode(&first, mender->bytes + at + head, each);
    unsigned types = unit.number_of_types;
    /* The records of the first unit lie behind the heads of all units. */
    if (first.offset != KIWI_NULL && first.offset >= head + each && first.offset < limit - at &&
        (first.offset - head) % each == 0 && first.offset != head + each * types &&
        (types == 0 || head + each * types >= limit - at || first.offset < head + 64 * each)) {
        struct kiwi_minimum_graphics_data_record record;
        uint64_t stated = at + head + each * types;
        bool borne_out = types > 0 && stated < limit && read_record(mender, stated, limit, &record) &&
                         record.record_size == known_size(&record, record.number_of_offsets);
        if (!borne_out) {
            types = (unsigned)((first.offset - head) / each);
            kiwi_mend_word(mender, type, at, "number_of_types", types);
        }
    }
    return types > KIWI_MEND_LIMIT ? limit : mend_types(mender, at, limit, types);
}

/** Records at a place that say that there is nothing. */
static uint64_t count_null(const struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    struct kiwi_element_management_record record;
    uint64_t count = 0;
    while (end - at >= EACH && kiwi_element_management_record_decode(&record, mender->bytes + at, EACH) &&
           record.offset == KIWI_NULL && record.size == 0) {
        at += EACH;
        count++;
    }
    return count;
}

/** Where the header ends: as stated, unless the first unit begins elsewhere or no whole number of records
 * fits. */
static uint64_t mend_header(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    const struct kiwi_record_type *type = &kiwi_type_background_distribution_header;
    const uint64_t head = type->fixed_size;
    struct kiwi_background_distribution_header header;
    kiwi_background_distribution_header_decode(&header, mender->bytes + at, end - at);
    bool legal = header.header_size != KIWI_NULL && header.header_size >= head &&
                 header.header_size <= end - at && (header.header_size - head) % EACH == 0 &&
                 (header.header_size > head || !kiwi_any(mender->bytes + at + head, end - at - head));
    uint64_t by_level = head + EACH * mender->parcel->level->background_class_count;
    if (legal && header.header_size == by_level)
        return by_level;
    uint64_t first = end - at;
    for (uint64_t entry = head; entry + EACH <= first; entry += EACH) {
        struct kiwi_element_management_record record;
        kiwi_element_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.offset != KIWI_NULL && record.size != 0 && record.offset >= entry + EACH &&
            record.offset < first && (record.offset - head) % EACH == 0)
            first = record.offset;
    }
    if (first == end - at && !legal) /* no list is there */
        first = by_level > head && by_level <= first ? by_level
                                                     : head + EACH * count_null(mender, at + head, end);
    else if (first == end - at || header.header_size == first)
        return legal ? header.header_size : head;
    kiwi_mend_word(mender, type, at, "header_size", first);
    return first;
}

void kiwi_mend_background(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    const struct kiwi_record_type *type = &kiwi_type_element_management_record;
    const uint64_t head = kiwi_type_background_distribution_header.fixed_size;
    if (end - at < head)
        return;
    uint64_t header = mend_header(mender, at, end);
    if (header > head + EACH * KIWI_MEND_LIMIT)
        return;
    uint64_t next = at + header;
    for (uint64_t entry = head; entry + EACH <= header; entry += EACH) {
        struct kiwi_element_management_record record;
        kiwi_element_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.offset == KIWI_NULL && record.size == 0)
            continue;
        uint64_t behind = end;
        bool lost = false; /* a unit further on says nothing of where it begins */
        for (uint64_t other = entry + EACH; other + EACH <= header; other += EACH) {
            struct kiwi_element_management_record further;
            kiwi_element_management_record_decode(&further, mender->bytes + at + other, EACH);
            const uint64_t place = further.offset == KIWI_NULL ? end : at + further.offset;
            lost |= further.size != 0 && (place < next || place >= end);
            if (place >= next && place < behind)
                behind = place;
        }
        uint64_t begin = at + record.offset;
        if (record.offset != KIWI_NULL && record.size == 0 && begin == next && begin == behind)
            continue; /* nothing, and no room for anything */
        bool legal = record.offset != KIWI_NULL && begin >= next && begin < end &&
                     !kiwi_any(mender->bytes + next, begin - next);
        if (!legal && next < behind && kiwi_any(mender->bytes + next, behind - next)) {
            begin = next;
            kiwi_mend_word(mender, type, at + entry, "offset", begin - at);
        } else if (!legal || begin == behind) {
            kiwi_mend_word(mender, type, at + entry, record.offset == KIWI_NULL ? "size" : "offset",
                           record.offset == KIWI_NULL ? 0 : KIWI_NULL);
            continue;
        }
        const bool fits = record.size != 0 && record.size <= behind - begin;
        next = mend_unit(mender, begin, fits && lost ? begin + record.size : behind);
        if (record.size != next - begin && (!fits || record.size < next - begin))
            kiwi_mend_word(mender, type, at + entry, "size", next - begin);
    }
}
