/* SPDX-License-Identifier: MIT */
/* Splits a clipped area into its pieces where lines along the border join them. */
#include "border.h"

#include <stdlib.h>

#include "hole.h"
#include "memory.h"

struct edge {
    struct cut_point from, to;
    bool gone; /**< passed in the other direction, too, or part of a piece already */
};

struct edges {
    struct edge *items;
    size_t count, capacity;
};

static bool same(struct cut_point a, struct cut_point b)
{
    return a.x == b.x && a.y == b.y;
}

static bool on_border(struct cut_point a, struct cut_point b, const struct border *border)
{
    return (a.x == b.x && (a.x == border->left || a.x == border->right)) ||
           (a.y == b.y && (a.y == border->bottom || a.y == border->top));
}

/** How far along a-b, which runs along an axis, a point lies; 0 if it is not strictly between. */
static int64_t along(struct cut_point a, struct cut_point b, struct cut_point p)
{
    int64_t whole = llabs(b.x - a.x) + llabs(b.y - a.y), part = llabs(p.x - a.x) + llabs(p.y - a.y);
    bool in_line = (a.x == b.x && p.x == a.x) || (a.y == b.y && p.y == a.y);

    return in_line && part < whole && part + llabs(b.x - p.x) + llabs(b.y - p.y) == whole ? part : 0;
}

static void add_edge(struct edges *edges, struct cut_point from, struct cut_point to)
{
    edges->items = grow(edges->items, &edges->capacity, edges->count + 1, sizeof *edges->items);
    edges->items[edges->count++] = (struct edge){from, to, false};
}

/** An edge on the border, in pieces between the ring's vertices that lie on it, so that opposite ones match.
 */
static void add_border_edge(struct edges *edges, const struct cut_points *ring, struct cut_point from,
                            struct cut_point to)
{
    for (;;) {
        struct cut_point next = to;
        int64_t nearest = 0;

        for (size_t i = 0; i < ring->count; i++) {
            int64_t part = along(from, to, ring->items[i]);

            if (part && (!nearest || part < nearest)) {
                nearest = part;
                next = ring->items[i];
            }
        }
        add_edge(edges, from, next);
        if (!nearest)
            return;
        from = next;
    }
}

/** Returns whether there were opposite edges on the border. */
static bool cancel(struct edges *edges, const struct border *border)
{
    bool any = false;

    for (size_t i = 0; i < edges->count; i++) {
        struct edge *edge = &edges->items[i];

        if (edge->gone || !on_border(edge->from, edge->to, border))
            continue;
        for (size_t k = i + 1; k < edges->count; k++) {
            struct edge *other = &edges->items[k];

            if (!other->gone && same(other->from, edge->to) && same(other->to, edge->from)) {
                edge->gone = other->gone = any = true;
                break;
            }
        }
    }
    return any;
}

/** Whether c turns more to the left than b, seen by one who arrives at the point from a. */
static bool more_left(struct cut_point a, struct cut_point at, struct cut_point b, struct cut_point c)
{
    int64_t dx = at.x - a.x, dy = at.y - a.y;
    int64_t cross_b = dx * (b.y - at.y) - dy * (b.x - at.x), cross_c = dx * (c.y - at.y) - dy * (c.x - at.x);
    int64_t between = (b.x - at.x) * (c.y - at.y) - (b.y - at.y) * (c.x - at.x);

    if ((cross_b > 0) != (cross_c > 0))
        return cross_c > 0;
    return between > 0;
}

static struct edge *next_edge(struct edges *edges, const struct edge *last)
{
    struct edge *best = NULL;

    for (size_t i = 0; i < edges->count; i++) {
        struct edge *edge = &edges->items[i];

        if (!edge->gone && same(edge->from, last->to) &&
            (!best || more_left(last->from, last->to, best->to, edge->to)))
            best = edge;
    }
    return best;
}

/** Takes a piece off the edges; false if it does not close. */
static bool follow(struct edges *edges, struct edge *first, struct cut_points *ring)
{
    struct edge *edge = first;

    ring->count = 0;
    for (;;) {
        edge->gone = true;
        cut_points_add(ring, edge->from);
        if (same(edge->to, first->from))
            return true;
        edge = next_edge(edges, edge);
        if (!edge)
            return false;
    }
}

