/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_INDEX_JSON_H
#define KIWIDUMP_INDEX_JSON_H

/* The index as JSON. */

#include "dump.h"
#include "features/index_entries.h"

/** Member "index" of the document, if the disc has an index. */
void index_document(struct dump *dump);

#endif
