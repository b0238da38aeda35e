/* SPDX-License-Identifier: MIT */
/* --find and --features of the index: streets with their address ranges, places, points of interest. */
#include "index_entries.h"

#include <math.h>
#include <stdlib.h>

#include "filter.h"
#include "kiwidump/fail.h"
#include "source.h"

struct entries {
    const struct feature_request *request;
    struct kiwi_index *index;
    struct kiwi_find *find;
    struct kiwi_index_entry entry;
    bool in_street; /* whose ranges are features */
    struct kiwi_ranges ranges;
    struct kiwi_address_range range; /* of the street */
    uint64_t ranges_left;            /* a disc cannot have more of them than its bytes hold */
    struct kiwi_ranges row_ranges;   /* of a street that is a feature, which they are rows of */
    struct value_list rows;
    struct filter filter;
    struct point point;
    bool has_point;
    struct feature feature;
};

static const struct stroke one_point = {0, 1, false};

static void report(const struct entries *entries, const struct kiwi_finding *finding)
{
    if (entries->request->finding)
        entries->request->finding(entries->request->context, finding);
}

/** Takes a position; one that is not on the earth is a finding. */
static void set_point(struct entries *entries, const struct kiwi_file *file, uint64_t offset,
                      bool has_position, struct kiwi_place place)
{
    entries->has_point = has_position && fabs(place.latitude) <= 90 && fabs(place.longitude) <= 180;
    entries->point = entries->has_point
                         ? point_of(kiwi_to_wgs84(kiwi_disc_geodetic(entries->request->disc), place))
                         : (struct point){0, 0};
    if (has_position && !entries->has_point)
        report(entries, &(struct kiwi_finding){KIWI_ERROR, offset, file->path, "", "position",
                                               "longitude -180 to 180, latitude -90 to 90", "beyond"});
}

/** Begins a feature, up to the properties that all have. */
static void begin(struct entries *entries, const char *kind, const struct kiwi_file *file, uint64_t offset)
{
    struct feature *feature = &entries->feature;
    struct properties *properties = &feature->properties;
    feature->file = file;
    feature->offset = offset;
    feature->geometry = (struct geometry){.type = GEOMETRY_NONE};
    if (entries->has_point)
        feature->geometry = (struct geometry){GEOMETRY_POINT, &entries->point, &one_point, 1};
    properties->count = 0;
    properties_name(properties, PROPERTY_KIND, kind);
    properties_text(properties, PROPERTY_FILE, file->path, strlen(file->path));
    properties_integer(properties, PROPERTY_OFFSET, (int64_t)offset);
}

static void add_text(struct properties *properties, enum property_key key, const char *text)
{
    properties_text(properties, key, text, strlen(text));
}

/** What says which entry it is. */
static void add_entry(struct entries *entries, const struct kiwi_index_entry *entry)
{
    struct properties *properties = &entries->feature.properties;
    size_t count;
    const struct kiwi_index_zone *zones = kiwi_index_zones(entries->index, &count);
    add_text(properties, PROPERTY_NAME, entry->name);
    add_text(properties, PROPERTY_FOLDED, entry->key);
    properties_optional(properties, PROPERTY_ZONE, entry->zone >= 0, entry->zone);
    if (entry->zone >= 0)
        add_text(properties, PROPERTY_ZONE_NAME, zones[entry->zone].name);
    else
        properties_null(properties, PROPERTY_ZONE_NAME);
    if (entry->areas[0])
        add_text(properties, PROPERTY_AREAS, entry->areas);
    if (entry->kind == KIWI_ENTRY_STREET)
        properties_optional(properties, PROPERTY_STREET, entry->has_street, entry->street);
    if (entry->has_category)
        properties_integer(properties, PROPERTY_CATEGORY, entry->category);
}

static void add_range(struct properties *properties, const struct kiwi_address_range *range)
{
    properties_optional(properties, PROPERTY_FIRST, range->has_numbers && range->first != UINT32_MAX,
                        range->first);
    properties_optional(properties, PROPERTY_LAST, range->has_numbers && range->last != UINT32_MAX,
                        range->last);
    properties_optional(properties, PROPERTY_LINK_ID, range->has_link, range->link);
    properties_bool(properties, PROPERTY_REPRESENTATIVE, range->representative);
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
        report(entries, &finding);
    }
    entries->ranges_left -= entries->ranges_left > 0;
    return entries->ranges_left > 0 ? KIWI_OK : KIWI_END;
}

