/* SPDX-License-Identifier: MIT */
/* The grid of a level: from its counts to its cells, from places to cells and back. */
#include <math.h>

#include "map/levels.h"

#define TURN (360 * KIWI_EIGHTHS_PER_DEGREE)

void kiwi_level_set_grid(struct kiwi_level *level,
                         const struct kiwi_parcel_related_distribution_header *header)
{
    const struct kiwi_level_management_record *record = &level->record;
    level->number = record->level;
    level->columns = (uint32_t)record->block_sets_longitude * record->blocks_longitude *
                     (uint32_t)record->parcels_longitude;
    level->rows = (uint32_t)record->block_sets_latitude * record->blocks_latitude *
                  (uint32_t)record->parcels_latitude;
    struct kiwi_grid *grid = &level->grid;
    grid->south = kiwi_angle_eighths(header->latitude_lower);
    grid->west = kiwi_angle_eighths(header->longitude_left);
    grid->height = kiwi_angle_eighths(header->latitude_upper) - grid->south;
    grid->width = kiwi_angle_eighths(header->longitude_right) - grid->west;
    while (grid->width <= 0)
        grid->width += TURN; /* the coverage crosses 180 degrees */
    double scale = 1e7 / KIWI_EIGHTHS_PER_DEGREE / KIWI_PARCEL_UNITS;
    grid->x_scale = grid->width * scale / level->columns;
    grid->y_scale = grid->height * scale / level->rows;
    level->box = (struct kiwi_box){
        kiwi_angle_degrees(header->longitude_left), kiwi_angle_degrees(header->latitude_lower),
        kiwi_angle_degrees(header->longitude_right), kiwi_angle_degrees(header->latitude_upper)};
}

/** Of so many cells that divide a span, the one at a distance from its begin; the far edge belongs to the
 * last. */
static uint32_t cell_at(double distance, int32_t span, uint32_t cells)
{
    double cell = floor(distance * cells / span);
    return cell < cells ? (uint32_t)cell : cells - 1;
}

/** Edges of cells lie at parts of a 1/8 second, so nothing may be rounded to one. */
bool kiwi_level_cell(const struct kiwi_level *level, struct kiwi_place place, uint32_t *column, uint32_t *row)
{
    const double nothing = 1e-5; /* 1/8 seconds: what a double of degrees may have lost */
    const struct kiwi_grid *grid = &level->grid;
    double north = place.latitude * KIWI_EIGHTHS_PER_DEGREE - grid->south + nothing;
    double east = fmod(place.longitude * KIWI_EIGHTHS_PER_DEGREE - grid->west + nothing, TURN);
    east += east < 0 ? TURN : 0;
    if (north < 0 || north > grid->height + 2 * nothing || east > grid->width + 2 * nothing)
        return false;
    *column = cell_at(east, grid->width, level->columns);
    *row = cell_at(north, grid->height, level->rows);
    return true;
}

/** Degrees of a global coordinate: units counted from the edge of the coverage. */
static double degrees(int32_t origin, int32_t span, uint32_t cells, int64_t units)
{
    return (origin + (double)span * (double)units / ((double)cells * KIWI_PARCEL_UNITS)) /
           KIWI_EIGHTHS_PER_DEGREE;
}

struct kiwi_place_e7 kiwi_parcel_place_e7(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    const struct kiwi_place_wide place = kiwi_parcel_place_wide(parcel, point);
    const int64_t half = 1800000000;
    const int64_t turns = place.longitude > half ? 1 : place.longitude < -half ? -1 : 0;
    return (struct kiwi_place_e7){(int32_t)place.latitude, (int32_t)(place.longitude - 2 * half * turns)};
}

struct kiwi_place kiwi_parcel_place(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    struct kiwi_place_e7 place = kiwi_parcel_place_e7(parcel, point);
    return (struct kiwi_place){place.latitude / 1e7, place.longitude / 1e7};
}

struct kiwi_box kiwi_parcel_box(const struct kiwi_parcel *parcel)
{
    const struct kiwi_level *level = parcel->level;
    int64_t width = (int64_t)parcel->columns * KIWI_PARCEL_UNITS;
    int64_t height = (int64_t)parcel->rows * KIWI_PARCEL_UNITS;
    int64_t x = (int64_t)parcel->column * KIWI_PARCEL_UNITS +
                width * parcel->part_column / parcel->part_columns;
    int64_t y = (int64_t)parcel->row * KIWI_PARCEL_UNITS + height * parcel->part_row / parcel->part_rows;
    struct kiwi_box box = {
        .west = degrees(level->grid.west, level->grid.width, level->columns, x),
        .south = degrees(level->grid.south, level->grid.height, level->rows, y),
        .east = degrees(level->grid.west, level->grid.width, level->columns,
                        x + width / parcel->part_columns),
        .north = degrees(level->grid.south, level->grid.height, level->rows, y + height / parcel->part_rows),
    };
    /* -180 < longitude <= 180: a box that crosses 180 degrees has its west behind its east */
    if (box.west >= 180)
        box.west -= 360;
    if (box.east > 180)
        box.east -= 360;
    return box;
}
