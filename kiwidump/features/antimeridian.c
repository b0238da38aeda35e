/* SPDX-License-Identifier: MIT */
/* Cuts lines and rings at 180 degrees. */
#include "antimeridian.h"

#include <math.h>

static void add_point(struct cut *cut, struct wide_point point, int64_t turn)
{
    cut->points[cut->count++] = (struct point){(int32_t)(point.x - TURN * turn), point.y};
    cut->strokes[cut->stroke_count - 1].count++;
}

static void begin_stroke(struct cut *cut)
{
    cut->strokes[cut->stroke_count++] = (struct stroke){.first = cut->count};
}

/** Whether a step crosses a longitude, and where: the same seen from both its ends. */
static bool crosses(struct wide_point a, struct wide_point b, int64_t longitude, struct wide_point *at)
{
    if (a.x > b.x) {
        struct wide_point swap = a;
        a = b;
        b = swap;
    }
    if (a.x >= longitude || b.x <= longitude)
        return false;
    double share = (double)(longitude - a.x) / (double)(b.x - a.x);
    *at = (struct wide_point){longitude, (int32_t)lrint(a.y + share * ((double)b.y - a.y))};
    return true;
}

/** The part of a step that crosses nothing; goes on with the last stroke if that lies on the same side. */
static void add_step(struct cut *cut, struct wide_point from, struct wide_point to, bool *open, int64_t *turn)
{
    int64_t west = from.x < to.x ? from.x : to.x;
    int64_t east = from.x < to.x ? to.x : from.x;
    bool along = west == east && *open; /* 180 degrees, perhaps: both sides are right */
    int64_t side = along ? *turn : turn_of(west, east);
    if (!*open || side != *turn) {
        begin_stroke(cut);
        add_point(cut, from, side);
    }
    add_point(cut, to, side);
    *open = true;
    *turn = side;
}

void cut_line(struct cut *cut, const struct wide_point *points, size_t count)
{
    bool open = false;
    int64_t turn = 0;
    if (count == 1) {
        begin_stroke(cut);
        add_point(cut, points[0], turn_of(points[0].x, points[0].x));
    }
    for (size_t i = 1; i < count; i++) {
        struct wide_point a = points[i - 1];
        struct wide_point b = points[i];
        struct wide_point middle;
        int64_t west = a.x < b.x ? a.x : b.x;
        int64_t first = turn_of(west, west + 1); /* the side that the western end's step lies on */
        if (crosses(a, b, HALF_TURN + TURN * first, &middle)) {
            add_step(cut, a, middle, &open, &turn);
            add_step(cut, middle, b, &open, &turn);
        } else {
            add_step(cut, a, b, &open, &turn);
        }
    }
}

/** The part of a ring on one side of a longitude (Sutherland and Hodgman); what runs along it to and fro
 * stays. */
static void clip_ring(struct cut *cut, const struct wide_point *points, size_t count, int64_t longitude,
                      bool east, int64_t turn)
{
    begin_stroke(cut);
    for (size_t i = 0; i < count; i++) {
        struct wide_point middle;
        if (east ? points[i].x >= longitude : points[i].x <= longitude)
            add_point(cut, points[i], turn);
        if (crosses(points[i], points[i + 1 < count ? i + 1 : 0], longitude, &middle))
            add_point(cut, middle, turn);
    }
}

void cut_ring(struct cut *cut, const struct wide_point *points, size_t count)
{
    int64_t west = points[0].x;
    int64_t east = points[0].x;
    for (size_t i = 1; i < count; i++) {
        west = points[i].x < west ? points[i].x : west;
        east = points[i].x > east ? points[i].x : east;
    }
    int64_t first = turn_of(west, west + 1);
    int64_t longitude = HALF_TURN + TURN * first;
    clip_ring(cut, points, count, longitude, false, first);
    if (east > longitude)
        clip_ring(cut, points, count, longitude, true, first + 1);
}
