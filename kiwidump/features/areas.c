/* SPDX-License-Identifier: MIT */
/* Joins the strokes of an area that the edges of parcels cut, for --merge. */
#include "areas.h"

#include <math.h>
#include <stdlib.h>

#include "rings.h"
#include "sort.h"

/*
 * An area that touches an edge of its frame waits for the other side. Areas with the same key whose borders
 * run along the same stretch of an edge in opposite directions belong together; a group is complete when all
 * its borders are settled.
 */

/** A ring with a stretch along an edge of its frame. */
struct area {
    struct merge_key key;
    struct area *parent;         /* of the group; itself at the top */
    struct area *next, *tail;    /* members of the group, from the top on */
    struct area *before, *after; /* all areas */
    size_t open;                 /* of the group: borders that are not settled */
    uint32_t count, members;
    struct ring_point {
        struct point at;
        bool border;
    } points[]; /* border: the side that begins here runs along an edge */
};

/** A side along an edge. */
struct border {
    struct area *area;
    int32_t fixed, low, high; /* where the edge lies, and the stretch on it */
    uint32_t due, hash;
    bool vertical, forward, matched;
};

struct areas {
    struct memory *memory;
    struct border *borders, *ready;
    size_t count, capacity, ready_count, ready_capacity;
    struct area *list;
    struct area *next;  /* of the list, to look at whether its group is complete */
    struct rings rings; /* of the feature last made */
};

struct areas *areas_open(struct memory *memory)
{
    struct areas *areas = calloc(1, sizeof *areas);
    if (areas) {
        areas->memory = memory;
        areas->rings.memory = memory;
    }
    return areas;
}

static size_t area_size(const struct area *area)
{
    return sizeof *area + area->count * sizeof area->points[0];
}

static void free_area(struct areas *areas, struct area *area)
{
    if (area->before)
        area->before->after = area->after;
    else
        areas->list = area->after;
    if (area->after)
        area->after->before = area->before;
    memory_give(areas->memory, area, area_size(area));
}

void areas_close(struct areas *areas)
{
    if (!areas)
        return;
    while (areas->list)
        free_area(areas, areas->list);
    rings_free(&areas->rings);
    free(areas->borders);
    free(areas->ready);
    free(areas);
}

/* Groups of areas */

static struct area *top_of(struct area *area)
{
    while (area->parent != area) {
        area->parent = area->parent->parent;
        area = area->parent;
    }
    return area;
}

static void unite(struct area *a, struct area *b)
{
    a = top_of(a);
    b = top_of(b);
    if (a == b)
        return;
    if (a->members < b->members) {
        struct area *swap = a;
        a = b;
        b = swap;
    }
    b->parent = a;
    a->tail->next = b;
    a->tail = b->tail;
    a->members += b->members;
    a->open += b->open;
}

/* Taking */

/** Whether a side runs along an edge of the frame. */
static bool along_edge(const struct merge_frame *frame, struct point a, struct point b)
{
    if (a.x == b.x && a.y != b.y)
        return a.x == frame->west || a.x == frame->east;
    return a.y == b.y && a.x != b.x && (a.y == frame->south || a.y == frame->north);
}

/** Row in which the last parcel begins that may lie on the other side of a stretch. */
static uint32_t due_of(const struct merge_frame *frame, bool vertical, int32_t y, int32_t next_y)
{
    int32_t high = y > next_y ? y : next_y;
    return merge_due(frame, vertical && high > 0 ? high - 1 : high);
}

static void put_border(struct areas *areas, const struct merge_frame *frame, struct area *area,
                       struct point a, struct point b, int32_t y, int32_t next_y)
{
    struct border *borders = memory_grow(areas->memory, areas->borders, areas->count, &areas->capacity,
                                         sizeof *borders);
    bool vertical = a.x == b.x;
    int32_t from = vertical ? a.y : a.x;
    int32_t to = vertical ? b.y : b.x;
    if (!borders)
        return;
    areas->borders = borders;
    borders[areas->count++] = (struct border){.area = area,
                                              .fixed = vertical ? point_of_both_sides(a).x : a.y,
                                              .low = from < to ? from : to,
                                              .high = from < to ? to : from,
                                              .due = due_of(frame, vertical, y, next_y),
                                              .hash = merge_hash(&area->key),
                                              .vertical = vertical,
                                              .forward = from < to};
    area->open++;
}

