/* SPDX-License-Identifier: MIT */
/* Makes rings of the sides of areas, and finds out which rings are holes. */
#include "rings.h"

#include <math.h>
#include <stdlib.h>

void rings_add(struct rings *rings, struct merge_point from, struct merge_point to, bool border)
{
    if (from.x == to.x && from.y == to.y)
        return;
    struct side *sides = merge_grow(rings->memory, rings->sides, rings->side_count, &rings->side_capacity,
                                    sizeof *sides);
    if (!sides)
        return;
    rings->sides = sides;
    sides[rings->side_count++] = (struct side){from, to, border, false};
}

void rings_free(struct rings *rings)
{
    merge_give(rings->memory, rings->sides, rings->side_capacity * sizeof *rings->sides);
    merge_give(rings->memory, rings->points, rings->point_capacity * sizeof *rings->points);
    merge_give(rings->memory, rings->rings, rings->ring_capacity * sizeof *rings->rings);
}

static int compare_points(struct merge_point a, struct merge_point b)
{
    if (a.y != b.y)
        return a.y < b.y ? -1 : 1;
    return a.x < b.x ? -1 : a.x > b.x;
}

/* Sides that run both ways */

static bool is_forward(const struct side *side)
{
    return compare_points(side->from, side->to) < 0;
}

static struct merge_point low_of(const struct side *side)
{
    return is_forward(side) ? side->from : side->to;
}

static struct merge_point high_of(const struct side *side)
{
    return is_forward(side) ? side->to : side->from;
}

static int by_ends(const void *left, const void *right)
{
    const struct side *a = left;
    const struct side *b = right;
    int order = compare_points(low_of(a), low_of(b));
    if (order == 0)
        order = compare_points(high_of(a), high_of(b));
    return order != 0 ? order : (int)is_forward(a) - (int)is_forward(b);
}

/** Sides that are the same but for their direction cancel each other, such as the way to a hole and back. */
static void cancel_sides(struct rings *rings)
{
    size_t kept = 0;
    if (rings->side_count > 0)
        qsort(rings->sides, rings->side_count, sizeof *rings->sides, by_ends);
    for (size_t first = 0; first < rings->side_count;) {
        size_t end = first;
        long net = 0;
        const struct side side = rings->sides[first];
        struct merge_point low = low_of(&side);
        struct merge_point high = high_of(&side);
        for (; end < rings->side_count && compare_points(low_of(&rings->sides[end]), low) == 0 &&
               compare_points(high_of(&rings->sides[end]), high) == 0;
             end++)
            net += is_forward(&rings->sides[end]) ? 1 : -1;
        for (long i = 0; i < labs(net); i++)
            rings->sides[kept++] = (struct side){net > 0 ? low : high, net > 0 ? high : low, side.border,
                                                 false};
        first = end;
    }
    rings->side_count = kept;
}

/** Along one edge: where stretches begin and end. */
struct mark {
    bool vertical;
    int32_t fixed, at;
    int change; /* of how many run forward less how many run back */
};

