/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ADD_POINTS_H
#define KIWIBUILD_ADD_POINTS_H

#include "common/failure.h"
#include "options.h"

/** Copies a disc with points of a file added to its map and its index. */
bool add_points(const struct options *options, struct failure *failure);

#endif
