/* SPDX-License-Identifier: MIT */
/* Writes INDEXDAT.KWI and the search files (chapter 11) from the names of streets and places. */
#include "index_file.h"

#include <stdlib.h>
#include <string.h>

#include <kiwi/index.h>
#include <kiwi/records.h>

#include "frame.h"
#include "memory.h"
#include "target.h"

#define ZONES_FILE "IDX/ZONEZSRC.IDX"
#define ZONE_NAMES_FILE "IDX/ZSELDEF0.IDX"
#define STREETS_FILE "IDX/SADSR201.IDX"

enum {
    PLACE_SIZE = 22, /* an additional address entry with a name of 16 characters */
    MOST_PLACES = 5, /* of a detailed record */
    RECORD_SIZE = 92 + MOST_PLACES * PLACE_SIZE,
    HEADER_SIZE = 16,
    TEXT_LIMIT = 240, /* with two of them a record stays below 510 bytes: its links have one byte */
    ZONE_CODE = 0x03000001,
    CHAIN_END = UINT32_MAX,
};

/* What entries consist of; see chapter 11.5. */

struct field {
    const char *usage, *description, *type, *counter; /* counter NULL: count */
    unsigned count;
    const char *additional;
};

#define NORMAL(usage, type)                \
    {                                      \
        usage, "NORM", type, NULL, 1, NULL \
    }
#define LINK(usage)                        \
    {                                      \
        usage, "FDRL", "UB", NULL, 1, NULL \
    }
#define OFFSET(usage)                      \
    {                                      \
        usage, "OFST", "LG", NULL, 1, NULL \
    }
#define TEXT(usage)                        \
    {                                      \
        usage, "VRBL", "CH", "UB", 0, NULL \
    }

