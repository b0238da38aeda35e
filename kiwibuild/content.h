/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_CONTENT_H
#define KIWIBUILD_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "cut.h"
#include "network.h"

/** A part of a way, shape or place in one cell; points are relative to the cell's south-west corner. */
struct item {
    size_t cell; /**< row * columns + column in the populated rectangle; of an integrated parcel its first */
    size_t list; /**< of the frame that it belongs to: index of its display class */
    size_t source; /**< way, shape or place of the network */
    size_t first;  /**< point */
    size_t count;
    uint32_t link;
    unsigned exponent;
    enum shape_kind kind;
};

struct items {
    struct item *items;
    size_t count, capacity;
};

/**
 * What one level shows, cut into cells (or one cell into parts) and sorted by cell, then list, then input
 * order.
 */
struct content {
    const struct level *level;
    int64_t first_row, first_column; /**< of the cells, in the level */
    size_t row_count, column_count;
    bool divided;       /**< the content is one cell, cut into parts */
    struct parts parts; /**< then */
    struct cut_points points;
    struct items roads, shapes, places;
};

/** Cuts the network at the cells of a level. */
void content_make(struct content *content, const struct level *level, const struct network *network,
                  const struct cut_limits *road_limits, const struct cut_limits *shape_limits);

/** Cuts the items of one cell again, for a divided parcel; cells of the result are the parts. */
void content_divide(struct content *content, const struct content *whole, size_t cell, struct parts parts,
                    const struct cut_limits *road_limits, const struct cut_limits *shape_limits);

/** Whether a cell has no roads, shapes and places. */
bool content_empty(const struct content *content, size_t cell);

void content_free(struct content *content);

/** Row of the level in which a cell of the content, or the cell that was divided, lies. */
int64_t content_row(const struct content *content, size_t cell);
int64_t content_column(const struct content *content, size_t cell);

/** The items of a cell: the first one and how many. */
const struct item *items_of_cell(const struct items *items, size_t cell, size_t *count);

#endif
