/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "engine.h"
#include "index_data.h"
#include "loading_pieces.h"
#include "order.h"
#include "parcel_tree.h"
#include "regions.h"
#include "small_file.h"

/** What of a file comes next. */
enum stage {
    STAGE_FILE, /* the next file */
    STAGE_VOLUME,
    STAGE_TABLE,
    STAGE_HEADER,
    STAGE_LEVELS, /* level management records */
    STAGE_LEVEL,  /* the next level's tree */
    STAGE_TREE,
    STAGE_REGIONS, /* route planning */
    STAGE_OTHERS,  /* what other records of the table refer to */
    STAGE_REST,    /* bytes that nothing claimed */
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
    struct kiwi_regions *regions; /* NULL if there are none */
    uint32_t region_step; /* 0 = the header, then a table for each level, the common passage conditions, the
                             frames */
    size_t region_level;  /* of the next frame */
    uint32_t region_number;
    struct kiwi_claims claims;
    struct kiwi_error error;
    struct kiwi_window window;
    struct kiwi_engine engine;
    bool in_engine;
    struct kiwi_tree tree;
    bool tree_open;
    enum kiwi_tree_step step;
    enum stage stage;
    size_t file_index;  /* the map's file comes first: its number is 0, the others follow */
    size_t next_record; /* of the level table, of the header table */
    size_t next_level;
    const struct kiwi_file *file; /* current one */
    struct kiwi_loading_piece
        *loading; /* what the current file consists of if it is LOADING.KWI, else NULL */
    size_t loading_count, loading_next;
    uint64_t loading_position;
    struct kiwi_index_pieces *index; /* of all index files, once one was met */
    const uint32_t *index_order;     /* what the current file consists of if it is one of them, else NULL */
    size_t index_count, index_next;
    uint64_t index_position;
    struct kiwi_index_data *index_data; /* category or matching data, decoded by their definition */
    bool in_index_data;
    char index_path[KIWI_PATH_LENGTH];
    uint64_t rest; /* STAGE_REST: bytes before are done */
    struct account_of *accounts;
    size_t account_count;
    struct kiwi_account uncounted; /* of files that there was no memory for */
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_PATH_LENGTH];
    enum { PATH_TEXT, PATH_ENGINE, PATH_TREE, PATH_INDEX } path_kind;
    uint64_t total;
    bool has_range;
    struct kiwi_extent range;  /* of the only file, or of the map's */
    struct kiwi_parcel parcel; /* whose frame the engine is in */
    bool in_frame;
    /* in order of the file */
    bool in_order;
    bool collecting; /* sections are put into order instead of being read */
    struct kiwi_order order;
    unsigned passes;
    bool begun;                         /* the file */
    uint64_t position;                  /* bytes before are done */
    const struct kiwi_section *section; /* of the parcel management, being read */
    uint32_t section_next;
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

const struct kiwi_parcel *kiwi_walk_parcel(const struct kiwi_walk *walk)
{
    return walk->path_kind == PATH_ENGINE && walk->in_frame ? &walk->parcel : NULL;
}

