/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_FILES_H
#define KIWIBUILD_BASE_FILES_H

#include <kiwi/records.h>

#include "base_disc.h"
#include "common/failure.h"
#include "patches.h"

/** Finds out how parcels are listed, and which files are of the map, the index and route planning. */
bool base_lists_read(struct base_disc *base, struct failure *failure);

/** What the management header table has of a number beyond the three that are written, with the null address
 * if it lies in a file that is replaced. */
struct kiwi_management_header_record base_header_record(const struct base_disc *base, int number);

/** The record of a number as the disc has it, and the file that it leads to; false: it leads nowhere. */
bool base_header_file(const struct base_disc *base, int number, struct kiwi_management_header_record *record,
                      const struct kiwi_file **file);

/** Copies the files that are not replaced, byte for byte; with patches all files, with what changes in them.
 */
bool base_files_copy(const struct base_disc *base, const struct patches *patches, struct failure *failure);

#endif
