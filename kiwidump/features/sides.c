/* SPDX-License-Identifier: MIT */
/* From the sides of areas that may meet, overlap and touch themselves to those between inside and outside. */
#include <stdlib.h>

#include "rings.h"
#include "sort.h"

/** Steps for each side; who needs more was made to keep us busy, and gets rings that may meet. */
enum { WORK = 4096, ROUNDS = 8 };

void rings_add(struct rings *rings, struct point from, struct point to)
{
    if (crossing_same(from, to))
        return;
    struct side *sides = memory_grow(rings->memory, rings->sides, rings->side_count, &rings->side_capacity,
                                     sizeof *sides);
    if (!sides)
        return;
    rings->sides = sides;
    sides[rings->side_count++] = (struct side){from, to, 1, false};
}

struct work {
    struct rings *rings;
    uint64_t left;
    struct cut {
        size_t side;
        int64_t way; /* from its begin */
        struct point at;
    } * cuts;
    size_t count, capacity;
    bool crossed; /* a point was rounded: its sides may meet others now */
};

/** Takes so many steps; false if there are none left. */
static bool take_steps(struct work *work, uint64_t steps)
{
    work->left -= work->left < steps ? work->left : steps;
    return work->left > 0 && !work->rings->memory->failed;
}

/* Sides end where they meet others */

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t most(int32_t a, int32_t b)
{
    return a < b ? b : a;
}

static void add_cut(struct work *work, size_t number, struct point at)
{
    const struct side *side = &work->rings->sides[number];
    if (crossing_same(at, side->from) || crossing_same(at, side->to))
        return;
    struct cut *cuts = memory_grow(work->rings->memory, work->cuts, work->count, &work->capacity,
                                   sizeof *cuts);
    if (!cuts)
        return;
    work->cuts = cuts;
    int64_t way = llabs((int64_t)at.x - side->from.x) + llabs((int64_t)at.y - side->from.y);
    cuts[work->count++] = (struct cut){number, way, at};
}

/** As neighbours do: then they do not cross. */
static bool share_end(const struct side *a, const struct side *b)
{
    return crossing_same(a->from, b->from) || crossing_same(a->from, b->to) ||
           crossing_same(a->to, b->from) || crossing_same(a->to, b->to);
}

static void cut_both(struct work *work, size_t i, size_t k)
{
    const struct side *a = &work->rings->sides[i];
    const struct side *b = &work->rings->sides[k];
    struct point point;
    if (crossing_on(a->from, a->to, b->from))
        add_cut(work, i, b->from);
    if (crossing_on(a->from, a->to, b->to))
        add_cut(work, i, b->to);
    if (crossing_on(b->from, b->to, a->from))
        add_cut(work, k, a->from);
    if (crossing_on(b->from, b->to, a->to))
        add_cut(work, k, a->to);
    if (!share_end(a, b) && crossing_find(a->from, a->to, b->from, b->to, &point)) {
        add_cut(work, i, point);
        add_cut(work, k, point);
        work->crossed = true;
    }
}

/** Sides run upwards and are in order of their lower ends, so that those that overlap in height are
 * neighbours. */
static void find_cuts(struct work *work)
{
    const struct rings *rings = work->rings;
    work->count = 0;
    work->crossed = false;
    for (size_t i = 0, k; i < rings->side_count; i++) {
        const struct side *side = &rings->sides[i];
        int32_t west = least(side->from.x, side->to.x);
        int32_t east = most(side->from.x, side->to.x);
        for (k = i + 1; k < rings->side_count && rings->sides[k].from.y <= side->to.y; k++) {
            const struct side *other = &rings->sides[k];
            if (least(other->from.x, other->to.x) <= east && most(other->from.x, other->to.x) >= west)
                cut_both(work, i, k);
        }
        if (!take_steps(work, k - i))
            return;
    }
}

/** By side, and how far from its begin: 34 bits are enough for all there can be on earth. */
static uint64_t cut_number(const void *item)
{
    const struct cut *cut = item;
    return (uint64_t)cut->side << 34 | (uint64_t)cut->way;
}

static void make_cuts(struct work *work)
{
    const struct sort_order order = {sizeof *work->cuts, cut_number, NULL};
    struct rings *rings = work->rings;
    sort_items(rings->memory, work->cuts, work->count, &order);
    for (size_t i = 0; i < work->count; i++) {
        const struct cut *cut = &work->cuts[i];
        bool last = i + 1 == work->count || work->cuts[i + 1].side != cut->side;
        const struct side side = rings->sides[cut->side];
        size_t added = rings->side_count;
        rings_add(rings, cut->at, last ? side.to : work->cuts[i + 1].at);
        if (added < rings->side_count)
            rings->sides[added].net = side.net;
    }
    for (size_t i = work->count; i-- > 0;)
        rings->sides[work->cuts[i].side].to = work->cuts[i].at; /* the first cut stays */
}

/* Sides that run both ways */

static bool same_sides(const struct side *a, const struct side *b)
{
    return crossing_same(a->from, b->from) && crossing_same(a->to, b->to);
}

static uint64_t side_number(const void *item)
{
    const struct side *side = item;
    return point_number(side->from);
}

/** Of sides that begin at the same point. */
static int by_end(const void *left, const void *right)
{
    const struct side *a = left;
    const struct side *b = right;
    uint64_t first = point_number(a->to);
    uint64_t second = point_number(b->to);
    return first < second ? -1 : first > second;
}

