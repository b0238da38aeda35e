/* SPDX-License-Identifier: MIT */
/* Reads a disc in every way and aborts where two ways disagree: what every fuzzer asks. */
#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Events that a disc of some size may cause. */
enum { EVENTS_PER_BYTE = 8 };
enum { EVENTS_SPARE = 10000 };
/** Files of an image may share their bytes: beyond this sum overlaps are not looked for. */
#define MAP_LIMIT ((uint64_t)64 << 20)

/** Regions whose graph is read. */
enum { MOST_GRAPHS = 8 };

#define UNUSED_RESULT(value) (sink += (uint64_t)(value))

/** Values go here, so that reading them is not optimised away. */
static volatile uint64_t sink;

#if defined(__GNUC__)
__attribute__((noreturn, format(printf, 1, 2)))
#endif
static void
breach(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("oracle: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

/** One walk over one disc. */
struct run {
    struct kiwi_disc *disc;
    struct kiwi_walk *walk;
    const char *what;
    uint64_t bytes;
    uint64_t events, records, findings;
    uint8_t **seen; /* of each file: one byte for each byte, 1 = met */
    bool in_order;
    const struct kiwi_file *file; /* of the item before */
    uint64_t offset;
};

static void touch(const char *text)
{
    if (!text)
        breach("a string is NULL");
    UNUSED_RESULT(strlen(text));
}

/** What every finding holds to; what is the work that made it. */
static void judge_finding(const char *what, const struct kiwi_finding *finding)
{
    touch(finding->file);
    touch(finding->path);
    touch(finding->field);
    touch(finding->expected);
    touch(finding->found);
    if (finding->severity > KIWI_ERROR)
        breach("%s: severity %d", what, (int)finding->severity);
    if (strchr(finding->expected, '\n') || finding->expected[0] == '\0')
        breach("%s: a finding expects '%s'", what, finding->expected);
}

static void take_finding(void *context, const struct kiwi_finding *finding)
{
    struct run *run = context;
    judge_finding(run->what, finding);
    run->findings++;
}

/** Of the disc and of what is opened from it. */
static void take_disc_finding(void *context, const struct kiwi_finding *finding)
{
    (void)context;
    judge_finding("disc", finding);
}

static uint64_t sum(struct kiwi_account account)
{
    return account.field + account.padding + account.reserved + account.unknown;
}

static size_t index_of(const struct run *run, const struct kiwi_file *file)
{
    size_t count = kiwi_disc_file_count(run->disc);
    for (size_t i = 0; i < count; i++)
        if (kiwi_disc_file(run->disc, i) == file)
            return i;
    breach("%s: a file that the disc does not have", run->what);
}

/** An item's bytes lie inside its file, and no other item has them. */
static void mark(struct run *run, const struct kiwi_item *item)
{
    size_t index = index_of(run, item->file);
    uint64_t size = item->file->size;
    if (item->offset > size || item->length > size - item->offset)
        breach("%s: %s: bytes %llu+%llu of %llu", run->what, kiwi_walk_path(run->walk),
               (unsigned long long)item->offset, (unsigned long long)item->length, (unsigned long long)size);
    if (!run->seen[index])
        return;
    uint8_t *seen = run->seen[index] + item->offset;
    const uint8_t *twice = item->length ? memchr(seen, 1, (size_t)item->length) : NULL;
    if (twice)
        breach("%s: %s (%s) has byte %llu, which another item had", run->what, kiwi_walk_path(run->walk),
               item->type ? item->type->name : item->name,
               (unsigned long long)item->offset + (unsigned long long)(twice - seen));
    memset(seen, 1, (size_t)item->length);
}

static void take_item(struct run *run, enum kiwi_event event, const struct kiwi_item *item)
{
    if (++run->events > EVENTS_PER_BYTE * run->bytes + EVENTS_SPARE)
        breach("%s: more than %llu events for %llu bytes", run->what, (unsigned long long)run->events,
               (unsigned long long)run->bytes);
    touch(kiwi_walk_path(run->walk));
    if (run->in_order && run->file == item->file && item->offset < run->offset)
        breach("%s: byte %llu behind byte %llu", run->what, (unsigned long long)item->offset,
               (unsigned long long)run->offset);
    run->file = item->file;
    run->offset = item->offset;
    mark(run, item);
    if (event == KIWI_EVENT_GAP) {
        touch(item->name);
        touch(item->reason);
        if (item->type || item->length == 0)
            breach("%s: a gap of %llu bytes at %llu", run->what, (unsigned long long)item->length,
                   (unsigned long long)item->offset);
        return;
    }
    run->records++;
    if (!item->type->round_trip(item->bytes, item->length, item->arguments))
        breach("%s: %s (%s) at %llu: encoding what was decoded gives other bytes", run->what,
               kiwi_walk_path(run->walk), item->type->name, (unsigned long long)item->offset);
}

static void begin_maps(struct run *run)
{
    size_t count = kiwi_disc_file_count(run->disc);
    uint64_t mapped = 0;
    run->seen = calloc(count + 1, sizeof *run->seen);
    if (!run->seen)
        breach("no memory");
    for (size_t i = 0; i < count; i++) {
        uint64_t size = kiwi_disc_file(run->disc, i)->size;
        run->bytes += size;
        if (size > MAP_LIMIT - mapped)
            continue;
        mapped += size;
        run->seen[i] = calloc(1, (size_t)size + 1);
        if (!run->seen[i])
            breach("no memory");
    }
}

/** After an unfiltered walk every byte of every file was met once, and the account says so. */
static void end_walk(struct run *run, bool whole, struct kiwi_account *accounts)
{
    struct kiwi_error error;
    bool good = kiwi_walk_status(run->walk, &error) == KIWI_OK;
    size_t count = kiwi_disc_file_count(run->disc);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_file *file = kiwi_disc_file(run->disc, i);
        accounts[i] = kiwi_walk_account(run->walk, file);
        if (good && sum(accounts[i]) != file->size)
            breach("%s: %s: %llu bytes of %llu are in the account", run->what, file->path,
                   (unsigned long long)sum(accounts[i]), (unsigned long long)file->size);
        const uint8_t *missed = whole && good && run->seen[i] ? memchr(run->seen[i], 0, (size_t)file->size)
                                                              : NULL;
        if (missed)
            breach("%s: %s: byte %llu is in no item", run->what, file->path,
                   (unsigned long long)(missed - run->seen[i]));
    }
    for (size_t i = 0; i < count; i++)
        free(run->seen[i]);
    free(run->seen);
    kiwi_walk_close(run->walk);
}

enum manner { PLAIN, CHECK, BRIEF, IN_ORDER };

static struct run walk(struct kiwi_disc *disc, enum manner manner, struct kiwi_account *accounts)
{
    static const char *const what[] = {"walk", "walk with check", "brief walk", "walk in order"};
    struct run run = {.disc = disc, .what = what[manner], .in_order = manner == IN_ORDER};
    struct kiwi_item item;
    const struct kiwi_walk_options options = {.size = sizeof options,
                                              .check = manner == CHECK || manner == BRIEF,
                                              .brief = manner == BRIEF,
                                              .in_order = manner == IN_ORDER,
                                              .finding = take_finding,
                                              .context = &run};
    begin_maps(&run);
    if (kiwi_walk_open(disc, &options, &run.walk, NULL) != KIWI_OK)
        breach("%s: cannot be opened", run.what);
    for (enum kiwi_event event; (event = kiwi_walk_next(run.walk, &item)) != KIWI_EVENT_END;)
        take_item(&run, event, &item);
    if (kiwi_walk_next(run.walk, &item) != KIWI_EVENT_END)
        breach("%s: an event behind the end", run.what);
    end_walk(&run, manner != BRIEF, accounts);
    return run;
}

/* The typed iterators */

static void take_shape(struct run *run, const struct kiwi_parcel *parcel, const struct kiwi_shape *shape)
{
    char text[256];
    if (++run->events > EVENTS_PER_BYTE * run->bytes + EVENTS_SPARE)
        breach("%s: more than %llu shapes for %llu bytes", run->what, (unsigned long long)run->events,
               (unsigned long long)run->bytes);
    for (size_t i = 0; i < shape->point_count; i++) {
        struct kiwi_place place = kiwi_parcel_place(parcel, shape->points[i]);
        UNUSED_RESULT(place.longitude + place.latitude);
    }
    struct kiwi_multilink_header multilink;
    struct kiwi_link_shape link;
    struct kiwi_minimum_graphics_data_record background;
    struct kiwi_name_data_record name;
    bool decoded = false;
    switch (shape->kind) {
    case KIWI_ROAD:
        decoded = kiwi_multilink_header_decode(&multilink, shape->multilink, shape->multilink_length) &&
                  kiwi_link_shape_decode(&link, shape->record, shape->record_length);
        if (shape->point_count < 2)
            breach("a link of %zu points", shape->point_count);
        break;
    case KIWI_BACKGROUND:
        decoded = kiwi_minimum_graphics_data_record_decode(&background, shape->record, shape->record_length,
                                                           shape->has_height);
        break;
    case KIWI_NAME:
        decoded = kiwi_name_data_record_decode(&name, shape->record, shape->record_length);
        UNUSED_RESULT(kiwi_disc_text(run->disc, shape->text, shape->text_length, text, sizeof text));
        break;
    default: breach("a shape of kind %d", (int)shape->kind);
    }
    if (!decoded)
        breach("a shape of kind %d without its record", (int)shape->kind);
}

static void take_parcel(struct run *run, struct kiwi_shapes *shapes, const struct kiwi_parcel *parcel)
{
    struct kiwi_shape shape;
    struct kiwi_box box = kiwi_parcel_box(parcel);
    UNUSED_RESULT(box.west < box.east);
    if (!parcel->file || parcel->offset > parcel->file->size ||
        parcel->size > parcel->file->size - parcel->offset)
        breach("a parcel outside of its file");
    if (kiwi_shapes_start(shapes, parcel, KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME, NULL) != KIWI_OK)
        return;
    while (kiwi_shapes_next(shapes, &shape, NULL) == KIWI_OK)
        take_shape(run, parcel, &shape);
}

static void ask_places(struct kiwi_map *map, const struct kiwi_level *level)
{
    struct kiwi_parcel parcel;
    const struct kiwi_box *box = &level->box;
    const struct kiwi_place places[] = {{box->south, box->west},
                                        {(box->south + box->north) / 2, (2 * box->west + box->east) / 3},
                                        {box->north, box->east},
                                        {0, 0},
                                        {1e300, -1e300}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (kiwi_map_parcel_at(map, level, places[i], &parcel, NULL) == KIWI_OK)
            UNUSED_RESULT(parcel.offset);
}

static uint64_t iterate(struct kiwi_disc *disc)
{
    struct run run = {.disc = disc, .what = "shapes"};
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        run.bytes += kiwi_disc_file(disc, i)->size;
    if (kiwi_map_open(disc, &map, NULL) != KIWI_OK)
        return 0;
    if (kiwi_shapes_open(map, &shapes, NULL) != KIWI_OK)
        breach("no memory");
    run.bytes *= kiwi_map_level_count(map) + 1;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_level *level = kiwi_map_level(map, i);
        struct kiwi_parcels *parcels;
        struct kiwi_parcel parcel;
        if (kiwi_parcels_open(map, level, NULL, &parcels, NULL) != KIWI_OK)
            continue;
        while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK)
            take_parcel(&run, shapes, &parcel);
        kiwi_parcels_close(parcels);
        ask_places(map, level);
    }
    kiwi_shapes_close(shapes);
    kiwi_map_close(map);
    return run.events;
}

