/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_FILE_H
#define KIWIBUILD_INDEX_FILE_H

#include "common/failure.h"
#include "gazetteer.h"
#include "memory.h"
#include "network.h"

enum { INDEX_HEADER_SIZE = 92 }; /**< what the management header table says of INDEXDAT.KWI */

/** True if there is something to search: a street or a place with a name. */
bool index_file_wanted(const struct network *network);

/** Appends the volume management record that leads to the points of interest in a file. */
void index_volume_append(struct buffer *buffer, const struct network *network, const char *file);

/**
 * Writes INDEXDAT.KWI and the search files in the folder IDX: one zone with all streets, places and points of
 * interest. title, in
 * the disc's charset, is the name of the zone. Writes nothing if there is nothing to search.
 */
bool index_file_write(const struct network *network, const struct gazetteer *gazetteer, const char *title,
                      struct failure *failure);

#endif
