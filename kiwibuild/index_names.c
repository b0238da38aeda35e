/* SPDX-License-Identifier: MIT */
/* The lists of names that are searched: streets with their address ranges, places, zones. */
#include "index_names.h"

#include <string.h>

#include "index_areas.h"
#include "index_entries.h"
#include "sort.h"

#define COUNT(fields) (sizeof fields / sizeof fields[0])

static void begin(struct index_records *records)
{
    index_records_begin(records, 0, records->definition.count);
}

/** What is searched and what is shown; no name is shown as its key. */
static void set_names(struct index_records *records, const struct index_entry *entry)
{
    index_records_text(records, "KYCH", entry->key);
    index_records_text(records, "NAME", strcmp(entry->key, entry->name) == 0 ? "" : entry->name);
}

/* Streets */

static void add_range(struct index_records *ranges, const struct address_range *range,
                      const struct territories *territories)
{
    const uint32_t numbers[2] = {range->first, range->last};

    begin(ranges);
    index_records_number(ranges, "FGSA", range->representative ? 0x80 : 0);
    index_areas_set(ranges, territories, range->position, NO_TERRITORY);
    index_records_position(ranges, "RLXY", range->position);
    index_records_number(ranges, "LKID", range->link);
    if (range->first != UINT32_MAX)
        index_records_numbers(ranges, "STAD", numbers, 2);
    index_records_add(ranges);
}

static void define_streets(struct index_records *records)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGFZ", "UB"), {"STFG", "NORM", "UB", NULL, 2, NULL},
        INDEX_NORMAL("STID", "UL"), INDEX_NORMAL("NXKD", "UH"),
        INDEX_NORMAL("NXFN", "UH"), INDEX_OFFSET("NXST"),
        INDEX_NORMAL("NXCT", "LG"), {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
        INDEX_TEXT("NAME"),
    };

    index_records_define(records, fields, COUNT(fields));
}

static void define_ranges(struct index_records *records)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGSA", "UB"), {"ARCD", "VRBL", "UL", "UB", 0, NULL},
        INDEX_NORMAL("RLXY", "P6"), INDEX_NORMAL("LKID", "UL"),
        INDEX_NORMAL("STFG", "UB"), INDEX_TEXT("ZIPN"),
        INDEX_TEXT("PRFX"),         {"STAD", "NORM", "UL", NULL, 2, NULL},
        INDEX_TEXT("SPFX"),         INDEX_TEXT("SSFX"),
        INDEX_TEXT("STYP"),         INDEX_NORMAL("GDXY", "P6"),
    };

    index_records_define(records, fields, COUNT(fields));
}

/** number counts the streets of the list of all, from 1; start is that of its ranges in their list, in words.
 */
static void add_street(struct index_records *records, const struct index_entry *entry, uint32_t number,
                       uint32_t start, size_t ranges)
{
    uint32_t letter = (unsigned char)entry->key[0];

    begin(records);
    index_records_number(records, "STID", letter << 24 | (number & 0xFFFFFF));
    index_records_number(records, "NXKD", 5); /* matching data of the first detailed record below */
    index_records_number(records, "NXFN", 1);
    index_records_number(records, "NXST", start);
    index_records_number(records, "NXCT", (uint32_t)ranges);
    set_names(records, entry);
    index_records_add(records);
}

void index_names_streets(const struct network *network, const struct territories *territories,
                         struct index_streets *lists)
{
    const struct streets *streets = lists->streets;

    define_streets(&lists->all);
    define_ranges(&lists->ranges);
    lists->starts = allocate(streets->count + 1, sizeof *lists->starts);
    for (size_t i = 0; i < streets->count; i++)
        index_entries_add(&lists->entries, network->texts, streets->items[i].name, i);
    index_entries_sort(&lists->entries);
    for (size_t i = 0; i < lists->entries.count; i++) {
        const struct index_entry *entry = &lists->entries.items[i];
        const struct street *street = &streets->items[entry->source];

        lists->starts[i] = (uint32_t)(lists->ranges.bytes.size / 2);
        for (size_t k = 0; k < street->count; k++)
            add_range(&lists->ranges, &streets->ranges[street->first + k], territories);
        add_street(&lists->all, entry, (uint32_t)i + 1, lists->starts[i], street->count);
    }
}

void index_streets_free(struct index_streets *lists)
{
    index_records_free(&lists->all);
    index_records_free(&lists->ranges);
    index_records_free(&lists->of_places);
    index_entries_free(&lists->entries);
    release(lists->starts);
}

/* Places */

bool index_names_has(const struct network *network, const struct place *place)
{
    return !place->category &&
           (!place->codes.present || (place->finest_level == network->finest_disc_level &&
                                      place->codes.type_code == network->place_type_code));
}

