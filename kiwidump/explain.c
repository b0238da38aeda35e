/* SPDX-License-Identifier: MIT */
/* --explain: which record and field a byte belongs to, and what leads to it. */
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "value.h"

/** Records of the parcel management and of one frame, one in the other. */
enum { CHAIN_LIMIT = 24 };
enum { PATH_LIMIT = 512 };

struct link {
    const struct kiwi_record_type *type;
    uint64_t offset, length;
    char path[PATH_LIMIT];
};

/** The records that a record lies in, the outermost first: those whose paths its own path begins with. Route
 * guidance comes behind the slot that led there, whose path is another one. */
struct chain {
    struct link links[CHAIN_LIMIT];
    size_t count;
};

static bool leads_to(const char *path, const char *longer)
{
    size_t length = strlen(path);
    return strncmp(path, longer, length) == 0 && (longer[length] == '.' || longer[length] == '[');
}

static void follow(struct chain *chain, struct kiwi_walk *walk, const struct kiwi_item *item)
{
    const char *path = kiwi_walk_path(walk);
    bool guidance = item->type == &kiwi_type_route_guidance_distribution_header;
    while (!guidance && chain->count > 0 && !leads_to(chain->links[chain->count - 1].path, path) &&
           (item->type ||
            strcmp(chain->links[chain->count - 1].path, path) != 0)) /* a gap has the path of its record */
        chain->count--;
    if (!item->type || chain->count == CHAIN_LIMIT)
        return;
    struct link *link = &chain->links[chain->count++];
    *link = (struct link){.type = item->type, .offset = item->offset, .length = item->length};
    snprintf(link->path, sizeof link->path, "%s", path);
}

static bool holds(const struct kiwi_item *item, uint64_t offset)
{
    return offset >= item->offset && offset - item->offset < item->length;
}

/* Output */

