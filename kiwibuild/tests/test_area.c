/* SPDX-License-Identifier: MIT */
/* Areas clipped to cells keep their size and their common edges, and fit their records. */
#include <stdlib.h>
#include <string.h>

#include "area.h"
#include "border.h"
#include "main.h"

enum { X_CELL = X_PER_DEGREE / 32, Y_CELL = Y_PER_DEGREE / 48, MOST = 64 };

static struct {
    struct area areas[MOST];
    struct cut_point points[MOST][4096];
    size_t count;
    int64_t twice; /**< sum of the areas */
} found;

static struct level level = {.populated = {-4, 3, -4, 3}};

static int64_t twice_area(const struct area *area)
{
    int64_t sum = 0;

    for (size_t i = 0; i < area->count; i++) {
        struct cut_point a = area->points[i], b = area->points[(i + 1) % area->count];

        sum += a.x * b.y - b.x * a.y;
    }
    return sum;
}

static void keep(void *context, const struct area *area)
{
    (void)context;
    ck_assert_uint_lt(found.count, MOST);
    found.areas[found.count] = *area;
    memcpy(found.points[found.count], area->points, area->count * sizeof *area->points);
    found.areas[found.count].points = found.points[found.count];
    found.count++;
    ck_assert_int_gt(twice_area(area), 0);
    found.twice += twice_area(area);
    for (size_t i = 0; i < area->count; i++) {
        struct cut_point a = area->points[i], b = area->points[(i + 1) % area->count];
        int64_t scale = (int64_t)1 << area->exponent;

        ck_assert(a.x >= 0 && a.x <= 4096 && a.y >= 0 && a.y <= 4096);
        ck_assert_int_eq((b.x - a.x) % scale, 0);
        ck_assert_int_eq((b.y - a.y) % scale, 0);
        ck_assert((b.x - a.x) / scale >= -128 && (b.x - a.x) / scale <= 127);
        ck_assert((b.y - a.y) / scale >= -128 && (b.y - a.y) / scale <= 127);
    }
}

static struct position at(int64_t x, int64_t y)
{
    return (struct position){x * X_CELL / 4096, y * Y_CELL / 4096};
}

static void clip_ring(const struct position *ring, size_t count, size_t limit)
{
    found.count = 0;
    found.twice = 0;
    area_clip(&level, &(struct area_ring){ring, count, false}, 1, limit, keep, NULL);
}

START_TEST(whole_cells_take_four_steps)
{
    const struct position ring[] = {at(-4096, 0), at(-4096, 4096), at(4096, 4096), at(4096, 0), at(-4096, 0)};

    clip_ring(ring, 5, 2047);
    ck_assert_uint_eq(found.count, 2);
    ck_assert_uint_eq(found.areas[0].count, 4);
    ck_assert_uint_eq(found.areas[0].exponent, 6); /* 64 * 2^6, as on the 2007 Australian disc */
    ck_assert_int_eq(found.twice, 2 * 2 * 4096 * 4096);
}
END_TEST

START_TEST(small_steps_have_exponent_0)
{
    const struct position ring[] = {at(10, 10), at(90, 10), at(90, 90), at(10, 90), at(10, 10)};

    clip_ring(ring, 5, 2047);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_uint_eq(found.areas[0].exponent, 0);
    ck_assert_uint_eq(found.areas[0].count, 4);
}
END_TEST

START_TEST(odd_steps_are_split)
{
    const struct position ring[] = {at(11, 10), at(1012, 13), at(500, 1900), at(11, 10)};

    clip_ring(ring, 4, 2047);
    ck_assert_uint_eq(found.count, 1);
    ck_assert_uint_eq(found.areas[0].exponent, 0);
    ck_assert_uint_gt(found.areas[0].count, 30);
}
END_TEST

START_TEST(comb_keeps_its_area)
{
    const struct position ring[] = {at(-3000, -3000), at(5000, -3000),  at(5000, 5000),  at(3000, 5000),
                                    at(3000, -1000),  at(1000, -1000),  at(1000, 5000),  at(-1000, 5000),
                                    at(-1000, -1000), at(-3000, -1000), at(-3000, -3000)};

    clip_ring(ring, 11, 2047);
    ck_assert_int_eq(found.twice, 2 * (8000 * 2000 + 2 * 2000 * 6000));
}
END_TEST

START_TEST(too_many_points_are_halved)
{
    struct position ring[401];

    for (size_t i = 0; i < 200; i++) {
        ring[i] = at(100 + (int64_t)i * 10, 1000 + (int64_t)i % 2 * 100);
        ring[399 - i] = at(100 + (int64_t)i * 10, 1500 + (int64_t)i % 2 * 100);
    }
    ring[400] = ring[0];
    clip_ring(ring, 401, 100);
    ck_assert_uint_gt(found.count, 3);
    for (size_t i = 0; i < found.count; i++)
        ck_assert_uint_le(found.areas[i].count, 100);
    ck_assert_int_eq(found.twice, 2 * 500 * 1990);
}
END_TEST

