/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "engine.h"
#include "parcel_tree.h"

/** What of a file comes next. */
enum stage {
    STAGE_FILE,     /* the next file */
    STAGE_VOLUME,
    STAGE_TABLE,
    STAGE_HEADER,
    STAGE_LEVELS,   /* level management records */
    STAGE_LEVEL,    /* the next level's tree */
    STAGE_TREE,
    STAGE_OTHERS,   /* what other records of the table refer to */
    STAGE_REST,     /* bytes that nothing claimed */
    STAGE_END,
};

struct account_of {
    const struct kiwi_file *file;
    struct kiwi_account account;
};

struct kiwi_walk {
    struct kiwi_disc *disc;
    const struct kiwi_file *only;
    bool has_level, has_box, check;
    int level_number;
    struct kiwi_box box;
    struct kiwi_reporter reporter;
    struct kiwi_map *map;
    struct kiwi_claims claims;
    struct kiwi_error error;
    struct kiwi_window window;
    struct kiwi_engine engine;
    bool in_engine;
    struct kiwi_tree tree;
    bool tree_open;
    enum kiwi_tree_step step;
    enum stage stage;
    size_t file_index;              /* the map's file comes first: its number is 0, the others follow */
    size_t next_record;             /* of the level table, of the header table */
    size_t next_level;
    const struct kiwi_file *file;   /* current one */
    uint64_t rest;                  /* STAGE_REST: bytes before are done */
    struct account_of *accounts;
    size_t account_count;
    struct kiwi_account uncounted;  /* of files that there was no memory for */
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_PATH_LENGTH];
    enum { PATH_TEXT, PATH_ENGINE, PATH_TREE } path_kind;
    uint64_t total;
};

static struct kiwi_account *account_of(struct kiwi_walk *walk, const struct kiwi_file *file)
{
    for (size_t i = walk->account_count; i-- > 0;) {
        if (walk->accounts[i].file == file)
            return &walk->accounts[i].account;
    }
    struct account_of *grown = realloc(walk->accounts, (walk->account_count + 1) * sizeof *grown);
    if (!grown)
        return &walk->uncounted;
    walk->accounts = grown;
    grown[walk->account_count] = (struct account_of){.file = file};
    return &grown[walk->account_count++].account;
}

const char *kiwi_walk_path(struct kiwi_walk *walk)
{
    if (walk->path_kind == PATH_ENGINE)
        return kiwi_engine_path(&walk->engine);
    if (walk->path_kind == PATH_TREE)
        kiwi_tree_path(&walk->tree, walk->step, walk->path, sizeof walk->path);
    return walk->path;
}

static void report(void *context, enum kiwi_severity severity, uint64_t offset, const char *field, const char *expected,
                   const char *found)
{
    struct kiwi_walk *walk = context;
    if (!walk->reporter.callback)
        return;
    struct kiwi_finding finding = {severity, offset, walk->file ? walk->file->path : "", kiwi_engine_path(&walk->engine),
                                   field, expected, found};
    walk->reporter.callback(walk->reporter.context, &finding);
}

/* Opening */

enum kiwi_status kiwi_walk_open(struct kiwi_disc *disc, const struct kiwi_walk_options *options, struct kiwi_walk **walk,
                                struct kiwi_error *error)
{
    static const struct kiwi_walk_options none = {.size = sizeof none};
    *walk = NULL;
    if (!options)
        options = &none;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(disc, options->file, NULL) : NULL;
    if (options->file && !only)
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "there is no file %s", options->file);
    struct kiwi_walk *made = calloc(1, sizeof *made);
    if (!made)
        return kiwi_fail_memory(error);
    made->disc = disc;
    made->only = only;
    made->check = options->check;
    made->has_level = options->level != NULL;
    made->level_number = options->level ? *options->level : 0;
    made->has_box = options->box != NULL;
    if (options->box)
        made->box = *options->box;
    made->reporter = (struct kiwi_reporter){options->finding, options->context};
    kiwi_window_init(&made->window);
    kiwi_engine_init(&made->engine, report, made);
    made->engine.check = options->check;
    made->engine.brief = options->brief;
    kiwi_claims_init(&made->claims, disc);
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        made->total += kiwi_disc_file(disc, i)->size;
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
    *walk = made;
    return KIWI_OK;
}

