/* SPDX-License-Identifier: MIT */
/* Makes rings of the sides of areas, and finds out which rings are holes. */
#include "rings.h"

#include <math.h>
#include <stdlib.h>

void rings_free(struct rings *rings)
{
    memory_give(rings->memory, rings->sides, rings->side_capacity * sizeof *rings->sides);
    memory_give(rings->memory, rings->path, rings->path_capacity * sizeof *rings->path);
    memory_give(rings->memory, rings->points, rings->point_capacity * sizeof *rings->points);
    memory_give(rings->memory, rings->rings, rings->ring_capacity * sizeof *rings->rings);
    memory_give(rings->memory, rings->strokes, rings->stroke_capacity * sizeof *rings->strokes);
    *rings = (struct rings){.memory = rings->memory};
}

/* Rings */

static size_t first_from(const struct rings *rings, struct point point)
{
    const uint64_t number = point_number(point);
    size_t low = 0;
    size_t high = rings->side_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (point_number(rings->sides[middle].from) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double direction(struct point a, struct point b)
{
    return atan2((double)b.y - a.y, (double)b.x - a.x);
}

/** How many ways out of a point are looked at: more meet in no map. */
enum { WAYS = 64 };

/** The unused side that goes on from one with the sharpest turn to the left, so that the inside on its left
 * is in one piece; *forks if there was more than one way, used or not. */
static size_t next_side(const struct rings *rings, const struct side *side, bool *forks)
{
    size_t first = first_from(rings, side->to);
    size_t best = SIZE_MAX;
    double best_turn = -4;
    *forks = first + 1 < rings->side_count && crossing_same(rings->sides[first + 1].from, side->to);
    if (!*forks)
        return first < rings->side_count && !rings->sides[first].used &&
                       crossing_same(rings->sides[first].from, side->to)
                   ? first
                   : SIZE_MAX;
    double heading = direction(side->from, side->to);
    for (size_t i = first;
         i < rings->side_count && i - first < WAYS && crossing_same(rings->sides[i].from, side->to); i++) {
        if (rings->sides[i].used)
            continue;
        double turn = remainder(direction(rings->sides[i].from, rings->sides[i].to) - heading, 2 * M_PI);
        if (best == SIZE_MAX || turn > best_turn) {
            best = i;
            best_turn = turn;
        }
    }
    return best;
}

static bool add_to_path(struct rings *rings, struct point point)
{
    struct point *path = memory_grow(rings->memory, rings->path, rings->path_count, &rings->path_capacity,
                                     sizeof *path);
    if (!path)
        return false;
    rings->path = path;
    path[rings->path_count++] = point;
    return true;
}

static bool add_point(struct rings *rings, struct point point)
{
    struct point *points = memory_grow(rings->memory, rings->points, rings->point_count,
                                       &rings->point_capacity, sizeof *points);
    if (!points)
        return false;
    rings->points = points;
    points[rings->point_count++] = point;
    return true;
}

static void measure(const struct rings *rings, struct ring *ring)
{
    const struct point *points = rings->points + ring->first;
    ring->west = ring->east = points[0].x;
    ring->south = ring->north = points[0].y;
    for (size_t i = 0; i < ring->count; i++) {
        const struct point *a = &points[i];
        const struct point *b = &points[i + 1 < ring->count ? i + 1 : 0];
        ring->area += ((double)a->x - points[0].x) * ((double)b->y - points[0].y) -
                      ((double)b->x - points[0].x) * ((double)a->y - points[0].y);
        ring->west = a->x < ring->west ? a->x : ring->west;
        ring->east = a->x > ring->east ? a->x : ring->east;
        ring->south = a->y < ring->south ? a->y : ring->south;
        ring->north = a->y > ring->north ? a->y : ring->north;
    }
    ring->hole = ring->area < 0;
}

/** Makes a ring of the path from a place on, and takes it off the path. */
static void close_ring(struct rings *rings, size_t place)
{
    struct ring ring = {.first = rings->point_count,
                        .count = rings->path_count - place,
                        .first_hole = SIZE_MAX,
                        .next_hole = SIZE_MAX};
    for (size_t i = place; i < rings->path_count; i++)
        if (!add_point(rings, rings->path[i]))
            return;
    rings->path_count = place;
    if (ring.count >= 3)
        measure(rings, &ring);
    struct ring *grown = ring.area != 0 ? memory_grow(rings->memory, rings->rings, rings->ring_count,
                                                      &rings->ring_capacity, sizeof *grown)
                                        : NULL;
    if (!grown) {
        rings->point_count = ring.first;
        return;
    }
    rings->rings = grown;
    grown[rings->ring_count++] = ring;
}

/** Follows the sides from one on until it comes back; what comes back to a point on the way is a ring, too.
 */
static void follow(struct rings *rings, size_t at)
{
    rings->path_count = 0;
    while (at != SIZE_MAX) {
        struct side *side = &rings->sides[at];
        bool forks;
        side->used = true;
        if (!add_to_path(rings, side->from))
            return;
        at = next_side(rings, side, &forks);
        size_t place = crossing_same(side->to, rings->path[0]) ? 0 : rings->path_count;
        for (size_t i = rings->path_count; forks && place == rings->path_count && i-- > 0;)
            if (crossing_same(rings->path[i], side->to))
                place = i;
        if (place < rings->path_count)
            close_ring(rings, place);
        if (rings->path_count == 0)
            return;
    }
}

static bool holds(const struct rings *rings, const struct ring *outer, struct point point)
{
    const struct point *points = rings->points + outer->first;
    bool inside = false;
    for (size_t i = 0, j = outer->count - 1; i < outer->count; j = i++) {
        const struct point *a = &points[i];
        const struct point *b = &points[j];
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
        const struct point *points = rings->points + hole->first;
        for (size_t k = 0; hole->hole && k < rings->ring_count; k++) {
            const struct ring *outer = &rings->rings[k];
            if (outer->hole || outer->west > hole->west || outer->east < hole->east ||
                outer->south > hole->south || outer->north < hole->north || outer->area < -hole->area ||
                (best != SIZE_MAX && rings->rings[best].area <= outer->area))
                continue;
            /* The middle of a side: corners may touch the ring around. */
            const struct point middle = {(int32_t)(((int64_t)points[0].x + points[1].x) / 2),
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
    rings_find_sides(rings);
    rings_sort_sides(rings);
    for (size_t i = 0; i < rings->side_count && !rings->memory->failed; i++)
        if (!rings->sides[i].used)
            follow(rings, i);
    place_holes(rings);
    for (size_t i = 0; i < rings->ring_count; i++)
        outer += !rings->rings[i].hole;
    return outer;
}

/* Geometry */

static bool add_stroke(struct rings *rings, const struct ring *ring)
{
    struct stroke *strokes = memory_grow(rings->memory, rings->strokes, rings->stroke_count,
                                         &rings->stroke_capacity, sizeof *strokes);
    if (!strokes)
        return false;
    rings->strokes = strokes;
    strokes[rings->stroke_count++] = (struct stroke){ring->first, ring->count, ring->hole};
    return true;
}

bool rings_geometry(struct rings *rings, size_t outer, struct geometry *geometry)
{
    for (size_t i = 0; i < rings->ring_count; i++) {
        if (rings->rings[i].hole)
            continue;
        bool good = add_stroke(rings, &rings->rings[i]);
        for (size_t hole = rings->rings[i].first_hole; good && hole != SIZE_MAX;
             hole = rings->rings[hole].next_hole)
            good = add_stroke(rings, &rings->rings[hole]);
        if (!good)
            return false;
    }
    *geometry = (struct geometry){.type = outer == 1 ? GEOMETRY_POLYGON : GEOMETRY_MULTI_POLYGON,
                                  .points = rings->points,
                                  .strokes = rings->strokes,
                                  .stroke_count = rings->stroke_count};
    return true;
}
