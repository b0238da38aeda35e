/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_CUT_H
#define KIWIBUILD_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grid.h"
#include "position.h"

enum {
    STEP_MIN = -128, /**< a step between points is a signed byte per axis */
    STEP_MAX = 127,
};

/** A point in units of a level, counted from cell 0. */
struct cut_point {
    int64_t x, y;
    bool node;
};

/** A run of points inside one cell; begins and ends with a node. */
struct piece {
    int64_t row, column; /**< of the cell; south-west one of an integrated parcel */
    uint32_t link;       /**< id of the first link */
    const struct cut_point *points;
    size_t count;
};

/** What one piece may hold: the limits of the record that it becomes. */
struct cut_limits {
    size_t nodes;
    size_t points; /**< between two nodes */
    size_t bytes;  /**< fixed_bytes + node_bytes per node + point_bytes per other point */
    size_t fixed_bytes, node_bytes, point_bytes;
};

typedef void piece_callback(void *context, const struct piece *piece);

/**
 * Cuts a line of count vertices at the edges of the level's populated cells and hands over its pieces in
 * order. Where the line crosses an edge inside an integrated parcel, the point stays but cuts nothing. Points
 * are the nearest units; where the line crosses an edge, both pieces have the same point on it. Steps too
 * long for a byte get points in between. nodes may be NULL: then only the ends are nodes. The cells of a
 * piece on an edge: the one it was in.
 */
void cut_line(const struct level *level, const struct cut_limits *limits, const struct position *positions,
              const bool *nodes, size_t count, uint32_t first_link, piece_callback *callback, void *context);

/**
 * Cuts a piece again, at the edges of the parts of a divided cell; points stay relative to the
 * cell, row and column of the new pieces are those of the part. Steps of the piece must fit, as they do after
 * cut_line.
 */
void cut_piece(struct parts parts, const struct cut_limits *limits, const struct cut_point *points,
               size_t count, uint32_t first_link, piece_callback *callback, void *context);

/**
 * A ring or line in units of the level with a point wherever it crosses an edge of a cell; without
 * repetitions.
 */
struct cut_points {
    struct cut_point *items;
    size_t count, capacity;
};

void cut_points_add(struct cut_points *points, struct cut_point point);

void cut_points_copy(struct cut_points *target, const struct cut_points *source);

/** Twice the area of a ring; below zero: it runs clockwise. */
int64_t cut_points_area(const struct cut_points *ring);

/** Rings of one area, none of which repeats its first point: outer ones counter-clockwise, holes clockwise.
 */
struct cut_rings {
    struct cut_points *items;
    size_t count, capacity;
};

/** An empty ring behind the others; the memory of one that was dropped is used again. */
struct cut_points *cut_rings_add(struct cut_rings *rings);
void cut_rings_free(struct cut_rings *rings);

/** Appends the points of a segment, without its first one: edge crossings in order, then the end. */
void cut_segment(const struct level *level, struct position from, struct position to,
                 struct cut_points *points);

#endif