static int by_mark(const void *left, const void *right)
{
    const struct mark *a = left;
    const struct mark *b = right;
    if (a->vertical != b->vertical)
        return a->vertical ? 1 : -1;
    if (a->fixed != b->fixed)
        return a->fixed < b->fixed ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/** Puts the stretches along edges down anew, as far as one side of them is left. */
static void cancel_stretches(struct rings *rings)
{
    struct mark *marks = NULL;
    size_t count = 0;
    size_t capacity = 0;
    size_t kept = 0;
    for (size_t i = 0; i < rings->side_count; i++) {
        struct side side = rings->sides[i];
        if (!side.border) {
            rings->sides[kept++] = side;
            continue;
        }
        bool vertical = side.from.x == side.to.x;
        int32_t from = vertical ? side.from.y : side.from.x;
        int32_t to = vertical ? side.to.y : side.to.x;
        int32_t fixed = vertical ? side.from.x : side.from.y;
        for (int k = 0; k < 2; k++) {
            struct mark *grown = merge_grow(rings->memory, marks, count, &capacity, sizeof *marks);
            if (!grown)
                break;
            marks = grown;
            int sign = from < to ? 1 : -1;
            marks[count++] = (struct mark){vertical, fixed,
                                           k == 0 ? (from < to ? from : to) : (from < to ? to : from),
                                           k == 0 ? sign : -sign};
        }
    }
    rings->side_count = kept;
    if (count > 0)
        qsort(marks, count, sizeof *marks, by_mark);
    long net = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        const struct mark *a = &marks[i];
        const struct mark *b = &marks[i + 1];
        net += a->change;
        if (a->vertical != b->vertical || a->fixed != b->fixed) {
            net = 0;
            continue;
        }
        struct merge_point low = a->vertical ? (struct merge_point){a->fixed, a->at}
                                             : (struct merge_point){a->at, a->fixed};
        struct merge_point high = b->vertical ? (struct merge_point){b->fixed, b->at}
                                              : (struct merge_point){b->at, b->fixed};
        for (long k = 0; k < labs(net) && a->at < b->at; k++)
            rings_add(rings, net > 0 ? low : high, net > 0 ? high : low, true);
    }
    merge_give(rings->memory, marks, capacity * sizeof *marks);
}

/* Rings */

static int by_from(const void *left, const void *right)
{
    const struct side *a = left;
    const struct side *b = right;
    int order = compare_points(a->from, b->from);
    return order != 0 ? order : compare_points(a->to, b->to);
}

