/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_CLASSES_H
#define KIWIBUILD_BASE_CLASSES_H

#include "grid.h"
#include "input/passed_over.h"
#include "network.h"

/** Reports what is not drawn on levels that have no list for its display class. */
void base_classes_report(const struct grid *grid, const struct network *network,
                         struct passed_over *passed_over);

#endif
