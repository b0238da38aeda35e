/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_INDEX_JSON_H
#define KIWIDUMP_INDEX_JSON_H

/* The index as JSON. */

#include "dump.h"
#include "features/index_entries.h"

/** Member "index" of the document, of an index. */
void index_document(struct dump *dump, const struct kiwi_index *index);

#endif
