/* SPDX-License-Identifier: MIT */
/* Chooses what a picture shows: box, size and level. */
#include <math.h>

#include "features/display_scale.h"
#include "picture/picture.h"

/** Metres per pixel below which texts grow. */
#define TEXT_SCALE 1.5
/** Share of a map's bytes that a picture of all of it may leave out on each side. */
#define FRINGE 0.01

enum {
    STRIPS = 1024,
    EMPTY_FRAME = 320, /* bytes that a frame has without anything to draw, at most */
};

/** Bytes of map by where their parcels begin and where they end, from west to east or from south to north. */
struct strips {
    double begin[STRIPS], end[STRIPS];
};

/** Where the parcels of a level lie, and where what is in them. */
struct survey {
    uint32_t west, south, east, north; /* parcels; east and north are behind the last ones */
    struct strips columns, rows;
    double total;
    double densest;       /* bytes per whole parcel */
    struct kiwi_box core; /* the parcel that has so many */
};

/** Adds the bytes of what lies between two edges to the strips where it begins and ends. */
static void add_bytes(struct strips *strips, double from, double to, double bytes)
{
    strips->begin[(unsigned)fmax(0, fmin(STRIPS - 1, floor(from * STRIPS)))] += bytes;
    strips->end[(unsigned)fmax(0, fmin(STRIPS - 1, ceil(to * STRIPS) - 1))] += bytes;
}

static void survey_bounds(struct survey *survey, const struct kiwi_parcel *parcel)
{
    survey->west = parcel->column < survey->west ? parcel->column : survey->west;
    survey->south = parcel->row < survey->south ? parcel->row : survey->south;
    survey->east = parcel->column + parcel->columns > survey->east ? parcel->column + parcel->columns
                                                                   : survey->east;
    survey->north = parcel->row + parcel->rows > survey->north ? parcel->row + parcel->rows : survey->north;
}

static void survey_weight(struct survey *survey, const struct kiwi_parcel *parcel)
{
    double bytes = fmax(0, (double)parcel->size - EMPTY_FRAME);
    double density = bytes * parcel->part_columns * parcel->part_rows /
                     fmax(1, (double)parcel->columns * parcel->rows);
    double width = survey->east - survey->west;
    double height = survey->north - survey->south;
    double x = parcel->column - survey->west;
    double y = parcel->row - survey->south;
    add_bytes(&survey->columns, x / width, (x + parcel->columns) / width, bytes);
    add_bytes(&survey->rows, y / height, (y + parcel->rows) / height, bytes);
    survey->total += bytes;
    if (density <= survey->densest)
        return;
    survey->densest = density;
    survey->core = box_of(parcel);
}

typedef void survey_parcel(struct survey *survey, const struct kiwi_parcel *parcel);

static enum kiwi_status each_parcel(const struct picture *picture, const struct kiwi_level *level,
                                    survey_parcel *take, struct survey *survey, struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    enum kiwi_status status = kiwi_parcels_open(picture->map, level, NULL, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK)
        take(survey, &parcel);
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

/** Leaves strips out at both ends that together have less than FRINGE of the bytes each. */
static void trim(const struct strips *strips, double total, uint32_t *first, uint32_t *end)
{
    uint32_t span = *end - *first;
    unsigned low = 0;
    unsigned high = STRIPS;
    for (double left = strips->begin[low]; left <= total * FRINGE && low + 1 < high;
         left += strips->begin[low])
        low++;
    for (double right = strips->end[high - 1]; right <= total * FRINGE && high > low + 1;
         right += strips->end[high - 1])
        high--;
    *end = *first + (uint32_t)ceil((double)high * span / STRIPS);
    *first += (uint32_t)((double)low * span / STRIPS);
}

/**
 * The box of all that is worth showing: without the thinly filled fringe. Longitudes count from the west of
 * the coverage, which may cross 180 degrees.
 */
static enum kiwi_status choose_box(struct picture *picture, struct survey *survey, struct kiwi_error *error)
{
    const struct kiwi_level *level = picture->level;
    *survey = (struct survey){.west = UINT32_MAX, .south = UINT32_MAX, .densest = -1};
    enum kiwi_status status = each_parcel(picture, level, survey_bounds, survey, error);
    if (status != KIWI_OK)
        return status;
    if (survey->east <= survey->west || survey->north <= survey->south)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "level %d has no parcels to draw", level->number);
    status = each_parcel(picture, level, survey_weight, survey, error);
    if (status != KIWI_OK)
        return status;
    if (survey->total > 0) {
        trim(&survey->columns, survey->total, &survey->west, &survey->east);
        trim(&survey->rows, survey->total, &survey->south, &survey->north);
    }
    const struct kiwi_parcel all = {.level = level,
                                    .column = survey->west,
                                    .row = survey->south,
                                    .columns = survey->east - survey->west,
                                    .rows = survey->north - survey->south,
                                    .part_columns = 1,
                                    .part_rows = 1};
    picture->box = kiwi_box_to_wgs84(kiwi_disc_geodetic(picture->dump->disc), box_of(&all));
    return KIWI_OK;
}

