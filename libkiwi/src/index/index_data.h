/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_DATA_H
#define KIWI_SRC_INDEX_DATA_H

/* Category and matching data as records of a walk: their record types are made of the definition. */

#include <kiwi/walk.h>

#include "index/index_pieces.h"
#include "bytes/view.h"

#define KIWI_DATA_FIELDS (4 * KIWI_DEFINITION_FIELDS)

struct kiwi_index_data {
    const struct kiwi_index_piece *piece;
    const struct kiwi_reporter *reporter;
    const char *path; /* of the piece, for findings */
    struct kiwi_definition definition;
    const char *why;   /* it cannot be decoded, else NULL */
    unsigned split;    /* entries of a menu's parent */
    uint64_t position; /* in the piece */
    uint64_t index;    /* of the next record */
    uint32_t longest;
    bool broken; /* what is left cannot be decoded */
    bool ended;
    /* the record last met */
    struct kiwi_data_record record;
    struct kiwi_record_type type;
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    struct kiwi_field fields[KIWI_DATA_FIELDS];
    char names[KIWI_DATA_FIELDS][24];
    const char *meanings[KIWI_DEFINITION_FIELDS];
    char numbered[KIWI_DEFINITION_FIELDS][16]; /* usages, made different from each other */
};

void kiwi_index_data_begin(struct kiwi_index_data *data, const struct kiwi_index_pieces *pieces,
                           uint32_t piece, const char *path, const struct kiwi_reporter *reporter);

enum kiwi_data_step { KIWI_DATA_END, KIWI_DATA_RECORD, KIWI_DATA_GAP, KIWI_DATA_FAILED };

/**
 * The next record or gap: offset (in the file), length and type of item are set, of a record the bytes, too.
 * Brief: of a record only offset and length; its reserved bytes are data->record.length - data->record.used.
 */
enum kiwi_data_step kiwi_index_data_next(struct kiwi_index_data *data, struct kiwi_window *window, bool brief,
                                         struct kiwi_item *item, struct kiwi_error *error);

/** Reads and decodes the record at an offset of a file, of which length bytes may be used. KIWI_END: it is
 * none. */
enum kiwi_status kiwi_index_record(const struct kiwi_definition *definition, unsigned first, unsigned end,
                                   struct kiwi_window *window, struct kiwi_source *source, uint64_t offset,
                                   uint64_t length, struct kiwi_data_record *record,
                                   struct kiwi_error *error);

#endif