void kiwi_walk_close(struct kiwi_walk *walk)
{
    if (!walk)
        return;
    if (walk->tree_open)
        kiwi_tree_close(&walk->tree);
    kiwi_map_close(walk->map);
    kiwi_engine_free(&walk->engine);
    kiwi_window_free(&walk->window);
    kiwi_claims_free(&walk->claims);
    free(walk->accounts);
    free(walk);
}

/* Steps */

static bool fail(struct kiwi_walk *walk)
{
    walk->stage = STAGE_END;
    walk->in_engine = false;
    return false;
}

/** Starts the engine on a record that fills length bytes at offset. */
static bool start(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset, uint64_t length,
                  const uint64_t *arguments, const char *path)
{
    struct kiwi_view view;
    if (kiwi_window_view(&walk->window, walk->file->source, offset, length, &view, &walk->error) != KIWI_OK)
        return fail(walk);
    walk->engine.account = account_of(walk, walk->file);
    kiwi_engine_start(&walk->engine, type, view, arguments, path);
    walk->in_engine = true;
    return true;
}

/** Claims and starts one of the parts that a file is made of; false if it is outside or known. */
static bool start_section(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset, uint64_t length,
                          const uint64_t *arguments, const char *path)
{
    uint64_t size = walk->file->size;
    if (offset >= size)
        return false;
    length = length < size - offset ? length : size - offset;
    if (kiwi_claims_add(&walk->claims, walk->file, offset, length) != KIWI_CLAIM_FRESH) {
        kiwi_report(&walk->reporter, KIWI_ERROR, walk->file->path, offset, "", "bytes that no other record uses", path);
        return false;
    }
    return start(walk, type, offset, length, arguments, path);
}

/** One record outside of the engine. */
static enum kiwi_event tree_record(struct kiwi_walk *walk, const struct kiwi_tree_item *met, struct kiwi_item *item)
{
    memset(walk->arguments, 0, sizeof walk->arguments);
    walk->arguments[0] = met->argument;
    walk->path_kind = PATH_TREE;
    if (!kiwi_layout_record(met->type, met->bytes, met->available, walk->arguments, &walk->layout))
        return KIWI_EVENT_END;
    kiwi_account_record(account_of(walk, met->file), met->type, &walk->layout);
    *item = (struct kiwi_item){.type = met->type, .layout = &walk->layout, .bytes = met->bytes, .arguments = walk->arguments,
                               .offset = met->offset, .length = walk->layout.head, .file = met->file};
    return KIWI_EVENT_RECORD;
}

static enum kiwi_event gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset, uint64_t length, enum kiwi_gap kind,
                           const char *name, const char *reason, struct kiwi_item *item)
{
    kiwi_account_gap(account_of(walk, file), kind, length);
    *item = (struct kiwi_item){.offset = offset, .length = length, .file = file, .gap = kind, .name = name, .reason = reason};
    return KIWI_EVENT_GAP;
}

static enum kiwi_event zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset, uint64_t length,
                                        bool zeros, struct kiwi_item *item)
{
    return zeros ? gap(walk, file, offset, length, KIWI_GAP_PADDING, "padding", "", item)
                 : gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "unreferenced", "no record refers to these bytes", item);
}

/** A parcel's frame. */
static void start_frame(struct kiwi_walk *walk, const struct kiwi_tree_item *met)
{
    const struct kiwi_level_management_record *record = &met->parcel.level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames, record->extended_frames, record->node_record_size};
    kiwi_parcel_path(&met->parcel, walk->path, sizeof walk->path);
    walk->file = met->file;
    start(walk, &kiwi_type_main_map_distribution_header, met->parcel.offset, met->parcel.size, arguments, walk->path);
}

/** One step of the level's tree. */
static enum kiwi_event next_in_tree(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_tree_item met;
    walk->step = kiwi_tree_next(&walk->tree, &met);
    switch (walk->step) {
    case KIWI_TREE_END:
        kiwi_tree_close(&walk->tree);
        walk->tree_open = false;
        walk->stage = STAGE_LEVEL;
        return KIWI_EVENT_END;
    case KIWI_TREE_FAILED:
        fail(walk);
        return KIWI_EVENT_END;
    case KIWI_TREE_PARCEL:
        start_frame(walk, &met);
        return KIWI_EVENT_END;
    case KIWI_TREE_GAP:
        walk->path_kind = PATH_TREE;
        return zeros_or_unknown(walk, met.file, met.offset, met.available, !kiwi_any(met.bytes, met.available), item);
    default:
        return tree_record(walk, &met, item);
    }
}

