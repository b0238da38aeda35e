/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_ENTRIES_H
#define KIWIBUILD_INDEX_ENTRIES_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "text.h"

/** What can be searched for by a name. */
struct index_entry {
    char *key;        /**< what is searched: without case and accents, in the disc's charset */
    const char *name; /**< to show */
    size_t source;    /**< way or place */
};

struct index_entries {
    struct index_entry *items;
    size_t count, capacity;
    struct text_store keys;
};

void index_entries_add(struct index_entries *entries, const struct texts *texts, uint32_t text,
                       size_t source);
void index_entries_sort(struct index_entries *entries); /**< by key, name and source */
void index_entries_free(struct index_entries *entries);

#endif
