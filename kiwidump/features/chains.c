/* SPDX-License-Identifier: MIT */
/* Joins the links of a road across nodes and parcels to long lines, for --merge. */
#include "chains.h"

#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "sort.h"

/** Points of one link or line, or of what of it lies on one side of 180 degrees; a chain is a list of them.
 */
struct piece {
    struct piece *next;
    uint32_t count;
    bool reversed;
    struct point points[];
};

struct chain {
    struct merge_key key; /* of its first piece */
    struct piece *first, *last;
    uint32_t pieces;
    uint32_t id[2]; /* link ids at its start and end */
    size_t end[2];  /* numbers of its ends */
    bool done[2];   /* nothing can be joined there any more */
    struct chain *before, *after;
};

/** An end of a chain. Chains are joined, ends keep their numbers. */
struct end {
    struct chain *chain; /* NULL if the number is free */
    unsigned side;       /* 0 start, 1 end */
    size_t next_free;
};

/** An end at a place. */
struct place {
    struct point point;
    uint32_t order; /* link id, or what stands for the key of chains without ids */
    uint32_t due;
    size_t end;
    uint64_t frame; /* offset of its frame */
    bool border, has_id;
};

struct places {
    struct place *items;
    size_t count, capacity;
};

struct chains {
    struct memory *memory;
    struct end *ends;
    size_t end_count, end_capacity, free_end;
    struct places inner, border, ready;
    struct chain *list; /* all chains that are not complete */
    struct chain *complete, *complete_tail;
    struct chain *last;   /* the link last taken */
    struct point *points; /* of the feature last made */
    size_t point_count, point_capacity;
    struct stroke *strokes; /* on one side of 180 degrees */
    size_t stroke_count, stroke_capacity;
    bool link_open; /* the next link of its multilink may go on with it */
};

struct chains *chains_open(struct memory *memory)
{
    struct chains *chains = calloc(1, sizeof *chains);
    if (chains) {
        chains->memory = memory;
        chains->free_end = SIZE_MAX;
    }
    return chains;
}

static void free_pieces(struct memory *memory, struct piece *piece)
{
    while (piece) {
        struct piece *next = piece->next;
        memory_give(memory, piece, sizeof *piece + piece->count * sizeof piece->points[0]);
        piece = next;
    }
}

/** Takes a chain off the list. */
static void unlink_chain(struct chains *chains, struct chain *chain)
{
    if (chain->before)
        chain->before->after = chain->after;
    else
        chains->list = chain->after;
    if (chain->after)
        chain->after->before = chain->before;
    chain->before = chain->after = NULL;
}

static void free_chain(struct chains *chains, struct chain *chain)
{
    free_pieces(chains->memory, chain->first);
    memory_give(chains->memory, chain, sizeof *chain);
}

static void free_list(struct chains *chains, struct chain *chain)
{
    while (chain) {
        struct chain *after = chain->after;
        free_chain(chains, chain);
        chain = after;
    }
}

void chains_close(struct chains *chains)
{
    if (!chains)
        return;
    free_list(chains, chains->list);
    free_list(chains, chains->complete);
    free(chains->ends);
    free(chains->inner.items);
    free(chains->border.items);
    free(chains->ready.items);
    free(chains->points);
    free(chains->strokes);
    free(chains);
}

/* Ends */

static size_t new_end(struct chains *chains, struct chain *chain, unsigned side)
{
    size_t number = chains->free_end;
    if (number != SIZE_MAX) {
        chains->free_end = chains->ends[number].next_free;
    } else {
        struct end *ends = memory_grow(chains->memory, chains->ends, chains->end_count, &chains->end_capacity,
                                       sizeof *ends);
        if (!ends)
            return SIZE_MAX;
        chains->ends = ends;
        number = chains->end_count++;
    }
    chains->ends[number] = (struct end){.chain = chain, .side = side};
    return number;
}

static void free_end(struct chains *chains, size_t number)
{
    chains->ends[number] = (struct end){.next_free = chains->free_end};
    chains->free_end = number;
}

static struct place *new_place(struct chains *chains, struct places *places)
{
    struct place *items = memory_grow(chains->memory, places->items, places->count, &places->capacity,
                                      sizeof *items);
    if (!items)
        return NULL;
    places->items = items;
    return &items[places->count++];
}

/* Taking */

