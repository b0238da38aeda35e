/* SPDX-License-Identifier: MIT */
/* Makes the streets of the index: ways of one name in one town, with address ranges. */
#include "streets.h"

#include <math.h>

#include "house_places.h"
#include "memory.h"
#include "sort.h"

enum { LONGEST_RANGE = 100 }; /* metres, so that no house is far from where its range begins */

/** A way of a street. */
struct part {
    uint32_t name, town, way;
};

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_parts(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    int order = compare_numbers(a->name, b->name);
    order = order ? order : compare_numbers(a->town, b->town);
    return order ? order : compare_numbers(a->way, b->way);
}

/** Along each side of a link, odd numbers apart from even ones. */
static int compare_houses(const void *left, const void *right)
{
    const struct house_place *a = left, *b = right;
    int order = compare_numbers(a->name, b->name);
    order = order ? order : compare_numbers(a->town, b->town);
    order = order ? order : compare_numbers(a->way, b->way);
    order = order ? order : compare_numbers(a->link, b->link);
    order = order ? order : compare_numbers(a->left, b->left);
    order = order ? order : compare_numbers(a->number % 2, b->number % 2);
    order = order ? order : (a->along > b->along) - (a->along < b->along);
    return order ? order : compare_numbers(a->number, b->number);
}

static int compare_values(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return compare_numbers(*a, *b);
}

/** What streets_make() works with. */
struct maker {
    struct streets *streets;
    const struct network *network;
    const struct territories *territories;
    uint32_t *towns;            /* of each way that has a name */
    struct house_place *houses; /* of all streets */
    size_t house_count;
    struct part *parts;
    size_t part_count;
    uint32_t *numbers; /* of the street at hand, sorted */
    size_t number_count;
};

static uint32_t town_at(const struct maker *maker, struct position position)
{
    struct location location;
    territories_locate(maker->territories, position, &location);
    return location.town;
}

/** The towns of ways: that of their middle vertex. */
static void find_towns(struct maker *maker)
{
    const struct network *network = maker->network;
    maker->towns = allocate(network->way_count + 1, sizeof *maker->towns);
    for (size_t i = 0; i < network->way_count; i++)
        if (network->ways[i].name)
            maker->towns[i] = town_at(
                maker, network->positions[network->ways[i].first + network->ways[i].count / 2]);
}

static void place_houses(struct maker *maker, const struct addresses *addresses)
{
    struct named_ways ways = named_ways_make(maker->network);
    maker->houses = allocate(addresses->count + 1, sizeof *maker->houses);
    maker->house_count = addresses->count;
    for (size_t i = 0; i < addresses->count; i++) {
        struct house_place *house = &maker->houses[i];
        house_place_find(house, &addresses->items[i], &ways, maker->network);
        house->town = house->way == NO_ROAD ? town_at(maker, house->position) : maker->towns[house->way];
    }
    release(ways.items);
    sort(maker->houses, maker->house_count, sizeof *maker->houses, compare_houses);
}

/** All ways with names, and streets that are no roads. */
static void collect_parts(struct maker *maker)
{
    const struct network *network = maker->network;
    maker->parts = allocate(network->way_count + maker->house_count + 1, sizeof *maker->parts);
    for (size_t i = 0; i < network->way_count; i++)
        if (network->ways[i].name)
            maker->parts[maker->part_count++] = (struct part){network->ways[i].name, maker->towns[i],
                                                              (uint32_t)i};
    for (size_t i = 0; i < maker->house_count; i++)
        if (maker->houses[i].way == NO_ROAD)
            maker->parts[maker->part_count++] = (struct part){maker->houses[i].name, maker->houses[i].town,
                                                              NO_ROAD};
    sort(maker->parts, maker->part_count, sizeof *maker->parts, compare_parts);
}

/* Ranges */

static void add_range(struct streets *streets, const struct address_range *range)
{
    streets->ranges = grow(streets->ranges, &streets->range_capacity, streets->range_count + 1,
                           sizeof *range);
    streets->ranges[streets->range_count++] = *range;
}

