/* SPDX-License-Identifier: MIT */
/* The lines of --summary on what a disc has: map, roads, index, routes, programs, other files. */
#include "summary/page.h"

/** That there is nothing, unless the rest of the image may have it. */
static void put_nothing(const struct page *page, const char *label, const char *text)
{
    page_line(page, label, page->dump->findings.cut_len > 0 ? "not known: the image is incomplete" : text);
}

static void put_levels(const struct page *page)
{
    size_t count = kiwi_map_level_count(page->map);
    char text[PAGE_TEXT] = "";
    words_count(text, count, "level", "levels");
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_level *level = kiwi_map_level(page->map, i);
        words_add(text, "%s%d", i > 0 ? ", " : ": ", level->number);
        if (level->record.display_scale_1 != 0 && level->record.display_scale_1 != UINT32_MAX) {
            words_add(text, " (1:");
            words_number(text, level->record.display_scale_1);
            words_add(text, ")");
        }
    }
    page_line(page, "Map", text);
}

/** Roads of a level: chains of links, as their cells cut them. */
static uint64_t count_roads(const struct page *page, const struct kiwi_level *level)
{
    struct kiwi_parcels *parcels = NULL;
    struct kiwi_shapes *shapes = NULL;
    struct kiwi_parcel parcel;
    struct kiwi_shape shape;
    uint64_t count = 0;
    if (kiwi_parcels_open(page->map, level, NULL, &parcels, NULL) == KIWI_OK &&
        kiwi_shapes_open(page->map, &shapes, NULL) == KIWI_OK)
        while (kiwi_parcels_next(parcels, &parcel, NULL) == KIWI_OK)
            if (kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, NULL) == KIWI_OK)
                while (kiwi_shapes_next(shapes, &shape, NULL) == KIWI_OK)
                    count += shape.link == 0;
    kiwi_shapes_close(shapes);
    kiwi_parcels_close(parcels);
    return count;
}

static void put_roads(const struct page *page)
{
    char text[PAGE_TEXT] = "";
    if (!page->whole) {
        page_line(page, "Roads", "not counted, as the disc is larger than 1 GB");
        return;
    }
    for (size_t i = kiwi_map_level_count(page->map); i-- > 0;) {
        const struct kiwi_level *level = kiwi_map_level(page->map, i);
        words_add(text, "%s", text[0] ? ", " : "");
        words_number(text, count_roads(page, level));
        words_add(text, " in level %d", level->number);
    }
    page_line(page, "Roads", text);
}

/** What --find searches. */
static void put_index(struct page *page)
{
    static const struct {
        unsigned kind;
        const char *one, *many;
    } kinds[] = {{KIWI_ENTRY_STREET, "street", "streets"},
                 {KIWI_ENTRY_PLACE, "place", "places"},
                 {KIWI_ENTRY_POI, "point of interest", "points of interest"}};
    struct dump *dump = page->dump;
    struct kiwi_index *index;
    size_t count;
    char text[PAGE_TEXT] = "";
    if (kiwi_index_open(dump->disc, &index, NULL) != KIWI_OK) {
        if (page->map)
            put_nothing(page, "To search", "nothing: there is no index of names");
        return;
    }
    page->searchable = true;
    const struct kiwi_index_list *lists = kiwi_index_lists(index, &count);
    for (size_t k = 0; k < 3; k++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += lists[i].kind == kinds[k].kind ? lists[i].records : 0;
        if (sum > 0) {
            words_add(text, "%s", text[0] ? ", " : "");
            words_count(text, sum, kinds[k].one, kinds[k].many);
        }
    }
    kiwi_index_zones(index, &count);
    if (count > 1)
        words_add(text, " in %zu zones", count);
    kiwi_index_close(index);
    if (page->map)
        page_line(page, "To search", text[0] ? text : "nothing");
}

static void put_routes(const struct page *page)
{
    uint64_t nodes;
    uint64_t links;
    char text[PAGE_TEXT] = "";
    if (!dump_regions_sum(page->map, &nodes, &links)) {
        put_nothing(page, "Routes", "none: there is no road graph");
        return;
    }
    words_add(text, "a graph of ");
    words_count(text, nodes, "junction", "junctions");
    words_add(text, " and ");
    words_count(text, links, "link", "links");
    page_line(page, "Routes", text);
}

/** The programs of the unit, in LOADING.KWI. */
static void put_programs(const struct page *page)
{
    struct dump *dump = page->dump;
    const struct kiwi_file *file = kiwi_disc_find_kind(dump->disc, KIWI_FILE_LOADING);
    struct kiwi_loading *loading;
    struct kiwi_error error;
    char text[PAGE_TEXT] = "";
    if (!file) {
        page_line(page, "Programs", "none: there is no LOADING.KWI");
        return;
    }
    if (kiwi_loading_open(dump->disc, file, &loading, &error) != KIWI_OK) {
        words_clean(text, error.text);
        page_line(page, "Programs", text);
        return;
    }
    size_t count = kiwi_loading_module_count(loading);
    words_count(text, count, "module", "modules");
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        words_add(text, "%s", i > 0 ? ", " : ": ");
        words_clean(text, module->name);
        words_add(text, " ");
        words_clean(text, module->version);
    }
    kiwi_loading_close(loading);
    page_line(page, "Programs", text);
}

/** Files of kinds that have a name of their own in the register. */
static void put_other_files(const struct page *page)
{
    char text[PAGE_TEXT] = "";
    for (int kind = 0; kind < KIWI_FILE_KIND_COUNT; kind++) {
        uint64_t count = 0;
        for (size_t i = 0; i < kiwi_disc_file_count(page->dump->disc); i++)
            count += kiwi_disc_file(page->dump->disc, i)->kind == (enum kiwi_file_kind)kind;
        const char *called = kiwi_file_kind_called((enum kiwi_file_kind)kind, count);
        if (called && count > 0) {
            words_add(text, "%s", text[0] ? ", " : "");
            words_count(text, count, called, called);
        }
    }
    page_line(page, "Besides", text[0] ? text : "no pictures, no voice");
}

void page_contents(struct page *page)
{
    if (page->map) {
        put_levels(page);
        if (kiwi_map_level_count(page->map) > 0)
            put_roads(page);
    }
    put_index(page);
    if (page->map)
        put_routes(page);
    put_programs(page);
    if (kiwi_disc_container(page->dump->disc) != KIWI_CONTAINER_FILE)
        put_other_files(page);
}
