/* SPDX-License-Identifier: MIT */
/* How many levels the map has and how large their records are: what the records themselves bear out (6.1). */
#include "map/levels.h"

#include <stdio.h>

#include "bytes/codec.h"
#include "map/level_classes.h"

/* Level and block set management records begin with the same word: the level in its highest six bits. */
enum {
    LEVEL_SIZE_LIMIT = 1024, /* a record with all classes has 202 bytes */
    RATIO_LIMIT = 5,
    SAMPLE = 64, /* block set records of a level that are looked at */
};

#define HEADER_SIZE (uint64_t) kiwi_type_parcel_related_distribution_header.fixed_size

static bool read_level(struct kiwi_heads heads, uint64_t size, uint64_t index,
                       struct kiwi_level_management_record *record)
{
    uint64_t at = HEADER_SIZE + index * size;
    return at < heads.length && kiwi_level_record_decode(record, heads.bytes + at, heads.length - at, size);
}

uint64_t kiwi_level_block_sets(const struct kiwi_level_management_record *record)
{
    return (uint64_t)record->block_sets_latitude * record->block_sets_longitude;
}

/** How many records of that size, one behind the other, look like levels, which go from coarse to fine. */
static uint64_t count_levels(struct kiwi_heads heads, uint64_t size)
{
    struct kiwi_level_management_record record;
    int above = 32;
    uint64_t count = 0;
    for (; count < KIWI_LEVEL_LIMIT && read_level(heads, size, count, &record); count++) {
        if (record.level >= above || record.level == -32 ||
            record.reserved_level_management_header_9_8 != 0 || record.upper_integration > RATIO_LIMIT ||
            record.lower_division > RATIO_LIMIT)
            break;
        above = record.level;
    }
    return count;
}

/** How many block set records at a displacement say that they are those of a level. */
static unsigned count_block_sets(struct kiwi_heads heads, const struct kiwi_level_management_record *level,
                                 uint64_t at, uint64_t size)
{
    unsigned count = 0;
    for (uint64_t i = 0; i < kiwi_level_block_sets(level) && i < SAMPLE; i++, at += size) {
        if (at >= heads.length || heads.length - at < 2)
            break;
        uint32_t word = ((uint32_t)level->level & 0x3F) << 10 | ((uint32_t)i & 0xFF);
        count += kiwi_load16(heads.bytes + at) == word;
    }
    return count;
}

/** How much bears a frame out: block set records where they must be, and levels that lead there. */
static unsigned score(struct kiwi_heads heads, const struct kiwi_level_frame *frame)
{
    struct kiwi_level_management_record record;
    uint64_t at = HEADER_SIZE + frame->levels * frame->level_size;
    unsigned sum = 0;
    for (uint64_t i = 0; i < frame->levels && read_level(heads, frame->level_size, i, &record); i++) {
        sum += count_block_sets(heads, &record, at, frame->set_size) + (record.block_set_offset == at);
        at += kiwi_level_block_sets(&record) * frame->set_size;
    }
    return sum;
}

static bool is_legal(const struct kiwi_level_frame *frame)
{
    return frame->level_size != KIWI_NULL && frame->set_size != KIWI_NULL &&
           frame->level_size >= kiwi_type_level_management_record.fixed_size &&
           frame->set_size >= kiwi_type_block_set_management_record.fixed_size &&
           frame->levels <= KIWI_LEVEL_LIMIT;
}

static struct kiwi_level_frame stated_by(const struct kiwi_parcel_related_distribution_header *header)
{
    return (struct kiwi_level_frame){header->level_record_size, header->number_of_levels,
                                     header->block_set_record_size};
}

uint64_t kiwi_level_frame_length(const struct kiwi_parcel_related_distribution_header *header)
{
    const struct kiwi_level_frame frame = stated_by(header);
    return HEADER_SIZE + (is_legal(&frame) ? frame.levels * frame.level_size : 0);
}

bool kiwi_level_frame_is_sound(const struct kiwi_parcel_related_distribution_header *header,
                               struct kiwi_heads heads)
{
    const struct kiwi_level_frame frame = stated_by(header);
    struct kiwi_level_management_record record;
    uint64_t sets = 0;
    if (!is_legal(&frame) || count_levels(heads, frame.level_size) < frame.levels)
        return false;
    for (uint64_t i = 0; i < frame.levels; i++) {
        if (!read_level(heads, frame.level_size, i, &record) ||
            record.block_set_offset != HEADER_SIZE + frame.levels * frame.level_size + sets * frame.set_size)
            return false;
        sets += kiwi_level_block_sets(&record);
    }
    return sets == header->number_of_block_sets;
}