static void member(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

static void text_member(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static void put_chain(struct json *json, const struct chain *chain)
{
    for (size_t i = 0; i < chain->count; i++) {
        const struct link *link = &chain->links[i];
        json_begin_object(json);
        text_member(json, "record", link->type->name);
        text_member(json, "path", link->path);
        member(json, "offset", link->offset);
        member(json, "length", link->length);
        text_member(json, "section", link->type->section);
        text_member(json, "meaning", link->type->meaning);
        json_end_object(json);
    }
}

/** Whether a field holds byte number at of the record's bytes; fields of a word do by their bits. */
static bool field_holds(const struct kiwi_field *field, const struct kiwi_layout *layout, size_t at)
{
    size_t offset;
    size_t length;
    if (!kiwi_field_place(field, layout, &offset, &length) || at < offset || at - offset >= length)
        return false;
    if (field->repeated || field->high < field->low)
        return true;
    unsigned low = (unsigned)(field->width - 1 - (at - offset)) * 8;
    return field->low <= low + 7 && field->high >= low;
}

static const char *field_kind(const struct kiwi_field *field)
{
    return field->type == KIWI_TYPE_RESERVED  ? "reserved"
           : field->type == KIWI_TYPE_UNKNOWN ? "unknown"
                                              : "field";
}

static void put_field(struct json *json, const struct values *values, const struct kiwi_item *item,
                      const struct kiwi_field *field, size_t at)
{
    static const char *const certainties[] = {"standard", "disc", "inferred", "unknown"};
    size_t offset;
    size_t length;
    kiwi_field_place(field, item->layout, &offset, &length);
    json_begin_object(json);
    text_member(json, "name", field->name);
    member(json, "offset", item->offset + offset);
    member(json, "length", length);
    if (field->high >= field->low && !field->repeated && field->high - field->low + 1 < field->width * 8) {
        member(json, "high_bit", field->high);
        member(json, "low_bit", field->low);
    }
    if (field->repeated && field->width > 1)
        member(json, "index", (at - offset) / field->width);
    json_key(json, "value");
    value_field(json, values, field, item->bytes, item->layout);
    if (field->unit[0])
        text_member(json, "unit", field->unit);
    text_member(json, "meaning", field->meaning);
    text_member(json, "certainty", certainties[field->certainty]);
    json_end_object(json);
}

/** "field" if any field at that byte has a meaning. */
static const char *kind_of(const struct kiwi_item *item, size_t at)
{
    const char *kind = NULL;
    for (unsigned i = 0; i < item->type->field_count; i++) {
        const struct kiwi_field *field = &item->type->fields[i];
        if (field_holds(field, item->layout, at) && (!kind || strcmp(field_kind(field), "field") == 0))
            kind = field_kind(field);
    }
    return kind;
}

static void put_fields(struct dump *dump, const struct kiwi_walk *walk, const struct kiwi_item *item)
{
    struct values values = {dump->disc, kiwi_walk_sectors(walk)};
    size_t at = (size_t)(dump->options.offset - item->offset);
    json_key(&dump->json, "fields");
    json_begin_array(&dump->json);
    for (unsigned i = 0; i < item->type->field_count; i++)
        if (field_holds(&item->type->fields[i], item->layout, at))
            put_field(&dump->json, &values, item, &item->type->fields[i], at);
    json_end_array(&dump->json);
}

static void put_gap(struct json *json, const struct kiwi_item *item)
{
    json_key(json, "gap");
    json_begin_object(json);
    text_member(json, "name", item->name);
    text_member(json, "reason", item->reason);
    member(json, "offset", item->offset);
    member(json, "length", item->length);
    json_end_object(json);
}

/* The way there */

/** Path of the record that leads to a parcel's frame. */
static void slot_path(const struct kiwi_parcel *parcel, char *path, size_t capacity)
{
    int used = snprintf(path, capacity, "level[%d].block_set[%lu].block[%lu].parcels[%lu]",
                        parcel->level->number, (unsigned long)parcel->block_set, (unsigned long)parcel->block,
                        (unsigned long)parcel->slot);
    if (parcel->divided && used > 0)
        snprintf(path + used, capacity - (size_t)used, ".parts[%lu]",
                 (unsigned long)(parcel->part_row * parcel->part_columns + parcel->part_column));
}

/** Finds the records of the parcel management that lead to a parcel's frame, or to one of themselves. */
static enum kiwi_status find_management(struct dump *dump, const struct kiwi_file *file,
                                        const struct kiwi_parcel *parcel, const char *path,
                                        struct chain *chain, struct kiwi_error *error)
{
    int level = atoi(path + strlen("level["));
    struct kiwi_box box = {0};
    struct kiwi_walk *walk;
    struct kiwi_item item;
    const struct kiwi_extent range = {parcel ? parcel->offset : dump->options.offset, 1};
    struct kiwi_walk_options options = {.size = sizeof options, .level = &level, .range = &range};
    char slot[PATH_LIMIT];
    if (parcel) {
        struct kiwi_box whole = kiwi_parcel_box(parcel);
        double width = whole.east - whole.west + (whole.east < whole.west ? 360 : 0);
        box.west = box.east = whole.west + width / 2 - (whole.west + width / 2 > 180 ? 360 : 0);
        box.south = box.north = (whole.south + whole.north) / 2;
        options.box = &box;
    }
    enum kiwi_status status = kiwi_walk_open(dump->disc, &options, &walk, error);
    if (status != KIWI_OK)
        return status;
    if (parcel)
        slot_path(parcel, slot, sizeof slot);
    chain->count = 0;
    bool found = false;
    while (!found && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        if (!item.type || kiwi_walk_parcel(walk))
            continue;
        follow(chain, walk, &item);
        found = parcel ? strcmp(kiwi_walk_path(walk), slot) == 0
                       : item.file->source == file->source && holds(&item, dump->options.offset);
    }
    status = kiwi_walk_status(walk, error);
    kiwi_walk_close(walk);
    return status;
}

static enum kiwi_status put_byte(struct dump *dump, struct kiwi_walk *walk, const struct kiwi_item *item,
                                 const struct chain *inner, struct kiwi_error *error)
{
    static struct chain outer;
    struct json *json = &dump->json;
    const struct kiwi_parcel *parcel = kiwi_walk_parcel(walk);
    const char *path = kiwi_walk_path(walk);
    bool in_tree = !parcel && strncmp(path, "level[", 6) == 0;
    uint8_t byte = 0;
    size_t received;
    struct kiwi_extent bad;
    enum kiwi_status status = kiwi_source_read_around(item->file->source, dump->options.offset, &byte, 1,
                                                      &received, error);
    bool damaged = kiwi_source_unreadable(item->file->source, dump->options.offset, dump->options.offset + 1,
                                          &bad);
    outer.count = 0;
    if (status == KIWI_OK && (parcel || in_tree))
        status = find_management(dump, item->file, parcel, path, &outer, error);
    if (status != KIWI_OK)
        return status;
    json_begin_object(json);
    text_member(json, "file", item->file->path);
    member(json, "offset", dump->options.offset);
    json_key(json, "byte");
    if (damaged)
        json_null(json);
    else
        json_hexadecimal(json, &byte, 1);
    static const char *const gaps[] = {"padding", "reserved", "unknown"};
    text_member(json, "kind",
                item->type ? kind_of(item, (size_t)(dump->options.offset - item->offset)) : gaps[item->gap]);
    text_member(json, "path", path);
    if (parcel) {
        json_key(json, "parcel");
        json_begin_object(json);
        dump_parcel(json, kiwi_disc_geodetic(dump->disc), parcel);
        json_end_object(json);
    }
    json_key(json, "records");
    json_begin_array(json);
    put_chain(json, &outer);
    if (!in_tree)
        put_chain(json, inner);
    json_end_array(json);
    if (item->type)
        put_fields(dump, walk, item);
    else
        put_gap(json, item);
    json_end_object(json);
    return KIWI_OK;
}

/** Explains the byte at options.offset. */
static enum kiwi_status explain(struct dump *dump, const struct kiwi_file *file, bool report,
                                struct kiwi_error *error)
{
    static struct chain chain;
    const uint64_t offset = dump->options.offset;
    const struct kiwi_extent range = {offset, 1};
    const struct kiwi_walk_options walk_options = {.size = sizeof walk_options,
                                                   .file = file->path,
                                                   .range = &range,
                                                   .in_order = true,
                                                   .finding = report ? findings_take : NULL,
                                                   .context = &dump->findings};
    struct kiwi_walk *walk;
    struct kiwi_item item;
    bool found = false;
    chain.count = 0;
    enum kiwi_status status = kiwi_walk_open(dump->disc, &walk_options, &walk, error);
    if (status != KIWI_OK)
        return status;
    while (!found && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        follow(&chain, walk, &item);
        found = holds(&item, offset);
    }
    status = kiwi_walk_status(walk, error);
    if (status == KIWI_OK && found)
        status = put_byte(dump, walk, &item, &chain, error);
    else if (status == KIWI_OK)
        status = dump_fail(error, KIWI_ERROR_IO, "byte %llu could not be reached",
                           (unsigned long long)offset);
    kiwi_walk_close(walk);
    return status;
}

enum kiwi_status dump_explain(struct dump *dump, struct kiwi_error *error)
{
    struct options *options = &dump->options;
    const struct kiwi_file *file = options->file ? kiwi_disc_find(dump->disc, options->file, NULL)
                                                 : kiwi_disc_find_kind(dump->disc, KIWI_FILE_ALLDATA);
    if (!file && kiwi_disc_file_count(dump->disc) == 1)
        file = kiwi_disc_file(dump->disc, 0);
    if (!file || !file->source)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no ALLDATA.KWI; name a file with --file");
    if (options->offset >= file->size)
        return dump_fail(error, KIWI_ERROR_NOT_FOUND,
                         "byte %llu lies behind the end of %s, which has %llu bytes",
                         (unsigned long long)options->offset, file->path, (unsigned long long)file->size);
    uint64_t length = options->has_length ? options->length : 1;
    length = length < file->size - options->offset ? length : file->size - options->offset;
    enum kiwi_status status = KIWI_OK;
    for (uint64_t i = 0; i < length && status == KIWI_OK && !dump_enough(dump, i); i++, options->offset++)
        status = explain(dump, file, i == 0, error);
    return status;
}
