/* SPDX-License-Identifier: MIT */
/* The head of a map frame that is mended: where its data frames lie. */
#include "map/mend.h"

#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"

void kiwi_mender_free(struct kiwi_mender *mender)
{
    free(mender->bytes);
    mender->bytes = NULL;
}

/** Copies the frame, which is mended in the copy. */
static bool copy(struct kiwi_mender *mender, const struct kiwi_view *view)
{
    if (view->length > mender->capacity) {
        uint8_t *grown = realloc(mender->bytes, view->length);
        if (!grown)
            return false;
        mender->bytes = grown;
        mender->capacity = view->length;
    }
    memcpy(mender->bytes, view->bytes, view->length);
    mender->length = view->length;
    mender->offset = view->offset;
    mender->changes = 0;
    mender->looks = 1024 + 4 * view->length;
    return true;
}

/* The head of the frame */

/** A table of offsets and sizes of data frames. */
struct entries {
    uint64_t table; /* where it begins */
    unsigned count;
};

#define ENTRY_SIZE (uint64_t) kiwi_type_data_frame_management_record.fixed_size

static bool entry_at(const struct kiwi_mender *mender, const struct entries *entries, unsigned i,
                     struct kiwi_data_frame_management_record *record)
{
    uint64_t at = entries->table + ENTRY_SIZE * i;
    return at + ENTRY_SIZE <= mender->length &&
           kiwi_data_frame_management_record_decode(record, mender->bytes + at, ENTRY_SIZE);
}

static bool is_null(const struct kiwi_data_frame_management_record *record)
{
    return record->offset == KIWI_NULL && record->size == 0;
}

/** Whether what lies between a table and the end of the header are whole records of neighbours. */
static bool leaves_room(uint64_t table_end, uint64_t end)
{
    enum { NEIGHBOURS = 8 };
    const uint64_t each = kiwi_type_adjacent_parcel_address.fixed_size;
    return end == table_end ||
           (end > table_end && (end - table_end) % each == 0 && (end - table_end) / each >= NEIGHBOURS);
}

/** How well entries agree with each other: those that begin where the one before ends. *first is where the
 * first begins; *wholly means that nothing contradicts anything. */
static unsigned agreement(const struct kiwi_mender *mender, const struct entries *entries,
                          uint64_t header_size, uint64_t *first, bool *wholly)
{
    struct kiwi_data_frame_management_record record;
    uint64_t end = entries->table + ENTRY_SIZE * entries->count;
    unsigned sum = leaves_room(end, header_size) ? 3 : 0;
    unsigned most = 3 + 1;
    *wholly = false;
    *first = KIWI_NULL;
    for (unsigned i = 0; i < entries->count; i++) {
        if (!entry_at(mender, entries, i, &record))
            return 0;
        most += is_null(&record) ? 1 : 2;
        if (is_null(&record)) {
            sum++;
            continue;
        }
        if (record.offset == KIWI_NULL || record.offset >= mender->length || record.offset < end)
            continue;
        uint64_t room = record.offset - end;
        if (*first == KIWI_NULL)
            sum += leaves_room(end, record.offset) ? 2 : 0;
        else
            sum += room == 0 ? 2 : 0;
        if (*first == KIWI_NULL)
            *first = record.offset;
        end = record.offset + record.size;
    }
    sum += end <= mender->length && mender->length - end < 256;
    *wholly = sum == most && (*first == KIWI_NULL || *first == header_size);
    return sum;
}

/** The next entry behind one that leads to a place behind it; the frame's end if there is none. */
static uint64_t next_begin(const struct kiwi_mender *mender, const struct entries *entries, unsigned i,
                           uint64_t behind)
{
    struct kiwi_data_frame_management_record record;
    for (i++; i < entries->count; i++)
        if (entry_at(mender, entries, i, &record) && !is_null(&record) && record.offset != KIWI_NULL &&
            record.offset > behind && record.offset < mender->length)
            return record.offset;
    return mender->length;
}

/** Whether data that end at a place are followed by nothing, or by the next entry's where it states or where
 * its size fits. */
static bool is_followed(const struct kiwi_mender *mender, const struct entries *entries, unsigned i,
                        uint64_t end)
{
    struct kiwi_data_frame_management_record next = {.offset = KIWI_NULL};
    if (end > mender->length)
        return false;
    for (i++; i < entries->count; i++)
        if (entry_at(mender, entries, i, &next) && !is_null(&next))
            break;
    if (i == entries->count)
        return !kiwi_any(mender->bytes + end, mender->length - end);
    if (next.offset == end)
        return true;
    uint64_t behind = end + next.size;
    return next.size != 0 && next.size <= mender->length - end &&
           (next_begin(mender, entries, i, end) == behind ||
            (next_begin(mender, entries, i, end) == mender->length &&
             !kiwi_any(mender->bytes + behind, mender->length - behind)));
}

