/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_KEPT_H
#define KIWIBUILD_BASE_KEPT_H

#include <stdio.h>

#include "base_disc.h"
#include "common/failure.h"

/** Finds what of ALLDATA.KWI is neither map nor route planning nor index, if the header table leads to
 * anything there. */
bool base_kept_find(struct base_disc *base, struct failure *failure);

/** Where it begins and ends; 0, 0 if there is nothing. */
uint64_t base_kept_start(const struct base_disc *base);
uint64_t base_kept_end(const struct base_disc *base);

#endif
