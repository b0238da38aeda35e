/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_MAP_SHAPES_H
#define KIWIDUMP_MAP_SHAPES_H

/* The shapes of the map that the command line asks for, parcel by parcel. */

#include "converted.h"
#include "filter.h"
#include "shape_feature.h"
#include "source.h"

/** What comes next. Only MAP_SHAPE is there in any order; the others are for who puts shapes together. */
enum map_step { MAP_SHAPE, MAP_LEVEL, MAP_PARCEL_END, MAP_ROW_END, MAP_LEVEL_END };

struct map_shapes {
    const struct feature_request *request;
    bool by_rows; /* parcels from the south to the north, in rows; otherwise as the disc has them */
    struct filter filter;
    struct kiwi_box box; /* of the command line, in the datum of the disc, and a little more */
    struct kiwi_shapes *iterator;
    size_t next_level;
    const struct kiwi_level *level; /* at hand, or NULL */
    struct kiwi_parcels *parcels;   /* of the level or the row, or NULL */
    struct kiwi_parcel parcel;
    bool in_parcel;
    struct kiwi_shape shape;
    uint64_t done; /* bytes */

    /* By rows: the numbers of those in which parcels begin, ascending. */
    struct memory memory;
    uint32_t *rows;
    size_t row_count, row_capacity, row;
    uint32_t first_end; /* the lowest row that one of the parcels ends before */
    uint64_t parcels_due, parcels_met;

    struct shape_maker maker;   /* has the points of the shape */
    struct converted converted; /* the feature that goes out */
};

enum kiwi_status map_shapes_open(const struct feature_request *request, bool by_rows,
                                 struct map_shapes **shapes, struct kiwi_error *error);
void map_shapes_close(struct map_shapes *shapes); /* NULL is allowed */

/** Goes on; behind MAP_SHAPE shape, parcel and the maker's points are that shape's. KIWI_END at the end. */
enum kiwi_status map_shapes_next(struct map_shapes *shapes, enum map_step *step, struct kiwi_error *error);

/** Row before which no parcel begins that is still to come, behind MAP_ROW_END. */
uint32_t map_shapes_next_row(const struct map_shapes *shapes);

#endif
