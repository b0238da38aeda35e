/* SPDX-License-Identifier: MIT */
/* The search file of points of interest: all of them by name, and categories with those of each of them. */
#include "index_pois.h"

#include <stdlib.h>
#include <string.h>

#include "index_areas.h"
#include "index_entries.h"
#include "index_records.h"
#include "search_file.h"

#define COUNT(fields) (sizeof fields / sizeof fields[0])

bool index_pois_wanted(const struct network *network)
{
    for (size_t i = 0; i < network->place_count; i++)
        if (network->places[i].category)
            return true;
    return false;
}

/** As the Australian disc has them, as far as there is something to say. */
static void define_pois(struct index_records *records)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),
        INDEX_LINK("NFRL"),
        {"ARCD", "VRBL", "UL", "UB", 0, NULL},
        INDEX_NORMAL("FGFZ", "UB"),
        {"STFG", "NORM", "UB", NULL, 2, NULL},
        INDEX_NORMAL("CTGY", "UW"),
        INDEX_NORMAL("RLXY", "P6"),
        {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
        INDEX_TEXT("NAME"),
    };
    index_records_define(records, fields, COUNT(fields));
}

static void add_poi(struct index_records *records, const struct index_entry *entry,
                    const struct network *network, const struct territories *territories)
{
    const struct place *place = &network->places[entry->source];
    index_records_begin(records, 0, records->definition.count);
    index_areas_set(records, territories, place->position, NO_TERRITORY);
    index_records_number(records, "CTGY", (uint32_t)place->category);
    index_records_position(records, "RLXY", place->position);
    index_records_text(records, "KYCH", entry->key);
    index_records_text(records, "NAME", strcmp(entry->key, entry->name) == 0 ? "" : entry->name);
    index_records_add(records);
}

/** The categories that are there, and behind each other the points of interest of each. */
static void put_categories(struct index_records *categories, struct index_records *members,
                           const struct index_entries *entries, const struct network *network,
                           const struct territories *territories)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),         INDEX_TEXT("NAME"),
        INDEX_NORMAL("STFG", "UB"), INDEX_NORMAL("NXKD", "HB"), INDEX_NORMAL("NXFN", "HB"),
        INDEX_OFFSET("NXST"),       INDEX_NORMAL("CTGY", "UW"),
    };
    index_records_define(categories, fields, COUNT(fields));
    define_pois(members);
    for (size_t i = 0; i < network->category_count; i++) {
        const struct category *category = &network->categories[i];
        uint32_t start = (uint32_t)(members->bytes.size / 2);
        for (size_t k = 0; k < entries->count; k++)
            if (network->places[entries->items[k].source].category == category->code)
                add_poi(members, &entries->items[k], network, territories);
        if (members->bytes.size / 2 == start)
            continue;
        index_records_end_chain(members);
        index_records_begin(categories, 0, categories->definition.count);
        index_records_text(categories, "NAME", texts_get(network->texts, category->title));
        index_records_number(categories, "NXKD", 5); /* matching data of the first detailed record below */
        index_records_number(categories, "NXFN", 1);
        index_records_number(categories, "NXST", start);
        index_records_number(categories, "CTGY", (uint32_t)category->code);
        index_records_add(categories);
    }
}

void index_pois_append(struct buffer *buffer, const struct network *network,
                       const struct territories *territories, const char *file)
{
    struct index_entries entries = {0};
    struct index_records all = {0}, categories = {0}, members = {0};
    struct search_part top[] = {{"SRMX", &all, 0, 0}, {"SRHG", &categories, 0, 0}};
    const struct search_part below = {"SRMX", &members, 0, 0};
    for (size_t i = 0; i < network->place_count; i++)
        if (network->places[i].category)
            index_entries_add(&entries, network->texts, network->places[i].name, i);
    index_entries_sort(&entries);
    define_pois(&all);
    for (size_t i = 0; i < entries.count; i++)
        add_poi(&all, &entries.items[i], network, territories);
    put_categories(&categories, &members, &entries, network, territories);
    top[1].below = buffer->size + search_frame_size(top, COUNT(top));
    top[1].below_size = search_frame_size(&below, 1);
    search_frame_append(buffer, file, top, COUNT(top));
    search_frame_append(buffer, file, &below, 1);
    index_records_free(&all);
    index_records_free(&categories);
    index_records_free(&members);
    index_entries_free(&entries);
}
