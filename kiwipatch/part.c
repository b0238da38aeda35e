/* SPDX-License-Identifier: MIT */
/* Takes a file apart into its modules. */
#include "part.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *part_name(const struct part *part)
{
    return part->module ? part->module->name : "";
}

static int by_offset(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->length > b->length ? -1 : a->length < b->length;
}

/** Of modules that meet, which only damaged tables have, the first one has the bytes. */
static void keep_apart(struct parts *parts)
{
    size_t kept = 0;
    uint64_t end = 0;
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        if (kept != 0 && part->offset < end)
            continue;
        end = part->offset + part->length;
        parts->items[kept++] = *part;
    }
    parts->count = kept;
}

bool parts_find(const struct plan *plan, const char *module, struct parts *parts, struct failure *failure)
{
    const struct plan_file *file = &plan->files[0];
    size_t count = kiwi_loading_module_count(file->loading);
    *parts = (struct parts){.items = calloc(count + 1, sizeof *parts->items)};
    if (!parts->items)
        return refuse_memory(failure);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_loading_module *one = kiwi_loading_module(file->loading, i);
        if (one->rule != KIWI_LOADING_NOWHERE && (!module || strcmp(one->name, module) == 0))
            parts->items[parts->count++] = (struct part){one, file->base + one->offset, one->size};
    }
    if (parts->count == 0 && module)
        return refuse(failure, EXIT_INPUT, "there is no module %.60s", module);
    if (parts->count == 0)
        parts->items[parts->count++] = (struct part){NULL, file->base, file->file->size};
    if (parts->count > 1)
        qsort(parts->items, parts->count, sizeof *parts->items, by_offset);
    keep_apart(parts);
    return true;
}

/** The module that all changes lie in, or NULL. */
static const struct kiwi_loading_module *module_of(const struct plan *plan, const struct parts *parts)
{
    const struct kiwi_loading_module *found = NULL;
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        for (size_t k = 0; k < parts->count; k++) {
            const struct part *part = &parts->items[k];
            if (!ranges_meet(change->offset, change->length, part->offset, part->length))
                continue;
            if (!part->module || (found && part->module != found))
                return NULL;
            found = part->module;
        }
    }
    return found && !found->ambiguous ? found : NULL;
}

/** The checksum steps for the blocks of a request. */
static bool add_sums(struct plan *plan, const struct patch_request *request, struct failure *failure)
{
    struct step steps[PATCH_BLOCK_LIMIT] = {{.kind = STEP_CHECKSUM}};
    struct recipe recipe = {.steps = steps, .step_count = request->block_count};
    if (!request->rule != (request->block_count == 0))
        return refuse(failure, EXIT_USAGE, "--rule and --block go together");
    for (size_t i = 0; i < request->block_count; i++) {
        const struct patch_block *block = &request->blocks[i];
        steps[i] = (struct step){.kind = STEP_CHECKSUM, .at = block->offset, .length = block->length};
        if (!checksum_rule_read(request->rule, &steps[i].rule, failure))
            return false;
        if (block->length <= CHECKSUM_SIZE + steps[i].rule.skip)
            return refuse(failure, EXIT_USAGE, "a block of %" PRIu64 " bytes has no room for a checksum",
                          block->length);
    }
    return request->block_count == 0 || plan_sum(plan, &recipe, failure);
}

bool parts_write_recipe(struct plan *plan, const struct parts *parts, const struct patch_request *request,
                        const char *title, struct output *output, struct failure *failure)
{
    plan->module = module_of(plan, parts);
    if (plan->module) {
        plan->region = plan->target.base + plan->module->offset;
        plan->region_size = plan->module->size;
    }
    plan->override = true; /* the recipe must have its checksum steps, or say so again, when it is applied */
    snprintf(plan->title, sizeof plan->title, "%.190s", title);
    return add_sums(plan, request, failure) && plan_finish(plan, failure) &&
           plan_write_recipe(plan, output, failure);
}

bool patch_change_recipe(const struct patch_request *request, const struct patch_change *change,
                         struct output *output, struct failure *failure)
{
    struct plan plan;
    struct parts parts;
    char title[200];
    if (!plan_open(&plan, &io_host, request->disc, request->file, false, failure))
        return false;
    snprintf(title, sizeof title, "%.60s: %.100s", change->module, change->why);
    bool done = parts_find(&plan, NULL, &parts, failure) &&
                changes_add(&plan.changes, plan.target.base + change->offset, change->bytes, change->length,
                            change->why, NULL, failure) &&
                parts_write_recipe(&plan, &parts, request, title, output, failure);
    free(parts.items);
    plan_close(&plan);
    return done;
}
