/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TEXT_TABLE_H
#define KIWIPATCH_TEXT_TABLE_H

/* Texts as tables that translators work on: CSV with a head, or PO. Both are UTF-8. */

#include "common/failure.h"
#include "common/output.h"
#include "part.h"
#include "text.h"

enum table_format { TABLE_CSV, TABLE_PO };

/** By the end of a file name; CSV unless it is po or pot. */
enum table_format table_format_of(const char *name);

void text_table_head(struct output *output, enum table_format format);
void text_table_put(struct output *output, enum table_format format, const struct part *part,
                    const struct text *text);

/** A text that somebody translated. */
struct text_row {
    size_t line; /* of the table, from 1 */
    char *module;
    uint64_t place; /* in the module */
    char *old_text, *new_text;
};

struct text_table {
    struct text_row *rows; /* ascending by place within a module, and only those with another new text */
    size_t count, room;
};

/** Reads a table in the format that it has by its contents. Owned by the caller, also on failure. */
bool text_table_read(const char *path, struct text_table *table, struct failure *failure);
void text_table_free(struct text_table *table);

#endif
