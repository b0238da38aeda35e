/* SPDX-License-Identifier: MIT */
/* The lists of names that are searched: streets with their address ranges, places, zones. */
#include "index_names.h"

#include <stdlib.h>
#include <string.h>

#include "index_entries.h"

#define COUNT(fields) (sizeof fields / sizeof fields[0])
#define CHAIN_END UINT32_MAX

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

/** The ways of each name, as chains. */
struct streets {
    struct index_entries entries; /* one for each name, with its first way */
    uint32_t *next;               /* way of the same name */
};

static void find_streets(struct streets *streets, const struct network *network)
{
    size_t texts = texts_count(network->texts) + 1;
    uint32_t *last = allocate(texts, sizeof *last);

    streets->next = allocate(network->way_count + 1, sizeof *streets->next);
    for (size_t i = 0; i < texts; i++)
        last[i] = CHAIN_END;
    for (size_t i = 0; i < network->way_count; i++) {
        uint32_t name = network->ways[i].name;

        streets->next[i] = CHAIN_END;
        if (!name)
            continue;
        if (last[name] == CHAIN_END)
            index_entries_add(&streets->entries, network->texts, name, i);
        else
            streets->next[last[name]] = (uint32_t)i;
        last[name] = (uint32_t)i;
    }
    free(last);
    index_entries_sort(&streets->entries);
}

/** A way as an address range: where its first link begins; house numbers are not known. */
static void add_range(struct index_records *ranges, const struct network *network, const struct way *way,
                      bool representative)
{
    begin(ranges);
    index_records_number(ranges, "FGSA", representative ? 0x80 : 0);
    index_records_position(ranges, "RLXY", network->positions[way->first]);
    index_records_number(ranges, "LKID", way->first_link);
    index_records_add(ranges);
}

/** Returns how many there are. The longest way stands for the street. */
static uint32_t add_ranges(const struct streets *streets, const struct network *network, uint32_t first,
                           struct index_records *ranges)
{
    uint32_t longest = first, count = 0;

    for (uint32_t way = first; way != CHAIN_END; way = streets->next[way])
        longest = network->ways[way].count > network->ways[longest].count ? way : longest;
    for (uint32_t way = first; way != CHAIN_END; way = streets->next[way], count++)
        add_range(ranges, network, &network->ways[way], way == longest);
    return count;
}

void index_names_streets(const struct network *network, struct index_records *records,
                         struct index_records *ranges)
{
    static const struct index_field street_fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGFZ", "UB"), {"STFG", "NORM", "UB", NULL, 2, NULL},
        INDEX_NORMAL("STID", "UL"), INDEX_NORMAL("NXKD", "UH"),
        INDEX_NORMAL("NXFN", "UH"), INDEX_OFFSET("NXST"),
        INDEX_NORMAL("NXCT", "LG"), {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
        INDEX_TEXT("NAME"),
    };
    static const struct index_field range_fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGSA", "UB"), {"ARCD", "VRBL", "UL", "UB", 0, NULL},
        INDEX_NORMAL("RLXY", "P6"), INDEX_NORMAL("LKID", "UL"),
        INDEX_NORMAL("STFG", "UB"), INDEX_TEXT("ZIPN"),
        INDEX_TEXT("PRFX"),         {"STAD", "NORM", "UL", NULL, 2, NULL},
        INDEX_TEXT("SPFX"),         INDEX_TEXT("SSFX"),
        INDEX_TEXT("STYP"),         INDEX_NORMAL("GDXY", "P6"),
    };
    struct streets streets = {0};

    index_records_define(records, street_fields, COUNT(street_fields));
    index_records_define(ranges, range_fields, COUNT(range_fields));
    find_streets(&streets, network);
    for (size_t i = 0; i < streets.entries.count; i++) {
        const struct index_entry *entry = &streets.entries.items[i];
        uint32_t start = (uint32_t)(ranges->bytes.size / 2), letter = (unsigned char)entry->key[0];

        begin(records);
        index_records_number(records, "STID", letter << 24 | (((uint32_t)i + 1) & 0xFFFFFF));
        index_records_number(records, "NXKD", 5); /* matching data of the first detailed record below */
        index_records_number(records, "NXFN", 1);
        index_records_number(records, "NXST", start);
        index_records_number(records, "NXCT", add_ranges(&streets, network, (uint32_t)entry->source, ranges));
        set_names(records, entry);
        index_records_add(records);
    }
    index_entries_free(&streets.entries);
    free(streets.next);
}

bool index_names_has(const struct network *network, const struct place *place)
{
    return !place->codes.present ||
           (place->finest_level == 0 && place->codes.type_code == network->place_type_code);
}

void index_names_places(const struct network *network, struct index_records *places)
{
    static const struct index_field fields[] = {
        INDEX_LINK("BFRL"),         INDEX_LINK("NFRL"),
        INDEX_NORMAL("FGFZ", "UB"), {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
        INDEX_NORMAL("STFG", "UB"), INDEX_NORMAL("NXKD", "HB"),
        INDEX_NORMAL("NXFN", "HB"), INDEX_OFFSET("NXST"),
        INDEX_TEXT("NAME"),         {"RLXY", "VRBL", "BT", "UH", 0, "CMP6"},
    };
    struct index_entries entries = {0};

    index_records_define(places, fields, COUNT(fields));
    for (size_t i = 0; i < network->place_count; i++)
        if (index_names_has(network, &network->places[i]))
            index_entries_add(&entries, network->texts, network->places[i].name, i);
    index_entries_sort(&entries);
    for (size_t i = 0; i < entries.count; i++) {
        begin(places);
        set_names(places, &entries.items[i]);
        index_records_position(places, "RLXY", network->places[entries.items[i].source].position);
        index_records_add(places);
    }
    index_entries_free(&entries);
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
