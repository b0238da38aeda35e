/* SPDX-License-Identifier: MIT */
/* All texts of a file as a table, and a translated table as a recipe. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conversions.h"
#include "patch.h"
#include "search.h"
#include "text_table.h"

static bool open_parts(const struct patch_request *request, struct plan *plan, struct parts *parts,
                       struct failure *failure)
{
    if (!plan_open(plan, &io_host, request->disc, request->file, false, failure))
        return false;
    plan->target.image.monitor = request->monitor;
    if (parts_find(plan, request->module, parts, failure))
        return true;
    free(parts->items);
    plan_close(plan);
    return false;
}

static bool begin_search(const struct plan *plan, const struct part *part, const char *encoding,
                         struct text_search **search, struct failure *failure)
{
    return text_search_begin(plan->target.image.source, part->offset, part->length,
                             kiwi_disc_iconv_charset(plan->target.disc), encoding, search, failure);
}

/* Export */

static bool export_part(const struct plan *plan, const struct part *part, const struct patch_request *request,
                        enum table_format format, struct output *output, uint64_t *count,
                        struct failure *failure)
{
    struct text_search *search;
    const struct text *text;
    bool failed;
    if (!begin_search(plan, part, request->encoding, &search, failure))
        return false;
    while ((text = text_search_next(search, &failed, failure))) {
        text_table_put(output, format, part, text);
        ++*count;
    }
    text_search_end(search);
    return !failed;
}

bool patch_texts_export(const struct patch_request *request, struct output *output, uint64_t *count,
                        struct failure *failure)
{
    struct plan plan;
    struct parts parts;
    enum table_format format = table_format_of(request->format   ? request->format
                                               : request->output ? request->output
                                                                 : "");
    *count = 0;
    if (!open_parts(request, &plan, &parts, failure))
        return false;
    bool done = true;
    text_table_head(output, format);
    for (size_t i = 0; done && i < parts.count; i++)
        done = export_part(&plan, &parts.items[i], request, format, output, count, failure);
    output_flush(output);
    if (done && output->error != 0)
        done = refuse_system(failure, "writing the table", output->error);
    free(parts.items);
    plan_close(&plan);
    return done;
}

/* Import */

struct import {
    const struct patch_request *request;
    struct plan plan;
    struct parts parts;
    struct text_table table;
    bool *met; /* of each row */
    const struct patch_table_reports *reports;
    size_t problems;
    struct failure *failure;
};

static void report(struct import *import, const struct text_row *row, const char *text)
{
    char line[600];
    snprintf(line, sizeof line, "%.200s:%zu: %.52s 0x%" PRIX64 ": %.200s", import->request->patch, row->line,
             row->module, row->place, text);
    import->problems++;
    import->reports->problem(import->reports->context, line);
}

/** The new bytes of a text, as many as it has room for: filled with NULs or blanks. */
static bool encode(struct import *import, const struct text_row *row, const struct text *text,
                   uint8_t **bytes, size_t *length)
{
    struct failure wrong = {EXIT_DONE, ""};
    char line[200];
    const char *charset = strcmp(text->encoding, "disc") == 0
                              ? kiwi_disc_iconv_charset(import->plan.target.disc)
                          : strcmp(text->encoding, "ascii") == 0 ? "US-ASCII"
                                                                 : text->encoding;
    if (!encode_text(row->new_text, strlen(row->new_text), charset, bytes, length, &wrong)) {
        if (wrong.code == EXIT_SYSTEM) {
            *import->failure = wrong;
            return false;
        }
        report(import, row, wrong.text);
        return true;
    }
    if (*length > text->room) {
        snprintf(line, sizeof line, "too long: %zu bytes, there is room for %zu", *length, text->room);
        report(import, row, line);
        free(*bytes);
        *bytes = NULL;
    }
    return true;
}

