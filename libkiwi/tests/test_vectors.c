/* SPDX-License-Identifier: MIT */
/*
 * The byte vectors of the notes on the format (map.md, section 7), reported from discs or computed by hand
 * there. Expected numbers are those of the notes. Structures of several records go through the engine.
 */
#include "support.h"

#include <kiwi/kiwi.h>

#include "schema/engine.h"
#include "map/map.h"

/* Bytes from hex; blanks are ignored, "text" stands for its characters. */
static size_t unhex(uint8_t *bytes, size_t capacity, const char *text)
{
    size_t length = 0;
    int high = -1;

    for (; *text; text++) {
        static const char digits[] = "0123456789ABCDEF";
        const char *digit;

        if (*text == ' ')
            continue;
        if (*text == '"') {
            for (text++; *text != '"'; text++)
                bytes[length++] = (uint8_t)*text;
            continue;
        }
        digit = strchr(digits, *text);
        ck_assert_msg(digit, "no hex digit: %s", text);
        if (high < 0) {
            high = (int)(digit - digits);
            continue;
        }
        ck_assert_uint_lt(length, capacity);
        bytes[length++] = (uint8_t)(high * 16 + (digit - digits));
        high = -1;
    }
    ck_assert_int_eq(high, -1);
    return length;
}

static uint8_t bytes[4096];
static uint8_t again[4096];
static size_t length;

static void take(const char *hex)
{
    length = unhex(bytes, sizeof bytes, hex);
}

