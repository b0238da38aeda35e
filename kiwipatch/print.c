/* SPDX-License-Identifier: MIT */
/* Plans and recipes as JSON. */
#include "document.h"
#include "plan.h"

#define SHOWN 4096u /* bytes of a change; of longer ones there are hashes */

static void put_target(struct json *json, const struct plan *plan)
{
    static const char *const containers[] = {"file", "directory", "image"};
    const struct target *target = &plan->target;
    json_key(json, "target");
    json_begin_object(json);
    put_text(json, "path", target->image.path);
    put_text(json, "container", containers[kiwi_disc_container(target->disc)]);
    put_number(json, "size", target->image.info.size);
    put_text(json, "file", plan->several ? NULL : target->file->path);
    put_number(json, "file_offset", plan->several ? 0 : target->base);
    put_number(json, "file_size", plan->several ? target->image.info.size : target->file->size);
    put_text(json, "module", plan->module ? plan->module->name : NULL);
    json_end_object(json);
}

/** Where the values lie that follow a change. */
static void put_checksums(struct json *json, const struct plan *plan, const struct change *change)
{
    json_key(json, "checksums");
    json_begin_array(json);
    for (size_t i = 0; !change->derived && i < plan->block_count; i++) {
        const struct summed_block *block = &plan->blocks[i];
        if (ranges_meet(change->offset, change->length, block->offset, block->length))
            json_unsigned(json, block->offset + block->length - CHECKSUM_SIZE);
    }
    uint64_t base = plan->files[0].base;
    if (plan->has_boot && !change->derived &&
        ranges_meet(change->offset, change->length, base + plan->boot.kernel, plan->boot.kernel_size))
        json_unsigned(json, base + plan->boot.value);
    json_end_array(json);
}