/** Whether the size of the first data makes them end well if they begin at a place. */
static bool bears_out(const struct kiwi_mender *mender, const struct entries *entries, uint64_t begin)
{
    struct kiwi_data_frame_management_record record;
    for (unsigned i = 0; i < entries->count; i++)
        if (entry_at(mender, entries, i, &record) && !is_null(&record))
            return record.size != 0 && record.size <= mender->length &&
                   is_followed(mender, entries, i, begin + record.size);
    return false;
}

/** Where the header ends: as it states if that leaves room for whole records of neighbours, else where the
 * first data begin. */
static uint64_t header_end(struct kiwi_mender *mender, const struct entries *entries, uint64_t first,
                           uint64_t stated)
{
    const struct kiwi_record_type *type = &kiwi_type_main_map_distribution_header;
    uint64_t table_end = entries->table + ENTRY_SIZE * entries->count;
    bool legal = stated <= mender->length && leaves_room(table_end, stated);
    if (legal && (first == KIWI_NULL || first == stated))
        return stated;
    bool first_legal = first != KIWI_NULL && leaves_room(table_end, first);
    if (legal && (!first_legal || bears_out(mender, entries, stated)))
        return stated;
    uint64_t end = first_legal ? first : table_end;
    kiwi_mend_word(mender, type, 0, "header_size", end);
    return end;
}

/** The data that lie nearest behind a place; false if no entry leads there. */
static bool nearest(const struct kiwi_mender *mender, const struct entries *entries, uint64_t behind,
                    struct kiwi_data_frame_management_record *found)
{
    struct kiwi_data_frame_management_record record;
    bool any = false;
    for (unsigned i = 0; i < entries->count; i++) {
        if (!entry_at(mender, entries, i, &record) || record.offset == KIWI_NULL || record.offset < behind ||
            (any && record.offset >= found->offset))
            continue;
        *found = record;
        any = true;
    }
    return any;
}

/** Whether the data of all entries fill the frame from where its header ends, but for zeros: then they are
 * right, in whatever order they lie. */
static bool fill_frame(const struct kiwi_mender *mender, const struct entries *entries, uint64_t header_size)
{
    struct kiwi_data_frame_management_record record = {.size = 0};
    uint64_t at = header_size;
    unsigned left = 0;
    if (at > mender->length || entries->table + ENTRY_SIZE * entries->count > at)
        return false;
    for (unsigned i = 0; i < entries->count; i++)
        left += entry_at(mender, entries, i, &record) && !is_null(&record);
    while (nearest(mender, entries, at, &record)) {
        if (record.size == 0 || record.offset >= mender->length ||
            record.size > mender->length - record.offset || kiwi_any(mender->bytes + at, record.offset - at))
            return false;
        left--;
        at = record.offset + record.size;
    }
    return left == 0 && !kiwi_any(mender->bytes + at, mender->length - at);
}

/** Mends the entries, which lie one behind the other, from where the header ends. */
static void mend_entries(struct kiwi_mender *mender, const struct entries *entries, uint64_t end)
{
    const struct kiwi_record_type *type = &kiwi_type_data_frame_management_record;
    struct kiwi_data_frame_management_record record;
    for (unsigned i = 0; i < entries->count; i++) {
        uint64_t at = entries->table + ENTRY_SIZE * i;
        if (!entry_at(mender, entries, i, &record) || is_null(&record))
            continue;
        uint64_t begin = record.offset;
        bool legal = begin != KIWI_NULL && begin >= end && begin < mender->length;
        if (begin != end && record.size != 0 && record.size <= mender->length &&
            is_followed(mender, entries, i, end + record.size))
            legal = false; /* its size bears out that it begins where the one before ends */
        if (!legal) {
            uint64_t next = next_begin(mender, entries, i, end - 1);
            begin = next <= end || !kiwi_any(mender->bytes + end, next - end) ? KIWI_NULL : end;
            kiwi_mend_word(mender, type, at, "offset", begin);
        }
        if (begin == KIWI_NULL) {
            if (record.size != 0)
                kiwi_mend_word(mender, type, at, "size", 0);
            continue;
        }
        uint64_t size = record.size;
        if (size == 0 || size > mender->length - begin || !is_followed(mender, entries, i, begin + size)) {
            size = next_begin(mender, entries, i, begin) - begin;
            if (size != record.size)
                kiwi_mend_word(mender, type, at, "size", size);
        }
        end = begin + size;
    }
}

/** Mends the head; *entries is where the table is, with as many regions before it as make its entries agree
 * best. */