/* Decodes `bytes`, and encodes it to the same; further arguments are the record's parameters. */
#define DECODE_WITH(name, record, ...)                                                \
    do {                                                                              \
        ck_assert(kiwi_##name##_decode(record, bytes, length, __VA_ARGS__));          \
        size_t size = kiwi_##name##_encode(record, again, sizeof again, __VA_ARGS__); \
        ck_assert_uint_gt(size, 0);                                                   \
        ck_assert_uint_le(size, length);                                              \
        ck_assert_mem_eq(again, bytes, size);                                         \
        head = size;                                                                  \
    } while (0)
#define DECODE(name, record)                                             \
    do {                                                                 \
        ck_assert(kiwi_##name##_decode(record, bytes, length));          \
        size_t size = kiwi_##name##_encode(record, again, sizeof again); \
        ck_assert_uint_gt(size, 0);                                      \
        ck_assert_uint_le(size, length);                                 \
        ck_assert_mem_eq(again, bytes, size);                            \
        head = size;                                                     \
    } while (0)

static size_t head; /* bytes of the fields of the record decoded last */

/* What a walk meets: "path type offset length" of records, "gap kind name offset length" of gaps. */
static char met[16384];
static unsigned findings_count;
static struct kiwi_account account;

static void note(void *context, enum kiwi_severity severity, uint64_t offset, const char *field,
                 const char *expected, const char *found)
{
    size_t used = strlen(met);

    (void)context;
    findings_count++;
    snprintf(met + used, sizeof met - used, "finding %d %llu %s: %s, not %s\n", (int)severity,
             (unsigned long long)offset, field, expected, found);
}

static void walk(const struct kiwi_record_type *type, const uint64_t *arguments, const char *path)
{
    struct kiwi_engine engine;
    struct kiwi_item item;

    met[0] = '\0';
    findings_count = 0;
    account = (struct kiwi_account){0};
    kiwi_engine_init(&engine, note, NULL);
    engine.account = &account;
    engine.check = true;
    kiwi_engine_start(&engine, type, (struct kiwi_view){bytes, length, 1000, NULL}, arguments, path);
    while (kiwi_engine_next(&engine, &item)) {
        size_t used = strlen(met);

        ck_assert_uint_lt(used, sizeof met - 200);
        if (item.type) {
            ck_assert(item.type->round_trip(item.bytes, item.length, item.arguments));
            snprintf(met + used, sizeof met - used, "%s %s %llu %llu\n", kiwi_engine_path(&engine),
                     item.type->name, (unsigned long long)item.offset - 1000,
                     (unsigned long long)item.length);
        } else {
            snprintf(met + used, sizeof met - used, "gap %d %s %llu %llu\n", (int)item.gap, item.name,
                     (unsigned long long)item.offset - 1000, (unsigned long long)item.length);
        }
    }
    kiwi_engine_free(&engine);
    ck_assert_uint_eq(account.field + account.padding + account.reserved + account.unknown, length);
}

/* 7.1 Types: DSA, angles, MID, PID and NZ are in test_types.c */

START_TEST(types_region)
{
    static const char *const hex[] = {"08000000", "10000000", "18000000", "20000000"};

    for (int i = 0; i < 4; i++) {
        struct kiwi_region_number region;

        take(hex[i]);
        DECODE(region_number, &region);
        ck_assert_int_eq(region.level, 2 * i + 2);
        ck_assert_uint_eq(region.region, 0);
    }
}
END_TEST

START_TEST(types_words)
{
    struct kiwi_additional_data_management_record small;
    struct kiwi_data_frame_management_record large;

    take("FFFF 0064");
    DECODE(additional_data_management_record, &small);
    ck_assert_uint_eq(small.offset, KIWI_NULL);
    ck_assert_uint_eq(small.size, 200);
    take("FFFFFFFF FFFF");
    DECODE(data_frame_management_record, &large);
    ck_assert_uint_eq(large.offset, KIWI_NULL);
    ck_assert_uint_eq(large.size, KIWI_NULL);
}
END_TEST

/* 7.2 Management header table */

START_TEST(table_records)
{
    static const struct kiwi_sectors sectors = {2048, 32};
    struct kiwi_management_header_record record;

    take("00000300 0293 000000000000000000000000");
    DECODE(management_header_record, &record);
    ck_assert_uint_eq(head, 18);
    ck_assert_uint_eq(kiwi_dsa_offset(record.address, sectors), 6144);
    ck_assert_uint_eq(record.size, 659);
    ck_assert_uint_eq(record.size * sectors.logical_sector_size, 21088);
    ck_assert_int_eq(record.file_name[0], 0);

    take("00000000 0003 494E4445584441542E4B5749");
    DECODE(management_header_record, &record);
    ck_assert_uint_eq(record.address, 0);
    ck_assert_uint_eq(record.size * 32, 96);
    ck_assert_mem_eq(record.file_name, "INDEXDAT.KWI", 12);

    take("FFFFFFFF 0000 000000000000000000000000");
    DECODE(management_header_record, &record);
    ck_assert_uint_eq(kiwi_dsa_offset(record.address, sectors), KIWI_NULL);
    ck_assert_uint_eq(record.size, 0);
}
END_TEST

/* 7.3 Parcel-related frame */

#define PDMDH "2928 0000 0000 0000 0F8700 95F900 278D00 BE6700 0055 0005 0003 0007 0259"
#define LEVEL_12 \
    "3002 3900 02710000 04E20000 FFFFFFFF FFFFFFFF FFFFFFFF 0000 0000 0000 0101 0303 0000 0262 0004 3FEF"
#define LEVEL_0 \
    "0020 3920 00001388 00002710 00004E20 FFFFFFFF FFFFFFFF 0F0F 0307 3F1F 0101 0303 0000 091F 0004 3FEF"
/* 3.2: the class codes of that disc */
#define ROAD_CLASSES "000F 000E 000D 000C 000B 000A 0009 0008 0007 0006 0005 0004 0003 0002 0001 0000"
#define BACKGROUND_CLASSES                                                            \
    "000B 001B 001F 001D 001A 0019 001B 001E 001C 0018 0017 0016 0015 0014 0012 0011" \
    "000C 000B 0013 0010 000F 000E 000D 0008 0007 0006 0005 0004 0003 0002 0001 0000"
#define CLASSES ROAD_CLASSES BACKGROUND_CLASSES ROAD_CLASSES

START_TEST(parcel_distribution_header)
{
    struct kiwi_parcel_related_distribution_header header;

    take(PDMDH);
    ck_assert_uint_eq(length, 30);
    DECODE(parcel_related_distribution_header, &header);
    ck_assert_uint_eq(header.size, 21072);
    ck_assert(!header.file_name_designation);
    ck_assert_double_eq_tol(kiwi_angle_eighths(header.latitude_upper) / 28800.0, 35.33333, 1e-5);
    ck_assert_double_eq_tol(kiwi_angle_eighths(header.latitude_lower) / 28800.0, -50, 1e-9);
    ck_assert_double_eq_tol(kiwi_angle_eighths(header.longitude_left) / 28800.0, 90, 1e-9);
    ck_assert_double_eq_tol(kiwi_angle_eighths(header.longitude_right) / 28800.0, -142, 1e-9);
    ck_assert_uint_eq(header.level_record_size, 170);
    ck_assert_uint_eq(header.block_set_record_size, 10);
    ck_assert_uint_eq(header.block_record_size, 6);
    ck_assert_uint_eq(header.number_of_levels, 7);
    ck_assert_uint_eq(header.number_of_block_sets, 601);
}
END_TEST

START_TEST(parcel_level_12)
{
    struct kiwi_level_management_record level;

    take(LEVEL_12 CLASSES);
    ck_assert_uint_eq(length, 170);
    DECODE_WITH(level_management_record, &level, 170);
    ck_assert_uint_eq(head, 170);
    ck_assert_int_eq(level.level, 12);
    ck_assert_uint_eq(level.upper_integration, 0);
    ck_assert_uint_eq(level.lower_division, 2);
    ck_assert_uint_eq(level.basic_frames, 3);
    ck_assert_uint_eq(level.extended_frames, 9);
    ck_assert_uint_eq(level.basic_route_guidance_frames, 0);
    ck_assert_uint_eq(level.extended_route_guidance_frames, 0);
    ck_assert_uint_eq(level.display_scale_1, 40960000);
    ck_assert_uint_eq(level.display_scale_2, 81920000);
    ck_assert_uint_eq(level.display_scale_3, 0xFFFFFFFF);
    ck_assert_uint_eq(level.block_sets_latitude * level.block_sets_longitude, 1);
    ck_assert_uint_eq(level.blocks_latitude * level.blocks_longitude, 1);
    ck_assert_uint_eq(level.parcels_latitude * level.parcels_longitude, 1);
    ck_assert_uint_eq(level.block_set_offset, 1220);
    ck_assert_uint_eq(level.node_record_size, 8);
    ck_assert_uint_eq(level.number_of_road_display_classes, 16);
    ck_assert_uint_eq(level.number_of_background_display_classes, 32);
    ck_assert_uint_eq(level.number_of_name_display_classes, 16);
    ck_assert_uint_eq(level.road_display_classes_length, 32);
    ck_assert_uint_eq(level.background_display_classes_length, 64);
    ck_assert_uint_eq(level.name_display_classes_length, 32);
    ck_assert_uint_eq(level.adjustment_length, 0);
    ck_assert_uint_eq(level.road_display_classes[1], 15);
    ck_assert_uint_eq(level.background_display_classes[1], 11);
    ck_assert_uint_eq(level.background_display_classes[7 * 2 + 1], 30); /* water */
    ck_assert_uint_eq(level.name_display_classes[13 * 2 + 1], 2);
}
END_TEST

START_TEST(parcel_level_0)
{
    struct kiwi_level_management_record level;

    take(LEVEL_0);
    ck_assert_uint_eq(length, 42);
    ck_assert(!kiwi_level_management_record_decode(&level, bytes, length, 170));
    take(LEVEL_0 CLASSES);
    DECODE_WITH(level_management_record, &level, 170);
    ck_assert_int_eq(level.level, 0);
    ck_assert_uint_eq(level.upper_integration, 2);
    ck_assert_uint_eq(level.lower_division, 0);
    ck_assert_uint_eq(level.basic_frames, 3);
    ck_assert_uint_eq(level.extended_frames, 9);
    ck_assert_uint_eq(level.basic_route_guidance_frames, 2);
    ck_assert_uint_eq(level.extended_route_guidance_frames, 0);
    ck_assert_uint_eq(level.display_scale_1, 5000);
    ck_assert_uint_eq(level.display_scale_2, 10000);
    ck_assert_uint_eq(level.display_scale_3, 20000);
    ck_assert_uint_eq(level.display_scale_4, 0xFFFFFFFF);
    ck_assert_uint_eq(level.block_sets_latitude, 16);
    ck_assert_uint_eq(level.block_sets_longitude, 16);
    ck_assert_uint_eq(level.blocks_latitude, 4);
    ck_assert_uint_eq(level.blocks_longitude, 8);
    ck_assert_uint_eq(level.parcels_latitude, 64);
    ck_assert_uint_eq(level.parcels_longitude, 32);
    ck_assert_uint_eq(level.divided_1_latitude, 2);
    ck_assert_uint_eq(level.divided_1_longitude, 2);
    ck_assert_uint_eq(level.divided_2_latitude, 4);
    ck_assert_uint_eq(level.divided_2_longitude, 4);
    ck_assert_uint_eq(level.divided_3_latitude, 1);
    ck_assert_uint_eq(level.divided_3_longitude, 1);
    ck_assert_uint_eq(level.block_set_offset, 4670);
}
END_TEST

START_TEST(parcel_block_sets)
{
    struct kiwi_block_set_management_record record;
    struct kiwi_block_management_record block;

    take("3000 00000E1F 00000003");
    DECODE_WITH(block_set_management_record, &record, 10);
    ck_assert_int_eq(record.level, 12);
    ck_assert_uint_eq(record.block_set_number, 0);
    ck_assert_uint_eq(record.table_offset, 7230);
    ck_assert_uint_eq(record.table_size, 6);
    take("2807 FFFFFFFF 00000000");
    DECODE_WITH(block_set_management_record, &record, 10);
    ck_assert_int_eq(record.level, 10);
    ck_assert_uint_eq(record.block_set_number, 7);
    ck_assert_uint_eq(record.table_offset, KIWI_NULL);
    ck_assert_uint_eq(record.table_size, 0);
    take("00000D13 0001");
    DECODE_WITH(block_management_record, &block, 6);
    ck_assert_uint_eq(kiwi_dsa_offset(block.address, (struct kiwi_sectors){2048, 32}), 27232);
    ck_assert_uint_eq(block.size * 32, 32);
    ck_assert_uint_eq(block.file_name_length, 0);
}
END_TEST

START_TEST(parcel_list)
{
    struct kiwi_parcel_management_information list;
    struct kiwi_main_map_parcel_management_record slot;

    take("0000 FFFF");
    DECODE(parcel_management_information, &list);
    ck_assert_uint_eq(list.parcels_type, 0);
    ck_assert_uint_eq(list.list_type, 0);
    ck_assert_uint_eq(list.route_guidance_list_offset, KIWI_NULL);
    take("0032C803 000D");
    DECODE_WITH(main_map_parcel_management_record, &slot, 0);
    ck_assert_uint_eq(kiwi_dsa_offset(slot.address, (struct kiwi_sectors){2048, 32}), 26624096);
    ck_assert_uint_eq(slot.size * 32, 416);
    ck_assert_uint_eq(slot.divided_offset, 0);
    take("FFFFFFFF 0000");
    DECODE_WITH(main_map_parcel_management_record, &slot, 0);
    ck_assert_uint_eq(slot.address, KIWI_DSA_NULL);
    ck_assert_uint_eq(slot.size, 0);
    take("00000062 0000");
    DECODE_WITH(main_map_parcel_management_record, &slot, 0);
    ck_assert_uint_eq(slot.divided_offset, 196);
    ck_assert_uint_eq(slot.address, 0);
    ck_assert_uint_eq(slot.size, 0);
    take("0100 FFFF");
    DECODE(parcel_management_information, &list);
    ck_assert_uint_eq(list.parcels_type, 1);
    ck_assert_uint_eq(list.list_type, 0);
}
END_TEST

/* A disc shaped as the reference disc of the notes: its coverage, its seven levels, all of its 601 block
 * sets. */

#define DISC_SIZE 26700000u

/* Levels from 12 to 0: block sets, blocks, parcels (latitude, longitude), offset of the block set records
 * (3.2). */
static const struct {
    int number;
    unsigned sets[2], blocks[2], parcels[2], offset;
} levels[] = {
    {12, {1, 1}, {1, 1}, {1, 1}, 1220},    {10, {2, 4}, {1, 1}, {2, 1}, 1230},
    {8, {2, 4}, {1, 1}, {8, 4}, 1310},     {6, {2, 4}, {1, 1}, {32, 16}, 1390},
    {4, {8, 8}, {1, 1}, {32, 32}, 1470},   {2, {16, 16}, {2, 2}, {32, 32}, 2110},
    {0, {16, 16}, {4, 8}, {64, 32}, 4670},
};

static uint8_t *image;
static struct kiwi_source *source;
static struct kiwi_disc *disc;
static struct kiwi_map *map;
static struct findings findings;
static size_t next_table; /* from the distribution header */
static size_t next_list;  /* in the file */

static void put16(size_t at, size_t value)
{
    image[at] = (uint8_t)(value >> 8);
    image[at + 1] = (uint8_t)value;
}

static void put32(size_t at, size_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

static size_t put(size_t at, const char *hex)
{
    return unhex(image + at, DISC_SIZE - at, hex);
}

static void build(void)
{
    image = calloc(1, DISC_SIZE);
    ck_assert_ptr_nonnull(image);
    put(160, "464F524D41542056455253494F4E204B49574930312D32322D30300A");
    put16(472, 32);
    put16(474, 2048);
    put(2048, "00000300 0293 000000000000000000000000");
    for (size_t at = 2048 + 18; at + 18 <= 4096; at += 18)
        put(at, "FFFFFFFF 0000");
    put(6144, PDMDH);
    for (size_t i = 0; i < 7; i++) {
        size_t at = 6144 + 30 + i * 170;

        put(at, i == 0 ? LEVEL_12 : LEVEL_0);
        put(at + 42, CLASSES);
        if (i > 0 && i < 6) {
            put16(at, (size_t)levels[i].number << 10 | 0x22);
            for (int axis = 0; axis < 2; axis++) {
                image[at + 24 + (size_t)axis] = (uint8_t)(levels[i].sets[axis] - 1);
                image[at + 26 + (size_t)axis] = (uint8_t)(levels[i].blocks[axis] - 1);
                image[at + 28 + (size_t)axis] = (uint8_t)(levels[i].parcels[axis] - 1);
            }
            put16(at + 36, levels[i].offset / 2);
        }
        for (size_t set = 0; set < levels[i].sets[0] * levels[i].sets[1]; set++) {
            size_t record = 6144 + levels[i].offset + set * 10;

            put16(record, (size_t)levels[i].number << 10 | set);
            put(record + 2, "FFFFFFFF 00000000");
        }
    }
    next_table = 7230;
    next_list = 27232;
}

/* Gives a block its list of empty slots and returns where that begins; spare bytes follow the list. */
static size_t add_block(size_t level, size_t set, size_t block, size_t spare)
{
    size_t blocks = levels[level].blocks[0] * levels[level].blocks[1];
    size_t slots = levels[level].parcels[0] * levels[level].parcels[1];
    size_t record = 6144 + levels[level].offset + set * 10;
    size_t list = next_list;
    size_t size = (4 + slots * 6 + spare + 31) / 32;

    put32(record + 2, next_table / 2);
    put32(record + 6, blocks * 6 / 2);
    for (size_t i = 0; i < blocks; i++)
        put(6144 + next_table + i * 6, "FFFFFFFF 0000");
    put32(6144 + next_table + block * 6, list / 2048 << 8 | list % 2048 / 32);
    put16(6144 + next_table + block * 6 + 4, size);
    next_table += blocks * 6;
    next_list += size * 32;
    put(list, "0000 FFFF");
    for (size_t i = 0; i < slots; i++)
        put(list + 4 + i * 6, "FFFFFFFF 0000");
    return list;
}

/* A frame of one logical sector, or of those bytes, for the slot at that place. */
static size_t add_frame(size_t slot, const uint8_t *frame, size_t size)
{
    static const uint8_t empty[32];
    size_t at = next_list;
    size_t sectors = (size + 31) / 32;

    put32(slot, at / 2048 << 8 | at % 2048 / 32);
    put16(slot + 4, sectors);
    memcpy(image + at, frame ? frame : empty, size);
    next_list += sectors * 32;
    return at;
}

static void open_map(void)
{
    const struct kiwi_disc_options options = {
        .size = sizeof options, .finding = collect, .context = &findings};
    memset(&findings, 0, sizeof findings);
    ck_assert_int_eq(kiwi_source_from_memory(image, DISC_SIZE, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(source, "ALLDATA.KWI", &options, &disc, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_map_open(disc, &map, NULL), KIWI_OK);
}

static void close_map(void)
{
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    free(image);
    map = NULL;
}

static int32_t eighths(double degrees)
{
    double scaled = degrees * 28800;
    int32_t value = (int32_t)scaled;

    return scaled < value ? value - 1 : value;
}

static struct kiwi_place at(int32_t latitude, int32_t longitude)
{
    return (struct kiwi_place){kiwi_eighths_degrees(latitude), kiwi_eighths_degrees(longitude)};
}

START_TEST(disc_levels)
{
    static const unsigned grids[7][2] = {{1, 1},     {4, 4},       {16, 16},    {64, 64},
                                         {256, 256}, {1024, 1024}, {4096, 4096}};

    build();
    open_map();
    ck_assert_uint_eq(kiwi_map_level_count(map), 7);
    for (size_t i = 0; i < 7; i++) {
        const struct kiwi_level *level = kiwi_map_level(map, i);

        ck_assert_int_eq(level->number, levels[i].number);
        ck_assert_ptr_eq(kiwi_map_level_by_number(map, levels[i].number), level);
        ck_assert_uint_eq(level->rows, grids[i][0]);
        ck_assert_uint_eq(level->columns, grids[i][1]);
        ck_assert_int_eq(level->grid.height, 2457600); /* 3.6: 600 x 4096 */
        ck_assert_int_eq(level->grid.width, 3686400);  /* 900 x 4096, across 180 degrees */
        ck_assert_uint_eq(level->record.block_set_offset, levels[i].offset);
        ck_assert_uint_eq(level->road_class_count, 16);
        ck_assert_uint_eq(level->background_class_count, 32);
        ck_assert_uint_eq(level->name_class_count, 16);
        ck_assert_uint_eq(level->road_classes[12], 3);
        ck_assert_uint_eq(level->background_classes[8], 28);
        ck_assert_uint_eq(level->name_classes[7], 8);
    }
    ck_assert_uint_eq(findings.count, 0);
    close_map();
}
END_TEST

/* To the callback that the disc was opened with; a walk finds the same again, for its own. */
START_TEST(disc_findings_once)
{
    static const char sector[] = "ALLDATA.KWI|logical_sector_size|32 to 256|31\n";
    static struct findings walked;
    const struct kiwi_walk_options options = {
        .size = sizeof options, .headers = true, .finding = collect, .context = &walked};
    const struct kiwi_walk_options silent = {.size = sizeof silent, .headers = true};
    struct kiwi_walk *walk;

    build();
    put16(472, 31);
    open_map();
    ck_assert_uint_eq(findings.of[KIWI_ERROR], 1);
    ck_assert_msg(strncmp(findings.text, sector, sizeof sector - 1) == 0, "%s", findings.text);
    unsigned count = findings.count;
    ck_assert_int_eq(kiwi_walk_open(disc, &silent, &walk, NULL), KIWI_OK);
    kiwi_walk_close(walk);
    ck_assert_int_eq(kiwi_walk_open(disc, &options, &walk, NULL), KIWI_OK);
    kiwi_walk_close(walk);
    ck_assert_uint_eq(findings.count, count);
    ck_assert_str_eq(walked.text, findings.text);
    kiwi_disc_findings(disc, collect, &walked);
    ck_assert_uint_eq(walked.count, count); /* the map's are not kept */
    close_map();
}
END_TEST

/* 7.4 Locate */

static const struct place {
    double latitude, longitude;
    int level;
    unsigned column, row, set, block, slot;
} places[] = {
    {-37.813629, 144.963058, 0, 1758, 584, 38, 14, 286},
    {-37.813629, 144.963058, 2, 439, 146, 38, 1, 599},
    {-37.813629, 144.963058, 8, 6, 2, 1, 0, 10},
    {-31.95312, 115.86719, 0, 827, 866, 51, 9, 1115},
    {-31.95312, 115.86719, 6, 12, 13, 0, 0, 220},
    {-31.95312, 115.86719, 8, 3, 3, 0, 0, 15},
    {-33.8688, 151.2093, 0, 1958, 774, 55, 5, 198},
    {-33.8688, 151.2093, 2, 489, 193, 55, 1, 41},
    {-27.4698, 153.0251, 0, 2016, 1081, 71, 7, 1824},
    {-27.4698, 153.0251, 6, 31, 16, 1, 0, 271},
    {-27.4698, 153.0251, 8, 7, 4, 1, 0, 19},
    {-27.4698, 153.0251, 12, 0, 0, 0, 0, 0},
    {10.5, -150.25, 12, 0, 0, 0, 0, 0},
};

START_TEST(locate)
{
    const struct place *place = &places[_i];
    size_t index = 0;
    uint32_t column, row;
    struct kiwi_parcel parcel;
    int32_t latitude = eighths(place->latitude);
    int32_t longitude = eighths(place->longitude);

    while (levels[index].number != place->level)
        index++;
    build();
    size_t list = add_block(index, place->set, place->block, 0);
    size_t frame = add_frame(list + 4 + place->slot * 6, NULL, 32);
    open_map();
    const struct kiwi_level *level = kiwi_map_level_by_number(map, place->level);
    ck_assert(kiwi_level_cell(level, at(latitude, longitude), &column, &row));
    ck_assert_uint_eq(column, place->column);
    ck_assert_uint_eq(row, place->row);
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, at(latitude, longitude), &parcel, NULL), KIWI_OK);
    ck_assert_uint_eq(parcel.offset, frame);
    ck_assert_uint_eq(parcel.size, 32);
    ck_assert_uint_eq(parcel.column, place->column);
    ck_assert_uint_eq(parcel.row, place->row);
    ck_assert_uint_eq(parcel.block_set, place->set);
    ck_assert_uint_eq(parcel.block, place->block);
    ck_assert_uint_eq(parcel.slot, place->slot);
    ck_assert(!parcel.divided);
    /* the cells around it have no parcel */
    if (place->level != 12) {
        int32_t height = level->grid.height / (int32_t)level->rows;
        int32_t width = level->grid.width / (int32_t)level->columns;

        ck_assert_int_eq(kiwi_map_parcel_at(map, level, at(latitude + height, longitude), &parcel, NULL),
                         KIWI_ERROR_NOT_FOUND);
        ck_assert_int_eq(kiwi_map_parcel_at(map, level, at(latitude, longitude - width), &parcel, NULL),
                         KIWI_ERROR_NOT_FOUND);
    }
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, at(eighths(-60), longitude), &parcel, NULL),
                     KIWI_ERROR_NOT_FOUND);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    close_map();
}
END_TEST

START_TEST(locate_boxes)
{
    static const struct {
        size_t place;
        double south, north, west, east;
    } boxes[] = {{0, -37.83333, -37.8125, 144.9375, 144.96875}, {3, -31.95833, -31.9375, 115.84375, 115.875}};

    build();
    open_map();
    for (int i = 0; i < 2; i++) {
        const struct place *place = &places[boxes[i].place];
        struct kiwi_parcel parcel = {.level = kiwi_map_level_by_number(map, 0),
                                     .column = place->column,
                                     .row = place->row,
                                     .columns = 1,
                                     .rows = 1,
                                     .part_columns = 1,
                                     .part_rows = 1};
        struct kiwi_box box = kiwi_parcel_box(&parcel);

        ck_assert_double_eq_tol(box.south, boxes[i].south, 1e-5);
        ck_assert_double_eq_tol(box.north, boxes[i].north, 1e-5);
        ck_assert_double_eq_tol(box.west, boxes[i].west, 1e-9);
        ck_assert_double_eq_tol(box.east, boxes[i].east, 1e-9);
    }
    close_map();
}
END_TEST

START_TEST(locate_divided)
{
    /* Melbourne on level 8 is divided: 4 + 32 slots of 6 bytes, then the list of its four parts at byte 196
     */
    struct kiwi_parcel parcel;

    build();
    size_t list = add_block(2, 1, 0, 28);
    put(list + 4 + 10 * 6, "00000062 0000");
    put(list + 196, "0100 FFFF FFFFFFFF 0000 FFFFFFFF 0000 FFFFFFFF 0000 FFFFFFFF 0000");
    size_t first = add_frame(list + 200, NULL, 32);
    size_t second = add_frame(list + 206, NULL, 32);
    add_frame(list + 212, NULL, 32);
    open_map();
    const struct kiwi_level *level = kiwi_map_level_by_number(map, 8);
    /* row 2 + 0.28, column 6 + 0.87: the south-eastern part */
    ck_assert_int_eq(
        kiwi_map_parcel_at(map, level, (struct kiwi_place){-37.813629, 144.963058}, &parcel, NULL), KIWI_OK);
    ck_assert_uint_eq(parcel.offset, second);
    ck_assert(parcel.divided);
    ck_assert_uint_eq(parcel.slot, 10);
    ck_assert_uint_eq(parcel.part_row, 0);
    ck_assert_uint_eq(parcel.part_column, 1);
    ck_assert_uint_eq(parcel.part_rows, 2);
    ck_assert_uint_eq(parcel.part_columns, 2);
    ck_assert_uint_eq(parcel.column, 6);
    ck_assert_uint_eq(parcel.row, 2);
    struct kiwi_box box = kiwi_parcel_box(&parcel); /* cells are 5.3333 high and 8 degrees wide */
    ck_assert_double_eq_tol(box.south, -50 + 2 * 16 / 3.0, 1e-9);
    ck_assert_double_eq_tol(box.north, -50 + 2.5 * 16 / 3.0, 1e-9);
    ck_assert_double_eq_tol(box.west, 90 + 6.5 * 8, 1e-9);
    ck_assert_double_eq_tol(box.east, 90 + 7 * 8, 1e-9);
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, (struct kiwi_place){-37.813629, 140}, &parcel, NULL),
                     KIWI_OK);
    ck_assert_uint_eq(parcel.offset, first);
    /* row 2 + 0.75, column 6 + 0.87: that part has no frame */
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, (struct kiwi_place){-35.333, 144.963058}, &parcel, NULL),
                     KIWI_ERROR_NOT_FOUND);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    close_map();
}
END_TEST

