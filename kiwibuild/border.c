/* SPDX-License-Identifier: MIT */
/* Splits a clipped area into its pieces where lines along the border join them. */
#include "border.h"

#include <stdlib.h>

#include "memory.h"
#include "sort.h"

struct edge {
    struct cut_point from, to;
    bool gone; /**< passed in the other direction, too, or part of a piece already */
};

struct edges {
    struct edge *items;
    size_t count, capacity;
    const struct edge **by_start; /* then by their order */
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

/** The vertices of rings that lie on the lines of the border. */
static void find_border_points(const struct cut_rings *rings, const struct border *border,
                               struct cut_points *points)
{
    for (size_t r = 0; r < rings->count; r++) {
        for (size_t i = 0; i < rings->items[r].count; i++) {
            struct cut_point p = rings->items[r].items[i];

            if (p.x == border->left || p.x == border->right || p.y == border->bottom || p.y == border->top)
                cut_points_add(points, p);
        }
    }
}

/** The first of the vertices strictly between two points on the border; its distance, 0: none. */
static int64_t find_next(const struct cut_points *points, struct cut_point from, struct cut_point to,
                         struct cut_point *next)
{
    int64_t nearest = 0;
    for (size_t i = 0; i < points->count; i++) {
        int64_t part = along(from, to, points->items[i]);
        if (!part || (nearest && part >= nearest))
            continue;
        nearest = part;
        *next = points->items[i];
    }
    return nearest;
}

/** An edge on the border, in pieces between the vertices that lie on it, so that opposite ones match. */
static void add_border_edge(struct edges *edges, const struct cut_points *points, struct cut_point from,
                            struct cut_point to)
{
    for (;;) {
        struct cut_point next = to;
        int64_t nearest = find_next(points, from, to, &next);
        add_edge(edges, from, next);
        if (!nearest)
            return;
        from = next;
    }
}

/* Edges by where they start */

static int compare_starts(const void *left, const void *right)
{
    const struct edge *a = *(const struct edge *const *)left, *b = *(const struct edge *const *)right;
    if (a->from.x != b->from.x)
        return a->from.x < b->from.x ? -1 : 1;
    if (a->from.y != b->from.y)
        return a->from.y < b->from.y ? -1 : 1;
    return (a > b) - (a < b);
}

static void sort_edges(struct edges *edges)
{
    edges->by_start = allocate(edges->count, sizeof *edges->by_start);
    for (size_t i = 0; i < edges->count; i++)
        edges->by_start[i] = &edges->items[i];
    sort(edges->by_start, edges->count, sizeof *edges->by_start, compare_starts);
}

/** The place in by_start of the first edge that starts at a point, or behind it. */
static size_t first_from(const struct edges *edges, struct cut_point point)
{
    size_t low = 0, high = edges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct cut_point from = edges->by_start[middle]->from;
        if (from.x < point.x || (from.x == point.x && from.y < point.y))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct edge *find_opposite(struct edges *edges, const struct edge *edge)
{
    for (size_t i = first_from(edges, edge->to); i < edges->count && same(edges->by_start[i]->from, edge->to);
         i++)
        if (!edges->by_start[i]->gone && same(edges->by_start[i]->to, edge->from))
            return &edges->items[edges->by_start[i] - edges->items];
    return NULL;
}

/** Takes away what is passed in both directions, on the border if there is one; false: there is nothing. */
static bool cancel(struct edges *edges, const struct border *border)
{
    bool any = false;
    for (size_t i = 0; i < edges->count; i++) {
        struct edge *edge = &edges->items[i];
        if (edge->gone || (border && !on_border(edge->from, edge->to, border)))
            continue;
        struct edge *other = find_opposite(edges, edge);
        if (other)
            edge->gone = other->gone = any = true;
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
    const struct edge *best = NULL;
    for (size_t i = first_from(edges, last->to); i < edges->count && same(edges->by_start[i]->from, last->to);
         i++) {
        const struct edge *edge = edges->by_start[i];
        if (!edge->gone && (!best || more_left(last->from, last->to, best->to, edge->to)))
            best = edge;
    }
    return best ? &edges->items[best - edges->items] : NULL;
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

/** Rings of all edges that are left. */
static void follow_all(struct edges *edges, struct cut_rings *rings)
{
    for (size_t i = 0; i < edges->count; i++)
        if (!edges->items[i].gone && !follow(edges, &edges->items[i], cut_rings_add(rings)))
            rings->count--;
}

static void free_edges(struct edges *edges)
{
    release(edges->items);
    release(edges->by_start);
}

/* Pieces and holes in them */

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

/** For each ring that is a hole the smallest one around it, else or if there is none SIZE_MAX. */
static size_t *find_parents(const struct cut_rings *rings, const int64_t *areas)
{
    size_t *parents = allocate(rings->count, sizeof *parents);
    size_t *outer = allocate(rings->count, sizeof *outer),
           outer_count = 0; /* few, however many holes there are */

    for (size_t i = 0; i < rings->count; i++)
        if (areas[i] > 0)
            outer[outer_count++] = i;
    for (size_t i = 0; i < rings->count; i++) {
        parents[i] = SIZE_MAX;
        for (size_t n = 0; areas[i] < 0 && n < outer_count; n++) {
            const size_t k = outer[n];

            if (areas[k] > -areas[i] && (parents[i] == SIZE_MAX || areas[k] < areas[parents[i]]) &&
                contains(&rings->items[k], &rings->items[i]))
                parents[i] = k;
        }
    }
    release(outer);
    return parents;
}

static void hand_over(const struct cut_rings *rings, piece_rings_callback *callback, void *context)
{
    int64_t *areas = allocate(rings->count, sizeof *areas);
    for (size_t i = 0; i < rings->count; i++)
        areas[i] = cut_points_area(&rings->items[i]);
    size_t *parents = find_parents(rings, areas);
    struct cut_rings piece = {0};
    for (size_t i = 0; i < rings->count; i++) {
        if (areas[i] <= 0)
            continue;
        piece.count = 0;
        cut_points_copy(cut_rings_add(&piece), &rings->items[i]);
        for (size_t k = 0; k < rings->count; k++)
            if (parents[k] == i)
                cut_points_copy(cut_rings_add(&piece), &rings->items[k]);
        callback(context, &piece);
    }
    cut_rings_free(&piece);
    release(areas);
    release(parents);
}

void border_split(const struct cut_rings *rings, const struct border *border, piece_rings_callback *callback,
                  void *context)
{
    struct edges edges = {0};
    struct cut_rings pieces = {0};
    struct cut_points points = {0};

    find_border_points(rings, border, &points);
    for (size_t r = 0; r < rings->count; r++) {
        const struct cut_points *ring = &rings->items[r];

        for (size_t i = 0; i < ring->count; i++) {
            struct cut_point from = ring->items[i], to = ring->items[(i + 1) % ring->count];

            if (on_border(from, to, border))
                add_border_edge(&edges, &points, from, to);
            else if (!same(from, to))
                add_edge(&edges, from, to);
        }
    }
    sort_edges(&edges);
    if (!cancel(&edges, border) && rings->count == 1) {
        callback(context, rings);
    } else {
        follow_all(&edges, &pieces);
        hand_over(&pieces, callback, context);
    }
    cut_rings_free(&pieces);
    release(points.items);
    free_edges(&edges);
}

void border_open(const struct cut_points *joined, struct cut_rings *rings)
{
    struct edges edges = {0};
    for (size_t i = 0; i < joined->count; i++)
        add_edge(&edges, joined->items[i], joined->items[(i + 1) % joined->count]);
    sort_edges(&edges);
    if (cancel(&edges, NULL))
        follow_all(&edges, rings);
    else
        cut_points_copy(cut_rings_add(rings), joined);
    free_edges(&edges);
}