static bool change_text(struct import *import, const struct part *part, const struct text_row *row,
                        const struct text *text)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (strcmp(row->old_text, text->utf8) != 0) {
        report(import, row, "the disc has another text there");
        return true;
    }
    if (!conversions_agree(row->old_text, row->new_text)) {
        report(import, row, "has other conversions such as %d than the old text, which may crash the unit");
        return true;
    }
    if (!encode(import, row, text, &bytes, &length) || !bytes)
        return !bytes && import->failure->code == EXIT_DONE;
    size_t covered = length < text->length ? text->length : length; /* NULs behind it stay */
    uint8_t *filled = realloc(bytes, covered + 1);
    if (!filled) {
        free(bytes);
        return refuse_memory(import->failure);
    }
    memset(filled + length, text->ended ? 0 : ' ', covered - length);
    char why[400];
    snprintf(why, sizeof why, "%.180s -> %.180s", row->old_text, row->new_text);
    bool done = changes_add(&import->plan.changes, part->offset + text->offset, filled, covered, why, NULL,
                            import->failure);
    free(filled);
    return done;
}

/** First row of a part, which are those of its module in ascending order. */
static size_t first_row(const struct text_table *table, const struct part *part)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(table->rows[middle].module, part_name(part)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool import_part(struct import *import, const struct part *part)
{
    const struct text_table *table = &import->table;
    size_t at = first_row(table, part);
    struct text_search *search;
    const struct text *text;
    bool failed = false, done = true;
    if (at == table->count || strcmp(table->rows[at].module, part_name(part)) != 0)
        return true;
    if (!begin_search(&import->plan, part, import->request->encoding, &search, import->failure))
        return false;
    while (done && (text = text_search_next(search, &failed, import->failure))) {
        while (at < table->count && strcmp(table->rows[at].module, part_name(part)) == 0 &&
               table->rows[at].place < text->offset)
            at++;
        if (at == table->count || strcmp(table->rows[at].module, part_name(part)) != 0)
            break;
        if (table->rows[at].place != text->offset)
            continue;
        import->met[at] = true;
        done = change_text(import, part, &table->rows[at], text);
    }
    text_search_end(search);
    return done && !failed;
}

/** Two modules of one name: a table cannot mean one of them. */
static bool check_names(struct import *import)
{
    const struct parts *parts = &import->parts;
    for (size_t i = 0; i < parts->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(part_name(&parts->items[i]), part_name(&parts->items[k])) == 0)
                return refuse(import->failure, EXIT_REFUSED, "the disc has two modules %.60s",
                              part_name(&parts->items[i]));
    return true;
}

static bool take_table(struct import *import)
{
    struct failure *failure = import->failure;
    import->met = calloc(import->table.count + 1, sizeof *import->met);
    if (!import->met)
        return refuse_memory(failure);
    if (!check_names(import))
        return false;
    for (size_t i = 0; i < import->parts.count; i++)
        if (!import_part(import, &import->parts.items[i]))
            return false;
    for (size_t i = 0; i < import->table.count; i++)
        if (!import->met[i])
            report(import, &import->table.rows[i], "no text begins there");
    if (import->problems != 0)
        return refuse(failure, EXIT_INPUT, "%zu of %zu new texts do not fit; there is no recipe",
                      import->problems, import->table.count);
    return import->table.count != 0 || refuse(failure, EXIT_INPUT, "the table has no new text");
}

bool patch_texts_import(const struct patch_request *request, const struct patch_table_reports *reports,
                        struct output *output, struct failure *failure)
{
    struct import import = {.request = request, .reports = reports, .failure = failure};
    *failure = (struct failure){EXIT_DONE, ""};
    bool done = text_table_read(request->patch, &import.table, failure);
    if (done && open_parts(request, &import.plan, &import.parts, failure)) {
        done = take_table(&import) &&
               parts_write_recipe(&import.plan, &import.parts, request, "texts", output, failure);
        free(import.parts.items);
        plan_close(&import.plan);
    } else {
        done = false;
    }
    free(import.met);
    text_table_free(&import.table);
    return done;
}