/** Reads all that a region's graph offers. */
static void take_graph(const struct kiwi_graph *graph)
{
    struct kiwi_node node;
    struct kiwi_link link;
    struct kiwi_intersection intersection;
    size_t position = 0;
    for (uint32_t i = 0; kiwi_graph_node(graph, i, &node); i++) {
        for (uint32_t k = 0; kiwi_graph_link(graph, &node, k, &link); k++)
            UNUSED_RESULT(link.length);
        UNUSED_RESULT(kiwi_graph_may_pass(graph, &node, 0, 0));
    }
    while (kiwi_graph_intersection(graph, &position, &intersection))
        if (intersection.has_composition && intersection.routes_length > 0)
            UNUSED_RESULT(intersection.routes[intersection.routes_length - 1]);
}

/** The graphs of the first regions: others may lead to the same bytes. */
static void plan(struct kiwi_disc *disc)
{
    struct kiwi_map *map;
    struct kiwi_regions *regions;
    unsigned left = MOST_GRAPHS;
    if (kiwi_map_open(disc, &map, NULL) != KIWI_OK)
        return;
    if (kiwi_regions_open(map, &regions, NULL) == KIWI_OK) {
        for (size_t i = 0; i < kiwi_regions_level_count(regions); i++) {
            const struct kiwi_region_level *level = kiwi_regions_level(regions, i);
            struct kiwi_region region;
            struct kiwi_graph *graph;
            for (uint32_t k = 0; k < level->count && left > 0; k++, left--) {
                if (kiwi_regions_get(regions, level, k, &region, NULL) != KIWI_OK ||
                    kiwi_graph_open(&region, &graph, NULL) != KIWI_OK)
                    continue;
                take_graph(graph);
                kiwi_graph_close(graph);
            }
        }
        kiwi_regions_close(regions);
    }
    kiwi_map_close(map);
}