START_TEST(locate_slot_10)
{
    /* 7.3: the level-10 record with its two slots, one of them at the address of the notes */
    struct kiwi_parcel parcel;

    build();
    size_t list = add_block(1, 0, 0, 0);
    put(list, "0000 FFFF 0032C803 000D FFFFFFFF 0000");
    open_map();
    const struct kiwi_level *level = kiwi_map_level_by_number(map, 10);
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, (struct kiwi_place){-49, 91}, &parcel, NULL), KIWI_OK);
    ck_assert_uint_eq(parcel.offset, 26624096);
    ck_assert_uint_eq(parcel.size, 416);
    ck_assert_uint_eq(parcel.slot, 0);
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, (struct kiwi_place){-20, 91}, &parcel, NULL),
                     KIWI_ERROR_NOT_FOUND);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    close_map();
}
END_TEST

START_TEST(locate_integrated)
{
    /* the 4 x 4 tile that Melbourne lies in: columns 1756..1759 and rows 584..587 share one frame */
    struct kiwi_parcel parcel;
    struct kiwi_parcels *parcels;

    build();
    size_t list = add_block(6, 38, 14, 0);
    size_t frame = add_frame(list + 4 + (8 * 32 + 28) * 6, NULL, 32);
    for (size_t row = 8; row < 12; row++)
        for (size_t column = 28; column < 32; column++)
            memcpy(image + list + 4 + (row * 32 + column) * 6, image + list + 4 + (8 * 32 + 28) * 6, 6);
    open_map();
    const struct kiwi_level *level = kiwi_map_level_by_number(map, 0);
    ck_assert_int_eq(
        kiwi_map_parcel_at(map, level, (struct kiwi_place){-37.813629, 144.963058}, &parcel, NULL), KIWI_OK);
    ck_assert_uint_eq(parcel.offset, frame);
    ck_assert_uint_eq(parcel.column, 1756);
    ck_assert_uint_eq(parcel.row, 584);
    ck_assert_uint_eq(parcel.columns, 4);
    ck_assert_uint_eq(parcel.rows, 4);
    ck_assert_int_eq(kiwi_parcels_open(map, level, NULL, &parcels, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_parcels_next(parcels, &parcel, NULL), KIWI_OK);
    ck_assert_uint_eq(parcel.offset, frame);
    ck_assert_int_eq(kiwi_parcels_next(parcels, &parcel, NULL), KIWI_END); /* once, not 16 times */
    kiwi_parcels_close(parcels);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    close_map();
}
END_TEST

/* 7.5 Map frame headers */

static const uint64_t frame_arguments[KIWI_MAXIMUM_ARGUMENTS] = {3, 9, 8};
#define NO_ENTRY "FFFFFFFF 0000 "
#define NO_ENTRIES_4 NO_ENTRY NO_ENTRY NO_ENTRY NO_ENTRY
#define NO_ENTRIES_8 NO_ENTRIES_4 NO_ENTRIES_4
#define FRAME_12 "0036 95F90000 278D0000 0000 C000 FF000000 0064 8A02 890A 0000 0000 FFFFFFFF 0000 0000 "
#define FRAME_0 \
    "0050 90A04000 3FAA7000 081C A033 12000000 0064 0053 0038 0000 0000 FFFFFFFF 0000 0001 08000000 "

START_TEST(frame_level_12)
{
    struct kiwi_main_map_distribution_header frame;

    take(FRAME_12 NO_ENTRIES_8 NO_ENTRIES_4);
    DECODE(main_map_distribution_header, &frame);
    ck_assert_uint_eq(frame.header_size, 108);
    ck_assert_int_eq(kiwi_angle_eighths(frame.lower_left.latitude), -50 * 28800);
    ck_assert_int_eq(kiwi_angle_eighths(frame.lower_left.longitude), 90 * 28800);
    ck_assert_uint_eq(frame.location_latitude, 0);
    ck_assert_uint_eq(frame.location_longitude, 0);
    ck_assert_uint_eq(frame.parcel_kind, KIWI_PARCEL_KIND_WHOLE);
    ck_assert(!frame.adjacency);
    ck_assert_uint_eq(frame.area_number, 255);
    ck_assert_uint_eq(frame.data_source_scale_standard, 0);
    ck_assert_uint_eq(frame.data_source_scale, 100);
    ck_assert_uint_eq(frame.longitude_unit, KIWI_REAL_LENGTH_UNIT_METRE);
    ck_assert_uint_eq(frame.longitude_length, 2562);
    ck_assert_uint_eq(frame.latitude_unit, KIWI_REAL_LENGTH_UNIT_METRE);
    ck_assert_uint_eq(frame.latitude_length, 2314);
    ck_assert_uint_eq(frame.route_guidance_address, KIWI_DSA_NULL);
    ck_assert_uint_eq(frame.number_of_regions, 0);

    walk(&kiwi_type_main_map_distribution_header, frame_arguments, "frame");
    ck_assert_str_eq(met, "frame main_map_distribution_header 0 36\n"
                          "frame.entry[0] data_frame_management_record 36 6\n"
                          "frame.entry[1] data_frame_management_record 42 6\n"
                          "frame.entry[2] data_frame_management_record 48 6\n"
                          "frame.entry[3] data_frame_management_record 54 6\n"
                          "frame.entry[4] data_frame_management_record 60 6\n"
                          "frame.entry[5] data_frame_management_record 66 6\n"
                          "frame.entry[6] data_frame_management_record 72 6\n"
                          "frame.entry[7] data_frame_management_record 78 6\n"
                          "frame.entry[8] data_frame_management_record 84 6\n"
                          "frame.entry[9] data_frame_management_record 90 6\n"
                          "frame.entry[10] data_frame_management_record 96 6\n"
                          "frame.entry[11] data_frame_management_record 102 6\n");
    ck_assert_uint_eq(account.field, 108);
}
END_TEST

START_TEST(frame_level_0)
{
    struct kiwi_main_map_distribution_header frame;

    take(FRAME_0 NO_ENTRIES_8 NO_ENTRIES_8 NO_ENTRIES_4);
    ck_assert_uint_eq(length, 160);
    DECODE(main_map_distribution_header, &frame);
    ck_assert_uint_eq(frame.header_size, 160);
    ck_assert_double_eq_tol(kiwi_angle_eighths(frame.lower_left.latitude) / 28800.0, -37.83333, 1e-5);
    ck_assert_double_eq_tol(kiwi_angle_eighths(frame.lower_left.longitude) / 28800.0, 144.875, 1e-9);
    ck_assert_uint_eq(frame.location_latitude, 8);
    ck_assert_uint_eq(frame.location_longitude, 28);
    ck_assert_uint_eq(frame.parcel_kind, KIWI_PARCEL_KIND_INTEGRATED);
    ck_assert_uint_eq(frame.latitude_part + 1, 4);
    ck_assert_uint_eq(frame.longitude_part + 1, 4);
    ck_assert_uint_eq(frame.area_number, 18);
    ck_assert_uint_eq(frame.longitude_unit, KIWI_REAL_LENGTH_UNIT_CENTIMETRE);
    ck_assert_uint_eq(frame.longitude_length, 83);
    ck_assert_uint_eq(frame.latitude_length, 56);
    ck_assert_uint_eq(frame.number_of_regions, 1);

    walk(&kiwi_type_main_map_distribution_header, frame_arguments, "frame");
    ck_assert_ptr_nonnull(strstr(
        met, "frame.region[0] region_number 36 4\nframe.entry[0] data_frame_management_record 40 6\n"));
    ck_assert_ptr_nonnull(strstr(met, "frame.entry[11] data_frame_management_record 106 6\n"
                                      "frame.adjacent[0] adjacent_parcel_address 112 6\n"));
    ck_assert_ptr_nonnull(strstr(met, "frame.adjacent[7] adjacent_parcel_address 154 6\n"));
    ck_assert_uint_eq(findings_count, 0);
    ck_assert_uint_eq(account.field, 160);
}
END_TEST

START_TEST(frame_identifiers)
{
    static const struct {
        const char *hex;
        unsigned kind, adjacency, type, latitude, longitude;
    } cases[] = {{"E000", 3, 1, 0, 0, 0},
                 {"C000", 3, 0, 0, 0, 0},
                 {"6111", 1, 1, 1, 1, 1},
                 {"6110", 1, 1, 1, 1, 0},
                 {"A033", 2, 1, 0, 3, 3}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kiwi_main_map_distribution_header frame;

        take(FRAME_12);
        unhex(bytes + 12, 2, cases[i].hex);
        DECODE(main_map_distribution_header, &frame);
        ck_assert_uint_eq(frame.parcel_kind, cases[i].kind);
        ck_assert_uint_eq(frame.adjacency, cases[i].adjacency);
        ck_assert_uint_eq(frame.division_type, cases[i].type);
        ck_assert_uint_eq(frame.latitude_part, cases[i].latitude);
        ck_assert_uint_eq(frame.longitude_part, cases[i].longitude);
    }
}
END_TEST

/* Geometry: the shapes that a parcel of level 0 with the frame in `bytes` gives. */

static struct kiwi_shapes *shapes;

static void open_shapes(unsigned kinds)
{
    struct kiwi_parcel parcel;
    size_t melbourne = 286;

    build();
    size_t list = add_block(6, 38, 14, 0);
    add_frame(list + 4 + melbourne * 6, bytes, length);
    open_map();
    ck_assert_int_eq(kiwi_map_parcel_at(map, kiwi_map_level_by_number(map, 0),
                                        (struct kiwi_place){-37.813629, 144.963058}, &parcel, NULL),
                     KIWI_OK);
    ck_assert_int_eq(kiwi_shapes_open(map, &shapes, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_shapes_start(shapes, &parcel, kinds, NULL), KIWI_OK);
}

static void close_shapes(void)
{
    struct kiwi_shape shape;

    ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_END);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    kiwi_shapes_close(shapes);
    close_map();
}

static void check_points(const struct kiwi_shape *shape, const int32_t (*points)[2], size_t count)
{
    ck_assert_uint_eq(shape->point_count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(shape->points[i].x, points[i][0]);
        ck_assert_int_eq(shape->points[i].y, points[i][1]);
    }
}

/* 7.6 Background */

#define NO_UNIT "FFFF 0000 "
#define NO_UNITS_7 NO_UNIT NO_UNIT NO_UNIT NO_UNIT NO_UNIT NO_UNIT NO_UNIT
#define NO_UNITS_24 NO_UNITS_7 NO_UNITS_7 NO_UNITS_7 NO_UNIT NO_UNIT NO_UNIT
#define CELL_FILL "000A C004 0121 0006 0000 0000 4000 0040 C000 00C0"
#define TILE_FILL "0012 E00C 0121 0006 0000 0000 5500 5500 5600 0055 0055 0056 AB00 AB00 AA00 00AB 00AB 00AA"
#define RECTANGLE "000E 0008 0005 0007 0000 0000 4000 4000 0040 0041 C000 C000 00C0 00BF"

START_TEST(background_records)
{
    struct kiwi_minimum_graphics_data_record shape;

    take(TILE_FILL);
    DECODE_WITH(minimum_graphics_data_record, &shape, false);
    ck_assert_uint_eq(head, 36);
    ck_assert_uint_eq(shape.record_size, 36);
    ck_assert_uint_eq(shape.display_scale_flags, 7 << 2); /* scales 1 to 3 */
    ck_assert_uint_eq(shape.number_of_offsets, 12);
    ck_assert_uint_eq(shape.steps_length, 24);
    ck_assert_uint_eq(shape.type_code, KIWI_TYPE_CODE_SEA);
    ck_assert_uint_eq(shape.multiplication_exponent, 6);
    ck_assert(!shape.deleted && !shape.temporal && !shape.extended && !shape.has_name_offset &&
              !shape.pen_up);

    take(CELL_FILL);
    DECODE_WITH(minimum_graphics_data_record, &shape, false);
    ck_assert_uint_eq(head, 20);
    ck_assert_uint_eq(shape.display_scale_flags, 3 << 3); /* scales 1 and 2 */
    ck_assert_uint_eq(shape.number_of_offsets, 4);

    take(RECTANGLE);
    DECODE_WITH(minimum_graphics_data_record, &shape, false);
    ck_assert_uint_eq(head, 28);
    ck_assert_uint_eq(shape.record_size, 28);
    ck_assert_uint_eq(shape.number_of_offsets, 8);
    ck_assert_uint_eq(shape.display_scale_flags, 0);
    ck_assert_uint_eq(shape.type_code, 5);
    ck_assert_uint_eq(shape.multiplication_exponent, 7);
    ck_assert_uint_eq(shape.steps[2 * 3 + 1], 65);
    ck_assert_int_eq((int8_t)shape.steps[2 * 7 + 1], -65);
    ck_assert_uint_eq(shape.trailer_length, 0);
}
END_TEST

START_TEST(background_unit)
{
    struct kiwi_background_type_unit_header unit;

    take("0003 8001");
    DECODE(background_type_unit_header, &unit);
    ck_assert_uint_eq(unit.offset, 6);
    ck_assert_uint_eq(unit.shape_class, KIWI_SHAPE_CLASS_AREA);
    ck_assert_uint_eq(unit.number_of_records, 1);
    ck_assert(!unit.has_height);

    take("0001 0003 8001" RECTANGLE);
    ck_assert_uint_eq(length, 34);
    walk(&kiwi_type_element_unit, frame_arguments, "unit");
    ck_assert_str_eq(met, "unit element_unit 0 2\n"
                          "unit.type_unit[0] background_type_unit_header 2 4\n"
                          "unit.unit[0] minimum_graphics_data_list 6 0\n"
                          "unit.unit[0].shape[0] minimum_graphics_data_record 6 28\n");
    ck_assert_uint_eq(account.field, 34);
}
END_TEST

START_TEST(background_frame)
{
    /* correction 2: 000D words are the unit of the 20-byte record, the 28-byte one needs 0011 */
    static const char *const hex[] = {"0041" NO_UNITS_7 "0041 000D" NO_UNITS_24 "0001 0003 8001" CELL_FILL,
                                      "0041" NO_UNITS_7 "0041 0011" NO_UNITS_24 "0001 0003 8001" RECTANGLE};

    for (int i = 0; i < 2; i++) {
        char last[400];

        take(hex[i]);
        ck_assert_uint_eq(length, 130 + 6 + (i == 0 ? 20 : 28));
        walk(&kiwi_type_background_distribution_header, frame_arguments, "background");
        ck_assert_uint_eq(findings_count, 0);
        ck_assert_uint_eq(account.field, length);
        snprintf(last, sizeof last,
                 "background.element[31] element_management_record 126 4\n"
                 "background[7] element_unit 130 2\n"
                 "background[7].type_unit[0] background_type_unit_header 132 4\n"
                 "background[7].unit[0] minimum_graphics_data_list 136 0\n");
        ck_assert_ptr_nonnull(strstr(met, last));
        snprintf(last, sizeof last, "background[7].unit[0].shape[0] minimum_graphics_data_record 136 %d\n",
                 i == 0 ? 20 : 28);
        ck_assert_ptr_nonnull(strstr(met, last));
    }
    /* the size that belongs to the other record is reported */
    take("0041" NO_UNITS_7 "0041 000D" NO_UNITS_24 "0001 0003 8001" RECTANGLE);
    walk(&kiwi_type_background_distribution_header, frame_arguments, "background");
    ck_assert_uint_gt(findings_count, 0);
}
END_TEST

/* A frame with one sub-frame in an entry: 160 bytes of header of a level-0 parcel. */
static void take_frame(int entry, const char *hex)
{
    size_t at;

    take(FRAME_0 NO_ENTRIES_8 NO_ENTRIES_8 NO_ENTRIES_4);
    at = 40 + (size_t)entry * 6;
    length += unhex(bytes + 160, sizeof bytes - 160, hex);
    ck_assert_uint_eq(length % 2, 0);
    unhex(bytes + at, 4, "00000050");
    bytes[at + 4] = (uint8_t)((length - 160) / 2 >> 8);
    bytes[at + 5] = (uint8_t)((length - 160) / 2);
    while (length % 32 != 0)
        bytes[length++] = 0;
}

START_TEST(background_smallest_frame)
{
    /* 4.4: header 160 + background header 130 + unit 6 + record 20 = 316, padded to 320 bytes */
    take_frame(1, "0041" NO_UNITS_7 "0041 000D" NO_UNITS_24 "0001 0003 8001" CELL_FILL);
    ck_assert_uint_eq(length, 320);
    walk(&kiwi_type_main_map_distribution_header, frame_arguments, "level[0].parcel[1,2]");
    ck_assert_uint_eq(findings_count, 0);
    ck_assert_uint_eq(account.field, 316);
    ck_assert_uint_eq(account.padding, 4);
    ck_assert_ptr_nonnull(strstr(met,
                                 "level[0].parcel[1,2].adjacent[7] adjacent_parcel_address 154 6\n"
                                 "level[0].parcel[1,2].background background_distribution_header 160 2\n"));
    ck_assert_ptr_nonnull(strstr(
        met, "level[0].parcel[1,2].background[7].unit[0].shape[0] minimum_graphics_data_record 296 20\n"
             "gap 0 padding 316 4\n"));
}
END_TEST

START_TEST(background_geometry)
{
    static const int32_t cell[][2] = {{0, 0}, {4096, 0}, {4096, 4096}, {0, 4096}, {0, 0}};
    static const int32_t tile[][2] = {
        {0, 0},         {5440, 0},     {10880, 0}, {16384, 0}, {16384, 5440}, {16384, 10880}, {16384, 16384},
        {10944, 16384}, {5504, 16384}, {0, 16384}, {0, 10944}, {0, 5504},     {0, 0}};
    static const int32_t rectangle[][2] = {{0, 0},        {8192, 0},      {16384, 0},
                                           {16384, 8192}, {16384, 16512}, {8192, 16512},
                                           {0, 16512},    {0, 8320},      {0, 0}};
    struct kiwi_shape shape;

    /* three records in one unit: 6 + 20 + 36 + 28 = 90 bytes = 002D words */
    take_frame(1, "0041" NO_UNITS_7 "0041 002D" NO_UNITS_24 "0001 0003 8003" CELL_FILL TILE_FILL RECTANGLE);
    open_shapes(KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME);
    ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_OK);
    ck_assert_int_eq(shape.kind, KIWI_BACKGROUND);
    ck_assert_uint_eq(shape.list, 7);
    ck_assert_uint_eq(shape.display_class, KIWI_BACKGROUND_DISPLAY_CLASS_WATER);
    ck_assert_uint_eq(shape.type, KIWI_TYPE_CODE_SEA);
    ck_assert_int_eq(shape.shape_class, KIWI_SHAPE_CLASS_AREA);
    check_points(&shape, cell, 5);
    ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_OK);
    check_points(&shape, tile, 13);
    ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_OK);
    ck_assert_uint_eq(shape.type, 5);
    check_points(&shape, rectangle, 9);
    close_shapes();
}
END_TEST

