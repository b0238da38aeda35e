/* SPDX-License-Identifier: MIT */
/* Clips areas to cells and cuts them into parts that a background record can hold. */
#include "area.h"

#include <stdlib.h>

#include "border.h"
#include "hole.h"
#include "memory.h"

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

/** Keeps low..high of an axis, and no rings that are empty then. */
static void clip_rings(struct cut_rings *rings, struct cut_points *scratch, int axis, int64_t low,
                       int64_t high)
{
    size_t kept = 0;
    for (size_t i = 0; i < rings->count; i++) {
        clip_strip(&rings->items[i], scratch, axis, low, high);
        if (!rings->items[i].count)
            continue;
        struct cut_points ring = rings->items[i];
        rings->items[i] = rings->items[kept];
        rings->items[kept++] = ring;
    }
    rings->count = kept;
}

/** Where a ring lies along an axis. */
struct extent {
    int64_t low, high;
};

static struct extent extent_of(const struct cut_points *ring, int axis)
{
    struct extent extent = {INT64_MAX, INT64_MIN};

    for (size_t i = 0; i < ring->count; i++) {
        int64_t value = *axis_of(&ring->items[i], axis);

        extent.low = value < extent.low ? value : extent.low;
        extent.high = value > extent.high ? value : extent.high;
    }
    return extent;
}

/** The extents of rings, in an array that is used again. */
struct extents {
    struct extent *items;
    size_t capacity;
};

static void measure_rings(struct extents *extents, const struct cut_rings *rings, int axis)
{
    extents->items = grow(extents->items, &extents->capacity, rings->count, sizeof *extents->items);
    for (size_t i = 0; i < rings->count; i++)
        extents->items[i] = extent_of(&rings->items[i], axis);
}

/** Copies only those of many rings that reach between two coordinates: clipping would drop the others. */
static void copy_touching(struct cut_rings *target, const struct cut_rings *source,
                          const struct extents *extents, int64_t low, int64_t high)
{
    target->count = 0;
    for (size_t i = 0; i < source->count; i++)
        if (extents->items[i].low <= high && extents->items[i].high >= low)
            cut_points_copy(cut_rings_add(target), &source->items[i]);
}

static void copy_rings(struct cut_rings *target, const struct cut_rings *source)
{
    target->count = 0;
    for (size_t i = 0; i < source->count; i++)
        cut_points_copy(cut_rings_add(target), &source->items[i]);
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

/** A point on the way from a to b, the same one on the way back. */
static struct cut_point between(struct cut_point a, struct cut_point b, int64_t part, int64_t pieces,
                                int64_t scale)
{
    if (a.x > b.x || (a.x == b.x && a.y > b.y))
        return between(b, a, pieces - part, pieces, scale);
    return (struct cut_point){a.x + round_divide((b.x - a.x) / scale * part, pieces) * scale,
                              a.y + round_divide((b.y - a.y) / scale * part, pieces) * scale, false};
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

        for (int64_t p = 0; p < pieces; p++)
            cut_points_add(out, p ? between(a, b, p, pieces, scale) : (struct cut_point){a.x, a.y, false});
    }
}

/* Rings become one, as background records have no holes */

static size_t copy_closed(const struct cut_points *points, struct position *ring)
{
    for (size_t i = 0; i <= points->count; i++)
        ring[i] = (struct position){points->items[i % points->count].x, points->items[i % points->count].y};
    return points->count + 1;
}

static void join(const struct cut_rings *rings, struct cut_points *joined)
{
    size_t room = 0;
    for (size_t i = 0; i < rings->count; i++)
        room += rings->items[i].count + 2;
    struct position *ring = allocate(room, sizeof *ring), *hole = allocate(room, sizeof *hole);
    size_t count = copy_closed(&rings->items[0], ring);
    for (size_t i = 1; i < rings->count; i++)
        count = hole_join(ring, count, hole, copy_closed(&rings->items[i], hole));
    joined->count = 0;
    for (size_t i = 0; i + 1 < count; i++)
        cut_points_add(joined, (struct cut_point){ring[i].x, ring[i].y, false});
    release(ring);
    release(hole);
}