static struct piece *new_piece(struct chains *chains, const struct point *points, size_t count)
{
    struct piece *piece = memory_take(chains->memory, sizeof *piece + count * sizeof piece->points[0]);
    if (!piece)
        return NULL;
    piece->next = NULL;
    piece->count = (uint32_t)count;
    piece->reversed = false;
    memcpy(piece->points, points, count * sizeof piece->points[0]);
    return piece;
}

/** The shape at hand, from its first piece to *last; NULL if memory is short. */
static struct piece *new_pieces(struct chains *chains, const struct shape_maker *maker, struct piece **last)
{
    struct piece *first = NULL;
    for (size_t i = 0; i < maker->stroke_count; i++) {
        const struct stroke *stroke = &maker->strokes[i];
        struct piece *piece = new_piece(chains, maker->points + stroke->first, stroke->count);
        if (!piece) {
            free_pieces(chains->memory, first);
            return NULL;
        }
        if (first)
            (*last)->next = piece;
        else
            first = piece;
        *last = piece;
    }
    return first;
}

/** Sets where an end lies; those inside of the frame are known when it has been read. */
static void put_place(struct chains *chains, const struct merge_frame *frame, struct chain *chain,
                      unsigned side, struct point point, int32_t y)
{
    bool border = point.x == frame->west || point.x == frame->east || point.y == frame->south ||
                  point.y == frame->north;
    struct place *place = new_place(chains, border ? &chains->border : &chains->inner);
    if (!place)
        return;
    bool road = chain->key.kind == KIWI_ROAD;
    *place = (struct place){.point = point_of_both_sides(point),
                            .end = chain->end[side],
                            .border = border,
                            .frame = frame->parcel->offset,
                            .has_id = road && chain->id[side] != 0,
                            .due = merge_due(frame, y),
                            .order = road ? chain->id[side] : merge_hash(&chain->key)};
}

static struct point first_point(const struct piece *piece)
{
    return piece->points[piece->reversed ? piece->count - 1 : 0];
}

static struct point last_point(const struct piece *piece)
{
    return piece->points[piece->reversed ? 0 : piece->count - 1];
}

/** Whether a link goes on with the one before it in its multilink. */
static bool goes_on(const struct chains *chains, const struct merge_key *key)
{
    const struct chain *last = chains->last;
    return last && key->kind == KIWI_ROAD && last->key.kind == KIWI_ROAD &&
           last->key.multilink == key->multilink && last->key.file == key->file &&
           key->link == last->key.link + last->pieces && merge_same(&last->key, key);
}

static struct chain *begin_chain(struct chains *chains, const struct merge_key *key, struct piece *first,
                                 struct piece *last)
{
    struct chain *chain = memory_take(chains->memory, sizeof *chain);
    if (!chain)
        return NULL;
    *chain = (struct chain){.key = *key,
                            .first = first,
                            .last = last,
                            .pieces = 1,
                            .id = {key->link_id, key->link_id},
                            .after = chains->list};
    if (chains->list)
        chains->list->before = chain;
    chains->list = chain;
    chain->end[0] = new_end(chains, chain, 0);
    chain->end[1] = new_end(chains, chain, 1);
    return chain;
}

void chains_take(struct chains *chains, const struct merge_frame *frame, const struct merge_key *key,
                 const struct map_shapes *shapes)
{
    const struct kiwi_shape *shape = &shapes->shape;
    int32_t end_y = shape->points[shape->point_count - 1].y;
    struct piece *last;
    struct piece *piece = chains->memory->failed ? NULL : new_pieces(chains, &shapes->maker, &last);
    if (!piece)
        return;
    if (goes_on(chains, key)) {
        struct chain *chain = chains->last;
        struct places *places = chains->link_open ? &chains->border : &chains->inner;
        places->count--; /* the end of the link before */
        chain->last->next = piece;
        chain->last = last;
        chain->pieces++;
        chain->id[1] = key->link_id;
    } else {
        chains->last = begin_chain(chains, key, piece, last);
        if (!chains->last || chains->memory->failed) {
            if (!chains->last)
                free_pieces(chains->memory, piece);
            chains->last = NULL;
            return;
        }
        put_place(chains, frame, chains->last, 0, first_point(piece), shape->points[0].y);
    }
    size_t before = chains->border.count;
    put_place(chains, frame, chains->last, 1, last_point(last), end_y);
    chains->link_open = chains->border.count != before;
}

