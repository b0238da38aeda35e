/* SPDX-License-Identifier: MIT */
/* Names: lists of records whose size follows from their kind and text (7.4). */
#include <string.h>

#include "bytes/codec.h"
#include "map/mend.h"

/** Records of the table in the header. */
#define EACH (uint64_t) kiwi_type_name_data_management_record.fixed_size

/** Where the text of a record begins, counted from it; 0 if the layout of its kind is not known. */
static uint64_t text_place(const struct kiwi_name_data_record *record)
{
    switch (record->string_type) {
    case KIWI_STRING_TYPE_BARYCENTRIC: return 12;
    case KIWI_STRING_TYPE_LINEAR_B: return 10 + 2 * (uint64_t)record->number_of_placements;
    case KIWI_STRING_TYPE_LINEAR_C:
    case KIWI_STRING_TYPE_SYMBOL: return 14;
    default: return 0;
    }
}

/** Bytes behind the text: auxiliary and altitude words, temporal information. */
static uint64_t behind_text(const struct kiwi_name_data_record *record)
{
    return 2 * (uint64_t)(record->has_auxiliary_data || record->has_object_auxiliary_data) +
           2 * (uint64_t)record->has_altitude + 8 * (uint64_t)record->temporal;
}

/** Whether there may be more than is known: extended data or additional information. */
static bool has_rest(const struct kiwi_name_data_record *record)
{
    return record->extended || record->has_additional_information || record->has_object_information;
}

/** A record by its own words: false if even its fields are not there. */
static bool read_name(const struct kiwi_mender *mender, uint64_t at, uint64_t limit,
                      struct kiwi_name_data_record *record, uint64_t *known)
{
    *known = 0;
    if (at >= limit || !kiwi_name_data_record_decode(record, mender->bytes + at, limit - at))
        return false;
    uint64_t place = text_place(record);
    if (place == 0)
        return true;
    if (place + 2 > limit - at)
        return false;
    uint64_t text = 2 * (uint64_t)kiwi_load16(mender->bytes + at + place);
    *known = place + 2 + text + behind_text(record);
    return true;
}

/** How many records that are as long as their texts lie one behind the other from a place on, if nothing but
 * padding follows them, and at most so many; UINT32_MAX if they end in something else. */
static uint32_t count_names(struct kiwi_mender *mender, uint64_t at, uint64_t limit, uint32_t most)
{
    struct kiwi_name_data_record record;
    uint64_t known;
    uint32_t count = 0;
    for (; count < most && at < limit && !kiwi_mend_is_padding(mender, at, limit); count++) {
        if (!kiwi_mend_may_look(mender) || !read_name(mender, at, limit, &record, &known) ||
            record.record_size > limit - at || record.record_size < kiwi_type_name_data_record.fixed_size ||
            record.string_type == KIWI_STRING_TYPE_RESERVED || record.record_size < known ||
            (known != 0 && record.record_size > known && !has_rest(&record)))
            return UINT32_MAX;
        at += record.record_size;
    }
    return at <= limit ? count : UINT32_MAX;
}

static bool follows(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    enum { FEW = 32 };
    return count_names(mender, at, limit, FEW) != UINT32_MAX;
}

/** A record whose body is not known: its size is the one that leaves as many records behind it as stated. */
static uint64_t mend_unknown(struct kiwi_mender *mender, uint64_t at, uint64_t limit, uint64_t stated)
{
    enum { MOST = 512, RECORDS = 64 };
    const struct kiwi_record_type *type = &kiwi_type_name_data_record;
    bool holds = stated >= type->fixed_size && stated <= limit - at;
    if (mender->left >= RECORDS)
        return holds ? stated : 0;
    if (holds && count_names(mender, at + stated, limit, RECORDS) == mender->left)
        return stated;
    for (uint64_t size = type->fixed_size; size <= MOST && size <= limit - at; size += 2) {
        if (count_names(mender, at + size, limit, RECORDS) != mender->left)
            continue;
        kiwi_mend_word(mender, type, at, "record_size", size);
        return size;
    }
    return holds ? stated : 0;
}

