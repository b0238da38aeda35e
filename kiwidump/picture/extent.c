/* SPDX-License-Identifier: MIT */
/* Chooses what a picture shows: box, size and level. */
#include <math.h>

#include "picture/picture.h"

#define EARTH_RADIUS 6378137.0
/** Metres on the screen of a pixel, as display scales count it. */
#define PIXEL 0.00028

/** The box of all parcels of a level. Longitudes count from the west of the coverage, which may cross 180
 * degrees. */
static enum kiwi_status whole_box(struct picture *picture, const struct kiwi_level *level,
                                  struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    uint32_t west = UINT32_MAX;
    uint32_t south = UINT32_MAX;
    uint32_t east = 0;
    uint32_t north = 0;
    enum kiwi_status status = kiwi_parcels_open(picture->map, level, NULL, &parcels, error);
    if (status != KIWI_OK)
        return status;
    while ((status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        west = parcel.column < west ? parcel.column : west;
        south = parcel.row < south ? parcel.row : south;
        east = parcel.column + parcel.columns > east ? parcel.column + parcel.columns : east;
        north = parcel.row + parcel.rows > north ? parcel.row + parcel.rows : north;
    }
    kiwi_parcels_close(parcels);
    if (status != KIWI_END)
        return status;
    if (east <= west || north <= south)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "level %d has no parcels to draw", level->number);
    const struct kiwi_parcel all = {.level = level,
                                    .column = west,
                                    .row = south,
                                    .columns = east - west,
                                    .rows = north - south,
                                    .part_columns = 1,
                                    .part_rows = 1};
    picture->box = kiwi_parcel_box(&all);
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

/** Display scales of a level, ended by the first unused one; returns how many. */
static unsigned scales_of(const struct kiwi_level *level, uint32_t *scales)
{
    const struct kiwi_level_management_record *record = &level->record;
    const uint32_t all[5] = {record->display_scale_1, record->display_scale_2, record->display_scale_3,
                             record->display_scale_4, record->display_scale_5};
    unsigned count = 0;
    while (count < 5 && all[count] != UINT32_MAX && all[count] != 0) {
        scales[count] = all[count];
        count++;
    }
    return count;
}

/** The finest level that is meant for the scale of the picture, or for one that is not much finer. */
static const struct kiwi_level *fitting_level(const struct picture *picture)
{
    const struct kiwi_level *best = NULL;
    const struct kiwi_level *coarsest = NULL;
    double scale = picture->metres / PIXEL;
    for (size_t i = 0; i < kiwi_map_level_count(picture->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(picture->map, i);
        uint32_t scales[5];
        unsigned count = scales_of(level, scales);
        if (!coarsest || level->number > coarsest->number)
            coarsest = level;
        if ((count == 0 || scales[count - 1] * 1.6 >= scale) && (!best || level->number < best->number))
            best = level;
    }
    return best ? best : coarsest;
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
    picture->size = fmax(0.22, fmin(3, pow(ROAD_SCALE / picture->metres, 0.7)));
}

static void set_scale_flag(struct picture *picture)
{
    uint32_t scales[5];
    unsigned count = scales_of(picture->level, scales);
    unsigned i = 0;
    while (i + 1 < count && scales[i] < picture->metres / PIXEL)
        i++;
    picture->scale_flag = count == 0 ? 31 : 16u >> i;
}

enum kiwi_status picture_choose(struct picture *picture, struct kiwi_error *error)
{
    const struct options *options = &picture->dump->options;
    const struct kiwi_level *finest = finest_level(picture->map);
    enum kiwi_status status = KIWI_OK;
    if (!finest)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the disc has no levels to draw");
    picture->level = options->has_level ? kiwi_map_level_by_number(picture->map, options->level) : finest;
    if (!picture->level)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no level %d", options->level);
    if (options->has_box)
        picture->box = options->box;
    else
        status = whole_box(picture, picture->level, error);
    if (status != KIWI_OK)
        return status;
    set_size(picture);
    if (!options->has_level)
        picture->level = fitting_level(picture);
    set_scale_flag(picture);
    return KIWI_OK;
}
