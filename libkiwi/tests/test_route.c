/* SPDX-License-Identifier: MIT */
/*
 * Regions and route planning: the byte examples of the notes (index-route-other.md, sections 2 and 3) both
 * ways, a made disc with everything that a region can have (it is kept as tests/corpus/file/regions.kwi), and
 * that disc with lies.
 */
#include <kiwi/kiwi.h>

#include "bytes/codec.h"
#include "vectors.h"

static double degrees(uint32_t raw)
{
    return kiwi_angle_eighths(raw) / (double)KIWI_EIGHTHS_PER_DEGREE;
}

/* Chapter 9 */

START_TEST(level_records)
{
    static const struct {
        const char *hex;
        int level;
        unsigned regions;
    } rows[] = {{"2096 054D 000C 0003 0003 0007 0001 0002", 8, 1357},
                {"1896 0033 000C 0003 0003 0007 0001 0002", 6, 51},
                {"1096 0069 000C 0003 0003 0007 0001 0002", 4, 105},
                {"0896 0171 000C 0003 0003 0007 0001 0002", 2, 369}};
    struct kiwi_region_level_management_record record;

    for (size_t i = 0; i < 4; i++) {
        BOTH(region_level_management_record, &record, rows[i].hex, 16);
        ck_assert_int_eq(record.level, rows[i].level);
        ck_assert_uint_eq(record.number_of_regions, rows[i].regions);
        ck_assert_uint_eq(record.basic_frames, 9);
        ck_assert_uint_eq(record.extended_frames, 6);
        ck_assert_uint_eq(record.region_record_size, 24);
        ck_assert_uint_eq(record.node_record_size, 6);
        ck_assert_uint_eq(record.link_record_size, 6);
        ck_assert_uint_eq(record.link_cost_record_size, 14);
        ck_assert_uint_eq(record.regulation_record_size, 2);
        ck_assert_uint_eq(record.between_links_cost_record_size, 4);
    }
}
END_TEST

START_TEST(distribution_header)
{
    struct kiwi_region_related_distribution_header record;
    struct kiwi_region_number region;

    BOTH(region_related_distribution_header, &record,
         "0041 0000 0000075B 03F89400 0585 000000000000000000000000 FFFFFFFF 0000 000000000000000000000000 "
         "0000 05 00 0008");
    ck_assert_uint_eq(record.header_size, 130);
    ck_assert_uint_eq(record.number_of_regions, 1883);
    ck_assert_uint_eq(kiwi_dsa_offset(record.region_table_address, (struct kiwi_sectors){2048, 32}),
                      532979712);
    ck_assert_uint_eq(record.region_table_size * 32, 45216);
    ck_assert_uint_eq(record.level_record_size, 16);
    ck_assert_uint_eq(record.header_size, 50 + record.number_of_levels * record.level_record_size);
    BOTH(region_number, &region, "0800 0012");
    ck_assert_int_eq(region.level, 2);
}
END_TEST

START_TEST(region_record)
{
    struct kiwi_region_management_record record;

    BOTH(region_management_record, &record, "8DC34F 8DF055 32C0B5 32FD75 0001 FFFF 0000 FFFFFFFF 0000", 24);
    ck_assert_double_eq_tol(degrees(record.latitude_upper), -31.31830, 5e-6);
    ck_assert_double_eq_tol(degrees(record.latitude_lower), -31.71851, 5e-6);
    ck_assert_double_eq_tol(degrees(record.longitude_left), 115.49073, 5e-6);
    ck_assert_double_eq_tol(degrees(record.longitude_right), 116.03073, 5e-6);
}
END_TEST

/* Chapter 10 */

START_TEST(nodes)
{
    struct kiwi_node_record record;

    BOTH(node_record, &record, "00000000 0000", 6);
    ck_assert_uint_eq(record.number_of_links, 1);
    ck_assert_uint_eq(record.block_offset, 0);
    ck_assert(!record.boundary);
    BOTH(node_record, &record, "02200003 0000", 6);
    ck_assert(record.boundary);
    ck_assert_uint_eq(record.number_of_links, 2);
    ck_assert_uint_eq(record.block_offset, 6);
    BOTH(node_record, &record, "01E00000 0102 ABCD", 8); /* undecided, and a record longer than known */
    ck_assert_uint_eq(record.number_of_links, 16);
    ck_assert_uint_eq(record.number_of_regulations, 1);
    ck_assert_uint_eq(record.number_of_between_links_costs, 2);
    ck_assert_uint_eq(record.node_adjustment_length, 2);
}
END_TEST