/** Whether bytes may be a text: nothing but the last one is a NUL. */
static bool may_be_text(const struct kiwi_mender *mender, uint64_t at, uint64_t length)
{
    return length < 2 || !memchr(mender->bytes + at, 0, (size_t)length - 1);
}

uint64_t kiwi_mend_name(struct kiwi_mender *mender, uint64_t at, uint64_t limit)
{
    const struct kiwi_record_type *type = &kiwi_type_name_data_record;
    struct kiwi_name_data_record record;
    uint64_t known;
    if (limit - at < type->fixed_size || !kiwi_any(mender->bytes + at, type->fixed_size) ||
        !read_name(mender, at, limit, &record, &known))
        return 0;
    uint64_t size = record.record_size;
    bool holds = size >= type->fixed_size && size <= limit - at;
    if (known == 0)
        return mend_unknown(mender, at, limit, size);
    if (holds && (size == known || (size > known && has_rest(&record))))
        return size;
    uint64_t text = text_place(&record) + 2;
    uint64_t least = text + behind_text(&record);
    bool next_by_text = known <= limit - at && follows(mender, at + known, limit);
    if (holds && size >= least && follows(mender, at + size, limit) &&
        may_be_text(mender, at + text, size - least)) {
        kiwi_mend_word(mender, &kiwi_type_character_information, at + text - 2, "text_size", size - least);
        return size;
    }
    if (next_by_text) {
        kiwi_mend_word(mender, type, at, "record_size", known);
        return known;
    }
    return holds ? size : 0;
}

/** Records at a place that say that there is nothing. */
static uint64_t count_null(const struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    struct kiwi_name_data_management_record record;
    uint64_t count = 0;
    while (end - at >= EACH && kiwi_name_data_management_record_decode(&record, mender->bytes + at, EACH) &&
           record.offset == KIWI_NULL && record.number_of_records == 0) {
        at += EACH;
        count++;
    }
    return count;
}

/** Where the header ends: as stated, unless the first list begins elsewhere or no whole number of records
 * fits. */
static uint64_t mend_header(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    const struct kiwi_record_type *type = &kiwi_type_name_distribution_header;
    const uint64_t head = type->fixed_size;
    struct kiwi_name_distribution_header header;
    kiwi_name_distribution_header_decode(&header, mender->bytes + at, end - at);
    bool legal = header.header_size != KIWI_NULL && header.header_size >= head &&
                 header.header_size <= end - at && (header.header_size - head) % EACH == 0 &&
                 (header.header_size > head || !kiwi_any(mender->bytes + at + head, end - at - head));
    uint64_t by_level = head + EACH * mender->parcel->level->name_class_count;
    if (legal && header.header_size == by_level)
        return by_level;
    uint64_t first = end - at;
    for (uint64_t entry = head; entry + EACH <= first; entry += EACH) {
        struct kiwi_name_data_management_record record;
        kiwi_name_data_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.offset != KIWI_NULL && record.number_of_records != 0 && record.offset >= entry + EACH &&
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

/** The list that lies nearest from a place on, and how many there are from there on. */
static unsigned nearest(const struct kiwi_mender *mender, uint64_t at, uint64_t header, uint64_t place,
                        struct kiwi_name_data_management_record *found)
{
    struct kiwi_name_data_management_record record;
    unsigned count = 0;
    for (uint64_t entry = kiwi_type_name_distribution_header.fixed_size; entry + EACH <= header;
         entry += EACH) {
        kiwi_name_data_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.number_of_records == 0 || record.offset < place)
            continue;
        if (count == 0 || record.offset < found->offset)
            *found = record;
        count++;
    }
    return count;
}

/** Whether lists fill the frame from where its header ends, but for zeros, in whatever order they lie: it is
 * free. */
static bool fill_frame(struct kiwi_mender *mender, uint64_t at, uint64_t header, uint64_t end)
{
    struct kiwi_name_data_management_record list = {.offset = 0};
    struct kiwi_name_data_record record;
    uint64_t known;
    uint64_t place = at + header;
    unsigned left = nearest(mender, at, header, 0, &list);
    for (; left > 0; left--) {
        if (nearest(mender, at, header, place - at, &list) != left || list.offset >= end - at ||
            kiwi_any(mender->bytes + place, at + list.offset - place))
            return false;
        place = at + list.offset;
        for (uint32_t i = 0; i < list.number_of_records; i++) {
            if (!kiwi_mend_may_look(mender) || !read_name(mender, place, end, &record, &known) ||
                record.record_size < kiwi_type_name_data_record.fixed_size || record.record_size < known ||
                record.record_size > end - place)
                return false;
            place += record.record_size;
        }
    }
    return !kiwi_any(mender->bytes + place, end - place);
}

static bool is_in_order(const struct kiwi_mender *mender, uint64_t at, uint64_t header)
{
    uint64_t last = 0;
    for (uint64_t entry = kiwi_type_name_distribution_header.fixed_size; entry + EACH <= header;
         entry += EACH) {
        struct kiwi_name_data_management_record record;
        kiwi_name_data_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.number_of_records == 0)
            continue;
        if (record.offset < last)
            return false;
        last = record.offset;
    }
    return true;
}

