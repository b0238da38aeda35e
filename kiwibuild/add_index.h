/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ADD_INDEX_H
#define KIWIBUILD_ADD_INDEX_H

#include "base_disc.h"
#include "common/failure.h"
#include "network.h"
#include "patches.h"

enum { ADDED_FILE_NAME = 17 };

/** Prepares a search file for the network's points of interest, and the record that leads there. name becomes
 * that of the file, or empty if the disc has no index that can have it, which is a note. */
bool add_to_index(struct base_disc *base, const struct network *network, struct patches *patches,
                  char name[ADDED_FILE_NAME], struct failure *failure);

/** Writes that file. */
bool add_index_write(const struct network *network, const char *name, struct failure *failure);

#endif
