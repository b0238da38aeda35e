/* SPDX-License-Identifier: MIT */
/* kiwipatch checksum: which rule the blocks of a file or module obey. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "commands.h"
#include "solver.h"
#include "target.h"

#define BLOCK_LIMIT 1024u

/** kiwipatch checksum: which rule the check values of blocks obey, or whether they obey one. */
struct sums {
    const char *module, *file;
    bool has_rule, wants_boot;
    struct checksum_rule rule;
    struct solver_block blocks[BLOCK_LIMIT];
    size_t block_count;
    struct region region; /* that they lie in */
    struct target target;
    struct kiwi_loading *loading;
    struct failure *failure;
};

static bool add_block(struct sums *sums, const char *text, struct failure *failure)
{
    struct solver_block *block = &sums->blocks[sums->block_count];
    if (sums->block_count == BLOCK_LIMIT)
        return refuse(failure, EXIT_USAGE, "more than %u blocks", BLOCK_LIMIT);
    if (!block_read(text, &block->offset, &block->length))
        return false;
    sums->block_count++;
    return true;
}

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct sums *sums = context;
    switch (id) {
    case OPTION_BLOCK: return add_block(sums, values[0], failure);
    case OPTION_RULE:
        sums->wants_boot = strcmp(values[0], BOOT_RULE) == 0;
        if (sums->wants_boot)
            return true;
        sums->has_rule = true;
        return checksum_rule_read(values[0], &sums->rule, failure);
    case OPTION_MODULE: sums->module = values[0]; break;
    default: sums->file = values[0]; break;
    }
    return true;
}

/** Blocks count from the module that is named; without blocks, each module is one. */
static bool place_blocks(struct sums *sums)
{
    const struct kiwi_file *file = sums->target.file;
    uint64_t start = 0, size = file->size;
    bool found = !sums->module;
    bool given = sums->block_count != 0;
    for (size_t i = 0; sums->loading && i < kiwi_loading_module_count(sums->loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(sums->loading, i);
        if (module->rule == KIWI_LOADING_NOWHERE ||
            (sums->module && (found || strcmp(module->name, sums->module) != 0)))
            continue;
        found = true;
        if (sums->module) {
            start = module->offset;
            size = module->size;
        }
        if (!given && sums->block_count < BLOCK_LIMIT)
            sums->blocks[sums->block_count++] = (struct solver_block){NULL, sums->module ? 0 : module->offset,
                                                                      module->size};
    }
    if (!found)
        return refuse(sums->failure, EXIT_INPUT, "there is no module %.60s", sums->module);
    sums->region = (struct region){file->source, start, size};
    for (size_t i = 0; i < sums->block_count; i++) {
        struct solver_block *block = &sums->blocks[i];
        if (block->offset > size || block->length > size - block->offset || block->length < 2 * CHECKSUM_SIZE)
            return refuse(sums->failure, EXIT_INPUT,
                          "the block at 0x%" PRIX64 " with %" PRIu64 " bytes does not lie in the %s",
                          block->offset, block->length, sums->module ? "module" : "file");
        block->offset += start;
        block->source = file->source;
    }
    return true;
}

static bool print_blocks(struct sums *sums)
{
    for (size_t i = 0; sums->has_rule && i < sums->block_count; i++) {
        const struct solver_block *block = &sums->blocks[i];
        uint32_t wanted, stored;
        if (!checksum_rule_wanted(&sums->rule, block->source, block->offset, block->length, &wanted,
                                  sums->failure) ||
            !checksum_rule_stored(&sums->rule, block->source, block->offset, block->length, &stored,
                                  sums->failure))
            return false;
        printf("file 0x%" PRIX64 ", %" PRIu64 " bytes: stored %08" PRIX32 ", computed %08" PRIX32 ": %s\n",
               block->offset, block->length, stored, wanted, stored == wanted ? "good" : "wrong");
    }
    return true;
}

/** The kernel of an R-Car unit: its rule is known, so the value alone is the proof. */
static bool check_boot(struct sums *sums, const struct boot *boot, struct solver_result *result)
{
    uint32_t stored, wanted;
    if (!boot_values(boot, sums->target.file->source, 0, &stored, &wanted, sums->failure))
        return false;
    printf("xipImage at file 0x%" PRIX64 ", %" PRIu64 " bytes: pmb says %08" PRIX32 ", computed %08" PRIX32
           ": %s\n",
           boot->kernel, boot->kernel_size, stored, wanted, stored == wanted ? "good" : "wrong");
    printf(stored == wanted ? "proven: " BOOT_RULE "\n" : "not proven: the kernel was changed\n");
    result->verdict = stored == wanted ? SOLVER_PROVEN : SOLVER_NO_RULE;
    return true;
}

static bool run(struct sums *sums, const char *path, struct solver_result *result)
{
    struct boot boot;
    struct kiwi_error error;
    if (!target_open(&io_host, path, sums->file, false, &sums->target, sums->failure))
        return false;
    const struct kiwi_file *file = sums->target.file;
    if (file->kind == KIWI_FILE_LOADING &&
        kiwi_loading_open(sums->target.disc, file, &sums->loading, &error) != KIWI_OK &&
        (error.status != KIWI_ERROR_NOT_KIWI || sums->module))
        return refuse_kiwi(sums->failure, path, &error);
    bool has_boot = boot_find(sums->loading, file->size, &boot);
    if (sums->wants_boot && !has_boot)
        return refuse(sums->failure, EXIT_INPUT, "%.200s has no components xipImage and pmb", file->path);
    if (has_boot && (sums->wants_boot || (!sums->has_rule && !sums->module && sums->block_count == 0)))
        return check_boot(sums, &boot, result);
    if (!place_blocks(sums) || !print_blocks(sums))
        return false;
    bool good = solver_run(&sums->region, sums->blocks, sums->block_count,
                           sums->has_rule ? &sums->rule : NULL, result, sums->failure);
    if (good)
        solver_print(result, stdout);
    return good;
}

int command_checksum(const struct command *command, int argc, char **argv)
{
    struct failure failure = {EXIT_DONE, ""};
    struct solver_result result = {.blocks = 0};
    struct sums *sums = calloc(1, sizeof *sums);
    char **operands;
    if (!sums) {
        refuse_memory(&failure);
        return complain(command, &failure);
    }
    sums->failure = &failure;
    int code = command_read(command, argc, argv, take, sums, &operands);
    if (code < 0) {
        bool done = run(sums, operands[0], &result);
        kiwi_loading_close(sums->loading);
        target_close(&sums->target);
        code = finish_output(command, done, &failure);
        if (code == EXIT_DONE && result.verdict != SOLVER_PROVEN)
            code = EXIT_FINDINGS;
    }
    free(sums);
    return code;
}
