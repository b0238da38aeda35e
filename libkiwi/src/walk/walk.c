/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "walk/walk_state.h"

const struct kiwi_parcel *kiwi_walk_parcel(const struct kiwi_walk *walk)
{
    return walk->path_kind == KIWI_PATH_ENGINE && walk->in_frame ? &walk->parcel : NULL;
}

const char *kiwi_walk_path(struct kiwi_walk *walk)
{
    if (walk->path_kind == KIWI_PATH_ENGINE)
        return kiwi_engine_path(&walk->engine);
    if (walk->path_kind == KIWI_PATH_TREE)
        kiwi_tree_path(&walk->tree, walk->step, walk->path, sizeof walk->path);
    if (walk->path_kind == KIWI_PATH_INDEX)
        snprintf(walk->path, sizeof walk->path, "%.480s[%llu]", walk->index_path,
                 (unsigned long long)walk->index_data->index - 1);
    return walk->path;
}

static void report(void *context, enum kiwi_severity severity, uint64_t offset, const char *field,
                   const char *expected, const char *found)
{
    struct kiwi_walk *walk = context;
    if (!walk->reporter.callback)
        return;
    struct kiwi_finding finding = {
        severity, offset, walk->file ? walk->file->path : "", kiwi_engine_path(&walk->engine), field,
        expected, found};
    walk->reporter.callback(walk->reporter.context, &finding);
}

enum kiwi_status kiwi_walk_open(struct kiwi_disc *disc, const struct kiwi_walk_options *options,
                                struct kiwi_walk **walk, struct kiwi_error *error)
{
    static const struct kiwi_walk_options none = {.size = sizeof none};
    *walk = NULL;
    if (!options)
        options = &none;
    assert(!options->headers || !options->in_order);
    const struct kiwi_file *only = options->file ? kiwi_disc_find(disc, options->file, NULL) : NULL;
    if (options->file && !only)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "there is no file %s", options->file);
    struct kiwi_walk *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->only = only;
    made->check = options->check;
    made->headers = options->headers;
    made->has_level = options->level;
    made->level_number = options->level ? *options->level : 0;
    made->has_box = options->box;
    if (options->box)
        made->box = *options->box;
    made->has_range = options->range;
    if (options->range)
        made->range = *options->range;
    made->in_order = options->in_order;
    made->reporter = (struct kiwi_reporter){options->finding, options->context};
    kiwi_window_init(&made->window);
    kiwi_engine_init(&made->engine, report, made);
    made->engine.check = options->check;
    made->engine.brief = options->brief;
    kiwi_claims_init(&made->claims, disc);
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        made->total += kiwi_disc_file(disc, i)->size;
    if (made->in_order && !kiwi_order_init(&made->order)) {
        kiwi_walk_close(made);
        return kiwi_fail_memory(error);
    }
    struct kiwi_error map_error = {.status = KIWI_OK};
    enum kiwi_status status = kiwi_map_open(disc, options->finding, options->context, &made->map, &map_error);
    if (status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY) {
        kiwi_walk_close(made);
        if (error)
            *error = map_error;
        return status;
    }
    if (status == KIWI_ERROR_NOT_KIWI)
        kiwi_report(&made->reporter, KIWI_ERROR, "ALLDATA.KWI", 0, "", "a Data Volume", map_error.text);
    if (status == KIWI_OK && !made->has_level && !made->has_box && !made->headers) {
        status = kiwi_regions_open(made->map, &made->regions, &map_error);
        if (status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY) {
            kiwi_walk_close(made);
            if (error)
                *error = map_error;
            return status;
        }
    }
    if (made->has_range && !made->map && kiwi_disc_file_count(disc) == 1)
        made->only = kiwi_disc_file(disc, 0); /* a file without a map: the range is in it */
    *walk = made;
    return KIWI_OK;
}

void kiwi_walk_close(struct kiwi_walk *walk)
{
    if (!walk)
        return;
    if (walk->tree_open)
        kiwi_tree_close(&walk->tree);
    free(walk->loading);
    kiwi_index_pieces_free(walk->index);
    free(walk->index_data);
    kiwi_regions_close(walk->regions);
    kiwi_map_close(walk->map);
    kiwi_engine_free(&walk->engine);
    kiwi_window_free(&walk->window);
    kiwi_claims_free(&walk->claims);
    kiwi_order_free(&walk->order);
    free(walk->accounts);
    free(walk);
}

/** The next bytes of the file that nothing claimed: padding if all are zero. */
static enum kiwi_event next_rest(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_extents *extents = kiwi_claims_of(&walk->claims, walk->file);
    struct kiwi_range range = {walk->rest, walk->file->size};
    bool any = walk->rest < walk->file->size;
    if (any && extents)
        any = kiwi_extents_gap(extents, walk->rest, walk->file->size, &range);
    if (!any || walk->has_level || walk->has_box) {
        walk->stage = KIWI_STAGE_FILE;
        return KIWI_EVENT_END;
    }
    walk->rest = range.end;
    walk->path[0] = '\0';
    walk->path_kind = KIWI_PATH_TEXT;
    return kiwi_walk_rest_gap(walk, range.start, range.end, item);
}

/** Whether the map has to be walked: also for a file into which only the map may lead. */
static bool map_wanted(const struct kiwi_walk *walk)
{
    const struct kiwi_file *only = walk->only;
    return !only || only == walk->map->file || only->kind == KIWI_FILE_UNKNOWN ||
           only->kind == KIWI_FILE_PICTURES || only->kind == KIWI_FILE_DICTIONARY ||
           only->kind == KIWI_FILE_VOICE;
}

