/* SPDX-License-Identifier: MIT */
/* --records: every record and gap as one line of JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "common/progress.h"
#include "share.h"
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

/** What a thread prints. */
struct records {
    struct share share;
    struct json json;
    struct kiwi_walk *walk;
    struct values values;
    struct file_member member;
    struct progress progress;
    uint64_t count;
};

static void head(struct records *records, const struct kiwi_item *item, const char *record)
{
    struct json *json = &records->json;
    if (records->member.file != item->file)
        set_file(&records->member, item->file);
    json_begin_object(json);
    json_key(json, "record");
    json_name(json, record);
    json_members(json, records->member.text, records->member.length);
    json_key(json, "offset");
    json_unsigned(json, item->offset);
    json_key(json, "length");
    json_unsigned(json, item->length);
    json_key(json, "path");
    json_name(json, kiwi_walk_path(records->walk));
}

static void print_gap(struct records *records, const struct kiwi_item *item)
{
    struct json *json = &records->json;
    head(records, item, "unknown");
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

static void print_record(struct records *records, const struct kiwi_item *item)
{
    struct json *json = &records->json;
    head(records, item, item->type->name);
    json_key(json, "fields");
    value_fields(json, &records->values, item->type, item->bytes, item->layout);
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
    struct share all = {.dump = dump, .disc = dump->disc, .alone = true, .first = true};
    return share_open_walk(&all, check, walk, error);
}

static enum kiwi_status open_records(struct share *share, struct kiwi_error *error)
{
    struct records *records = (struct records *)share;
    enum kiwi_status status = share_open_walk(share, false, &records->walk, error);
    if (status != KIWI_OK)
        return status;
    records->values = (struct values){share->disc, kiwi_walk_sectors(records->walk)};
    records->json = share->dump->json;
    records->json.output = share->output;
    progress_begin(&records->progress, share->dump->options.quiet || !share->first);
    return KIWI_OK;
}

static enum kiwi_status print_records(struct share *share, struct kiwi_error *error)
{
    struct records *records = (struct records *)share;
    struct kiwi_walk *walk = records->walk;
    struct kiwi_item item;
    unsigned kind = 0;
    while (!share_enough(share, records->count) && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        dump_show_progress(walk, &records->progress);
        if (!share_takes_item(share, walk, &item))
            continue;
        kind = kind_of(walk, &item, kind);
        if (!wanted(share->dump, &item, kind))
            continue;
        records->count++;
        if (item.type)
            print_record(records, &item);
        else
            print_gap(records, &item);
    }
    return kiwi_walk_status(walk, error);
}

static void close_records(struct share *share, void *result)
{
    struct records *records = (struct records *)share;
    progress_end(&records->progress);
    *(uint64_t *)result += records->count;
    kiwi_walk_close(records->walk);
}

enum kiwi_status dump_records(struct dump *dump, struct kiwi_error *error)
{
    static const struct shared_work work = {sizeof(struct records), open_records, print_records,
                                            close_records, NULL};
    uint64_t count = 0;
    enum kiwi_status status = share_out(dump, share_jobs(dump), &work, &count, error);
    if (status == KIWI_OK)
        dump_count(dump, count);
    return status;
}
