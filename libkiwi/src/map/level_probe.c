/* SPDX-License-Identifier: MIT */
/* Counts of a level that nothing but its frames bears out: where a level does not go together with the
 * others, its first frames are looked at (6.1.1). */
#include <stddef.h>
#include <stdio.h>

#include "map/level_classes.h"
#include "map/level_look.h"
#include "map/levels.h"

/** A word of a level's record, as that is in memory. */
struct word {
    const char *name;
    size_t at, size;
};

extern const struct kiwi_level_management_record kiwi_some_level; /* for its sizes: it is nowhere */
#define WORD(field)                                                                                \
    {                                                                                              \
#field, offsetof(struct kiwi_level_management_record, field), sizeof kiwi_some_level.field \
    }

/* What levels mostly have in common. */
enum {
    BASIC,
    EXTENDED,
    GUIDANCE,
    EXTENDED_GUIDANCE,
    DIVIDED,
    NODE_RECORD = DIVIDED + 6,
    CLASSES,
    WORDS = CLASSES + 3
};
static const struct word words[WORDS] = {WORD(basic_frames),
                                         WORD(extended_frames),
                                         WORD(basic_route_guidance_frames),
                                         WORD(extended_route_guidance_frames),
                                         WORD(divided_1_latitude),
                                         WORD(divided_1_longitude),
                                         WORD(divided_2_latitude),
                                         WORD(divided_2_longitude),
                                         WORD(divided_3_latitude),
                                         WORD(divided_3_longitude),
                                         WORD(node_record_size),
                                         WORD(number_of_road_display_classes),
                                         WORD(number_of_background_display_classes),
                                         WORD(number_of_name_display_classes)};

/* What a grid is the product of, rows and columns in turn. */
enum { COUNTS = 6 };
static const struct word counts[COUNTS] = {WORD(block_sets_latitude), WORD(block_sets_longitude),
                                           WORD(blocks_latitude),     WORD(blocks_longitude),
                                           WORD(parcels_latitude),    WORD(parcels_longitude)};
#undef WORD

static uint64_t get(const struct kiwi_level *level, const struct word *word)
{
    const void *at = (const char *)&level->record + word->at;
    return word->size == 1   ? *(const uint8_t *)at
           : word->size == 2 ? *(const uint16_t *)at
                             : *(const uint32_t *)at;
}

static void set(struct kiwi_level *level, const struct word *word, uint64_t value)
{
    void *at = (char *)&level->record + word->at;
    if (word->size == 1)
        *(uint8_t *)at = (uint8_t)value;
    else if (word->size == 2)
        *(uint16_t *)at = (uint16_t)value;
    else
        *(uint32_t *)at = (uint32_t)value;
}

static void derive(struct kiwi_map *map, struct kiwi_level *level, const struct word *word, uint64_t value)
{
    char path[32];
    const uint64_t stated = get(level, word);
    if (value == stated)
        return;
    snprintf(path, sizeof path, "level[%d]", level->number);
    kiwi_map_report_derived(map, map->header_file, &kiwi_type_level_management_record, level->offset, path,
                            word->name, value, stated);
    set(level, word, value);
}

/** How many levels have a value in a word. */
static size_t count_having(const struct kiwi_map *map, const struct word *word, uint64_t value)
{
    size_t count = 0;
    for (size_t i = 0; i < map->level_count; i++)
        count += get(&map->levels[i], word) == value;
    return count;
}

/** Whether a level has another value than most in a word; of two that differ, either may be wrong. */
static bool is_odd(const struct kiwi_map *map, const struct kiwi_level *level, const struct word *word)
{
    return 2 * count_having(map, word, get(level, word)) <= map->level_count;
}

/** Of two words whose sum is known, the one that is not as usual is made to fit. */
static void derive_sum(struct kiwi_map *map, struct kiwi_level *level, const struct word *pair, uint64_t sum)
{
    enum { MOST = 15 };
    const uint64_t first = get(level, &pair[0]);
    const uint64_t second = get(level, &pair[1]);
    if (first + second == sum)
        return;
    const bool first_fits = sum >= second && sum - second <= MOST;
    const bool second_fits = sum >= first && sum - first <= MOST;
    const size_t as_usual = first_fits ? count_having(map, &pair[0], sum - second) : 0;
    if (first_fits && (!second_fits || as_usual > count_having(map, &pair[1], sum - first)))
        derive(map, level, &pair[0], sum - second);
    else if (second_fits)
        derive(map, level, &pair[1], sum - first);
}

/** The number of entries by which most frames are as long as stated. */
static void derive_entries(struct kiwi_map *map, struct kiwi_level *level,
                           const struct kiwi_evidence *evidence)
{
    const unsigned stated = level->record.basic_frames + level->record.extended_frames;
    unsigned best = stated;
    for (unsigned i = 0; i <= KIWI_ENTRY_LIMIT; i++)
        best = evidence->whole[i] > evidence->whole[best] ? i : best;
    derive_sum(map, level, &words[BASIC], best);
}

/** Numbers of classes, where the frames are of one mind and the tables can be divided like that. A record
 * that could be right is not changed to what no other level has. */
static void derive_classes(struct kiwi_map *map, struct kiwi_level *level,
                           const struct kiwi_evidence *evidence)
{
    const bool doubted = kiwi_level_doubts_classes(level);
    unsigned wanted[3];
    for (unsigned kind = 0; kind < 3; kind++) {
        const struct kiwi_agreed *agreed = &evidence->classes[kind];
        const struct word *word = &words[CLASSES + kind];
        const bool taken = agreed->seen > 0 && !agreed->differs &&
                           (doubted || count_having(map, word, agreed->value) > 0);
        wanted[kind] = (unsigned)(taken ? agreed->value : get(level, word));
    }
    if (!kiwi_level_divide_classes(level, wanted))
        return;
    for (unsigned kind = 0; kind < 3; kind++)
        derive(map, level, &words[CLASSES + kind], wanted[kind]);
}

