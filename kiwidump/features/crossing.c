/* SPDX-License-Identifier: MIT */
/* How straight sides lie to each other. */
#include "crossing.h"

#include <math.h>
#include <stdlib.h>

#include "feature.h"

static int sign(int64_t number)
{
    return (number > 0) - (number < 0);
}

/** Sign of a * b - c * d; the products of what crossing_turn() has fit 64 bits without a sign. */
static int compare_products(int64_t a, int64_t b, int64_t c, int64_t d)
{
    int left = sign(a) * sign(b);
    int right = sign(c) * sign(d);
    if (left != right)
        return left < right ? -1 : 1;
    uint64_t p = (uint64_t)llabs(a) * (uint64_t)llabs(b);
    uint64_t q = (uint64_t)llabs(c) * (uint64_t)llabs(d);
    return p == q ? 0 : p < q ? -left : left;
}

int crossing_turn(struct point a, struct point b, int64_t doubled_x, int64_t doubled_y)
{
    return compare_products((int64_t)b.x - a.x, doubled_y - 2 * (int64_t)a.y, (int64_t)b.y - a.y,
                            doubled_x - 2 * (int64_t)a.x);
}

static int turn(struct point a, struct point b, struct point c)
{
    return crossing_turn(a, b, 2 * (int64_t)c.x, 2 * (int64_t)c.y);
}

static bool ranges_meet(int32_t a, int32_t b, int32_t c, int32_t d)
{
    return (a < b ? a : b) <= (c < d ? d : c) && (c < d ? c : d) <= (a < b ? b : a);
}

static bool boxes_meet(struct point a, struct point b, struct point c, struct point d)
{
    return ranges_meet(a.x, b.x, c.x, d.x) && ranges_meet(a.y, b.y, c.y, d.y);
}

bool crossing_touch(struct point a, struct point b, struct point c, struct point d)
{
    return boxes_meet(a, b, c, d) && turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
}

bool crossing_on(struct point a, struct point b, struct point point)
{
    return boxes_meet(a, b, point, point) && !crossing_same(a, point) && !crossing_same(b, point) &&
           turn(a, b, point) == 0;
}

bool crossing_find(struct point a, struct point b, struct point c, struct point d, struct point *point)
{
    if (!boxes_meet(a, b, c, d) || turn(a, b, c) * turn(a, b, d) >= 0 || turn(c, d, a) * turn(c, d, b) >= 0)
        return false;
    double x = (double)b.x - a.x;
    double y = (double)b.y - a.y;
    double other_x = (double)d.x - c.x;
    double other_y = (double)d.y - c.y;
    double share = (((double)c.x - a.x) * other_y - ((double)c.y - a.y) * other_x) /
                   (x * other_y - y * other_x);
    share = share > 0 ? share < 1 ? share : 1 : 0; /* also where rounding left nothing of the divisor */
    *point = (struct point){(int32_t)lrint(a.x + share * x), (int32_t)lrint(a.y + share * y)};
    return true;
}

/* Rings */

/** Sides that go the same way in both axes, so that none of them meets another, and those that meet a box
 * follow each other. */
struct run {
    uint16_t first, end; /* of its sides */
    struct point low, high;
};

struct ring_test {
    struct point corners[FEATURE_POINTS + 1]; /* without repetitions; the first again at the end */
    size_t count;                             /* of sides */
    struct run runs[FEATURE_POINTS];
    size_t run_count;
};

static unsigned quarter(struct point a, struct point b)
{
    return (unsigned)(b.x >= a.x) << 1 | (unsigned)(b.y >= a.y);
}

static void add_run(struct ring_test *test, size_t first, size_t end)
{
    struct point a = test->corners[first];
    struct point b = test->corners[end];
    test->runs[test->run_count++] = (struct run){.first = (uint16_t)first,
                                                 .end = (uint16_t)end,
                                                 .low = {a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y},
                                                 .high = {a.x < b.x ? b.x : a.x, a.y < b.y ? b.y : a.y}};
}

static void make_runs(struct ring_test *test)
{
    size_t first = 0;
    unsigned last = quarter(test->corners[0], test->corners[1]);
    test->run_count = 0;
    for (size_t i = 1; i < test->count; i++) {
        unsigned next = quarter(test->corners[i], test->corners[i + 1]);
        if (next == last)
            continue;
        add_run(test, first, i);
        first = i;
        last = next;
    }
    add_run(test, first, test->count);
}

/** Whether side i meets side k behind it where it should not; their boxes meet. */
static bool sides_meet(const struct ring_test *test, size_t i, size_t k)
{
    struct point a = test->corners[i];
    struct point b = test->corners[i + 1];
    struct point c = test->corners[k];
    struct point d = test->corners[k + 1];
    if (k == i + 1)
        return crossing_on(a, b, d) || crossing_on(c, d, a) || crossing_same(a, d);
    if (i == 0 && k + 1 == test->count)
        return crossing_on(a, b, c) || crossing_on(c, d, b);
    return crossing_touch(a, b, c, d);
}

/** The first side from one on, before an end, whose box meets another; the end if there is none. */
static size_t next_in_box(const struct ring_test *test, size_t side, size_t end, struct point low,
                          struct point high)
{
    while (side < end && !boxes_meet(test->corners[side], test->corners[side + 1], low, high))
        side++;
    return side;
}

static bool runs_meet(const struct ring_test *test, const struct run *one, const struct run *other)
{
    const struct point *corners = test->corners;
    if (!boxes_meet(one->low, one->high, other->low, other->high))
        return false;
    for (size_t i = next_in_box(test, one->first, one->end, other->low, other->high);
         i < one->end && boxes_meet(corners[i], corners[i + 1], other->low, other->high); i++)
        for (size_t k = next_in_box(test, other->first, other->end, corners[i], corners[i + 1]);
             k < other->end && boxes_meet(corners[i], corners[i + 1], corners[k], corners[k + 1]); k++)
            if (sides_meet(test, i, k))
                return true;
    return false;
}

bool crossing_is_simple(const struct point *points, size_t count)
{
    struct ring_test test; /* too large to be cleared for each */
    struct point before = points[count - 1];
    test.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!crossing_same(points[i], before))
            test.corners[test.count++] = points[i];
        before = points[i];
    }
    if (test.count < 3)
        return false;
    test.corners[test.count] = test.corners[0];
    make_runs(&test);
    for (size_t i = 0; i < test.run_count; i++)
        for (size_t k = i + 1; k < test.run_count; k++)
            if (runs_meet(&test, &test.runs[i], &test.runs[k]))
                return false;
    return true;
}