static const struct field street_fields[] = {
    LINK("BFRL"),         LINK("NFRL"),
    NORMAL("FGFZ", "UB"), {"STFG", "NORM", "UB", NULL, 2, NULL},
    NORMAL("STID", "UL"), NORMAL("NXKD", "UH"),
    NORMAL("NXFN", "UH"), OFFSET("NXST"),
    NORMAL("NXCT", "LG"), {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
    TEXT("NAME"),
};
static const struct field place_fields[] = {
    LINK("BFRL"),         LINK("NFRL"),
    NORMAL("FGFZ", "UB"), {"KYCH", "VRBL", "CH", "UB", 0, "CMCH"},
    NORMAL("STFG", "UB"), NORMAL("NXKD", "HB"),
    NORMAL("NXFN", "HB"), OFFSET("NXST"),
    TEXT("NAME"),         {"RLXY", "VRBL", "BT", "UH", 0, "CMP6"},
};
static const struct field range_fields[] = {
    LINK("BFRL"),         LINK("NFRL"),
    NORMAL("FGSA", "UB"), {"ARCD", "VRBL", "UL", "UB", 0, NULL},
    NORMAL("RLXY", "P6"), NORMAL("LKID", "UL"),
    NORMAL("STFG", "UB"), TEXT("ZIPN"),
    TEXT("PRFX"),         {"STAD", "NORM", "UL", NULL, 2, NULL},
    TEXT("SPFX"),         TEXT("SSFX"),
    TEXT("STYP"),         NORMAL("GDXY", "P6"),
};
static const struct field zone_fields[] = {
    NORMAL("SELN", "UW"), NORMAL("DCSF", "UW"), NORMAL("SZCD", "UL"), NORMAL("DCFN", "UB"),
    NORMAL("NXKD", "UH"), NORMAL("NXFN", "UH"), OFFSET("NXST"),       {"NXFM", "NORM", "CH", NULL, 16, NULL},
};
static const struct field zone_name_fields[] = {LINK("BFRL"), LINK("NFRL"), NORMAL("SZCD", "UL"),
                                                TEXT("NAME")};

#define COUNT(fields) (sizeof fields / sizeof fields[0])

/* Bytes */

static void put(struct buffer *buffer, uint32_t value, unsigned width)
{
    uint8_t bytes[4];

    for (unsigned i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * (width - 1 - i));
    buffer_append(buffer, bytes, width);
}

static void put_tag(char tag[4], const char *text)
{
    memcpy(tag, text, strlen(text) < 4 ? strlen(text) : 4);
}

static void put_definition(struct buffer *buffer, const struct field *fields, size_t count)
{
    struct kiwi_definition_frame frame = {.number_of_fields = (uint16_t)count};
    bool good = true;

    put_tag(frame.declaration, "DCTF");
    put_tag(frame.kind, "REAL");
    append_encoded(buffer, &good, kiwi_definition_frame_encode(&frame, ROOM(buffer)));
    for (size_t i = 0; i < count; i++) {
        struct kiwi_definition_field field = {.count = (uint16_t)fields[i].count};

        put_tag(field.usage, fields[i].usage);
        put_tag(field.description, fields[i].description);
        memcpy(field.element_type, fields[i].type, 2);
        if (fields[i].counter)
            memcpy(field.counter_type, fields[i].counter, 2);
        if (fields[i].additional)
            memcpy(field.additional, fields[i].additional, 4);
        append_encoded(buffer, &good, kiwi_definition_field_encode(&field, ROOM(buffer)));
    }
}

/** Matching data on their way: records that are linked to the ones before and behind. */
struct records {
    struct buffer bytes;
    size_t last, count, longest; /* last: where the last record begins */
};

static void begin_record(struct records *records)
{
    size_t before = records->count ? records->bytes.size - records->last : 0;

    records->last = records->bytes.size;
    put(&records->bytes, (uint32_t)before / 2, 1);
    put(&records->bytes, 0, 1);
    records->count++;
}

/** Pads the record, and links the one before to it. */
static void end_record(struct records *records, size_t before)
{
    size_t size;

    if ((records->bytes.size - records->last) % 2)
        put(&records->bytes, 0, 1);
    size = records->bytes.size - records->last;
    records->longest = size > records->longest ? size : records->longest;
    if (records->count > 1)
        records->bytes.bytes[before + 1] = (uint8_t)((records->last - before) / 2);
}

static void put_text(struct buffer *buffer, const char *text)
{
    size_t length = strlen(text);

    length = length < TEXT_LIMIT ? length : TEXT_LIMIT;
    put(buffer, (uint32_t)length, 1);
    buffer_append(buffer, text, length);
}

static int64_t divide_nearest(int64_t value, int64_t by)
{
    return value >= 0 ? (value + by / 2) / by : -((by / 2 - value) / by);
}

static void put_position(struct buffer *buffer, struct position position)
{
    const int64_t turn = 360 * (int64_t)X_PER_DEGREE;
    int64_t x = position.x;

    x -= x > turn / 2 ? turn : 0;
    x += x <= -turn / 2 ? turn : 0;
    put(buffer, kiwi_angle_raw((int32_t)divide_nearest(position.y * 288, Y_PER_DEGREE / 100)), 3);
    put(buffer, kiwi_angle_raw((int32_t)divide_nearest(x * 288, X_PER_DEGREE / 100)), 3);
}

/* Entries */

struct entry {
    char *key;
    const char *name;
    uint32_t text;
    size_t source; /* way or place */
};

struct entries {
    struct entry *items;
    size_t count, capacity;
};

/** Without case and accents, in the disc's charset; names that are no ISO 8859-1 only lose the case of their
 * ASCII letters. */
static char *make_key(const struct network *network, const char *name)
{
    size_t length = strlen(name), used = 0;
    char *utf8 = allocate(2 * length + 1, 1), *key = allocate(4 * length + 2, 1);
    bool latin = strcmp(texts_charset(network->texts), "ISO 8859-1") == 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c >= 0x80 && latin)
            utf8[used++] = (char)(0xC0 | c >> 6);
        utf8[used++] = (char)(c < 0x80 || !latin ? c : 0x80 | (c & 0x3F));
    }
    if (!latin) {
        for (size_t i = 0; i < length; i++)
            key[i] = (char)(name[i] >= 'a' && name[i] <= 'z' && (i == 0 || (unsigned char)name[i - 1] < 0x80)
                                ? name[i] - 32
                                : name[i]);
    } else {
        char *folded = allocate(4 * length + 2, 1);
        size_t end = kiwi_fold(utf8, used, folded, 4 * length + 2), at = 0;

        for (size_t i = 0; i < end; i++) {
            unsigned char c = (unsigned char)folded[i];

            key[at++] = (char)(c < 0x80 ? c
                                        : (unsigned char)(c << 6) | ((unsigned char)folded[i + 1] & 0x3F));
            i += c >= 0x80; /* nothing that folding leaves is above U+00FF */
        }
        free(folded);
    }
    free(utf8);
    if (strlen(key) > TEXT_LIMIT)
        key[TEXT_LIMIT] = '\0';
    return key;
}