static void next_level(struct kiwi_walk *walk)
{
    while (walk->map && walk->next_level < kiwi_map_level_count(walk->map)) {
        const struct kiwi_level *level = kiwi_map_level(walk->map, walk->next_level++);
        if (walk->has_level && level->number != walk->level_number)
            continue;
        kiwi_tree_open(&walk->tree, walk->map, level, walk->has_box ? &walk->box : NULL, &walk->claims, &walk->error);
        walk->tree_open = true;
        walk->stage = STAGE_TREE;
        return;
    }
    walk->next_record = 1;
    walk->stage = STAGE_OTHERS;
}

/** The next level management record. */
static void next_level_record(struct kiwi_walk *walk)
{
    const struct kiwi_level *level;
    char path[32];
    while ((level = walk->map ? kiwi_map_level(walk->map, walk->next_record) : NULL) != NULL) {
        walk->next_record++;
        if (walk->has_level && level->number != walk->level_number)
            continue;
        uint64_t size[KIWI_MAXIMUM_ARGUMENTS] = {walk->map->header.level_record_size};
        snprintf(path, sizeof path, "level[%d]", level->number);
        walk->file = walk->map->header_file;
        if (start_section(walk, &kiwi_type_level_management_record, level->offset, size[0], size, path))
            return;
    }
    walk->next_level = 0;
    if (walk->stage != STAGE_END)
        walk->stage = STAGE_LEVEL;
}

/** The next record of the management header table that points into this file: what it leads to is not decoded. */
static enum kiwi_event next_other(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_view view;
    while (walk->map && walk->next_record < KIWI_HEADER_RECORDS) {
        struct kiwi_management_header_record record;
        size_t number = walk->next_record++;
        size_t size = kiwi_type_management_header_record.fixed_size;
        if (kiwi_window_view(&walk->window, walk->file->source, KIWI_VOLUME_SIZE + number * size, size, &view, &walk->error) !=
            KIWI_OK) {
            fail(walk);
            return KIWI_EVENT_END;
        }
        if (!kiwi_management_header_record_decode(&record, view.bytes, view.length) || record.size == 0)
            continue;
        const struct kiwi_file *file = kiwi_map_named_file(walk->map, walk->file, record.file_name, sizeof record.file_name);
        uint64_t offset = kiwi_dsa_offset(record.address, walk->map->sectors);
        uint64_t length = (uint64_t)record.size * walk->map->sectors.logical_sector_size;
        if (file != walk->file || offset >= file->size)
            continue;
        length = length < file->size - offset ? length : file->size - offset;
        if (kiwi_claims_add(&walk->claims, file, offset, length) != KIWI_CLAIM_FRESH)
            continue;
        snprintf(walk->path, sizeof walk->path, "management_header_table.record[%lu]", (unsigned long)number + 1);
        walk->path_kind = PATH_TEXT;
        return gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "management_header", "this kind of data is not decoded", item);
    }
    walk->rest = 0;
    walk->stage = STAGE_REST;
    return KIWI_EVENT_END;
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
        walk->stage = STAGE_FILE;
        return KIWI_EVENT_END;
    }
    bool zeros = true;
    for (uint64_t at = range.start; zeros && at < range.end;) {
        struct kiwi_view view;
        if (kiwi_window_view(&walk->window, walk->file->source, at, range.end - at, &view, &walk->error) != KIWI_OK || view.length == 0) {
            fail(walk);
            return KIWI_EVENT_END;
        }
        zeros = !kiwi_any(view.bytes, view.length);
        at += view.length;
    }
    walk->rest = range.end;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    return zeros_or_unknown(walk, walk->file, range.start, range.end - range.start, zeros, item);
}

/** Whether the map has to be walked: also for a file whose kind only the map can tell, since it may lie in there. */
static bool map_wanted(const struct kiwi_walk *walk)
{
    return !walk->only || walk->only == walk->map->file || walk->only->kind == KIWI_FILE_UNKNOWN;
}

