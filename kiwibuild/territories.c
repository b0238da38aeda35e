/* SPDX-License-Identifier: MIT */
/* Collects boundaries of administration and towns, and says where a position lies. */
#include "territories.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feature_centre.h"
#include "input/multipolygon.h"
#include "memory.h"
#include "name_choice.h"
#include "sort.h"

/** A way that is a piece of a boundary. */
struct border_way {
    int64_t id;
    size_t first, count;
};

enum {
    TOWN_LEVEL = 8,   /* what is deeper is a part of a town */
    COUNTY_LEVEL = 6, /* what is higher is no town */
    CELL = X_PER_DEGREE / 4,
    ROW = Y_PER_DEGREE / 4,
    MOST_CELLS = 4096, /* of one territory */
    METRES_PER_DEGREE = 111320,
};

/** The cell of what covers more. */
#define EVERYWHERE UINT64_MAX

/** 0 if it is no boundary of a level that people name in addresses. */
static int level_of(const struct tags *tags)
{
    static const char *const levels[] = {"2", "4", "6", "7", "8", "9", "10"};
    const char *boundary = tags_get(tags, "boundary"), *level = tags_get(tags, "admin_level");
    if (!boundary || !level || strcmp(boundary, "administrative") != 0)
        return 0;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(levels[i], level) == 0)
            return atoi(level);
    return 0;
}

/** Begins a territory; its rings follow. */
static struct territory *begin(struct territories *territories, uint32_t name, int level)
{
    territories->items = grow(territories->items, &territories->capacity, territories->count + 1,
                              sizeof *territories->items);
    struct territory *territory = &territories->items[territories->count++];
    *territory = (struct territory){.name = name, .level = level, .first = territories->side_count};
    return territory;
}

static void add_ring(struct territories *territories, const struct position *positions, size_t count)
{
    struct territory *territory = &territories->items[territories->count - 1];
    territories->ends = grow(territories->ends, &territories->end_capacity,
                             2 * (territories->side_count + count), sizeof *territories->ends);
    for (size_t i = 1; i < count; i++) {
        struct position *ends = territories->ends + 2 * territories->side_count++;
        ends[0] = positions[i - 1];
        ends[1] = positions[i];
    }
    territory->count = territories->side_count - territory->first;
}

static struct position centre_of(const struct contour *contour)
{
    const struct feature area = {.kind = SHAPE_AREA, .contours = contour, .contour_count = 1};
    return feature_centre(&area);
}

static void keep_way(struct territories *territories, const struct feature *feature)
{
    const struct contour *contour = &feature->contours[0];
    const struct border_way way = {feature->name.number, territories->vertex_count, contour->count};
    size_t end = way.first + way.count;
    territories->way_nodes = grow(territories->way_nodes, &territories->node_capacity, end,
                                  sizeof *territories->way_nodes);
    territories->way_positions = grow(territories->way_positions, &territories->position_capacity, end,
                                      sizeof *territories->way_positions);
    memcpy(territories->way_nodes + way.first, contour->nodes, way.count * sizeof *contour->nodes);
    memcpy(territories->way_positions + way.first, contour->positions,
           way.count * sizeof *contour->positions);
    territories->vertex_count = end;
    territories->ways = grow(territories->ways, &territories->way_capacity, territories->way_count + 1,
                             sizeof way);
    territories->ways[territories->way_count++] = way;
}

bool territories_add(struct territories *territories, struct texts *texts, const struct feature *feature)
{
    const char *boundary = tags_get(feature->tags, "boundary");
    int level = level_of(feature->tags);
    if (feature->kind == SHAPE_POINT || !boundary || strcmp(boundary, "administrative") != 0)
        return false;
    if (strcmp(feature->name.word, "way") == 0 && feature->contours[0].nodes)
        keep_way(territories, feature);
    uint32_t name = level && feature->kind == SHAPE_AREA ? texts_add(texts, name_choose(texts, feature->tags))
                                                         : 0;
    if (!name)
        return false;
    begin(territories, name, level)->centre = centre_of(&feature->contours[0]);
    for (size_t i = 0; i < feature->contour_count; i++)
        add_ring(territories, feature->contours[i].positions, feature->contours[i].count);
    return true;
}

