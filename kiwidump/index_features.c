/* SPDX-License-Identifier: MIT */
/* --find and --features of the index: streets with their address ranges, places, points of interest. */
#include <stdlib.h>

#include "dump.h"
#include "feature_source.h"
#include "index_json.h"
#include "value.h"

struct entries {
    const struct feature_request *request;
    struct kiwi_index *index;
    struct kiwi_find *find;
    struct kiwi_index_entry entry;
    bool in_street; /* whose ranges are features */
    struct kiwi_ranges ranges;
    struct kiwi_address_range range; /* of the street */
    uint64_t ranges_left;            /* a disc cannot have more of them than its bytes hold */
    struct json json;
};

static bool in_box(const struct options *options, bool has_position, struct kiwi_place place)
{
    const struct kiwi_box *box = &options->box;
    double x = place.longitude;
    double y = place.latitude;
    if (!options->has_box)
        return true;
    if (!has_position || y < box->south || y > box->north)
        return false;
    return box->west <= box->east ? x >= box->west && x <= box->east : x >= box->west || x <= box->east;
}

/** Begins a feature, up to the properties that all have. */
static void begin(struct json *json, struct output *output, const char *kind, const struct kiwi_file *file,
                  uint64_t offset, bool has_position, struct kiwi_place position)
{
    feature_head(json, output, file, offset);
    json_key(json, "geometry");
    if (has_position) {
        json_begin_object(json);
        json_key(json, "type");
        json_string(json, "Point");
        json_key(json, "coordinates");
        value_place(json, position);
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

static void put_number(struct json *json, const char *key, bool present, uint32_t value)
{
    json_key(json, key);
    if (present)
        json_unsigned(json, value);
    else
        json_null(json);
}

/** What says which entry it is. */
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
        if (entries->request->finding)
            entries->request->finding(entries->request->context, &finding);
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
            value_degrees(json, range.position.longitude);
            json_key(json, "latitude");
            value_degrees(json, range.position.latitude);
        }
        put_range(json, &range);
        json_end_object(json);
    }
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

const char *index_kind_name(enum kiwi_entry_kind kind)
{
    return kind == KIWI_ENTRY_STREET ? "street" : kind == KIWI_ENTRY_PLACE ? "place" : "poi";
}

/** Goes on to the next entry that options ask for. */
static enum kiwi_status next_entry(struct entries *entries, struct kiwi_error *error)
{
    const struct feature_request *request = entries->request;
    const struct kiwi_index_entry *entry = &entries->entry;
    enum kiwi_status status;
    while ((status = kiwi_find_next(entries->find, &entries->entry, error)) == KIWI_OK) {
        if (request->only && entry->file != request->only)
            continue;
        entries->in_street = !request->options->text && entry->kind == KIWI_ENTRY_STREET;
        entries->ranges = (struct kiwi_ranges){.entry = *entry};
        if (entries->in_street || in_box(request->options, entry->has_position, entry->position))
            break;
    }
    return status;
}

/** Goes on to the next address range of the street. */
static enum kiwi_status next_address(struct entries *entries, struct kiwi_error *error)
{
    const struct kiwi_address_range *range = &entries->range;
    enum kiwi_status status;
    do
        status = next_range(entries, &entries->ranges, &entries->range, error);
    while (status == KIWI_OK && !in_box(entries->request->options, range->has_position, range->position));
    return status;
}

static enum kiwi_status next(void *source, struct kiwi_error *error)
{
    struct entries *entries = source;
    for (;;) {
        enum kiwi_status status = entries->in_street ? next_address(entries, error) : KIWI_END;
        if (status != KIWI_END)
            return status;
        entries->in_street = false;
        status = next_entry(entries, error);
        if (status != KIWI_OK || !entries->in_street)
            return status;
    }
}

static void put_address(struct entries *entries, struct output *output)
{
    const struct kiwi_address_range *range = &entries->range;
    begin(&entries->json, output, "address", range->file, range->offset, range->has_position,
          range->position);
    put_entry(entries, &entries->entry);
    put_range(&entries->json, range);
}

static enum kiwi_status put(void *source, struct output *output, struct kiwi_error *error)
{
    struct entries *entries = source;
    const struct kiwi_index_entry *entry = &entries->entry;
    enum kiwi_status status = KIWI_OK;
    if (entries->in_street) {
        put_address(entries, output);
    } else {
        begin(&entries->json, output, index_kind_name(entry->kind), entry->file, entry->offset,
              entry->has_position, entry->position);
        put_entry(entries, entry);
        if (entry->kind == KIWI_ENTRY_STREET)
            status = put_ranges(entries, entry, error);
    }
    json_end_object(&entries->json);
    json_end_object(&entries->json);
    return status;
}

/* Opening */

static void close_entries(void *source)
{
    struct entries *entries = source;
    if (!entries)
        return;
    kiwi_find_close(entries->find);
    kiwi_index_close(entries->index);
    free(entries);
}

static enum kiwi_status open_find(struct entries *entries, unsigned kinds, struct kiwi_error *error)
{
    const struct options *options = entries->request->options;
    struct kiwi_find_options wanted = {.size = sizeof wanted, .text = "", .zone = -1, .kinds = kinds};
    size_t zones;
    if (options->text) {
        kiwi_index_zones(entries->index, &zones);
        if (options->has_zone && options->zone >= zones)
            return dump_fail(error, KIWI_ERROR_NOT_FOUND, "the index has %zu zones, counted from 0", zones);
        wanted.text = options->text;
        wanted.match = options->match;
        wanted.zone = options->has_zone ? (int)options->zone : -1;
    }
    return kiwi_find_open(entries->index, &wanted, &entries->find, error);
}

static unsigned entry_kinds(const struct options *options)
{
    unsigned kinds = options->kinds & KIND_ADDRESS ? KIWI_ENTRY_STREET : 0;
    return options->kinds & KIND_POI ? kinds | KIWI_ENTRY_PLACE | KIWI_ENTRY_POI : kinds;
}

static enum kiwi_status open_entries(const struct feature_request *request, void **source,
                                     struct kiwi_error *error)
{
    unsigned kinds = entry_kinds(request->options);
    struct entries *entries;
    enum kiwi_status status;
    if (kinds == 0 && !request->options->text)
        return KIWI_END;
    entries = calloc(1, sizeof *entries);
    if (!entries)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    entries->request = request;
    entries->ranges_left = UINT64_C(65536) + kiwi_disc_size(request->disc) / 4;
    status = kiwi_index_open(request->disc, request->finding, request->context, &entries->index, error);
    if (status == KIWI_OK)
        status = open_find(entries, kinds, error);
    if (status == KIWI_OK)
        *source = entries;
    else
        close_entries(entries);
    return status == KIWI_ERROR_NOT_FOUND && !request->options->text ? KIWI_END : status;
}

const struct feature_source index_features = {open_entries, next, put, close_entries};