/** Takes what is better borne out than the best so far. */
static void try_frame(struct kiwi_heads heads, uint64_t level_size, uint64_t levels, uint64_t set_size,
                      struct kiwi_level_frame *best, unsigned *best_score)
{
    const struct kiwi_level_frame frame = {level_size, levels, set_size};
    if (levels == 0 || level_size == KIWI_NULL || set_size == KIWI_NULL ||
        level_size < kiwi_type_level_management_record.fixed_size ||
        set_size < kiwi_type_block_set_management_record.fixed_size)
        return;
    unsigned sum = score(heads, &frame);
    if (sum <= *best_score)
        return;
    *best = frame;
    *best_score = sum;
}

/** Size of a block set record by where the block sets of the first two levels begin; 0 = not known. */
static uint64_t set_size_between(struct kiwi_heads heads, uint64_t level_size)
{
    struct kiwi_level_management_record first;
    struct kiwi_level_management_record second;
    if (!read_level(heads, level_size, 0, &first) || !read_level(heads, level_size, 1, &second) ||
        second.block_set_offset == KIWI_NULL || second.block_set_offset <= first.block_set_offset)
        return 0;
    return (second.block_set_offset - first.block_set_offset) / kiwi_level_block_sets(&first);
}

/** The frame that is best borne out; of equal ones the one that the header states, then the smallest. */
static struct kiwi_level_frame find(struct kiwi_heads heads, const struct kiwi_level_frame *stated)
{
    const uint64_t least = kiwi_type_level_management_record.fixed_size;
    const uint64_t usual = kiwi_type_block_set_management_record.fixed_size;
    bool usable = stated->level_size != KIWI_NULL && stated->level_size >= least;
    uint64_t size = usable ? stated->level_size : least;
    struct kiwi_level_frame best = {size, count_levels(heads, size), usual};
    unsigned best_score = 0;
    best.levels = best.levels < stated->levels || !usable ? best.levels : stated->levels;
    for (uint64_t step = 0; step <= (LEVEL_SIZE_LIMIT - least) / 2 + 1; step++) {
        size = step == 0 ? stated->level_size : least + 2 * (step - 1);
        uint64_t levels = size == KIWI_NULL || size < least ? 0 : count_levels(heads, size);
        if (levels == 0)
            continue;
        uint64_t both = levels < stated->levels ? levels : stated->levels;
        for (unsigned i = 0; i < 3; i++) {
            uint64_t set_size = i == 0 ? stated->set_size : i == 1 ? usual : set_size_between(heads, size);
            try_frame(heads, size, both, set_size, &best, &best_score);
            try_frame(heads, size, levels, set_size, &best, &best_score);
        }
    }
    return best;
}

/** Whether the sizes stated lead to the first block set of each level, from where the levels end on: then
 * what contradicts them are counts of block sets. */
static bool holds(const struct kiwi_parcel_related_distribution_header *header, struct kiwi_heads heads)
{
    const struct kiwi_level_frame frame = stated_by(header);
    struct kiwi_level_management_record record;
    uint64_t sets = 0;
    if (!is_legal(&frame) || frame.levels == 0 || count_levels(heads, frame.level_size) < frame.levels)
        return false;
    for (uint64_t i = 0; i < frame.levels; i++) {
        if (!read_level(heads, frame.level_size, i, &record) ||
            (i == 0 && record.block_set_offset != HEADER_SIZE + frame.levels * frame.level_size) ||
            record.block_set_offset == KIWI_NULL ||
            count_block_sets(heads, &record, record.block_set_offset, frame.set_size) == 0)
            return false;
        sets += kiwi_level_block_sets(&record);
    }
    return sets != header->number_of_block_sets;
}