const char *kiwi_walk_path(struct kiwi_walk *walk)
{
    if (walk->path_kind == PATH_ENGINE)
        return kiwi_engine_path(&walk->engine);
    if (walk->path_kind == PATH_TREE)
        kiwi_tree_path(&walk->tree, walk->step, walk->path, sizeof walk->path);
    if (walk->path_kind == PATH_INDEX)
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

/* Opening */

enum kiwi_status kiwi_walk_open(struct kiwi_disc *disc, const struct kiwi_walk_options *options,
                                struct kiwi_walk **walk, struct kiwi_error *error)
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
    made->has_range = options->range != NULL;
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
    if (status == KIWI_OK && !made->has_level && !made->has_box) {
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

/* Steps */

static bool fail(struct kiwi_walk *walk)
{
    walk->stage = STAGE_END;
    walk->in_engine = false;
    return false;
}

/** Starts the engine on a record that fills length bytes at offset. */
static bool start(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                  uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_view view;
    if (kiwi_window_view(&walk->window, walk->file->source, offset, length, &view, &walk->error) != KIWI_OK)
        return fail(walk);
    walk->engine.account = account_of(walk, walk->file);
    kiwi_engine_start(&walk->engine, type, view, arguments, path);
    walk->in_engine = true;
    walk->in_frame = false;
    return true;
}

/** Keeps a record with its parts for later; arguments may be NULL. */
static bool collect_record(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                           uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_section section = {
        .kind = KIWI_SECTION_RECORD, .type = type, .offset = offset, .length = length};
    for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++) /* counts and sizes of records: they are small */
        section.of.record.arguments[i] = arguments ? (uint32_t)arguments[i] : 0;
    snprintf(section.of.record.path, sizeof section.of.record.path, "%s", path);
    kiwi_order_add(&walk->order, walk->file, &section);
    return true;
}

/** Keeps a record or gap of the parcel management for later. */
static void collect_tree(struct kiwi_walk *walk, const struct kiwi_tree_item *met)
{
    struct kiwi_section section = {.kind = met->type ? KIWI_SECTION_TREE : KIWI_SECTION_GAP,
                                   .type = met->type,
                                   .offset = met->offset,
                                   .length = met->available};
    section.of.tree.place = kiwi_tree_place(&walk->tree);
    section.of.tree.step = walk->step;
    section.of.tree.stride = met->available;
    section.of.tree.argument = met->argument;
    kiwi_order_add(&walk->order, met->file, &section);
}

/** Claims and starts one of the parts that a file is made of; false if it is outside or known. */
static bool start_section(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                          uint64_t length, const uint64_t *arguments, const char *path)
{
    uint64_t size = walk->file->size;
    if (offset >= size)
        return false;
    length = length < size - offset ? length : size - offset;
    if (kiwi_claims_add(&walk->claims, walk->file, offset, length) != KIWI_CLAIM_FRESH) {
        kiwi_report(&walk->reporter, KIWI_ERROR, walk->file->path, offset, "",
                    "bytes that no other record uses", path);
        return false;
    }
    if (walk->collecting)
        return collect_record(walk, type, offset, length, arguments, path);
    return start(walk, type, offset, length, arguments, path);
}

/** One record outside of the engine. */
static enum kiwi_event tree_record(struct kiwi_walk *walk, const struct kiwi_tree_item *met,
                                   struct kiwi_item *item)
{
    memset(walk->arguments, 0, sizeof walk->arguments);
    walk->arguments[0] = met->argument;
    walk->path_kind = PATH_TREE;
    if (!kiwi_layout_record(met->type, met->bytes, met->available, walk->arguments, &walk->layout))
        return KIWI_EVENT_END;
    kiwi_account_record(account_of(walk, met->file), met->type, &walk->layout);
    *item = (struct kiwi_item){.type = met->type,
                               .layout = &walk->layout,
                               .bytes = met->bytes,
                               .arguments = walk->arguments,
                               .offset = met->offset,
                               .length = walk->layout.head,
                               .file = met->file};
    return KIWI_EVENT_RECORD;
}

static enum kiwi_event gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                           uint64_t length, enum kiwi_gap kind, const char *name, const char *reason,
                           struct kiwi_item *item)
{
    kiwi_account_gap(account_of(walk, file), kind, length);
    *item = (struct kiwi_item){
        .offset = offset, .length = length, .file = file, .gap = kind, .name = name, .reason = reason};
    return KIWI_EVENT_GAP;
}

static enum kiwi_event zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                                        uint64_t length, bool zeros, struct kiwi_item *item)
{
    return zeros ? gap(walk, file, offset, length, KIWI_GAP_PADDING, "padding", "", item)
                 : gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "unreferenced",
                       "no record refers to these bytes", item);
}

/** A parcel's frame. */
static void start_frame(struct kiwi_walk *walk, const struct kiwi_file *file,
                        const struct kiwi_parcel *parcel)
{
    const struct kiwi_level_management_record *record = &parcel->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames, record->extended_frames,
                                                        record->node_record_size};
    walk->parcel = *parcel;
    kiwi_parcel_path(parcel, walk->path, sizeof walk->path);
    walk->file = file;
    walk->in_frame = start(walk, &kiwi_type_main_map_distribution_header, parcel->offset, parcel->size,
                           arguments, walk->path);
}