/* Pieces and holes in them */

struct pieces {
    struct piece_ring {
        struct cut_points points;
        int64_t twice; /**< its area; below zero: a hole */
    } * items;
    size_t count, capacity;
};

static int64_t twice_area(const struct cut_points *points)
{
    int64_t sum = 0;

    for (size_t i = 0; i < points->count; i++) {
        struct cut_point a = points->items[i], b = points->items[(i + 1) % points->count];

        sum += a.x * b.y - b.x * a.y;
    }
    return sum;
}

static void add_piece(struct pieces *pieces, const struct cut_points *ring)
{
    struct piece_ring piece = {.twice = twice_area(ring)};

    for (size_t i = 0; i < ring->count; i++)
        cut_points_add(&piece.points, ring->items[i]);
    pieces->items = grow(pieces->items, &pieces->capacity, pieces->count + 1, sizeof piece);
    pieces->items[pieces->count++] = piece;
}

/** Whether a ring goes round the middle of a hole's first side; all is doubled for that. */
static bool contains(const struct cut_points *ring, const struct cut_points *hole)
{
    int64_t x = hole->items[0].x + hole->items[1].x, y = hole->items[0].y + hole->items[1].y;
    bool inside = false;

    for (size_t i = 0; i < ring->count; i++) {
        struct cut_point a = ring->items[i], b = ring->items[(i + 1) % ring->count];
        int64_t left = (b.x - a.x) * (y - 2 * a.y), right = (b.y - a.y) * (x - 2 * a.x);

        if ((2 * a.y > y) != (2 * b.y > y) && (left > right) == (b.y > a.y) && left != right)
            inside = !inside;
    }
    return inside;
}

static size_t copy_closed(const struct cut_points *points, struct position *ring)
{
    for (size_t i = 0; i <= points->count; i++)
        ring[i] = (struct position){points->items[i % points->count].x, points->items[i % points->count].y};
    return points->count + 1;
}

static void join(struct cut_points *outer, const struct cut_points *hole)
{
    struct position *ring = allocate(outer->count + hole->count + 3, sizeof *ring);
    struct position *inner = allocate(hole->count + 1, sizeof *inner);
    size_t count = copy_closed(outer, ring);

    count = hole_join(ring, count, inner, copy_closed(hole, inner));
    outer->count = 0;
    for (size_t i = 0; i + 1 < count; i++)
        cut_points_add(outer, (struct cut_point){ring[i].x, ring[i].y, false});
    free(ring);
    free(inner);
}

/** Joins each hole to the smallest piece around it. */
static void join_holes(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece_ring *hole = &pieces->items[i];
        struct piece_ring *best = NULL;

        for (size_t k = 0; hole->twice < 0 && k < pieces->count; k++) {
            struct piece_ring *piece = &pieces->items[k];

            if (piece->twice > -hole->twice && (!best || piece->twice < best->twice) &&
                contains(&piece->points, &hole->points))
                best = piece;
        }
        if (best)
            join(&best->points, &hole->points);
    }
}

static void hand_over(struct pieces *pieces, ring_callback *callback, void *context)
{
    join_holes(pieces);
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].twice > 0)
            callback(context, &pieces->items[i].points);
        free(pieces->items[i].points.items);
    }
    free(pieces->items);
}

void border_split(struct cut_points *ring, const struct border *border, ring_callback *callback,
                  void *context)
{
    struct edges edges = {0};
    struct cut_points piece = {0};
    struct pieces pieces = {0};

    for (size_t i = 0; i < ring->count; i++) {
        struct cut_point from = ring->items[i], to = ring->items[(i + 1) % ring->count];

        if (on_border(from, to, border))
            add_border_edge(&edges, ring, from, to);
        else if (!same(from, to))
            add_edge(&edges, from, to);
    }
    if (!cancel(&edges, border))
        callback(context, ring);
    else
        for (size_t i = 0; i < edges.count; i++)
            if (!edges.items[i].gone && follow(&edges, &edges.items[i], &piece))
                add_piece(&pieces, &piece);
    hand_over(&pieces, callback, context);
    free(edges.items);
    free(piece.items);
}