/* Joining */

/** Nothing can be joined to the chain any more. */
static void complete(struct chains *chains, struct chain *chain)
{
    if (chains->last == chain)
        chains->last = NULL;
    free_end(chains, chain->end[0]);
    free_end(chains, chain->end[1]);
    unlink_chain(chains, chain);
    if (chains->complete)
        chains->complete_tail->after = chain;
    else
        chains->complete = chain;
    chains->complete_tail = chain;
}

static void reverse(struct chains *chains, struct chain *chain)
{
    struct piece *reversed = NULL;
    chain->last = chain->first;
    while (chain->first) {
        struct piece *next = chain->first->next;
        chain->first->next = reversed;
        chain->first->reversed = !chain->first->reversed;
        reversed = chain->first;
        chain->first = next;
    }
    chain->first = reversed;
    size_t end = chain->end[0];
    chain->end[0] = chain->end[1];
    chain->end[1] = end;
    uint32_t id = chain->id[0];
    chain->id[0] = chain->id[1];
    chain->id[1] = id;
    bool done = chain->done[0];
    chain->done[0] = chain->done[1];
    chain->done[1] = done;
    chains->ends[chain->end[0]].side = 0;
    chains->ends[chain->end[1]].side = 1;
}

/** Joins the end of one chain to the start of another, which may be the same. */
static void join(struct chains *chains, struct chain *chain, struct chain *next)
{
    if (chain == next) { /* a ring */
        complete(chains, chain);
        return;
    }
    chain->last->next = next->first;
    chain->last = next->last;
    chain->pieces += next->pieces;
    chain->id[1] = next->id[1];
    free_end(chains, chain->end[1]);
    free_end(chains, next->end[0]);
    chain->end[1] = next->end[1];
    chain->done[1] = next->done[1];
    chains->ends[chain->end[1]].chain = chain;
    if (chains->last == next)
        chains->last = NULL;
    next->first = NULL;
    unlink_chain(chains, next);
    free_chain(chains, next);
    if (chain->done[0] && chain->done[1])
        complete(chains, chain);
}

static void finish_end(struct chains *chains, const struct place *place)
{
    struct end *end = &chains->ends[place->end];
    struct chain *chain = end->chain;
    if (!chain)
        return;
    chain->done[end->side] = true;
    if (chain->done[0] && chain->done[1])
        complete(chains, chain);
}

static uint64_t place_number(const void *item)
{
    const struct place *place = item;
    return point_number(place->point);
}

/** Of places at the same point. */
static int by_order(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

/** Whether the ends of two chains may be joined in that order. */
static bool fits(const struct chains *chains, const struct place *end, const struct place *start)
{
    const struct end *a = &chains->ends[end->end];
    const struct end *b = &chains->ends[start->end];
    return a->chain && b->chain && a->side == 1 && b->side == 0 && merge_same(&a->chain->key, &b->chain->key);
}

/** How many ends with one order are looked at: more at one point are no map. */
enum { CANDIDATES = 32 };

/** Joins the end of a link to the start of one with a certain id. */
static bool join_id(struct chains *chains, struct place *places, size_t count, struct place *end, uint32_t id,
                    bool other_frame)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places[middle].order < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < count && i - low < CANDIDATES && places[i].order == id; i++) {
        struct place *start = &places[i];
        if (!start->has_id || (other_frame && start->frame == end->frame) || !fits(chains, end, start))
            continue;
        join(chains, chains->ends[end->end].chain, chains->ends[start->end].chain);
        return true;
    }
    return false;
}

/** Joins two ends of chains that have no ids, in either direction. */
static void join_two(struct chains *chains, struct place *a, struct place *b)
{
    struct end *left = &chains->ends[a->end];
    struct end *right = &chains->ends[b->end];
    if (!left->chain || !right->chain || !merge_same(&left->chain->key, &right->chain->key))
        return;
    if (left->side == right->side) {
        if (left->chain == right->chain || merge_directed(&left->chain->key))
            return;
        reverse(chains, right->chain);
    }
    if (left->side == 1)
        join(chains, left->chain, right->chain);
    else
        join(chains, right->chain, left->chain);
}