/** Whether bytes of a file touch the range that was asked for. */
static bool in_range(const struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                     uint64_t length)
{
    const struct kiwi_file *only = walk->only ? walk->only : walk->map ? walk->map->file : NULL;
    const struct kiwi_extent *range = &walk->range;
    if (!walk->has_range)
        return true;
    return file == only && (offset < range->offset ? range->offset - offset < length
                                                   : offset - range->offset < range->length);
}

/** A parcel that the tree leads to. */
static void take_parcel(struct kiwi_walk *walk, const struct kiwi_tree_item *met)
{
    if (walk->collecting) {
        struct kiwi_section section = {
            .kind = KIWI_SECTION_FRAME, .offset = met->parcel.offset, .length = met->parcel.size};
        section.of.parcel = met->parcel;
        kiwi_order_add(&walk->order, met->file, &section);
    } else if (in_range(walk, met->file, met->parcel.offset, met->parcel.size)) {
        start_frame(walk, met->file, &met->parcel);
    }
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
    case KIWI_TREE_FAILED: fail(walk); return KIWI_EVENT_END;
    case KIWI_TREE_PARCEL: take_parcel(walk, &met); return KIWI_EVENT_END;
    case KIWI_TREE_GAP:
        if (walk->collecting) {
            collect_tree(walk, &met);
            return KIWI_EVENT_END;
        }
        walk->path_kind = PATH_TREE;
        return zeros_or_unknown(walk, met.file, met.offset, met.available,
                                !kiwi_any(met.bytes, met.available), item);
    default:
        if (walk->collecting) {
            collect_tree(walk, &met);
            return KIWI_EVENT_END;
        }
        return tree_record(walk, &met, item);
    }
}

static void next_level(struct kiwi_walk *walk)
{
    while (walk->map && walk->next_level < kiwi_map_level_count(walk->map)) {
        const struct kiwi_level *level = kiwi_map_level(walk->map, walk->next_level++);
        if (walk->has_level && level->number != walk->level_number)
            continue;
        kiwi_tree_open(&walk->tree, walk->map, level, walk->has_box ? &walk->box : NULL, &walk->claims,
                       &walk->error);
        walk->tree_open = true;
        walk->stage = STAGE_TREE;
        return;
    }
    walk->region_step = 0;
    walk->region_level = walk->region_number = 0;
    walk->stage = STAGE_REGIONS;
}

/** The next table of route planning. */
static void next_region_table(struct kiwi_walk *walk)
{
    struct kiwi_regions *regions = walk->regions;
    uint32_t step = walk->region_step++;
    const struct kiwi_region_level *level = step > 0 ? kiwi_regions_level(regions, step - 1) : NULL;
    char path[KIWI_REGION_PATH_LENGTH];
    if (step == 0) {
        walk->file = regions->header_file;
        start_section(walk, &kiwi_type_region_related_distribution_header, regions->header_offset,
                      regions->header_size, NULL, "region_related_data");
    } else if (level) {
        const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {level->count, level->record.region_record_size};
        snprintf(path, sizeof path, "region_table[%d]", level->number);
        walk->file = regions->table_file;
        if (level->count != 0)
            start_section(walk, &kiwi_type_region_management_table, level->table_offset,
                          level->count * level->record.region_record_size, arguments, path);
    } else {
        uint64_t size = regions->header.passage_condition_record_size;
        const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {size == KIWI_NULL ? 0 : size};
        walk->file = regions->passage_file;
        if (walk->file)
            start_section(walk, &kiwi_type_common_passage_condition_table, regions->passage_offset,
                          regions->passage_size, arguments, "passage_conditions");
    }
}

/** A region's frame. */
static void take_region(struct kiwi_walk *walk, const struct kiwi_region *region)
{
    const struct kiwi_record_type *type = &kiwi_type_route_planning_distribution_header;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_REGION_PATH_LENGTH];
    walk->file = region->file;
    kiwi_region_path(region, path);
    kiwi_region_arguments(region->level, arguments);
    if (!walk->collecting && !in_range(walk, region->file, region->offset, region->size)) {
        kiwi_claims_add(&walk->claims, region->file, region->offset, region->size);
        return;
    }
    if (start_section(walk, type, region->offset, region->size, arguments, path) && walk->check &&
        !walk->collecting)
        kiwi_region_check(walk->regions, region, &walk->engine.view);
}

