/* SPDX-License-Identifier: MIT */
/* parcel_at DISC: for each "latitude longitude" (1/8 seconds) on standard input the parcel of every level. */
#include <stdio.h>
#include <stdlib.h>

#include <kiwi/kiwi.h>

static void print_parcel(struct kiwi_map *map, const struct kiwi_level *level, struct kiwi_place place)
{
    struct kiwi_parcel parcel;
    struct kiwi_error error;

    if (kiwi_map_parcel_at(map, level, place, &parcel, &error) != KIWI_OK) {
        printf("%d -\n", level->number);
        return;
    }
    struct kiwi_box box = kiwi_parcel_box(&parcel);
    printf("%d %s %llu %llu %.9f %.9f %.9f %.9f\n", level->number, parcel.file->path,
           (unsigned long long)parcel.offset, (unsigned long long)parcel.size, box.west, box.south, box.east,
           box.north);
}

int main(int argc, char **argv)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_map *map = NULL;
    struct kiwi_error error;
    int latitude, longitude;

    if (argc != 2 || kiwi_disc_open(argv[1], NULL, &disc, &error) != KIWI_OK ||
        kiwi_map_open(disc, &map, &error) != KIWI_OK)
        return EXIT_FAILURE;
    while (scanf("%d %d", &latitude, &longitude) == 2)
        for (size_t i = 0; i < kiwi_map_level_count(map); i++)
            print_parcel(
                map, kiwi_map_level(map, i),
                (struct kiwi_place){kiwi_eighths_degrees(latitude), kiwi_eighths_degrees(longitude)});
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    return EXIT_SUCCESS;
}