static const struct kiwi_level *finest_level(const struct kiwi_map *map)
{
    const struct kiwi_level *finest = NULL;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_level *level = kiwi_map_level(map, i);
        if (!finest || level->number < finest->number)
            finest = level;
    }
    return finest;
}

static void set_size(struct picture *picture)
{
    double east = box_width(&picture->box) * M_PI / 180;
    double south = mercator(picture->box.south);
    picture->top = mercator(picture->box.north);
    picture->width = picture->dump->options.width != 0 ? picture->dump->options.width : 1200;
    picture->scale = picture->width / fmax(east, 1e-9);
    double height = (picture->top - south) * picture->scale;
    if (height > PICTURE_SIDE) { /* a tall box: less wide */
        picture->scale *= PICTURE_SIDE / height;
        picture->width = fmax(100, round(east * picture->scale));
        height = PICTURE_SIDE;
    }
    picture->height = fmax(50, round(height));
    double middle = (picture->box.south + picture->box.north) / 2 * M_PI / 180;
    picture->metres = fmax(1e-3, EARTH_RADIUS * cos(middle) / picture->scale);
    picture->size = fmax(0.22, fmin(60, pow(ROAD_SCALE / picture->metres, 0.7)));
    picture->text_size = fmax(1, fmin(2.4, pow(TEXT_SCALE / picture->metres, 0.25)));
}

static void set_scale_flag(struct picture *picture)
{
    uint32_t scales[DISPLAY_SCALES];
    unsigned count = display_scales(picture->level, scales);
    unsigned i = 0;
    while (i + 1 < count && scales[i] < picture->metres / PIXEL)
        i++;
    picture->scale_flag = count == 0 ? 31 : 16u >> i;
}

/** Makes the box smaller until the picture has the coarsest scale of its level, around the densest parcel. */
static void zoom_to_level(struct picture *picture, const struct survey *survey)
{
    uint32_t scales[DISPLAY_SCALES];
    unsigned count = display_scales(picture->level, scales);
    double share = count == 0 ? 1 : scales[count - 1] * PIXEL / picture->metres;
    struct kiwi_box *box = &picture->box;
    if (share * LEVEL_TOLERANCE >= 1)
        return;
    double width = box_width(box);
    double height = box->north - box->south;
    double x = turn_near(survey->core.west + box_width(&survey->core) / 2, box->west + width / 2);
    double y = (survey->core.south + survey->core.north) / 2;
    double west = fmax(box->west, fmin(x - width * share / 2, box->west + width * (1 - share)));
    double south = fmax(box->south, fmin(y - height * share / 2, box->south + height * (1 - share)));
    box->west = turn_near(west, 0);
    box->east = turn_near(west + width * share, 0);
    box->south = south;
    box->north = south + height * share;
    set_size(picture);
}

enum kiwi_status picture_choose(struct picture *picture, struct kiwi_error *error)
{
    const struct options *options = &picture->dump->options;
    const struct kiwi_level *finest = finest_level(picture->map);
    static struct survey survey; /* 32 kB */
    enum kiwi_status status = KIWI_OK;
    if (!finest)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the disc has no levels to draw");
    picture->level = options->has_level ? kiwi_map_level_by_number(picture->map, options->level) : finest;
    if (!picture->level)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no level %d", options->level);
    if (options->has_box)
        picture->box = options->box;
    else
        status = choose_box(picture, &survey, error);
    if (status != KIWI_OK)
        return status;
    set_size(picture);
    if (!options->has_level)
        picture->level = display_level(picture->map, picture->metres / PIXEL);
    else if (!options->has_box)
        zoom_to_level(picture, &survey);
    set_scale_flag(picture);
    return KIWI_OK;
}