START_TEST(links)
{
    struct kiwi_link_record record;
    struct kiwi_regulation_record regulation;
    struct kiwi_between_links_cost_record between;

    BOTH(link_record, &record, "0001 0000 1E5A", 6, 0);
    ck_assert_uint_eq(record.adjacent_node, 1);
    ck_assert_uint_eq(record.link_cost, 0);
    ck_assert_uint_eq(record.following_link, 15);
    ck_assert_uint_eq(record.direction, 90);
    ck_assert(!record.reverse);
    BOTH(link_record, &record, "0000 0000 3F0E FFFF", 6, 1);
    ck_assert(record.reverse);
    ck_assert_uint_eq(record.direction, 270);
    ck_assert_uint_eq(record.region, 0xFFFF);
    BOTH(link_record, &record, "0003 0001 1E00 0007", 6, 1);
    ck_assert_uint_eq(record.adjacent_node, 3);
    ck_assert_uint_eq(record.link_cost, 1);
    ck_assert_uint_eq(record.region, 7);
    BOTH(regulation_record, &regulation, "01FF", 2);
    ck_assert_uint_eq(regulation.entry_link, 0);
    ck_assert_uint_eq(regulation.exit_link, 1);
    ck_assert(regulation.between_links);
    ck_assert_uint_eq(regulation.passage_code, 127);
    BOTH(between_links_cost_record, &between, "1236 0AFE", 4);
    ck_assert_uint_eq(between.entry_link, 1);
    ck_assert_uint_eq(between.exit_link, 2);
    ck_assert_uint_eq(between.number_of_non_following_nodes, 1);
    ck_assert(between.aggregated);
    ck_assert_uint_eq(between.length_exponent, 1);
    ck_assert_uint_eq(between.time_exponent, 2);
}
END_TEST

START_TEST(costs)
{
    struct kiwi_link_cost_distribution_header header;
    struct kiwi_link_cost_record record;

    BOTH(link_cost_record, &record, "00000001 0000 0000 C802 0064 0001", 14, 0);
    ck_assert_uint_eq(record.link_id, 1);
    ck_assert(record.forward && record.backward && record.same_cost);
    ck_assert_uint_eq(record.road_class, 2);
    ck_assert_uint_eq(record.length, 100);
    ck_assert_uint_eq(record.connected_node, 1);
    BOTH(link_cost_record, &record, "00000001 0000 0000 C802 14E2 0001", 14, 0);
    ck_assert_int_eq(record.length << 2 * record.length_exponent, 5000);
    BOTH(link_cost_record, &record, "00000001 0000 0000 C802 14E2 0001 1064", 14, 1);
    ck_assert_int_eq(record.time << 2 * record.time_exponent, 400);
    BOTH(link_cost_distribution_header, &header, "0003 0000 009A");
    ck_assert_uint_eq(header.header_size + 14u * header.number_without_travel_time, 2162);
}
END_TEST

START_TEST(coordinates)
{
    struct kiwi_node_coordinate_distribution_header record;
    struct kiwi_node_coordinate_record node;

    BOTH(node_coordinate_distribution_header, &record, "0009 025800 038400 03 03 0009 000C 0015 0C34");
    ck_assert_uint_eq(record.header_size, 18);
    ck_assert_double_eq_tol(degrees(record.cell_height), 5.33333, 5e-6);
    ck_assert_double_eq(degrees(record.cell_width), 8);
    ck_assert_uint_eq(record.grid_offset, 18);
    ck_assert_uint_eq(record.grid_size, 4 * 6);
    ck_assert_uint_eq(record.coordinate_offset, 42);
    ck_assert_uint_eq(record.coordinate_size, 4 * 1562);
    BOTH(node_coordinate_record, &node, "03 ABC DEF");
    ck_assert_uint_eq(node.cell, 3);
    ck_assert_uint_eq(node.x, 0xABC);
    ck_assert_uint_eq(node.y, 0xDEF);
}
END_TEST

START_TEST(passage_codes)
{
    struct kiwi_passage_code_distribution_header header;
    struct kiwi_passage_condition_record record;

    BOTH(passage_code_distribution_header, &header, "01 01 0003");
    ck_assert_uint_eq(header.number_of_conditions, 1);
    ck_assert_uint_eq(header.record_size, 6);
    BOTH(passage_condition_record, &record, "247E 7F00 0000", 6);
    ck_assert(!record.large_special && !record.large && record.ordinary && !record.light &&
              !record.motorcycle);
    ck_assert(record.weekdays);
    uint32_t season = (uint32_t)(record.start_month << 22 | record.start_day << 17 | record.end_month << 13 |
                                 record.end_day << 8);
    ck_assert_uint_eq(season >> 17 & 0x3F, 0x3F); /* all weeks, all days of them, no hour */
    ck_assert_uint_eq(season >> 8 & 0x7F, 0x7F);
    ck_assert_uint_eq(record.hours_0_to_15 | record.hours_16_to_23, 0);
    BOTH(passage_condition_record, &record, "F840 0081 8001 ABCD", 8); /* 0:00, 15:00, 16:00 and 23:00 */
    ck_assert(record.large_special && record.motorcycle && !record.weekdays);
    ck_assert_uint_eq(record.start_month, 1);
    ck_assert_uint_eq(record.hours_0_to_15, 0x8001);
    ck_assert_uint_eq(record.hours_16_to_23, 0x81);
    ck_assert_uint_eq(record.condition_adjustment_length, 2);
}
END_TEST