/* 7.7 Road */

#define MULTILINK                                                \
    "001B800C 0002 0007 0000 0000 0000 6810 000EE0A3 0000 0000 " \
    "2001 0064 00C8 0AFB 0000 1000 0190 0000000000000000 0000000000000000"
#define SHORTEST "000F0008 0002 0007 0000 0000 0000 6400 2001 0064 00C8 0AFB 0000 1000 0190"

START_TEST(road_multilink)
{
    struct kiwi_multilink_header multilink;
    struct kiwi_link_shape node;

    take(MULTILINK);
    ck_assert_uint_eq(length, 54);
    DECODE(multilink_header, &multilink);
    ck_assert_uint_eq(head, 24);
    ck_assert_uint_eq(multilink.multilink_size, 54);
    ck_assert_uint_eq(multilink.header_size, 24);
    ck_assert_uint_eq(multilink.number_of_nodes, 2);
    ck_assert_uint_eq(multilink.shape_size, 14);
    ck_assert_uint_eq(
        multilink.additional_node_size + multilink.altitude_size + multilink.passage_regulation_size, 0);
    ck_assert_uint_eq(multilink.road_type, KIWI_ROAD_TYPE_VERY_LOW_SPEED);
    ck_assert(multilink.has_link_id && multilink.route_planning && multilink.has_street_address);
    ck_assert(!multilink.not_infra_link && !multilink.toll && !multilink.selected &&
              !multilink.has_route_number);
    ck_assert_uint_eq(multilink.link_direction, KIWI_LINK_DIRECTION_SIMPLE);
    ck_assert_uint_eq(multilink.link_id, 975011); /* correction 1: the hex is right, 974,499 is not */
    ck_assert_uint_eq(multilink.end_link_id_differential, 0);
    ck_assert_uint_eq(multilink.street_address_size, 0);
    ck_assert_uint_eq(multilink.header_rest_length, 0);

    memmove(bytes, bytes + 24, 14);
    length = 14;
    DECODE(link_shape, &node);
    ck_assert_uint_eq(head, 8);
    ck_assert(!node.one_way_unverified && !node.planned && !node.tunnel && !node.bridge);
    ck_assert_uint_eq(node.one_way, KIWI_ONE_WAY_FORWARD);
    ck_assert_uint_eq(node.number_of_points, 1);
    ck_assert_uint_eq(kiwi_nz(node.x), 100);
    ck_assert_uint_eq(kiwi_nz(node.y), 200);
    memmove(bytes, bytes + 8, 6);
    length = 6;
    DECODE(link_shape, &node);
    ck_assert_uint_eq(node.number_of_points, 0);
    ck_assert_uint_eq(kiwi_nz(node.x), 4096);
    ck_assert_uint_eq(kiwi_nz(node.y), 400);
}
END_TEST

