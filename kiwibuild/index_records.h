/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INDEX_RECORDS_H
#define KIWIBUILD_INDEX_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include <kiwi/index.h>

#include "memory.h"
#include "position.h"

/* Records whose fields a definition on the disc describes (11.5), written by that definition. */

/** One field of a definition. */
struct index_field {
    const char *usage, *description, *type, *counter; /**< counter NULL: count */
    unsigned count;
    const char *additional;
};

#define INDEX_NORMAL(usage, type)          \
    {                                      \
        usage, "NORM", type, NULL, 1, NULL \
    }
#define INDEX_LINK(usage)                  \
    {                                      \
        usage, "FDRL", "UB", NULL, 1, NULL \
    }
#define INDEX_OFFSET(usage)                \
    {                                      \
        usage, "OFST", "LG", NULL, 1, NULL \
    }
#define INDEX_TEXT(usage)                  \
    {                                      \
        usage, "VRBL", "CH", "UB", 0, NULL \
    }

/** With two texts of it a record stays below 510 bytes: its links have one byte. */
enum { INDEX_TEXT_LIMIT = 220 };

enum { INDEX_NUMBER_LIMIT = 8 }; /**< of four bytes, in one field */

/** A definition and its records, the last of which may still be on its way. */
struct index_records {
    struct kiwi_definition definition;
    struct buffer head, bytes; /**< the definition and the records as the disc has them */
    size_t last;               /**< where the last record begins */
    size_t count, longest;
    bool chain_ended;               /**< the next record is the first of another chain */
    struct kiwi_data_record record; /**< the one that is being made */
    struct buffer values;           /**< of its fields */
};

void index_records_define(struct index_records *records, const struct index_field *fields, size_t count);
void index_records_free(struct index_records *records);

/** Begins a record of the fields first to end - 1. */
void index_records_begin(struct index_records *records, unsigned first, unsigned end);

/* Each sets a field of it. */
void index_records_number(struct index_records *records, const char *usage, uint32_t value);
void index_records_text(struct index_records *records, const char *usage, const char *text);
void index_records_numbers(struct index_records *records, const char *usage, const uint32_t *values,
                           size_t count);
void index_records_position(struct index_records *records, const char *usage, struct position position);

/** Ends it: links it to the record before, flags which fields are stored, zeroes what has to be there. */
void index_records_add(struct index_records *records);

/** Ends the chain of the records that are linked. */
void index_records_end_chain(struct index_records *records);

/** A position as two angles. */
struct kiwi_pid index_angles(struct position position);

#endif