START_TEST(aggregated)
{
    struct kiwi_aggregated_node_information head;
    struct kiwi_aggregated_node_composition composition;
    struct kiwi_route_information route;

    BOTH(aggregated_node_information, &head, "000C 0005 02 02 01");
    ck_assert_uint_eq(head.size, 24);
    ck_assert_uint_eq(head.node, 5);
    ck_assert_uint_eq(head.number_of_composition_links, 2);
    ck_assert_uint_eq(head.number_of_routes, 2);
    ck_assert_uint_eq(head.number_of_subordinate_nodes, 1);
    BOTH(aggregated_node_composition, &composition, "010110 000A 000B 03FC", 5, 2, 1);
    ck_assert_uint_eq(composition.attachments_length, 3);
    ck_assert_uint_eq(composition.link_costs_length, 4);
    ck_assert_int_eq((int8_t)composition.subordinate_nodes_at[0], 3);
    ck_assert_int_eq((int8_t)composition.subordinate_nodes_at[1], -4);
    BOTH(aggregated_node_composition, &composition, "0101 00 000A", 3, 1,
         0); /* even nibbles need a byte of padding */
    ck_assert_uint_eq(composition.attachment_padding_length, 1);
    BOTH(route_information, &route, "01 10 00 00");
    ck_assert_uint_eq(route.entry_link, 0);
    ck_assert_uint_eq(route.exit_link, 1);
    ck_assert_uint_eq(route.number_of_passed_links, 1);
    ck_assert_uint_eq(route.route_padding_length, 1);
}
END_TEST

/* The standard's own example: connected links 1 15 20 3 12 22 17 10, composition links 2 16 21 11; from 17 to
 * 3 the way passes 16, then 2. All are counted from 1. */
START_TEST(example_of_annex)
{
    static const uint8_t connected[] = {1, 15, 20, 3, 12, 22, 17, 10};
    static const uint8_t composing[] = {2, 16, 21, 11};
    struct kiwi_aggregated_node_composition composition;
    struct kiwi_route_information route;

    BOTH(aggregated_node_composition, &composition, "00000000 00 0002 0010 0015 000B", 8, 4, 0);
    ck_assert_uint_eq(composition.link_costs_length, 2 * sizeof composing);
    for (size_t i = 0; i < sizeof composing; i++)
        ck_assert_uint_eq(composition.link_costs[2 * i + 1], composing[i]);
    BOTH(route_information, &route, "74 20 02 01");
    ck_assert_uint_eq(connected[route.entry_link - 1], 17);
    ck_assert_uint_eq(connected[route.exit_link - 1], 3);
    ck_assert_uint_eq(route.passed_links_length, 2);
    ck_assert_uint_eq(composing[route.passed_links[0] - 1], 16);
    ck_assert_uint_eq(composing[route.passed_links[1] - 1], 2);
}
END_TEST

START_TEST(upper_level_links)
{
    struct kiwi_upper_level_link_record record;

    BOTH(upper_level_link_record, &record, "1A5F");
    ck_assert_uint_eq(record.first_link, 1);
    ck_assert_uint_eq(record.second_link, 10);
    ck_assert_uint_eq(record.third_link, 5);
    ck_assert_uint_eq(record.fourth_link, 15);
}
END_TEST

START_TEST(heads)
{
    struct kiwi_route_planning_distribution_header record;
    struct kiwi_road_reference_frame empty;
    struct kiwi_extended_route_planning_frame extended;

    BOTH(route_planning_distribution_header, &record, "0037 00B2 FF000000");
    ck_assert_uint_eq(record.header_size, 8 + 6 * (9 + 6) + 12);
    ck_assert_uint_eq(record.region, 178);
    ck_assert_uint_eq(record.area_number, 0xFF);
    BOTH(route_planning_distribution_header, &record, "0037 0001 12000000");
    ck_assert_uint_eq(record.area_number, 18);
    BOTH(road_reference_frame, &empty, "0000");
    BOTH(extended_route_planning_frame, &extended, "0F678800 3C472200 03 00 0722 AF100600 00020000");
    ck_assert_uint_eq(extended.data_id, 0xAF100600);
    ck_assert_int_eq(extended.maker_id.floor, 3);
    ck_assert_uint_eq(extended.maker_id.date, 1826);
    ck_assert_uint_eq(extended.payload_length, 4);
}
END_TEST

/* A disc of two regions. Region 0: nodes 0 to 4 lead to node 5; node 0 leads to region 1, too. */

enum { HEADER = 4096, TABLE = HEADER + 96, PASSAGE = TABLE + 96, FRAMES = PASSAGE + 32, CAPACITY = 8192 };

static uint8_t disc_bytes[CAPACITY];
static size_t disc_length;
static size_t frame_starts[2], link_starts[2], cost_starts[2], node_starts[2];
static size_t intersection_start;

static void put(const char *hex)
{
    take(hex);
    memcpy(disc_bytes + disc_length, bytes, length);
    disc_length += length;
}

static void put_numbers(unsigned width, const uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned byte = width; byte-- > 0;)
            disc_bytes[disc_length++] = (uint8_t)(values[i] >> 8 * byte);
}

static void put16(uint32_t value)
{
    put_numbers(2, &value, 1);
}

static void put32(uint32_t value)
{
    put_numbers(4, &value, 1);
}

static void put_link(uint32_t node, uint32_t cost, bool reverse, uint32_t direction)
{
    put16(node);
    put16(cost);
    put16((reverse ? 0x2000 : 0) | 0x1E00 | direction);
}