START_TEST(road_multilink_parts)
{
    static const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {8};

    take(MULTILINK);
    walk(&kiwi_type_multilink_header, arguments, "road");
    ck_assert_str_eq(met, "road multilink_header 0 24\n"
                          "road.node[0] link_shape 24 8\n"
                          "road.node[1] link_shape 32 6\n"
                          "road.connection[0] node_link_connection_record 38 8\n"
                          "road.connection[1] node_link_connection_record 46 8\n");
    ck_assert_uint_eq(account.field, 38);
    ck_assert_uint_eq(account.unknown, 16); /* the bits of connection records are not known */
}
END_TEST

START_TEST(road_shortest)
{
    static const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {8};
    struct kiwi_multilink_header multilink;

    take(SHORTEST);
    ck_assert_uint_eq(length, 30);
    DECODE(multilink_header, &multilink);
    ck_assert_uint_eq(head, 16);
    ck_assert_uint_eq(multilink.multilink_size, 30);
    ck_assert(!multilink.has_link_id);
    ck_assert(multilink.not_infra_link);
    /* correction 3: no connection records, and nothing to complain about */
    walk(&kiwi_type_multilink_header, arguments, "road");
    ck_assert_str_eq(met, "road multilink_header 0 16\n"
                          "road.node[0] link_shape 16 8\n"
                          "road.node[1] link_shape 24 6\n");
    ck_assert_uint_eq(account.field, 30);
}
END_TEST