/** The next frame of route planning; false if there is none. */
static bool next_region(struct kiwi_walk *walk)
{
    const struct kiwi_region_level *level = kiwi_regions_level(walk->regions, walk->region_level);
    struct kiwi_region region;
    if (!level)
        return false;
    if (walk->region_number >= level->count) {
        walk->region_level++;
        walk->region_number = 0;
        return true;
    }
    enum kiwi_status status = kiwi_regions_get(walk->regions, level, walk->region_number++, &region,
                                               &walk->error);
    if (status == KIWI_ERROR_NOT_FOUND)
        walk->error.status = KIWI_OK;
    else if (status != KIWI_OK)
        return fail(walk);
    if (status != KIWI_OK)
        return true;
    if (walk->check)
        kiwi_region_check_hierarchy(walk->regions, &region);
    if (region.cut)
        kiwi_region_report(walk->regions, KIWI_ERROR, &region, "address",
                           "a frame of at most 4 MiB inside the file", region.offset);
    if (region.size != 0 && region.level->number != KIWI_DUMMY_LEVEL)
        take_region(walk, &region);
    return true;
}

/** What comes next of route planning. */
static void next_route_planning(struct kiwi_walk *walk)
{
    if (walk->regions && walk->region_step <= walk->regions->level_count + 1) {
        next_region_table(walk);
        return;
    }
    if ((walk->regions && next_region(walk)) || walk->stage == STAGE_END)
        return;
    walk->file = walk->map->file;
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

/** What a record of the management header table leads to. */
static enum kiwi_event other_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                                 uint64_t length, uint32_t number, struct kiwi_item *item)
{
    snprintf(walk->path, sizeof walk->path, "management_header_table.record[%lu]", (unsigned long)number);
    walk->path_kind = PATH_TEXT;
    return gap(walk, file, offset, length, KIWI_GAP_UNKNOWN, "management_header",
               "this kind of data is not decoded", item);
}

/** The next record of the management header table that points into this file: what it leads to is not
 * decoded. */
static enum kiwi_event next_other(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_view view;
    while (walk->map && walk->next_record < KIWI_HEADER_RECORDS) {
        struct kiwi_management_header_record record;
        size_t number = walk->next_record++;
        size_t size = kiwi_type_management_header_record.fixed_size;
        if (kiwi_window_view(&walk->window, walk->file->source, KIWI_VOLUME_SIZE + number * size, size, &view,
                             &walk->error) != KIWI_OK) {
            fail(walk);
            return KIWI_EVENT_END;
        }
        if (!kiwi_management_header_record_decode(&record, view.bytes, view.length) || record.size == 0)
            continue;
        const struct kiwi_file *file = kiwi_map_named_file(walk->map, walk->file, record.file_name,
                                                           sizeof record.file_name);
        uint64_t offset = kiwi_dsa_offset(record.address, walk->map->sectors);
        uint64_t length = (uint64_t)record.size * walk->map->sectors.logical_sector_size;
        if (file != walk->file || offset >= file->size)
            continue;
        length = length < file->size - offset ? length : file->size - offset;
        if (kiwi_claims_add(&walk->claims, file, offset, length) != KIWI_CLAIM_FRESH)
            continue;
        if (walk->collecting) {
            struct kiwi_section section = {.kind = KIWI_SECTION_OTHER, .offset = offset, .length = length};
            section.of.number = (uint32_t)number + 1;
            kiwi_order_add(&walk->order, file, &section);
            continue;
        }
        return other_gap(walk, file, offset, length, (uint32_t)number + 1, item);
    }
    walk->rest = 0;
    walk->stage = STAGE_REST;
    return KIWI_EVENT_END;
}

