/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FIND_H
#define KIWIDUMP_FIND_H

/* What the disc's own index tells: streets with their address ranges, places, points of interest. */

#include "dump.h"

/** The kinds of --features that come from the index; count is of all features printed so far. */
enum kiwi_status find_features(struct dump *dump, uint64_t *count, struct kiwi_error *error);

/** Member "index" of the document, if the disc has an index. */
void find_document(struct dump *dump);

#endif
