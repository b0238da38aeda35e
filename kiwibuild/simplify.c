/* SPDX-License-Identifier: MIT */
/* Leaves vertices out that a coarse level does not need (Douglas and Peucker). */
#include "simplify.h"

#include <string.h>

#include "memory.h"

static const double tolerance = 2; /* units; at the display scales of a level less than a line is wide */

void simplified_free(struct simplified *result)
{
    release(result->positions);
    release(result->nodes);
    *result = (struct simplified){0};
}

static bool before(struct position a, struct position b)
{
    return a.y != b.y ? a.y < b.y : a.x < b.x;
}

/** Squared distance from a segment, in input units; stretch makes y as long as x on the level's grid. */
static double distance(struct position p, struct position a, struct position b, double stretch)
{
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y) * stretch;
    double px = (double)(p.x - a.x), py = (double)(p.y - a.y) * stretch;
    double square = dx * dx + dy * dy, part = square > 0 ? (px * dx + py * dy) / square : 0;

    part = part < 0 ? 0 : part > 1 ? 1 : part;
    px -= part * dx;
    py -= part * dy;
    return px * px + py * py;
}

/** The vertex strictly between two that lies farthest from their line; of several the one that sorts first.
 */
static size_t farthest(const struct position *positions, size_t first, size_t last, double stretch,
                       double *square)
{
    struct position a = positions[first], b = positions[last];
    size_t best = first;

    if (before(b, a)) { /* the same arithmetic in both directions */
        a = positions[last];
        b = positions[first];
    }
    *square = -1;
    for (size_t i = first + 1; i < last; i++) {
        double d = distance(positions[i], a, b, stretch);

        if (d > *square || (d >= *square && before(positions[i], positions[best]))) {
            *square = d;
            best = i;
        }
    }
    return best;
}

struct range {
    size_t first, last;
};

/** Marks what stays between two vertices that stay. */
static void mark(const struct position *positions, size_t first, size_t last, double stretch, double limit,
                 bool *keep)
{
    struct range *stack = NULL;
    size_t capacity = 0, depth = 0;

    stack = grow(stack, &capacity, 1, sizeof *stack);
    stack[depth++] = (struct range){first, last};
    while (depth) {
        struct range range = stack[--depth];
        double square;
        size_t middle = farthest(positions, range.first, range.last, stretch, &square);

        if (square <= limit)
            continue;
        keep[middle] = true;
        stack = grow(stack, &capacity, depth + 2, sizeof *stack);
        stack[depth++] = (struct range){range.first, middle};
        stack[depth++] = (struct range){middle, range.last};
    }
    release(stack);
}

static void copy(const struct position *positions, const bool *nodes, size_t count, size_t start,
                 struct simplified *result)
{
    size_t cycle = start ? count - 1 : count; /* a ring's last vertex repeats its first */

    result->positions = grow(result->positions, &result->capacity, count, sizeof *positions);
    result->nodes = grow(result->nodes, &result->node_capacity, count, sizeof *nodes);
    result->count = count;
    for (size_t i = 0; i < count; i++) {
        result->positions[i] = positions[(start + i) % cycle];
        result->nodes[i] = nodes[(start + i) % cycle];
    }
}

void simplify_nothing(const struct position *positions, const bool *nodes, size_t count,
                      struct simplified *result)
{
    copy(positions, nodes, count, 0, result);
}

/** Drops what is not kept. */
static void compact(struct simplified *result, const bool *keep)
{
    size_t kept = 0;

    for (size_t i = 0; i < result->count; i++) {
        if (!keep[i])
            continue;
        result->positions[kept] = result->positions[i];
        result->nodes[kept++] = result->nodes[i];
    }
    result->count = kept;
}

/** Of an axis, in input units. */
static double unit_size(const struct axis *axis)
{
    return (double)axis->divisor / (double)axis->multiplier;
}

void simplify(const struct level *level, const struct position *positions, const bool *nodes, size_t count,
              bool ring, struct simplified *result)
{
    const double unit = unit_size(&level->x), stretch = unit / unit_size(&level->y);
    const double limit = tolerance * unit * (tolerance * unit);
    size_t start = 0, last = 0;
    bool *keep;

    for (size_t i = 1; ring && !level->finest && i + 1 < count; i++)
        if (before(positions[i], positions[start]))
            start = i;
    copy(positions, nodes, count, start, result);
    if (level->finest || count < 3)
        return;
    keep = allocate(count, sizeof *keep);
    keep[0] = keep[count - 1] = true;
    for (size_t i = 1; i < count; i++) {
        if (!result->nodes[i] && i + 1 < count)
            continue;
        keep[i] = true;
        mark(result->positions, last, i, stretch, limit, keep);
        last = i;
    }
    compact(result, keep);
    release(keep);
}
