/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "find.h"

/** Entries and address ranges as GeoJSON features, one after the other. */
struct entries {
    struct dump *dump;
    struct kiwi_index *index;
    struct json json;
    const struct kiwi_file *only;
    uint64_t *count;      /* features printed so far */
    uint64_t ranges_left; /* a disc cannot have more of them than its bytes hold */
};

static int32_t degrees(int32_t eighths)
{
    return (int32_t)llrint((double)eighths * 1e7 / KIWI_EIGHTHS_PER_DEGREE);
}

static bool in_box(const struct options *options, bool has_position, int32_t latitude, int32_t longitude)
{
    const struct kiwi_box *box = &options->box;
    double x = (double)longitude / KIWI_EIGHTHS_PER_DEGREE;
    double y = (double)latitude / KIWI_EIGHTHS_PER_DEGREE;
    if (!options->has_box)
        return true;
    if (!has_position || y < box->south || y > box->north)
        return false;
    return box->west <= box->east ? x >= box->west && x <= box->east : x >= box->west || x <= box->east;
}

/** Begins a feature, up to the properties that all have. */
static void begin(struct entries *entries, const char *kind, const struct kiwi_file *file, uint64_t offset,
                  bool has_position, int32_t latitude, int32_t longitude)
{
    struct json *json = &entries->json;
    char id[1100];
    *json = (struct json){.output = entries->dump->output,
                          .depth = 1}; /* what stands between features is ours */
    if (entries->dump->options.collection && *entries->count > 0)
        output_literal(entries->dump->output, ",\n");
    json_begin_object(json);
    json_key(json, "type");
    json_string(json, "Feature");
    json_key(json, "id");
    snprintf(id, sizeof id, "%.1000s:%llu", file->path, (unsigned long long)offset);
    json_string(json, id);
    json_key(json, "geometry");
    if (has_position) {
        json_begin_object(json);
        json_key(json, "type");
        json_string(json, "Point");
        json_key(json, "coordinates");
        json_begin_array(json);
        json_degrees(json, degrees(longitude));
        json_degrees(json, degrees(latitude));
        json_end_array(json);
        json_end_object(json);
    } else {
        json_null(json);
    }
    json_key(json, "properties");
    json_begin_object(json);
    json_key(json, "kind");
    json_string(json, kind);
    json_key(json, "file");
    json_string(json, file->path);
    json_key(json, "offset");
    json_unsigned(json, offset);
}

static void end(struct entries *entries)
{
    json_end_object(&entries->json);
    json_end_object(&entries->json);
    if (!entries->dump->options.collection)
        output_char(entries->dump->output, '\n');
    ++*entries->count;
}

static void put_number(struct json *json, const char *key, bool present, uint32_t value)
{
    json_key(json, key);
    if (present)
        json_unsigned(json, value);
    else
        json_null(json);
}

/** What tells which entry it is. */
static void put_entry(struct entries *entries, const struct kiwi_index_entry *entry)
{
    struct json *json = &entries->json;
    size_t count;
    const struct kiwi_index_zone *zones = kiwi_index_zones(entries->index, &count);
    json_key(json, "name");
    json_string(json, entry->name);
    json_key(json, "key");
    json_string(json, entry->key);
    json_key(json, "zone");
    if (entry->zone >= 0)
        json_unsigned(json, (uint64_t)entry->zone);
    else
        json_null(json);
    json_key(json, "zone_name");
    if (entry->zone >= 0)
        json_string(json, zones[entry->zone].name);
    else
        json_null(json);
    if (entry->kind == KIWI_ENTRY_STREET)
        put_number(json, "street", entry->has_street, entry->street);
    if (entry->has_category)
        put_number(json, "category", true, entry->category);
}

static void put_range(struct json *json, const struct kiwi_address_range *range)
{
    put_number(json, "first", range->has_numbers && range->first != UINT32_MAX, range->first);
    put_number(json, "last", range->has_numbers && range->last != UINT32_MAX, range->last);
    put_number(json, "link_id", range->has_link, range->link);
    json_key(json, "representative");
    json_bool(json, range->representative);
}

