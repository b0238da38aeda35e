/* SPDX-License-Identifier: MIT */
/* Index data: records of the notes in both directions, the decoder for definitions, searching, hostile files.
 */
#include "support.h"

#include <time.h>

#include <kiwi/kiwi.h>

/* Definitions are written as text: USAGE DESCRIPTION TYPE COUNT-OR-COUNTER ADDITIONAL; ... */

static const char street_fields[] = "BFRL FDRL UB 1;NFRL FDRL UB 1;FGFZ NORM UB 1;STFG NORM UB 2;STID NORM "
                                    "UL 1;NXKD NORM UH 1;NXFN NORM UH 1;NXST OFST LG 1;"
                                    "NXCT NORM LG 1;KYCH VRBL CH UB CMCH;NAME VRBL CH UB;RPAT NORM UB 1;RPNK "
                                    "NORM UH 1;RPNF NORM UH 1;RPNS OFST LG 1;RPNC NORM LG 1;";
static const char range_fields[] =
    "BFRL FDRL UB 1;NFRL FDRL UB 1;FGSA NORM UB 1;ARCD VRBL UL UB;RLXY NORM P6 1;LKID NORM UL 1;STFG NORM UB "
    "1;ZIPN VRBL CH UB;"
    "PRFX VRBL CH UB;STAD NORM UL 2;SPFX VRBL CH UB;SSFX VRBL CH UB;STYP VRBL CH UB;GDXY NORM P6 1;";
static const char place_fields[] = "BFRL FDRL UB 1;NFRL FDRL UB 1;MXSG NORM UB 1;MXKY NORM UB 1;FGFZ NORM UB "
                                   "1;KYCH VRBL CH UB CMCH;STFG NORM UB 1;NXKD NORM HB 1;"
                                   "NXFN NORM HB 1;NXST OFST LG 1;NAME VRBL CH UB;RLXY VRBL BT UH CMP6;";
static const char poi_fields[] = "BFRL FDRL UB 1;NFRL FDRL UB 1;ARCD VRBL UL UB;FGFZ NORM UB 1;STFG NORM UB "
                                 "2;CTGY NORM UW 1;ZIPN VRBL CH UB;RLXY VRBL BT UH CMP6;"
                                 "NXKD NORM UH 1;NXFN NORM UH 1;NXST OFST LG 1;NXCT NORM LG 1;KYCH VRBL CH "
                                 "UB CMCH;NAME VRBL CH UB;RPLV NORM UB 1;RPAT NORM UB 1;"
                                 "RPCN NORM LG 1;RPLN NORM LG 1;RPST OFST LG 1;RPSO NORM LG 1;";
static const char zone_fields[] =
    "SELN NORM UW 1;DCSF NORM UW 1;SZCD NORM UL 1;DCFN NORM UB 1;NXKD NORM UH 1;NXFN NORM UH 1;"
    "NXST OFST LG 1;NXFM NORM CH 16;";

struct bytes {
    uint8_t *at;
    size_t length, capacity;
};

static void put(struct bytes *bytes, const void *data, size_t length)
{
    if (bytes->capacity - bytes->length < length) {
        bytes->capacity = 2 * bytes->capacity + length + 1024;
        bytes->at = realloc(bytes->at, bytes->capacity);
        need(bytes->at);
    }
    if (length)
        memcpy(bytes->at + bytes->length, data, length);
    bytes->length += length;
}

