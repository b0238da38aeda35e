/* SPDX-License-Identifier: MIT */
/* Paths of the records of the parcel management, and findings about them. */
#include <stdio.h>

#include "schema/engine.h"
#include "map/parcel_tree.h"

void kiwi_tree_report(const struct kiwi_tree *tree, enum kiwi_tree_step step, const struct kiwi_file *file,
                      uint64_t offset, enum kiwi_severity severity, const char *field, const char *expected,
                      uint64_t found)
{
    char path[KIWI_PATH_LENGTH];
    char text[32];
    kiwi_tree_path(tree, step, path, sizeof path);
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_map_report(tree->map, severity, file, offset, path, field, expected, text);
}

void kiwi_tree_report_derived(const struct kiwi_tree *tree, enum kiwi_tree_step step,
                              const struct kiwi_file *file, const struct kiwi_record_type *type,
                              uint64_t offset, const char *field, uint64_t derived, uint64_t found)
{
    char path[KIWI_PATH_LENGTH];
    kiwi_tree_path(tree, step, path, sizeof path);
    kiwi_map_report_derived(tree->map, file, type, offset, path, field, derived, found);
}

struct kiwi_tree_place kiwi_tree_place(const struct kiwi_tree *tree)
{
    return (struct kiwi_tree_place){.level = tree->level,
                                    .block_set = tree->block_set,
                                    .block = tree->block,
                                    .slot = tree->slot,
                                    .part_slot = tree->part_slot,
                                    .guidance = tree->met_guidance,
                                    .in_part = tree->met_in_part};
}

void kiwi_tree_place_path(const struct kiwi_tree_place *place, enum kiwi_tree_step step, char *path,
                          size_t capacity)
{
    int used = snprintf(path, capacity, "level[%d].block_set[%lu]", place->level->number,
                        (unsigned long)place->block_set);
    if (step != KIWI_TREE_BLOCK_SET)
        used += snprintf(path + used, capacity - (size_t)used, ".block[%lu]", (unsigned long)place->block);
    if (step == KIWI_TREE_BLOCK_SET || step == KIWI_TREE_BLOCK)
        return;
    if (place->in_part)
        used += snprintf(path + used, capacity - (size_t)used, ".parcels[%lu]", (unsigned long)place->slot);
    used += snprintf(path + used, capacity - (size_t)used, "%s",
                     place->guidance  ? ".route_guidance"
                     : place->in_part ? ".parts"
                                      : ".parcels");
    if (step == KIWI_TREE_SLOT)
        snprintf(path + used, capacity - (size_t)used, "[%lu]",
                 (unsigned long)(place->in_part ? place->part_slot : place->slot));
}

void kiwi_tree_path(const struct kiwi_tree *tree, enum kiwi_tree_step step, char *path, size_t capacity)
{
    struct kiwi_tree_place place = kiwi_tree_place(tree);
    kiwi_tree_place_path(&place, step, path, capacity);
}

void kiwi_parcel_path(const struct kiwi_parcel *parcel, char *path, size_t capacity)
{
    int used = snprintf(path, capacity, "level[%d].parcel[%lu,%lu]", parcel->level->number,
                        (unsigned long)parcel->column, (unsigned long)parcel->row);
    if (parcel->divided && used > 0 && (size_t)used < capacity)
        snprintf(path + used, capacity - (size_t)used, ".part[%lu,%lu]", (unsigned long)parcel->part_column,
                 (unsigned long)parcel->part_row);
}
