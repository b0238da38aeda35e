/* SPDX-License-Identifier: MIT */
/* Splits a clipped area into its pieces where lines along the border join them. */
#include "border.h"

#include <stdlib.h>

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

void border_split(struct cut_points *ring, const struct border *border, ring_callback *callback,
                  void *context)
{
    struct edges edges = {0};
    struct cut_points piece = {0};

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
                callback(context, &piece);
    free(edges.items);
    free(piece.items);
}
