/* SPDX-License-Identifier: MIT */
/* Makes areas of coastlines, which have the land on their left and the sea on their right
 * (https://wiki.openstreetmap.org/wiki/Tag:natural=coastline): rings are islands, or inland seas; between the
 * others the sea goes on along the edge of the map. */
#include "sea.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "sort.h"

enum { LEAST_RING = 4 }; /* vertices */
#define LONGEST_SIDE (45 * (int64_t)X_PER_DEGREE)

static const struct background_class *find_class(const struct profile *profile)
{
    for (size_t i = 0; i < profile->background_count; i++)
        if (profile->backgrounds[i].sea)
            return &profile->backgrounds[i];
    return NULL;
}

bool sea_add(struct sea *sea, const struct profile *profile, const struct feature *feature)
{
    const struct background_class *class = find_class(profile);
    const char *value = class ? tags_get(feature->tags, class->tag) : NULL;
    if (!value || feature->kind != SHAPE_LINE || strcmp(value, class->value) != 0)
        return false;
    for (size_t i = 0; i < feature->contour_count; i++) {
        const struct contour *contour = &feature->contours[i];
        const struct coast coast = {sea->position_count, contour->count};
        if (contour->count < 2)
            continue;
        sea->positions = grow(sea->positions, &sea->position_capacity, sea->position_count + contour->count,
                              sizeof *sea->positions);
        memcpy(sea->positions + coast.first, contour->positions, contour->count * sizeof *contour->positions);
        sea->position_count += contour->count;
        sea->coasts = grow(sea->coasts, &sea->capacity, sea->count + 1, sizeof coast);
        sea->coasts[sea->count++] = coast;
    }
    return true;
}

/** Coasts that were put together. */
struct line {
    size_t first, count;    /* of its vertices */
    int64_t enters, leaves; /* where it does so, along the edge of the map */
};

struct lines {
    struct line *items;
    size_t count, capacity;
};

/** What sea_finish() works with. */
struct maker {
    const struct sea *sea;
    struct passed_over *passed_over;
    struct start *starts;      /* of all coasts, sorted by place */
    bool *done;                /* coasts that are part of a line */
    bool *reached;             /* by the first of the starts at a place: a coast ends there */
    size_t *cursors;           /* by the first of the starts at a place: the next one there */
    struct position *vertices; /* of lines */
    size_t vertex_count, vertex_capacity;
    struct lines open, rings, islands; /* rings have the sea inside */
    struct position low, high;         /* the edge of the map */
};

/* Lines of coasts */

struct start {
    struct position position;
    size_t coast;
};

static int compare_positions(struct position a, struct position b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    return (a.y > b.y) - (a.y < b.y);
}

static int compare_starts(const void *left, const void *right)
{
    const struct start *a = left, *b = right;
    int order = compare_positions(a->position, b->position);
    return order ? order : (a->coast > b->coast) - (a->coast < b->coast);
}

/** The first of the starts at a place, or SIZE_MAX. */
static size_t find_start(const struct maker *maker, struct position position)
{
    size_t low = 0, high = maker->sea->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_positions(maker->starts[middle].position, position) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < maker->sea->count && compare_positions(maker->starts[low].position, position) == 0;
    return there ? low : SIZE_MAX;
}

static struct position end_of(const struct maker *maker, size_t coast)
{
    const struct coast *c = &maker->sea->coasts[coast];
    return maker->sea->positions[c->first + c->count - 1];
}

/** A coast that begins where another ends, and is part of no line yet; or SIZE_MAX. */
static size_t next_coast(struct maker *maker, size_t coast)
{
    size_t first = find_start(maker, end_of(maker, coast));
    if (first == SIZE_MAX)
        return SIZE_MAX;
    for (size_t *at = &maker->cursors[first]; first + *at < maker->sea->count; ++*at) {
        const struct start *start = &maker->starts[first + *at];
        if (compare_positions(start->position, maker->starts[first].position) != 0)
            break;
        if (!maker->done[start->coast])
            return start->coast;
    }
    return SIZE_MAX;
}

static void append(struct maker *maker, struct position position)
{
    maker->vertices = grow(maker->vertices, &maker->vertex_capacity, maker->vertex_count + 1,
                           sizeof position);
    maker->vertices[maker->vertex_count++] = position;
}

/** Twice the area of a ring; it is below zero if the ring runs clockwise. */
static double area_of(const struct maker *maker, const struct line *ring)
{
    const struct position *p = maker->vertices + ring->first;
    double sum = 0;
    for (size_t i = 1; i < ring->count; i++)
        sum += (double)(p[i - 1].x - p[0].x) * (double)(p[i].y - p[0].y) -
               (double)(p[i].x - p[0].x) * (double)(p[i - 1].y - p[0].y);
    return sum;
}

static void keep(struct lines *lines, struct line line)
{
    lines->items = grow(lines->items, &lines->capacity, lines->count + 1, sizeof line);
    lines->items[lines->count++] = line;
}