/** How many points a ring has, the first once. */
static size_t ring_length(const struct point *points, size_t count)
{
    return count > 1 && crossing_same(points[count - 1], points[0]) ? count - 1 : count;
}

static bool touches_edge(const struct merge_frame *frame, const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (along_edge(frame, points[i], points[i + 1 < count ? i + 1 : 0]))
            return true;
    return false;
}

/** members is 0 of what is only the rest of the area before, beyond 180 degrees. */
static struct area *add_area(struct areas *areas, const struct merge_key *key, size_t count, uint32_t members)
{
    struct area *area = memory_take(areas->memory, sizeof *area + count * sizeof area->points[0]);
    if (!area)
        return NULL;
    *area = (struct area){.key = *key,
                          .parent = area,
                          .tail = area,
                          .after = areas->list,
                          .count = (uint32_t)count,
                          .members = members};
    if (areas->list)
        areas->list->before = area;
    areas->list = area;
    return area;
}

/** The height of a point in frame units. */
static int32_t height_of(const struct map_shapes *shapes, size_t point)
{
    const struct kiwi_grid *grid = &shapes->parcel.level->grid;
    if (!shapes->maker.is_cut)
        return shapes->shape.points[point].y;
    double south = grid->south * (1e7 / KIWI_EIGHTHS_PER_DEGREE) +
                   (double)shapes->parcel.row * KIWI_PARCEL_UNITS * grid->y_scale;
    return (int32_t)lrint((shapes->maker.points[point].y - south) / grid->y_scale);
}

static struct area *take_ring(struct areas *areas, const struct merge_frame *frame,
                              const struct merge_key *key, const struct map_shapes *shapes,
                              const struct stroke *stroke, uint32_t members)
{
    const struct point *points = shapes->maker.points + stroke->first;
    size_t count = ring_length(points, stroke->count);
    struct area *area = add_area(areas, key, count, members);
    for (size_t i = 0; area && i < count; i++) {
        size_t next = i + 1 < count ? i + 1 : 0;
        area->points[i] = (struct ring_point){points[i], along_edge(frame, points[i], points[next])};
        if (area->points[i].border)
            put_border(areas, frame, area, points[i], points[next], height_of(shapes, stroke->first + i),
                       height_of(shapes, stroke->first + next));
    }
    return area;
}

bool areas_take(struct areas *areas, const struct merge_frame *frame, const struct merge_key *key,
                const struct map_shapes *shapes)
{
    const struct shape_maker *maker = &shapes->maker;
    struct area *first = NULL;
    bool touches = false;
    for (size_t i = 0; i < maker->stroke_count; i++) {
        const struct point *points = maker->points + maker->strokes[i].first;
        size_t count = ring_length(points, maker->strokes[i].count);
        touches = touches || (count >= 3 && touches_edge(frame, points, count));
    }
    if (!touches || areas->memory->failed)
        return false;
    for (size_t i = 0; i < maker->stroke_count && !areas->memory->failed; i++) {
        struct area *area = take_ring(areas, frame, key, shapes, &maker->strokes[i], first ? 0 : 1);
        if (first && area)
            unite(first, area);
        first = first ? first : area;
    }
    return true;
}

/* Matching */

/** By the line that a border lies on, and most of the hash; by_stretch() is the order of those with the same.
 */
static uint64_t border_number(const void *item)
{
    const struct border *border = item;
    return (uint64_t)border->vertical << 63 | (uint64_t)((int64_t)border->fixed - INT32_MIN) << 31 |
           border->hash >> 1;
}

static int by_stretch(const void *left, const void *right)
{
    const struct border *a = left;
    const struct border *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    if (a->forward != b->forward)
        return a->forward ? 1 : -1;
    return a->high < b->high ? -1 : a->high > b->high;
}

static bool same_line(const struct border *a, const struct border *b)
{
    return a->vertical == b->vertical && a->fixed == b->fixed && a->hash == b->hash;
}

/** Unites areas whose stretches are the same on both sides: so do areas that overlap each other stay apart.
 */
