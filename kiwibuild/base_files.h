/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_FILES_H
#define KIWIBUILD_BASE_FILES_H

#include <kiwi/records.h>

#include "base_disc.h"
#include "common/failure.h"

/** Finds out how parcels are listed, and which files are of the map, the index and route planning. */
bool base_lists_read(struct base_disc *base, struct failure *failure);

/** What the management header table has of a number beyond the three that are written, with the null address
 * if it lies in a file that is replaced. */
struct kiwi_management_header_record base_header_record(const struct base_disc *base, int number);

/** Copies all other files, byte for byte. */
bool base_files_copy(const struct base_disc *base, struct failure *failure);

#endif