static void add_degrees(struct properties *properties, enum property_key key, double degrees)
{
    properties_add(properties, key, VALUE_DEGREES)->value.integer = llrint(degrees * 1e7);
}

/** The next address range of a street that is a feature, as a row. */
static enum kiwi_status next_row(void *context, struct properties *row, struct kiwi_error *error)
{
    struct entries *entries = context;
    struct kiwi_address_range range;
    enum kiwi_status status = next_range(entries, &entries->row_ranges, &range, error);
    row->count = 0;
    if (status != KIWI_OK)
        return status;
    if (range.has_position) {
        const struct kiwi_place place = kiwi_to_wgs84(kiwi_disc_geodetic(entries->request->disc),
                                                      range.position);
        add_degrees(row, PROPERTY_LONGITUDE, place.longitude);
        add_degrees(row, PROPERTY_LATITUDE, place.latitude);
    }
    add_range(row, &range);
    return KIWI_OK;
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
        if (entries->in_street)
            break;
        set_point(entries, entry->file, entry->offset, entry->has_position, entry->position);
        if (filter_box(&entries->filter, &entries->point, entries->has_point))
            break;
    }
    return status;
}

/** Goes on to the next address range of the street. */
static enum kiwi_status next_address(struct entries *entries, struct kiwi_error *error)
{
    const struct kiwi_address_range *range = &entries->range;
    enum kiwi_status status;
    while ((status = next_range(entries, &entries->ranges, &entries->range, error)) == KIWI_OK) {
        set_point(entries, range->file, range->offset, range->has_position, range->position);
        if (filter_box(&entries->filter, &entries->point, entries->has_point))
            break;
    }
    return status;
}

static void make_address(struct entries *entries)
{
    begin(entries, "address", entries->range.file, entries->range.offset);
    add_entry(entries, &entries->entry);
    add_range(&entries->feature.properties, &entries->range);
}

static void make_entry(struct entries *entries)
{
    const struct kiwi_index_entry *entry = &entries->entry;
    begin(entries, index_kind_name(entry->kind), entry->file, entry->offset);
    add_entry(entries, entry);
    if (entry->kind != KIWI_ENTRY_STREET)
        return;
    entries->row_ranges = (struct kiwi_ranges){.entry = *entry};
    entries->rows = (struct value_list){next_row, entries};
    properties_add(&entries->feature.properties, PROPERTY_RANGES, VALUE_LIST)->value.list = &entries->rows;
}

static enum kiwi_status next(void *source, const struct feature **feature, struct kiwi_error *error)
{
    struct entries *entries = source;
    *feature = &entries->feature;
    for (;;) {
        enum kiwi_status status = entries->in_street ? next_address(entries, error) : KIWI_END;
        if (status == KIWI_OK)
            make_address(entries);
        if (status != KIWI_END)
            return status;
        entries->in_street = false;
        status = next_entry(entries, error);
        if (status == KIWI_OK && entries->in_street)
            continue;
        if (status == KIWI_OK)
            make_entry(entries);
        return status;
    }
}

/* Opening */

static void close_entries(void *source)
{
    struct entries *entries = source;
    if (!entries)
        return;
    kiwi_find_close(entries->find);
    if (!entries->request->index)
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
    entries->filter = filter_of(request->options);
    entries->ranges_left = UINT64_C(65536) + kiwi_disc_size(request->disc) / 4;
    entries->index = request->index;
    status = request->index ? KIWI_OK : kiwi_index_open(request->disc, &entries->index, error);
    if (status == KIWI_OK)
        status = open_find(entries, kinds, error);
    if (status == KIWI_OK)
        *source = entries;
    else
        close_entries(entries);
    return status == KIWI_ERROR_NOT_FOUND && !request->options->text ? KIWI_END : status;
}

const struct feature_source index_features = {open_entries, next, close_entries};