static void put_cost(uint32_t id, uint32_t metres, uint32_t node)
{
    put32(id);
    put16(0);
    put16(0);
    put16(0xC806);
    put16(metres);
    put16(node);
}

/** Fills a management record, which lies at entry, with what was put since start. */
static void set_entry(size_t frame, unsigned number, size_t start)
{
    uint8_t *entry = disc_bytes + frame + 8 + 6 * (size_t)number;

    kiwi_store32(entry, (uint32_t)(start - frame) / 2);
    kiwi_store16(entry + 4, (uint32_t)(disc_length - start) / 2);
}

static size_t begin_frame(uint32_t region)
{
    size_t frame = disc_length;

    frame_starts[region] = frame;
    put16((8 + 6 * 11 + 12) / 2);
    put16(region);
    put32(0xFF000000);
    for (unsigned i = 0; i < 11; i++) {
        put32(UINT32_MAX);
        put16(0);
    }
    put("FFFFFF FFFFFF FFFFFF FFFFFF");
    return frame;
}

static void put_node_head(uint32_t node_count, uint32_t boundary, uint32_t link_count)
{
    put16(9);
    put16(node_count);
    put16(link_count);
    put16(1);
    put16(node_count);
    put16(boundary);
    put16(link_count);
    put16(0x0200);
    put16(0);
}

static void put_coordinates(size_t frame, uint32_t node_count)
{
    size_t start = disc_length;

    put("0009 000258 000384 01 01 0009 0003 000C");
    put16(node_count * 2);
    put("195000 054600"); /* 57.6, 12.0 */
    for (uint32_t i = 0; i < node_count; i++)
        put32(i * 256 << 12 | i * 512);
    set_entry(frame, 7, start);
}

static void pad(void)
{
    disc_length = (disc_length + 31) / 32 * 32;
}

static void put_region_0(void)
{
    static const unsigned unseen[] = {
        4, 6, 9}; /* frames that no disc was seen to have, the last one beyond the standard's */
    size_t frame = begin_frame(0), start = disc_length;

    put_node_head(6, 1, 11);
    node_starts[0] = disc_length;
    put("02200000 0000"); /* 2 links of 8 bytes */
    put("00000008 0000 0000000B 0000 0000000E 0000 00000011 0000");
    put("44800014 0101"); /* aggregated, with an upper level table; a regulation, a between-links cost */
    set_entry(frame, 0, start);
    start = link_starts[0] = disc_length;
    put_link(5, 0, false, 90);
    put16(0xFFFF);
    put_link(0, 5, false, 270);
    put16(1);
    for (uint32_t i = 1; i < 5; i++)
        put_link(5, i, false, 90);
    for (uint32_t i = 0; i < 5; i++)
        put_link(i, i, true, 270);
    put("01FF"); /* from link 0 to link 1: never */
    put("0110 0A05");
    put("0001 FFFF"); /* the upper level table, which nobody can read */
    set_entry(frame, 1, start);
    start = disc_length;
    put("0003 0000 000C");
    cost_starts[0] = disc_length;
    for (uint32_t i = 0; i < 12; i++)
        put_cost(1 + i, 100 + i, i < 5 ? 5 : 0);
    set_entry(frame, 2, start);
    start = disc_length;
    put("FFFF 0001");
    set_entry(frame, 3, start);
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        start = disc_length;
        put("ABCD");
        set_entry(frame, unseen[i], start);
    }
    start = disc_length;
    put("01 01 0003 247E 7F00 0000");
    set_entry(frame, 5, start);
    put_coordinates(frame, 6);
    start = disc_length;
    intersection_start = start + 2;
    put("0001 000C 0005 02 02 01 01 01 10 000A 000B 03FC 01 10 00 00 10 10 00 00");
    set_entry(frame, 8, start);
    start = disc_length;
    put("0F678800 3C472200 03 00 0722 AF100600 00020000");
    set_entry(frame, 10, start);
    pad();
}

static void put_region_1(void)
{
    size_t frame = begin_frame(1), start = disc_length;

    put_node_head(1, 1, 1);
    node_starts[1] = disc_length;
    put("02000000 0000");
    set_entry(frame, 0, start);
    start = link_starts[1] = disc_length;
    put_link(0, 0, true, 90);
    put16(0);
    set_entry(frame, 1, start);
    start = disc_length;
    put("0003 0001 0001");
    cost_starts[1] = disc_length;
    put_cost(6, 105, 0);
    put16(0x1064);
    put_cost(7, 1, 0);
    set_entry(frame, 2, start);
    put_coordinates(frame, 1);
    start = disc_length;
    put("0000");
    set_entry(frame, 8, start);
    pad();
}

static void put_region_record(size_t frame, size_t end)
{
    put("195800 195000 054600 055000 FFFF FFFF 0000");
    put32(kiwi_dsa(frame, (struct kiwi_sectors){2048, 32}));
    put16((uint32_t)(end - frame) / 32);
}