/** The next range of a street; streets that share theirs over and over are cut short, which is a finding. */
static enum kiwi_status next_range(struct entries *entries, struct kiwi_ranges *ranges,
                                   struct kiwi_address_range *range, struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_ranges_next(entries->index, ranges, range, error);
    if (status != KIWI_OK)
        return status;
    if (entries->ranges_left == 1) {
        const struct kiwi_finding finding = {
            KIWI_ERROR, range->offset, range->file->path,
            "",         "NXCT",        "no more address ranges in all than the disc holds",
            "more"};
        findings_take(&entries->dump->findings, &finding);
    }
    entries->ranges_left -= entries->ranges_left > 0;
    return entries->ranges_left > 0 ? KIWI_OK : KIWI_END;
}

/** The address ranges of a street as an array. */
static enum kiwi_status put_ranges(struct entries *entries, const struct kiwi_index_entry *entry,
                                   struct kiwi_error *error)
{
    struct json *json = &entries->json;
    struct kiwi_ranges ranges = {.entry = *entry};
    struct kiwi_address_range range;
    enum kiwi_status status;
    json_key(json, "ranges");
    json_begin_array(json);
    while ((status = next_range(entries, &ranges, &range, error)) == KIWI_OK) {
        json_begin_object(json);
        if (range.has_position) {
            json_key(json, "longitude");
            json_degrees(json, degrees(range.longitude));
            json_key(json, "latitude");
            json_degrees(json, degrees(range.latitude));
        }
        put_range(json, &range);
        json_end_object(json);
    }
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static const char *kind_name(enum kiwi_entry_kind kind)
{
    return kind == KIWI_ENTRY_STREET ? "street" : kind == KIWI_ENTRY_PLACE ? "place" : "poi";
}

static enum kiwi_status put_found(struct entries *entries, const struct kiwi_index_entry *entry,
                                  struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    begin(entries, kind_name(entry->kind), entry->file, entry->offset, entry->has_position, entry->latitude,
          entry->longitude);
    put_entry(entries, entry);
    if (entry->kind == KIWI_ENTRY_STREET)
        status = put_ranges(entries, entry, error);
    end(entries);
    return status;
}

/** A feature for each address range of a street. */
static enum kiwi_status put_addresses(struct entries *entries, const struct kiwi_index_entry *entry,
                                      struct kiwi_error *error)
{
    const struct dump *dump = entries->dump;
    struct kiwi_ranges ranges = {.entry = *entry};
    struct kiwi_address_range range;
    enum kiwi_status status = KIWI_OK;
    while (!dump_enough(dump, *entries->count) &&
           (status = next_range(entries, &ranges, &range, error)) == KIWI_OK) {
        if (!in_box(&dump->options, range.has_position, range.latitude, range.longitude))
            continue;
        begin(entries, "address", range.file, range.offset, range.has_position, range.latitude,
              range.longitude);
        put_entry(entries, entry);
        put_range(&entries->json, &range);
        end(entries);
    }
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status put_all(struct entries *entries, const struct kiwi_find_options *find_options,
                                bool addresses, struct kiwi_error *error)
{
    const struct dump *dump = entries->dump;
    struct kiwi_find *find;
    struct kiwi_index_entry entry;
    enum kiwi_status status = kiwi_find_open(entries->index, find_options, &find, error);
    while (status == KIWI_OK && !dump_enough(dump, *entries->count) &&
           (status = kiwi_find_next(find, &entry, error)) == KIWI_OK) {
        if (entries->only && entry.file != entries->only)
            continue;
        if (addresses && entry.kind == KIWI_ENTRY_STREET)
            status = put_addresses(entries, &entry, error);
        else if (in_box(&dump->options, entry.has_position, entry.latitude, entry.longitude))
            status = put_found(entries, &entry, error);
    }
    kiwi_find_close(find);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status open_entries(struct entries *entries, struct dump *dump, uint64_t *count,
                                     struct kiwi_error *error)
{
    *entries = (struct entries){.dump = dump, .count = count};
    entries->ranges_left = UINT64_C(65536) + kiwi_disc_size(dump->disc) / 4;
    entries->only = dump->options.file ? kiwi_disc_find(dump->disc, dump->options.file, NULL) : NULL;
    return kiwi_index_open(dump->disc, findings_take, &dump->findings, &entries->index, error);
}

enum kiwi_status dump_find(struct dump *dump, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    struct entries entries;
    uint64_t count = 0;
    size_t zones;
    enum kiwi_status status = open_entries(&entries, dump, &count, error);
    if (status != KIWI_OK)
        return status;
    kiwi_index_zones(entries.index, &zones);
    struct kiwi_find_options find = {.size = sizeof find,
                                     .text = options->text,
                                     .match = options->match,
                                     .zone = options->has_zone ? (int)options->zone : -1};
    if (options->kinds & KIND_ADDRESS)
        find.kinds |= KIWI_ENTRY_STREET;
    if (options->kinds & KIND_POI)
        find.kinds |= KIWI_ENTRY_PLACE | KIWI_ENTRY_POI;
    if (options->has_zone && options->zone >= zones) {
        kiwi_index_close(entries.index);
        return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the index has %zu zones, counted from 0", zones);
    }
    if (options->collection)
        output_literal(dump->output, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    status = put_all(&entries, &find, false, error);
    if (options->collection)
        output_literal(dump->output, "\n]}\n");
    kiwi_index_close(entries.index);
    return status;
}

enum kiwi_status find_features(struct dump *dump, uint64_t *count, struct kiwi_error *error)
{
    struct entries entries;
    struct kiwi_find_options find = {.size = sizeof find, .text = "", .zone = -1};
    if (dump->options.kinds & KIND_ADDRESS)
        find.kinds |= KIWI_ENTRY_STREET;
    if (dump->options.kinds & KIND_POI)
        find.kinds |= KIWI_ENTRY_PLACE | KIWI_ENTRY_POI;
    if (find.kinds == 0)
        return KIWI_OK;
    enum kiwi_status status = open_entries(&entries, dump, count, error);
    if (status != KIWI_OK)
        return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK
                                              : status; /* a disc without an index has none of them */
    status = put_all(&entries, &find, true, error);
    kiwi_index_close(entries.index);
    return status;
}

/* The document */

static void put_place(struct json *json, const struct kiwi_file *file, uint64_t offset)
{
    json_key(json, "file");
    if (file)
        json_string(json, file->path);
    else
        json_null(json);
    json_key(json, "offset");
    json_unsigned(json, offset);
}

static void put_volumes(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_volume *volumes = kiwi_index_volumes(index, &count);
    json_key(json, "volumes");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_index_volume *volume = &volumes[i];
        const int32_t corners[] = {volume->west, volume->south, volume->east, volume->north};
        json_begin_object(json);
        json_key(json, "declaration");
        json_string(json, volume->declaration);
        json_key(json, "function");
        json_string(json, volume->function);
        put_place(json, volume->file, volume->offset);
        json_key(json, "bbox");
        json_begin_array(json);
        for (int k = 0; k < 4; k++)
            json_degrees(json, degrees(corners[k]));
        json_end_array(json);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_zones(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_zone *zones = kiwi_index_zones(index, &count);
    json_key(json, "zones");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(json);
        json_key(json, "code");
        json_unsigned(json, zones[i].code);
        json_key(json, "name");
        json_string(json, zones[i].name);
        json_key(json, "file");
        json_string(json, zones[i].file->path);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_lists(struct json *json, const struct kiwi_index *index)
{
    size_t count;
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    json_key(json, "lists");
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_index_list *list = &lists[i];
        json_begin_object(json);
        json_key(json, "kind");
        json_string(json, kind_name((enum kiwi_entry_kind)list->kind));
        json_key(json, "type");
        json_string(json, list->type);
        put_place(json, list->file, list->offset);
        json_key(json, "length");
        json_unsigned(json, list->length);
        json_key(json, "entries");
        json_unsigned(json, list->records);
        json_key(json, "zone");
        if (list->zone >= 0)
            json_unsigned(json, (uint64_t)list->zone);
        else
            json_null(json);
        json_end_object(json);
    }
    json_end_array(json);
}

void find_document(struct dump *dump)
{
    struct json *json = &dump->json;
    struct kiwi_index *index;
    if (!kiwi_disc_find_kind(dump->disc, KIWI_FILE_INDEX) ||
        kiwi_index_open(dump->disc, findings_take, &dump->findings, &index, NULL) != KIWI_OK)
        return;
    json_key(json, "index");
    json_begin_object(json);
    put_volumes(json, index);
    put_zones(json, index);
    put_lists(json, index);
    json_end_object(json);
    kiwi_index_close(index);
}