/** Follows coasts from one on, until they come back or end. */
static void follow(struct maker *maker, size_t coast)
{
    struct line line = {.first = maker->vertex_count};
    const struct position start = maker->sea->positions[maker->sea->coasts[coast].first];
    bool closed = false;
    while (coast != SIZE_MAX && !closed) {
        const struct coast *c = &maker->sea->coasts[coast];
        for (size_t i = line.count > 0; i < c->count; i++)
            append(maker, maker->sea->positions[c->first + i]);
        line.count = maker->vertex_count - line.first;
        maker->done[coast] = true;
        closed = compare_positions(end_of(maker, coast), start) == 0;
        coast = next_coast(maker, coast);
    }
    if (!closed)
        keep(&maker->open, line);
    else if (line.count >= LEAST_RING && area_of(maker, &line) < 0)
        keep(&maker->rings, line);
    else if (line.count >= LEAST_RING)
        keep(&maker->islands, line);
}

/** Lines begin where no coast ends; what is left are rings. */
static void follow_all(struct maker *maker)
{
    const struct sea *sea = maker->sea;
    maker->starts = allocate(sea->count, sizeof *maker->starts);
    maker->done = allocate(sea->count, sizeof *maker->done);
    maker->reached = allocate(sea->count, sizeof *maker->reached);
    maker->cursors = allocate(sea->count, sizeof *maker->cursors);
    for (size_t i = 0; i < sea->count; i++)
        maker->starts[i] = (struct start){sea->positions[sea->coasts[i].first], i};
    sort(maker->starts, sea->count, sizeof *maker->starts, compare_starts);
    for (size_t i = 0; i < sea->count; i++) {
        size_t first = find_start(maker, end_of(maker, i));
        if (first != SIZE_MAX)
            maker->reached[first] = true;
    }
    for (int rings = 0; rings < 2; rings++)
        for (size_t i = 0; i < sea->count; i++)
            if (!maker->done[i] &&
                (rings || !maker->reached[find_start(maker, sea->positions[sea->coasts[i].first])]))
                follow(maker, i);
}

/* The edge of the map, clockwise from the south-west corner */

static int64_t height(const struct maker *maker)
{
    return maker->high.y - maker->low.y;
}

static int64_t width(const struct maker *maker)
{
    return maker->high.x - maker->low.x;
}

static struct position on_edge(const struct maker *maker, int64_t at)
{
    const struct position low = maker->low, high = maker->high;
    const int64_t corners[] = {height(maker), height(maker) + width(maker), 2 * height(maker) + width(maker)};
    if (at <= corners[0])
        return (struct position){low.x, low.y + at};
    if (at <= corners[1])
        return (struct position){low.x + at - corners[0], high.y};
    if (at <= corners[2])
        return (struct position){high.x, high.y - (at - corners[1])};
    return (struct position){high.x - (at - corners[2]), low.y};
}

/** The place on the edge that is nearest to a position of the map; *distance is zero if it is there. */
static int64_t nearest(const struct maker *maker, struct position p, int64_t *distance)
{
    const int64_t to_degrees = Y_PER_DEGREE / X_PER_DEGREE, h = height(maker), w = width(maker);
    const struct {
        int64_t distance, at;
    } sides[] = {{p.x - maker->low.x, p.y - maker->low.y},
                 {(maker->high.y - p.y) / to_degrees, h + p.x - maker->low.x},
                 {maker->high.x - p.x, h + w + maker->high.y - p.y},
                 {(p.y - maker->low.y) / to_degrees, 2 * h + w + maker->high.x - p.x}};
    size_t best = 0;
    for (size_t i = 1; i < sizeof sides / sizeof sides[0]; i++)
        if (sides[i].distance < sides[best].distance)
            best = i;
    *distance = sides[best].distance;
    return sides[best].at % (2 * h + 2 * w);
}

/** Goes along the edge, around every corner, in steps that no grid is too coarse for. */
static void walk_edge(struct maker *maker, int64_t from, int64_t to)
{
    const int64_t h = height(maker), w = width(maker);
    const int64_t corners[] = {0, h, h + w, 2 * h + w, 2 * h + 2 * w};
    for (int64_t end = to < from ? 2 * (h + w) : to; from != to; end = to) {
        while (from < end) {
            int64_t next = from + LONGEST_SIDE < end ? from + LONGEST_SIDE : end;
            for (size_t i = 0; i < sizeof corners / sizeof corners[0]; i++)
                next = corners[i] > from && corners[i] < next ? corners[i] : next;
            from = next;
            append(maker, on_edge(maker, from));
        }
        from = from == to ? to : 0;
    }
}

/* Areas */

static int compare_lines(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    if (a->enters != b->enters)
        return a->enters < b->enters ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

/** The first line from one on that is still free, as skip says, which this shortens; or the number of lines.
 */
static size_t first_free(size_t *skip, size_t line)
{
    size_t found = line;
    while (skip[found] != found)
        found = skip[found];
    while (skip[line] != found) {
        size_t next = skip[line];
        skip[line] = found;
        line = next;
    }
    return found;
}

/** The free line that the edge comes to next, which may be the one that it left. */
static size_t next_line(const struct maker *maker, size_t *skip, int64_t leaves)
{
    size_t low = 0, high = maker->open.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maker->open.items[middle].enters < leaves)
            low = middle + 1;
        else
            high = middle;
    }
    size_t found = first_free(skip, low);
    return found < maker->open.count ? found : first_free(skip, 0);
}