/** Bytes of the file that no record fills: padding if all are zero. */
static enum kiwi_event rest_gap(struct kiwi_walk *walk, uint64_t from, uint64_t end, struct kiwi_item *item)
{
    bool zeros = true;
    for (uint64_t at = from; zeros && at < end;) {
        struct kiwi_view view;
        if (kiwi_window_view(&walk->window, walk->file->source, at, end - at, &view, &walk->error) !=
                KIWI_OK ||
            view.length == 0) {
            fail(walk);
            return KIWI_EVENT_END;
        }
        zeros = !kiwi_any(view.bytes, view.length);
        at += view.length;
    }
    return zeros_or_unknown(walk, walk->file, from, end - from, zeros, item);
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
    walk->rest = range.end;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    return rest_gap(walk, range.start, range.end, item);
}

/** Begins LOADING.KWI; false if it is another container, or has failed. */
static bool start_loading(struct kiwi_walk *walk)
{
    struct kiwi_loading *loading;
    struct kiwi_error error = {.status = KIWI_OK};
    const struct kiwi_file *file = walk->file;
    enum kiwi_status status = kiwi_loading_open(file->source, file->path, walk->reporter.callback,
                                                walk->reporter.context, &loading, &error);
    if (status == KIWI_ERROR_NOT_KIWI) {
        kiwi_report(&walk->reporter, KIWI_ERROR, file->path, 0, "", "loading module management (chapter 30)",
                    error.text);
        return false;
    }
    if (status == KIWI_OK) {
        status = kiwi_loading_pieces(loading, file->size, &walk->loading, &walk->loading_count, &error);
        kiwi_loading_close(loading);
    }
    walk->loading_next = 0;
    walk->loading_position = 0;
    if (status == KIWI_OK)
        return true;
    walk->error = error;
    return fail(walk);
}

/** The next table or module of LOADING.KWI, or the gap before it. */
static enum kiwi_event next_in_loading(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_loading_piece *piece = walk->loading_next < walk->loading_count
                                                 ? &walk->loading[walk->loading_next]
                                                 : NULL;
    uint64_t from = walk->loading_position;
    uint64_t until = piece ? piece->offset : walk->file->size;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    if (from < until) {
        walk->loading_position = until;
        return rest_gap(walk, from, until, item);
    }
    if (!piece) {
        free(walk->loading);
        walk->loading = NULL;
        return KIWI_EVENT_END;
    }
    walk->loading_next++;
    walk->loading_position = piece->offset + piece->length;
    kiwi_loading_piece_path(piece, walk->path, sizeof walk->path);
    if (!piece->type)
        return gap(walk, walk->file, piece->offset, piece->length, KIWI_GAP_UNKNOWN, "module",
                   "a program of the unit", item);
    start(walk, piece->type, piece->offset, piece->length, NULL, walk->path);
    return KIWI_EVENT_END;
}

/** Begins an index file; false if it is of another kind, or has failed. */
static bool start_index(struct kiwi_walk *walk)
{
    if (!walk->index_data && !(walk->index_data = calloc(1, sizeof *walk->index_data))) {
        kiwi_fail_memory(&walk->error);
        return fail(walk);
    }
    if (!walk->index &&
        kiwi_index_pieces_make(walk->disc, &walk->reporter, &walk->index, &walk->error) != KIWI_OK)
        return fail(walk);
    walk->index_order = kiwi_index_pieces_of(walk->index, walk->file, &walk->index_count);
    walk->index_next = 0;
    walk->index_position = 0;
    if (walk->index_count == 0)
        walk->index_order = NULL;
    return walk->index_order != NULL;
}

/** The next record of category or matching data. KIWI_EVENT_END if there is none. */
static enum kiwi_event next_index_record(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_index_data *data = walk->index_data;
    for (;;) {
        switch (kiwi_index_data_next(data, &walk->window, walk->engine.brief, item, &walk->error)) {
        case KIWI_DATA_FAILED:
            fail(walk);
            walk->in_index_data = false;
            return KIWI_EVENT_END;
        case KIWI_DATA_END: walk->in_index_data = false; return KIWI_EVENT_END;
        case KIWI_DATA_GAP:
            snprintf(walk->path, sizeof walk->path, "%s", walk->index_path);
            walk->path_kind = PATH_TEXT;
            return gap(walk, walk->file, item->offset, item->length, item->gap, item->name, item->reason,
                       item);
        case KIWI_DATA_RECORD:
            account_of(walk, walk->file)->field += data->record.used;
            account_of(walk, walk->file)->reserved += data->record.length - data->record.used;
            item->file = walk->file;
            walk->path_kind = PATH_INDEX;
            if (!walk->engine.brief && in_range(walk, walk->file, item->offset, item->length))
                return KIWI_EVENT_RECORD;
            break;
        }
    }
}

