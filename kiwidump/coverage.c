/* SPDX-License-Identifier: MIT */
/* What the map covers, for boxes and places that lie outside of it: often the coordinates are swapped. */
#include "coverage.h"

#include <math.h>
#include <stdio.h>

/** The box of a level. East may be beyond 180 degrees. */
static struct kiwi_box level_box(const struct kiwi_level *level)
{
    struct kiwi_box box = level->box;
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

static bool any_touches(const struct kiwi_map *map, const struct kiwi_box *box)
{
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_box level = level_box(kiwi_map_level(map, i));
        if (touches(&level, *box))
            return true;
    }
    return false;
}

/** What all levels together cover. */
static struct kiwi_box whole_box(const struct kiwi_map *map)
{
    struct kiwi_box whole = level_box(kiwi_map_level(map, 0));
    for (size_t i = 1; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_box box = level_box(kiwi_map_level(map, i));
        whole.west = fmin(whole.west, box.west);
        whole.south = fmin(whole.south, box.south);
        whole.east = fmax(whole.east, box.east);
        whole.north = fmax(whole.north, box.north);
    }
    return whole;
}

/** "9..14 E" or "5 W..3 E", to a tenth of a degree outwards. */
static void print_span(double low, double high, const char *negative, const char *positive)
{
    low = floor(low * 10) / 10;
    high = ceil(high * 10) / 10;
    if (low < 0 && high > 0)
        fprintf(stderr, "%g %s..%g %s", -low, negative, high, positive);
    else if (high <= 0)
        fprintf(stderr, "%g..%g %s", -high, -low, negative);
    else
        fprintf(stderr, "%g..%g %s", low, high, positive);
}

static void print_hint(const struct dump *dump, const struct kiwi_map *map)
{
    const struct options *options = &dump->options;
    const struct kiwi_box whole = whole_box(map);
    const struct kiwi_box *box = &options->box;
    const struct kiwi_box swapped = options->has_box
                                        ? (struct kiwi_box){box->south, box->west, box->north, box->east}
                                        : (struct kiwi_box){options->latitude, options->longitude,
                                                            options->latitude, options->longitude};
    fputs("kiwidump: the map covers ", stderr);
    print_span(whole.west, whole.east, "W", "E");
    fputs(", ", stderr);
    print_span(whole.south, whole.north, "S", "N");
    fprintf(stderr, "; %s", options->has_box ? "nothing of it is in this box" : "this place is outside");
    if (any_touches(map, &swapped) && options->has_box)
        fprintf(stderr, "; did you mean --bbox %g,%g,%g,%g?", swapped.west, swapped.south, swapped.east,
                swapped.north);
    else if (any_touches(map, &swapped))
        fprintf(stderr, "; did you mean --at %g,%g?", options->longitude, options->latitude);
    fputc('\n', stderr);
}

bool coverage_check(struct dump *dump)
{
    const struct options *options = &dump->options;
    const struct kiwi_box place = {options->longitude, options->latitude, options->longitude,
                                   options->latitude};
    struct kiwi_map *map;
    if ((!options->has_box && options->mode != MODE_AT) || options->mode == MODE_DIFF)
        return true;
    findings_mute(&dump->findings); /* the mode reads the map, too */
    enum kiwi_status status = kiwi_map_open(dump->disc, &map, NULL);
    findings_listen(&dump->findings);
    if (status != KIWI_OK)
        return true;
    bool good = kiwi_map_level_count(map) == 0 || any_touches(map, options->has_box ? &options->box : &place);
    if (!good && !options->quiet)
        print_hint(dump, map);
    kiwi_map_close(map);
    return good;
}