/** The ways of a street as ranges without numbers. The longest one stands for the street. */
static void add_ways(struct maker *maker, const struct part *parts, size_t count)
{
    const struct network *network = maker->network;
    size_t longest = 0;
    for (size_t i = 1; i < count && parts[i].way != NO_ROAD; i++)
        if (network->ways[parts[i].way].count > network->ways[parts[longest].way].count)
            longest = i;
    for (size_t i = 0; i < count && parts[i].way != NO_ROAD; i++) {
        const struct way *way = &network->ways[parts[i].way];
        const struct address_range range = {network->positions[way->first], way->first_link, UINT32_MAX,
                                            UINT32_MAX, i == longest};
        add_range(maker->streets, &range);
    }
}

static void collect_numbers(struct maker *maker, const struct house_place *houses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        maker->numbers[i] = houses[i].number;
    sort(maker->numbers, count, sizeof *maker->numbers, compare_values);
    maker->number_count = count;
}

/** Whether no other house of the street has a number between two on the same side. */
static bool are_neighbours(const struct maker *maker, uint32_t a, uint32_t b)
{
    uint32_t less = a < b ? a : b, more = a < b ? b : a;
    size_t low = 0, high = maker->number_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maker->numbers[middle] <= less)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < maker->number_count && maker->numbers[low] < more; low++)
        if (maker->numbers[low] % 2 == less % 2)
            return false;
    return true;
}

/** Whether a house can be the next one of a range that has begun. */
static bool continues(const struct maker *maker, const struct house_place *first,
                      const struct house_place *last, const struct house_place *next)
{
    bool rises = last->number > first->number, falls = last->number < first->number;
    return next->way != NO_ROAD && next->way == first->way && next->link == first->link &&
           next->left == first->left && next->number % 2 == first->number % 2 &&
           next->along - first->along <= LONGEST_RANGE && !(rises && next->number < last->number) &&
           !(falls && next->number > last->number) && are_neighbours(maker, last->number, next->number);
}

/** The houses of a street, which the format has as the numbers at both ends of a part of a link. */
static void add_houses(struct maker *maker, const struct house_place *houses, size_t count)
{
    collect_numbers(maker, houses, count);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && continues(maker, &houses[i], &houses[end - 1], &houses[end]); end++)
            ;
        const struct address_range range = {houses[i].position, houses[i].link, houses[i].number,
                                            houses[end - 1].number, false};
        add_range(maker->streets, &range);
    }
}

static void add_street(struct maker *maker, const struct part *parts, size_t count, size_t *house)
{
    struct streets *streets = maker->streets;
    struct street street = {parts->name, parts->town, streets->range_count, 0};
    size_t first = *house;
    while (*house < maker->house_count && maker->houses[*house].name == street.name &&
           maker->houses[*house].town == street.town)
        (*house)++;
    add_ways(maker, parts, count);
    add_houses(maker, maker->houses + first, *house - first);
    street.count = streets->range_count - street.first;
    streets->items = grow(streets->items, &streets->capacity, streets->count + 1, sizeof street);
    streets->items[streets->count++] = street;
}

void streets_make(struct streets *streets, const struct network *network, const struct gazetteer *gazetteer)
{
    struct maker maker = {.streets = streets, .network = network, .territories = &gazetteer->territories};
    size_t house = 0;
    find_towns(&maker);
    place_houses(&maker, &gazetteer->addresses);
    collect_parts(&maker);
    maker.numbers = allocate(maker.house_count + 1, sizeof *maker.numbers);
    for (size_t i = 0, end; i < maker.part_count; i = end) {
        for (end = i + 1; end < maker.part_count && maker.parts[end].name == maker.parts[i].name &&
                          maker.parts[end].town == maker.parts[i].town;
             end++)
            ;
        add_street(&maker, &maker.parts[i], end - i, &house);
    }
    release(maker.towns);
    release(maker.houses);
    release(maker.parts);
    release(maker.numbers);
}

void streets_free(struct streets *streets)
{
    release(streets->items);
    release(streets->ranges);
    *streets = (struct streets){0};
}