/* Relations */

static int compare_ways(const void *left, const void *right)
{
    const struct border_way *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

/** The ways of a relation that are there; *whole is whether all are. */
static struct strand *find_strands(struct territories *territories, const struct relation *relation,
                                   size_t *count, bool *whole)
{
    struct strand *strands = allocate(relation->member_count + 1, sizeof *strands);
    if (territories->sorted_ways < territories->way_count) {
        sort(territories->ways, territories->way_count, sizeof *territories->ways, compare_ways);
        territories->sorted_ways = territories->way_count;
    }
    *count = 0;
    *whole = true;
    for (size_t i = 0; i < relation->member_count; i++) {
        const struct border_way wanted = {.id = relation->members[i].id};
        const struct border_way *way;
        if (relation->members[i].type != MEMBER_WAY)
            continue;
        way = territories->way_count
                  ? bsearch(&wanted, territories->ways, territories->way_count, sizeof wanted, compare_ways)
                  : NULL;
        *whole = *whole && way;
        if (way)
            strands[(*count)++] = (struct strand){territories->way_nodes + way->first,
                                                  territories->way_positions + way->first, way->count};
    }
    return strands;
}

void territories_add_relation(struct territories *territories, struct texts *texts,
                              const struct relation *relation, struct passed_over *passed_over)
{
    const char *type = tags_get(relation->tags, "type");
    struct multipolygon rings = {0};
    size_t count;
    bool whole;
    int level = level_of(relation->tags);
    if (!level || !type || (strcmp(type, "boundary") != 0 && strcmp(type, "multipolygon") != 0))
        return;
    uint32_t name = texts_add(texts, name_choose(texts, relation->tags));
    if (!name)
        return;
    struct strand *strands = find_strands(territories, relation, &count, &whole);
    if (whole && multipolygon_make(&rings, strands, count) && rings.ring_count && !rings.open) {
        const struct contour largest = {rings.positions + rings.rings[0].first, NULL, rings.rings[0].count,
                                        false};
        begin(territories, name, level)->centre = centre_of(&largest);
        for (size_t i = 0; i < rings.ring_count; i++)
            add_ring(territories, rings.positions + rings.rings[i].first, rings.rings[i].count);
    } else {
        pass_over(passed_over, 1, "boundaries of administration are not whole, and name no town or country",
                  "relation %lld", (long long)relation->id);
    }
    multipolygon_free(&rings);
    release(strands);
}

/* Where a position lies */

static void find_corners(struct territories *territories, struct territory *territory,
                         const struct network *network)
{
    struct position *ends = territories->ends + 2 * territory->first;
    territory->low = (struct position){INT64_MAX, INT64_MAX};
    territory->high = (struct position){INT64_MIN, INT64_MIN};
    territory->centre = network_unwrap(network, territory->centre);
    for (size_t i = 0; i < 2 * territory->count; i++) {
        ends[i] = network_unwrap(network, ends[i]);
        bounds_extend(ends[i], &territory->low, &territory->high);
    }
    const struct sides sides = {ends, 2, territory->count};
    if (territory->count)
        territory->strips = strips_make(&territories->strips, &sides);
}

static bool lies_in(const struct territories *territories, const struct territory *territory,
                    struct position p)
{
    const struct position *ends = territories->ends + 2 * territory->first;
    bool inside = false;
    size_t count;
    if (p.x < territory->low.x || p.x > territory->high.x || p.y < territory->low.y ||
        p.y > territory->high.y)
        return false;
    const uint32_t *sides = strips_at(&territories->strips, &territory->strips, p.y, &count);
    for (size_t i = 0; i < count; i++) {
        struct position a = ends[2 * sides[i]], b = ends[2 * sides[i] + 1];
        if ((a.y > p.y) == (b.y > p.y))
            continue;
        double x = (double)a.x + (double)(b.x - a.x) * (double)(p.y - a.y) / (double)(b.y - a.y);
        inside = inside != ((double)p.x < x);
    }
    return inside;
}

/** From the narrowest to the widest, and then by name, which is the same whatever the order of the input. */
static int compare_territories(const void *left, const void *right)
{
    const struct territory *a = left, *b = right;
    if (a->level != b->level)
        return a->level > b->level ? -1 : 1;
    if (a->name != b->name)
        return a->name < b->name ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

/* A grid of cells of a quarter of a degree */

static int64_t column_of(int64_t x)
{
    return x / CELL + (x < 0 ? -1 : 0);
}

static int64_t row_of(int64_t y)
{
    return y / ROW + (y < 0 ? -1 : 0);
}

static uint64_t cell_at(int64_t row, int64_t column)
{
    return (uint64_t)(row + 1000) << 32 | (uint64_t)(column + 10000);
}

static uint64_t cell_of(struct position position)
{
    return cell_at(row_of(position.y), column_of(position.x));
}

static int compare_cells(const void *left, const void *right)
{
    const struct cell_place *a = left, *b = right;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->territory > b->territory) - (a->territory < b->territory);
}

static void add_cell(struct cell_places *places, uint64_t cell, size_t territory)
{
    places->items = grow(places->items, &places->capacity, places->count + 1, sizeof *places->items);
    places->items[places->count++] = (struct cell_place){cell, (uint32_t)territory};
}

static void sort_cells(struct cell_places *places)
{
    sort(places->items, places->count, sizeof *places->items, compare_cells);
}

/** The first one of a cell, or where it would stand. */
static const struct cell_place *first_of_cell(const struct cell_places *places, uint64_t cell)
{
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->items[middle].cell < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return places->items + low;
}

static bool is_of_cell(const struct cell_places *places, const struct cell_place *place, uint64_t cell)
{
    return place < places->items + places->count && place->cell == cell;
}

/** What covers very much stands in a cell of its own, which is looked at for all positions. */
static void enter_cells(struct cell_places *around, const struct territory *territory, size_t number)
{
    const int64_t west = column_of(territory->low.x), east = column_of(territory->high.x);
    const int64_t south = row_of(territory->low.y), north = row_of(territory->high.y);
    if (!territory->count)
        return;
    if ((east - west + 1) * (north - south + 1) > MOST_CELLS) {
        add_cell(around, EVERYWHERE, number);
        return;
    }
    for (int64_t row = south; row <= north; row++)
        for (int64_t column = west; column <= east; column++)
            add_cell(around, cell_at(row, column), number);
}

/** Towns that have no boundary are around their place. */
static void add_towns(struct territories *territories, const struct network *network)
{
    struct location location;
    for (size_t i = 0; i < network->place_count; i++) {
        const struct place *place = &network->places[i];
        bool bounded = false;
        if (place->category)
            continue;
        territories_locate(territories, place->position, &location);
        for (size_t k = 0; k < location.count; k++) {
            struct territory *around = &territories->items[location.territories[k]];
            if (around->name != place->name)
                continue;
            around->has_place = true;
            bounded = true;
        }
        if (bounded || !place->reach)
            continue;
        *begin(territories, place->name, TOWN_LEVEL) = (struct territory){.name = place->name,
                                                                          .level = TOWN_LEVEL,
                                                                          .centre = place->position,
                                                                          .reach = place->reach,
                                                                          .has_place = true};
    }
}

void territories_finish(struct territories *territories, struct network *network)
{
    for (size_t i = 0; i < territories->count; i++)
        find_corners(territories, &territories->items[i], network);
    sort(territories->items, territories->count, sizeof *territories->items, compare_territories);
    for (size_t i = 0; i < territories->count; i++)
        enter_cells(&territories->around, &territories->items[i], i);
    sort_cells(&territories->around);
    const size_t bounded = territories->count;
    add_towns(territories, network);
    for (size_t i = bounded; i < territories->count; i++)
        add_cell(&territories->towns, cell_of(territories->items[i].centre), i);
    sort_cells(&territories->towns);
}

/** Square of the distance in kilometres of its reach. */
static double distance_squared(const struct territory *town, struct position p)
{
    double y = (double)(p.y - town->centre.y) / Y_PER_DEGREE * METRES_PER_DEGREE / 1000;
    double x = (double)(p.x - town->centre.x) / X_PER_DEGREE * METRES_PER_DEGREE / 1000 *
               cos((double)p.y / Y_PER_DEGREE * acos(-1.0) / 180);
    return (x * x + y * y) / town->reach / town->reach;
}

/** Of the towns of a cell the nearest, by their reach. */
static void look_into_cell(const struct territories *territories, uint64_t cell, struct position position,
                           uint32_t *town, double *best)
{
    const struct cell_places *towns = &territories->towns;
    for (const struct cell_place *at = first_of_cell(towns, cell); is_of_cell(towns, at, cell); at++) {
        double distance = distance_squared(&territories->items[at->territory], position);
        if (*town == NO_TERRITORY || distance < *best) {
            *town = at->territory;
            *best = distance;
        }
    }
}

/** The town without a boundary that is nearest, among those around. */
static uint32_t nearest_town(const struct territories *territories, struct position position)
{
    uint32_t town = NO_TERRITORY;
    double best = 0;
    for (int north = -1; north <= 1 && territories->towns.count; north++)
        for (int east = -1; east <= 1; east++)
            look_into_cell(territories, cell_at(row_of(position.y) + north, column_of(position.x) + east),
                           position, &town, &best);
    return town;
}

/** Whether streets are said to be in this one: not in a county, unless it is a town itself. */
static bool is_town(const struct territory *territory)
{
    return territory->level <= TOWN_LEVEL &&
           (territory->level > COUNTY_LEVEL || (territory->level == COUNTY_LEVEL && territory->has_place));
}

/** Puts the town that is nearest among the territories around a position. */
static void insert_town(const struct territories *territories, struct location *location)
{
    size_t at = 0;
    if (location->count == TERRITORY_LEVELS)
        location->count--;
    while (at < location->count && territories->items[location->territories[at]].level > TOWN_LEVEL)
        at++;
    memmove(location->territories + at + 1, location->territories + at,
            (location->count - at) * sizeof location->territories[0]);
    location->territories[at] = location->town;
    location->count++;
}

/** Takes over a territory that may be around a position, if it is. */
static void look_at(const struct territories *territories, uint32_t number, struct position position,
                    struct location *location)
{
    const struct territory *territory = &territories->items[number];
    const size_t count = location->count;
    if (count == TERRITORY_LEVELS || !lies_in(territories, territory, position) ||
        (count && territories->items[location->territories[count - 1]].name == territory->name))
        return; /* a town may be its own county */
    if (location->town == NO_TERRITORY && is_town(territory))
        location->town = number;
    location->territories[location->count++] = number;
}

/** Those around a position, from the narrowest to the widest: of its cell, and those that are everywhere. */
static void find_around(const struct territories *territories, struct position position,
                        struct location *location)
{
    const struct cell_places *around = &territories->around;
    const uint64_t cell = cell_of(position);
    const struct cell_place *here = first_of_cell(around, cell), *wide = first_of_cell(around, EVERYWHERE);
    for (;;) {
        bool is_here = is_of_cell(around, here, cell), is_wide = is_of_cell(around, wide, EVERYWHERE);
        if (!is_here && !is_wide)
            return;
        bool first = is_here && (!is_wide || here->territory < wide->territory);
        look_at(territories, first ? here++->territory : wide++->territory, position, location);
    }
}

void territories_locate(const struct territories *territories, struct position position,
                        struct location *location)
{
    *location = (struct location){.town = NO_TERRITORY};
    find_around(territories, position, location);
    if (location->town != NO_TERRITORY)
        return;
    location->town = nearest_town(territories, position);
    if (location->town != NO_TERRITORY)
        insert_town(territories, location);
    for (size_t i = 0; location->town == NO_TERRITORY && i < location->count; i++)
        if (territories->items[location->territories[i]].level == COUNTY_LEVEL)
            location->town = location->territories[i];
}

void territories_free(struct territories *territories)
{
    release(territories->items);
    release(territories->ends);
    strip_store_free(&territories->strips);
    release(territories->ways);
    release(territories->way_nodes);
    release(territories->way_positions);
    release(territories->towns.items);
    release(territories->around.items);
    *territories = (struct territories){0};
}
