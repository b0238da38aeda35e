/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TERRITORIES_H
#define KIWIBUILD_TERRITORIES_H

/* Countries, states, towns and suburbs by their boundaries. */

#include <stdbool.h>

#include "input/feature.h"
#include "input/passed_over.h"
#include "input/strips.h"
#include "network.h"
#include "text.h"

/** An area of administration, or a town that has no boundary, only a place. */
struct territory {
    uint32_t name;
    int level;                 /**< admin_level of OpenStreetMap: 2 is a country, 8 a town */
    size_t first, count;       /**< of its sides; none if it is a place */
    struct strips strips;      /**< of these */
    struct position low, high; /**< corners of what it covers */
    struct position centre;    /**< the middle of its largest ring */
    int reach;                 /**< of a place: kilometres around it */
    bool has_place;            /**< a place of the same name lies in it */
};

/** A number of a territory under a cell of a grid. */
struct cell_place {
    uint64_t cell;
    uint32_t territory;
};

/** Sorted by cell, then number. */
struct cell_places {
    struct cell_place *items;
    size_t count, capacity;
};

struct territories {
    struct territory *items;
    size_t count, capacity;
    struct position *ends; /**< of sides: from and to */
    size_t side_count, end_capacity;
    struct strip_store strips;
    struct border_way *ways; /**< of which relations make boundaries */
    size_t way_count, way_capacity;
    int64_t *way_nodes;
    struct position *way_positions;
    size_t vertex_count, node_capacity, position_capacity;
    size_t sorted_ways;
    struct cell_places towns;  /**< without a boundary */
    struct cell_places around; /**< those with boundaries, by the cells that they may cover */
};

#define NO_TERRITORY UINT32_MAX
enum { TERRITORY_LEVELS = 8 }; /**< a position is in so many at most */

/** Where a position lies: numbers of territories, from the narrowest to the widest. */
struct location {
    uint32_t territories[TERRITORY_LEVELS];
    size_t count;
    uint32_t town; /**< the one that streets are said to be in, or NO_TERRITORY */
};

/** Takes over what a feature says of boundaries; false if it is none. */
bool territories_add(struct territories *territories, struct texts *texts, const struct feature *feature);

void territories_add_relation(struct territories *territories, struct texts *texts,
                              const struct relation *relation, struct passed_over *passed_over);

/** When the network is finished: adds its towns that have no boundary. */
void territories_finish(struct territories *territories, struct network *network);

void territories_locate(const struct territories *territories, struct position position,
                        struct location *location);

void territories_free(struct territories *territories);

#endif
