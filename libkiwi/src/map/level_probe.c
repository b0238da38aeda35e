/* SPDX-License-Identifier: MIT */
/* Grids of levels and their numbers of data frames, which nothing but the frames bears out: where a level
 * does not go together with the others, its first frames are looked at (6.1.1, 7.1.1). */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bytes/source.h"
#include "map/levels.h"
#include "map/tree_list.h"

/** Of the frames that a level leads to first: how many lie where they say, and how many are as long as
 * stated. */
struct probe {
    unsigned placed, whole;
};

static bool is_near(double a, double b)
{
    const double eighths = fmod(fabs(a - b), 360) * KIWI_EIGHTHS_PER_DEGREE;
    return eighths < 2 || eighths > 360 * KIWI_EIGHTHS_PER_DEGREE - 2.0;
}

/** Whether the header of a frame says that its parcel begins where the grid places it. */
static bool is_placed(const struct kiwi_parcel *parcel)
{
    struct kiwi_main_map_distribution_header header;
    uint8_t bytes[64];
    size_t received;
    struct kiwi_parcel whole = *parcel;
    whole.part_column = whole.part_row = 0;
    whole.part_columns = whole.part_rows = 1;
    if (kiwi_source_read_before(parcel->file->source, parcel->offset, bytes, sizeof bytes, &received, NULL) !=
            KIWI_OK ||
        !kiwi_main_map_distribution_header_decode(&header, bytes, received))
        return false;
    const struct kiwi_place place = kiwi_pid_place(&header.lower_left);
    const struct kiwi_box box = kiwi_parcel_box(&whole);
    return is_near(place.latitude, box.south) && is_near(place.longitude, box.west);
}

/** What may still be gone through on trial: the levels of a hostile disc are not read over and over. */
struct budget {
    unsigned steps;
    uint64_t bytes; /* of lists */
};

static void look_through(struct kiwi_tree *tree, struct budget *budget, struct probe *probe)
{
    enum { FRAMES = 64, STEPS = 8192 };
    struct kiwi_tree_item item;
    unsigned frames = 0;
    for (unsigned i = 0; i < STEPS && frames < FRAMES && budget->steps > 0; i++) {
        if (!tree->in_block)
            tree->view.length = 0; /* what the next step views is counted, be it lists or not */
        const enum kiwi_tree_step step = kiwi_tree_next(tree, &item);
        if (step == KIWI_TREE_END || step == KIWI_TREE_FAILED)
            break;
        budget->steps--;
        if (step == KIWI_TREE_BLOCK && tree->view.length > budget->bytes)
            budget->steps = 0;
        else if (step == KIWI_TREE_BLOCK)
            budget->bytes -= tree->view.length;
        if (step != KIWI_TREE_PARCEL)
            continue;
        frames++;
        probe->placed += is_placed(&item.parcel);
        probe->whole += kiwi_tree_frame_size(tree, item.parcel.file, item.parcel.offset) == item.parcel.size;
    }
}

static struct probe look(struct kiwi_map *map, struct budget *budget, const struct kiwi_level *level)
{
    const struct kiwi_reporter reporter = map->reporter;
    struct probe probe = {0, 0};
    struct kiwi_error error;
    struct kiwi_claims claims;
    struct kiwi_tree tree;
    map->reporter.callback = NULL; /* what is found on trial says nothing */
    kiwi_claims_init(&claims, map->disc);
    if (kiwi_tree_open(&tree, map, level, NULL, &claims, &error) == KIWI_OK) {
        tree.believes = true;
        look_through(&tree, budget, &probe);
    }
    kiwi_tree_close(&tree);
    kiwi_claims_free(&claims);
    map->reporter = reporter;
    return probe;
}

static void report(struct kiwi_map *map, const struct kiwi_level *level, const char *field, uint64_t derived,
                   uint64_t stated)
{
    char path[32];
    snprintf(path, sizeof path, "level[%d]", level->number);
    kiwi_map_report_derived(map, map->header_file, &kiwi_type_level_management_record, level->offset, path,
                            field, derived, stated);
}