/* Seven lists, the last one with both records: header 8 + 28 bytes, then 2 + 54 + 30. */
#define NO_LIST "FFFF 0000 "
#define ROAD_FRAME                                                                     \
    "0012 FFFF 07 00 0800" NO_LIST NO_LIST NO_LIST NO_LIST NO_LIST NO_LIST "0012 0002" \
    "E000" MULTILINK SHORTEST

START_TEST(road_frame)
{
    take(ROAD_FRAME);
    walk(&kiwi_type_road_distribution_header, (const uint64_t[KIWI_MAXIMUM_ARGUMENTS]){8}, "road");
    ck_assert_uint_eq(findings_count, 0);
    ck_assert_ptr_nonnull(strstr(met, "road.display_class[6] display_class_management_record 32 4\n"
                                      "road[6] road_data_list 36 2\n"
                                      "road[6].multilink[0] multilink_header 38 24\n"
                                      "road[6].multilink[0].node[0] link_shape 62 8\n"));
    ck_assert_ptr_nonnull(strstr(met, "road[6].multilink[1] multilink_header 92 16\n"
                                      "road[6].multilink[1].node[0] link_shape 108 8\n"
                                      "road[6].multilink[1].node[1] link_shape 116 6\n"));
    ck_assert_uint_eq(account.field, 36 + 2 + 38 + 30);
    ck_assert_uint_eq(account.unknown, 16);
}
END_TEST

