/* SPDX-License-Identifier: MIT */
/* Finds where a house stands along the road that its address names. */
#include "house_places.h"

#include <math.h>

#include "flat.h"
#include "memory.h"
#include "sort.h"
#include "streets.h"

enum { FARTHEST = 2000 }; /* metres from a house to its street */

static int compare_named(const void *left, const void *right)
{
    const struct named_way *a = left, *b = right;
    if (a->name != b->name)
        return a->name < b->name ? -1 : 1;
    return (a->way > b->way) - (a->way < b->way);
}

static struct named_way name_way(const struct network *network, uint32_t number)
{
    const struct way *way = &network->ways[number];
    const struct position *p = network->positions + way->first;
    struct named_way named = {way->name, number, p[0], p[0]};
    for (size_t i = 1; i < way->count; i++) {
        named.low.x = p[i].x < named.low.x ? p[i].x : named.low.x;
        named.low.y = p[i].y < named.low.y ? p[i].y : named.low.y;
        named.high.x = p[i].x > named.high.x ? p[i].x : named.high.x;
        named.high.y = p[i].y > named.high.y ? p[i].y : named.high.y;
    }
    return named;
}

struct named_ways named_ways_make(const struct network *network)
{
    struct named_ways ways = {allocate(network->way_count + 1, sizeof *ways.items), 0};
    for (size_t i = 0; i < network->way_count; i++)
        if (network->ways[i].name)
            ways.items[ways.count++] = name_way(network, (uint32_t)i);
    sort(ways.items, ways.count, sizeof *ways.items, compare_named);
    return ways;
}

/** Whether a way may come nearer to the origin of the map than so many metres. */
static bool may_be_near(const struct flat *flat, const struct named_way *way, double distance)
{
    double x = distance / flat->x, y = distance / flat->y;
    return (double)(way->low.x - flat->origin.x) <= x && (double)(flat->origin.x - way->high.x) <= x &&
           (double)(way->low.y - flat->origin.y) <= y && (double)(flat->origin.y - way->high.y) <= y;
}

/** Takes over where the house is, if this way is nearer than what was found before. */
static void look_at_way(struct house_place *place, double *best, const struct flat *flat, uint32_t number,
                        const struct network *network)
{
    const struct way *way = &network->ways[number];
    const struct position *p = network->positions;
    double along = 0;
    uint32_t link = way->first_link;
    for (size_t v = way->first; v + 1 < way->first + way->count; v++) {
        struct nearest nearest = flat_nearest(flat, p[v], p[v + 1]);
        double length = hypot((double)(p[v + 1].x - p[v].x) * flat->x,
                              (double)(p[v + 1].y - p[v].y) * flat->y);
        link += v > way->first && network->nodes[v];
        if (nearest.distance < *best) {
            *best = nearest.distance;
            place->way = number;
            place->link = link;
            place->left = nearest.left;
            place->along = along + nearest.part * length;
            place->position = (struct position){
                p[v].x + llround((double)(p[v + 1].x - p[v].x) * nearest.part),
                p[v].y + llround((double)(p[v + 1].y - p[v].y) * nearest.part)};
        }
        along += length;
    }
}

void house_place_find(struct house_place *place, const struct house *address, const struct named_ways *ways,
                      const struct network *network)
{
    const struct position position = network_unwrap(network, address->position);
    const struct flat flat = flat_around(position);
    size_t low = 0, high = ways->count;
    double best = FARTHEST;
    *place = (struct house_place){.name = address->street,
                                  .number = address->number,
                                  .way = NO_ROAD,
                                  .link = NO_LINK,
                                  .position = position};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ways->items[middle].name < address->street)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ways->count && ways->items[low].name == address->street; low++)
        if (may_be_near(&flat, &ways->items[low], best))
            look_at_way(place, &best, &flat, ways->items[low].way, network);
}