START_TEST(divided_cell)
{
    const struct cut_point ring[] = {
        {2000, 2000, false}, {2100, 2000, false}, {2100, 2100, false}, {2000, 2100, false}};

    found.count = 0;
    found.twice = 0;
    area_divide((struct parts){2, 2}, ring, 4, 2047, keep, NULL);
    ck_assert_uint_eq(found.count, 4);
    ck_assert_int_eq(found.twice, 2 * 100 * 100);
}
END_TEST

static void collect(void *context, const struct cut_rings *rings)
{
    for (size_t r = 0; r < rings->count; r++)
        for (size_t i = 0; i < rings->items[r].count; i++)
            cut_points_add(context, rings->items[r].items[i]);
}

/** Two bays, joined by a line along the border there and back, as clipping leaves them. */
START_TEST(pieces_come_apart)
{
    const struct border border = {0, 0, 100, 100};
    struct cut_point corners[] = {{10, 0, false},  {30, 0, false}, {80, 0, false}, {90, 0, false},
                                  {85, 20, false}, {80, 0, false}, {30, 0, false}, {20, 30, false}};
    struct cut_points ring = {corners, 8, 8};
    struct cut_points pieces = {0};

    border_split(&(struct cut_rings){&ring, 1, 1}, &border, collect, &pieces);
    ck_assert_uint_eq(pieces.count, 6); /* two triangles */
    ck_assert_int_eq(pieces.items[0].x, 10);
    ck_assert_int_eq(pieces.items[1].x, 30);
    ck_assert_int_eq(pieces.items[2].x, 20);
    ck_assert_int_eq(pieces.items[3].x, 80);
    free(pieces.items);
}
END_TEST

/** A lake with islands: one inside, one across the edge of the cells, one over the corner of four. */
START_TEST(islands_stay_in_any_order)
{
    const struct position lake[] = {at(-3000, -3000), at(3000, -3000), at(3000, 3000), at(-3000, 3000),
                                    at(-3000, -3000)};
    const struct position islands[3][5] = {
        {at(1000, 1000), at(1500, 1000), at(1500, 1500), at(1000, 1500), at(1000, 1000)},
        {at(-200, 1000), at(-200, 1400), at(300, 1400), at(300, 1000), at(-200, 1000)},
        {at(-100, -100), at(700, -100), at(700, 800), at(-100, 800), at(-100, -100)},
    };
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (size_t order = 0; order < 6; order++) {
        struct area_ring rings[4] = {{lake, 5, false}};

        for (size_t i = 0; i < 3; i++)
            rings[1 + i] = (struct area_ring){islands[orders[order][i]], 5, true};
        found.count = 0;
        found.twice = 0;
        area_clip(&level, rings, 4, 2047, keep, NULL);
        ck_assert_uint_eq(found.count, 4);
        ck_assert_int_eq(found.twice, 2 * (6000 * 6000 - 500 * 500 - 500 * 400 - 800 * 900));
    }
}
END_TEST

/** A cell that is cut again keeps the islands in the parts. */
START_TEST(islands_stay_in_a_divided_cell)
{
    const struct position lake[] = {at(100, 100), at(4000, 101), at(4000, 4000), at(100, 4000), at(100, 100)};
    const struct position island[] = {at(1900, 1907), at(2117, 1900), at(2100, 2113), at(1900, 1907)};
    const struct area_ring rings[] = {{lake, 5, false}, {island, 4, true}};
    struct area whole;
    int64_t twice;

    found.count = 0;
    found.twice = 0;
    area_clip(&level, rings, 2, 2047, keep, NULL);
    ck_assert_uint_eq(found.count, 1);
    whole = found.areas[0];
    twice = found.twice;
    struct cut_point *points = malloc(whole.count * sizeof *points);
    memcpy(points, whole.points, whole.count * sizeof *points);
    found.count = 0;
    found.twice = 0;
    area_divide((struct parts){2, 2}, points, whole.count, 2047, keep, NULL);
    ck_assert_uint_eq(found.count, 4);
    ck_assert_int_le(llabs(found.twice - twice), 2 * 4000);
    free(points);
}
END_TEST

int main(void)
{
    level_set_cells(&level, 0);
    const TTest *const tests[] = {
        whole_cells_take_four_steps, small_steps_have_exponent_0, odd_steps_are_split,
        comb_keeps_its_area,         too_many_points_are_halved,  divided_cell,
        pieces_come_apart,           islands_stay_in_any_order,   islands_stay_in_a_divided_cell};

    return run_tests("area", tests, sizeof tests / sizeof tests[0]);
}