START_TEST(road_geometry)
{
    static const int32_t points[][2] = {{100, 200}, {110, 195}, {4096, 400}};
    struct kiwi_shape shape;

    take_frame(0, ROAD_FRAME);
    open_shapes(KIWI_ROAD);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_OK);
        ck_assert_int_eq(shape.kind, KIWI_ROAD);
        ck_assert_uint_eq(shape.list, 6);
        ck_assert_uint_eq(shape.display_class, 9); /* index 6 of 15..0 */
        ck_assert_uint_eq(shape.type, 6);
        ck_assert_uint_eq(shape.link, 0);
        ck_assert_uint_eq(shape.link_id, i == 0 ? 975011 : 0);
        check_points(&shape, points, 3);
    }
    close_shapes();
}
END_TEST

START_TEST(road_link_id)
{
    struct kiwi_multilink_header multilink;

    /* direction and line number of every id; the null of 30 bits stays what it is */
    take("001B000B 0002 0007 0000 0000 0000 6810 FFFFFFFF 0000");
    DECODE(multilink_header, &multilink);
    ck_assert_uint_eq(head, 22);
    ck_assert_uint_eq(multilink.link_direction, KIWI_LINK_DIRECTION_COMPLEX);
    ck_assert_uint_eq(multilink.link_id, 0x3FFFFFFF);
}
END_TEST

/* 7.8 Name */

#define NAME_5 "000E C520 0210 0000 04CD 0333 1631 0006 414C494345205354 52454554"
#define NAME_4_TAG "000E 0400 0006 0201 FFFF 0000 0007 313D414C494345205354 52454554"
#define NAME_4 "000D 0400 0120 0B41 FFFF 0000 0005 5441534D414E20534541 0000"
#define NAME_6 "000E E620 0141 0000 0800 0800 8000 0006 424F54414E4943205041524B"
#define NAME_1 "000A C120 0134 0000 04CD 0333 0003 504552544800"

START_TEST(name_type_5)
{
    struct kiwi_name_data_record name;

    take(NAME_5);
    DECODE(name_data_record, &name);
    ck_assert_uint_eq(head, 14);
    ck_assert_uint_eq(length, 28);
    ck_assert_uint_eq(name.record_size, 28);
    ck_assert_uint_eq(name.display_scale_flags, 3 << 3); /* scales 1 and 2 */
    ck_assert_uint_eq(name.string_type, KIWI_STRING_TYPE_LINEAR_C);
    ck_assert_int_eq(name.priority, -32); /* none */
    ck_assert_uint_eq(name.type_code, 528);
    ck_assert_uint_eq(name.x, 1229);
    ck_assert_uint_eq(name.y, 819);
    ck_assert_uint_eq(name.rotation_mode, KIWI_ROTATION_MODE_RELATIVE);
    ck_assert_uint_eq(name.character_orientation, 1);
    ck_assert(name.rotate_string);
    ck_assert_uint_eq(name.angle, 49);
    ck_assert(!name.has_altitude && !name.deleted && !name.temporal);
    ck_assert_uint_eq(name.orientation, KIWI_ORIENTATION_HORIZONTAL);
    walk(&kiwi_type_name_data_record, frame_arguments, "name");
    ck_assert_str_eq(met, "name name_data_record 0 14\nname.text character_information 14 14\n");
}
END_TEST

START_TEST(name_type_4)
{
    struct kiwi_name_data_record name;

    take(NAME_4_TAG);
    DECODE(name_data_record, &name);
    ck_assert_uint_eq(length, 28);
    ck_assert_uint_eq(name.record_size, 28);
    ck_assert_uint_eq(name.string_type, KIWI_STRING_TYPE_LINEAR_B);
    ck_assert_uint_eq(name.display_scale_flags, 0);
    ck_assert_int_eq(name.priority, 0);
    ck_assert_uint_eq(name.type_code, 6);
    ck_assert_uint_eq(name.number_of_placements, 1);
    ck_assert_uint_eq(name.placement_target, KIWI_PLACEMENT_TARGET_ROAD);
    ck_assert_uint_eq(name.placement_kind, KIWI_PLACEMENT_KIND_LINE); /* 0201: bits 10:8 = 2 */
    ck_assert(!name.has_object_auxiliary_data);
    ck_assert_uint_eq(name.object_offset, KIWI_NULL);
    walk(&kiwi_type_name_data_record, frame_arguments, "name");
    ck_assert_str_eq(met, "name name_data_record 0 10\n"
                          "name.placement[0] string_placement_record 10 2\n"
                          "name.text character_information 12 16\n");

    take(NAME_4);
    DECODE(name_data_record, &name);
    ck_assert_uint_eq(length, 26);
    ck_assert_uint_eq(name.type_code, KIWI_TYPE_CODE_OPEN_SEA);
    ck_assert_uint_eq(name.placement_target, KIWI_PLACEMENT_TARGET_BACKGROUND);
    ck_assert_uint_eq(name.placement_kind, KIWI_PLACEMENT_KIND_AREA);
    ck_assert(name.has_object_auxiliary_data);
    walk(&kiwi_type_name_data_record, frame_arguments, "name");
    ck_assert_str_eq(met, "name name_data_record 0 10\n"
                          "name.placement[0] string_placement_record 10 2\n"
                          "name.text character_information 12 12\n"
                          "gap 2 name_body 24 2\n"); /* the auxiliary word */
}
END_TEST