static void make_disc(void)
{
    static const char version[] = "FORMAT VERSION KIWI01-22-00\n";
    size_t frames_end;

    memset(disc_bytes, 0, sizeof disc_bytes);
    memcpy(disc_bytes + 160, version, sizeof version - 1);
    kiwi_store16(disc_bytes + 472, 32);
    kiwi_store16(disc_bytes + 474, 2048);
    disc_length = 2048;
    put("FFFFFFFF 0000 000000000000000000000000");
    put32(kiwi_dsa(HEADER, (struct kiwi_sectors){2048, 32}));
    put16(3);
    disc_length = HEADER;
    put("0029 0000 00000003");
    put32(kiwi_dsa(TABLE, (struct kiwi_sectors){2048, 32}));
    put("0003 000000000000000000000000");
    put32(kiwi_dsa(PASSAGE, (struct kiwi_sectors){2048, 32}));
    put("0001 000000000000000000000000 0003 02 00 0008");
    put("8091 0001 000C 0003 0003 0007 0001 0002");
    put("08A1 0002 000C 0003 0003 0007 0001 0002");
    disc_length = PASSAGE;
    put("247E 7F00 0000 FFFF FFFF FFFF");
    disc_length = FRAMES;
    put_region_0();
    put_region_1();
    frames_end = disc_length;
    disc_length = TABLE;
    put("FFFFFF FFFFFF FFFFFF FFFFFF FFFF 0000 0002 FFFFFFFF 0000");
    put_region_record(frame_starts[0], frame_starts[1]);
    put_region_record(frame_starts[1], frames_end);
    disc_length = frames_end;
}

static struct findings found;
static unsigned records_met;
static char paths[65536];

static struct kiwi_disc *open_disc(struct kiwi_source **source)
{
    struct kiwi_disc *disc;

    EXPECT(kiwi_source_from_memory(disc_bytes, disc_length, source, NULL) == KIWI_OK);
    EXPECT(kiwi_disc_open_source(*source, "ALLDATA.KWI", NULL, &disc, NULL) == KIWI_OK);
    return disc;
}

static bool remember;

static void take_finding(void *context, const struct kiwi_finding *finding)
{
    struct findings *findings = context;
    size_t used = strlen(findings->text);

    findings->count++;
    findings->of[finding->severity]++;
    if (used < sizeof findings->text - 512)
        snprintf(findings->text + used, sizeof findings->text - used, "%s|%s|%s|%s\n", finding->path,
                 finding->field, finding->expected, finding->found);
}

/** Walks the disc; the account must add up whatever it says. */
static void walk_disc(bool brief, bool in_order)
{
    const struct kiwi_walk_options options = {.size = sizeof options,
                                              .check = true,
                                              .brief = brief,
                                              .in_order = in_order,
                                              .finding = take_finding,
                                              .context = &found};
    struct kiwi_source *source;
    struct kiwi_disc *disc = open_disc(&source);
    struct kiwi_walk *walk;
    struct kiwi_item item;
    size_t used = 0;

    memset(&found, 0, sizeof found);
    records_met = 0;
    EXPECT(kiwi_walk_open(disc, &options, &walk, NULL) == KIWI_OK);
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        records_met += item.type ? 1 : 0;
        if (item.type)
            EXPECT(item.type->round_trip(item.bytes, item.length, item.arguments));
        if (remember && used < sizeof paths - 600)
            used += (size_t)snprintf(paths + used, sizeof paths - used, "%s %s %llu\n", kiwi_walk_path(walk),
                                     item.type ? item.type->name : item.name,
                                     (unsigned long long)item.length);
    }
    struct kiwi_account account = kiwi_walk_account(walk, kiwi_disc_file(disc, 0));
    EXPECT_EQ(account.field + account.padding + account.reserved + account.unknown, disc_length);
    kiwi_walk_close(walk);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
}

START_TEST(walk)
{
    static const char *const wanted[] = {
        "region_related_data region_related_distribution_header 50\n",
        "region_related_data.level[1] region_level_management_record 16\n",
        "region_table[2].region[1] region_management_record 24\n",
        "region[2,0] route_planning_distribution_header 8\n",
        "region[2,0].node_data.node[5] node_record 6\n",
        "region[2,0].node[0].link[1] link_record 8\n",
        "region[2,0].node[3].link[0] link_record 6\n",
        "region[2,0].node[5].regulation[0] regulation_record 2\n",
        "region[2,0].node[5].between_links_cost[0] between_links_cost_record 4\n",
        "region[2,0].node[5] upper_level_correspondence 4\n",
        "region[2,0].link_cost.cost[11] link_cost_record 14\n",
        "region[2,0].upper_level_node upper_level_node_frame 4\n",
        "passage_conditions.condition[1] passage_condition_record 6\n",
        "region[2,0].upper_level_link.link[0] upper_level_link_record 2\n",
        "region[2,0].statistical_cost statistical_cost_frame 2\n",
        "region[2,0].undescribed[7] undescribed_route_planning_frame 2\n",
        "region[2,0].passage_code.condition[0] passage_condition_record 6\n",
        "region[2,0].node_coordinate.coordinate.node[5] node_coordinate_record 4\n",
        "region[2,0].road_reference.intersection[0] aggregated_node_information 7\n",
        "region[2,0].road_reference.intersection[0].composition aggregated_node_composition 9\n",
        "region[2,0].road_reference.intersection[0].composition.route[0] route_information 4\n",
        "region[2,0].road_reference.intersection[0].composition.route[1] route_information 4\n",
        "region[2,0].extended[0] extended_route_planning_frame 20\n",
        "region[2,1].link_cost.timed_cost[0] link_cost_record 16\n",
        "region[2,1].link_cost.cost[0] link_cost_record 14\n",
    };
    unsigned met;

    make_disc();
    remember = true;
    walk_disc(false, false);
    remember = false;
    ck_assert_msg(found.of[KIWI_ERROR] == 0, "%s", found.text);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(strstr(paths, wanted[i]), "%s is missing in\n%s", wanted[i], paths);
    ck_assert_ptr_null(strstr(paths, "unreferenced"));
    met = records_met;
    walk_disc(false, true); /* in the order of the file */
    ck_assert_uint_eq(records_met, met);
    ck_assert_uint_eq(found.of[KIWI_ERROR], 0);
    walk_disc(true, false);
    ck_assert_uint_eq(found.of[KIWI_ERROR], 0);
}
END_TEST

