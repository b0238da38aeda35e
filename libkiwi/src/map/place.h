/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_PLACE_H
#define KIWI_SRC_PLACE_H

/* Places in the unit of the disc: signed 1/8 seconds. */

#include <math.h>

#include <kiwi/types.h>

#include "bytes/fail.h"

/** Degrees to the nearest 1/8 second: exact for degrees that came from a disc. */
static inline int32_t kiwi_degrees_eighths(double degrees)
{
    return (int32_t)lround(degrees * KIWI_EIGHTHS_PER_DEGREE);
}

/** KIWI_ERROR_RANGE for what is no place on the earth, such as 1/8 seconds taken for degrees. */
enum kiwi_status kiwi_place_check(struct kiwi_place place, struct kiwi_error *error);

#endif
