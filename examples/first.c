/* SPDX-License-Identifier: MIT */
/* Prints the roads of the parcel at a place, a link per line, its points in degrees: first DISC */
#include <kiwi/kiwi.h>
#include <stdio.h>
int main(int count, char **words)
{
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_parcel parcel;
    struct kiwi_shapes *shapes;
    struct kiwi_error error = {.text = "usage: first DISC"};
    struct kiwi_place place = {57.70, 11.98}; /* degrees, latitude first */
    if (count != 2 || kiwi_disc_open(words[1], NULL, &disc, &error) || kiwi_map_open(disc, &map, &error) ||
        kiwi_map_parcel_at(map, kiwi_map_level_by_number(map, 0), place, &parcel, &error) ||
        kiwi_shapes_open(map, &shapes, &error) || kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, &error))
        return fprintf(stderr, "%s\n", error.text), 1;
    for (struct kiwi_shape road; kiwi_shapes_next(shapes, &road, &error) == KIWI_OK; putchar('\n'))
        for (size_t i = 0; i < road.point_count; i++)
            printf(" %.5f,%.5f", kiwi_parcel_place(&parcel, road.points[i]).latitude,
                   kiwi_parcel_place(&parcel, road.points[i]).longitude);
    kiwi_shapes_close(shapes);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
}