static void add_entry(struct entries *entries, const struct network *network, uint32_t text, size_t source)
{
    struct entry *entry;

    entries->items = grow(entries->items, &entries->capacity, entries->count + 1, sizeof *entries->items);
    entry = &entries->items[entries->count++];
    entry->text = text;
    entry->name = texts_get(network->texts, text);
    entry->key = make_key(network, entry->name);
    entry->source = source;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->key, b->key);

    if (order == 0)
        order = strcmp(a->name, b->name);
    return order ? order : (a->source > b->source) - (a->source < b->source);
}

static void free_entries(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        free(entries->items[i].key);
    free(entries->items);
}

static void put_key(struct buffer *buffer, const struct entry *entry)
{
    put_text(buffer, entry->key);
}

static void put_name(struct buffer *buffer, const struct entry *entry)
{
    put_text(buffer, strcmp(entry->key, entry->name) ? entry->name : "");
}

/* Streets: the ways of one name follow each other as address ranges. */

struct streets {
    struct entries entries; /* one for each name */
    uint32_t *first;        /* way of a text, CHAIN_END = none */
    uint32_t *next;         /* way of the same name */
    struct records records, ranges;
};

static void find_streets(struct streets *streets, const struct network *network)
{
    size_t texts = texts_count(network->texts) + 1;
    uint32_t *last = allocate(texts, sizeof *last);

    streets->first = allocate(texts, sizeof *streets->first);
    streets->next = allocate(network->way_count + 1, sizeof *streets->next);
    for (size_t i = 0; i < texts; i++)
        streets->first[i] = CHAIN_END;
    for (size_t i = 0; i < network->way_count; i++) {
        uint32_t name = network->ways[i].name;

        streets->next[i] = CHAIN_END;
        if (!name)
            continue;
        if (streets->first[name] == CHAIN_END) {
            streets->first[name] = (uint32_t)i;
            add_entry(&streets->entries, network, name, i);
        } else {
            streets->next[last[name]] = (uint32_t)i;
        }
        last[name] = (uint32_t)i;
    }
    free(last);
    if (streets->entries.count) /* an empty list is NULL, which qsort does not take */
        qsort(streets->entries.items, streets->entries.count, sizeof *streets->entries.items,
              compare_entries);
}

/** A way as an address range: where its first link begins; house numbers are not known. */
static void put_range(struct records *ranges, const struct network *network, const struct way *way,
                      bool representative)
{
    size_t before = ranges->last;

    begin_record(ranges);
    put(&ranges->bytes, representative ? 0x80 : 0, 1);
    put(&ranges->bytes, 0, 1);
    put_position(&ranges->bytes, network->positions[way->first]);
    put(&ranges->bytes, way->first_link, 4);
    put(&ranges->bytes, 0, 1);
    end_record(ranges, before);
}

/** The longest way stands for the street. */
static uint32_t put_ranges(struct streets *streets, const struct network *network, uint32_t first)
{
    uint32_t longest = first, count = 0;

    for (uint32_t way = first; way != CHAIN_END; way = streets->next[way])
        longest = network->ways[way].count > network->ways[longest].count ? way : longest;
    for (uint32_t way = first; way != CHAIN_END; way = streets->next[way], count++)
        put_range(&streets->ranges, network, &network->ways[way], way == longest);
    return count;
}

