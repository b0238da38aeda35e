/* SPDX-License-Identifier: MIT */
/* The shortest way over graphs that are written down as links, and over graphs with lies. */
#include "support.h"

#include <kiwi/kiwi.h>

#include "bytes/codec.h"

enum { HEADER = 4096, TABLE = HEADER + 96, FRAMES = 8192, CAPACITY = 65536, REGIONS = 2, NODES = 24 };

#define UNIT (32768.0 / 4096 / KIWI_EIGHTHS_PER_DEGREE) /* degrees of a coordinate: 31 m to the north */
#define SOUTH 57.6
#define WEST 12.0

/** A link that can be passed in both directions, or from its origin only. */
struct edge {
    uint32_t region, node, to_region, to_node, metres;
    bool one_way;
};

static uint8_t disc_bytes[CAPACITY];
static size_t disc_length;
static struct edge edges[64];
static size_t edge_count;
static uint32_t places[REGIONS][NODES][2]; /* x, y of each node */
static uint32_t node_counts[REGIONS];

static void put16(uint32_t value)
{
    kiwi_store16(disc_bytes + disc_length, value);
    disc_length += 2;
}

static void put32(uint32_t value)
{
    kiwi_store32(disc_bytes + disc_length, value);
    disc_length += 4;
}

static void put24(uint32_t value)
{
    disc_bytes[disc_length++] = (uint8_t)(value >> 16);
    put16(value & 0xFFFF);
}

static void put_address(size_t offset)
{
    put32(kiwi_dsa(offset, (struct kiwi_sectors){2048, 32}));
}

/** A length takes twelve bits and an exponent of four. */
static uint32_t length_code(uint32_t metres)
{
    uint32_t exponent = 0;

    for (; metres >= 0xFFD; metres /= 4)
        exponent++;
    return exponent << 12 | metres;
}

/** Ends of edges at a node, in order; each is a link. */
static unsigned put_links(uint32_t region, uint32_t node)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < 2 * edge_count; i++) {
        const struct edge *edge = &edges[i / 2];
        bool reverse = i % 2 == 1;
        uint32_t other = reverse ? edge->region : edge->to_region;

        if ((reverse ? edge->to_region : edge->region) != region ||
            (reverse ? edge->to_node : edge->node) != node)
            continue;
        put16(reverse ? edge->node : edge->to_node);
        put16(i / 2);
        put16((reverse ? 0x2000 : 0) | 0x1E00);
        put16(other == region ? 0xFFFF : other);
        count++;
    }
    return count;
}

/** Fills a management record of the frame with what was put since start. */
static void set_entry(size_t frame, unsigned number, size_t start)
{
    uint8_t *entry = disc_bytes + frame + 8 + 6 * (size_t)number;

    kiwi_store32(entry, (uint32_t)(start - frame) / 2);
    kiwi_store16(entry + 4, (uint32_t)(disc_length - start) / 2);
}

/** Node and link data; all nodes are on the boundary, so that each link names a region. */
static void put_graph(size_t frame, uint32_t region)
{
    uint32_t count = node_counts[region];
    size_t nodes = disc_length, records = nodes + 18, links;

    disc_length = links = records + 6 * (size_t)count;
    for (uint32_t node = 0; node < count; node++) {
        uint32_t block = (uint32_t)(disc_length - links) / 2;
        uint32_t link_count = put_links(region, node);

        kiwi_store32(disc_bytes + records + 6 * (size_t)node, 0x02000000 | (link_count - 1) << 21 | block);
    }
    set_entry(frame, 1, links);
    kiwi_store16(disc_bytes + nodes, 9);
    kiwi_store16(disc_bytes + nodes + 2, count);
    kiwi_store32(disc_bytes + frame + 8, (uint32_t)(nodes - frame) / 2);
    kiwi_store16(disc_bytes + frame + 12, (uint32_t)(links - nodes) / 2);
}

static void put_costs(size_t frame)
{
    size_t start = disc_length;

    put16(3);
    put16(0);
    put16((uint32_t)edge_count);
    for (uint32_t i = 0; i < edge_count; i++) {
        put32(1 + i);
        put32(0);
        put16(edges[i].one_way ? 0x8806 : 0xC806);
        put16(length_code(edges[i].metres));
        put16(edges[i].to_node);
    }
    set_entry(frame, 2, start);
}