/** The next part of an index file, or the gap before it. */
static enum kiwi_event next_in_index(struct kiwi_walk *walk, struct kiwi_item *item)
{
    if (walk->in_index_data)
        return next_index_record(walk, item);
    uint32_t number = walk->index_next < walk->index_count ? walk->index_order[walk->index_next]
                                                           : KIWI_NO_PIECE;
    const struct kiwi_index_piece *piece = number != KIWI_NO_PIECE ? &walk->index->pieces[number] : NULL;
    uint64_t from = walk->index_position;
    uint64_t until = piece ? piece->offset : walk->file->size;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    if (from < until) {
        walk->index_position = until;
        return in_range(walk, walk->file, from, until - from) ? rest_gap(walk, from, until, item)
                                                              : KIWI_EVENT_END;
    }
    if (!piece) {
        walk->index_order = NULL;
        return KIWI_EVENT_END;
    }
    walk->index_next++;
    walk->index_position = piece->offset + piece->length;
    if (!in_range(walk, walk->file, piece->offset, piece->length))
        return KIWI_EVENT_END;
    kiwi_index_piece_path(walk->index, number, walk->index_path, sizeof walk->index_path);
    snprintf(walk->path, sizeof walk->path, "%s", walk->index_path);
    if (piece->step == KIWI_STEP_CATEGORY || piece->step == KIWI_STEP_MATCHING) {
        kiwi_index_data_begin(walk->index_data, walk->index, number, walk->index_path, &walk->reporter);
        walk->in_index_data = true;
        return KIWI_EVENT_END;
    }
    if (!piece->type)
        return gap(walk, walk->file, piece->offset, piece->length, KIWI_GAP_UNKNOWN,
                   piece->step == KIWI_STEP_USER ? "user_field" : "expansion_field",
                   "this part of the index is not decoded", item);
    start(walk, piece->type, piece->offset, piece->length, NULL, walk->path);
    return KIWI_EVENT_END;
}

/** A file that the map does not refer into. */
static enum kiwi_event whole_file(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_file *file = walk->file;
    const struct kiwi_record_type *type;
    const char *path;
    struct kiwi_view view = {.length = 0};
    if (file->size == 0)
        return KIWI_EVENT_END;
    if (file->source && file->kind >= KIWI_FILE_METADATA && file->size <= KIWI_SMALL_FILE_LIMIT &&
        kiwi_window_view(&walk->window, file->source, 0, KIWI_SMALL_FILE_HEAD, &view, &walk->error) !=
            KIWI_OK) {
        fail(walk);
        return KIWI_EVENT_END;
    }
    type = view.length > 0 ? kiwi_small_file_type(file, view.bytes, view.length, &path) : NULL;
    if (type) {
        start(walk, type, 0, file->size, NULL, path);
        return KIWI_EVENT_END;
    }
    if (file->kind == KIWI_FILE_LOADING && file->source && (start_loading(walk) || walk->stage == STAGE_END))
        return KIWI_EVENT_END;
    if (file->kind == KIWI_FILE_INDEX && file->source && (start_index(walk) || walk->stage == STAGE_END))
        return KIWI_EVENT_END;
    walk->path[0] = '\0';
    walk->path_kind = PATH_TEXT;
    return gap(walk, file, 0, file->size, KIWI_GAP_UNKNOWN, "file", "this kind of file is not decoded", item);
}

/** Whether the map has to be walked: also for a file whose kind only the map can tell, since it may lie in
 * there. */
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
    walk->stage = STAGE_FILE;
    return whole_file(walk, item);
}

