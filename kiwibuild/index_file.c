/* SPDX-License-Identifier: MIT */
/* Writes INDEXDAT.KWI and the search files (chapter 11) from the names of streets and places. */
#include "index_file.h"

#include <string.h>

#include <kiwi/records.h>

#include "encoding.h"
#include "index_names.h"
#include "search_file.h"
#include "target.h"

#define ZONES_FILE "IDX/ZONEZSRC.IDX"
#define ZONE_NAMES_FILE "IDX/ZSELDEF0.IDX"
#define STREETS_FILE "IDX/SADSR201.IDX"

enum {
    FIRST_DATA = SEARCH_HEADER_SIZE + DETAILED_SIZE, /* behind a single detailed record */
    VOLUME_HEAD_SIZE = 48,
    ZONE_CODE = 0x03000001,
};

/** The search file of streets, with address ranges in the frame below, and of places. */
static void put_streets_file(struct buffer *buffer, const struct network *network)
{
    struct index_records streets = {0}, ranges = {0}, places = {0};
    struct detailed detailed;
    uint64_t place_start, range_start;

    index_names_streets(network, &streets, &ranges);
    index_names_places(network, &places);
    const uint32_t count = places.count ? 2 : 1;
    search_header_append(buffer, "DFSR", count);
    detailed_start(&detailed, "SRMX", STREETS_FILE);
    place_start = detailed_set_matching(&detailed, &streets, SEARCH_HEADER_SIZE + count * DETAILED_SIZE);
    range_start = place_start + (places.count ? places.head.size + places.bytes.size : 0);
    detailed.record.next_level_size = FIRST_DATA + ranges.head.size + ranges.bytes.size;
    detailed.record.next_level_address = detailed_address(&detailed, range_start);
    detailed_append(buffer, &detailed);
    if (places.count) {
        detailed_start(&detailed, "SRHA", STREETS_FILE);
        detailed_set_matching(&detailed, &places, place_start);
        detailed_append(buffer, &detailed);
    }
    search_data_append(buffer, &streets);
    if (places.count)
        search_data_append(buffer, &places);
    search_header_append(buffer, "DFSR", 1);
    detailed_start(&detailed, "SRT1", STREETS_FILE);
    detailed_set_matching(&detailed, &ranges, range_start + FIRST_DATA);
    detailed_append(buffer, &detailed);
    search_data_append(buffer, &ranges);
    index_records_free(&streets);
    index_records_free(&ranges);
    index_records_free(&places);
}

/** The zone table: a menu whose options name the files. */
static void put_zones_file(struct buffer *buffer)
{
    static const struct index_field fields[] = {
        INDEX_NORMAL("SELN", "UW"), INDEX_NORMAL("DCSF", "UW"),
        INDEX_NORMAL("SZCD", "UL"), INDEX_NORMAL("DCFN", "UB"),
        INDEX_NORMAL("NXKD", "UH"), INDEX_NORMAL("NXFN", "UH"),
        INDEX_OFFSET("NXST"),       {"NXFM", "NORM", "CH", NULL, 16, NULL},
    };
    const unsigned top_fields = 2; /* how many options there are, and how to show them */
    struct index_records menu = {0};
    struct detailed detailed;
    size_t top_size;

    index_records_define(&menu, fields, sizeof fields / sizeof fields[0]);
    index_records_begin(&menu, 0, top_fields);
    index_records_number(&menu, "SELN", 1);
    index_records_add(&menu);
    top_size = menu.bytes.size;
    index_records_begin(&menu, top_fields, menu.definition.count);
    index_records_number(&menu, "SZCD", ZONE_CODE);
    index_records_number(&menu, "DCFN", 1);
    index_records_number(&menu, "NXKD", 5);
    index_records_number(&menu, "NXFN", 1);
    index_records_text(&menu, "NXFM", STREETS_FILE);
    index_records_add(&menu);
    detailed_start(&detailed, "SRZN", ZONES_FILE);
    detailed.record.category_definition_size = menu.head.size;
    detailed.record.category_definition_address = detailed_address(&detailed, FIRST_DATA);
    detailed.record.category_parent_size = top_size;
    detailed.record.category_option_size = menu.bytes.size - top_size;
    detailed.record.category_size = detailed.record.first_category_size = menu.bytes.size;
    detailed.record.category_address = detailed_address(&detailed, FIRST_DATA + menu.head.size);
    detailed.record.number_of_options = 1;
    search_header_append(buffer, "DFSA", 1);
    detailed_append(buffer, &detailed);
    search_data_append(buffer, &menu);
    index_records_free(&menu);
}