static bool mend_head(struct kiwi_mender *mender, struct entries *entries)
{
    enum { REGIONS = 64, STATED = 4 }; /* what the stated number has over others that agree as well */
    const struct kiwi_record_type *type = &kiwi_type_main_map_distribution_header;
    const struct kiwi_level_management_record *level = &mender->parcel->level->record;
    struct kiwi_main_map_distribution_header header;
    unsigned best = 0;
    if (!kiwi_main_map_distribution_header_decode(&header, mender->bytes, mender->length))
        return false;
    uint32_t regions = header.number_of_regions;
    const struct entries stated = {type->fixed_size + kiwi_type_region_number.fixed_size * (uint64_t)regions,
                                   (unsigned)level->basic_frames + level->extended_frames};
    *entries = stated;
    if (leaves_room(stated.table + ENTRY_SIZE * stated.count, header.header_size) &&
        fill_frame(mender, &stated, header.header_size))
        return true;
    uint64_t first;
    uint64_t best_first = KIWI_NULL;
    bool wholly = false;
    for (uint32_t i = 0; i <= REGIONS && !wholly; i++) {
        uint32_t tried = i == 0 ? header.number_of_regions : i - 1;
        const struct entries candidate = {type->fixed_size +
                                              kiwi_type_region_number.fixed_size * (uint64_t)tried,
                                          (unsigned)level->basic_frames + level->extended_frames};
        unsigned sum = agreement(mender, &candidate, header.header_size, &first, &wholly);
        sum += i == 0 && sum != 0 ? STATED : 0;
        if (sum <= best)
            continue;
        best = sum;
        best_first = first;
        regions = tried;
        *entries = candidate;
    }
    if (best == 0)
        return false;
    if (regions != header.number_of_regions)
        kiwi_mend_word(mender, type, 0, "number_of_regions", regions);
    uint64_t end = header_end(mender, entries, best_first, header.header_size);
    mend_entries(mender, entries, end);
    return true;
}

/** The same for a frame of route guidance, which has entries alone behind its header. */
static void mend_guidance_head(struct kiwi_mender *mender)
{
    const unsigned before_all = UINT32_MAX; /* the entry behind it is the first one */
    const struct kiwi_record_type *type = &kiwi_type_route_guidance_distribution_header;
    const struct kiwi_level_management_record *level = &mender->parcel->level->record;
    const struct entries entries = {type->fixed_size, (unsigned)level->basic_route_guidance_frames +
                                                          level->extended_route_guidance_frames};
    const uint64_t end = entries.table + ENTRY_SIZE * entries.count;
    if (entries.count == 0 || end > mender->length)
        return;
    const uint64_t stated = kiwi_mend_value(mender, type, 0, "header_size");
    if (fill_frame(mender, &entries, stated))
        return;
    const uint64_t first = next_begin(mender, &entries, before_all, 0);
    const bool legal = stated >= end && stated <= first;
    if (!legal)
        kiwi_mend_word(mender, type, 0, "header_size", end);
    mend_entries(mender, &entries, legal ? stated : end);
}

/** Copies a frame to be mended; false if memory ran out. */
static bool begin(struct kiwi_mender *mender, const struct kiwi_map *map, const struct kiwi_parcel *parcel,
                  const char *path, const struct kiwi_view *view)
{
    mender->map = map;
    mender->parcel = parcel;
    mender->path = path;
    return copy(mender, view);
}

bool kiwi_mend_guidance(struct kiwi_mender *mender, const struct kiwi_map *map,
                        const struct kiwi_parcel *frame, const char *path, struct kiwi_view *view)
{
    if (!begin(mender, map, frame, path, view))
        return false;
    mend_guidance_head(mender);
    if (mender->changes > 0)
        view->bytes = mender->bytes;
    return true;
}

bool kiwi_mend_frame(struct kiwi_mender *mender, const struct kiwi_map *map, const struct kiwi_parcel *parcel,
                     const char *path, struct kiwi_view *view)
{
    static void (*const mend[])(struct kiwi_mender *, uint64_t,
                                uint64_t) = {kiwi_mend_road, kiwi_mend_background, kiwi_mend_names};
    struct kiwi_data_frame_management_record record;
    struct entries entries;
    if (!begin(mender, map, parcel, path, view))
        return false;
    if (!mend_head(mender, &entries))
        return true;
    for (unsigned i = 0; i < parcel->level->record.basic_frames && i < sizeof mend / sizeof *mend; i++)
        if (entry_at(mender, &entries, i, &record) && record.offset < mender->length && record.size != 0 &&
            record.size <= mender->length - record.offset)
            mend[i](mender, record.offset, record.offset + record.size);
    if (mender->changes > 0)
        view->bytes = mender->bytes;
    return true;
}