void kiwi_mend_names(struct kiwi_mender *mender, uint64_t at, uint64_t end)
{
    const struct kiwi_record_type *type = &kiwi_type_name_data_management_record;
    const uint64_t head = kiwi_type_name_distribution_header.fixed_size;
    if (end - at < head)
        return;
    uint64_t header = mend_header(mender, at, end);
    if (header > head + EACH * KIWI_MEND_LIMIT ||
        (!is_in_order(mender, at, header) && fill_frame(mender, at, header, end)))
        return;
    uint64_t next = at + header;
    for (uint64_t entry = head; entry + EACH <= header; entry += EACH) {
        struct kiwi_name_data_management_record record;
        kiwi_name_data_management_record_decode(&record, mender->bytes + at + entry, EACH);
        if (record.offset == KIWI_NULL && record.number_of_records == 0)
            continue;
        uint64_t behind = end;
        bool lost = false; /* one of the lists behind has records, but no place for them */
        for (uint64_t other = entry + EACH; other + EACH <= header; other += EACH) {
            struct kiwi_name_data_management_record further;
            kiwi_name_data_management_record_decode(&further, mender->bytes + at + other, EACH);
            lost = lost || (further.number_of_records != 0 &&
                            (further.offset < header || further.offset >= end - at));
            if (further.offset != KIWI_NULL && at + further.offset >= next && at + further.offset < behind)
                behind = at + further.offset;
        }
        uint64_t begin = at + record.offset;
        if (record.offset != KIWI_NULL && record.number_of_records == 0 && begin == next && begin == behind)
            continue; /* nothing, and no room for anything */
        bool legal = record.offset != KIWI_NULL && begin >= next && begin < end &&
                     !kiwi_any(mender->bytes + next, begin - next);
        if (!legal && next < behind && kiwi_any(mender->bytes + next, behind - next)) {
            begin = next;
            kiwi_mend_word(mender, type, at + entry, "offset", begin - at);
        } else if (!legal || begin == behind) {
            kiwi_mend_word(mender, type, at + entry,
                           record.offset == KIWI_NULL ? "number_of_records" : "offset",
                           record.offset == KIWI_NULL ? 0 : KIWI_NULL);
            continue;
        }
        uint32_t count = record.number_of_records;
        mender->may_grow = !lost;
        next = kiwi_mend_list(mender, kiwi_mend_name, begin, behind, &count);
        if (count != record.number_of_records)
            kiwi_mend_word(mender, type, at + entry, "number_of_records", count);
    }
}
