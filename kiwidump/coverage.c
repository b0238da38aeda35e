/* SPDX-License-Identifier: MIT */
/* What the map covers, for boxes and places that lie outside of it: often the coordinates are swapped. */
#include "coverage.h"

#include <stdio.h>

#include "summary/words.h"

/** The box of a level in WGS 84. East may be beyond 180 degrees. */
static struct kiwi_box level_box(const struct dump *dump, const struct kiwi_level *level)
{
    struct kiwi_box box = kiwi_box_to_wgs84(kiwi_disc_geodetic(dump->disc), level->box);
    if (box.east <= box.west)
        box.east += 360;
    return box;
}

/** Whether two boxes touch, the first one without a turn around the earth. */
static bool touches(const struct kiwi_box *level, struct kiwi_box box)
{
    if (box.west > box.east)
        box.east += 360;
    if (box.south > level->north || box.north < level->south)
        return false;
    for (int turn = -1; turn <= 1; turn++)
        if (box.west + turn * 360 <= level->east && box.east + turn * 360 >= level->west)
            return true;
    return false;
}

static bool any_touches(const struct dump *dump, const struct kiwi_map *map, const struct kiwi_box *box)
{
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_box level = level_box(dump, kiwi_map_level(map, i));
        if (touches(&level, *box))
            return true;
    }
    return false;
}

bool coverage_box(struct kiwi_map *map, struct kiwi_box *box)
{
    const struct kiwi_level *coarsest = NULL;
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    uint32_t first_column = UINT32_MAX, first_row = UINT32_MAX, columns = 0, rows = 0;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++)
        if (!coarsest || kiwi_map_level(map, i)->number > coarsest->number)
            coarsest = kiwi_map_level(map, i);
    if (!coarsest || kiwi_parcels_open(map, coarsest, NULL, &parcels, NULL) != KIWI_OK)
        return false;
    while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK) {
        first_column = parcel.column < first_column ? parcel.column : first_column;
        first_row = parcel.row < first_row ? parcel.row : first_row;
        columns = parcel.column + parcel.columns > columns ? parcel.column + parcel.columns : columns;
        rows = parcel.row + parcel.rows > rows ? parcel.row + parcel.rows : rows;
    }
    kiwi_parcels_close(parcels);
    if (columns == 0)
        return false;
    parcel = (struct kiwi_parcel){.level = coarsest,
                                  .column = first_column,
                                  .row = first_row,
                                  .columns = columns - first_column,
                                  .rows = rows - first_row,
                                  .part_columns = 1,
                                  .part_rows = 1};
    *box = kiwi_parcel_box(&parcel);
    return true;
}

static void print_covered(const struct dump *dump, struct kiwi_map *map)
{
    char covered[PAGE_TEXT] = "";
    struct kiwi_box whole;
    if (coverage_box(map, &whole)) {
        whole = kiwi_box_to_wgs84(kiwi_disc_geodetic(dump->disc), whole);
        words_degrees(covered, whole.west, whole.east, 'E', 'W');
        words_add(covered, ", ");
        words_degrees(covered, whole.south, whole.north, 'N', 'S');
    }
    fprintf(stderr, "kiwidump: the map covers %s; ", covered[0] ? covered : "nothing");
}

static void print_box_hint(const struct dump *dump, struct kiwi_map *map, const struct kiwi_box *box)
{
    const struct kiwi_box swapped = {box->south, box->west, box->north, box->east};
    print_covered(dump, map);
    fputs("nothing of it is in this box", stderr);
    if (any_touches(dump, map, &swapped))
        fprintf(stderr, "; did you mean --bbox %g,%g,%g,%g?", swapped.west, swapped.south, swapped.east,
                swapped.north);
    fputc('\n', stderr);
}

static bool covers(const struct dump *dump, const struct kiwi_map *map, struct kiwi_place place)
{
    const struct kiwi_box box = {place.longitude, place.latitude, place.longitude, place.latitude};
    return any_touches(dump, map, &box);
}

bool coverage_is_swapped(const struct dump *dump, const struct kiwi_map *map, struct kiwi_place place)
{
    return !covers(dump, map, place) &&
           covers(dump, map, (struct kiwi_place){place.longitude, place.latitude});
}

static bool check_place(const struct dump *dump, struct kiwi_map *map, struct kiwi_place place)
{
    if (covers(dump, map, place))
        return true;
    if (dump->options.quiet)
        return false;
    print_covered(dump, map);
    fputs("this place is outside", stderr);
    if (coverage_is_swapped(dump, map, place))
        fprintf(stderr, "; did you mean --at %g,%g?", place.longitude, place.latitude);
    fputc('\n', stderr);
    return false;
}

static bool check_box(const struct dump *dump, struct kiwi_map *map)
{
    if (any_touches(dump, map, &dump->options.box))
        return true;
    if (!dump->options.quiet)
        print_box_hint(dump, map, &dump->options.box);
    return false;
}

void coverage_check(struct dump *dump, struct kiwi_map *map)
{
    const struct options *options = &dump->options;
    const struct kiwi_place place = {options->latitude, options->longitude};
    if (kiwi_map_level_count(map) > 0)
        dump->outside = options->has_box ? !check_box(dump, map) : !check_place(dump, map, place);
}

void coverage_check_box(struct dump *dump)
{
    struct kiwi_map *map;
    if (!dump->options.has_box || dump->options.mode == MODE_DIFF || dump->options.mode == MODE_AT)
        return;
    findings_mute(&dump->findings); /* the mode reads the map, too */
    enum kiwi_status status = kiwi_map_open(dump->disc, &map, NULL);
    findings_listen(&dump->findings);
    if (status != KIWI_OK)
        return;
    coverage_check(dump, map);
    kiwi_map_close(map);
}
