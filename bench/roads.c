/* SPDX-License-Identifier: MIT */
/* Reads all roads of level 0 with their points: roads DISC. Prints how many there are of both. */
#include <stdio.h>

#include <kiwi/kiwi.h>

static enum kiwi_status count(struct kiwi_map *map, const struct kiwi_level *level, struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_shapes *shapes;
    struct kiwi_parcel parcel;
    struct kiwi_shape shape;
    unsigned long long roads = 0;
    unsigned long long points = 0;
    enum kiwi_status status = kiwi_shapes_open(map, &shapes, error);
    if (status != KIWI_OK)
        return status;
    status = kiwi_parcels_open(map, level, NULL, &parcels, error);
    while (status == KIWI_OK && (status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        status = kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, error);
        while (status == KIWI_OK && (status = kiwi_shapes_next(shapes, &shape, error)) == KIWI_OK) {
            roads++;
            points += shape.point_count;
        }
        status = status == KIWI_END ? KIWI_OK : status;
    }
    kiwi_parcels_close(parcels);
    kiwi_shapes_close(shapes);
    printf("%llu %llu\n", roads, points);
    return status == KIWI_END ? KIWI_OK : status;
}

int main(int argument_count, char **arguments)
{
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_error error;
    if (argument_count != 2 || kiwi_disc_open(arguments[1], NULL, &disc, &error) != KIWI_OK ||
        kiwi_map_open(disc, &map, &error) != KIWI_OK) {
        fputs("usage: roads DISC\n", stderr);
        return 2;
    }
    enum kiwi_status status = count(map, kiwi_map_level_by_number(map, 0), &error);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    return status == KIWI_OK ? 0 : 4;
}