/** How an intersection is handed out when its node record says something else. */
static void walk_intersection(size_t at, uint32_t value, const char *wanted)
{
    make_disc();
    kiwi_store16(disc_bytes + at, value);
    remember = true;
    walk_disc(false, false);
    remember = false;
    ck_assert_msg(strstr(paths, wanted), "%s is missing in\n%s", wanted, paths);
}

START_TEST(intersections)
{
    const char *const composition =
        "region[2,0].road_reference.intersection[0].composition aggregated_node_composition";
    size_t node, intersection;
    char wanted[128];

    make_disc();
    node = node_starts[0] + 5 * (size_t)6;
    intersection = intersection_start;
    snprintf(wanted, sizeof wanted, "%s 17\n", composition);
    walk_intersection(node, 0x45E0, wanted); /* links are undecided: all bytes are one unknown field */
    snprintf(wanted, sizeof wanted, "%s 7\n", composition);
    walk_intersection(node, 0x4400, wanted); /* one link */
    walk_intersection(intersection + 2, 6,
                      "region[2,0].road_reference.intersection[0] node_composition 17\n");
    make_disc();
    kiwi_store32(disc_bytes + frame_starts[0] + 8, UINT32_MAX); /* no nodes at all */
    remember = true;
    walk_disc(false, false);
    remember = false;
    ck_assert_ptr_nonnull(strstr(paths, "region[2,0].road_reference.intersection[0] node_composition 17\n"));
}
END_TEST

/** The nodes, links and intersections of region 0. */
static void expect_first_region(struct kiwi_graph *graph)
{
    struct kiwi_node node;
    struct kiwi_link link;
    struct kiwi_intersection intersection;
    struct kiwi_route_information route;
    size_t position = 0;

    ck_assert_uint_eq(kiwi_graph_node_count(graph), 6);

    ck_assert(kiwi_graph_node(graph, 2, &node));
    ck_assert_double_eq_tol(node.position.longitude, 12.0039062, 1e-7); /* 512 / 4096 of 0.03125 degrees */
    ck_assert_double_eq_tol(node.position.latitude, 57.6052083, 1e-7);  /* 1024 / 4096 of 1/48 degrees */
    ck_assert(kiwi_graph_node(graph, 0, &node));
    ck_assert_uint_eq(node.link_count, 2);
    ck_assert(kiwi_graph_link(graph, &node, 1, &link));
    ck_assert_uint_eq(link.region, 1);
    ck_assert_uint_eq(link.node, 0);
    ck_assert_uint_eq(link.length, 105);
    ck_assert_uint_eq(link.time, KIWI_NO_COST);
    ck_assert(link.passable);
    ck_assert(!kiwi_graph_link(graph, &node, 2, &link));
    ck_assert(kiwi_graph_node(graph, 5, &node));
    ck_assert(!kiwi_graph_may_pass(graph, &node, 0, 1));
    ck_assert(kiwi_graph_may_pass(graph, &node, 1, 0));
    ck_assert(!kiwi_graph_node(graph, 6, &node));

    ck_assert(kiwi_graph_intersection(graph, &position, &intersection));
    ck_assert(intersection.has_composition);
    ck_assert_mem_eq(intersection.composition.attachments, "\x01\x01\x10", 3);
    ck_assert_uint_eq(kiwi_load16(intersection.composition.link_costs + 2), 11);
    ck_assert_uint_eq(intersection.routes_length, 8);
    ck_assert(kiwi_route_information_decode(&route, intersection.routes + 4, 4));
    ck_assert_uint_eq(route.entry_link, 1);
    ck_assert(!kiwi_graph_intersection(graph, &position, &intersection));
}