struct clipper {
    size_t point_limit;
    area_callback *callback;
    void *context;
    int64_t row, column;
    bool turn; /**< the area is one ring, of any direction */
    struct cut_rings rings, strip, part;
    struct extents rows,
        columns; /**< of rings from south to north, and of those of the strip from west to east */
    struct cut_points scratch;
};

/** Something clipped, on its way into pieces. */
struct clipped {
    struct clipper *clipper;
    struct border border; /**< that it was clipped to */
    int depth;            /**< of halving */
};

static void finish_part(struct clipper *c, struct cut_rings *rings, struct border border, int depth);

static void finish_half(const struct clipped *clipped, const struct cut_rings *rings, struct border border)
{
    struct cut_rings half = {0};
    copy_rings(&half, rings);
    clip_rings(&half, &clipped->clipper->scratch, 0, border.left, border.right);
    finish_part(clipped->clipper, &half, border, clipped->depth + 1);
    cut_rings_free(&half);
}

/** Too many points: both halves, as often as it takes. */
static void halve(const struct clipped *clipped, const struct cut_rings *rings)
{
    struct border west = clipped->border, east = clipped->border;
    const struct cut_points *points = &rings->items[0];
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t i = 0; i < points->count; i++) {
        low = points->items[i].x < low ? points->items[i].x : low;
        high = points->items[i].x > high ? points->items[i].x : high;
    }
    west.right = east.left = (low + high) / 2;
    finish_half(clipped, rings, west);
    finish_half(clipped, rings, east);
}

/** The ring around a piece, and its holes unless they vanish on the grid; false: the piece itself does. */
static bool tidy_rings(const struct cut_rings *piece, struct cut_rings *rings)
{
    for (size_t i = 0; i < piece->count; i++) {
        struct cut_points *ring = cut_rings_add(rings);
        cut_points_copy(ring, &piece->items[i]);
        tidy(ring);
        int64_t area = ring->count < 3 ? 0 : cut_points_area(ring);
        if (i == 0 && area <= 0)
            return false;
        if (i > 0 && area >= 0)
            rings->count--;
    }
    return true;
}

static size_t count_points(const struct cut_rings *rings)
{
    size_t count = 0;

    for (size_t i = 0; i < rings->count; i++)
        count += rings->items[i].count;
    return count;
}

static void finish_piece(void *context, const struct cut_rings *piece)
{
    const struct clipped *clipped = context;
    struct clipper *c = clipped->clipper;
    struct area area = {.row = c->row, .column = c->column};
    struct cut_rings rings = {0};
    struct cut_points joined = {0}, split = {0};

    bool whole = tidy_rings(piece, &rings);

    if (whole && clipped->depth < MOST_HALVINGS && count_points(&rings) > c->point_limit) {
        halve(clipped, &rings); /* joining adds points only, and takes its time with many holes */
    } else if (whole) {
        join(&rings, &joined);
        area.exponent = find_exponent(&joined);
        split_sides(&joined, &split, area.exponent);
        area.points = split.items;
        area.count = split.count;
        if (split.count > c->point_limit && clipped->depth < MOST_HALVINGS)
            halve(clipped, &rings);
        else if (cut_points_area(&split) > 0) /* else a sliver that the points on its sides have closed */
            c->callback(c->context, &area);
    }
    cut_rings_free(&rings);
    release(joined.items);
    release(split.items);
}

/** Rings are relative to the cell. */
static void finish_part(struct clipper *c, struct cut_rings *rings, struct border border, int depth)
{
    struct clipped clipped = {c, border, depth};

    bool clockwise = rings->count && cut_points_area(&rings->items[0]) < 0;
    if (c->turn && clockwise)
        reverse(&rings->items[0]);
    else if (rings->count == 1 && clockwise)
        return; /* a hole in nothing */
    border_split(rings, &border, finish_piece, &clipped);
}

