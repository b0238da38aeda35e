/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PLAN_H
#define KIWIPATCH_PLAN_H

/* What a recipe or a patch file would change on a disc. Making a plan writes nothing. */

#include "common/output.h"
#include "boot.h"
#include "change.h"
#include "recipe.h"
#include "target.h"

/** Bytes of the file that some checksum rule covers, with the value at their end; offsets in the image. */
struct summed_block {
    uint64_t offset, length;
    struct checksum_rule rule;
};

/** A file of the disc that the plan is about. */
struct plan_file {
    const struct kiwi_file *file;
    uint64_t base;                /* of its first byte in the image */
    struct kiwi_loading *loading; /* its modules, or NULL */
    bool program;                 /* a LOADING file by its name or by what it holds */
};

struct plan {
    struct target target;
    struct plan_file *files;
    size_t file_count, file_room;
    const struct kiwi_loading_module *module; /* that the recipe is for, or NULL */
    uint64_t region, region_size;             /* of the module, or of the file; in the image */
    struct changes changes;                   /* in the image, ascending */
    struct summed_block *blocks;
    size_t block_count, block_room;
    bool has_boot; /* a step with the rule of boot.h, for files[0] */
    struct boot boot;
    bool several;  /* files: of a patch of the whole image; target.file is one of them */
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
/** An IPS, UPS, BPS or PPF patch of the file. */
bool plan_patch(struct plan *plan, const char *path, struct failure *failure);
/** Proves the rules of the checksum steps, and adds the changes that follow from the others. */
bool plan_sum(struct plan *plan, const struct recipe *recipe, struct failure *failure);
/** Checks the changes that a plan has together; it is ready then. */
bool plan_finish(struct plan *plan, struct failure *failure);
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
/** The value that follows from the kernel of an R-Car unit. */
bool plan_add_boot(struct plan *plan, const struct step *step, struct failure *failure);
/** A field by its path in the records of the file (field.c). */
bool plan_add_field(struct plan *plan, const struct step *step, struct failure *failure);

/** Notes a file that may change and looks whether it holds programs (plan_file.c). */
bool plan_add_file(struct plan *plan, const struct kiwi_file *file, uint64_t base, struct failure *failure);
void plan_free_files(struct plan *plan);
/** The file that has the byte of the image, or NULL. */
const struct plan_file *plan_file_at(const struct plan *plan, uint64_t offset);
/** The module that has the byte of the file, or NULL; loading may be NULL. */
const struct kiwi_loading_module *loading_module_at(const struct kiwi_loading *loading, uint64_t offset);
/** Whether the tables of a module look like such: it has a name, and nothing in what is reserved. */
bool is_program_table(const struct kiwi_loading_module *module);

/** Whether every block that has a rule fits it in source, the image with all changes (guard.c). */
bool plan_check_sums(const struct plan *plan, struct kiwi_source *source, struct failure *failure);
/**
 * Refuses changes of programs that no checksum step covers: of every byte of a LOADING file but its tables.
 */
bool plan_check_covered(const struct plan *plan, struct kiwi_source *overlay, struct failure *failure);

/** Writes the plan as JSON (print.c). */
bool plan_write(struct plan *plan, struct output *output, struct failure *failure);
/** Writes a recipe of pattern and checksum steps that does the same to the same module or file. */
bool plan_write_recipe(struct plan *plan, struct output *output, struct failure *failure);

#endif