/** Begins the next file: the map first, since it may refer into others. */
static enum kiwi_event next_file(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_file *map_file = walk->map ? walk->map->file : NULL;
    const struct kiwi_file *file;
    for (;;) {
        size_t index = walk->file_index++;
        if (index > kiwi_disc_file_count(walk->disc)) {
            walk->stage = STAGE_END;
            return KIWI_EVENT_END;
        }
        file = index == 0 ? map_file : kiwi_disc_file(walk->disc, index - 1);
        if (file && (index == 0 ? map_wanted(walk) : file != map_file && (!walk->only || file == walk->only)))
            break;
    }
    walk->file = file;
    if (file == map_file) {
        walk->stage = walk->has_level || walk->has_box ? STAGE_LEVELS : STAGE_VOLUME;
        walk->next_record = 0;
        return KIWI_EVENT_END;
    }
    walk->rest = 0;
    walk->stage = STAGE_REST;
    if (walk->has_level || walk->has_box || kiwi_claims_of(&walk->claims, file))
        return KIWI_EVENT_END;
    bool text = file->kind == KIWI_FILE_METADATA || file->kind == KIWI_FILE_SPEC || file->kind == KIWI_FILE_VERSION;
    if (text && file->source && file->size != 0 && file->size <= 65536) {
        walk->stage = STAGE_FILE;
        start(walk, &kiwi_type_text_file, 0, file->size, NULL, "text");
        return KIWI_EVENT_END;
    }
    walk->stage = STAGE_FILE;
    if (file->size == 0)
        return KIWI_EVENT_END;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    return gap(walk, file, 0, file->size, KIWI_GAP_UNKNOWN, "file", "this kind of file is not decoded", item);
}

static enum kiwi_event next_stage(struct kiwi_walk *walk, struct kiwi_item *item)
{
    switch (walk->stage) {
    case STAGE_FILE:
        return next_file(walk, item);
    case STAGE_VOLUME:
        walk->stage = STAGE_TABLE;
        start_section(walk, &kiwi_type_data_volume, 0, KIWI_VOLUME_SIZE, NULL, "data_volume");
        return KIWI_EVENT_END;
    case STAGE_TABLE:
        walk->stage = STAGE_HEADER;
        start_section(walk, &kiwi_type_management_header_table, KIWI_VOLUME_SIZE, KIWI_VOLUME_SIZE, NULL, "management_header_table");
        return KIWI_EVENT_END;
    case STAGE_HEADER:
        walk->stage = STAGE_LEVELS;
        walk->next_record = 0;
        if (walk->map->header_file) {
            walk->file = walk->map->header_file;
            start_section(walk, &kiwi_type_parcel_related_distribution_header, walk->map->header_offset,
                          kiwi_type_parcel_related_distribution_header.fixed_size, NULL, "parcel_related_data");
        }
        return KIWI_EVENT_END;
    case STAGE_LEVELS:
        next_level_record(walk);
        return KIWI_EVENT_END;
    case STAGE_LEVEL:
        next_level(walk);
        walk->file = walk->stage == STAGE_OTHERS ? walk->map->file : walk->file;
        return KIWI_EVENT_END;
    case STAGE_TREE:
        return next_in_tree(walk, item);
    case STAGE_OTHERS:
        if (!walk->has_level && !walk->has_box)
            return next_other(walk, item);
        walk->stage = STAGE_REST;
        return KIWI_EVENT_END;
    case STAGE_REST:
        return next_rest(walk, item);
    case STAGE_END:
        break;
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
                walk->path_kind = PATH_ENGINE;
                return event;
            }
            walk->in_engine = false;
        }
        if (walk->stage == STAGE_END)
            return KIWI_EVENT_END;
        enum kiwi_event event = next_stage(walk, item);
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
    for (size_t i = 0; i < walk->account_count; i++) {
        if (walk->accounts[i].file == file)
            return walk->accounts[i].account;
    }
    return (struct kiwi_account){0};
}

struct kiwi_sectors kiwi_walk_sectors(const struct kiwi_walk *walk)
{
    return walk->map ? walk->map->sectors : (struct kiwi_sectors){2048, 32};
}

void kiwi_walk_progress(const struct kiwi_walk *walk, uint64_t *done, uint64_t *total)
{
    *done = walk->claims.walked;
    *total = walk->total;
}