static enum kiwi_event next_stage(struct kiwi_walk *walk, struct kiwi_item *item)
{
    switch (walk->stage) {
    case STAGE_FILE: return next_file(walk, item);
    case STAGE_VOLUME:
        walk->stage = STAGE_TABLE;
        start_section(walk, &kiwi_type_data_volume, 0, KIWI_VOLUME_SIZE, NULL, "data_volume");
        return KIWI_EVENT_END;
    case STAGE_TABLE:
        walk->stage = STAGE_HEADER;
        start_section(walk, &kiwi_type_management_header_table, KIWI_VOLUME_SIZE, KIWI_VOLUME_SIZE, NULL,
                      "management_header_table");
        return KIWI_EVENT_END;
    case STAGE_HEADER:
        walk->stage = STAGE_LEVELS;
        walk->next_record = 0;
        if (walk->map->header_file) {
            walk->file = walk->map->header_file;
            start_section(walk, &kiwi_type_parcel_related_distribution_header, walk->map->header_offset,
                          kiwi_type_parcel_related_distribution_header.fixed_size, NULL,
                          "parcel_related_data");
        }
        return KIWI_EVENT_END;
    case STAGE_LEVELS: next_level_record(walk); return KIWI_EVENT_END;
    case STAGE_LEVEL: next_level(walk); return KIWI_EVENT_END;
    case STAGE_REGIONS: next_route_planning(walk); return KIWI_EVENT_END;
    case STAGE_TREE: return next_in_tree(walk, item);
    case STAGE_OTHERS:
        if (!walk->has_level && !walk->has_box)
            return next_other(walk, item);
        walk->stage = STAGE_REST;
        return KIWI_EVENT_END;
    case STAGE_REST: return next_rest(walk, item);
    case STAGE_END: break;
    }
    return KIWI_EVENT_END;
}

/* In order of the file */

/** Puts what the file consists of into order, from a byte on, as far as there is room. */
static bool collect(struct kiwi_walk *walk, uint64_t from, uint64_t end)
{
    const struct kiwi_file *file = walk->file;
    struct kiwi_reporter reporter = walk->reporter;
    struct kiwi_item item;
    kiwi_order_begin(&walk->order, file, from, end);
    if (!walk->map || (walk->passes > 0 && !kiwi_claims_of(&walk->claims, file)))
        return true;
    kiwi_claims_free(&walk->claims);
    kiwi_claims_init(&walk->claims, walk->disc);
    if (walk->passes++ > 0) /* once is enough */
        walk->reporter.callback = walk->map->reporter.callback = NULL;
    walk->collecting = true;
    walk->file = walk->map->file;
    walk->stage = STAGE_VOLUME;
    while (walk->stage != STAGE_REST && walk->stage != STAGE_END)
        next_stage(walk, &item);
    walk->collecting = false;
    walk->reporter = walk->map->reporter = reporter;
    walk->file = file;
    kiwi_order_finish(&walk->order);
    return walk->stage != STAGE_END;
}

/** The next record of a section of the parcel management. KIWI_EVENT_END if there is none. */
static enum kiwi_event next_in_section(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_section *section = walk->section;
    uint64_t offset = section->offset + walk->section_next * section->of.tree.stride;
    struct kiwi_view view;
    if (offset - section->offset >= section->length || offset >= walk->order.end) {
        walk->section = NULL;
        return KIWI_EVENT_END;
    }
    if (kiwi_window_view(&walk->window, walk->file->source, offset, section->of.tree.stride, &view,
                         &walk->error) != KIWI_OK) {
        fail(walk);
        walk->section = NULL;
        return KIWI_EVENT_END;
    }
    struct kiwi_tree_place place = kiwi_section_place(section, walk->section_next++);
    const struct kiwi_tree_item met = {.type = section->type,
                                       .bytes = view.bytes,
                                       .available = view.length,
                                       .argument = section->of.tree.argument,
                                       .offset = offset,
                                       .file = walk->file};
    enum kiwi_event event = tree_record(walk, &met, item);
    kiwi_tree_place_path(&place, section->of.tree.step, walk->path, sizeof walk->path);
    walk->path_kind = PATH_TEXT;
    return event;
}

