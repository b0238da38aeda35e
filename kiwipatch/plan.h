/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PLAN_H
#define KIWIPATCH_PLAN_H

/* What a recipe or a patch file would change on a disc. Making a plan writes nothing. */

#include "common/output.h"
#include "change.h"
#include "recipe.h"
#include "target.h"

/** Bytes of the file that some checksum rule covers, with the value at their end; offsets in the image. */
struct summed_block {
    uint64_t offset, length;
};

struct plan {
    struct target target;
    struct kiwi_loading *loading;             /* of LOADING.KWI, else NULL */
    const struct kiwi_loading_module *module; /* that the recipe is for, or NULL */
    uint64_t region, region_size;             /* of the module, or of the file; in the image */
    struct changes changes;                   /* in the image, ascending */
    struct summed_block *blocks;
    size_t block_count, block_room;
    bool override; /* modules without a checksum rule, too */
    uint8_t hash[HASH_SIZE];
    char title[200], id[100];
    char *risk;
    char *result_sha256; /* what the region must be in the end, or NULL */
    const char *warning; /* about the patch, or NULL */
};

/** Opens the disc; then plan_recipe() or plan_patch() fills the plan. plan must not be moved. */
bool plan_open(struct plan *plan, const struct io *io, const char *path, const char *file, bool writable,
               struct failure *failure);
bool plan_recipe(struct plan *plan, const struct recipe *recipe, struct failure *failure);
/** An IPS, UPS or BPS patch of the file. */
bool plan_patch(struct plan *plan, const char *path, struct failure *failure);
void plan_close(struct plan *plan);

/** Adds the changes of one step (steps.c); checksums come after all others, when the changes are sorted. */
bool plan_add_step(struct plan *plan, const struct recipe *recipe, const struct step *step,
                   struct failure *failure);
/**
 * Every checksum rule of the recipe must prove itself on at least two different blocks as they are now
 * (prove.c).
 */
bool plan_prove_rules(const struct plan *plan, const struct recipe *recipe, struct failure *failure);
bool plan_add_checksum(struct plan *plan, const struct step *step, struct failure *failure);
/** A field by its path in the records of the file (field.c). */
bool plan_add_field(struct plan *plan, const struct step *step, struct failure *failure);

/** Writes the plan as JSON (print.c). */
bool plan_write(struct plan *plan, struct output *output, struct failure *failure);
/** Writes a recipe of pattern steps that does the same to the same file. */
bool plan_write_recipe(struct plan *plan, struct output *output, struct failure *failure);

#endif
