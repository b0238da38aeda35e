/* SPDX-License-Identifier: MIT */
/* Clips areas to cells and cuts them into parts that a background record can hold. */
#include "area.h"

#include <stdlib.h>

#include "border.h"

enum {
    LARGEST_EXPONENT = 7,
    MOST_HALVINGS = 24,
};

/** x or y of a point, so that clipping is written once. */
static int64_t *axis_of(struct cut_point *point, int axis)
{
    return axis ? &point->y : &point->x;
}

/**
 * The point of a-b on the line where the axis is edge. On edges of cells it is exact, since the ring has its
 * crossings.
 */
static struct cut_point crossing(struct cut_point a, struct cut_point b, int axis, int64_t edge)
{
    int64_t from = *axis_of(&a, axis), to = *axis_of(&b, axis);
    int64_t other_from = *axis_of(&a, !axis), other_to = *axis_of(&b, !axis);
    int64_t part = edge - from, whole = to - from;
    struct cut_point point = {0};

    if (whole < 0) {
        part = -part;
        whole = -whole;
    }
    *axis_of(&point, axis) = edge;
    *axis_of(&point, !axis) = other_from + round_divide((other_to - other_from) * part, whole);
    return point;
}

/** One step of Sutherland and Hodgman: keeps the side where sign * (axis - edge) >= 0. */
static void clip(const struct cut_points *in, struct cut_points *out, int axis, int64_t edge, int sign)
{
    out->count = 0;
    for (size_t i = 0; i < in->count; i++) {
        struct cut_point a = in->items[i], b = in->items[(i + 1) % in->count];
        int64_t da = (*axis_of(&a, axis) - edge) * sign, db = (*axis_of(&b, axis) - edge) * sign;

        if (da >= 0)
            cut_points_add(out, a);
        if ((da > 0 && db < 0) || (da < 0 && db > 0))
            cut_points_add(out, crossing(a, b, axis, edge));
    }
}

/** Keeps low..high of an axis; the result is in points again. */
static void clip_strip(struct cut_points *points, struct cut_points *scratch, int axis, int64_t low,
                       int64_t high)
{
    clip(points, scratch, axis, low, 1);
    clip(scratch, points, axis, high, -1);
}

static void copy_points(struct cut_points *target, const struct cut_points *source)
{
    target->count = 0;
    for (size_t i = 0; i < source->count; i++)
        cut_points_add(target, source->items[i]);
}

/** Whether b lies straight between a and c, or is a spike or a repetition. */
static bool needless(struct cut_point a, struct cut_point b, struct cut_point c)
{
    return (b.x - a.x) * (c.y - b.y) == (b.y - a.y) * (c.x - b.x);
}

/** Drops repetitions, points within a straight side and spikes, which clipping leaves on the edges. */
static void tidy(struct cut_points *points)
{
    size_t dropped;

    do {
        size_t kept = 0;

        dropped = 0;
        for (size_t i = 0; i < points->count; i++) {
            struct cut_point before = points->items[kept ? kept - 1 : points->count - 1];

            if (needless(before, points->items[i], points->items[(i + 1) % points->count]) &&
                points->count - dropped > 2)
                dropped++;
            else
                points->items[kept++] = points->items[i];
        }
        points->count = kept;
    } while (dropped);
}

static int64_t twice_area(const struct cut_points *points)
{
    int64_t sum = 0;

    for (size_t i = 0; i < points->count; i++) {
        struct cut_point a = points->items[i], b = points->items[(i + 1) % points->count];

        sum += a.x * b.y - b.x * a.y;
    }
    return sum;
}

static void reverse(struct cut_points *points)
{
    for (size_t i = 0; i < points->count / 2; i++) {
        struct cut_point point = points->items[i];

        points->items[i] = points->items[points->count - 1 - i];
        points->items[points->count - 1 - i] = point;
    }
}

static bool step_fits(int64_t step, unsigned exponent)
{
    return step >= STEP_MIN * ((int64_t)1 << exponent) && step <= STEP_MAX * ((int64_t)1 << exponent);
}