void kiwi_level_frame_derive(struct kiwi_map *map, struct kiwi_heads heads)
{
    static const char path[] = "parcel_related_data";
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    struct kiwi_parcel_related_distribution_header *header = &map->header;
    const struct kiwi_level_frame stated = stated_by(header);
    if (holds(header, heads))
        return;
    struct kiwi_level_frame frame = find(heads, &stated);
    if (frame.level_size != stated.level_size)
        kiwi_map_report_derived(map, map->header_file, type, map->header_offset, path, "level_record_size",
                                frame.level_size, stated.level_size);
    if (frame.levels != stated.levels)
        kiwi_map_report_derived(map, map->header_file, type, map->header_offset, path, "number_of_levels",
                                frame.levels, stated.levels);
    if (frame.set_size != stated.set_size)
        kiwi_map_report_derived(map, map->header_file, type, map->header_offset, path,
                                "block_set_record_size", frame.set_size, stated.set_size);
    header->level_record_size = frame.level_size;
    header->number_of_levels = (uint16_t)frame.levels;
    header->block_set_record_size = frame.set_size;
}

/* Block sets and blocks */

/** Where the block sets of a level begin: where the level says, unless more records are found where those of
 * the levels before end. */
static void derive_offset(struct kiwi_map *map, struct kiwi_heads heads, struct kiwi_level *level,
                          uint64_t derived)
{
    uint64_t size = map->header.block_set_record_size;
    uint64_t stated = level->record.block_set_offset;
    char path[32];
    if (stated == derived)
        return;
    if (stated != KIWI_NULL && stated >= HEADER_SIZE &&
        count_block_sets(heads, &level->record, stated, size) >
            count_block_sets(heads, &level->record, derived, size))
        return;
    snprintf(path, sizeof path, "level[%d]", level->number);
    kiwi_map_report_derived(map, map->header_file, &kiwi_type_level_management_record, level->offset, path,
                            "block_set_offset", derived, stated);
    level->record.block_set_offset = derived;
}

/** Block set records of all levels, which lie one behind the other. */
struct sets {
    struct kiwi_heads heads;
    const struct kiwi_map *map;
    size_t level;
    uint64_t index;
    uint64_t blocks; /* of one block set of the level */
    struct kiwi_block_set_management_record record;
};

/** The next one that has a table of blocks. */
static bool next_table(struct sets *sets)
{
    const struct kiwi_map *map = sets->map;
    const uint64_t known = kiwi_type_block_set_management_record.fixed_size;
    for (; sets->level < map->level_count; sets->level++, sets->index = 0) {
        const struct kiwi_level_management_record *grid = &map->levels[sets->level].record;
        sets->blocks = (uint64_t)grid->blocks_latitude * grid->blocks_longitude;
        while (sets->index < kiwi_level_block_sets(grid)) {
            uint64_t at = grid->block_set_offset + sets->index++ * map->header.block_set_record_size;
            if (at >= sets->heads.length ||
                !kiwi_block_set_management_record_decode(&sets->record, sets->heads.bytes + at,
                                                         sets->heads.length - at, known))
                break;
            if (sets->record.table_size != 0 ||
                (sets->record.table_offset != KIWI_NULL && sets->record.table_offset != 0))
                return true;
        }
    }
    return false;
}

/** How many tables have the size that records of a size make, and begin where they make the one before end.
 */
static unsigned score_block_size(const struct kiwi_map *map, struct kiwi_heads heads, uint64_t size)
{
    struct sets sets = {.heads = heads, .map = map};
    unsigned sum = 0;
    uint64_t end = 0;
    while (next_table(&sets)) {
        sum += sets.record.table_size == sets.blocks * size;
        sum += sets.record.table_offset == end;
        end = sets.record.table_offset + sets.blocks * size;
    }
    return sum;
}

/** Size of a block management record that has a file name and nothing more. */
static uint64_t named_size(void)
{
    struct kiwi_management_header_record record;
    return kiwi_type_block_management_record.fixed_size + sizeof record.file_name;
}

