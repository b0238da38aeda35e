/* SPDX-License-Identifier: MIT */
/* Searches the shortest way over the disc's own graph, and prints its links: route DISC LATITUDE LONGITUDE
 * LATITUDE LONGITUDE */
#include <stdio.h>
#include <stdlib.h>

#include <kiwi/kiwi.h>

static enum kiwi_status print_way(struct kiwi_route *route, struct kiwi_error *error)
{
    const struct kiwi_route_summary *summary = kiwi_route_summary(route);
    struct kiwi_route_leg leg;
    enum kiwi_status status;
    printf("%llu m in %lu links of level %d\n", (unsigned long long)summary->length,
           (unsigned long)summary->leg_count, summary->level->number);
    for (uint32_t i = 0; (status = kiwi_route_leg(route, i, &leg, error)) == KIWI_OK; i++)
        printf("%6lu m to %.5f,%.5f\n", (unsigned long)leg.length, leg.ends[1].latitude,
               leg.ends[1].longitude);
    return status == KIWI_END ? KIWI_OK : status;
}

int main(int count, char **words)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_map *map = NULL;
    struct kiwi_regions *regions = NULL;
    struct kiwi_route *route = NULL;
    struct kiwi_error error = {.text = "usage: route DISC LATITUDE LONGITUDE LATITUDE LONGITUDE"};
    struct kiwi_place ends[2] = {{0, 0}, {0, 0}};
    for (int i = 0; count == 6 && i < 2; i++)
        ends[i] = (struct kiwi_place){atof(words[2 + 2 * i]), atof(words[3 + 2 * i])};
    bool good = count == 6 && kiwi_disc_open(words[1], NULL, &disc, &error) == KIWI_OK &&
                kiwi_map_open(disc, &map, &error) == KIWI_OK &&
                kiwi_regions_open(map, &regions, &error) == KIWI_OK &&
                kiwi_route_open(regions, ends[0], ends[1], NULL, &route, &error) == KIWI_OK &&
                print_way(route, &error) == KIWI_OK;
    if (!good)
        fprintf(stderr, "%s\n", error.text);
    kiwi_route_close(route);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    return good ? 0 : 1;
}
