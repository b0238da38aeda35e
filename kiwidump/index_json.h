/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_INDEX_JSON_H
#define KIWIDUMP_INDEX_JSON_H

/* The index as JSON. */

#include "dump.h"

const char *index_kind_name(enum kiwi_entry_kind kind);

/** Member "index" of the document, if the disc has an index. */
void index_document(struct dump *dump);

#endif