static void put_street(struct streets *streets, const struct network *network, const struct entry *entry,
                       uint32_t number)
{
    struct records *records = &streets->records;
    size_t before = records->last;
    uint32_t start = (uint32_t)(streets->ranges.bytes.size / 2),
             count = put_ranges(streets, network, (uint32_t)entry->source);

    begin_record(records);
    put(&records->bytes, 0, 1);
    put(&records->bytes, 0x7F00, 2);
    put(&records->bytes, (unsigned char)entry->key[0], 1);
    put(&records->bytes, number & 0xFFFFFF, 3);
    put(&records->bytes, 0x51, 1); /* matching data of the first detailed record below */
    put(&records->bytes, start, 4);
    put(&records->bytes, count, 4);
    put_key(&records->bytes, entry);
    put_name(&records->bytes, entry);
    end_record(records, before);
}

/* Places */

static void put_places(struct records *records, const struct network *network)
{
    struct entries entries = {0};

    for (size_t i = 0; i < network->place_count; i++)
        add_entry(&entries, network, network->places[i].name, i);
    if (entries.count)
        qsort(entries.items, entries.count, sizeof *entries.items, compare_entries);
    for (size_t i = 0; i < entries.count; i++) {
        size_t before = records->last;

        begin_record(records);
        put(&records->bytes, 0, 1);
        put_key(&records->bytes, &entries.items[i]);
        put(&records->bytes, 0x18, 1); /* NAME and RLXY; there is no next level */
        put_name(&records->bytes, &entries.items[i]);
        put(&records->bytes, 0x60, 1); /* six bytes */
        put_position(&records->bytes, network->places[entries.items[i].source].position);
        end_record(records, before);
    }
    free_entries(&entries);
}

/* Search frames */

struct section {
    const struct field *fields;
    size_t field_count;
    const struct records *records;
};

/** Address and place of something in a file: the next of the entries behind a detailed record. */
static uint64_t put_place(struct buffer *places, size_t head, uint64_t offset, const char *file)
{
    uint64_t address = head + places->size;

    put(places, (uint32_t)(offset / 2), 4);
    put(places, (PLACE_SIZE - 6) / 2, 2);
    buffer_append(places, file, PLACE_SIZE - 6);
    return address;
}

static uint64_t definition_size(size_t fields)
{
    return 16 * (fields + 1);
}

static void put_header(struct buffer *buffer, const char *declaration, uint32_t count)
{
    struct kiwi_search_file_header header = {
        .number_of_records = count, .record_size = RECORD_SIZE, .record_offset = HEADER_SIZE};
    bool good = true;

    put_tag(header.data_declaration, declaration);
    append_encoded(buffer, &good, kiwi_search_file_header_encode(&header, ROOM(buffer)));
}

static void put_record(struct buffer *buffer, const struct kiwi_detailed_search_information_record *record,
                       struct buffer *places)
{
    bool good = true;
    size_t start = buffer->size;

    append_encoded(buffer, &good, kiwi_detailed_search_information_record_encode(record, ROOM(buffer)));
    buffer_append(buffer, places->bytes, places->size);
    while (buffer->size - start < RECORD_SIZE)
        put(buffer, 0, 1);
    places->size = 0;
}

static struct kiwi_detailed_search_information_record empty_record(const char *type)
{
    struct kiwi_detailed_search_information_record record = {
        .expansion_offset = KIWI_NULL,
        .category_definition_address = KIWI_NULL,
        .category_address = KIWI_NULL,
        .matching_definition_address = KIWI_NULL,
        .matching_address = KIWI_NULL,
        .next_level_address = KIWI_NULL,
    };

    put_tag(record.search_type, type);
    put_tag(record.keyboard, "NORM");
    return record;
}

/** Where the parts of a record's matching data lie; returns where they end. */
static uint64_t set_matching(struct kiwi_detailed_search_information_record *record,
                             const struct section *section, uint64_t offset, struct buffer *places,
                             const char *file)
{
    uint64_t definition = definition_size(section->field_count);

    record->matching_definition_size = definition;
    record->matching_definition_address = put_place(places, 92, offset, file);
    record->matching_size = section->records->bytes.size;
    record->matching_address = put_place(places, 92, offset + definition, file);
    record->maximum_matching_record_size = section->records->longest;
    record->number_of_matching_records = (uint32_t)section->records->count;
    return offset + definition + section->records->bytes.size;
}