/** Begins a section; what is one item is handed out. */
static enum kiwi_event begin_section(struct kiwi_walk *walk, const struct kiwi_section *section,
                                     struct kiwi_item *item)
{
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    enum kiwi_event event;
    walk->position = section->offset + section->length;
    switch (section->kind) {
    case KIWI_SECTION_RECORD:
        for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++)
            arguments[i] = section->of.record.arguments[i];
        start(walk, section->type, section->offset, section->length, arguments, section->of.record.path);
        return KIWI_EVENT_END;
    case KIWI_SECTION_FRAME: start_frame(walk, walk->file, &section->of.parcel); return KIWI_EVENT_END;
    case KIWI_SECTION_TREE:
        walk->section = section;
        walk->section_next = 0;
        if (section->offset < walk->order.from)
            walk->section_next = (uint32_t)((walk->order.from - section->offset) / section->of.tree.stride);
        return KIWI_EVENT_END;
    case KIWI_SECTION_GAP:
        event = rest_gap(walk, section->offset, walk->position, item);
        kiwi_tree_place_path(&section->of.tree.place, KIWI_TREE_GAP, walk->path, sizeof walk->path);
        walk->path_kind = PATH_TEXT;
        return event;
    case KIWI_SECTION_OTHER:
        return other_gap(walk, walk->file, section->offset, section->length, section->of.number, item);
    }
    return KIWI_EVENT_END;
}

/** Begins the next file; false if there is none. */
static bool begin_file(struct kiwi_walk *walk, struct kiwi_item *item, enum kiwi_event *event)
{
    uint64_t from = 0;
    *event = KIWI_EVENT_END;
    do {
        if (walk->file_index >= kiwi_disc_file_count(walk->disc)) {
            walk->stage = STAGE_END;
            return false;
        }
        walk->file = kiwi_disc_file(walk->disc, walk->file_index++);
    } while (walk->only ? walk->file != walk->only
                        : walk->has_range && (!walk->map || walk->file != walk->map->file));
    uint64_t end = walk->file->size;
    if (walk->has_range) {
        from = walk->range.offset < end ? walk->range.offset : end;
        end = walk->range.length < end - from ? from + walk->range.length : end;
    }
    if (!collect(walk, from, end))
        return false;
    walk->begun = walk->map && kiwi_claims_of(&walk->claims, walk->file);
    walk->position = walk->order.before;
    if (!walk->begun)
        *event = whole_file(walk, item);
    return true;
}

/** The gap before the next section, or that section. */
static enum kiwi_event next_section(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_order *order = &walk->order;
    const struct kiwi_section *section = order->next < order->count ? &order->sections[order->next] : NULL;
    uint64_t until = section ? section->offset : order->after;
    uint64_t from = walk->position;
    if (!section && order->limit != KIWI_NULL) {
        collect(walk, order->limit, order->end);
        return KIWI_EVENT_END;
    }
    if (from < until && (section || from < order->end)) {
        walk->position = until;
        walk->path[0] = '\0';
        walk->path_kind = PATH_TEXT;
        return rest_gap(walk, from, until, item);
    }
    if (!section) {
        walk->begun = false;
        return KIWI_EVENT_END;
    }
    order->next++;
    return begin_section(walk, section, item);
}

static enum kiwi_event next_in_order(struct kiwi_walk *walk, struct kiwi_item *item)
{
    enum kiwi_event event;
    if (walk->section)
        return next_in_section(walk, item);
    if (walk->begun)
        return next_section(walk, item);
    begin_file(walk, item, &event);
    return event;
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
        enum kiwi_event event = walk->loading       ? next_in_loading(walk, item)
                                : walk->index_order ? next_in_index(walk, item)
                                : walk->in_order    ? next_in_order(walk, item)
                                                    : next_stage(walk, item);
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
    return walk->map ? walk->map->sectors : KIWI_USUAL_SECTORS;
}

void kiwi_walk_progress(const struct kiwi_walk *walk, uint64_t *done, uint64_t *total)
{
    *done = walk->in_order ? walk->position : walk->claims.walked;
    *total = walk->total;
}
