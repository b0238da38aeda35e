/* SPDX-License-Identifier: MIT */
/* The files of a disc that a plan is about, and whether they hold programs. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

bool is_program_table(const struct kiwi_loading_module *module)
{
    return module->has_management && module->name[0] && !strchr(module->name, '?') &&
           memcmp(module->identification_bytes + 1, "\0\0\0", 3) == 0;
}

/** Whatever its name is, all of its tables must look like such, and lead somewhere. */
static bool is_loading(const struct kiwi_loading *loading)
{
    size_t placed = 0;
    for (size_t i = 0; i < kiwi_loading_system_count(loading); i++) {
        const struct kiwi_loading_system *system = kiwi_loading_system(loading, i);
        if (system->module_count != system->record.number_of_modules)
            return false;
    }
    for (size_t i = 0; i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (!is_program_table(module))
            return false;
        placed += module->rule != KIWI_LOADING_NOWHERE;
    }
    return placed > 0;
}

/** By name a file of programs is one even if nothing in it is understood. */
static bool look_inside(const struct plan *plan, struct plan_file *file, struct failure *failure)
{
    struct kiwi_error error;
    file->program = file->file->kind == KIWI_FILE_LOADING;
    if (!file->file->source)
        return true;
    enum kiwi_status status = kiwi_loading_open(plan->target.disc, file->file, &file->loading, &error);
    if (status != KIWI_OK && status != KIWI_ERROR_NOT_KIWI)
        return refuse_kiwi(failure, plan->target.image.path, &error);
    if (!file->program && status == KIWI_OK && !is_loading(file->loading)) {
        kiwi_loading_close(file->loading);
        file->loading = NULL;
    }
    if (file->loading)
        file->program = true;
    return true;
}

bool plan_add_file(struct plan *plan, const struct kiwi_file *file, uint64_t base, struct failure *failure)
{
    struct plan_file *files = grow_array(plan->files, &plan->file_room, plan->file_count, 1, sizeof *files);
    if (!files)
        return refuse_memory(failure);
    plan->files = files;
    files[plan->file_count] = (struct plan_file){.file = file, .base = base};
    plan->file_count++;
    return look_inside(plan, &files[plan->file_count - 1], failure);
}

void plan_free_files(struct plan *plan)
{
    for (size_t i = 0; i < plan->file_count; i++)
        kiwi_loading_close(plan->files[i].loading);
    free(plan->files);
    plan->files = NULL;
    plan->file_count = plan->file_room = 0;
}

const struct plan_file *plan_file_at(const struct plan *plan, uint64_t offset)
{
    for (size_t i = 0; i < plan->file_count; i++) {
        const struct plan_file *file = &plan->files[i];
        if (offset >= file->base && offset - file->base < file->file->size)
            return file;
    }
    return NULL;
}

const struct kiwi_loading_module *loading_module_at(const struct kiwi_loading *loading, uint64_t offset)
{
    for (size_t i = 0; loading && i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (module->rule != KIWI_LOADING_NOWHERE && offset >= module->offset &&
            offset - module->offset < module->size)
            return module;
    }
    return NULL;
}
