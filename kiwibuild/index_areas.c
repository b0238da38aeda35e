/* SPDX-License-Identifier: MIT */
/* The names of area codes: a menu with an option for each code, which leads to its name. */
#include "index_areas.h"

#include "search_file.h"

enum { FIRST_AREA = 0x1E000001 }; /* as on the Australian disc, whose codes begin with 1E */

uint32_t index_area_code(uint32_t territory)
{
    return FIRST_AREA + territory;
}

void index_areas_set(struct index_records *records, const struct territories *territories,
                     struct position position, uint32_t itself)
{
    struct location location;
    uint32_t codes[TERRITORY_LEVELS];
    size_t count = 0;

    territories_locate(territories, position, &location);
    for (size_t i = 0; i < location.count; i++) {
        const struct territory *around = &territories->items[location.territories[i]];

        if (itself == NO_TERRITORY || around->level < territories->items[itself].level)
            codes[count++] = index_area_code(location.territories[i]);
    }
    index_records_numbers(records, "ARCD", codes, count);
}

void index_areas_append(struct buffer *buffer, const struct network *network,
                        const struct territories *territories, const char *file)
{
    static const struct index_field menu_fields[] = {
        INDEX_NORMAL("SELN", "UL"), INDEX_NORMAL("DCSF", "UW"), INDEX_NORMAL("ARCD", "UL"),
        INDEX_NORMAL("NXKD", "UH"), INDEX_NORMAL("NXFN", "UH"), INDEX_OFFSET("NXST"),
    };
    static const struct index_field name_fields[] = {INDEX_LINK("BFRL"), INDEX_LINK("NFRL"),
                                                     INDEX_TEXT("NAME")};
    const unsigned top_fields = 2; /* how many options there are, and how to show them */
    struct index_records menu = {0}, names = {0};
    struct detailed detailed;
    size_t top_size;
    uint64_t end;

    index_records_define(&menu, menu_fields, sizeof menu_fields / sizeof menu_fields[0]);
    index_records_define(&names, name_fields, sizeof name_fields / sizeof name_fields[0]);
    index_records_begin(&menu, 0, top_fields);
    index_records_number(&menu, "SELN", (uint32_t)territories->count);
    index_records_add(&menu);
    top_size = menu.bytes.size;
    for (size_t i = 0; i < territories->count; i++) {
        index_records_begin(&menu, top_fields, menu.definition.count);
        index_records_number(&menu, "ARCD", index_area_code((uint32_t)i));
        index_records_number(&menu, "NXKD", 5);
        index_records_number(&menu, "NXFN", 1);
        index_records_number(&menu, "NXST", (uint32_t)(names.bytes.size / 2));
        index_records_add(&menu);
        index_records_begin(&names, 0, names.definition.count);
        index_records_text(&names, "NAME", texts_get(network->texts, territories->items[i].name));
        index_records_add(&names);
    }
    detailed_start(&detailed, "SRBT", file);
    end = detailed_set_matching(&detailed, &names, SEARCH_HEADER_SIZE + DETAILED_SIZE);
    detailed_set_menu(&detailed, &menu, top_size, (uint32_t)territories->count, end);
    search_header_append(buffer, "DFM2", 1);
    detailed_append(buffer, &detailed);
    search_data_append(buffer, &names);
    search_data_append(buffer, &menu);
    index_records_free(&menu);
    index_records_free(&names);
}
