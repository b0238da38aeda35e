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

/** Sides that go the same way in both axes, so that none of them meets another. */
struct run {
    uint16_t first, end; /* in the list of corners */
    struct point low, high;
};

struct ring_test {
    const struct point *points;
    uint16_t corners[FEATURE_POINTS + 1]; /* without repetitions; the first again at the end */
    size_t count;                         /* of sides */
    struct run runs[FEATURE_POINTS];
    size_t run_count;
};

static struct point corner(const struct ring_test *test, size_t i)
{
    return test->points[test->corners[i]];
}

static unsigned quarter(struct point a, struct point b)
{
    return (unsigned)(b.x >= a.x) << 1 | (unsigned)(b.y >= a.y);
}

static void make_runs(struct ring_test *test)
{
    unsigned last = 4;
    test->run_count = 0;
    for (size_t i = 0; i < test->count; i++) {
        struct point a = corner(test, i);
        struct point b = corner(test, i + 1);
        struct run *run = &test->runs[test->run_count];
        if (quarter(a, b) != last) {
            last = quarter(a, b);
            test->run_count++;
            run->first = (uint16_t)i;
            run->low = run->high = a;
        } else {
            run--;
        }
        run->end = (uint16_t)(i + 1);
        run->low = (struct point){b.x < run->low.x ? b.x : run->low.x, b.y < run->low.y ? b.y : run->low.y};
        run->high = (struct point){b.x > run->high.x ? b.x : run->high.x,
                                   b.y > run->high.y ? b.y : run->high.y};
    }
}

/** Whether side i meets side k behind it where it should not. */
static bool sides_meet(const struct ring_test *test, size_t i, size_t k)
{
    struct point a = corner(test, i);
    struct point b = corner(test, i + 1);
    struct point c = corner(test, k);
    struct point d = corner(test, k + 1);
    if (k == i + 1)
        return crossing_on(a, b, d) || crossing_on(c, d, a) || crossing_same(a, d);
    if (i == 0 && k + 1 == test->count)
        return crossing_on(a, b, c) || crossing_on(c, d, b);
    return crossing_touch(a, b, c, d);
}

static bool runs_meet(const struct ring_test *test, const struct run *one, const struct run *other)
{
    if (!boxes_meet(one->low, one->high, other->low, other->high))
        return false;
    for (size_t i = one->first; i < one->end; i++) {
        if (!boxes_meet(corner(test, i), corner(test, i + 1), other->low, other->high))
            continue;
        for (size_t k = other->first; k < other->end; k++)
            if (sides_meet(test, i, k))
                return true;
    }
    return false;
}

bool crossing_is_simple(const struct point *points, size_t count)
{
    struct ring_test test; /* too large to be cleared for each */
    test.points = points;
    test.count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t before = test.count > 0 ? test.corners[test.count - 1] : count - 1;
        if (!crossing_same(points[i], points[before]))
            test.corners[test.count++] = (uint16_t)i;
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
