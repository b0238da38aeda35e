/* SPDX-License-Identifier: MIT */
/* Finds out which ring of a multipolygon lies in which. Rings are kept by the cells that their boxes touch,
 * in a grid for each size of boxes, so that what is around a ring is found among few. */
#include "nesting.h"

#include <math.h>

#include "kiwibuild/memory.h"
#include "kiwibuild/sort.h"
#include "strips.h"

/* Comparisons that nesting may take: seconds. Real relations take less than a thousandth of it. */
#define NESTING_BUDGET ((uint64_t)1 << 32)

enum {
    SIZES = 40,        /* powers of two that boxes may be wide or high */
    CELLS_OF_RING = 4, /* a box is smaller than a cell */
    NONE = UINT32_MAX,
};

/** A cell of the grid for boxes of one width and one height. */
struct cell {
    uint8_t width, height; /* size of boxes */
    uint32_t column, row;
    uint32_t newest; /* of its entries, or NONE; they are a list */
    bool used;
};

struct entry {
    uint32_t ring, older;
};

struct nester {
    struct multipolygon *multipolygon;
    struct strip_store store;
    struct strips *strips; /* of the rings that were asked for */
    struct cell *cells;    /* open addressing */
    size_t cell_count;
    struct entry *entries;
    uint32_t entry_count;
    bool sizes[SIZES][SIZES]; /* of boxes that there are, by width and height */
    uint64_t budget;
};

static void measure(const struct multipolygon *multipolygon, struct ring *ring)
{
    const struct position *p = multipolygon->positions + ring->first;
    double sum = 0;
    ring->low = ring->high = p[0];
    for (size_t i = 1; i < ring->count; i++) {
        sum += (double)(p[i - 1].x - p[0].x) * (double)(p[i].y - p[0].y) -
               (double)(p[i].x - p[0].x) * (double)(p[i - 1].y - p[0].y);
        ring->low.x = p[i].x < ring->low.x ? p[i].x : ring->low.x;
        ring->low.y = p[i].y < ring->low.y ? p[i].y : ring->low.y;
        ring->high.x = p[i].x > ring->high.x ? p[i].x : ring->high.x;
        ring->high.y = p[i].y > ring->high.y ? p[i].y : ring->high.y;
    }
    ring->area = fabs(sum);
    ring->parent = ring->first_inner = ring->next_inner = SIZE_MAX;
}

