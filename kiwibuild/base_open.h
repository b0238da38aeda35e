/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_OPEN_H
#define KIWIBUILD_BASE_OPEN_H

#include "base_disc.h"
#include "common/failure.h"

/** Opens a disc and reads what its map is like; refuses what cannot be written as it is there. */
bool base_disc_open(struct base_disc *base, const char *path, struct failure *failure);
void base_disc_close(struct base_disc *base);

/** Title of the disc in UTF-8, to be released. */
char *base_disc_title(const struct base_disc *base);

/** Number of the level with the smallest parcels. */
int base_disc_finest_level(const struct base_disc *base);

/** Bit 32 + n: the disc has a level n. */
uint64_t base_disc_levels(const struct base_disc *base);

#endif
