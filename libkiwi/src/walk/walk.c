/* SPDX-License-Identifier: MIT */
/* Opens a walk and gives its cursors their turns. */
#include "walk/walk.h"

#include <assert.h>
#include <stdlib.h>

#include "bytes/options.h"
#include "index/index_pieces.h"

const struct kiwi_parcel *kiwi_walk_parcel(const struct kiwi_walk *walk)
{
    return kiwi_frame_parcel(walk);
}

const char *kiwi_walk_path(struct kiwi_walk *walk)
{
    const struct kiwi_cursor *top = walk->stack.top;
    return top ? top->type->path(walk, top, walk->path) : "";
}

/** A finding in the record that the engine is in. */
static void report(void *context, enum kiwi_severity severity, uint64_t offset, const char *field,
                   const char *expected, const char *found)
{
    struct kiwi_walk *walk = context;
    walk->held = walk->held || walk->on_trial;
    if (!walk->reporter.callback || walk->on_trial)
        return;
    struct kiwi_finding finding = {
        severity, offset, walk->file ? walk->file->path : "", kiwi_engine_path(&walk->engine), field,
        expected, found};
    walk->reporter.callback(walk->reporter.context, &finding);
}

static void set_scope(struct kiwi_scope *scope, const struct kiwi_walk_options *options,
                      const struct kiwi_file *only)
{
    assert(!options->headers || !options->in_order);
    scope->only = only;
    scope->has_level = options->level;
    scope->level = options->level ? *options->level : 0;
    scope->has_box = options->box;
    if (options->box)
        scope->box = *options->box;
    scope->has_range = options->range;
    if (options->range)
        scope->range = *options->range;
    scope->check = options->check;
    scope->headers = options->headers;
    scope->in_order = options->in_order;
    scope->whole_frames = options->whole_frames;
}

/** Opens the map and route planning, as far as the disc has them. */
static enum kiwi_status open_map(struct kiwi_walk *walk, struct kiwi_error *error)
{
    const struct kiwi_reporter *reporter = &walk->reporter;
    enum kiwi_status status = kiwi_map_open_reporting(walk->disc, reporter, &walk->map, error);
    if (status == KIWI_ERROR_NOT_KIWI)
        kiwi_report(reporter, KIWI_ERROR, "ALLDATA.KWI", 0, "", "a Data Volume", error->text);
    if (status == KIWI_OK && !kiwi_walk_only_parcels(walk) && !walk->scope.headers)
        status = kiwi_regions_open(walk->map, &walk->regions, error);
    return status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY ? status : KIWI_OK;
}

/** The cursor that all others stand on. */
static enum kiwi_status begin(struct kiwi_walk *walk, struct kiwi_error *error)
{
    if (!walk->scope.in_order)
        kiwi_files_begin(walk);
    else if (!kiwi_ordered_files_begin(walk))
        return kiwi_fail_memory(error);
    return KIWI_OK;
}

enum kiwi_status kiwi_walk_open(struct kiwi_disc *disc, const struct kiwi_walk_options *options,
                                struct kiwi_walk **walk, struct kiwi_error *error)
{
    struct kiwi_walk_options ours = {.file = NULL};
    struct kiwi_error own = {.status = KIWI_OK};
    *walk = NULL;
    enum kiwi_status status = kiwi_options_take(&ours, sizeof ours, options, error);
    if (status != KIWI_OK)
        return status;
    options = &ours;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(disc, options->file, NULL) : NULL;
    if (options->file && !only)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "there is no file %s", options->file);
    struct kiwi_walk *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->reporter = (struct kiwi_reporter){options->finding, options->context};
    set_scope(&made->scope, options, only);
    kiwi_window_init(&made->window);
    kiwi_engine_init(&made->engine, report, made);
    made->engine.check = options->check;
    made->engine.brief = options->brief;
    kiwi_claims_init(&made->claims, disc);
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        made->total += kiwi_disc_file(disc, i)->size;
    status = begin(made, &own);
    if (status == KIWI_OK)
        status = open_map(made, &own);
    if (status != KIWI_OK) {
        kiwi_walk_close(made);
        if (error)
            *error = own;
        return status;
    }
    if (options->range && !made->map && kiwi_disc_file_count(disc) == 1)
        made->scope.only = kiwi_disc_file(disc, 0); /* a file without a map: the range is in it */
    *walk = made;
    return KIWI_OK;
}

static void leave(struct kiwi_walk *walk)
{
    while (walk->stack.top)
        kiwi_stack_pop(&walk->stack);
}

void kiwi_walk_close(struct kiwi_walk *walk)
{
    if (!walk)
        return;
    leave(walk);
    kiwi_index_pieces_free(walk->index);
    kiwi_regions_close(walk->regions);
    kiwi_map_close(walk->map);
    kiwi_engine_free(&walk->engine);
    kiwi_mender_free(&walk->mender);
    kiwi_window_free(&walk->window);
    kiwi_claims_free(&walk->claims);
    kiwi_accounts_free(&walk->accounts);
    kiwi_accounts_free(&walk->entered);
    free(walk);
}

enum kiwi_event kiwi_walk_next(struct kiwi_walk *walk, struct kiwi_item *item)
{
    while (walk->stack.top) {
        enum kiwi_turn turn = kiwi_stack_turn(&walk->stack, walk, item);
        if (turn == KIWI_TURN_FAILED)
            leave(walk);
        if (turn == KIWI_TURN_ITEM && (!walk->scope.only || item->file == walk->scope.only))
            return item->type ? KIWI_EVENT_RECORD : KIWI_EVENT_GAP;
    }
    if (walk->claims.no_memory && walk->error.status == KIWI_OK)
        kiwi_fail_memory(&walk->error);
    return KIWI_EVENT_END;
}

enum kiwi_status kiwi_walk_status(const struct kiwi_walk *walk, struct kiwi_error *error)
{
    if (error)
        *error = walk->error;
    return walk->error.status;
}

struct kiwi_account kiwi_walk_account(const struct kiwi_walk *walk, const struct kiwi_file *file)
{
    return kiwi_accounts_get(&walk->accounts, file);
}

struct kiwi_account kiwi_walk_account_entered(const struct kiwi_walk *walk, const struct kiwi_file *file)
{
    return kiwi_accounts_get(&walk->entered, file);
}

struct kiwi_sectors kiwi_walk_sectors(const struct kiwi_walk *walk)
{
    return walk->map ? walk->map->sectors : KIWI_USUAL_SECTORS;
}

void kiwi_walk_progress(const struct kiwi_walk *walk, uint64_t *done, uint64_t *total)
{
    *done = walk->scope.in_order ? walk->position : walk->claims.walked;
    *total = walk->total;
}