static void match_exactly(struct border *borders, size_t count)
{
    for (size_t first = 0; first < count;) {
        size_t back = first;
        while (back < count && borders[back].forward && same_line(&borders[back], &borders[first]) &&
               borders[back].low == borders[first].low)
            back++;
        for (size_t i = first, k = back; i < back && k < count && same_line(&borders[k], &borders[first]) &&
                                         borders[k].low == borders[first].low;) {
            struct border *a = &borders[i];
            struct border *b = &borders[k];
            if (a->high == b->high && merge_same(&a->area->key, &b->area->key)) {
                unite(a->area, b->area);
                a->matched = b->matched = true;
            }
            i += a->high <= b->high;
            k += b->high <= a->high;
        }
        first = back > first ? back : first + 1;
    }
}

/** Unites areas where the other side of an edge is divided differently. For each direction the stretch that
 * reaches farthest stands for those it covers. */
static void match(struct border *borders, size_t count)
{
    struct border *reach[2] = {NULL, NULL};
    for (size_t i = 0; i < count; i++) {
        struct border *border = &borders[i];
        if (border->matched)
            continue;
        for (unsigned side = 0; side < 2; side++) {
            struct border *other = reach[side];
            if (other && (!same_line(other, border) || other->high <= border->low))
                reach[side] = NULL;
        }
        struct border *across = reach[!border->forward];
        if (across && merge_same(&across->area->key, &border->area->key))
            unite(across->area, border->area);
        struct border **own = &reach[border->forward];
        if (!*own || (*own)->high < border->high)
            *own = border;
    }
}

static void add_sides(struct rings *rings, const struct area *area)
{
    for (uint32_t i = 0; i < area->count; i++) {
        const struct ring_point *next = &area->points[i + 1 < area->count ? i + 1 : 0];
        rings_add(rings, area->points[i].at, next->at);
    }
}

void areas_end_row(struct areas *areas, uint32_t row)
{
    const struct sort_order order = {sizeof *areas->ready, border_number, by_stretch};
    size_t kept = 0;
    areas->ready_count = 0;
    for (size_t i = 0; i < areas->count; i++) {
        if (areas->borders[i].due > row) {
            areas->borders[kept++] = areas->borders[i];
            continue;
        }
        struct border *ready = memory_grow(areas->memory, areas->ready, areas->ready_count,
                                           &areas->ready_capacity, sizeof *ready);
        if (!ready)
            return;
        areas->ready = ready;
        ready[areas->ready_count++] = areas->borders[i];
    }
    areas->count = kept;
    sort_items(areas->memory, areas->ready, areas->ready_count, &order);
    match_exactly(areas->ready, areas->ready_count);
    match(areas->ready, areas->ready_count);
    for (size_t i = 0; i < areas->ready_count; i++)
        top_of(areas->ready[i].area)->open--;
    areas->next = areas->list;
}

/* Features */

/** The next group that is complete, by its top; NULL if there is none. */
static struct area *next_group(struct areas *areas)
{
    struct area *area = areas->next;
    while (area && (area->parent != area || area->open != 0))
        area = area->after;
    areas->next = area ? area->after : NULL;
    while (areas->next && top_of(areas->next) == area) /* goes with the group */
        areas->next = areas->next->after;
    return area;
}

static void free_group(struct areas *areas, struct area *top)
{
    for (struct area *area = top; area;) {
        struct area *next = area->next;
        free_area(areas, area);
        area = next;
    }
}

/** Makes a feature of a group; false if nothing lies within it. */
static bool make_group(struct areas *areas, const struct area *top, struct shape_maker *maker)
{
    const struct area *first = top;
    rings_free(&areas->rings);
    for (const struct area *area = top; area; area = area->next) {
        add_sides(&areas->rings, area);
        if (area->key.offset < first->key.offset) /* whatever the order they were united in */
            first = area;
    }
    size_t outer = rings_make(&areas->rings);
    if (outer == 0 || !rings_geometry(&areas->rings, outer, &maker->feature.geometry))
        return false;
    merge_describe(maker, &first->key, top->members);
    return !areas->memory->failed;
}

bool areas_next(struct areas *areas, struct shape_maker *maker)
{
    bool made = false;
    struct area *top;
    while (!made && !areas->memory->failed && (top = next_group(areas))) {
        made = make_group(areas, top, maker);
        free_group(areas, top);
    }
    return made;
}
