/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_RINGS_H
#define KIWIDUMP_RINGS_H

/* Rings round all that the sides of areas enclose: none meets itself, and holes are rings of their own. */

#include "crossing.h"
#include "feature.h"
#include "memory.h"

struct ring {
    size_t first, count; /* of its points */
    double area;         /* above zero: counter-clockwise */
    bool hole;
    size_t first_hole, next_hole; /* SIZE_MAX = none */
    int32_t west, south, east, north;
};

struct side {
    struct point from, to;
    long net; /* how many areas have it in this direction, less those that have it in the other */
    bool used;
};

struct rings {
    struct memory *memory;
    struct side *sides;
    size_t side_count, side_capacity;
    struct point *path; /* that is being followed */
    size_t path_count, path_capacity;
    struct point *points;
    size_t point_count, point_capacity;
    struct ring *rings;
    size_t ring_count, ring_capacity;
    struct stroke *strokes; /* of the geometry */
    size_t stroke_count, stroke_capacity;
};

/** A side of an area, with its inside on the left (sides.c). */
void rings_add(struct rings *rings, struct point from, struct point to);
/** Makes the rings; returns how many are no holes. */
size_t rings_make(struct rings *rings);
/** The polygons that the rings make, so many of which are no holes; they stay where they are. False if memory
 * is short. */
bool rings_geometry(struct rings *rings, size_t outer, struct geometry *geometry);
/** Leaves nothing but what memory is counted in. */
void rings_free(struct rings *rings);

/** Leaves the sides between what is inside of an area and what is not, each with the inside on its left
 * (sides.c). */
void rings_find_sides(struct rings *rings);

/** Sorts sides by where they begin, and then by where they end. */
void rings_sort_sides(struct rings *rings);

#endif