/** Searches in the index, and goes through the address ranges of what it finds. */
static void search(struct kiwi_disc *disc)
{
    static const char *const texts[] = {"", "S", "\xC3\x96vre"};
    struct run run = {.disc = disc, .what = "search"};
    struct kiwi_index *index;
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        run.bytes += kiwi_disc_file(disc, i)->size;
    if (kiwi_index_open(disc, &index, NULL) != KIWI_OK)
        return;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct kiwi_find_options options = {
            .size = sizeof options, .text = texts[i], .match = (enum kiwi_match)i, .zone = -1};
        struct kiwi_find *find;
        struct kiwi_index_entry entry;
        uint64_t entries = 0;
        if (kiwi_find_open(index, &options, &find, NULL) != KIWI_OK)
            breach("no memory");
        while (kiwi_find_next(find, &entry, NULL) == KIWI_OK) {
            struct kiwi_ranges ranges = {.entry = entry};
            struct kiwi_address_range range;
            touch(entry.name);
            touch(entry.key);
            for (int k = 0; k < 100 && kiwi_ranges_next(index, &ranges, &range, NULL) == KIWI_OK; k++)
                touch(range.file->path);
            if (++entries > run.bytes)
                breach("%s: more entries than bytes", run.what);
        }
        kiwi_find_close(find);
    }
    kiwi_index_close(index);
}