static void put_coordinates(size_t frame, uint32_t region)
{
    size_t start = disc_length;

    put16(9);
    put24(32768);
    put24(32768);
    put16(0x0101); /* one cell */
    put16(9);
    put16(3);
    put16(12);
    put16(node_counts[region] * 2);
    put24((uint32_t)(SOUTH * KIWI_EIGHTHS_PER_DEGREE));
    put24((uint32_t)(WEST * KIWI_EIGHTHS_PER_DEGREE));
    for (uint32_t i = 0; i < node_counts[region]; i++)
        put32(places[region][i][0] << 12 | places[region][i][1]);
    set_entry(frame, 7, start);
}

static void put_frame(uint32_t region)
{
    size_t frame = disc_length;

    put16((8 + 6 * 11 + 12) / 2);
    put16(region);
    put32(0xFF000000);
    memset(disc_bytes + disc_length, 0xFF, 66 + 12);
    disc_length += 66 + 12;
    put_graph(frame, region);
    put_costs(frame);
    put_coordinates(frame, region);
    disc_length = (disc_length + 31) / 32 * 32;
}

static void put_region_record(size_t frame, size_t end)
{
    put24(0x1B0000);
    put24((uint32_t)(SOUTH * KIWI_EIGHTHS_PER_DEGREE));
    put24((uint32_t)(WEST * KIWI_EIGHTHS_PER_DEGREE));
    put24(0x070000);
    put32(UINT32_MAX);
    put16(0);
    put_address(frame);
    put16((uint32_t)(end - frame) / 32);
}

/** A disc of one level with these regions. */
static void make_disc(uint32_t region_count)
{
    static const uint32_t level[] = {0x08A10000, 0x000C0003, 0x00030007, 0x00010002};
    size_t starts[REGIONS + 1];

    memset(disc_bytes, 0, sizeof disc_bytes);
    strcpy((char *)disc_bytes + 160, "FORMAT VERSION KIWI01-22-00\n");
    kiwi_store16(disc_bytes + 472, 32);
    kiwi_store16(disc_bytes + 474, 2048);
    memset(disc_bytes + 2048, 0xFF, 4);
    disc_length = 2048 + 18;
    put_address(HEADER);
    put16(3);
    disc_length = HEADER;
    put16(33);
    put16(0);
    put32(region_count);
    put_address(TABLE);
    put16(3);
    disc_length += 12;
    put32(UINT32_MAX);
    disc_length += 14;
    put32(0x00030100);
    put16(8);
    for (unsigned i = 0; i < 4; i++)
        put32(level[i] | (i == 0 ? region_count : 0));
    disc_length = FRAMES;
    for (uint32_t i = 0; i < region_count; i++) {
        starts[i] = disc_length;
        put_frame(i);
    }
    starts[region_count] = disc_length;
    disc_length = TABLE;
    for (uint32_t i = 0; i < region_count; i++)
        put_region_record(starts[i], starts[i + 1]);
    disc_length = starts[region_count];
}

static void begin(void)
{
    edge_count = 0;
    memset(places, 0, sizeof places);
    memset(node_counts, 0, sizeof node_counts);
}

static void add_node(uint32_t region, uint32_t x, uint32_t y)
{
    places[region][node_counts[region]][0] = x;
    places[region][node_counts[region]++][1] = y;
}

static void link_nodes(uint32_t node, uint32_t to_node, uint32_t metres, bool one_way)
{
    edges[edge_count++] = (struct edge){0, node, 0, to_node, metres, one_way};
}

static struct kiwi_place at(uint32_t x, uint32_t y)
{
    return (struct kiwi_place){SOUTH + y * UNIT, WEST + x * UNIT};
}

static struct kiwi_source *source;
static struct kiwi_disc *disc;
static struct kiwi_map *map;
static struct kiwi_regions *regions;
static struct kiwi_route *route;
static struct kiwi_error error;

