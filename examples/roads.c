/* SPDX-License-Identifier: MIT */
/* Goes through all parcels of the finest level and adds up the kilometres of roads by their type: roads DISC
 */
#include <stdio.h>

#include <kiwi/kiwi.h>

enum { TYPES = 16 };

static double length_of(const struct kiwi_parcel *parcel, const struct kiwi_shape *road)
{
    double metres = 0;
    for (size_t i = 1; i < road->point_count; i++)
        metres += kiwi_distance(kiwi_parcel_place(parcel, road->points[i - 1]),
                                kiwi_parcel_place(parcel, road->points[i]));
    return metres;
}

static enum kiwi_status add_up(struct kiwi_map *map, const struct kiwi_level *level, double metres[TYPES],
                               struct kiwi_error *error)
{
    struct kiwi_parcels *parcels = NULL;
    struct kiwi_shapes *shapes = NULL;
    struct kiwi_parcel parcel;
    struct kiwi_shape road;
    enum kiwi_status status = kiwi_parcels_open(map, level, NULL, &parcels, error);
    if (status == KIWI_OK)
        status = kiwi_shapes_open(map, &shapes, error);
    while (status == KIWI_OK && (status = kiwi_parcels_next(parcels, &parcel, error)) == KIWI_OK) {
        status = kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, error);
        while (status == KIWI_OK && (status = kiwi_shapes_next(shapes, &road, error)) == KIWI_OK)
            metres[road.type % TYPES] += length_of(&parcel, &road);
        if (status == KIWI_END)
            status = KIWI_OK; /* of this parcel */
    }
    kiwi_shapes_close(shapes);
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

int main(int count, char **words)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_map *map = NULL;
    struct kiwi_error error = {.text = "usage: roads DISC"};
    double metres[TYPES] = {0};
    bool good = count == 2 && kiwi_disc_open(words[1], NULL, &disc, &error) == KIWI_OK &&
                kiwi_map_open(disc, &map, &error) == KIWI_OK &&
                add_up(map, kiwi_map_level_by_number(map, 0), metres, &error) == KIWI_OK;
    for (uint32_t i = 0; good && i < TYPES; i++)
        if (metres[i] > 0) {
            const char *name = kiwi_enumeration_name(&kiwi_enum_road_type, i);
            printf("%8.2f km %s\n", metres[i] / 1000, name ? name : "another type");
        }
    if (!good)
        fprintf(stderr, "%s\n", error.text);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    return good ? 0 : 1;
}