void oracle_check(struct kiwi_disc *disc, struct oracle_figures *figures)
{
    size_t count = kiwi_disc_file_count(disc);
    struct kiwi_account *accounts[4];
    for (size_t i = 0; i < 4; i++) {
        accounts[i] = calloc(count + 1, sizeof *accounts[i]);
        if (!accounts[i])
            breach("no memory");
    }
    struct run plain = walk(disc, PLAIN, accounts[PLAIN]);
    struct run check = walk(disc, CHECK, accounts[CHECK]);
    struct run brief = walk(disc, BRIEF, accounts[BRIEF]);
    struct run ordered = walk(disc, IN_ORDER, accounts[IN_ORDER]);
    if (plain.records != ordered.records)
        breach("the order changes the number of records from %llu to %llu", (unsigned long long)plain.records,
               (unsigned long long)ordered.records);
    if (plain.events != check.events)
        breach("check changes the number of events from %llu to %llu", (unsigned long long)plain.events,
               (unsigned long long)check.events);
    if (brief.findings != check.findings)
        breach("brief changes the number of findings from %llu to %llu", (unsigned long long)check.findings,
               (unsigned long long)brief.findings);
    for (size_t i = 0; i < count; i++) {
        for (enum manner manner = CHECK; manner <= IN_ORDER; manner++) {
            if (memcmp(&accounts[PLAIN][i], &accounts[manner][i], sizeof accounts[PLAIN][i]) != 0)
                breach("check, brief or order (%d) changes the account of %s", (int)manner,
                       kiwi_disc_file(disc, i)->path);
        }
    }
    for (size_t i = 0; i < 4; i++)
        free(accounts[i]);
    search(disc);
    plan(disc);
    uint64_t shapes = iterate(disc);
    if (figures)
        *figures = (struct oracle_figures){plain.bytes, plain.events, plain.records, shapes, check.findings};
}

/** Opens bytes as whatever they are; NULL if they are no disc. */
static struct kiwi_disc *open_bytes(const uint8_t *bytes, size_t length, const char *name)
{
    const struct kiwi_disc_options options = {.size = sizeof options, .finding = take_disc_finding};
    struct kiwi_error error = {.status = KIWI_OK};
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    if (kiwi_source_from_memory(bytes, length, &source, NULL) != KIWI_OK)
        breach("no memory");
    enum kiwi_status status = kiwi_disc_open_source(source, name, &options, &disc, &error);
    kiwi_source_unref(source);
    if (status == KIWI_OK)
        return disc;
    if (status != KIWI_ERROR_NOT_KIWI || error.status != status || error.text[0] == '\0' ||
        strchr(error.text, '\n') || disc)
        breach("opening fails with status %d and '%s'", (int)status, error.text);
    return NULL;
}

bool oracle_check_bytes(const uint8_t *bytes, size_t length, const char *name, struct oracle_figures *figures)
{
    struct kiwi_disc *disc = open_bytes(bytes, length, name);
    if (!disc)
        return false;
    oracle_check(disc, figures);
    kiwi_disc_close(disc);
    return true;
}

bool oracle_check_brief(const uint8_t *bytes, size_t length, const char *name)
{
    struct kiwi_disc *disc = open_bytes(bytes, length, name);
    if (!disc)
        return false;
    struct kiwi_account *accounts = calloc(kiwi_disc_file_count(disc) + 1, sizeof *accounts);
    if (!accounts)
        breach("no memory");
    walk(disc, BRIEF, accounts);
    free(accounts);
    kiwi_disc_close(disc);
    return true;
}
