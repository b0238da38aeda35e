/* SPDX-License-Identifier: MIT */
/* Simplified lines keep ends and nodes; holes are joined to their rings. */
#include "hole.h"
#include "main.h"
#include "simplify.h"

static struct level fine = {.finest = true}, coarse;
static const int64_t unit = X_PER_DEGREE / 32 / 4096 * 16; /* of the coarse level, in x */

static struct position at(int64_t x, int64_t y)
{
    return (struct position){x * unit, y * unit * 2}; /* on the grid y is half as fine */
}

static size_t count_of(const struct level *level, const struct position *line, const bool *nodes,
                       size_t count, bool ring)
{
    struct simplified result = {0};

    simplify(level, line, nodes, count, ring, &result);
    count = result.count;
    simplified_free(&result);
    return count;
}

START_TEST(needless_vertices_go)
{
    const struct position line[] = {at(0, 0), at(50, 1), at(100, 0), at(150, 30), at(200, 0)};
    const bool none[5] = {0}, node[5] = {0, 1, 0, 0, 0};

    ck_assert_uint_eq(count_of(&fine, line, none, 5, false), 5);
    ck_assert_uint_eq(count_of(&coarse, line, none, 5, false), 4); /* all but the second */
    ck_assert_uint_eq(count_of(&coarse, line, node, 5, false), 5);
}
END_TEST

START_TEST(both_directions_agree)
{
    struct position line[40], back[40];
    const bool none[40] = {0};
    struct simplified one = {0}, two = {0};

    for (size_t i = 0; i < 40; i++)
        line[i] = back[39 - i] = at((int64_t)i * 3, (int64_t)(i * i * 7 % 11));
    simplify(&coarse, line, none, 40, false, &one);
    simplify(&coarse, back, none, 40, false, &two);
    ck_assert_uint_eq(one.count, two.count);
    ck_assert_uint_lt(one.count, 40);
    for (size_t i = 0; i < one.count; i++) {
        ck_assert_int_eq(one.positions[i].x, two.positions[two.count - 1 - i].x);
        ck_assert_int_eq(one.positions[i].y, two.positions[two.count - 1 - i].y);
    }
    simplified_free(&one);
    simplified_free(&two);
}
END_TEST

START_TEST(rings_begin_at_the_same_vertex)
{
    const struct position ring[] = {at(100, 50), at(50, 100), at(0, 50), at(50, 0), at(100, 50)};
    const bool none[5] = {0};
    struct simplified result = {0};

    simplify(&coarse, ring, none, 5, true, &result);
    ck_assert_uint_eq(result.count, 5);
    ck_assert_int_eq(result.positions[0].y, 0);
    ck_assert_int_eq(result.positions[4].x, result.positions[0].x);
    ck_assert_int_eq(result.positions[1].x, ring[0].x);
    simplified_free(&result);
}
END_TEST

static double twice_area(const struct position *ring, size_t count)
{
    double area = 0;

    for (size_t i = 1; i < count; i++)
        area += (double)ring[i - 1].x * (double)ring[i].y - (double)ring[i].x * (double)ring[i - 1].y;
    return area;
}

START_TEST(holes_are_left_out)
{
    struct position ring[32] = {{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}};
    struct position hole[2][5] = {{{20, 20}, {20, 40}, {40, 40}, {40, 20}, {20, 20}},
                                  {{60, 60}, {80, 60}, {80, 80}, {60, 80}, {60, 60}}}; /* runs the same way */
    size_t count = hole_join(ring, 5, hole[0], 5);

    ck_assert_uint_eq(count, 11);
    ck_assert(twice_area(ring, count) == 2 * (10000 - 400));
    count = hole_join(ring, count, hole[1], 5);
    ck_assert_uint_eq(count, 17);
    ck_assert(twice_area(ring, count) == 2 * (10000 - 800));
    ck_assert_int_eq(ring[0].x, ring[count - 1].x);
    ck_assert_int_eq(ring[0].y, ring[count - 1].y);
}
END_TEST

int main(void)
{
    level_set_cells(&fine, 0);
    level_set_cells(&coarse, 4);
    const TTest *tests[] = {needless_vertices_go, both_directions_agree, rings_begin_at_the_same_vertex,
                            holes_are_left_out};

    return run_tests("simplify", tests, sizeof tests / sizeof tests[0]);
}
