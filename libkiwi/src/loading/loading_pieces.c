/* SPDX-License-Identifier: MIT */
/* The tables and modules of LOADING.KWI in ascending order, for a walk. */
#include "loading/loading_pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes/extents.h"
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

/** Bytes of the components and their list, which lie in one; nothing if there are none. */
static struct kiwi_range components_of(const struct kiwi_loading *loading)
{
    struct kiwi_range range = {0, 0};
    size_t count = kiwi_loading_component_count(loading);
    if (count > 0) {
        const struct kiwi_loading_component *last = kiwi_loading_component(loading, count - 1);
        range = (struct kiwi_range){kiwi_loading_component(loading, 0)->entry_offset,
                                    last->offset + last->size};
    }
    return range;
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

/** Adds the bytes of a module: what lies before and behind components. */
static void add_module(struct kiwi_loading_piece *pieces, size_t *count, uint64_t file_size,
                       struct kiwi_loading_piece piece, const struct kiwi_range *components)
{
    uint64_t end = piece.offset + piece.length;
    if (components->start >= components->end || piece.offset >= components->end || end <= components->start) {
        add(pieces, count, file_size, piece);
        return;
    }
    if (piece.offset < components->start) {
        piece.length = components->start - piece.offset;
        add(pieces, count, file_size, piece);
    }
    if (end > components->end) {
        piece.offset = components->end;
        piece.length = end - components->end;
        add(pieces, count, file_size, piece);
    }
}

static bool is_boot_block(const struct kiwi_loading_component *component)
{
    return strcmp(component->name, "pmb") == 0 && component->size == kiwi_type_boot_parameters.fixed_size;
}

static void add_components(const struct kiwi_loading *loading, struct kiwi_loading_piece *pieces,
                           size_t *count, uint64_t file_size)
{
    for (size_t i = 0; i < kiwi_loading_component_count(loading); i++) {
        const struct kiwi_loading_component *component = kiwi_loading_component(loading, i);
        struct kiwi_loading_piece piece = {.offset = component->entry_offset,
                                           .length = component->entry_length,
                                           .type = &kiwi_type_component_entry,
                                           .module = (uint32_t)i,
                                           .component = true};
        add(pieces, count, file_size, piece);
        piece.offset = component->offset;
        piece.length = component->size;
        bool whole = component->offset <= file_size && component->size <= file_size - component->offset;
        piece.type = is_boot_block(component) && whole ? &kiwi_type_boot_parameters : NULL;
        add(pieces, count, file_size, piece);
    }
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
    struct kiwi_loading_piece *made = calloc(1 + 4 * modules + 2 * kiwi_loading_component_count(loading),
                                             sizeof *made);
    const struct kiwi_range components = components_of(loading);
    *count = 0;
    *pieces = made;
    if (!made)
        return kiwi_fail_memory(error);
    add(made, count, file_size,
        (struct kiwi_loading_piece){
            .length = head->fixed_size + systems * kiwi_type_system_identification.fixed_size, .type = head});
    for (size_t i = 0; i < modules; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        struct kiwi_loading_piece piece = {.offset = module->identification_offset,
                                           .length = kiwi_type_module_identification.fixed_size,
                                           .type = &kiwi_type_module_identification,
                                           .system = module->system,
                                           .module = module->module};
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
        add_module(made, count, file_size, piece, &components);
    }
    add_components(loading, made, count, file_size);
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
    if (piece->component) {
        snprintf(path, capacity, "loading.component[%lu]%s", (unsigned long)piece->module,
                 piece->type == &kiwi_type_component_entry ? ""
                 : piece->type                             ? ".boot"
                                                           : ".data");
        return;
    }
    snprintf(path, capacity, "loading.system[%lu].module[%lu]%s", (unsigned long)piece->system,
             (unsigned long)piece->module,
             piece->type == &kiwi_type_module_identification ? ""
             : piece->type                                   ? ".management"
                                                             : ".code");
}
