/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_BOX_H
#define KIWIDUMP_BOX_H

#include "feature.h"

/** Whether a geometry in WGS 84 has a point in common with a box, whose edge belongs to it. A box whose west
 * is east of its east goes across 180 degrees. */
bool box_meets(const struct kiwi_box *box, const struct geometry *geometry);

#endif