START_TEST(iterators)
{
    struct kiwi_source *source;
    struct kiwi_map *map;
    struct kiwi_regions *regions;
    struct kiwi_region region;
    struct kiwi_graph *graph;
    struct kiwi_node node;
    struct kiwi_link link;
    const struct kiwi_place place = {1660000 / 28800.0, 346000 / 28800.0};
    uint32_t number = 0;

    make_disc();
    struct kiwi_disc *disc = open_disc(&source);
    ck_assert_int_eq(kiwi_map_open(disc, &map, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_regions_open(map, &regions, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_regions_level_count(regions), 2);
    const struct kiwi_region_level *level = kiwi_regions_level_by_number(regions, 2);
    ck_assert_int_eq(kiwi_regions_at(regions, level, place, &number, &region, NULL), KIWI_OK);
    ck_assert_uint_eq(region.number, 0);
    ck_assert_int_eq(kiwi_regions_at(regions, level, place, &number, &region, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_regions_at(regions, level, place, &number, &region, NULL), KIWI_ERROR_NOT_FOUND);
    ck_assert_int_eq(kiwi_regions_get(regions, level, 0, &region, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_graph_open(&region, &graph, NULL), KIWI_OK);
    expect_first_region(graph);
    kiwi_graph_close(graph);

    ck_assert_int_eq(kiwi_regions_get(regions, level, 1, &region, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_graph_open(&region, &graph, NULL), KIWI_OK);
    ck_assert(kiwi_graph_node(graph, 0, &node));
    ck_assert(kiwi_graph_link(graph, &node, 0, &link));
    ck_assert_uint_eq(link.time, 400);
    ck_assert_uint_eq(link.region, 0);
    kiwi_graph_close(graph);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
}
END_TEST

/** One lie, and the finding that it must make. */
static void lie16(size_t at, uint32_t value, const char *finding)
{
    make_disc();
    kiwi_store16(disc_bytes + at, value);
    walk_disc(true, false);
    ck_assert_msg(strstr(found.text, finding), "%zu = 0x%X: not '%s' but\n%s", at, value, finding,
                  found.text);
}

START_TEST(lies)
{
    size_t frame;

    make_disc();
    frame = frame_starts[0];
    lie16(HEADER + 6, 4, "number_of_regions|the sum of the levels' regions|4");
    lie16(HEADER + 12, 1, "region_table_size|room for the records of all levels|1");
    lie16(HEADER + 48, 7, "level_record_size|at least 16|14");
    lie16(HEADER + 46, 0xFF00, "number_of_levels|records inside the header|255");
    lie16(HEADER + 66 + 6, 2, "node_record_size|at least 6|4");
    lie16(HEADER + 66 + 2, 0xFFFF, "number_of_regions|as many records");
    lie16(TABLE + 24 + 22, 0xFFFF, "address|a frame of at most 4 MiB inside the file");
    lie16(frame, 10, "header_size|74, for the management records, or more|20");
    lie16(frame + 2, 7, "region|0, the position in the region management table|7");
    lie16(node_starts[0] - 16, 7, "number_of_nodes|6, the sum of the ranks|7");
    lie16(node_starts[0] - 14, 12, "number_of_links|11, the sum of the ranks|12");
    lie16(node_starts[0] - 14, 12, "number_of_links|11, the sum of the nodes' links|12");
    lie16(node_starts[0] + 6, 0x0800,
          ".node[1]|number_of_upper_levels|0, the number of levels above, or less|1");
    lie16(node_starts[0] + 6 + 2, 0x7FFF, ".node[1]|block_offset");
    lie16(link_starts[0], 6, ".node[0].link[0]|adjacent_node");
    lie16(link_starts[0] + 2, 12, ".node[0].link[0]|link_cost");
    lie16(link_starts[0] + 14, 9, ".node[0].link[1]|region");
    lie16(link_starts[0] + 4, 0x1E00 | 400, ".node[0].link[0]|direction");
    lie16(link_starts[0] + 4, 0x0C00, ".node[0].link[0]|following_link");
    lie16(cost_starts[0] - 2, 11, "the bytes of all link costs");
    lie16(cost_starts[0] - 4, 1, "the bytes of all link costs");
    make_disc();
    frame = frame_starts[1]; /* its frame number 7 */
    lie16(frame + 8 + 6 * 7 + 4, 5, "node_coordinate");
}
END_TEST

/** The level above is made a real one, so that a parent can be wrong. */
START_TEST(hierarchy)
{
    make_disc();
    kiwi_store16(disc_bytes + HEADER + 50, 0x1091);
    kiwi_store16(disc_bytes + TABLE + 24 + 12, 0);
    walk_disc(true, false);
    ck_assert_msg(found.count == 1, "%s", found.text); /* there is no map */
    kiwi_store16(disc_bytes + TABLE + 24 + 12, 1);
    walk_disc(true, false);
    ck_assert_ptr_nonnull(
        strstr(found.text,
               "region_table[2].region[0]|parent|a region of the next higher level that has this child|1"));
    kiwi_store16(disc_bytes + TABLE + 24 + 12, 0);
    kiwi_store32(disc_bytes + TABLE + 24 + 14, 1); /* one child, which no level has */
    walk_disc(true, false);
    ck_assert_ptr_nonnull(strstr(found.text, "region_table[2].region[0]|first_child"));
}
END_TEST

/** Where a node of region 0 lies. */
static struct kiwi_place place_of(uint32_t node)
{
    const double latitude_unit = 600.0 / 4096 / KIWI_EIGHTHS_PER_DEGREE;
    const double longitude_unit = 900.0 / 4096 / KIWI_EIGHTHS_PER_DEGREE;

    return (struct kiwi_place){57.6 + node * 512 * latitude_unit, 12 + node * 256 * longitude_unit};
}

/** Nodes 0 to 4 are joined by node 5, where the turn from node 0 to node 1 is prohibited. */
START_TEST(turns)
{
    struct kiwi_source *source;
    struct kiwi_map *map;
    struct kiwi_regions *regions;
    struct kiwi_route *route;
    struct kiwi_route_leg leg;

    make_disc();
    struct kiwi_disc *disc = open_disc(&source);
    ck_assert_int_eq(kiwi_map_open(disc, &map, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_regions_open(map, &regions, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_route_open(regions, place_of(0), place_of(1), NULL, &route, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 100 + 2 * 102 + 101); /* by node 2 and back */
    kiwi_route_close(route);
    ck_assert_int_eq(kiwi_route_open(regions, place_of(1), place_of(0), NULL, &route, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 101 + 100);
    ck_assert_int_eq(kiwi_route_leg(route, 1, &leg, NULL), KIWI_OK);
    ck_assert_uint_eq(leg.node, 5);
    ck_assert_uint_eq(leg.link, 0);
    kiwi_route_close(route);
    ck_assert_int_eq(kiwi_route_open(regions, place_of(0), place_of(2), NULL, &route, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 100 + 102);
    kiwi_route_close(route);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
}
END_TEST

/** Goes over everything that the iterators offer, and searches a way. */
static void iterate(void)
{
    const struct kiwi_route_options few = {.size = sizeof few, .nodes = 64};
    struct kiwi_route *route;
    struct kiwi_source *source;
    struct kiwi_map *map;
    struct kiwi_regions *regions;
    struct kiwi_disc *disc = open_disc(&source);

    if (kiwi_map_open(disc, &map, NULL) != KIWI_OK) {
        map = NULL;
    } else if (kiwi_regions_open(map, &regions, NULL) == KIWI_OK) {
        for (size_t l = 0; l < kiwi_regions_level_count(regions); l++) {
            const struct kiwi_region_level *level = kiwi_regions_level(regions, l);
            struct kiwi_region region;

            for (uint32_t i = 0;
                 i < level->count && i < 100 && kiwi_regions_get(regions, level, i, &region, NULL) == KIWI_OK;
                 i++) {
                struct kiwi_graph *graph;
                struct kiwi_node node;
                struct kiwi_link link;
                struct kiwi_intersection intersection;
                size_t position = 0;

                EXPECT(kiwi_graph_open(&region, &graph, NULL) == KIWI_OK);
                for (uint32_t n = 0; kiwi_graph_node(graph, n, &node); n++)
                    for (uint32_t k = 0; kiwi_graph_link(graph, &node, k, &link); k++)
                        kiwi_graph_may_pass(graph, &node, k, 0);
                while (kiwi_graph_intersection(graph, &position, &intersection))
                    EXPECT(intersection.routes_length <= disc_length);
                kiwi_graph_close(graph);
            }
        }
        kiwi_route_open(regions, place_of(0), place_of(4), &few, &route, NULL);
        kiwi_route_close(route);
        kiwi_regions_close(regions);
    }
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
}

/** Anything may stand in the region data: nothing breaks, and every byte is accounted for once. */
START_TEST(mutations)
{
    static const uint16_t extremes[] = {0, 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF};
    uint64_t state = 20240229;

    for (unsigned i = 0; i < 1500; i++) {
        make_disc();
        for (uint64_t k = 1 + next_random(&state) % 4; k > 0; k--) {
            size_t at = next_random(&state) % 8 == 0
                            ? 2048 + next_random(&state) % 40
                            : HEADER + next_random(&state) % (disc_length - HEADER - 1);

            if (next_random(&state) % 2)
                kiwi_store16(disc_bytes + (at & ~(size_t)1), extremes[next_random(&state) % 6]);
            else
                disc_bytes[at] ^= (uint8_t)(1 << next_random(&state) % 8);
        }
        if (next_random(&state) % 8 == 0)
            disc_length = HEADER + next_random(&state) % (disc_length - HEADER);
        walk_disc(i % 2 == 0, i % 3 == 0);
        iterate();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("route");
    TCase *tests = tcase_create("route");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, level_records);
    tcase_add_test(tests, distribution_header);
    tcase_add_test(tests, region_record);
    tcase_add_test(tests, nodes);
    tcase_add_test(tests, links);
    tcase_add_test(tests, costs);
    tcase_add_test(tests, coordinates);
    tcase_add_test(tests, passage_codes);
    tcase_add_test(tests, aggregated);
    tcase_add_test(tests, example_of_annex);
    tcase_add_test(tests, upper_level_links);
    tcase_add_test(tests, heads);
    tcase_add_test(tests, walk);
    tcase_add_test(tests, intersections);
    tcase_add_test(tests, iterators);
    tcase_add_test(tests, lies);
    tcase_add_test(tests, hierarchy);
    tcase_add_test(tests, turns);
    tcase_add_test(tests, mutations);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