static void put_section(struct buffer *buffer, const struct section *section)
{
    put_definition(buffer, section->fields, section->field_count);
    buffer_append(buffer, section->records->bytes.bytes, section->records->bytes.size);
}

/** The search file of streets, with address ranges in the frame below, and of places. */
static void put_streets_file(struct buffer *buffer, const struct streets *streets,
                             const struct records *places)
{
    const struct section street = {street_fields, COUNT(street_fields), &streets->records};
    const struct section place = {place_fields, COUNT(place_fields), places};
    const struct section range = {range_fields, COUNT(range_fields), &streets->ranges};
    struct kiwi_detailed_search_information_record record = empty_record("SRMX");
    struct buffer addresses = {0};
    uint32_t count = places->count ? 2 : 1;
    uint64_t position = HEADER_SIZE + count * RECORD_SIZE, place_start, range_start;

    put_header(buffer, "DFSR", count);
    place_start = set_matching(&record, &street, position, &addresses, STREETS_FILE);
    range_start = place_start;
    if (places->count)
        range_start += definition_size(place.field_count) + places->bytes.size;
    record.next_level_size = HEADER_SIZE + RECORD_SIZE + definition_size(range.field_count) +
                             streets->ranges.bytes.size;
    record.next_level_address = put_place(&addresses, 92, range_start, STREETS_FILE);
    put_record(buffer, &record, &addresses);
    if (places->count) {
        record = empty_record("SRHA");
        set_matching(&record, &place, place_start, &addresses, STREETS_FILE);
        put_record(buffer, &record, &addresses);
    }
    put_section(buffer, &street);
    if (places->count)
        put_section(buffer, &place);
    put_header(buffer, "DFSR", 1);
    record = empty_record("SRT1");
    set_matching(&record, &range, range_start + HEADER_SIZE + RECORD_SIZE, &addresses, STREETS_FILE);
    put_record(buffer, &record, &addresses);
    put_section(buffer, &range);
    buffer_free(&addresses);
}

/** The zone table: a menu whose options name the files. */
static void put_zones_file(struct buffer *buffer)
{
    struct kiwi_detailed_search_information_record record = empty_record("SRZN");
    struct buffer addresses = {0};
    const uint64_t definition = definition_size(COUNT(zone_fields)), start = HEADER_SIZE + RECORD_SIZE;

    record.category_definition_size = definition;
    record.category_definition_address = put_place(&addresses, 92, start, ZONES_FILE);
    record.category_parent_size = 4;
    record.category_option_size = 26;
    record.category_size = record.first_category_size = 4 + 26;
    record.category_address = put_place(&addresses, 92, start + definition, ZONES_FILE);
    record.number_of_options = 1;
    put_header(buffer, "DFSA", 1);
    put_record(buffer, &record, &addresses);
    put_definition(buffer, zone_fields, COUNT(zone_fields));
    put(buffer, 1, 2);
    put(buffer, 0, 2);
    put(buffer, ZONE_CODE, 4);
    put(buffer, 1, 1);
    put(buffer, 0x51, 1);
    put(buffer, 0, 4);
    buffer_append(buffer, STREETS_FILE, 16);
    buffer_free(&addresses);
}

/** The list of zones to choose from. */
static void put_zone_names_file(struct buffer *buffer, const char *title)
{
    struct kiwi_detailed_search_information_record record = empty_record("SRSZ");
    struct buffer addresses = {0};
    struct records records = {0};
    const struct section section = {zone_name_fields, COUNT(zone_name_fields), &records};

    begin_record(&records);
    put(&records.bytes, ZONE_CODE, 4);
    put_text(&records.bytes, title);
    end_record(&records, 0);
    put_header(buffer, "DFSR", 1);
    set_matching(&record, &section, HEADER_SIZE + RECORD_SIZE, &addresses, ZONE_NAMES_FILE);
    put_record(buffer, &record, &addresses);
    put_section(buffer, &section);
    buffer_free(&records.bytes);
    buffer_free(&addresses);
}

/* INDEXDAT.KWI */

struct corners {
    struct kiwi_pid low, high;
};

static struct corners find_corners(const struct network *network)
{
    int64_t west = INT64_MAX, south = INT64_MAX, east = INT64_MIN, north = INT64_MIN;
    struct buffer bytes = {0};
    struct corners corners = {{0}, {0}};

