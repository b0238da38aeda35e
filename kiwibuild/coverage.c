/* SPDX-License-Identifier: MIT */
/* Cuts features at the edges of what another disc covers. */
#include "coverage.h"

#include "base_grid.h"
#include "grid.h"
#include "memory.h"
#include "network.h"

enum { LEAST_RING = 4 }; /* vertices */

bool coverage_read(struct coverage *coverage, struct base_disc *base, struct failure *failure)
{
    const int64_t half_turn = 180 * (int64_t)X_PER_DEGREE;
    struct grid grid;
    if (!base_grid_cells(&grid, base, failure))
        return false;
    coverage->low = (struct position){INT64_MIN, INT64_MIN};
    coverage->high = (struct position){INT64_MAX, INT64_MAX};
    for (int i = 0; i < grid.level_count; i++) {
        const struct level *level = &grid.levels[i];
        const int64_t west = axis_position(&level->x, 0), south = axis_position(&level->y, 0);
        const int64_t east = axis_position(&level->x, level->period_columns * CELL_UNITS);
        const int64_t north = axis_position(&level->y, level->period_rows * CELL_UNITS);
        coverage->low.x = west > coverage->low.x ? west : coverage->low.x;
        coverage->low.y = south > coverage->low.y ? south : coverage->low.y;
        coverage->high.x = east < coverage->high.x ? east : coverage->high.x;
        coverage->high.y = north < coverage->high.y ? north : coverage->high.y;
    }
    /* on the other side of 180 degrees longitudes go on below zero; such a map is not cut */
    coverage->limited = coverage->low.x >= -half_turn && coverage->high.x <= half_turn &&
                        coverage->low.x < coverage->high.x && coverage->low.y < coverage->high.y;
    return true;
}

static bool holds(const struct coverage *coverage, struct position p)
{
    return p.x >= coverage->low.x && p.x <= coverage->high.x && p.y >= coverage->low.y &&
           p.y <= coverage->high.y;
}

static void append(struct coverage *coverage, struct position position, int64_t node)
{
    const size_t count = coverage->count + 1;
    coverage->positions = grow(coverage->positions, &coverage->position_capacity, count, sizeof position);
    coverage->nodes = grow(coverage->nodes, &coverage->node_capacity, count, sizeof node);
    coverage->positions[coverage->count] = position;
    coverage->nodes[coverage->count++] = node;
}

/** What was appended since first becomes a contour; first is its place until all are there. */
static void close_contour(struct coverage *coverage, size_t *first, size_t least, bool hole)
{
    if (coverage->count - *first < least) {
        coverage->count = *first;
        return;
    }
    coverage->contours = grow(coverage->contours, &coverage->contour_capacity, coverage->contour_count + 1,
                              sizeof *coverage->contours);
    coverage->contours[coverage->contour_count++] = (struct contour){NULL, NULL, coverage->count - *first,
                                                                     hole};
    *first = coverage->count;
}

static int64_t at_edge(int64_t from, int64_t to, int64_t other_from, int64_t other_to, int64_t edge)
{
    return other_from +
           (int64_t)((double)(other_to - other_from) * ((double)(edge - from) / (double)(to - from)));
}

/** The part of a segment from a to b that is covered; false if none is. */
static bool clip_segment(const struct coverage *coverage, struct position *a, struct position *b)
{
    for (int side = 0; side < 4; side++) {
        const bool x = side < 2, least = side % 2 == 0;
        const struct position corner = least ? coverage->low : coverage->high;
        const int64_t edge = x ? corner.x : corner.y;
        int64_t from = x ? a->x : a->y, to = x ? b->x : b->y;
        const bool from_out = least ? from < edge : from > edge, to_out = least ? to < edge : to > edge;
        if (from_out && to_out)
            return false;
        if (!from_out && !to_out)
            continue;
        const struct position crossing = x ? (struct position){edge, at_edge(from, to, a->y, b->y, edge)}
                                           : (struct position){at_edge(from, to, a->x, b->x, edge), edge};
        *(from_out ? a : b) = crossing;
    }
    return true;
}

static int64_t node_at(const struct contour *contour, size_t vertex)
{
    return contour->nodes ? contour->nodes[vertex] : NO_NODE;
}

/** The covered parts of a line; they end at the edge, with no node there. */
static void clip_line(struct coverage *coverage, const struct contour *contour, size_t *first)
{
    for (size_t i = 1; i < contour->count; i++) {
        struct position a = contour->positions[i - 1], b = contour->positions[i];
        if (!clip_segment(coverage, &a, &b)) {
            close_contour(coverage, first, 2, false);
            continue;
        }
        if (coverage->count == *first)
            append(coverage, a,
                   holds(coverage, contour->positions[i - 1]) ? node_at(contour, i - 1) : NO_NODE);
        const bool whole = holds(coverage, contour->positions[i]);
        append(coverage, b, whole ? node_at(contour, i) : NO_NODE);
        if (!whole)
            close_contour(coverage, first, 2, false);
    }
    close_contour(coverage, first, 2, false);
}

