/* SPDX-License-Identifier: MIT */
/* --records: every record and gap as one line of JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "common/progress.h"
#include "value.h"

/** Unknown bytes are printed up to this many; of longer ones there is offset and length only. */
enum { GAP_BYTES = 4096 };

/** The kind of map data that a record belongs to, 0 outside of road, background and name frames. */
static unsigned kind_of(struct kiwi_walk *walk, const struct kiwi_item *item, unsigned current)
{
    if (!kiwi_walk_parcel(walk))
        return strncmp(kiwi_walk_path(walk), "region", 6) == 0 ? KIND_ROUTE : 0;
    if (item->type == &kiwi_type_road_distribution_header)
        return KIWI_ROAD;
    if (item->type == &kiwi_type_background_distribution_header)
        return KIWI_BACKGROUND;
    if (item->type == &kiwi_type_name_distribution_header)
        return KIWI_NAME;
    if (item->type == &kiwi_type_main_map_distribution_header || item->type == &kiwi_type_extended_data_frame)
        return 0;
    return current;
}

/** "file":"..." of the file last seen: it changes seldom. */
struct file_member {
    const struct kiwi_file *file;
    size_t length;
    char text[OUTPUT_CAPACITY];
};

static void set_file(struct file_member *member, const struct kiwi_file *file)
{
    struct output scratch = {.descriptor = -1};
    output_literal(&scratch, "\"file\":\"");
    output_escaped(&scratch, file->path, strlen(file->path));
    output_char(&scratch, '"');
    memcpy(member->text, scratch.buffer, scratch.used);
    member->length = scratch.used;
    member->file = file;
}

static void head(struct json *json, struct kiwi_walk *walk, const struct kiwi_item *item, const char *record)
{
    static struct file_member member;
    if (member.file != item->file)
        set_file(&member, item->file);
    json_begin_object(json);
    json_key(json, "record");
    json_name(json, record);
    json_members(json, member.text, member.length);
    json_key(json, "offset");
    json_unsigned(json, item->offset);
    json_key(json, "length");
    json_unsigned(json, item->length);
    json_key(json, "path");
    json_name(json, kiwi_walk_path(walk));
}

static void print_gap(struct json *json, struct kiwi_walk *walk, const struct kiwi_item *item)
{
    head(json, walk, item, "unknown");
    json_key(json, "name");
    json_string(json, item->name);
    json_key(json, "reason");
    json_string(json, item->reason);
    if (item->bytes && item->length <= GAP_BYTES) {
        json_key(json, "bytes");
        json_hexadecimal(json, item->bytes, (size_t)item->length);
    }
    json_end_object(json);
}

static bool wanted(const struct dump *dump, const struct kiwi_item *item, unsigned kind)
{
    const struct options *options = &dump->options;
    if (!item->type && item->gap != KIWI_GAP_UNKNOWN)
        return false;
    if (options->kinds && !(options->kinds & kind))
        return false;
    return !options->type || strcmp(options->type, item->type ? item->type->name : "unknown") == 0;
}

void dump_show_progress(const struct kiwi_walk *walk, struct progress *progress)
{
    uint64_t done, total;
    if (!progress_due(progress))
        return;
    kiwi_walk_progress(walk, &done, &total);
    progress_show(progress, done, total);
}

enum kiwi_status dump_open_walk(struct dump *dump, bool check, struct kiwi_walk **walk,
                                struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    const struct kiwi_box box = kiwi_box_from_wgs84(kiwi_disc_geodetic(dump->disc), options->box);
    const struct kiwi_walk_options walk_options = {
        .size = sizeof walk_options,
        .file = options->file,
        .level = options->has_level ? &options->level : NULL,
        .box = options->has_box ? &box : NULL,
        .check = check,
        .brief = check,
        .finding = findings_take,
        .context = &dump->findings,
    };
    return kiwi_walk_open(dump->disc, &walk_options, walk, error);
}

enum kiwi_status dump_records(struct dump *dump, struct kiwi_error *error)
{
    struct kiwi_walk *walk;
    struct kiwi_item item;
    struct progress progress;
    enum kiwi_status status = dump_open_walk(dump, false, &walk, error);
    if (status != KIWI_OK)
        return status;
    struct values values = {dump->disc, kiwi_walk_sectors(walk)};
    struct json *json = &dump->json;
    unsigned kind = 0;
    uint64_t count = 0;
    progress_begin(&progress, dump->options.quiet);
    while (!dump_enough(dump, count) && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        kind = kind_of(walk, &item, kind);
        dump_show_progress(walk, &progress);
        if (!wanted(dump, &item, kind))
            continue;
        count++;
        if (!item.type) {
            print_gap(json, walk, &item);
            continue;
        }
        head(json, walk, &item, item.type->name);
        json_key(json, "fields");
        value_fields(json, &values, item.type, item.bytes, item.layout);
        json_end_object(json);
    }
    dump_count(dump, count);
    progress_end(&progress);
    status = kiwi_walk_status(walk, error);
    kiwi_walk_close(walk);
    return status;
}