/** Begins the next file: the map first, since it may refer into others. */
static enum kiwi_event next_file(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_file *map_file = walk->map ? walk->map->file : NULL;
    const struct kiwi_file *file;
    for (;;) {
        size_t index = walk->file_index++;
        if (index > (walk->headers ? 0 : kiwi_disc_file_count(walk->disc))) {
            walk->stage = KIWI_STAGE_END;
            return KIWI_EVENT_END;
        }
        file = index == 0 ? map_file : kiwi_disc_file(walk->disc, index - 1);
        if (file && (index == 0 ? map_wanted(walk) : file != map_file && (!walk->only || file == walk->only)))
            break;
    }
    walk->file = file;
    if (file == map_file) {
        walk->stage = walk->has_level || walk->has_box ? KIWI_STAGE_LEVELS : KIWI_STAGE_VOLUME;
        walk->next_record = 0;
        return KIWI_EVENT_END;
    }
    walk->rest = 0;
    walk->stage = KIWI_STAGE_REST;
    if (walk->has_level || walk->has_box || kiwi_claims_of(&walk->claims, file))
        return KIWI_EVENT_END;
    walk->stage = KIWI_STAGE_FILE;
    return kiwi_walk_whole_file(walk, item);
}

enum kiwi_event kiwi_walk_next_stage(struct kiwi_walk *walk, struct kiwi_item *item)
{
    switch (walk->stage) {
    case KIWI_STAGE_FILE: return next_file(walk, item);
    case KIWI_STAGE_VOLUME:
        walk->stage = KIWI_STAGE_TABLE;
        kiwi_walk_start_section(walk, &kiwi_type_data_volume, 0, KIWI_VOLUME_SIZE, NULL, "data_volume");
        return KIWI_EVENT_END;
    case KIWI_STAGE_TABLE:
        walk->stage = KIWI_STAGE_HEADER;
        kiwi_walk_start_section(walk, &kiwi_type_management_header_table, KIWI_VOLUME_SIZE, KIWI_VOLUME_SIZE,
                                NULL, "management_header_table");
        return KIWI_EVENT_END;
    case KIWI_STAGE_HEADER:
        walk->stage = KIWI_STAGE_LEVELS;
        walk->next_record = 0;
        if (walk->map->header_file) {
            walk->file = walk->map->header_file;
            kiwi_walk_start_section(
                walk, &kiwi_type_parcel_related_distribution_header, walk->map->header_offset,
                kiwi_type_parcel_related_distribution_header.fixed_size, NULL, "parcel_related_data");
        }
        return KIWI_EVENT_END;
    case KIWI_STAGE_LEVELS: kiwi_walk_next_level_record(walk); return KIWI_EVENT_END;
    case KIWI_STAGE_LEVEL: kiwi_walk_next_level(walk); return KIWI_EVENT_END;
    case KIWI_STAGE_REGIONS: kiwi_walk_next_route_planning(walk); return KIWI_EVENT_END;
    case KIWI_STAGE_TREE: return kiwi_walk_next_in_tree(walk, item);
    case KIWI_STAGE_OTHERS:
        if (!walk->has_level && !walk->has_box)
            return kiwi_walk_next_other(walk, item);
        walk->stage = KIWI_STAGE_REST;
        return KIWI_EVENT_END;
    case KIWI_STAGE_PARAMETERS: return kiwi_walk_next_parameters(walk, item);
    case KIWI_STAGE_REST: return next_rest(walk, item);
    case KIWI_STAGE_END: break;
    }
    return KIWI_EVENT_END;
}

static enum kiwi_event next_item(struct kiwi_walk *walk, struct kiwi_item *item)
{
    for (;;) {
        if (walk->in_engine) {
            enum kiwi_event event = kiwi_engine_next(&walk->engine, item);
            if (event != KIWI_EVENT_END) {
                item->file = walk->file;
                walk->path_kind = KIWI_PATH_ENGINE;
                return event;
            }
            walk->in_engine = false;
        }
        if (walk->stage == KIWI_STAGE_END)
            return KIWI_EVENT_END;
        enum kiwi_event event = walk->loading       ? kiwi_walk_next_in_loading(walk, item)
                                : walk->index_order ? kiwi_walk_next_in_index(walk, item)
                                : walk->in_order    ? kiwi_walk_next_in_order(walk, item)
                                                    : kiwi_walk_next_stage(walk, item);
        if (event != KIWI_EVENT_END)
            return event;
    }
}

enum kiwi_event kiwi_walk_next(struct kiwi_walk *walk, struct kiwi_item *item)
{
    for (;;) {
        enum kiwi_event event = next_item(walk, item);
        if (event == KIWI_EVENT_END || !walk->only || item->file == walk->only)
            return event;
    }
}

enum kiwi_status kiwi_walk_status(const struct kiwi_walk *walk, struct kiwi_error *error)
{
    if (error)
        *error = walk->error;
    return walk->error.status;
}

struct kiwi_account kiwi_walk_account(const struct kiwi_walk *walk, const struct kiwi_file *file)
{
    for (size_t i = 0; i < walk->account_count; i++)
        if (walk->accounts[i].file == file)
            return walk->accounts[i].account;
    return (struct kiwi_account){0};
}

struct kiwi_sectors kiwi_walk_sectors(const struct kiwi_walk *walk)
{
    return walk->map ? walk->map->sectors : KIWI_USUAL_SECTORS;
}

void kiwi_walk_progress(const struct kiwi_walk *walk, uint64_t *done, uint64_t *total)
{
    *done = walk->in_order ? walk->position : walk->claims.walked;
    *total = walk->total;
}
