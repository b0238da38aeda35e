/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LABEL_H
#define KIWIBUILD_LABEL_H

#include <stddef.h>
#include <stdint.h>

#include "cut.h"
#include "network.h"

enum label_kind {
    LABEL_STREET, /**< along the street, string type 5 */
    LABEL_SHIELD, /**< route number, string type 1 */
    LABEL_PLACE,  /**< string type 1, as of points of interest */
};

/** A text at a point of a cell. */
struct label {
    enum label_kind kind;
    uint32_t text;
    int64_t x, y; /**< like the points that it was made from */
    int angle;    /**< clockwise from north, 0..179: reads from left to right */
    int priority;
    const struct disc_codes *codes; /**< of a name of another disc; NULL or not present: of the kind */
    int type_code;                  /**< of a place */
};

/** A part of a way inside a cell, as the labels need it. */
struct labelled {
    uint32_t text;
    int priority;
    const struct cut_point *points;
    size_t count;
};

/**
 * Keeps of each text the longest part, in the order of the texts, and puts a label on its middle. sin and cos
 * of directions need the shape of the cell: east_west is the width of a unit divided by its height. Returns
 * how many labels were made.
 */
size_t label_lines(struct labelled *parts, size_t count, enum label_kind kind, double east_west,
                   struct label *labels);

#endif