/* Grids */

/** One of the six counts that a grid is the product of. */
struct count {
    const char *name;
    size_t at;
    bool rows;
};

#define COUNT(field, rows)                                                 \
    {                                                                      \
#field, offsetof(struct kiwi_level_management_record, field), rows \
    }
static const struct count counts[] = {COUNT(block_sets_latitude, true), COUNT(block_sets_longitude, false),
                                      COUNT(blocks_latitude, true),     COUNT(blocks_longitude, false),
                                      COUNT(parcels_latitude, true),    COUNT(parcels_longitude, false)};
#undef COUNT

static uint16_t *count_of(struct kiwi_level *level, const struct count *count)
{
    return (uint16_t *)((char *)&level->record + count->at);
}

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
static bool set_count(const struct kiwi_map *map, struct kiwi_level *level, const struct count *count,
                      const struct kiwi_level *other)
{
    enum { MOST = 256 };
    uint16_t *value = count_of(level, count);
    const uint64_t own = (count->rows ? level->rows : level->columns) / *value;
    const uint64_t dividend = count->rows ? (uint64_t)level->columns * other->rows
                                          : (uint64_t)level->rows * other->columns;
    const uint64_t divisor = own * (count->rows ? other->columns : other->rows);
    if (divisor == 0 || dividend % divisor != 0 || dividend / divisor > MOST || dividend == 0)
        return false;
    *value = (uint16_t)(dividend / divisor);
    kiwi_level_set_grid(level, &map->header);
    return true;
}

/** The count of a level without its like that is wrong: with the right one more frames lie where they say. */
static void derive_grid(struct kiwi_map *map, struct budget *budget, struct kiwi_level *level,
                        const struct kiwi_level *other)
{
    const struct kiwi_level stated = *level;
    struct kiwi_level best = stated;
    const struct count *found = NULL;
    unsigned most = look(map, budget, level).placed;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        *level = stated;
        if (!set_count(map, level, &counts[i], other))
            continue;
        const unsigned placed = look(map, budget, level).placed;
        if (placed <= most)
            continue;
        most = placed;
        best = *level;
        found = &counts[i];
    }
    *level = stated;
    if (found)
        report(map, level, found->name, *count_of(&best, found), *count_of(level, found));
    *level = best;
}

/* Data frames */

static unsigned usual_frames(const struct kiwi_map *map)
{
    unsigned counts_of[16] = {0};
    unsigned usual = 3; /* road, background, name */
    for (size_t i = 0; i < map->level_count; i++)
        counts_of[map->levels[i].record.basic_frames & 15]++;
    for (unsigned i = 0; i < 16; i++)
        usual = counts_of[i] > counts_of[usual] ? i : usual;
    return usual;
}

/** The number of basic frames of a level where it is not that of the others, or less than the known three. */
static void derive_frames(struct kiwi_map *map, struct budget *budget, struct kiwi_level *level,
                          unsigned usual)
{
    const uint8_t stated = level->record.basic_frames;
    if (stated == usual && stated >= 3)
        return;
    const unsigned whole = look(map, budget, level).whole;
    level->record.basic_frames = (uint8_t)(usual < 3 ? 3 : usual);
    if (look(map, budget, level).whole > whole)
        report(map, level, "basic_frames", level->record.basic_frames, stated);
    else
        level->record.basic_frames = stated;
}

void kiwi_level_probe(struct kiwi_map *map)
{
    map->tables_sound = true; /* as far as trials go */
    struct budget budget = {.steps = 1 << 18, .bytes = UINT64_C(16) << 20};
    const unsigned usual = usual_frames(map);
    size_t odd = map->level_count;
    size_t lonely = 0;
    for (size_t i = 0; i < map->level_count; i++) {
        derive_frames(map, &budget, &map->levels[i], usual);
        if (alike(map, i) > 0)
            continue;
        lonely++;
        odd = i;
    }
    if (lonely == 1 && map->level_count > 2) /* of two it does not follow which one is wrong */
        derive_grid(map, &budget, &map->levels[odd], &map->levels[odd == 0]);
}