static void open_regions(uint32_t region_count)
{
    make_disc(region_count);
    ck_assert_int_eq(kiwi_source_from_memory(disc_bytes, disc_length, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(source, "ALLDATA.KWI", NULL, &disc, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_map_open(disc, &map, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_regions_open(map, &regions, NULL), KIWI_OK);
    error.text[0] = '\0';
}

static void close_regions(void)
{
    kiwi_route_close(route);
    route = NULL;
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
}

/** Four nodes in a square; the way over node 2 is the shorter one, and back over node 1. */
static void make_square(void)
{
    begin();
    add_node(0, 0, 0);
    add_node(0, 40, 0);
    add_node(0, 0, 20);
    add_node(0, 40, 20);
    link_nodes(0, 1, 3000, false);
    link_nodes(1, 3, 3000, false);
    link_nodes(0, 2, 2000, false);
    link_nodes(2, 3, 3500, true);
}

static void expect_leg(uint32_t index, uint32_t node, uint32_t to_node, uint32_t metres)
{
    struct kiwi_route_leg leg;

    ck_assert_int_eq(kiwi_route_leg(route, index, &leg, &error), KIWI_OK);
    ck_assert_uint_eq(leg.node, node);
    ck_assert_uint_eq(leg.to_node, to_node);
    ck_assert_uint_eq(leg.length, metres);
    ck_assert(leg.has_start && leg.has_destination);
    ck_assert_double_eq_tol(leg.ends[0].longitude, at(places[0][node][0], 0).longitude, 1e-7);
    ck_assert_double_eq_tol(leg.ends[1].latitude, at(0, places[0][to_node][1]).latitude, 1e-7);
    ck_assert_double_eq(leg.time, metres * 36 / 25.0); /* 25 km/h for road class 6 */
    ck_assert(leg.time_assumed);
}

START_TEST(square)
{
    const struct kiwi_route_summary *summary;
    struct kiwi_route_leg leg;

    make_square();
    open_regions(1);
    ck_assert_int_eq(kiwi_route_open(regions, at(0, 1), at(40, 20), NULL, &route, &error), KIWI_OK);
    summary = kiwi_route_summary(route);
    ck_assert_int_eq(summary->level->number, 2);
    ck_assert_uint_eq(summary->length, 5500);
    ck_assert_double_eq(summary->time, 5500 * 36 / 25.0);
    ck_assert_uint_eq(summary->leg_count, 2);
    ck_assert_uint_eq(summary->from.distance, 31);
    ck_assert_uint_eq(summary->to.node, 3);
    ck_assert_uint_eq(summary->to.distance, 0);
    expect_leg(1, 2, 3, 3500);
    expect_leg(0, 0, 2, 2000);
    ck_assert_int_eq(kiwi_route_leg(route, 2, &leg, &error), KIWI_END);
    kiwi_route_close(route);
    ck_assert_int_eq(kiwi_route_open(regions, at(40, 20), at(0, 0), NULL, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 6000);
    kiwi_route_close(route);
    ck_assert_int_eq(kiwi_route_open(regions, at(40, 0), at(41, 0), NULL, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->leg_count, 0);
    ck_assert_int_eq(kiwi_route_leg(route, 0, &leg, &error), KIWI_END);
    close_regions();
}
END_TEST

static void expect_none(struct kiwi_place from, struct kiwi_place to,
                        const struct kiwi_route_options *options, const char *why)
{
    ck_assert_int_eq(kiwi_route_open(regions, from, to, options, &route, &error), KIWI_ERROR_NOT_FOUND);
    ck_assert_ptr_null(route);
    ck_assert_msg(strstr(error.text, why), "%s", error.text);
    ck_assert_int_eq(kiwi_route_open(regions, from, to, options, &route, NULL), KIWI_ERROR_NOT_FOUND);
}

START_TEST(no_way)
{
    const struct kiwi_route_options other_level = {.size = sizeof other_level, .has_level = true, .level = 4};
    const struct kiwi_route_options two = {.size = sizeof two, .nodes = 2};

    make_square();
    add_node(0, 100, 100);
    add_node(0, 110, 100);
    link_nodes(4, 5, 1000, true);
    open_regions(1);
    expect_none(at(0, 0), at(110, 100), NULL, "there is no way from 57.60000,12.00000 to 57.6");
    expect_none(at(0, 0), at(40, 20), &other_level, "no level has nodes at both ends");
    expect_none(at(0, 0), at(40, 20), &two, "a way that 2 nodes lead to");
    /* A node that no link leaves is none to begin with. */
    ck_assert_int_eq(kiwi_route_open(regions, at(110, 100), at(110, 100), NULL, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->from.node, 4);
    ck_assert_uint_eq(kiwi_route_summary(route)->to.node, 5);
    close_regions();
}
END_TEST

START_TEST(dead_end)
{
    make_square();
    add_node(0, 40, 90);
    link_nodes(4, 3, 2200, true);
    open_regions(1);
    ck_assert_int_eq(kiwi_route_open(regions, at(40, 90), at(0, 0), NULL, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 8200);
    kiwi_route_close(route);
    /* Nothing leads to its begin, and node 3 is another place. */
    expect_none(at(40, 20), at(40, 90), NULL, "there is no way from");
    expect_none(at(0, 0), at(40, 90), NULL, "there is no way from");
    close_regions();
}
END_TEST

START_TEST(two_regions)
{
    struct kiwi_route_leg leg;

    begin();
    add_node(0, 0, 0);
    add_node(0, 10, 0);
    add_node(1, 20, 0);
    add_node(1, 30, 0);
    edges[edge_count++] = (struct edge){0, 0, 0, 1, 500, false};
    edges[edge_count++] = (struct edge){0, 1, 1, 0, 501, false};
    edges[edge_count++] = (struct edge){1, 0, 1, 1, 502, false};
    /* Loops at a node, over both regions and without any length, and a region that does not exist. */
    edges[edge_count++] = (struct edge){0, 1, 0, 1, 0, false};
    edges[edge_count++] = (struct edge){0, 0, 1, 0, 5000, false};
    edges[edge_count++] = (struct edge){0, 1, 1, 0, 501, false};
    edges[edge_count++] = (struct edge){0, 0, 9, 3, 1, true};
    open_regions(2);
    ck_assert_int_eq(kiwi_route_open(regions, at(0, 0), at(30, 0), NULL, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->length, 1503);
    ck_assert_uint_eq(kiwi_route_summary(route)->leg_count, 3);
    ck_assert_int_eq(kiwi_route_leg(route, 1, &leg, &error), KIWI_OK);
    ck_assert_uint_eq(leg.region, 0);
    ck_assert_uint_eq(leg.to_region, 1);
    ck_assert_uint_eq(leg.link_id, 2);
    close_regions();
}
END_TEST

/**
 * Positions that contradict the lengths: the shorter half of each step leads over a node that seems to lie
 * far away, the nearer to the start the farther. It is tried last, so that the end is reached by 2^STEPS
 * lengths, each shorter than the one before.
 */
START_TEST(contradiction)
{
    enum { STEPS = 10, FAR = 120 };
    struct kiwi_route_options options = {.size = sizeof options, .nodes = NODES};

    begin();
    for (uint32_t i = 0; i <= STEPS; i++)
        add_node(0, 0, 0);
    for (uint32_t i = 0; i < STEPS; i++) {
        add_node(0, 0, (STEPS - i) * FAR);
        link_nodes(i, i + 1, 2 + (1u << (STEPS - i)), true);
        link_nodes(i, STEPS + 1 + i, 1, true);
        link_nodes(STEPS + 1 + i, i + 1, 1, true);
    }
    add_node(0, 3, 0);
    link_nodes(STEPS, 2 * STEPS + 1, 60000, true);
    open_regions(1);
    expect_none(at(0, 0), at(3, 0), &options, "no level has nodes at both ends and a way that");
    options.nodes = 1000;
    ck_assert_int_eq(kiwi_route_open(regions, at(0, 0), at(3, 0), &options, &route, &error), KIWI_OK);
    ck_assert_uint_eq(kiwi_route_summary(route)->leg_count, 2 * STEPS + 1);
    close_regions();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("route search");
    TCase *tests = tcase_create("route search");

    tcase_add_test(tests, square);
    tcase_add_test(tests, no_way);
    tcase_add_test(tests, dead_end);
    tcase_add_test(tests, two_regions);
    tcase_add_test(tests, contradiction);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
