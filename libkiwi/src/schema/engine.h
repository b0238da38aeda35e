/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_ENGINE_H
#define KIWI_SRC_ENGINE_H

/* Walks one record and all its parts inside one view, by the tables of the schema. */

#include <kiwi/walk.h>

#include "bytes/view.h"

/** No chain of parts and references in the schema is longer. */
enum { KIWI_ENGINE_DEPTH = 8 };
enum { KIWI_PATH_LENGTH = 512 };
/** References that one frame may hold; beyond that it is not a map. */
enum { KIWI_REFERENCE_LIMIT = 65536 };

/** Reports a finding at an offset in the view. */
typedef void kiwi_engine_report(void *context, enum kiwi_severity severity, uint64_t offset,
                                const char *field, const char *expected, const char *found);

/** A record on the way down, whose parts are being walked. */
struct kiwi_engine_entry {
    const struct kiwi_record_type *type;
    uint64_t start, end; /* in the view; end bounds what may be read */
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    uint32_t index;
    bool open_ended;   /* ends where its parts end; what is left belongs to the enclosing record */
    uint64_t position; /* everything before is accounted */
    unsigned part;     /* the current one, or the next */
    bool in_part;
    struct kiwi_part_values values;
    uint64_t part_end;
    uint64_t next_start; /* of the next child, if known */
    uint32_t next_index;
    uint32_t frame; /* stack index of the frame that displacements count from */
    size_t reference_first, reference_next;
    bool sorted;
    bool looked_ahead;            /* the references of what it refers to are collected */
    bool collected;               /* its references are known, since the frame looked ahead */
    const struct kiwi_part *step; /* what led here from the record below; NULL for the root */
    size_t path_length;           /* path of this record, 0 if it has not been asked for */
};

struct kiwi_engine_reference {
    uint64_t offset; /* from the frame's first byte */
    int64_t length;  /* -1 = to the next one */
    const struct kiwi_part *part;
    uint32_t index, order;
    bool collected; /* of the record there, too */
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
};

struct kiwi_engine {
    struct kiwi_view view;
    bool check;
    bool brief;         /* records are checked and accounted, but only gaps are handed out */
    bool passes_tables; /* the same for records of tables that refer to nothing */
    const uint8_t
        *stated; /* bytes as they are on the disc, which items show; those of the view may have been mended */
    bool flawed; /* an error was met, or bytes that no record refers to */
    kiwi_engine_report *report;
    void *context;
    struct kiwi_account *account;        /* may be NULL */
    const struct kiwi_record_type *root; /* still to be met, else NULL */
    uint64_t root_arguments[KIWI_MAXIMUM_ARGUMENTS];
    uint64_t tail; /* where the gap behind the root begins */
    size_t root_path_length;
    struct kiwi_engine_entry stack[KIWI_ENGINE_DEPTH];
    unsigned depth;
    struct kiwi_engine_reference *references;
    size_t reference_count, reference_capacity;
    bool no_memory; /* for a reference: its record was left out */
    /* the item last met */
    struct kiwi_layout leaf; /* layout of a record without parts */
    uint64_t leaf_arguments[KIWI_MAXIMUM_ARGUMENTS];
    const struct kiwi_part *step; /* what led to it from the record on top, NULL if it is that record */
    uint32_t step_index;
    char path[KIWI_PATH_LENGTH];
    bool path_ready;
};

void kiwi_engine_init(struct kiwi_engine *engine, kiwi_engine_report *report, void *context);
void kiwi_engine_free(struct kiwi_engine *engine);

/** Begins with a record at the start of view that fills it; path is the record's path. */
void kiwi_engine_start(struct kiwi_engine *engine, const struct kiwi_record_type *type, struct kiwi_view view,
                       const uint64_t *arguments, const char *path);

/** The same again, with the bytes of the record put right; items go on showing those of the disc. */
void kiwi_engine_restart(struct kiwi_engine *engine, const struct kiwi_record_type *type,
                         struct kiwi_view mended, const uint64_t *arguments, const char *path);

/** Goes through the record just started without a report or an account, and stands before it again; false if
 * that met a flaw. Then the engine must be started again. */
bool kiwi_engine_try(struct kiwi_engine *engine);

/** The next record or gap; item->offset counts in the source of the view, item->file is not set. False: there
 * is none, or no_memory says that some were left out. */
bool kiwi_engine_next(struct kiwi_engine *engine, struct kiwi_item *item);

/** Leaves out the parts of the record last met. */
void kiwi_engine_skip(struct kiwi_engine *engine);

const char *kiwi_engine_path(struct kiwi_engine *engine);

/** The record of a type that the item last met lies in, or NULL. */
const struct kiwi_engine_entry *kiwi_engine_ancestor(const struct kiwi_engine *engine,
                                                     const struct kiwi_record_type *type);

/** Adds the fields of a record to an account. */
void kiwi_account_record(struct kiwi_account *account, const struct kiwi_record_type *type,
                         const struct kiwi_layout *layout);
void kiwi_account_gap(struct kiwi_account *account, enum kiwi_gap gap, uint64_t length);

/** Lays out one record by itself; false if available bytes do not hold its fields. */
bool kiwi_layout_record(const struct kiwi_record_type *type, const uint8_t *bytes, uint64_t available,
                        const uint64_t *arguments, struct kiwi_layout *layout);

#endif
