/* SPDX-License-Identifier: MIT */
/* Gives roads of another disc the names of the labels that stand on them. Labels are kept by the cells of a
 * grid, and each road looks into those that it comes near. */
#include "street_labels.h"

#include <float.h>
#include <string.h>

#include <kiwi/kiwi.h>

#include "flat.h"
#include "grid.h"
#include "memory.h"
#include "sort.h"

enum {
    FARTHEST = 25, /* metres from a road to its label */
    CELL = X_PER_DEGREE / 500,
    ROW = Y_PER_DEGREE / 500, /* both more than what is farthest, up to 80 degrees of latitude */
};

#define NO_WAY_FOUND SIZE_MAX

struct labelled_place {
    int64_t column, row;
    size_t place;
    double distance; /* to the nearest road so far */
    size_t way;
};

struct labelled_places {
    struct labelled_place *items;
    size_t count;
};

/** Texts of road names have the type of a road, and lie along it; shields have another. */
static bool is_of_street(const struct network *network, const struct place *place)
{
    const char *type = kiwi_enumeration_name(&kiwi_enum_type_code, place->codes.type_code);
    return place->codes.present && place->finest_level == network->finest_disc_level && type &&
           strncmp(type, "road_", strlen("road_")) == 0;
}

static int compare_labels(const void *left, const void *right)
{
    const struct labelled_place *a = left, *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static struct labelled_places collect(const struct network *network)
{
    struct labelled_places labels = {0};
    size_t capacity = 0;
    for (size_t i = 0; i < network->place_count; i++) {
        const struct place *place = &network->places[i];
        if (!is_of_street(network, place))
            continue;
        labels.items = grow(labels.items, &capacity, labels.count + 1, sizeof *labels.items);
        labels.items[labels.count++] = (struct labelled_place){floor_divide(place->position.x, CELL),
                                                               floor_divide(place->position.y, ROW), i,
                                                               FARTHEST, NO_WAY_FOUND};
    }
    sort(labels.items, labels.count, sizeof *labels.items, compare_labels);
    return labels;
}

static size_t first_at(const struct labelled_places *labels, int64_t row, int64_t column)
{
    const struct labelled_place wanted = {.row = row, .column = column};
    size_t low = 0, high = labels->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_labels(&labels->items[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/** The labels around a segment, which may be long: those of the rows and columns that it and its neighbours
 * have. */
static void look_around(struct labelled_places *labels, const struct network *network, size_t way,
                        struct position from, struct position to)
{
    struct position low = from, high = from;
    bounds_extend(to, &low, &high);
    const int64_t west = floor_divide(low.x, CELL) - 1, east = floor_divide(high.x, CELL) + 1;
    const int64_t north = floor_divide(high.y, ROW) + 1;
    for (int64_t row = floor_divide(low.y, ROW) - 1; row <= north; row++)
        for (size_t i = first_at(labels, row, west); i < labels->count; i++) {
            struct labelled_place *label = &labels->items[i];
            if (label->row != row || label->column > east)
                break;
            const struct flat flat = flat_around(network->places[label->place].position);
            const double distance = flat_nearest(&flat, from, to).distance;
            if (distance >= label->distance)
                continue;
            label->distance = distance;
            label->way = way;
        }
}

/** Of several labels on one road the nearest counts. */
static void name_ways(struct network *network, const struct labelled_places *labels)
{
    double *distances = allocate(network->way_count + 1, sizeof *distances);
    for (size_t i = 0; i < network->way_count; i++)
        distances[i] = DBL_MAX;
    for (size_t i = 0; i < labels->count; i++) {
        const struct labelled_place *label = &labels->items[i];
        if (label->way == NO_WAY_FOUND || label->distance >= distances[label->way])
            continue;
        distances[label->way] = label->distance;
        network->ways[label->way].name = network->places[label->place].name;
    }
    release(distances);
}

void street_labels_apply(struct network *network)
{
    struct labelled_places labels = collect(network);
    for (size_t w = 0; labels.count && w < network->way_count; w++) {
        const struct way *way = &network->ways[w];
        if (!way->codes.present || way->finest_level != network->finest_disc_level)
            continue;
        for (size_t v = way->first; v + 1 < way->first + way->count; v++)
            look_around(&labels, network, w, network->positions[v], network->positions[v + 1]);
    }
    if (labels.count)
        name_ways(network, &labels);
    release(labels.items);
}