START_TEST(name_types_6_and_1)
{
    struct kiwi_name_data_record name;

    take(NAME_6);
    DECODE(name_data_record, &name);
    ck_assert_uint_eq(length, 28);
    ck_assert_uint_eq(name.string_type, KIWI_STRING_TYPE_SYMBOL);
    ck_assert_uint_eq(name.display_scale_flags, 7 << 2);
    ck_assert_uint_eq(name.type_code, KIWI_TYPE_CODE_GREEN_BELT);
    ck_assert_uint_eq(kiwi_nz(name.x), 2048);
    ck_assert_uint_eq(kiwi_nz(name.y), 2048);
    ck_assert_uint_eq(name.alignment, KIWI_ALIGNMENT_MIDDLE);
    ck_assert_uint_eq(name.symbol_position, KIWI_SYMBOL_POSITION_ABOVE);
    walk(&kiwi_type_name_data_record, frame_arguments, "name");
    ck_assert_str_eq(met, "name name_data_record 0 14\nname.text character_information 14 14\n");

    take(NAME_1);
    DECODE(name_data_record, &name);
    ck_assert_uint_eq(length, 20);
    ck_assert_uint_eq(head, 12);
    ck_assert_uint_eq(name.string_type, KIWI_STRING_TYPE_BARYCENTRIC);
    ck_assert_uint_eq(name.type_code, KIWI_TYPE_CODE_MUNICIPALITY);
    walk(&kiwi_type_name_data_record, frame_arguments, "name");
    ck_assert_str_eq(met, "name name_data_record 0 12\nname.text character_information 12 8\n");
}
END_TEST

START_TEST(name_geometry)
{
    static const struct {
        const char *text;
        unsigned type;
        bool placed;
        int32_t x, y;
    } names[] = {{"ALICE STREET", 528, true, 1229, 819},
                 {"1=ALICE STREET", 6, false, 0, 0},
                 {"TASMAN SEA", 288, false, 0, 0},
                 {"BOTANIC PARK", 321, true, 2048, 2048},
                 {"PERTH", 308, true, 1229, 819}};

    /* 16 lists, all but list 13 empty: header 66 bytes = 21 words, five records */
    take_frame(2, "0021" NO_UNITS_7 NO_UNIT NO_UNIT NO_UNIT NO_UNIT NO_UNIT NO_UNIT
                  "0021 0005" NO_UNIT NO_UNIT NAME_5 NAME_4_TAG NAME_4 NAME_6 NAME_1);
    open_shapes(KIWI_NAME);
    for (size_t i = 0; i < 5; i++) {
        struct kiwi_shape shape;

        ck_assert_int_eq(kiwi_shapes_next(shapes, &shape, NULL), KIWI_OK);
        ck_assert_int_eq(shape.kind, KIWI_NAME);
        ck_assert_uint_eq(shape.list, 13);
        ck_assert_uint_eq(shape.display_class, 2);
        ck_assert_uint_eq(shape.type, names[i].type);
        ck_assert_uint_eq(shape.text_length, strlen(names[i].text));
        ck_assert_mem_eq(shape.text, names[i].text, shape.text_length);
        ck_assert_uint_eq(shape.point_count, names[i].placed);
        if (names[i].placed) {
            ck_assert_int_eq(shape.points[0].x, names[i].x);
            ck_assert_int_eq(shape.points[0].y, names[i].y);
        }
    }
    close_shapes();
}
END_TEST

/* 7.9 Others; COVERAGE.BIN and CLUSTER.DAT are not in the schema */

START_TEST(other_format_version)
{
    struct kiwi_data_volume volume;

    memset(bytes, 0, 492);
    length = 492;
    unhex(bytes + 160, 64, "464F524D41542056455253494F4E204B49574930312D32322D30300A");
    unhex(bytes + 416, 8, "E000 0000 0000 0000");
    unhex(bytes + 472, 6, "0020 0800 4000");
    DECODE(data_volume, &volume);
    ck_assert_str_eq(volume.format_version, "FORMAT VERSION KIWI01-22-00\n");
    ck_assert(volume.has_main_map && volume.has_route_planning && volume.has_index);
    ck_assert_uint_eq(volume.logical_sector_size, 32);
    ck_assert_uint_eq(volume.sector_size, 2048);
    ck_assert_uint_eq(volume.inside, KIWI_GROUND_LAND);
    ck_assert_uint_eq(volume.outside, KIWI_GROUND_SEA);
}
END_TEST

START_TEST(other_minimal_alldata)
{
    /* PDMDH at 4096, one level record of 40 bytes, block set record at +70, block table at +80, 86 bytes
     * padded to 96 */
    struct kiwi_parcel parcel;

    image = calloc(1, DISC_SIZE);
    ck_assert_ptr_nonnull(image);
    put(160, "464F524D41542056455253494F4E204B49574930312D32322D30300A");
    put16(472, 32);
    put16(474, 2048);
    put(2048, "00000200 0003 000000000000000000000000");
    put(4096, "002B 0000 0000 0000 8DD7C0 8E1000 32DDE0 331620 0014 0005 0003 0001 0001");
    ck_assert_uint_eq(
        put(4096 + 30,
            "0000 3000 00001388 FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 0000 0000 0000 0101 0303 0000 0023 0004"),
        40);
    put(4096 + 70, "0000 00000028 00000003");
    put(4096 + 80, "00000203 0001");
    put(4192, "0000 FFFF 00000204 0001");
    put(4224, "0001");
    open_map();
    ck_assert_uint_eq(kiwi_map_level_count(map), 1);
    const struct kiwi_level *level = kiwi_map_level(map, 0);
    ck_assert_uint_eq(level->record.block_set_offset, 70);
    ck_assert_uint_eq(level->road_class_count, 0);
    ck_assert_int_eq(kiwi_map_parcel_at(map, level, (struct kiwi_place){-31.9, 115.9}, &parcel, NULL),
                     KIWI_OK);
    ck_assert_uint_eq(parcel.offset, 4224);
    /* 7.8, the case of that test: box -32..-31.5 / 115.75..116.25, (1229, 819) is the point -31.9, 115.9 */
    struct kiwi_place place = kiwi_parcel_place(&parcel, (struct kiwi_point){1229, 819});
    ck_assert_double_eq_tol(place.longitude, 115.9, 0.25 / 4096);
    ck_assert_double_eq_tol(place.latitude, -31.9, 0.25 / 4096);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    close_map();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vectors");
    TCase *cases = tcase_create("vectors");

    tcase_add_test(cases, types_region);
    tcase_add_test(cases, types_words);
    tcase_add_test(cases, table_records);
    tcase_add_test(cases, parcel_distribution_header);
    tcase_add_test(cases, parcel_level_12);
    tcase_add_test(cases, parcel_level_0);
    tcase_add_test(cases, parcel_block_sets);
    tcase_add_test(cases, parcel_list);
    tcase_add_test(cases, disc_levels);
    tcase_add_test(cases, disc_findings_once);
    tcase_add_loop_test(cases, locate, 0, (int)(sizeof places / sizeof places[0]));
    tcase_add_test(cases, locate_boxes);
    tcase_add_test(cases, locate_divided);
    tcase_add_test(cases, locate_slot_10);
    tcase_add_test(cases, locate_integrated);
    tcase_add_test(cases, frame_level_12);
    tcase_add_test(cases, frame_level_0);
    tcase_add_test(cases, frame_identifiers);
    tcase_add_test(cases, background_records);
    tcase_add_test(cases, background_unit);
    tcase_add_test(cases, background_frame);
    tcase_add_test(cases, background_smallest_frame);
    tcase_add_test(cases, background_geometry);
    tcase_add_test(cases, road_multilink);
    tcase_add_test(cases, road_multilink_parts);
    tcase_add_test(cases, road_shortest);
    tcase_add_test(cases, road_frame);
    tcase_add_test(cases, road_geometry);
    tcase_add_test(cases, road_link_id);
    tcase_add_test(cases, name_type_5);
    tcase_add_test(cases, name_type_4);
    tcase_add_test(cases, name_types_6_and_1);
    tcase_add_test(cases, name_geometry);
    tcase_add_test(cases, other_format_version);
    tcase_add_test(cases, other_minimal_alldata);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