/** The counts of a division of a level, by which parts lie where they say and their lists end well. */
static void derive_division(struct kiwi_map *map, struct kiwi_level *level, unsigned type,
                            struct kiwi_look_budget *budget)
{
    enum { MOST = 16 };
    const struct kiwi_level stated = *level;
    const struct word *found = NULL;
    uint64_t best = 0;
    unsigned most = 0;
    for (unsigned i = 0; i < 2; i++) {
        const struct word *word = &words[DIVIDED + 2 * type + i];
        for (uint64_t value = 1; value <= MOST; value++) {
            struct kiwi_level tried = stated;
            set(&tried, word, value);
            const struct kiwi_evidence evidence = kiwi_level_look(map, &tried, true, budget);
            if (evidence.divided[type].bad > 0 || evidence.divided[type].good <= most)
                continue;
            most = evidence.divided[type].good;
            found = word;
            best = value;
        }
    }
    if (found)
        derive(map, level, found, best);
}

static void derive_words(struct kiwi_map *map, size_t index, struct kiwi_look_budget *budget)
{
    struct kiwi_level *level = &map->levels[index];
    bool odd = kiwi_level_doubts_classes(level);
    bool parts = false;
    for (unsigned i = 0; i < WORDS; i++) {
        const bool differs = is_odd(map, level, &words[i]);
        odd |= differs;
        parts |= differs && i >= DIVIDED && i < NODE_RECORD;
    }
    if (!odd)
        return;
    const struct kiwi_evidence evidence = kiwi_level_look(map, level, parts, budget);
    derive_entries(map, level, &evidence);
    if (evidence.guidance.seen > 0 && !evidence.guidance.differs)
        derive_sum(map, level, &words[GUIDANCE], evidence.guidance.value);
    if (evidence.node_record.seen > 0 && !evidence.node_record.differs)
        derive(map, level, &words[NODE_RECORD], evidence.node_record.value);
    derive_classes(map, level, &evidence);
    for (unsigned type = 0; parts && type < 3; type++)
        if (evidence.divided[type].bad > 0)
            derive_division(map, level, type, budget);
}

/* Grids */

static bool have_same_form(const struct kiwi_level *a, const struct kiwi_level *b)
{
    return (uint64_t)a->rows * b->columns == (uint64_t)b->rows * a->columns;
}

/** How many other levels have cells of the same form. */
static size_t alike(const struct kiwi_map *map, size_t index)
{
    size_t count = 0;
    for (size_t i = 0; i < map->level_count; i++)
        count += i != index && have_same_form(&map->levels[i], &map->levels[index]);
    return count;
}

/** Sets the count that gives the level cells of the form of another one, if it can. */
static bool set_count(const struct kiwi_map *map, struct kiwi_level *level, unsigned index,
                      const struct kiwi_level *other)
{
    enum { MOST = 256 };
    const bool rows = index % 2 == 0;
    const uint64_t own = (rows ? level->rows : level->columns) / get(level, &counts[index]);
    const uint64_t dividend = rows ? (uint64_t)level->columns * other->rows
                                   : (uint64_t)level->rows * other->columns;
    const uint64_t divisor = own * (rows ? other->columns : other->rows);
    if (divisor == 0 || dividend % divisor != 0 || dividend / divisor > MOST || dividend == 0)
        return false;
    set(level, &counts[index], dividend / divisor);
    kiwi_level_set_grid(level, &map->header);
    return true;
}

/** The count of a level without its like that is wrong: with the right one more frames lie where they say. */
static void derive_grid(struct kiwi_map *map, struct kiwi_level *level, const struct kiwi_level *other,
                        struct kiwi_look_budget *budget)
{
    unsigned most = kiwi_level_look(map, level, false, budget).placed;
    struct kiwi_level best = *level;
    unsigned found = COUNTS;
    for (unsigned i = 0; i < COUNTS; i++) {
        struct kiwi_level tried = *level;
        if (!set_count(map, &tried, i, other))
            continue;
        const unsigned placed = kiwi_level_look(map, &tried, false, budget).placed;
        if (placed <= most)
            continue;
        most = placed;
        best = tried;
        found = i;
    }
    if (found == COUNTS)
        return;
    derive(map, level, &counts[found], get(&best, &counts[found]));
    *level = best;
}

void kiwi_level_probe(struct kiwi_map *map)
{
    struct kiwi_look_budget budget = {.steps = 1 << 18, .bytes = UINT64_C(16) << 20};
    size_t odd = map->level_count;
    size_t lonely = 0;
    if (map->header.block_set_record_size < kiwi_type_block_set_management_record.fixed_size ||
        map->header.block_record_size < kiwi_type_block_management_record.fixed_size)
        return;               /* nothing can be reached */
    map->tables_sound = true; /* as far as looks go */
    for (size_t i = 0; i < map->level_count; i++) {
        if (alike(map, i) > 0)
            continue;
        lonely++;
        odd = i;
    }
    if (lonely == 1 && map->level_count > 2) /* of two it does not follow which one is wrong */
        derive_grid(map, &map->levels[odd], &map->levels[odd == 0], &budget);
    for (size_t i = 0; i < map->level_count; i++)
        derive_words(map, i, &budget);
}