/**
 * Whether all corners can be reached with steps of 2^exponent, and whether no side needs points in between;
 * points between would not lie on a slanting side, so those must fit.
 */
static bool try_exponent(const struct cut_points *points, unsigned exponent, bool *all_fit)
{
    const int64_t scale = (int64_t)1 << exponent;

    *all_fit = true;
    for (size_t i = 0; i < points->count; i++) {
        struct cut_point a = points->items[i], b = points->items[(i + 1) % points->count];
        int64_t dx = b.x - a.x, dy = b.y - a.y;
        bool fits = step_fits(dx, exponent) && step_fits(dy, exponent);

        if (dx % scale || dy % scale || (exponent && !fits && dx && dy))
            return false;
        *all_fit = *all_fit && fits;
    }
    return true;
}

/** The smallest exponent with which all sides fit, else the largest that reaches all corners. */
static unsigned find_exponent(const struct cut_points *points)
{
    unsigned exponent = 0, usable = 0;
    bool all_fit;

    for (; exponent <= LARGEST_EXPONENT && try_exponent(points, exponent, &all_fit); exponent++) {
        usable = exponent;
        if (all_fit)
            break;
    }
    return usable;
}

/** Points on the sides so that no step is too long; those that are added lie on the nearest unit. */
static void split_sides(const struct cut_points *in, struct cut_points *out, unsigned exponent)
{
    const int64_t scale = (int64_t)1 << exponent, most = STEP_MAX * scale;

    out->count = 0;
    for (size_t i = 0; i < in->count; i++) {
        struct cut_point a = in->items[i], b = in->items[(i + 1) % in->count];
        int64_t dx = b.x - a.x, dy = b.y - a.y, longest = llabs(dx) > llabs(dy) ? llabs(dx) : llabs(dy);
        int64_t pieces = (longest + most - 1) / most;

        for (int64_t p = 0; p < pieces; p++) {
            struct cut_point point = {a.x + round_divide(dx / scale * p, pieces) * scale,
                                      a.y + round_divide(dy / scale * p, pieces) * scale, false};

            cut_points_add(out, point);
        }
    }
}

struct clipper {
    size_t point_limit;
    area_callback *callback;
    void *context;
    int64_t row, column;
    struct cut_points ring, strip, part, scratch;
};

/** Something clipped, on its way into pieces. */
struct clipped {
    struct clipper *clipper;
    struct border border; /**< that it was clipped to */
    int depth;            /**< of halving */
};

static void finish_part(struct clipper *c, struct cut_points *points, struct border border, int depth);

/** Too many points: both halves, as often as it takes. */
static void halve(const struct clipped *clipped, const struct cut_points *points)
{
    struct border west = clipped->border, east = clipped->border;
    struct cut_points half = {0};
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < points->count; i++) {
        low = points->items[i].x < low ? points->items[i].x : low;
        high = points->items[i].x > high ? points->items[i].x : high;
    }
    west.right = east.left = (low + high) / 2;
    clip(points, &half, 0, west.right, -1);
    finish_part(clipped->clipper, &half, west, clipped->depth + 1);
    clip(points, &half, 0, east.left, 1);
    finish_part(clipped->clipper, &half, east, clipped->depth + 1);
    free(half.items);
}

static void finish_piece(void *context, struct cut_points *points)
{
    const struct clipped *clipped = context;
    struct clipper *c = clipped->clipper;
    struct area area = {.row = c->row, .column = c->column};
    struct cut_points split = {0};

    tidy(points);
    if (points->count < 3 || twice_area(points) <= 0)
        return;
    area.exponent = find_exponent(points);
    split_sides(points, &split, area.exponent);
    area.points = split.items;
    area.count = split.count;
    if (split.count > c->point_limit && clipped->depth < MOST_HALVINGS)
        halve(clipped, points);
    else if (twice_area(&split) > 0) /* else a sliver that the points on its sides have closed */
        c->callback(c->context, &area);
    free(split.items);
}

