/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PART_H
#define KIWIPATCH_PART_H

/* What texts and pictures are looked for in: the modules of a file, or all of a file that has none. */

#include "patch.h"
#include "plan.h"

/** Bytes of the image; no two parts have one in common. */
struct part {
    const struct kiwi_loading_module *module; /* NULL: the whole file */
    uint64_t offset, length;
};

struct parts {
    struct part *items;
    size_t count;
};

/** The parts of the file of a plan, or those of a module only; free(parts->items). */
bool parts_find(const struct plan *plan, const char *module, struct parts *parts, struct failure *failure);

/** How a part is called in tables: its module, or "" for the whole file. */
const char *part_name(const struct part *part);

/**
 * Writes the changes of a plan as a recipe for the module that has all of them, with the checksum steps that
 * are requested. Several modules, or one whose place is not certain: the recipe is for the file.
 */
bool parts_write_recipe(struct plan *plan, const struct parts *parts, const struct patch_request *request,
                        const char *title, struct output *output, struct failure *failure);

#endif
