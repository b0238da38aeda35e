/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_INDEX_ENTRIES_H
#define KIWIDUMP_INDEX_ENTRIES_H

#include <kiwi/kiwi.h>

const char *index_kind_name(enum kiwi_entry_kind kind);

#endif