/** All ends at one point. */
static void resolve_point(struct chains *chains, struct place *places, size_t count)
{
    bool cut = places[0].point.x == INT32_C(1800000000); /* GeoJSON has no lines across 180 degrees */
    for (size_t i = 0; i < count && !cut; i++)
        if (places[i].has_id && places[i].border)
            join_id(chains, places, count, &places[i], places[i].order, true);
    for (size_t i = 0; i < count && !cut; i++)
        if (places[i].has_id)
            join_id(chains, places, count, &places[i], places[i].order + 1, false);
    for (size_t i = 0; i + 1 < count && !cut; i++) {
        struct chain *chain = chains->ends[places[i].end].chain;
        bool line = chain && chain->key.kind != KIWI_ROAD;
        bool two = line ? places[i].order == places[i + 1].order &&
                              (i == 0 || places[i - 1].order != places[i].order) &&
                              (i + 2 == count || places[i + 2].order != places[i].order) &&
                              places[i].border && places[i].frame != places[i + 1].frame
                        : count == 2;
        if (two && !places[i].has_id && !places[i + 1].has_id)
            join_two(chains, &places[i], &places[i + 1]);
    }
    for (size_t i = 0; i < count; i++)
        finish_end(chains, &places[i]);
}

static void resolve(struct chains *chains, struct places *places)
{
    const struct sort_order order = {sizeof *places->items, place_number, by_order};
    size_t first = 0;
    sort_items(chains->memory, places->items, places->count, &order);
    for (size_t i = 1; i <= places->count; i++) {
        const struct point *a = &places->items[first].point;
        if (i < places->count && places->items[i].point.x == a->x && places->items[i].point.y == a->y)
            continue;
        resolve_point(chains, places->items + first, i - first);
        first = i;
    }
    places->count = 0;
}

void chains_end_parcel(struct chains *chains)
{
    chains->last = NULL;
    resolve(chains, &chains->inner);
}

void chains_end_row(struct chains *chains, uint32_t row)
{
    size_t kept = 0;
    for (size_t i = 0; i < chains->border.count; i++) {
        struct place *place = &chains->border.items[i];
        if (place->due > row) {
            chains->border.items[kept++] = *place;
            continue;
        }
        struct place *ready = new_place(chains, &chains->ready);
        if (ready)
            *ready = *place;
    }
    chains->border.count = kept;
    resolve(chains, &chains->ready);
}

/* Features */

static bool add_points(struct chains *chains, const struct piece *piece, bool skip_first)
{
    while (chains->point_capacity - chains->point_count < piece->count) {
        struct point *points = memory_grow(chains->memory, chains->points, chains->point_capacity,
                                           &chains->point_capacity, sizeof *points);
        if (!points)
            return false;
        chains->points = points;
    }
    struct point *to = chains->points + chains->point_count;
    for (uint32_t i = skip_first ? 1 : 0; i < piece->count; i++)
        *to++ = piece->points[piece->reversed ? piece->count - 1 - i : i];
    chains->point_count = (size_t)(to - chains->points);
    return true;
}

static bool begin_stroke(struct chains *chains)
{
    struct stroke *strokes = memory_grow(chains->memory, chains->strokes, chains->stroke_count,
                                         &chains->stroke_capacity, sizeof *strokes);
    if (!strokes)
        return false;
    chains->strokes = strokes;
    strokes[chains->stroke_count++] = (struct stroke){.first = chains->point_count};
    return true;
}

/** Adds a piece to the last stroke, or to a new one if it goes on across 180 degrees. */
static bool add_piece(struct chains *chains, const struct piece *piece)
{
    bool joined = chains->stroke_count > 0 &&
                  chains->points[chains->point_count - 1].x == first_point(piece).x;
    if (!joined && !begin_stroke(chains))
        return false;
    if (!add_points(chains, piece, joined))
        return false;
    struct stroke *stroke = &chains->strokes[chains->stroke_count - 1];
    stroke->count = chains->point_count - stroke->first;
    return true;
}

bool chains_next(struct chains *chains, struct shape_maker *maker)
{
    struct chain *chain = chains->complete;
    bool good = true;
    if (!chain)
        return false;
    chains->complete = chain->after;
    chains->point_count = chains->stroke_count = 0;
    for (const struct piece *piece = chain->first; good && piece; piece = piece->next)
        good = add_piece(chains, piece);
    if (good)
        maker->feature.geometry = geometry_of_lines(chains->points, chains->strokes, chains->stroke_count);
    merge_describe(maker, &chain->key, chain->pieces);
    free_chain(chains, chain);
    return good;
}