void rings_sort_sides(struct rings *rings)
{
    const struct sort_order order = {sizeof *rings->sides, side_number, by_end};
    sort_items(rings->memory, rings->sides, rings->side_count, &order);
}

/** Upwards, or to the east. */
static void turn_up(struct side *side)
{
    if (point_number(side->from) < point_number(side->to))
        return;
    *side = (struct side){side->to, side->from, -side->net, false};
}

/** One side of those that are the same; none if as many run one way as the other, such as to a hole and back.
 */
static void join_sides(struct rings *rings)
{
    size_t kept = 0;
    for (size_t i = 0; i < rings->side_count; i++)
        turn_up(&rings->sides[i]);
    rings_sort_sides(rings);
    for (size_t i = 0, end; i < rings->side_count; i = end) {
        struct side side = rings->sides[i];
        for (end = i + 1; end < rings->side_count && same_sides(&rings->sides[i], &rings->sides[end]); end++)
            side.net += rings->sides[end].net;
        if (side.net != 0 && !crossing_same(side.from, side.to))
            rings->sides[kept++] = side;
    }
    rings->side_count = kept;
}

/* Inside and outside */

/** A side that waits for what lies beside its middle. */
struct question {
    size_t side;
    int64_t x, y; /* of the middle, doubled */
    long winding; /* how often the areas run round what is right beside it to the east, or above it */
};

static uint64_t height(const void *item)
{
    const struct question *question = item;
    return (uint64_t)(question->y - 2 * (int64_t)INT32_MIN);
}

/** Whether a point is to the west of a side that runs upwards past its height; most are far from it. */
static bool is_west(const struct side *side, const struct question *question)
{
    if (2 * (int64_t)least(side->from.x, side->to.x) > question->x)
        return true;
    return 2 * (int64_t)most(side->from.x, side->to.x) >= question->x &&
           crossing_turn(side->from, side->to, question->x, question->y) > 0;
}

/** Counts the sides to the east of the question, a hair above its height; lets go of those that end below. */
static bool answer(struct work *work, struct question *question, size_t *open, size_t *open_count)
{
    const struct side *sides = work->rings->sides;
    size_t kept = 0;
    question->winding = 0;
    if (!take_steps(work, *open_count))
        return false;
    for (size_t i = 0; i < *open_count; i++) {
        const struct side *side = &sides[open[i]];
        if (2 * (int64_t)side->to.y <= question->y)
            continue;
        if (open[i] != question->side && is_west(side, question))
            question->winding += side->net;
        open[kept++] = open[i];
    }
    *open_count = kept;
    return true;
}

/** Sides are in order of their lower ends. */
static bool answer_all(struct work *work, struct question *questions, size_t *open)
{
    const struct sort_order order = {sizeof *questions, height, NULL};
    const struct rings *rings = work->rings;
    size_t next = 0;
    size_t open_count = 0;
    for (size_t i = 0; i < rings->side_count; i++) {
        const struct side *side = &rings->sides[i];
        questions[i] = (struct question){i, (int64_t)side->from.x + side->to.x,
                                         (int64_t)side->from.y + side->to.y, 0};
    }
    sort_items(rings->memory, questions, rings->side_count, &order);
    for (size_t i = 0; i < rings->side_count; i++) {
        while (next < rings->side_count && 2 * (int64_t)rings->sides[next].from.y <= questions[i].y)
            open[open_count++] = next++;
        if (!answer(work, &questions[i], open, &open_count))
            return false;
    }
    return true;
}

/** Marks a side that does not part inside and outside with a net of 0, and turns the others. */
static void direct(struct side *side, long winding)
{
    bool level = side->from.y == side->to.y; /* then the winding is that above it, on its left */
    bool left = (level ? winding : winding + side->net) != 0;
    bool right = (level ? winding - side->net : winding) != 0;
    side->net = left == right ? 0 : left ? 1 : -1;
}

static void keep_bounds(struct work *work)
{
    struct rings *rings = work->rings;
    size_t size = rings->side_count * (sizeof(struct question) + sizeof(size_t));
    struct question *questions = memory_take(rings->memory, size);
    size_t kept = 0;
    if (questions && answer_all(work, questions, (size_t *)(questions + rings->side_count)))
        for (size_t i = 0; i < rings->side_count; i++)
            direct(&rings->sides[questions[i].side], questions[i].winding);
    if (questions)
        memory_give(rings->memory, questions, size);
    for (size_t i = 0; i < rings->side_count; i++) {
        struct side side = rings->sides[i];
        if (side.net < 0)
            rings->sides[kept++] = (struct side){side.to, side.from, 1, false};
        else if (side.net > 0)
            rings->sides[kept++] = side;
    }
    rings->side_count = kept;
}

void rings_find_sides(struct rings *rings)
{
    struct work work = {.rings = rings, .left = (rings->side_count + 256) * WORK};
    if (rings->side_count == 0)
        return;
    join_sides(rings); /* the cuts of parcels are gone now, which are the longest sides */
    for (int round = 0; round < ROUNDS; round++) {
        find_cuts(&work);
        if (work.count == 0)
            break;
        make_cuts(&work);
        join_sides(rings);
        if (!work.crossed)
            break;
    }
    memory_give(rings->memory, work.cuts, work.capacity * sizeof *work.cuts);
    if (rings->side_count > 0)
        keep_bounds(&work);
}