    for (size_t i = 0; i < network->position_count + network->place_count; i++) {
        struct position position = i < network->position_count
                                       ? network->positions[i]
                                       : network->places[i - network->position_count].position;

        west = position.x < west ? position.x : west;
        east = position.x > east ? position.x : east;
        south = position.y < south ? position.y : south;
        north = position.y > north ? position.y : north;
    }
    put_position(&bytes, (struct position){west, south});
    put_position(&bytes, (struct position){east, north});
    for (size_t i = 0; i < 3; i++) {
        corners.low.latitude = corners.low.latitude << 8 | bytes.bytes[i];
        corners.low.longitude = corners.low.longitude << 8 | bytes.bytes[3 + i];
        corners.high.latitude = corners.high.latitude << 8 | bytes.bytes[6 + i];
        corners.high.longitude = corners.high.longitude << 8 | bytes.bytes[9 + i];
    }
    buffer_free(&bytes);
    return corners;
}

static void put_volume(struct buffer *buffer, const char *function, const char *file, uint64_t size,
                       const struct corners *corners)
{
    struct kiwi_volume_management_record record = {.expansion_offset = KIWI_NULL,
                                                   .lower_left = corners->low,
                                                   .upper_right = corners->high,
                                                   .search_frame_management_size = size,
                                                   .address = 48};
    bool good = true;

    put_tag(record.data_declaration, "DSRC");
    put_tag(record.function_declaration, function);
    put_tag(record.file_name_tag, "FNME");
    put_tag(record.keyboard, "NORM");
    append_encoded(buffer, &good, kiwi_volume_management_record_encode(&record, ROOM(buffer)));
    put_place(buffer, 0, 0, file);
}

static void put_management(struct buffer *buffer, const struct network *network)
{
    struct kiwi_data_management_frame_header header = {
        .creation_date = {0x20, 0x00, 0x01, 0x01}, /* never the clock */
        .user_field_offset = KIWI_NULL,
        .expansion_field_offset = KIWI_NULL,
        .number_of_volume_records = 2,
        .volume_record_size = 48 + PLACE_SIZE,
        .volume_record_offset = INDEX_HEADER_SIZE,
        .poi_record_offset = KIWI_NULL,
    };
    struct corners corners = find_corners(network);
    bool good = true;

    put_tag(header.data_declaration, "DCTR");
    memcpy(header.format_version, "2.64", 4);
    memcpy(header.copyright, "kiwibuild", 9);
    append_encoded(buffer, &good, kiwi_data_management_frame_header_encode(&header, ROOM(buffer)));
    put_volume(buffer, "FSLZ", ZONE_NAMES_FILE, HEADER_SIZE + RECORD_SIZE, &corners);
    put_volume(buffer, "FSAD", ZONES_FILE, HEADER_SIZE + RECORD_SIZE, &corners);
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
    return network->place_count > 0;
}

bool index_file_write(const struct network *network, const char *title, struct failure *failure)
{
    struct streets streets = {0};
    struct records places = {0};
    struct buffer buffer = {0};
    bool done;

    if (!index_file_wanted(network))
        return true;
    find_streets(&streets, network);
    for (size_t i = 0; i < streets.entries.count; i++)
        put_street(&streets, network, &streets.entries.items[i], (uint32_t)i + 1);
    put_places(&places, network);
    put_management(&buffer, network);
    done = write_file("INDEXDAT.KWI", &buffer, failure);
    put_zone_names_file(&buffer, title);
    done = done && write_file(ZONE_NAMES_FILE, &buffer, failure);
    buffer.size = 0;
    put_zones_file(&buffer);
    done = done && write_file(ZONES_FILE, &buffer, failure);
    buffer.size = 0;
    put_streets_file(&buffer, &streets, &places);
    done = done && write_file(STREETS_FILE, &buffer, failure);
    buffer_free(&buffer);
    buffer_free(&places.bytes);
    buffer_free(&streets.records.bytes);
    buffer_free(&streets.ranges.bytes);
    free_entries(&streets.entries);
    free(streets.first);
    free(streets.next);
    return done;
}