/** The strip holds the rows of the place already, which is group * group cells. */
static void clip_cell(struct clipper *c, int64_t row, int64_t column, unsigned group)
{
    c->row = row;
    c->column = column;
    copy_touching(&c->part, &c->strip, &c->columns, column * CELL_UNITS, (column + group) * CELL_UNITS);
    clip_rings(&c->part, &c->scratch, 0, column * CELL_UNITS, (column + group) * CELL_UNITS);
    for (size_t r = 0; r < c->part.count; r++) {
        struct cut_points *ring = &c->part.items[r];

        for (size_t i = 0; i < ring->count; i++) {
            ring->items[i].x -= column * CELL_UNITS;
            ring->items[i].y -= row * CELL_UNITS;
        }
    }
    finish_part(c, &c->part, (struct border){0, 0, group * CELL_UNITS, group * CELL_UNITS}, 0);
}

/** Cells from first to last that the rings touch along an axis, inside those of the network. */
static void find_range(const struct extents *extents, size_t count, int64_t *first, int64_t *last)
{
    int64_t low = INT64_MAX, high = INT64_MIN;

    for (size_t r = 0; r < count; r++) {
        low = extents->items[r].low < low ? extents->items[r].low : low;
        high = extents->items[r].high > high ? extents->items[r].high : high;
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

    measure_rings(&c->rows, &c->rings, 1);
    find_range(&c->rows, c->rings.count, &cells.first_row, &cells.last_row);
    for (int64_t row = group_start(cells.first_row, group); row <= cells.last_row; row += group) {
        struct rectangle columns = level->populated;

        copy_touching(&c->strip, &c->rings, &c->rows, row * CELL_UNITS, (row + group) * CELL_UNITS);
        clip_rings(&c->strip, &c->scratch, 1, row * CELL_UNITS, (row + group) * CELL_UNITS);
        measure_rings(&c->columns, &c->strip, 0);
        find_range(&c->columns, c->strip.count, &columns.first_column, &columns.last_column);
        if (!c->strip.count)
            continue;
        for (int64_t column = group_start(columns.first_column, group); column <= columns.last_column;
             column += group)
            if (level_group(level, row, column) == group)
                clip_cell(c, row, column, group);
    }
}

static void free_clipper(struct clipper *c)
{
    cut_rings_free(&c->rings);
    cut_rings_free(&c->strip);
    cut_rings_free(&c->part);
    release(c->rows.items);
    release(c->columns.items);
    release(c->scratch.items);
}

void area_clip(const struct level *level, const struct area_ring *rings, size_t ring_count,
               size_t point_limit, area_callback *callback, void *context)
{
    struct clipper c = {
        .point_limit = point_limit, .callback = callback, .context = context, .turn = ring_count == 1};
    unsigned most = level->groups ? layout_integration(level->layout, level->index) : 1;

    for (size_t r = 0; r < ring_count; r++) {
        struct cut_points *ring = cut_rings_add(&c.rings);

        for (size_t i = 1; i < rings[r].count; i++)
            cut_segment(level, rings[r].positions[i - 1], rings[r].positions[i], ring);
        if (!c.turn && (cut_points_area(ring) < 0) != rings[r].hole)
            reverse(ring);
    }
    for (unsigned group = 1; group <= most; group *= 2)
        clip_groups(&c, level, group);
    free_clipper(&c);
}

void area_divide(struct parts parts, const struct cut_point *points, size_t count, size_t point_limit,
                 area_callback *callback, void *context)
{
    struct clipper c = {.point_limit = point_limit, .callback = callback, .context = context};
    const int64_t width = CELL_UNITS / parts.columns, height = CELL_UNITS / parts.rows;
    struct cut_points joined = {0};

    for (size_t i = 0; i < count; i++)
        cut_points_add(&joined, points[i]);
    border_open(&joined, &c.rings);
    for (c.row = 0; c.row < parts.rows; c.row++) {
        for (c.column = 0; c.column < parts.columns; c.column++) {
            const struct border box = {c.column * width, c.row * height, (c.column + 1) * width,
                                       (c.row + 1) * height};

            copy_rings(&c.part, &c.rings);
            clip_rings(&c.part, &c.scratch, 0, box.left, box.right);
            clip_rings(&c.part, &c.scratch, 1, box.bottom, box.top);
            finish_part(&c, &c.part, box, 0);
        }
    }
    release(joined.items);
    free_clipper(&c);
}
