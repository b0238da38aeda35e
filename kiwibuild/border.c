/* SPDX-License-Identifier: MIT */
/* Splits a clipped area into its pieces where lines along the border join them. */
#include "border.h"

#include <stdlib.h>

#include "input/strips.h"
#include "memory.h"
#include "network.h"
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

static void add_edge(struct edges *edges, struct cut_point from, struct cut_point to)
{
    edges->items = grow(edges->items, &edges->capacity, edges->count + 1, sizeof *edges->items);
    edges->items[edges->count++] = (struct edge){from, to, false};
}

/* Vertices on the border */

enum { LINES = 4 };

/** Where vertices lie along the four lines of the border, sorted. */
struct stops {
    int64_t *at[LINES];
    size_t counts[LINES], capacities[LINES];
};

/** Whether a point is on a line of the border; *at is then where along it. */
static bool is_on_line(const struct border *border, int line, struct cut_point p, int64_t *at)
{
    const int64_t places[LINES] = {border->left, border->right, border->bottom, border->top};
    *at = line < 2 ? p.y : p.x;
    return places[line] == (line < 2 ? p.x : p.y);
}

static int compare_stops(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void find_stops(const struct cut_rings *rings, const struct border *border, struct stops *stops)
{
    int64_t at;
    for (size_t r = 0; r < rings->count; r++)
        for (size_t i = 0; i < rings->items[r].count; i++)
            for (int line = 0; line < LINES; line++)
                if (is_on_line(border, line, rings->items[r].items[i], &at)) {
                    stops->at[line] = grow(stops->at[line], &stops->capacities[line], stops->counts[line] + 1,
                                           sizeof at);
                    stops->at[line][stops->counts[line]++] = at;
                }
    for (int line = 0; line < LINES; line++)
        sort(stops->at[line], stops->counts[line], sizeof at, compare_stops);
}

static void free_stops(struct stops *stops)
{
    for (int line = 0; line < LINES; line++)
        release(stops->at[line]);
}

/** The first stop of a line that is not before a place. */
static size_t find_stop(const struct stops *stops, int line, int64_t at)
{
    size_t low = 0, high = stops->counts[line];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (stops->at[line][middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/** An edge on the border, in pieces between the vertices that lie on it, so that opposite ones match. */
static void add_border_edge(struct edges *edges, const struct stops *stops, const struct border *border,
                            struct cut_point from, struct cut_point to)
{
    int64_t start, end;
    int line = 0;
    while (!is_on_line(border, line, from, &start) || !is_on_line(border, line, to, &end))
        line++;
    const bool back = start > end;
    const size_t low = find_stop(stops, line, back ? end : start) + 1,
                 high = find_stop(stops, line, back ? start : end);
    for (size_t i = low; i < high; i++) {
        struct cut_point next = from;
        *(line < 2 ? &next.y : &next.x) = stops->at[line][back ? high - 1 - (i - low) : i];
        if (same(next, from) || same(next, to))
            continue;
        add_edge(edges, from, next);
        from = next;
    }
    add_edge(edges, from, to);
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

/** A ring among others, and what it is next to. */
struct sized_ring {
    int64_t area;
    struct position low, high;
    size_t parent;      /* of a hole: the smallest ring around it, else or if there is none SIZE_MAX */
    size_t first, next; /* hole in it, and beside it; or SIZE_MAX */
};

/** Twice a point, so that the middle of a side is one, too. */
static struct position twice(struct cut_point point)
{
    return (struct position){2 * point.x, 2 * point.y};
}

static struct sized_ring *measure(const struct cut_rings *rings)
{
    struct sized_ring *members = allocate(rings->count, sizeof *members);
    for (size_t i = 0; i < rings->count; i++) {
        struct sized_ring *member = &members[i];
        *member = (struct sized_ring){cut_points_area(&rings->items[i]),
                                      {INT64_MAX, INT64_MAX},
                                      {INT64_MIN, INT64_MIN},
                                      SIZE_MAX,
                                      SIZE_MAX,
                                      SIZE_MAX};
        for (size_t k = 0; k < rings->items[i].count; k++)
            bounds_extend(twice(rings->items[i].items[k]), &member->low, &member->high);
    }
    return members;
}

/** Whether a ring goes round a point. */
static bool contains(const struct position *ring, const struct strip_store *store,
                     const struct strips *strips, struct position p)
{
    bool inside = false;
    size_t count;
    const uint32_t *sides = strips_at(store, strips, p.y, &count);
    for (size_t i = 0; i < count; i++) {
        struct position a = ring[sides[i]], b = ring[sides[i] + 1];
        int64_t left = (b.x - a.x) * (p.y - a.y), right = (b.y - a.y) * (p.x - a.x);

        if ((a.y > p.y) != (b.y > p.y) && (left > right) == (b.y > a.y) && left != right)
            inside = !inside;
    }
    return inside;
}

/** Becomes the parent of the holes in a ring that have no smaller one; the middle of their first side
 * decides. */
static void adopt(struct sized_ring *members, const struct cut_rings *rings, size_t outer)
{
    const struct cut_points *around = &rings->items[outer];
    const struct sized_ring *parent = &members[outer];
    struct position *ring = allocate(around->count + 1, sizeof *ring);
    for (size_t i = 0; i <= around->count; i++)
        ring[i] = twice(around->items[i % around->count]);
    const struct sides sides = {ring, 1, around->count};
    struct strip_store store = {0};
    const struct strips strips = strips_make(&store, &sides);
    for (size_t i = 0; i < rings->count; i++) {
        struct sized_ring *hole = &members[i];
        if (hole->area >= 0 || parent->area <= -hole->area || hole->low.x < parent->low.x ||
            hole->low.y < parent->low.y || hole->high.x > parent->high.x || hole->high.y > parent->high.y ||
            (hole->parent != SIZE_MAX && members[hole->parent].area <= parent->area))
            continue;
        const struct cut_point *p = rings->items[i].items;
        if (contains(ring, &store, &strips, (struct position){p[0].x + p[1].x, p[0].y + p[1].y}))
            hole->parent = outer;
    }
    strip_store_free(&store);
    release(ring);
}

/** Finds the holes of each ring, in their order. */
static void find_holes(struct sized_ring *members, const struct cut_rings *rings)
{
    size_t holes = 0;
    for (size_t i = 0; i < rings->count; i++)
        holes += members[i].area < 0;
    for (size_t i = 0; holes && i < rings->count; i++)
        if (members[i].area > 0)
            adopt(members, rings, i);
    for (size_t i = rings->count; i-- > 0;) {
        if (members[i].parent == SIZE_MAX)
            continue;
        members[i].next = members[members[i].parent].first;
        members[members[i].parent].first = i;
    }
}

static void hand_over(const struct cut_rings *rings, piece_rings_callback *callback, void *context)
{
    struct sized_ring *members = measure(rings);
    struct cut_rings piece = {0};
    find_holes(members, rings);
    for (size_t i = 0; i < rings->count; i++) {
        if (members[i].area <= 0)
            continue;
        piece.count = 0;
        cut_points_copy(cut_rings_add(&piece), &rings->items[i]);
        for (size_t k = members[i].first; k != SIZE_MAX; k = members[k].next)
            cut_points_copy(cut_rings_add(&piece), &rings->items[k]);
        callback(context, &piece);
    }
    cut_rings_free(&piece);
    release(members);
}

void border_split(const struct cut_rings *rings, const struct border *border, piece_rings_callback *callback,
                  void *context)
{
    struct edges edges = {0};
    struct cut_rings pieces = {0};
    struct stops stops = {0};

    find_stops(rings, border, &stops);
    for (size_t r = 0; r < rings->count; r++) {
        const struct cut_points *ring = &rings->items[r];

        for (size_t i = 0; i < ring->count; i++) {
            struct cut_point from = ring->items[i], to = ring->items[(i + 1) % ring->count];

            if (on_border(from, to, border))
                add_border_edge(&edges, &stops, border, from, to);
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
    free_stops(&stops);
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
