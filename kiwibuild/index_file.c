/* SPDX-License-Identifier: MIT */
/* Writes INDEXDAT.KWI and the search files (chapter 11) from the names of streets and places. */
#include "index_file.h"

#include <string.h>

#include <kiwi/records.h>

#include "encoding.h"
#include "index_areas.h"
#include "index_names.h"
#include "index_pois.h"
#include "search_file.h"
#include "target.h"

#define ZONES_FILE "IDX/ZONEZSRC.IDX"
#define ZONE_NAMES_FILE "IDX/ZSELDEF0.IDX"
#define STREETS_FILE "IDX/SADSR201.IDX"
#define POIS_FILE "IDX/POISR201.IDX"
#define AREAS_FILE "IDX/FMCDT001.IDX"

enum {
    FIRST_DATA = SEARCH_HEADER_SIZE + DETAILED_SIZE, /* behind a single detailed record */
    VOLUME_HEAD_SIZE = 48,
    POIS_FRAME_SIZE = SEARCH_HEADER_SIZE + 2 * DETAILED_SIZE,
    ZONE_CODE = 0x03000001,
};

/** The search file of streets and of places: below places their streets, and below all streets address
 * ranges.
 */
static void put_streets_file(struct buffer *buffer, const struct network *network,
                             const struct gazetteer *gazetteer)
{
    const struct territories *territories = &gazetteer->territories;
    struct streets streets = {0};
    struct index_streets lists = {.streets = &streets};
    struct index_records places = {0};
    struct search_part top[] = {{"SRMX", &lists.all, 0, 0}, {"SRHA", &places, 0, 0}};
    struct search_part middle = {"SRMX", &lists.of_places, 0, 0};
    const struct search_part below = {"SRT1", &lists.ranges, 0, 0};

    streets_make(&streets, network, gazetteer);
    index_names_streets(network, territories, &lists);
    index_names_places(network, territories, &lists, &places);
    const size_t count = places.count ? 2 : 1;
    const uint64_t top_end = search_frame_size(top, count);
    const uint64_t middle_size = lists.of_places.count ? search_frame_size(&middle, 1) : 0;
    top[0].below = middle.below = top_end + middle_size;
    top[0].below_size = middle.below_size = search_frame_size(&below, 1);
    top[1].below = middle_size ? top_end : 0;
    top[1].below_size = middle_size;
    search_frame_append(buffer, STREETS_FILE, top, count);
    if (middle_size)
        search_frame_append(buffer, STREETS_FILE, &middle, 1);
    search_frame_append(buffer, STREETS_FILE, &below, 1);
    index_streets_free(&lists);
    index_records_free(&places);
    streets_free(&streets);
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
    detailed_set_menu(&detailed, &menu, top_size, 1, FIRST_DATA);
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

void index_volume_append(struct buffer *buffer, const struct network *network, const char *file)
{
    const struct corners corners = find_corners(network);

    put_volume(buffer, "FPOI", file, POIS_FRAME_SIZE, &corners);
}

static void put_management(struct buffer *buffer, const struct network *network, bool pois, bool areas)
{
    struct kiwi_data_management_frame_header header = {
        .creation_date = {0x20, 0x00, 0x01, 0x01}, /* never the clock */
        .user_field_offset = KIWI_NULL,
        .expansion_field_offset = KIWI_NULL,
        .number_of_volume_records = 2u + pois + areas,
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
    if (pois)
        put_volume(buffer, "FPOI", POIS_FILE, POIS_FRAME_SIZE, &corners);
    if (areas)
        put_volume(buffer, "FMNC", AREAS_FILE, FIRST_DATA, &corners);
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

/** Appends and writes the files that a disc may lack. */
static bool write_optional(const struct network *network, const struct territories *territories, bool pois,
                           bool areas, struct failure *failure)
{
    struct buffer buffer = {0};
    bool done = true;

    if (pois) {
        index_pois_append(&buffer, network, territories, POIS_FILE);
        done = write_file(POIS_FILE, &buffer, failure);
    }
    if (done && areas) {
        index_areas_append(&buffer, network, territories, AREAS_FILE);
        done = write_file(AREAS_FILE, &buffer, failure);
    }
    return done;
}

bool index_file_write(const struct network *network, const struct gazetteer *gazetteer, const char *title,
                      struct failure *failure)
{
    const bool pois = index_pois_wanted(network), areas = gazetteer->territories.count > 0;
    struct buffer buffer = {0};
    bool done;

    if (!index_file_wanted(network))
        return true;
    put_management(&buffer, network, pois, areas);
    done = write_file("INDEXDAT.KWI", &buffer, failure);
    put_zone_names_file(&buffer, title);
    done = done && write_file(ZONE_NAMES_FILE, &buffer, failure);
    buffer.size = 0;
    put_zones_file(&buffer);
    done = done && write_file(ZONES_FILE, &buffer, failure);
    buffer.size = 0;
    put_streets_file(&buffer, network, gazetteer);
    done = done && write_file(STREETS_FILE, &buffer, failure);
    buffer_free(&buffer);
    return done && write_optional(network, &gazetteer->territories, pois, areas, failure);
}
