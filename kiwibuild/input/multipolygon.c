/* SPDX-License-Identifier: MIT */
/* Puts the ways of multipolygon relations together to rings. */
#include "multipolygon.h"

#include "kiwibuild/memory.h"
#include "kiwibuild/sort.h"
#include "nesting.h"

enum { LEAST_RING = 4 }; /* vertices */

/* Rings of strands */

/** One end of a strand that is not closed. */
struct end {
    int64_t node;
    size_t strand;
    size_t place; /* number of its node among all nodes at ends */
};

/** A walk along strands, from the end of one to the next. */
struct walk {
    const struct strand *strands;
    struct end *ends; /* two for each strand that is not closed, sorted by node */
    size_t end_count;
    size_t *places; /* place of both ends of each strand */
    bool *used;
    size_t *firsts;  /* of each place: its first end that may be unused */
    size_t *heights; /* of each place on the stack: its height when it was reached, plus one; else 0 */
    struct step *stack;
    size_t height;
};

struct step {
    size_t strand;
    bool reverse;
    size_t from; /* place */
};

static int compare_ends(const void *left, const void *right)
{
    const struct end *a = left, *b = right;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return (a->strand > b->strand) - (a->strand < b->strand);
}

static bool is_closed(const struct strand *strand)
{
    return strand->nodes[0] == strand->nodes[strand->count - 1];
}

/** Appends a strand to the ring at hand, without the vertex that the ring has already. */
static void append(struct multipolygon *multipolygon, struct ring *ring, const struct strand *strand,
                   bool reverse)
{
    size_t skip = ring->count > 0, count = multipolygon->count;
    multipolygon->nodes = grow(multipolygon->nodes, &multipolygon->node_capacity, count + strand->count,
                               sizeof *multipolygon->nodes);
    multipolygon->positions = grow(multipolygon->positions, &multipolygon->position_capacity,
                                   count + strand->count, sizeof *multipolygon->positions);
    for (size_t i = skip; i < strand->count; i++) {
        size_t from = reverse ? strand->count - 1 - i : i;
        multipolygon->nodes[count] = strand->nodes[from];
        multipolygon->positions[count++] = strand->positions[from];
    }
    ring->count += strand->count - skip;
    multipolygon->count = count;
}

static void add_ring(struct multipolygon *multipolygon, struct ring ring)
{
    if (ring.count < LEAST_RING) { /* there and back again */
        multipolygon->count = ring.first;
        return;
    }
    multipolygon->rings = grow(multipolygon->rings, &multipolygon->ring_capacity,
                               multipolygon->ring_count + 1, sizeof ring);
    multipolygon->rings[multipolygon->ring_count++] = ring;
}

/** What was walked since the place was reached before is a ring. */
static void close_ring(struct multipolygon *multipolygon, struct walk *walk, size_t place)
{
    struct ring ring = {.first = multipolygon->count};
    size_t bottom = walk->heights[place] - 1;
    for (size_t i = bottom; i < walk->height; i++) {
        append(multipolygon, &ring, &walk->strands[walk->stack[i].strand], walk->stack[i].reverse);
        if (i > bottom)
            walk->heights[walk->stack[i].from] = 0;
    }
    walk->height = bottom;
    add_ring(multipolygon, ring);
}

/** A strand that is not used and ends at a place, or SIZE_MAX. */
static size_t next_strand(struct walk *walk, size_t place)
{
    size_t *first = &walk->firsts[place];
    while (*first < walk->end_count && walk->ends[*first].place == place &&
           walk->used[walk->ends[*first].strand])
        ++*first;
    return *first < walk->end_count && walk->ends[*first].place == place ? walk->ends[*first].strand
                                                                         : SIZE_MAX;
}

/** Walks from a place as far as it goes; what is left on the stack then closes nowhere. */
static void walk_from(struct multipolygon *multipolygon, struct walk *walk, size_t place)
{
    size_t strand;
    walk->height = 0;
    walk->heights[place] = 1;
    while ((strand = next_strand(walk, place)) != SIZE_MAX) {
        bool reverse = walk->places[2 * strand] != place;
        walk->used[strand] = true;
        walk->stack[walk->height++] = (struct step){strand, reverse, place};
        place = walk->places[2 * strand + !reverse];
        if (walk->heights[place])
            close_ring(multipolygon, walk, place);
        walk->heights[place] = walk->height + 1;
    }
    walk->heights[place] = 0;
    if (walk->height > 0 && multipolygon->open == 0) {
        const struct step *last = &walk->stack[walk->height - 1];
        const struct strand *open = &walk->strands[last->strand];
        multipolygon->open_node = open->nodes[last->reverse ? 0 : open->count - 1];
    }
    multipolygon->open += walk->height;
    while (walk->height > 0)
        walk->heights[walk->stack[--walk->height].from] = 0;
}

/** Sorts the ends, and gives every node at one a number. */
static void number_places(struct walk *walk, size_t strand_count)
{
    size_t place_count = 0;
    for (size_t i = 0; i < strand_count; i++) {
        const struct strand *strand = &walk->strands[i];
        if (is_closed(strand))
            continue;
        walk->ends[walk->end_count++] = (struct end){strand->nodes[0], i, 0};
        walk->ends[walk->end_count++] = (struct end){strand->nodes[strand->count - 1], i, 0};
    }
    sort(walk->ends, walk->end_count, sizeof *walk->ends, compare_ends);
    for (size_t i = 0; i < walk->end_count; i++) {
        struct end *end = &walk->ends[i];
        if (i == 0 || end->node != walk->ends[i - 1].node)
            walk->firsts[place_count++] = i;
        end->place = place_count - 1;
        const struct strand *strand = &walk->strands[end->strand];
        walk->places[2 * end->strand + (strand->nodes[0] != end->node)] = end->place;
    }
}

static void make_rings(struct multipolygon *multipolygon, const struct strand *strands, size_t count)
{
    struct walk walk = {.strands = strands,
                        .ends = allocate(2 * count, sizeof *walk.ends),
                        .places = allocate(2 * count, sizeof *walk.places),
                        .used = allocate(count, sizeof *walk.used),
                        .firsts = allocate(2 * count, sizeof *walk.firsts),
                        .heights = allocate(2 * count, sizeof *walk.heights),
                        .stack = allocate(count, sizeof *walk.stack)};
    number_places(&walk, count);
    for (size_t i = 0; i < count; i++) {
        struct ring ring = {.first = multipolygon->count};
        if (is_closed(&strands[i])) {
            append(multipolygon, &ring, &strands[i], false);
            add_ring(multipolygon, ring);
        } else if (!walk.used[i])
            walk_from(multipolygon, &walk, walk.places[2 * i]);
    }
    release(walk.ends);
    release(walk.places);
    release(walk.used);
    release(walk.firsts);
    release(walk.heights);
    release(walk.stack);
}

bool multipolygon_make(struct multipolygon *multipolygon, const struct strand *strands, size_t count)
{
    multipolygon->count = multipolygon->ring_count = multipolygon->open = 0;
    make_rings(multipolygon, strands, count);
    return rings_nest(multipolygon);
}

void multipolygon_free(struct multipolygon *multipolygon)
{
    release(multipolygon->nodes);
    release(multipolygon->positions);
    release(multipolygon->rings);
    *multipolygon = (struct multipolygon){0};
}
