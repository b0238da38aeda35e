/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_CLASSES_H
#define KIWIBUILD_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The display class codes of the lists in road, background and name frames: list i of a frame has the i-th
 * code. As on the 2007 Australian disc; a background code that occurs twice there means its first list.
 */
struct classes {
    size_t count;
    uint16_t codes[32];
};

extern const struct classes road_classes, background_classes, name_classes;

enum {
    NAME_CLASS_STREET = 2,  /**< where that disc has type-5 names */
    NAME_CLASS_SHIELD = 14, /**< where its level 2 has type-1 names */
    NAME_CLASS_PLACE = 14,
};

enum {
    ROAD_CLASS_PRIVATE = 11, /**< these and those between are detail */
    ROAD_CLASS_NON_NAVIGABLE = 13,
};

bool class_known(const struct classes *classes, int code);

/** List of the frame that has the code. The code must be in the table. */
size_t class_index(const struct classes *classes, int code);

#endif
