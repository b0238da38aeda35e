/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_LIST_H
#define KIWI_SRC_INDEX_LIST_H

/* A list of names: matching data with a search key, read through once and then entered by its order. */

#include "index/index_pieces.h"
#include "bytes/view.h"

/** Places remembered of a list; of a longer one every second is forgotten, again and again. */
enum { KIWI_LIST_MARKS = 16384 };
enum { KIWI_LIST_KEY = 512 };   /**< longest search key that is compared */
enum { KIWI_LIST_TARGETS = 8 }; /**< detailed records of a next level that are followed */

/** Matching data and the definition that they are read by. */
struct kiwi_list_data {
    const struct kiwi_file *file;
    uint64_t offset, length;
    struct kiwi_definition definition;
};

struct kiwi_list {
    struct kiwi_list_data data;
    uint32_t root;  /* search frame that the search begins with */
    unsigned depth; /* of its own search frame */
    int key, name, position, category, street, next_record, next_start, next_count, poi, areas;
    struct kiwi_list_data
        *targets[KIWI_LIST_TARGETS]; /* matching data of the next level by NXFN - 1; NULL = none */
    /* once read through */
    bool prepared;
    bool sorted;  /* by key, byte by byte */
    bool plain;   /* keys are ASCII without small letters */
    bool spelt;   /* plain, and names are their keys with case and accents: what keys lack, names lack */
    uint64_t end; /* of the records, in the data */
    uint64_t *marks;
    size_t mark_count, mark_capacity, mark_step;
};

/** Reads through the list, with names in the charset of the disc; false, with error, if reading failed. */
bool kiwi_list_prepare(struct kiwi_list *list, struct kiwi_disc *disc, struct kiwi_window *window,
                       struct kiwi_error *error);

/** The place remembered next behind a position, or the end of the records. */
uint64_t kiwi_list_next_mark(const struct kiwi_list *list, uint64_t position);

/** Where to begin looking for keys that begin with text: all before are smaller. */
bool kiwi_list_begin(const struct kiwi_list *list, const char *text, size_t length,
                     struct kiwi_window *window, uint64_t *position, struct kiwi_error *error);

/** The search key of a record; NULL if it has none. */
const uint8_t *kiwi_list_key(const struct kiwi_list *list, const struct kiwi_data_record *record,
                             size_t *length);

void kiwi_list_free(struct kiwi_list *list);

#endif