/** One step of Sutherland and Hodgman: a ring, whose last vertex repeats the first, on one side of an edge.
 */
static void clip_ring_at(struct coverage *coverage, const struct position *ring, size_t count, int side)
{
    const bool x = side < 2, least = side % 2 == 0;
    const struct position corner = least ? coverage->low : coverage->high;
    const int64_t edge = x ? corner.x : corner.y;
    const size_t first = coverage->count;
    for (size_t i = 1; i < count; i++) {
        struct position a = ring[i - 1], b = ring[i];
        const int64_t from = x ? a.x : a.y, to = x ? b.x : b.y;
        const bool from_in = least ? from >= edge : from <= edge, to_in = least ? to >= edge : to <= edge;
        if (from_in)
            append(coverage, a, NO_NODE);
        if (from_in != to_in)
            append(coverage,
                   x ? (struct position){edge, at_edge(from, to, a.y, b.y, edge)}
                     : (struct position){at_edge(from, to, a.x, b.x, edge), edge},
                   NO_NODE);
    }
    if (coverage->count > first)
        append(coverage, coverage->positions[first], NO_NODE);
}

static void clip_ring(struct coverage *coverage, const struct contour *contour, size_t *first)
{
    struct position *ring = NULL;
    size_t count = contour->count, capacity = 0;
    ring = grow(ring, &capacity, count, sizeof *ring);
    for (size_t i = 0; i < count; i++)
        ring[i] = contour->positions[i];
    for (int side = 0; side < 4; side++) {
        coverage->count = *first;
        clip_ring_at(coverage, ring, count, side);
        count = coverage->count - *first;
        ring = grow(ring, &capacity, count + 1, sizeof *ring);
        for (size_t i = 0; i < count; i++)
            ring[i] = coverage->positions[*first + i];
    }
    release(ring);
    close_contour(coverage, first, LEAST_RING, contour->hole);
}

/** Whether all of a feature is covered, or at least may be. */
static bool is_within(const struct coverage *coverage, const struct feature *feature, bool *touches)
{
    struct position low = {INT64_MAX, INT64_MAX}, high = {INT64_MIN, INT64_MIN};
    for (size_t i = 0; i < feature->contour_count; i++)
        for (size_t k = 0; k < feature->contours[i].count; k++)
            bounds_extend(feature->contours[i].positions[k], &low, &high);
    *touches = low.x <= coverage->high.x && high.x >= coverage->low.x && low.y <= coverage->high.y &&
               high.y >= coverage->low.y;
    return holds(coverage, low) && holds(coverage, high);
}

static void clip(struct coverage *coverage, const struct feature *feature)
{
    size_t first = 0;
    coverage->count = coverage->contour_count = 0;
    for (size_t i = 0; i < feature->contour_count; i++) {
        if (feature->kind == SHAPE_LINE)
            clip_line(coverage, &feature->contours[i], &first);
        else
            clip_ring(coverage, &feature->contours[i], &first);
        if (i == 0 && feature->kind == SHAPE_AREA && !coverage->contour_count)
            return; /* nothing of the ring around the holes */
    }
    first = 0;
    for (size_t i = 0; i < coverage->contour_count; i++) {
        struct contour *contour = &coverage->contours[i];
        contour->positions = coverage->positions + first;
        contour->nodes = feature->contours[0].nodes ? coverage->nodes + first : NULL;
        first += contour->count;
    }
}

bool coverage_clip(struct coverage *coverage, const struct feature *feature, struct feature *clipped,
                   const char *path, struct passed_over *passed_over)
{
    bool touches;
    *clipped = *feature;
    if (!coverage->limited || is_within(coverage, feature, &touches))
        return true;
    coverage->contour_count = 0;
    if (touches && feature->kind != SHAPE_POINT)
        clip(coverage, feature);
    clipped->contours = coverage->contours;
    clipped->contour_count = coverage->contour_count;
    pass_over(passed_over, 1,
              coverage->contour_count
                  ? "features lie partly outside of the base's coverage, and are cut there"
                  : "features lie outside of the base's coverage, and are left out",
              "%s: %s %lld", path, feature->name.word, (long long)feature->name.number);
    return coverage->contour_count > 0;
}

void coverage_free(struct coverage *coverage)
{
    release(coverage->positions);
    release(coverage->nodes);
    release(coverage->contours);
    *coverage = (struct coverage){0};
}