/** An area with the sea on the right of all its coasts: along one, along the edge to the next one, and so on.
 */
static void make_area(struct maker *maker, size_t *skip, size_t first)
{
    struct line ring = {.first = maker->vertex_count};
    size_t line = first;
    append(maker, on_edge(maker, maker->open.items[first].enters));
    do {
        const struct line at = maker->open.items[line];
        for (size_t i = 0; i < at.count; i++)
            append(maker, maker->vertices[at.first + i]);
        append(maker, on_edge(maker, at.leaves));
        line = next_line(maker, skip, at.leaves);
        walk_edge(maker, at.leaves, maker->open.items[line].enters);
        if (line != first)
            skip[line] = line + 1;
    } while (line != first);
    skip[first] = first + 1;
    ring.count = maker->vertex_count - ring.first;
    keep(&maker->rings, ring);
}

static void make_areas(struct maker *maker)
{
    size_t *skip = allocate(maker->open.count + 1, sizeof *skip), inside = 0;
    struct position example = {0};
    for (size_t i = 0; i < maker->open.count; i++) {
        struct line *line = &maker->open.items[i];
        const struct position ends[2] = {maker->vertices[line->first],
                                         maker->vertices[line->first + line->count - 1]};
        int64_t distances[2];
        line->enters = nearest(maker, ends[0], &distances[0]);
        line->leaves = nearest(maker, ends[1], &distances[1]);
        if ((distances[0] || distances[1]) && inside++ == 0)
            example = ends[!distances[0]];
    }
    if (inside)
        pass_over(maker->passed_over, inside,
                  "coastlines end inside of the map; the sea goes from there to the nearest edge",
                  "%.5f,%.5f", (double)example.y / Y_PER_DEGREE, (double)example.x / X_PER_DEGREE);
    sort(maker->open.items, maker->open.count, sizeof *maker->open.items, compare_lines);
    for (size_t i = 0; i <= maker->open.count; i++)
        skip[i] = i;
    for (size_t i = 0; i < maker->open.count; i++)
        if (skip[i] == i)
            make_area(maker, skip, i);
    release(skip);
}

/** Where islands are all that there is, the sea is all around. */
static void surround(struct maker *maker)
{
    double largest = 0;
    for (size_t i = 0; i < maker->islands.count; i++)
        largest = area_of(maker, &maker->islands.items[i]) > largest
                      ? area_of(maker, &maker->islands.items[i])
                      : largest;
    for (size_t i = 0; i < maker->rings.count; i++)
        if (-area_of(maker, &maker->rings.items[i]) > largest)
            return;
    if (maker->open.count || largest == 0)
        return;
    struct line ring = {.first = maker->vertex_count};
    append(maker, on_edge(maker, 0));
    walk_edge(maker, 0, 2 * (height(maker) + width(maker)));
    ring.count = maker->vertex_count - ring.first;
    keep(&maker->rings, ring);
}

static void add_to_network(const struct maker *maker, const struct background_class *class,
                           struct network *network)
{
    const size_t count = maker->rings.count + maker->islands.count;
    struct contour *contours = allocate(count, sizeof *contours);
    for (size_t i = 0; i < count; i++) {
        bool island = i >= maker->rings.count;
        const struct line *line = island ? &maker->islands.items[i - maker->rings.count]
                                         : &maker->rings.items[i];
        contours[i] = (struct contour){maker->vertices + line->first, NULL, line->count, island};
    }
    const struct feature feature = {.kind = SHAPE_AREA, .contours = contours, .contour_count = count};
    if (maker->rings.count)
        network_add_shape(network,
                          (struct shape){.kind = SHAPE_AREA,
                                         .type_code = class->type_code,
                                         .display_class = class->display_class,
                                         .coarsest_level = class->coarsest_level,
                                         .finest_level = class->finest_level},
                          &feature);
    release(contours);
}

void sea_finish(struct sea *sea, const struct profile *profile, struct network *network,
                struct passed_over *passed_over)
{
    struct maker maker = {.sea = sea, .passed_over = passed_over};
    if (!sea->count)
        return;
    network_bounds(network, &maker.low, &maker.high);
    for (size_t i = 0; i < sea->position_count; i++) {
        sea->positions[i] = network_unwrap(network, sea->positions[i]);
        bounds_extend(sea->positions[i], &maker.low,
                      &maker.high); /* a profile need not draw coasts as lines */
    }
    follow_all(&maker);
    make_areas(&maker);
    surround(&maker);
    add_to_network(&maker, find_class(profile), network);
    release(maker.starts);
    release(maker.done);
    release(maker.reached);
    release(maker.cursors);
    release(maker.vertices);
    release(maker.open.items);
    release(maker.rings.items);
    release(maker.islands.items);
}

void sea_free(struct sea *sea)
{
    release(sea->coasts);
    release(sea->positions);
    *sea = (struct sea){0};
}
