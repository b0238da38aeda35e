/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NESTING_H
#define KIWIBUILD_NESTING_H

#include "multipolygon.h"

/** Sorts the rings from the largest to the smallest, and finds out which one lies in which. False if that
 * would take too long. */
bool rings_nest(struct multipolygon *multipolygon);

#endif
