/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_POSITION_H
#define KIWIBUILD_POSITION_H

#include <stdint.h>

/**
 * A place on the ground in integers: x east in 1e-7 degrees (what OpenStreetMap stores, hence exact), y north
 * in a third of that, so that the edges of cells (0.03125 and 1/48 degrees on level 0) are whole numbers,
 * too.
 */
struct position {
    int64_t x;
    int64_t y;
};

enum {
    X_PER_DEGREE = 10000000,
    Y_PER_DEGREE = 30000000,
};

#endif