/** The list of zones to choose from. */
static void put_zone_names_file(struct buffer *buffer, const char *title)
{
    struct index_records zones = {0};
    struct detailed detailed;

    index_names_zone(ZONE_CODE, title, &zones);
    search_header_append(buffer, "DFSR", 1);
    detailed_start(&detailed, "SRSZ", ZONE_NAMES_FILE);
    detailed_set_matching(&detailed, &zones, FIRST_DATA);
    detailed_append(buffer, &detailed);
    search_data_append(buffer, &zones);
    index_records_free(&zones);
}

/* INDEXDAT.KWI */

struct corners {
    struct kiwi_pid low, high;
};

static struct corners find_corners(const struct network *network)
{
    int64_t west = INT64_MAX, south = INT64_MAX, east = INT64_MIN, north = INT64_MIN;

    for (size_t i = 0; i < network->position_count + network->place_count; i++) {
        struct position position = i < network->position_count
                                       ? network->positions[i]
                                       : network->places[i - network->position_count].position;

        west = position.x < west ? position.x : west;
        east = position.x > east ? position.x : east;
        south = position.y < south ? position.y : south;
        north = position.y > north ? position.y : north;
    }
    return (struct corners){.low = index_angles((struct position){west, south}),
                            .high = index_angles((struct position){east, north})};
}

static void put_volume(struct buffer *buffer, const char *function, const char *file, uint64_t size,
                       const struct corners *corners)
{
    struct kiwi_volume_management_record record = {.expansion_offset = KIWI_NULL,
                                                   .lower_left = corners->low,
                                                   .upper_right = corners->high,
                                                   .search_frame_management_size = size,
                                                   .address = VOLUME_HEAD_SIZE};
    bool good = true;

    put_tag(record.data_declaration, "DSRC");
    put_tag(record.function_declaration, function);
    put_tag(record.file_name_tag, "FNME");
    put_tag(record.keyboard, "NORM");
    append_encoded(buffer, &good, kiwi_volume_management_record_encode(&record, ROOM(buffer)));
    address_entry_append(buffer, 0, file);
}

static void put_management(struct buffer *buffer, const struct network *network)
{
    struct kiwi_data_management_frame_header header = {
        .creation_date = {0x20, 0x00, 0x01, 0x01}, /* never the clock */
        .user_field_offset = KIWI_NULL,
        .expansion_field_offset = KIWI_NULL,
        .number_of_volume_records = 2,
        .volume_record_size = VOLUME_HEAD_SIZE + ADDRESS_ENTRY_SIZE,
        .volume_record_offset = INDEX_HEADER_SIZE,
        .poi_record_offset = KIWI_NULL,
    };
    struct corners corners = find_corners(network);
    bool good = true;

    put_tag(header.data_declaration, "DCTR");
    memcpy(header.format_version, "2.64", 4);
    memcpy(header.copyright, "kiwibuild", 9);
    append_encoded(buffer, &good, kiwi_data_management_frame_header_encode(&header, ROOM(buffer)));
    put_volume(buffer, "FSLZ", ZONE_NAMES_FILE, FIRST_DATA, &corners);
    put_volume(buffer, "FSAD", ZONES_FILE, FIRST_DATA, &corners);
}

/* Files */

static bool write_file(const char *name, struct buffer *buffer, struct failure *failure)
{
    FILE *file = target_create(name, failure);
    bool done = file;

    if (file) {
        fwrite(buffer->bytes, 1, buffer->size, file);
        done = target_close_file(file, failure);
    }
    buffer_free(buffer);
    *buffer = (struct buffer){0};
    return done;
}

bool index_file_wanted(const struct network *network)
{
    for (size_t i = 0; i < network->way_count; i++)
        if (network->ways[i].name)
            return true;
    for (size_t i = 0; i < network->place_count; i++)
        if (index_names_has(network, &network->places[i]))
            return true;
    return false;
}

bool index_file_write(const struct network *network, const char *title, struct failure *failure)
{
    struct buffer buffer = {0};
    bool done;

    if (!index_file_wanted(network))
        return true;
    put_management(&buffer, network);
    done = write_file("INDEXDAT.KWI", &buffer, failure);
    put_zone_names_file(&buffer, title);
    done = done && write_file(ZONE_NAMES_FILE, &buffer, failure);
    buffer.size = 0;
    put_zones_file(&buffer);
    done = done && write_file(ZONES_FILE, &buffer, failure);
    buffer.size = 0;
    put_streets_file(&buffer, network);
    done = done && write_file(STREETS_FILE, &buffer, failure);
    buffer_free(&buffer);
    return done;
}
