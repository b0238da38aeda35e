/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_LAYOUT_H
#define KIWIBUILD_BASE_LAYOUT_H

#include "base_disc.h"
#include "common/failure.h"

/** Finds out in which layout the disc's levels are written, from some frames of each. */
bool base_layouts_read(struct base_disc *base, struct failure *failure);

#endif