/** A place or territory of the list. */
struct listed {
    uint32_t name;
    uint32_t territory; /* whose streets are below, or NO_TERRITORY */
    struct position position;
};

struct listed_places {
    struct listed *items;
    size_t count;
};

/** Territories without a place of their name are places, too. */
static struct listed_places list_places(const struct network *network, const struct territories *territories)
{
    struct listed_places list = {allocate(network->place_count + territories->count + 1, sizeof *list.items),
                                 0};
    struct location location;

    for (size_t i = 0; i < network->place_count; i++) {
        const struct place *place = &network->places[i];
        struct listed listed = {place->name, NO_TERRITORY, place->position};

        if (!index_names_has(network, place))
            continue;
        territories_locate(territories, place->position, &location);
        for (size_t k = location.count; k-- > 0;)
            if (territories->items[location.territories[k]].name == place->name)
                listed.territory = location.territories[k];
        list.items[list.count++] = listed;
    }
    for (size_t i = 0; i < territories->count; i++)
        if (!territories->items[i].has_place)
            list.items[list.count++] = (struct listed){territories->items[i].name, (uint32_t)i,
                                                       territories->items[i].centre};
    return list;
}

/** Streets by their town. */
struct town_street {
    uint32_t town, entry;
};

static int compare_town_streets(const void *left, const void *right)
{
    const struct town_street *a = left, *b = right;

    if (a->town != b->town)
        return a->town < b->town ? -1 : 1;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

/** Writes the streets of each town behind each other; returns where those of each territory begin, in words,
 * or UINT32_MAX. */
static uint32_t *add_streets_of_towns(struct index_streets *lists, const struct territories *territories)
{
    uint32_t *starts = allocate(territories->count + 1, sizeof *starts);
    struct town_street *order = allocate(lists->entries.count + 1, sizeof *order);

    define_streets(&lists->of_places);
    for (size_t i = 0; i < territories->count; i++)
        starts[i] = UINT32_MAX;
    for (size_t i = 0; i < lists->entries.count; i++)
        order[i] = (struct town_street){lists->streets->items[lists->entries.items[i].source].town,
                                        (uint32_t)i};
    sort(order, lists->entries.count, sizeof *order, compare_town_streets);
    for (size_t i = 0; i < lists->entries.count && order[i].town != NO_TERRITORY; i++) {
        const struct index_entry *entry = &lists->entries.items[order[i].entry];

        if (starts[order[i].town] == UINT32_MAX) {
            index_records_end_chain(&lists->of_places);
            starts[order[i].town] = (uint32_t)(lists->of_places.bytes.size / 2);
        }
        add_street(&lists->of_places, entry, order[i].entry + 1, lists->starts[order[i].entry],
                   lists->streets->items[entry->source].count);
    }
    release(order);
    return starts;
}

void index_names_places(const struct network *network, const struct territories *territories,
                        struct index_streets *lists, struct index_records *places)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),
        INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGFZ", "UB"),
        {"ARCD", "VRBL", "UL", "UB", 0, NULL},
        {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
        INDEX_NORMAL("STFG", "UB"),
        INDEX_NORMAL("NXKD", "HB"),
        INDEX_NORMAL("NXFN", "HB"),
        INDEX_OFFSET("NXST"),
        INDEX_TEXT("NAME"),
        {"RLXY", "VRBL", "BT", "UH", 0, "CMP6"},
    };
    struct listed_places list = list_places(network, territories);
    uint32_t *starts = add_streets_of_towns(lists, territories);
    struct index_entries entries = {0};

    index_records_define(places, fields, COUNT(fields));
    for (size_t i = 0; i < list.count; i++)
        index_entries_add(&entries, network->texts, list.items[i].name, i);
    index_entries_sort(&entries);
    for (size_t i = 0; i < entries.count; i++) {
        const struct listed *listed = &list.items[entries.items[i].source];

        begin(places);
        index_areas_set(places, territories, listed->position, listed->territory);
        set_names(places, &entries.items[i]);
        index_records_position(places, "RLXY", listed->position);
        if (listed->territory != NO_TERRITORY && starts[listed->territory] != UINT32_MAX) {
            index_records_number(places, "NXKD", 5);
            index_records_number(places, "NXFN", 1);
            index_records_number(places, "NXST", starts[listed->territory]);
        }
        index_records_add(places);
    }
    index_entries_free(&entries);
    release(list.items);
    release(starts);
}

void index_names_zone(uint32_t code, const char *title, struct index_records *zones)
{
    static const struct index_field fields[] = {INDEX_LINK("BFRL"), INDEX_LINK("NFRL"),
                                                INDEX_NORMAL("SZCD", "UL"), INDEX_TEXT("NAME")};

    index_records_define(zones, fields, COUNT(fields));
    begin(zones);
    index_records_number(zones, "SZCD", code);
    index_records_text(zones, "NAME", title);
    index_records_add(zones);
}
