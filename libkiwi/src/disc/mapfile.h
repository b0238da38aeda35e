/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_MAPFILE_H
#define KIWI_SRC_MAPFILE_H

#include <kiwi/source.h>

/**
 * Reads a map file of GNU ddrescue, which says what of a medium was rescued, and gives up all of source that
 * was not. KIWI_ERROR_NOT_KIWI with the number of the line if it is none.
 */
enum kiwi_status kiwi_mapfile_apply(const char *path, struct kiwi_source *source, struct kiwi_error *error);

#endif