static void put_number(struct bytes *bytes, uint32_t value, unsigned width)
{
    uint8_t data[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    put(bytes, data + 4 - width, width);
}

static void set_number(struct bytes *bytes, size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes->at[at + (size_t)i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put_word(struct bytes *bytes, const char *text, size_t length, size_t width)
{
    char field[4] = {0};
    memcpy(field, text, length < width ? length : width);
    put(bytes, field, width);
}

static void put_definition(struct bytes *bytes, const char *text)
{
    size_t start = bytes->length;
    unsigned count = 0;
    put(bytes, "DCTFREAL\0\0\0\0\0\0\0\0", 16);
    while (*text) {
        size_t length = strcspn(text, ";");
        char usage[8];
        char description[8];
        char type[8];
        char counter[8];
        char additional[8] = "";
        char line[64];
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        need(sscanf(line, "%7s %7s %7s %7s %7s", usage, description, type, counter, additional) >= 4);
        put_word(bytes, usage, strlen(usage), 4);
        put_word(bytes, description, strlen(description), 4);
        put_word(bytes, type, strlen(type), 2);
        if (strcmp(description, "VRBL") == 0)
            put_word(bytes, counter, strlen(counter), 2);
        else
            put_number(bytes, (uint32_t)strtoul(counter, NULL, 0), 2);
        put_word(bytes, additional, strlen(additional), 4);
        text += length + 1;
        count++;
    }
    bytes->at[start + 14] = (uint8_t)(count >> 8);
    bytes->at[start + 15] = (uint8_t)count;
}

static struct kiwi_definition define(const char *text)
{
    struct bytes bytes = {0};
    struct kiwi_definition definition;
    const char *why;
    put_definition(&bytes, text);
    ck_assert_msg(kiwi_definition_read(bytes.at, bytes.length, &definition, &why), "%s", why);
    free(bytes.at);
    return definition;
}

static size_t from_hex(const char *text, uint8_t *bytes)
{
    size_t count = 0;
    for (; *text; text++) {
        unsigned value;
        if (*text == ' ')
            continue;
        need(sscanf(text, "%2x", &value) == 1);
        bytes[count++] = (uint8_t)value;
        text++;
    }
    return count;
}

/** Decodes a record that fills its bytes, and encodes it again. */
static struct kiwi_data_record both_ways(const struct kiwi_definition *definition, const uint8_t *bytes,
                                         size_t length)
{
    struct kiwi_data_record record;
    uint8_t encoded[1024];
    ck_assert(kiwi_definition_decode(definition, 0, definition->count, bytes, length, &record));
    ck_assert_uint_eq(record.length, length);
    ck_assert_uint_eq(kiwi_definition_encode(definition, &record, encoded, sizeof encoded), length);
    ck_assert_mem_eq(encoded, bytes, length);
    ck_assert_uint_eq(kiwi_definition_encode(definition, &record, encoded, length - 1), 0);
    return record;
}

static uint32_t number(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                       const char *usage, uint32_t i)
{
    uint32_t value = 0xDEAD;
    ck_assert_msg(kiwi_datum_number(definition, record, kiwi_definition_find(definition, usage), i, &value),
                  "%s", usage);
    return value;
}

static const struct kiwi_datum *datum(const struct kiwi_definition *definition,
                                      const struct kiwi_data_record *record, const char *usage)
{
    int entry = kiwi_definition_find(definition, usage);
    ck_assert_int_ge(entry, 0);
    return &record->data[entry];
}

static uint32_t eighths(const struct kiwi_data_record *record, const struct kiwi_datum *field, size_t at)
{
    const uint8_t *bytes = record->bytes + field->offset + at;
    return (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
}

/* Records of the notes */

START_TEST(address_range_of_the_notes)
{
    struct kiwi_definition definition = define(range_fields);
    uint8_t bytes[64];
    size_t length = from_hex("0f 0f 00 01 1e007ec8 8dc050 32c8c8 0000002a 07 00 00 0000000a 00000002 00",
                             bytes);
    struct kiwi_data_record record = both_ways(&definition, bytes, length);
    ck_assert_uint_eq(length, 30);
    ck_assert_uint_eq(record.used, 29);
    ck_assert_uint_eq(number(&definition, &record, "BFRL", 0) * 2, 30);
    ck_assert_uint_eq(number(&definition, &record, "NFRL", 0) * 2, 30);
    ck_assert_uint_eq(number(&definition, &record, "FGSA", 0), 0);
    ck_assert_uint_eq(datum(&definition, &record, "ARCD")->count, 1);
    ck_assert_uint_eq(number(&definition, &record, "ARCD", 0), 0x1e007ec8);
    ck_assert_double_eq_tol(kiwi_angle_eighths(eighths(&record, datum(&definition, &record, "RLXY"), 0)) /
                                28800.0,
                            -31.29167, 1e-5);
    ck_assert_double_eq_tol(kiwi_angle_eighths(eighths(&record, datum(&definition, &record, "RLXY"), 3)) /
                                28800.0,
                            115.5625, 1e-5);
    ck_assert_uint_eq(number(&definition, &record, "LKID", 0), 42);
    ck_assert_uint_eq(number(&definition, &record, "STFG", 0), 7);
    ck_assert_uint_eq(datum(&definition, &record, "ZIPN")->count, 0);
    ck_assert_uint_eq(datum(&definition, &record, "PRFX")->count, 0);
    ck_assert_uint_eq(number(&definition, &record, "STAD", 0), 10);
    ck_assert_uint_eq(number(&definition, &record, "STAD", 1), 2);
    ck_assert(!datum(&definition, &record, "SPFX")->present);
    ck_assert(!datum(&definition, &record, "GDXY")->present);
}
END_TEST

START_TEST(street_of_the_notes)
{
    struct kiwi_definition definition = define(street_fields);
    uint8_t bytes[64];
    size_t length = from_hex("00 10 00 7f00 0000002a 51 00000000 00000002 0b 5445535420535452454554 00 00",
                             bytes);
    struct kiwi_data_record record = both_ways(&definition, bytes, length);
    ck_assert_uint_eq(length, 32);
    ck_assert_uint_eq(number(&definition, &record, "BFRL", 0), 0);
    ck_assert_uint_eq(number(&definition, &record, "NFRL", 0) * 2, 32);
    ck_assert_uint_eq(number(&definition, &record, "STID", 0), 42);
    ck_assert_uint_eq(number(&definition, &record, "NXKD", 0), 5);
    ck_assert_uint_eq(number(&definition, &record, "NXFN", 0), 1);
    ck_assert_uint_eq(number(&definition, &record, "NXST", 0), 0);
    ck_assert_uint_eq(number(&definition, &record, "NXCT", 0), 2);
    ck_assert_uint_eq(datum(&definition, &record, "KYCH")->count, 11);
    ck_assert_mem_eq(bytes + datum(&definition, &record, "KYCH")->offset, "TEST STREET", 11);
    ck_assert_uint_eq(datum(&definition, &record, "NAME")->count, 0);
    ck_assert(!datum(&definition, &record, "RPAT")->present);
}
END_TEST

START_TEST(place_with_a_position_of_six_bytes)
{
    struct kiwi_definition definition = define(place_fields);
    uint8_t bytes[64];
    size_t length = from_hex("00 00 01 02 80 05 5045525448 18 05 5065727468 60 8d c0 50 32 c8 c8 00", bytes);
    struct kiwi_data_record record = both_ways(&definition, bytes, length);
    ck_assert_uint_eq(datum(&definition, &record, "RLXY")->count, 6);
    ck_assert_double_eq_tol(kiwi_angle_eighths(eighths(&record, datum(&definition, &record, "RLXY"), 0)) /
                                28800.0,
                            -31.29167, 1e-5);
    ck_assert(!datum(&definition, &record, "NXST")->present);
    /* NXKD and NXFN share a byte */
    length = from_hex("00 00 01 02 80 05 5045525448 13 56 05 5065727468 60", bytes);
    bytes[11] = 0x0B; /* NXKD, NXFN, NAME */
    ck_assert(kiwi_definition_decode(&definition, 0, definition.count, bytes, length, &record));
    ck_assert_uint_eq(number(&definition, &record, "NXKD", 0), 5);
    ck_assert_uint_eq(number(&definition, &record, "NXFN", 0), 6);
}
END_TEST

/** Usages of the fields behind STFG that are there. */
static void check_presence(const char *fields, const char *flags, const char *wanted)
{
    struct kiwi_definition definition = define(fields);
    uint8_t bytes[256] = {0};
    uint8_t value[8];
    struct kiwi_data_record record;
    char found[256] = "";
    size_t length = from_hex(flags, value);
    int flag = kiwi_definition_find(&definition, "STFG");
    ck_assert(kiwi_definition_decode(&definition, 0, (unsigned)flag + 1, bytes, sizeof bytes, &record));
    memcpy(bytes + record.data[flag].offset, value, length);
    ck_assert(kiwi_definition_decode(&definition, 0, definition.count, bytes, sizeof bytes, &record));
    for (unsigned i = (unsigned)flag + 1; i < definition.count; i++)
        if (record.data[i].present)
            snprintf(found + strlen(found), sizeof found - strlen(found), "%s ", definition.entries[i].usage);
    ck_assert_str_eq(found, wanted);
}

START_TEST(flags_of_the_notes)
{
    check_presence(street_fields, "7f00", "STID NXKD NXFN NXST NXCT KYCH NAME ");
    check_presence(street_fields, "ff0f", "STID NXKD NXFN NXST NXCT KYCH NAME RPAT RPNK RPNF RPNS RPNC ");
    check_presence(range_fields, "07", "ZIPN PRFX STAD ");
    check_presence(poi_fields, "812f", "CTGY KYCH NAME RPLV RPAT RPCN RPST ");
    check_presence(poi_fields, "0000", "");
}
END_TEST

START_TEST(heads_of_the_notes)
{
    uint8_t bytes[128] = {0};
    uint8_t encoded[128];
    struct kiwi_search_file_header header;
    struct kiwi_additional_address_entry entry;
    size_t length = from_hex("44465352 00000002 000000DC 00000008", bytes);
    ck_assert(kiwi_search_file_header_decode(&header, bytes, length));
    ck_assert_mem_eq(header.data_declaration, "DFSR", 4);
    ck_assert_uint_eq(header.number_of_records, 2);
    ck_assert_uint_eq(header.record_size, 440);
    ck_assert_uint_eq(header.record_offset, 16);
    ck_assert_uint_eq(kiwi_search_file_header_encode(&header, encoded, sizeof encoded), 16);
    ck_assert_mem_eq(encoded, bytes, 16);
    length = from_hex("0001C9C2 0008", bytes);
    memcpy(bytes + length, "IDX/SADSR201.IDX", 16);
    ck_assert(kiwi_additional_address_entry_decode(&entry, bytes, 22));
    ck_assert_uint_eq(entry.offset, 234372);
    ck_assert_uint_eq(entry.file_name_length, 16);
    ck_assert_uint_eq(kiwi_additional_address_entry_encode(&entry, encoded, sizeof encoded), 22);
    ck_assert_mem_eq(encoded, bytes, 22);
    ck_assert(!kiwi_additional_address_entry_decode(&entry, bytes, 21));
}
END_TEST

START_TEST(management_of_the_australian_disc)
{
    struct bytes bytes = {0};
    struct kiwi_data_management_frame_header header;
    uint8_t encoded[92];
    put(&bytes, "DCTR2.64_AU\0", 12);
    put(&bytes, "\x20\x07\x12\x12\x01\x12\x03\x00", 8);
    put(&bytes, "DENSO CORPORATION\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32);
    static const uint32_t numbers[] = {0, UINT32_MAX, 45632, 0x12FA, 13, 0x8C, 0xB2, 13, 0xDC, 0x7CE};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        put_number(&bytes, numbers[i], 4);
    ck_assert_uint_eq(bytes.length, 92);
    ck_assert(kiwi_data_management_frame_header_decode(&header, bytes.at, bytes.length));
    ck_assert_uint_eq(header.expansion_field_offset, 9716);
    ck_assert_uint_eq(header.user_field_offset, KIWI_NULL);
    ck_assert_uint_eq(header.volume_record_size, 280);
    ck_assert_uint_eq(header.volume_record_offset, 356);
    ck_assert_uint_eq(header.volume_record_offset +
                          header.number_of_volume_records * header.volume_record_size,
                      header.poi_record_offset);
    ck_assert_uint_eq(header.poi_record_offset + header.number_of_poi_records * header.poi_record_size,
                      header.expansion_field_offset);
    ck_assert_uint_eq(header.expansion_field_offset + header.expansion_field_size, 100980);
    ck_assert_uint_eq(kiwi_data_management_frame_header_encode(&header, encoded, sizeof encoded), 92);
    ck_assert_mem_eq(encoded, bytes.at, 92);
    free(bytes.at);
}
END_TEST

START_TEST(definitions_of_the_notes)
{
    struct bytes bytes = {0};
    struct kiwi_definition_frame frame;
    struct kiwi_definition_field field;
    struct kiwi_definition definition = define(zone_fields);
    struct kiwi_data_record record;
    uint8_t zeros[64] = {0};
    uint8_t encoded[16];
    put_definition(&bytes, range_fields);
    ck_assert_uint_eq(bytes.length, 240); /* 14 fields */
    ck_assert(kiwi_definition_frame_decode(&frame, bytes.at, bytes.length));
    ck_assert_uint_eq(frame.number_of_fields, 14);
    for (size_t at = 16; at < bytes.length; at += 16) {
        ck_assert(kiwi_definition_field_decode(&field, bytes.at + at, bytes.length - at));
        ck_assert_uint_eq(kiwi_definition_field_encode(&field, encoded, sizeof encoded), 16);
        ck_assert_mem_eq(encoded, bytes.at + at, 16);
    }
    /* the zone record has 26 bytes: code, number, kind and record, start, name of the file */
    ck_assert(kiwi_definition_decode(&definition, 2, definition.count, zeros, sizeof zeros, &record));
    ck_assert_uint_eq(record.length, 26);
    free(bytes.at);
}
END_TEST

/* The decoder */

START_TEST(nibbles_share_bytes)
{
    struct kiwi_definition definition = define(
        "AAAA NORM UH 1;BBBB NORM UH 1;CCCC NORM UH 1;DDDD NORM UB 1;EEEE NORM HB 3;FFFF VRBL BT UH;");
    uint8_t bytes[64];
    size_t length = from_hex("12 37 45 67 82 AABB 00", bytes);
    struct kiwi_data_record record;
    uint8_t encoded[64];
    ck_assert(kiwi_definition_decode(&definition, 0, definition.count, bytes, length, &record));
    ck_assert_uint_eq(number(&definition, &record, "AAAA", 0), 1);
    ck_assert_uint_eq(number(&definition, &record, "BBBB", 0), 2);
    ck_assert_uint_eq(number(&definition, &record, "CCCC", 0), 3);
    ck_assert_uint_eq(number(&definition, &record, "DDDD", 0), 0x45); /* the 7 is dropped */
    ck_assert(datum(&definition, &record, "DDDD")->has_unused);
    ck_assert_uint_eq(datum(&definition, &record, "DDDD")->unused, 7);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(number(&definition, &record, "EEEE", i), 6 + i);
    ck_assert_uint_eq(datum(&definition, &record, "FFFF")->count, 2);
    ck_assert_mem_eq(bytes + datum(&definition, &record, "FFFF")->offset, "\xAA\xBB", 2);
    ck_assert_uint_eq(record.used, 7);
    ck_assert_uint_eq(record.length, 8);
    ck_assert_uint_eq(kiwi_definition_encode(&definition, &record, encoded, sizeof encoded), 8);
    ck_assert_mem_eq(encoded, bytes, 8);
}
END_TEST

START_TEST(any_record_survives)
{
    static const char *const types[] = {"UB", "SB", "UW", "SW", "UL", "SL", "LG", "SG",
                                        "C",  "UH", "HB", "P6", "BF", "CH", "BT"};
    static const char *const counters[] = {"UB", "UH", "UW"};
    uint64_t state = 20040810;
    unsigned decoded = 0;
    for (int round = 0; round < 20000; round++) {
        struct bytes text = {0};
        unsigned fields = 1 + (unsigned)(next_random(&state) % 12);
        for (unsigned i = 0; i < fields; i++) {
            char line[64];
            bool flags = next_random(&state) % 8 == 0;
            const char *type = flags ? "UB" : types[next_random(&state) % 15];
            if (!flags && next_random(&state) % 3 == 0)
                snprintf(line, sizeof line, "X%03u VRBL %s %s;", i, type, counters[next_random(&state) % 3]);
            else
                snprintf(line, sizeof line, "%s%0*u NORM %s %u;", flags ? "STFG" : "X", flags ? 0 : 3,
                         flags ? 0 : i, type, (unsigned)(next_random(&state) % 4));
            if (flags)
                snprintf(line, sizeof line, "STFG NORM UB %u;", 1 + (unsigned)(next_random(&state) % 2));
            put(&text, line, strlen(line));
        }
        put(&text, "", 1);
        struct kiwi_definition definition = define((const char *)text.at);
        uint8_t bytes[64];
        uint8_t encoded[64];
        struct kiwi_data_record record;
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = next_random(&state) % 3 ? (uint8_t)(next_random(&state) % 5)
                                               : (uint8_t)next_random(&state);
        size_t available = (size_t)(next_random(&state) % (sizeof bytes + 1));
        if (kiwi_definition_decode(&definition, 0, definition.count, bytes, available, &record)) {
            decoded++;
            EXPECT(record.length <= available && record.length % 2 == 0 && record.used <= record.length &&
                   record.used > 0);
            EXPECT_EQ(kiwi_definition_encode(&definition, &record, encoded, sizeof encoded), record.length);
            EXPECT(memcmp(encoded, bytes, record.used) == 0);
        }
        free(text.at);
    }
    ck_assert_uint_gt(decoded, 5000);
}
END_TEST

START_TEST(bad_definitions_are_refused)
{
    struct bytes bytes = {0};
    struct kiwi_definition definition;
    struct kiwi_data_record record;
    uint8_t zeros[64] = {0};
    const char *why;
    put_definition(&bytes, "KYCH VRBL CH UB;");
    ck_assert(kiwi_definition_read(bytes.at, 32, &definition, &why));
    ck_assert_str_eq(why, "");
    ck_assert(!kiwi_definition_read(bytes.at, 31, &definition, &why));
    ck_assert(!kiwi_definition_read(bytes.at, 0, &definition, NULL));
    bytes.at[15] = 0; /* no fields */
    ck_assert(!kiwi_definition_read(bytes.at, 32, &definition, &why));
    bytes.at[14] = bytes.at[15] = 0xFF; /* FFFF of them */
    ck_assert(!kiwi_definition_read(bytes.at, 32, &definition, &why));
    ck_assert_uint_eq(definition.count, 0);
    bytes.length = 0;
    put_definition(&bytes, "KYCH VRBL ML UB;");
    ck_assert(!kiwi_definition_read(bytes.at, bytes.length, &definition, &why));
    ck_assert_str_eq(why, "an element type that is not known");
    bytes.length = 0;
    put_definition(&bytes, "KYCH VRBL CH P6;");
    ck_assert(!kiwi_definition_read(bytes.at, bytes.length, &definition, &why));
    free(bytes.at);
    definition = define("VOID NORM UB 0;"); /* a record without bytes would never end */
    ck_assert(!kiwi_definition_decode(&definition, 0, 1, zeros, sizeof zeros, &record));
    definition = define("HUGE NORM UL 65535;");
    ck_assert(!kiwi_definition_decode(&definition, 0, 1, zeros, sizeof zeros, &record));
    definition = define("HUGE VRBL UL UL;");
    memset(zeros, 0xFF, sizeof zeros);
    ck_assert(!kiwi_definition_decode(&definition, 0, 1, zeros, sizeof zeros, &record));
}
END_TEST

/* Folding */

static const char *fold(const char *text)
{
    static char folded[64];
    ck_assert_uint_eq(kiwi_fold(text, strlen(text), folded, sizeof folded), strlen(folded));
    return folded;
}

START_TEST(case_and_accents_are_folded)
{
    static char small[4];
    ck_assert_str_eq(fold("Övre Rönnbärsstigen"), "OVRE RONNBARSSTIGEN");
    ck_assert_str_eq(fold("Åsa-Näs 7b"), "ASA-NAS 7B");
    ck_assert_str_eq(fold("straße Ærø Þór œuvre ĳ"), "STRASSE AERO THOR OEUVRE IJ");
    ck_assert_str_eq(fold("Łódź Čapek ñ"), "LODZ CAPEK N");
    ck_assert_str_eq(fold("e\xCC\x81t"), "ET");
    ck_assert_str_eq(fold("αβγς Юла ѓ"), "ΑΒΓΣ ЮЛА Г");
    ck_assert_str_eq(fold("Ελευθερίας ΐ Ώ"), "ΕΛΕΥΘΕΡΙΑΣ Ι Ω");
    ck_assert_str_eq(fold("Чайковского ё"), fold("чаиковского Е"));
    ck_assert_str_eq(fold("ｶﾞｰﾃﾞﾝ Ｐａｒｋ７"), "ガーデン PARK7");
    ck_assert_str_eq(fold("ガーデン"), fold("カ\u3099ーテ\u3099ン"));
    ck_assert_str_eq(fold("ﾊﾟﾊﾞハ"), "パバハ");
    ck_assert_str_eq(fold("1〜2～3~4"), "1~2~3~4");
    ck_assert_str_eq(fold("서울"), fold("\u1109\u1165\u110B\u116E\u11AF"));
    ck_assert_str_eq(fold("µ¼№"), "µ¼№");
    ck_assert_str_eq(fold("×÷名古屋"), "×÷名古屋");
    ck_assert_str_eq(fold("a\xFFz"), "A\xEF\xBF\xBDZ");
    ck_assert_uint_eq(kiwi_fold("abcdef", 6, small, sizeof small), 3);
    ck_assert_str_eq(small, "ABC");
    ck_assert_str_eq(fold(fold("Ægir")), "AEGIR");
}
END_TEST

/* Whole files */

enum { RECORD = 202 }; /* bytes of a detailed record with five places */

/** A search frame with one list: header, record, definition, data. Place i lies at 92 + 22 i. */
static void put_place(struct bytes *bytes, size_t offset, const char *name)
{
    put_number(bytes, (uint32_t)(offset / 2), 4);
    put_number(bytes, 8, 2);
    put(bytes, name, 16);
}

static void put_frame(struct bytes *bytes, const char *type, const char *fields, const struct bytes *data,
                      uint32_t count, bool next)
{
    static const char name[] = "IDX/SADSR201.IDX";
    size_t start = bytes->length;
    struct bytes definition = {0};
    put_definition(&definition, fields);
    size_t at = start + 16 + RECORD;
    put(bytes, "DFSR", 4);
    put_number(bytes, 1, 4);
    put_number(bytes, RECORD / 2, 4);
    put_number(bytes, 8, 4);
    put(bytes, type, 4);
    for (size_t i = 4; i < 92; i += 4)
        put_number(bytes, i == 8 || i == 16 || i == 24 || i == 60 || i == 68 || i == 88 ? UINT32_MAX : 0, 4);
    for (size_t i = 92; i < RECORD; i++)
        put_number(bytes, 0, 1);
    bytes->length = start + 16 + 92;
    put_place(bytes, at, name);
    put_place(bytes, at + definition.length, name);
    put_place(bytes, at + definition.length + data->length, name);
    bytes->length = start + 16 + RECORD;
    set_number(bytes, start + 16 + 60, 92 / 2);
    set_number(bytes, start + 16 + 64, (uint32_t)data->length / 2);
    set_number(bytes, start + 16 + 68, (92 + 22) / 2);
    set_number(bytes, start + 16 + 72, 255);
    set_number(bytes, start + 16 + 76, count);
    if (next) {
        set_number(bytes, start + 16 + 84, 1);
        set_number(bytes, start + 16 + 88, (92 + 44) / 2);
    }
    put(bytes, definition.at, definition.length);
    put(bytes, data->at, data->length);
    free(definition.at);
}

static void put_street(struct bytes *data, const char *key, uint32_t number_of, uint32_t start,
                       uint32_t count)
{
    size_t length = strlen(key);
    put(data, "\0\0\0\x7F\0", 5);
    put_number(data, number_of, 4);
    put_number(data, 0x51, 1);
    put_number(data, start / 2, 4);
    put_number(data, count, 4);
    put_number(data, (uint32_t)length, 1);
    put(data, key, length);
    put_number(data, 0, 1);
    if (data->length % 2)
        put_number(data, 0, 1);
}

static void put_range(struct bytes *data, uint32_t link, uint32_t first, uint32_t last)
{
    put(data, "\0\0\0\0", 4);
    put(data, "\x19\x5A\x3D\x05\x42\xA0", 6);
    put_number(data, link, 4);
    put_number(data, 4, 1); /* STAD */
    put_number(data, first, 4);
    put_number(data, last, 4);
    put_number(data, 0, 1);
}

/** count streets with a range each, by ascending key. */
static struct bytes make_file(uint32_t count)
{
    struct bytes streets = {0};
    struct bytes ranges = {0};
    struct bytes file = {0};
    for (uint32_t i = 0; i < count; i++) {
        char key[32];
        snprintf(key, sizeof key, "STREET %07u", i * 3);
        put_street(&streets, key, i, (uint32_t)ranges.length, 1);
        put_range(&ranges, 1000 + i, i, i + 20);
    }
    put_frame(&file, "SRMX", street_fields, &streets, count, true);
    put_frame(&file, "SRT1", range_fields, &ranges, count, false);
    /* the second frame begins where the first one ends: its places count from there already */
    free(streets.at);
    free(ranges.at);
    return file;
}

struct opened {
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    struct kiwi_index *index;
    struct findings findings;
};

static void open_file(struct opened *opened, const struct bytes *file)
{
    const struct kiwi_disc_options options = {
        .size = sizeof options, .finding = collect, .context = &opened->findings};
    memset(opened, 0, sizeof *opened);
    ck_assert_int_eq(kiwi_source_from_memory(file->at, file->length, &opened->source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(opened->source, "SADSR201.IDX", &options, &opened->disc, NULL),
                     KIWI_OK);
    ck_assert_int_eq(kiwi_index_open(opened->disc, &opened->index, NULL), KIWI_OK);
}

static void close_file(struct opened *opened)
{
    kiwi_index_close(opened->index);
    kiwi_disc_close(opened->disc);
    kiwi_source_unref(opened->source);
}

static unsigned find(struct kiwi_index *index, const char *text, enum kiwi_match match,
                     struct kiwi_index_entry *first)
{
    const struct kiwi_find_options options = {
        .size = sizeof options, .text = text, .match = match, .zone = -1};
    struct kiwi_find *search;
    struct kiwi_index_entry entry;
    unsigned count = 0;
    ck_assert_int_eq(kiwi_find_open(index, &options, &search, NULL), KIWI_OK);
    while (kiwi_find_next(search, &entry, NULL) == KIWI_OK) {
        if (count++ == 0 && first) {
            static char name[64];
            snprintf(name, sizeof name, "%s", entry.name);
            *first = entry;
            first->name = name;
        }
    }
    kiwi_find_close(search);
    return count;
}

/** Walks the whole file: every byte is in the account once. Returns the records of matching data. */
static unsigned walk(const struct opened *opened, struct findings *findings, bool brief)
{
    struct kiwi_walk_options options = {
        .size = sizeof options, .check = true, .brief = brief, .finding = collect, .context = findings};
    struct kiwi_walk *walk_;
    struct kiwi_item item;
    unsigned matching = 0;
    ck_assert_int_eq(kiwi_walk_open(opened->disc, &options, &walk_, NULL), KIWI_OK);
    uint64_t expected = 0;
    for (enum kiwi_event event; (event = kiwi_walk_next(walk_, &item)) != KIWI_EVENT_END;) {
        if (event == KIWI_EVENT_RECORD) {
            ck_assert(item.type->round_trip(item.bytes, item.length, item.arguments));
            matching += strcmp(item.type->name, "matching_record") == 0;
        }
        if (!brief)
            ck_assert_uint_eq(item.offset, expected);
        expected = item.offset + item.length;
        ck_assert_uint_gt(strlen(kiwi_walk_path(walk_)) + (event == KIWI_EVENT_GAP), 0);
    }
    const struct kiwi_file *file = kiwi_disc_file(opened->disc, 0);
    struct kiwi_account account = kiwi_walk_account(walk_, file);
    ck_assert_uint_eq(account.field + account.padding + account.reserved + account.unknown, file->size);
    kiwi_walk_close(walk_);
    return matching;
}

START_TEST(a_search_file_is_searched_and_accounted)
{
    struct bytes file = make_file(1000);
    static struct opened opened;
    static struct findings findings;
    struct kiwi_index_entry entry;
    struct kiwi_address_range range;
    open_file(&opened, &file);
    ck_assert_uint_eq(opened.findings.count, 0);
    memset(&findings, 0, sizeof findings);
    ck_assert_uint_eq(walk(&opened, &findings, false), 2000);
    ck_assert_msg(findings.of[KIWI_ERROR] == 0, "%s", findings.text);
    ck_assert_uint_eq(find(opened.index, "street 0000300", KIWI_MATCH_FOLDED, &entry), 1);
    ck_assert_str_eq(entry.name, "STREET 0000300");
    ck_assert(entry.has_position && entry.has_street);
    ck_assert_uint_eq(entry.street, 100);
    ck_assert_uint_eq(entry.ranges, 1);
    struct kiwi_ranges ranges = {.entry = entry};
    ck_assert_int_eq(kiwi_ranges_next(opened.index, &ranges, &range, NULL), KIWI_OK);
    ck_assert_uint_eq(range.link, 1100);
    ck_assert_uint_eq(range.first, 100);
    ck_assert_uint_eq(range.last, 120);
    ck_assert_int_eq(kiwi_ranges_next(opened.index, &ranges, &range, NULL), KIWI_END);
    ck_assert_uint_eq(find(opened.index, "", KIWI_MATCH_FOLDED, NULL), 1000);
    ck_assert_uint_eq(find(opened.index, "STREET 00003", KIWI_MATCH_PREFIX, NULL), 33 + 1);
    ck_assert_uint_eq(find(opened.index, "street 00003", KIWI_MATCH_PREFIX, NULL), 0);
    ck_assert_uint_eq(find(opened.index, "STREET 000030", KIWI_MATCH_EXACT, NULL), 0);
    ck_assert_uint_eq(find(opened.index, "STREET 0000300", KIWI_MATCH_EXACT, NULL), 1);
    ck_assert_uint_eq(find(opened.index, "A", KIWI_MATCH_FOLDED, NULL), 0);
    ck_assert_uint_eq(find(opened.index, "Z", KIWI_MATCH_FOLDED, NULL), 0);
    ck_assert_uint_eq(find(opened.index, "名", KIWI_MATCH_FOLDED, NULL), 0);
    close_file(&opened);
    free(file.at);
}
END_TEST

static void put_named(struct bytes *data, const char *key, const char *behind, size_t length)
{
    put(data, "\0\0", 2);
    put_number(data, (uint32_t)strlen(key), 1);
    put(data, key, strlen(key));
    put(data, behind, length);
    if (data->length % 2)
        put_number(data, 0, 1);
}

/** Freeways lead to their ramps (SRFW, SRRP of the notes): the names of the next level are found, too. */
START_TEST(names_of_the_next_level_are_found)
{
    struct bytes freeways = {0};
    struct bytes ramps = {0};
    struct bytes file = {0};
    struct kiwi_index_entry entry;
    static struct opened opened;
    put_named(&freeways, "M1", "\x51\0\0\0\0", 5);
    put_named(&ramps, "RAMP 1", "\x19\x5A\x3D\x05\x42\xA0", 6);
    put_named(&ramps, "RAMP 2", "\x19\x5A\x3D\x05\x42\xA0", 6);
    put_frame(&file, "SRFW",
              "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;NXKD NORM UH 1;NXFN NORM UH 1;NXST OFST LG 1;",
              &freeways, 1, true);
    put_frame(&file, "SRRP", "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;RLXY NORM P6 1;", &ramps, 2,
              false);
    open_file(&opened, &file);
    ck_assert_uint_eq(opened.findings.count, 0);
    ck_assert_uint_eq(find(opened.index, "", KIWI_MATCH_FOLDED, NULL), 2);
    ck_assert_uint_eq(find(opened.index, "ramp 2", KIWI_MATCH_FOLDED, &entry), 1);
    ck_assert_str_eq(entry.name, "RAMP 2");
    ck_assert_int_eq(entry.kind, KIWI_ENTRY_POI);
    ck_assert(entry.has_position);
    ck_assert_double_eq(entry.position.latitude, 0x195A3D / 28800.0);
    close_file(&opened);
    free(freeways.at);
    free(ramps.at);
    free(file.at);
}
END_TEST

/** Intersections have their place in the POI information, whose layout nobody knows: that is said. */
START_TEST(a_list_without_places_is_a_note)
{
    struct bytes crossings = {0};
    struct bytes file = {0};
    struct kiwi_index_entry entry;
    static struct opened opened;
    put_named(&crossings, "FIRST AND MAIN", "\0\0\0\7", 4);
    put_frame(&file, "SRAL", "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;POIO OFST LG 1;", &crossings, 1,
              false);
    open_file(&opened, &file);
    ck_assert_uint_eq(opened.findings.count, 1);
    ck_assert_uint_eq(opened.findings.of[KIWI_NOTE], 1);
    ck_assert_ptr_nonnull(strstr(opened.findings.text, "POIO"));
    ck_assert_uint_eq(find(opened.index, "main", KIWI_MATCH_FOLDED, &entry), 1);
    ck_assert_int_eq(entry.kind, KIWI_ENTRY_POI);
    ck_assert(!entry.has_position);
    close_file(&opened);
    free(crossings.at);
    free(file.at);
}
END_TEST

/** A file with an area and a point of interest, whose fields are given. */
static struct bytes make_area(const char *area, const char *fields, size_t length)
{
    static const char position[] = "\x19\x5A\x3D\x05\x42\xA0";
    struct bytes areas = {0};
    struct bytes points = {0};
    struct bytes file = {0};
    put_named(&areas, area, position, 6);
    put_named(&points, "TOWER", position, length);
    put_frame(&file, "SRHA", "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;RLXY NORM P6 1;", &areas, 1,
              true);
    put_frame(&file, "SRMX", fields, &points, 1, false);
    free(areas.at);
    free(points.at);
    return file;
}

/** Areas lead to the points of interest beside them, and are no places where another file has some, unless
 * these points have their place elsewhere (POIO). */
START_TEST(places_beside_points_of_interest)
{
    static const char own[] = "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;RLXY NORM P6 1;";
    static const char elsewhere[] = "BFRL FDRL UB 1;NFRL FDRL UB 1;KYCH VRBL CH UB;POIO OFST LG 1;";
    struct bytes places = {0};
    struct bytes place = {0};
    enter_folder();
    put_named(&place, "CITY", "\x19\x5A\x3D\x05\x42\xA0", 6);
    put_frame(&places, "SRHA", own, &place, 1, false);
    for (size_t i = 0; i + 8 <= places.length; i++) /* its addresses name the file, too */
        if (memcmp(places.at + i, "SADSR201", 8) == 0)
            memcpy(places.at + i, "POISR201", 8);
    write_file("POISR201.IDX", places.at, places.length);
    for (int i = 0; i < 2; i++) {
        struct bytes file = i == 0 ? make_area("TOWN", own, 6) : make_area("TOWN", elsewhere, 4);
        struct kiwi_disc *disc;
        struct kiwi_index *index;
        write_file("SADSR201.IDX", file.at, file.length);
        write_file("METADATA.KWI", "CHCD ::=ISO 8859-1 ;", 20);
        ck_assert_int_eq(kiwi_disc_open(folder, NULL, &disc, NULL), KIWI_OK);
        ck_assert_int_eq(kiwi_index_open(disc, &index, NULL), KIWI_OK);
        ck_assert_uint_eq(find(index, "CITY", KIWI_MATCH_EXACT, NULL), 1);
        ck_assert_uint_eq(find(index, "TOWER", KIWI_MATCH_EXACT, NULL), 1);
        ck_assert_uint_eq(find(index, "TOWN", KIWI_MATCH_EXACT, NULL), i == 0 ? 0 : 1);
        kiwi_index_close(index);
        kiwi_disc_close(disc);
        free(file.at);
    }
    leave_folder();
    free(place.at);
    free(places.at);
}
END_TEST

/** The streets of a level below are those of the level above in another order. */
START_TEST(streets_are_not_listed_twice)
{
    struct bytes streets = {0};
    struct bytes file = {0};
    static struct opened opened;
    size_t count;
    put_street(&streets, "FIRST", 1, 0, 0);
    put_street(&streets, "OTHER", 2, 0, 0);
    put_frame(&file, "SRMX", street_fields, &streets, 2, true);
    put_frame(&file, "SRMX", street_fields, &streets, 2, false);
    open_file(&opened, &file);
    ck_assert_uint_eq(opened.findings.count, 0);
    ck_assert_uint_eq(find(opened.index, "", KIWI_MATCH_FOLDED, NULL), 2);
    kiwi_index_lists(opened.index, &count);
    ck_assert_uint_eq(count, 1);
    close_file(&opened);
    free(streets.at);
    free(file.at);
}
END_TEST

START_TEST(lists_that_are_not_sorted_are_searched_too)
{
    struct bytes streets = {0};
    struct bytes file = {0};
    static struct opened opened;
    put_street(&streets, "Z\xC4NDA", 1, 0, 0);
    put_street(&streets, "anna", 2, 0, 0);
    put_street(&streets, "ZEBRA", 3, 0, 0);
    put_frame(&file, "SRMX", street_fields, &streets, 3, false);
    open_file(&opened, &file);
    ck_assert_uint_eq(find(opened.index, "zanda", KIWI_MATCH_FOLDED, NULL), 1);
    ck_assert_uint_eq(find(opened.index, "ZÄ", KIWI_MATCH_PREFIX, NULL), 1);
    ck_assert_uint_eq(find(opened.index, "ZA", KIWI_MATCH_PREFIX, NULL), 0);
    ck_assert_uint_eq(find(opened.index, "ANNA", KIWI_MATCH_FOLDED, NULL), 1);
    ck_assert_uint_eq(find(opened.index, "anna", KIWI_MATCH_EXACT, NULL), 1);
    ck_assert_uint_eq(find(opened.index, "z", KIWI_MATCH_FOLDED, NULL), 2);
    close_file(&opened);
    free(streets.at);
    free(file.at);
}
END_TEST

START_TEST(half_a_million_entries)
{
    const uint32_t count = 500000;
    struct bytes file = make_file(count);
    static struct opened opened;
    struct timespec before;
    struct timespec after;
    uint64_t state = 7;
    open_file(&opened, &file);
    ck_assert_int_eq(kiwi_index_prepare(opened.index, -1, NULL), KIWI_OK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    for (int i = 0; i < 20; i++) {
        char key[32];
        uint32_t wanted = (uint32_t)(next_random(&state) % count) * 3;
        struct kiwi_index_entry entry;
        snprintf(key, sizeof key, "street %07u", wanted);
        EXPECT_EQ(find(opened.index, key, KIWI_MATCH_FOLDED, &entry), 1);
        EXPECT_EQ(entry.street, wanted / 3);
        snprintf(key, sizeof key, "street %07u", wanted + 1);
        EXPECT_EQ(find(opened.index, key, KIWI_MATCH_FOLDED, &entry), 0);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    double seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    printf("# 500,000 entries: a search to the end takes %.3f ms of the processor\n",
           seconds / 40 * 1000); /* reported, never asserted */
    close_file(&opened);
    free(file.at);
}
END_TEST

/* Hostile files */

static void survive(const struct bytes *file, unsigned errors)
{
    static struct opened opened;
    static struct findings findings;
    static struct findings brief;
    open_file(&opened, file);
    memset(&findings, 0, sizeof findings);
    memset(&brief, 0, sizeof brief);
    walk(&opened, &findings, false);
    walk(&opened, &brief, true);
    ck_assert_uint_eq(findings.count, brief.count);
    ck_assert_msg(findings.of[KIWI_ERROR] >= errors, "%s", findings.text);
    find(opened.index, "s", KIWI_MATCH_FOLDED, NULL);
    close_file(&opened);
}

START_TEST(next_levels_that_go_round)
{
    struct bytes file = make_file(3);
    /* the place of the next level is that of the frame itself */
    set_number(&file, 16 + 92 + 44, 0);
    survive(&file, 0);
    free(file.at);
    /* 40 frames inside of each other */
    struct bytes deep = {0};
    struct bytes none = {0};
    for (int i = 0; i < 40; i++)
        put_frame(&deep, "SRMX", street_fields, &none, 0, true);
    survive(&deep, 1);
    free(deep.at);
}
END_TEST

START_TEST(links_and_definitions_that_lead_to_themselves)
{
    struct bytes file = make_file(3);
    set_number(&file, 16 + 92, 16 / 2); /* the definition lies where the record does */
    survive(&file, 1);
    free(file.at);
    file = make_file(3);
    set_number(&file, 16 + 92 + 22, (16 + RECORD) / 2); /* the data are their own definition */
    survive(&file, 0);
    set_number(&file, 16 + 60, 0); /* an address that is the record itself */
    survive(&file, 0);
    set_number(&file, 16 + 60, UINT32_MAX);
    survive(&file, 0);
    free(file.at);
}
END_TEST

START_TEST(numbers_that_lie)
{
    static const uint32_t lies[] = {0, 1, 2, 0x7F, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    for (size_t at = 4; at < 16 + RECORD; at += 4) {
        for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
            struct bytes file = make_file(5);
            set_number(&file, at, lies[i]);
            survive(&file, 0);
            free(file.at);
        }
    }
}
END_TEST

START_TEST(mutations)
{
    struct bytes good = make_file(40);
    uint64_t state = 1811;
    for (int round = 0; round < 3000; round++) {
        struct bytes file = {0};
        put(&file, good.at, next_random(&state) % 4 ? good.length : next_random(&state) % (good.length + 1));
        /* half of them in the heads and definitions */
        size_t span = next_random(&state) % 2 ? file.length : file.length < 600 ? file.length : 600;
        for (uint64_t i = next_random(&state) % 6; i > 0 && file.length > 4; i--) {
            size_t at = 4 + (size_t)(next_random(&state) % (span > 4 ? span : 5));
            if (at < file.length)
                file.at[at] = next_random(&state) % 2 ? 0xFF : (uint8_t)next_random(&state);
        }
        if (file.length >= 16)
            survive(&file, 0);
        free(file.at);
    }
    free(good.at);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("index");
    TCase *tests = tcase_create("index");
    tcase_add_test(tests, address_range_of_the_notes);
    tcase_add_test(tests, street_of_the_notes);
    tcase_add_test(tests, place_with_a_position_of_six_bytes);
    tcase_add_test(tests, flags_of_the_notes);
    tcase_add_test(tests, heads_of_the_notes);
    tcase_add_test(tests, management_of_the_australian_disc);
    tcase_add_test(tests, definitions_of_the_notes);
    tcase_add_test(tests, nibbles_share_bytes);
    tcase_add_test(tests, any_record_survives);
    tcase_add_test(tests, bad_definitions_are_refused);
    tcase_add_test(tests, case_and_accents_are_folded);
    tcase_add_test(tests, a_search_file_is_searched_and_accounted);
    tcase_add_test(tests, names_of_the_next_level_are_found);
    tcase_add_test(tests, streets_are_not_listed_twice);
    tcase_add_test(tests, lists_that_are_not_sorted_are_searched_too);
    tcase_add_test(tests, a_list_without_places_is_a_note);
    tcase_add_test(tests, places_beside_points_of_interest);
    tcase_add_test(tests, half_a_million_entries);
    tcase_add_test(tests, next_levels_that_go_round);
    tcase_add_test(tests, links_and_definitions_that_lead_to_themselves);
    tcase_add_test(tests, numbers_that_lie);
    tcase_add_test(tests, mutations);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