static bool put_bytes(struct json *json, const char *key, struct kiwi_source *source,
                      const struct change *change, struct failure *failure)
{
    uint8_t bytes[SHOWN];
    size_t received = 0;
    struct kiwi_error error;
    if (kiwi_source_read(source, change->offset, bytes, (size_t)change->length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
    json_key(json, key);
    json_hexadecimal(json, bytes, received);
    return true;
}

static bool put_change(struct json *json, const struct plan *plan, struct kiwi_source *overlay,
                       const struct change *change, struct failure *failure)
{
    const struct plan_file *file = plan_file_at(plan, change->offset);
    uint64_t file_offset = change->offset - file->base;
    const struct kiwi_loading_module *module = loading_module_at(file->loading, file_offset);
    bool done = true;
    json_begin_object(json);
    put_number(json, "offset", change->offset);
    put_number(json, "length", change->length);
    put_text(json, "file", file->file->path);
    put_number(json, "file_offset", file_offset);
    put_text(json, "module", module ? module->name : NULL);
    if (module)
        put_number(json, "module_offset", file_offset - module->offset);
    put_text(json, "record", change->record);
    if (change->length <= SHOWN)
        done = put_bytes(json, "old", plan->target.image.source, change, failure) &&
               put_bytes(json, "new", overlay, change, failure);
    put_hash(json, "old_sha256", change->old_hash);
    put_hash(json, "new_sha256", change->new_hash);
    put_text(json, "why", change->why);
    put_bool(json, "derived", change->derived);
    put_checksums(json, plan, change);
    json_end_object(json);
    return done;
}

static bool put_changes(struct json *json, const struct plan *plan, struct failure *failure)
{
    struct kiwi_source *overlay;
    if (!changes_overlay(&plan->changes, plan->target.image.source, &overlay, failure))
        return false;
    bool done = true;
    json_key(json, "changes");
    json_begin_array(json);
    for (size_t i = 0; done && i < plan->changes.count; i++)
        done = put_change(json, plan, overlay, &plan->changes.items[i], failure);
    json_end_array(json);
    kiwi_source_unref(overlay);
    return done;
}

static bool put_plan(struct json *json, void *context, struct failure *failure)
{
    const struct plan *plan = context;
    put_number(json, "kiwipatch", 1);
    put_hash(json, "plan", plan->hash);
    put_text(json, "id", plan->id[0] ? plan->id : NULL);
    put_text(json, "title", plan->title);
    put_text(json, "risk", plan->risk);
    put_text(json, "warning", plan->warning);
    put_target(json, plan);
    return put_changes(json, plan, failure);
}

bool plan_write(struct plan *plan, struct output *output, struct failure *failure)
{
    return document_write(output, put_plan, plan, failure);
}

/* As a recipe. */

static bool put_step(struct json *json, struct kiwi_source *source, struct kiwi_source *overlay,
                     const struct change *change, uint64_t at, uint64_t base, struct failure *failure)
{
    struct change piece = *change;
    uint64_t left = change->length - at;
    piece.offset += at;
    piece.length = left < SHOWN ? left : SHOWN;
    json_begin_object(json);
    put_text(json, "step", "pattern");
    put_text(json, "why", change->why);
    put_number(json, "at", piece.offset - base);
    bool done = put_bytes(json, "find", source, &piece, failure) &&
                put_bytes(json, "replace", overlay, &piece, failure);
    json_end_object(json);
    return done;
}

static void put_checksum(struct json *json, const struct plan *plan, const struct summed_block *block)
{
    char rule[CHECKSUM_RULE_TEXT];
    checksum_rule_text(&block->rule, rule);
    json_begin_object(json);
    put_text(json, "step", "checksum");
    put_number(json, "at", block->offset - plan->region);
    put_number(json, "length", block->length);
    put_text(json, "rule", rule);
    json_end_object(json);
}

static bool put_steps(struct json *json, const struct plan *plan, struct kiwi_source *overlay,
                      struct failure *failure)
{
    bool done = true;
    json_key(json, "steps");
    json_begin_array(json);
    for (size_t i = 0; done && i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        for (uint64_t at = 0; done && !change->derived && at < change->length; at += SHOWN)
            done = put_step(json, plan->target.image.source, overlay, change, at, plan->region, failure);
    }
    for (size_t i = 0; done && i < plan->block_count; i++)
        put_checksum(json, plan, &plan->blocks[i]);
    json_end_array(json);
    return done;
}

static bool put_recipe(struct json *json, void *context, struct failure *failure)
{
    const struct plan *plan = context;
    struct kiwi_source *source = plan->target.image.source;
    struct kiwi_source *overlay;
    uint8_t hashes[2][HASH_SIZE];
    if (!changes_overlay(&plan->changes, source, &overlay, failure))
        return false;
    bool done = hash_watched(source, plan->region, plan->region_size, hashes[0], plan->target.image.monitor,
                             "hashing the file", failure) &&
                hash_watched(overlay, plan->region, plan->region_size, hashes[1], plan->target.image.monitor,
                             "hashing the result", failure);
    put_number(json, "kiwipatch", RECIPE_VERSION);
    put_text(json, "id", plan->title);
    put_text(json, "title", plan->title);
    json_key(json, "for");
    json_begin_object(json);
    put_text(json, "file", plan->target.file->path);
    if (plan->module)
        put_text(json, "module", plan->module->name);
    if (plan->module && plan->module->version[0])
        put_text(json, "version", plan->module->version);
    put_number(json, "size", plan->region_size);
    put_hash(json, "sha256", hashes[0]);
    json_end_object(json);
    done = done && put_steps(json, plan, overlay, failure);
    json_key(json, "result");
    json_begin_object(json);
    put_hash(json, "sha256", hashes[1]);
    json_end_object(json);
    kiwi_source_unref(overlay);
    return done;
}

bool plan_write_recipe(struct plan *plan, struct output *output, struct failure *failure)
{
    return document_write(output, put_recipe, plan, failure);
}
