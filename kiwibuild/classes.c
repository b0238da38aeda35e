/* SPDX-License-Identifier: MIT */
/* The display class codes of the lists in road, background and name frames. */
#include "classes.h"

#include <assert.h>

const struct classes road_classes = {16, {15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
const struct classes name_classes = {16, {15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
const struct classes background_classes = {32,
                                           {11, 27, 31, 29, 26, 25, 27, 30, 28, 24, 23, 22, 21, 20, 18, 17,
                                            12, 11, 19, 16, 15, 14, 13, 8,  7,  6,  5,  4,  3,  2,  1,  0}};

static size_t find(const struct classes *classes, int code)
{
    size_t i = 0;

    while (i < classes->count && classes->codes[i] != code)
        i++;
    return i;
}

bool class_known(const struct classes *classes, int code)
{
    return find(classes, code) < classes->count;
}

size_t class_index(const struct classes *classes, int code)
{
    assert(class_known(classes, code));
    return find(classes, code);
}
