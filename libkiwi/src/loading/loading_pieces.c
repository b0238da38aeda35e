/* SPDX-License-Identifier: MIT */
/* The tables and modules of LOADING.KWI in ascending order, for a walk. */
#include "loading/loading_pieces.h"

#include <stdio.h>
#include <stdlib.h>

#include "bytes/fail.h"

static int by_offset(const void *left, const void *right)
{
    const struct kiwi_loading_piece *a = left;
    const struct kiwi_loading_piece *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (!a->type != !b->type)
        return a->type ? -1 : 1; /* tables before what lies about its place */
    if (a->system != b->system)
        return a->system < b->system ? -1 : 1;
    return a->module < b->module ? -1 : a->module > b->module;
}

/** Adds a piece as far as it lies inside the file. */
static void add(struct kiwi_loading_piece *pieces, size_t *count, uint64_t file_size,
                struct kiwi_loading_piece piece)
{
    if (piece.offset >= file_size)
        return;
    if (piece.length > file_size - piece.offset)
        piece.length = file_size - piece.offset;
    pieces[(*count)++] = piece;
}

/** Leaves out pieces that begin inside the one before. */
static size_t without_overlaps(struct kiwi_loading_piece *pieces, size_t count)
{
    uint64_t end = 0;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].offset < end)
            continue;
        pieces[kept] = pieces[i];
        end = pieces[kept].offset + pieces[kept].length;
        kept++;
    }
    return kept;
}

enum kiwi_status kiwi_loading_pieces(const struct kiwi_loading *loading, uint64_t file_size,
                                     struct kiwi_loading_piece **pieces, size_t *count,
                                     struct kiwi_error *error)
{
    size_t modules = kiwi_loading_module_count(loading);
    uint64_t systems = kiwi_loading_system_count(loading);
    const struct kiwi_record_type *head = &kiwi_type_loading_module_management;
    struct kiwi_loading_piece *made = calloc(1 + 3 * modules, sizeof *made);
    *count = 0;
    *pieces = made;
    if (!made)
        return kiwi_fail_memory(error);
    add(made, count, file_size,
        (struct kiwi_loading_piece){
            0, head->fixed_size + systems * kiwi_type_system_identification.fixed_size, head, 0, 0});
    for (size_t i = 0; i < modules; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        struct kiwi_loading_piece piece = {module->identification_offset,
                                           kiwi_type_module_identification.fixed_size,
                                           &kiwi_type_module_identification, module->system, module->module};
        add(made, count, file_size, piece);
        piece.type = &kiwi_type_module_management_information;
        piece.offset = module->management_offset;
        piece.length = piece.type->fixed_size;
        add(made, count, file_size, piece);
        if (module->rule == KIWI_LOADING_NOWHERE)
            continue;
        piece.type = NULL;
        piece.offset = module->offset;
        piece.length = module->size;
        add(made, count, file_size, piece);
    }
    qsort(made, *count, sizeof *made, by_offset);
    *count = without_overlaps(made, *count);
    return KIWI_OK;
}

void kiwi_loading_piece_path(const struct kiwi_loading_piece *piece, char *path, size_t capacity)
{
    if (piece->type == &kiwi_type_loading_module_management) {
        snprintf(path, capacity, "loading");
        return;
    }
    snprintf(path, capacity, "loading.system[%lu].module[%lu]%s", (unsigned long)piece->system,
             (unsigned long)piece->module,
             piece->type == &kiwi_type_module_identification ? ""
             : piece->type                                   ? ".management"
                                                             : ".code");
}