static int compare_rings(const void *left, const void *right)
{
    const struct ring *a = left, *b = right;
    if (a->area < b->area || a->area > b->area)
        return a->area > b->area ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static bool spend(struct nester *nester, uint64_t comparisons)
{
    if (nester->budget <= comparisons)
        nester->budget = 0;
    else
        nester->budget -= comparisons;
    return nester->budget > 0;
}

/* Cells */

static uint8_t size_of(int64_t length)
{
    uint8_t size = 0;
    while (size < SIZES - 1 && length >> size)
        size++;
    return size;
}

static uint32_t cell_along(int64_t coordinate, uint8_t size)
{
    const int64_t base = (int64_t)1 << 34; /* no coordinate is so far below zero */
    return (uint32_t)((uint64_t)(coordinate + base) >> size);
}

static struct cell *find_cell(const struct nester *nester, const struct cell *wanted)
{
    uint64_t hash = ((uint64_t)wanted->column << 32 | wanted->row) * 0x9E3779B97F4A7C15u;
    hash = (hash ^ hash >> 29 ^ ((uint64_t)wanted->width << 8 | wanted->height)) * 0xC2B2AE3D27D4EB4Fu;
    size_t at = (size_t)(hash >> 20) & (nester->cell_count - 1);
    for (;; at = (at + 1) & (nester->cell_count - 1)) {
        struct cell *cell = &nester->cells[at];
        if (!cell->used || (cell->column == wanted->column && cell->row == wanted->row &&
                            cell->width == wanted->width && cell->height == wanted->height))
            return cell;
    }
}

/** Puts a ring into the cells that its box touches, two along each axis at most. */
static void enter(struct nester *nester, uint32_t number)
{
    const struct ring *ring = &nester->multipolygon->rings[number];
    struct cell cell = {.width = size_of(ring->high.x - ring->low.x),
                        .height = size_of(ring->high.y - ring->low.y),
                        .newest = NONE,
                        .used = true};
    nester->sizes[cell.width][cell.height] = true;
    const uint32_t right = cell_along(ring->high.x, cell.width), top = cell_along(ring->high.y, cell.height);
    for (cell.column = cell_along(ring->low.x, cell.width); cell.column <= right; cell.column++)
        for (cell.row = cell_along(ring->low.y, cell.height); cell.row <= top; cell.row++) {
            struct cell *found = find_cell(nester, &cell);
            if (!found->used)
                *found = cell;
            nester->entries[nester->entry_count] = (struct entry){number, found->newest};
            found->newest = nester->entry_count++;
        }
}

/* Rings */

enum side { INSIDE, OUTSIDE, ON_VERTEX };

static const struct strips *strips_of(struct nester *nester, size_t number)
{
    const struct multipolygon *m = nester->multipolygon;
    const struct sides sides = {m->positions + m->rings[number].first, 1, m->rings[number].count - 1};
    if (!nester->strips[number].count)
        nester->strips[number] = strips_make(&nester->store, &sides);
    return &nester->strips[number];
}

/** Whether a line from a point to the west crosses a ring an odd number of times. */
static enum side side_of(struct nester *nester, size_t number, double x, double y)
{
    const struct position *p = nester->multipolygon->positions + nester->multipolygon->rings[number].first;
    bool inside = false;
    size_t count;
    const uint32_t *sides = strips_at(&nester->store, strips_of(nester, number), (int64_t)floor(y), &count);
    spend(nester, count);
    for (size_t i = 0; i < count; i++) {
        const struct position *side = p + sides[i];
        double ax = (double)side[0].x, ay = (double)side[0].y, bx = (double)side[1].x, by = (double)side[1].y;
        if (fabs(ax - x) < 0.5 && fabs(ay - y) < 0.5)
            return ON_VERTEX;
        if ((ay > y) != (by > y) && ax + (y - ay) * (bx - ax) / (by - ay) < x)
            inside = !inside;
    }
    return inside ? INSIDE : OUTSIDE;
}

static bool box_is_within(const struct ring *inner, const struct ring *outer)
{
    return inner->low.x >= outer->low.x && inner->low.y >= outer->low.y && inner->high.x <= outer->high.x &&
           inner->high.y <= outer->high.y;
}

/** Rings may touch: the first vertex or middle of a side that is no vertex of the outer ring decides. */
static bool is_within(struct nester *nester, const struct ring *inner, size_t outer)
{
    const struct position *p = nester->multipolygon->positions + inner->first;
    if (!box_is_within(inner, &nester->multipolygon->rings[outer]))
        return false;
    for (size_t i = 0; i < 2 * inner->count - 2 && spend(nester, 1); i++) {
        size_t a = i % (inner->count - 1), b = i < inner->count - 1 ? a : a + 1;
        enum side side = side_of(nester, outer, (double)(p[a].x + p[b].x) / 2, (double)(p[a].y + p[b].y) / 2);
        if (side != ON_VERTEX)
            return side == INSIDE;
    }
    return false;
}

/** The smallest of the rings before one that it lies in, among those of a cell; else best. Each list begins
 * with the smallest. */
static uint32_t look_into_cell(struct nester *nester, const struct ring *ring, const struct cell *cell,
                               uint32_t best)
{
    for (uint32_t at = cell->newest; at != NONE && spend(nester, 1); at = nester->entries[at].older) {
        uint32_t number = nester->entries[at].ring;
        if (best != NONE && number <= best)
            break;
        if (is_within(nester, ring, number))
            return number;
    }
    return best;
}

static uint32_t find_parent(struct nester *nester, const struct ring *ring)
{
    uint32_t best = NONE;
    for (uint8_t width = size_of(ring->high.x - ring->low.x); width < SIZES; width++)
        for (uint8_t height = size_of(ring->high.y - ring->low.y); height < SIZES; height++) {
            const struct cell wanted = {.width = width,
                                        .height = height,
                                        .column = cell_along(ring->low.x, width),
                                        .row = cell_along(ring->low.y, height)};
            const struct cell *cell = nester->sizes[width][height] ? find_cell(nester, &wanted) : NULL;
            if (cell && cell->used)
                best = look_into_cell(nester, ring, cell, best);
        }
    return best;
}

/** Lists the rings right inside of each, from the largest to the smallest. */
static void link_inner(struct ring *rings, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (rings[i].parent == SIZE_MAX)
            continue;
        rings[i].next_inner = rings[rings[i].parent].first_inner;
        rings[rings[i].parent].first_inner = i;
    }
}

static void start(struct nester *nester, size_t count)
{
    nester->strips = allocate(count, sizeof *nester->strips);
    nester->entries = allocate(CELLS_OF_RING * count, sizeof *nester->entries);
    nester->cell_count = 16;
    while (nester->cell_count < 2 * CELLS_OF_RING * count)
        nester->cell_count *= 2;
    nester->cells = allocate(nester->cell_count, sizeof *nester->cells);
}

bool rings_nest(struct multipolygon *multipolygon)
{
    struct nester nester = {.multipolygon = multipolygon, .budget = NESTING_BUDGET};
    struct ring *rings = multipolygon->rings;
    const size_t count = multipolygon->ring_count;
    if (count >= NONE / CELLS_OF_RING)
        return false;
    start(&nester, count);
    for (size_t i = 0; i < count; i++)
        measure(multipolygon, &rings[i]);
    sort(rings, count, sizeof *rings, compare_rings);
    for (size_t i = 0; i < count && nester.budget > 0; i++) {
        uint32_t parent = find_parent(&nester, &rings[i]);
        rings[i].parent = parent == NONE ? SIZE_MAX : parent;
        rings[i].hole = parent != NONE && !rings[parent].hole;
        enter(&nester, (uint32_t)i);
    }
    link_inner(rings, count);
    strip_store_free(&nester.store);
    release(nester.strips);
    release(nester.entries);
    release(nester.cells);
    return nester.budget > 0;
}