/** points are relative to the cell. */
static void finish_part(struct clipper *c, struct cut_points *points, struct border border, int depth)
{
    struct clipped clipped = {c, border, depth};

    if (twice_area(points) < 0)
        reverse(points);
    border_split(points, &border, finish_piece, &clipped);
}

/** The strip holds the rows of the place already, which is group * group cells. */
static void clip_cell(struct clipper *c, int64_t row, int64_t column, unsigned group)
{
    c->row = row;
    c->column = column;
    copy_points(&c->part, &c->strip);
    clip_strip(&c->part, &c->scratch, 0, column * CELL_UNITS, (column + group) * CELL_UNITS);
    for (size_t i = 0; i < c->part.count; i++) {
        c->part.items[i].x -= column * CELL_UNITS;
        c->part.items[i].y -= row * CELL_UNITS;
    }
    finish_part(c, &c->part, (struct border){0, 0, group * CELL_UNITS, group * CELL_UNITS}, 0);
}

/** Cells from first to last that the points touch along an axis, inside those of the network. */
static void find_range(const struct cut_points *points, int axis, int64_t *first, int64_t *last)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < points->count; i++) {
        int64_t value = *axis_of(&points->items[i], axis);

        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    if (low > high)
        return;
    low = floor_divide(low, CELL_UNITS);
    high = floor_divide(high, CELL_UNITS);
    *first = low > *first ? low : *first;
    *last = high < *last ? high : *last;
}

/** Clips to the places of one size, strip by strip. */
static void clip_groups(struct clipper *c, const struct level *level, unsigned group)
{
    struct rectangle cells = level->populated;

    find_range(&c->ring, 1, &cells.first_row, &cells.last_row);
    for (int64_t row = group_start(cells.first_row, group); row <= cells.last_row; row += group) {
        struct rectangle columns = level->populated;

        copy_points(&c->strip, &c->ring);
        clip_strip(&c->strip, &c->scratch, 1, row * CELL_UNITS, (row + group) * CELL_UNITS);
        find_range(&c->strip, 0, &columns.first_column, &columns.last_column);
        if (!c->strip.count)
            continue;
        for (int64_t column = group_start(columns.first_column, group); column <= columns.last_column;
             column += group)
            if (level_group(level, row, column) == group)
                clip_cell(c, row, column, group);
    }
}

void area_clip(const struct level *level, const struct position *positions, size_t count, size_t point_limit,
               area_callback *callback, void *context)
{
    struct clipper c = {.point_limit = point_limit, .callback = callback, .context = context};
    unsigned most = level->groups ? layout_integration(level->layout, level->index) : 1;

    for (size_t i = 1; i < count; i++)
        cut_segment(level, positions[i - 1], positions[i], &c.ring);
    for (unsigned group = 1; group <= most; group *= 2)
        clip_groups(&c, level, group);
    free(c.ring.items);
    free(c.strip.items);
    free(c.part.items);
    free(c.scratch.items);
}

void area_divide(struct parts parts, const struct cut_point *points, size_t count, size_t point_limit,
                 area_callback *callback, void *context)
{
    struct clipper c = {.point_limit = point_limit, .callback = callback, .context = context};
    const int64_t width = CELL_UNITS / parts.columns, height = CELL_UNITS / parts.rows;

    for (c.row = 0; c.row < parts.rows; c.row++) {
        for (c.column = 0; c.column < parts.columns; c.column++) {
            const struct border box = {c.column * width, c.row * height, (c.column + 1) * width,
                                       (c.row + 1) * height};

            c.part.count = 0;
            for (size_t i = 0; i < count; i++)
                cut_points_add(&c.part, points[i]);
            clip_strip(&c.part, &c.scratch, 0, c.column * width, (c.column + 1) * width);
            clip_strip(&c.part, &c.scratch, 1, c.row * height, (c.row + 1) * height);
            finish_part(&c, &c.part, box, 0);
        }
    }
    free(c.part.items);
    free(c.scratch.items);
}