static size_t first_from(const struct rings *rings, struct merge_point point)
{
    size_t low = 0;
    size_t high = rings->side_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_points(rings->sides[middle].from, point) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double direction(struct merge_point a, struct merge_point b)
{
    return atan2((double)b.y - a.y, (double)b.x - a.x);
}

/** How many ways out of a point are looked at: more meet in no map. */
enum { WAYS = 64 };

/** The unused side that goes on from one with the sharpest turn to the left: rings that touch stay apart. */
static size_t next_side(const struct rings *rings, const struct side *side)
{
    size_t first = first_from(rings, side->to);
    size_t best = SIZE_MAX;
    double best_turn = -4;
    double heading = 0;
    for (size_t i = first;
         i < rings->side_count && i - first < WAYS && compare_points(rings->sides[i].from, side->to) == 0;
         i++) {
        if (rings->sides[i].used)
            continue;
        if (best == SIZE_MAX &&
            (i + 1 == rings->side_count || compare_points(rings->sides[i + 1].from, side->to) != 0))
            return i; /* the only way */
        if (best == SIZE_MAX)
            heading = direction(side->from, side->to);
        double turn = remainder(direction(rings->sides[i].from, rings->sides[i].to) - heading, 2 * M_PI);
        if (best == SIZE_MAX || turn > best_turn) {
            best = i;
            best_turn = turn;
        }
    }
    return best;
}

static bool add_point(struct rings *rings, struct merge_point point)
{
    struct merge_point *points = merge_grow(rings->memory, rings->points, rings->point_count,
                                            &rings->point_capacity, sizeof *points);
    if (!points)
        return false;
    rings->points = points;
    points[rings->point_count++] = point;
    return true;
}

static void measure(const struct rings *rings, struct ring *ring)
{
    const struct merge_point *points = rings->points + ring->first;
    ring->west = ring->east = points[0].x;
    ring->south = ring->north = points[0].y;
    for (size_t i = 0; i < ring->count; i++) {
        const struct merge_point *a = &points[i];
        const struct merge_point *b = &points[i + 1 < ring->count ? i + 1 : 0];
        ring->area += ((double)a->x - points[0].x) * ((double)b->y - points[0].y) -
                      ((double)b->x - points[0].x) * ((double)a->y - points[0].y);
        ring->west = a->x < ring->west ? a->x : ring->west;
        ring->east = a->x > ring->east ? a->x : ring->east;
        ring->south = a->y < ring->south ? a->y : ring->south;
        ring->north = a->y > ring->north ? a->y : ring->north;
    }
    ring->hole = ring->area < 0;
}

/** Follows the sides from one on until it comes back; what does not come back is dropped. */
static void follow(struct rings *rings, size_t start)
{
    struct ring ring = {.first = rings->point_count, .first_hole = SIZE_MAX, .next_hole = SIZE_MAX};
    struct merge_point begin = rings->sides[start].from;
    size_t at = start;
    bool closed = false;
    while (at != SIZE_MAX && !closed) {
        struct side *side = &rings->sides[at];
        side->used = true;
        if (!add_point(rings, side->from))
            return;
        closed = compare_points(side->to, begin) == 0;
        at = closed ? SIZE_MAX : next_side(rings, side);
    }
    ring.count = rings->point_count - ring.first;
    if (closed && ring.count >= 3)
        measure(rings, &ring);
    struct ring *grown = closed && ring.area != 0 ? merge_grow(rings->memory, rings->rings, rings->ring_count,
                                                               &rings->ring_capacity, sizeof *grown)
                                                  : NULL;
    if (!grown) {
        rings->point_count = ring.first;
        return;
    }
    rings->rings = grown;
    grown[rings->ring_count++] = ring;
}

static bool holds(const struct rings *rings, const struct ring *outer, struct merge_point point)
{
    const struct merge_point *points = rings->points + outer->first;
    bool inside = false;
    for (size_t i = 0, j = outer->count - 1; i < outer->count; j = i++) {
        const struct merge_point *a = &points[i];
        const struct merge_point *b = &points[j];
        if ((a->y > point.y) != (b->y > point.y) &&
            point.x < ((double)b->x - a->x) * ((double)point.y - a->y) / ((double)b->y - a->y) + a->x)
            inside = !inside;
    }
    return inside;
}

/** Gives each hole to the smallest ring around it; one without is a ring of its own. */
static void place_holes(struct rings *rings)
{
    for (size_t i = 0; i < rings->ring_count; i++) {
        struct ring *hole = &rings->rings[i];
        size_t best = SIZE_MAX;
        const struct merge_point *points = rings->points + hole->first;
        for (size_t k = 0; hole->hole && k < rings->ring_count; k++) {
            const struct ring *outer = &rings->rings[k];
            if (outer->hole || outer->west > hole->west || outer->east < hole->east ||
                outer->south > hole->south || outer->north < hole->north || outer->area < -hole->area ||
                (best != SIZE_MAX && rings->rings[best].area <= outer->area))
                continue;
            /* The middle of a side: corners may touch the ring around. */
            const struct merge_point middle = {(int32_t)(((int64_t)points[0].x + points[1].x) / 2),
                                               (int32_t)(((int64_t)points[0].y + points[1].y) / 2)};
            if (holds(rings, outer, middle))
                best = k;
        }
        if (!hole->hole)
            continue;
        if (best == SIZE_MAX) {
            hole->hole = false;
            continue;
        }
        hole->next_hole = rings->rings[best].first_hole;
        rings->rings[best].first_hole = i;
    }
}

size_t rings_make(struct rings *rings)
{
    size_t outer = 0;
    cancel_stretches(rings);
    cancel_sides(rings);
    if (rings->side_count > 0)
        qsort(rings->sides, rings->side_count, sizeof *rings->sides, by_from);
    for (size_t i = 0; i < rings->side_count && !rings->memory->failed; i++)
        if (!rings->sides[i].used)
            follow(rings, i);
    place_holes(rings);
    for (size_t i = 0; i < rings->ring_count; i++)
        outer += !rings->rings[i].hole;
    return outer;
}