static void derive_block_size(struct kiwi_map *map, struct kiwi_heads heads)
{
    struct kiwi_parcel_related_distribution_header *header = &map->header;
    const uint64_t least = kiwi_type_block_management_record.fixed_size;
    const uint64_t named = named_size();
    const uint64_t stated = header->block_record_size;
    struct sets sets = {.heads = heads, .map = map};
    bool legal = stated != KIWI_NULL && stated >= least;
    bool has_table = next_table(&sets);
    if (legal && (!has_table || sets.record.table_size == sets.blocks * stated))
        return;
    uint64_t usual = header->file_name_designation ? named : least;
    const uint64_t candidates[] = {
        legal ? stated : usual, usual, least, named,
        has_table && sets.record.table_size != KIWI_NULL ? sets.record.table_size / sets.blocks : 0};
    unsigned best_score = 0;
    uint64_t best = candidates[0];
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        unsigned sum = candidates[i] < least || candidates[i] % 2 != 0
                           ? 0
                           : score_block_size(map, heads, candidates[i]);
        if (sum <= best_score)
            continue;
        best = candidates[i];
        best_score = sum;
    }
    if (best != stated)
        kiwi_map_report_derived(map, map->header_file, &kiwi_type_parcel_related_distribution_header,
                                map->header_offset, "parcel_related_data", "block_record_size", best, stated);
    header->block_record_size = best;
}

/** File names: block records that have room for one, and whether they are designated. */
static void derive_designation(struct kiwi_map *map)
{
    struct kiwi_parcel_related_distribution_header *header = &map->header;
    const uint64_t named = named_size();
    bool room = header->block_record_size >= named;
    bool designated = header->file_name_designation;
    if (designated == room || header->block_record_size > named)
        return;
    kiwi_map_report_derived(map, map->header_file, &kiwi_type_parcel_related_distribution_header,
                            map->header_offset, "parcel_related_data", "file_name_designation", room,
                            designated);
    header->file_name_designation = room;
}

/** Whether the tables lie one behind the other, with a record for each block; *end is where the last one
 * ends. */
static bool are_tables_sound(const struct kiwi_map *map, struct kiwi_heads heads, uint64_t *end)
{
    struct sets sets = {.heads = heads, .map = map};
    if (map->block_sets > KIWI_DERIVED_SETS || *end > heads.length)
        return true; /* more than can be gone by */
    while (next_table(&sets)) {
        uint64_t size = sets.blocks * map->header.block_record_size;
        if (sets.record.table_offset != *end || sets.record.table_size != size)
            return false;
        *end += size;
    }
    return true;
}

/** Whether bytes behind the distribution header are all zero. */
static bool are_zero(struct kiwi_map *map, uint64_t from, uint64_t end)
{
    struct kiwi_view view;
    return kiwi_window_view(&map->window, map->header_file->source, map->header_offset + from, end - from,
                            &view, NULL) == KIWI_OK &&
           view.length == end - from && !kiwi_any(view.bytes, view.length);
}

/** Reports a size of the whole that is none of what readers and writers took it for, or that something else
 * follows in. */
static void check_size(struct kiwi_map *map, uint64_t sets_end, uint64_t end)
{
    uint64_t size = map->header.size;
    uint64_t sector = map->sectors.logical_sector_size;
    uint64_t padded = (end + sector - 1) / sector * sector;
    if (size != HEADER_SIZE && size != sets_end &&
        (size < end || (size > padded && (size == KIWI_NULL || !are_zero(map, padded, size)))))
        kiwi_map_report_derived(map, map->header_file, &kiwi_type_parcel_related_distribution_header,
                                map->header_offset, "parcel_related_data", "size", end, size);
}

void kiwi_level_tables_derive(struct kiwi_map *map, struct kiwi_heads heads)
{
    static const char path[] = "parcel_related_data";
    const struct kiwi_record_type *type = &kiwi_type_parcel_related_distribution_header;
    struct kiwi_parcel_related_distribution_header *header = &map->header;
    uint64_t at = HEADER_SIZE + header->number_of_levels * header->level_record_size;
    uint64_t count = 0;
    for (size_t i = 0; i < map->level_count; i++) {
        uint64_t sets = kiwi_level_block_sets(&map->levels[i].record);
        derive_offset(map, heads, &map->levels[i], at);
        at += sets * header->block_set_record_size;
        count += sets;
    }
    if (map->level_count == header->number_of_levels && count != header->number_of_block_sets)
        kiwi_map_report_derived(map, map->header_file, type, map->header_offset, path, "number_of_block_sets",
                                count, header->number_of_block_sets);
    derive_block_size(map, heads);
    derive_designation(map);
    uint64_t end = at;
    map->tables_sound = are_tables_sound(map, heads, &end);
    if (map->tables_sound)
        check_size(map, at, end);
}
