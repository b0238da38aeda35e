/* SPDX-License-Identifier: MIT */
/* Reads all shapes of all levels with their points, and prints what plain.c prints of the same disc: shapes
 * DISC */
#include <stdio.h>

#include <kiwi/kiwi.h>

struct sums {
    unsigned long long shapes, points, sum, characters;
};

static void count(struct sums *sums, const struct kiwi_shape *shape)
{
    sums->shapes++;
    sums->points += shape->point_count;
    sums->characters += shape->text_length;
    sums->sum += shape->type;
    for (size_t i = 0; i < shape->point_count; i++)
        sums->sum += (uint32_t)shape->points[i].x + 3 * (uint32_t)shape->points[i].y;
}

static enum kiwi_status read_level(struct kiwi_map *map, const struct kiwi_level *level,
                                   struct kiwi_shapes *shapes, struct sums *sums, struct kiwi_error *error)
{
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    struct kiwi_shape shape;
    enum kiwi_status status = kiwi_parcels_open(map, level, NULL, &parcels, error);
    while (status == KIWI_OK && (status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        status = kiwi_shapes_start(shapes, &parcel, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME, error);
        while (status == KIWI_OK && (status = kiwi_shapes_next(shapes, &shape, error)) == KIWI_OK)
            count(sums, &shape);
        status = status == KIWI_END ? KIWI_OK : status;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

int main(int argument_count, char **arguments)
{
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    struct kiwi_error error;
    struct sums sums = {0};
    if (argument_count != 2 || kiwi_disc_open(arguments[1], NULL, &disc, &error) != KIWI_OK ||
        kiwi_map_open(disc, &map, &error) != KIWI_OK || kiwi_shapes_open(map, &shapes, &error) != KIWI_OK) {
        fputs("usage: shapes DISC\n", stderr);
        return 2;
    }
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; i < kiwi_map_level_count(map) && status == KIWI_OK; i++)
        status = read_level(map, kiwi_map_level(map, i), shapes, &sums, &error);
    kiwi_shapes_close(shapes);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    printf("%llu shapes, %llu points, %llu characters, sum %llu\n", sums.shapes, sums.points, sums.characters,
           sums.sum);
    return status == KIWI_OK ? 0 : 4;
}
