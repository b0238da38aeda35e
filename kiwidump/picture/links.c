/* SPDX-License-Identifier: MIT */
/* The links that a picture draws. */
#include "picture/links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** A path goes on where the road bends by less than this at a node: cosine of 45 degrees. */
#define STRAIGHT 0.7
/** Where ids say that it is the same way, it may bend more. */
#define SAME_WAY (-0.5)

bool links_open(struct links *links)
{
    links->items = calloc(LINKS_MOST, sizeof *links->items);
    links->x = calloc(LINKS_POINTS, sizeof *links->x);
    links->y = calloc(LINKS_POINTS, sizeof *links->y);
    links_clear(links);
    return links->items && links->x && links->y;
}

void links_close(struct links *links)
{
    free(links->items);
    free(links->x);
    free(links->y);
    *links = (struct links){0};
}

void links_clear(struct links *links)
{
    links->count = links->points = 0;
}

bool links_add(struct links *links, const double *x, const double *y, size_t count, unsigned style,
               uint32_t id)
{
    if (count < 2)
        return true;
    if (links->count == LINKS_MOST || count > LINKS_POINTS - links->points)
        return false;
    struct link link = {.first = links->points,
                        .count = count,
                        .style = style,
                        .id = id,
                        .west = HUGE_VALF,
                        .north = HUGE_VALF,
                        .east = -HUGE_VALF,
                        .south = -HUGE_VALF};
    for (size_t i = 0; i < count; i++) {
        links->x[links->points] = x[i];
        links->y[links->points++] = y[i];
        link.west = fminf(link.west, (float)x[i]);
        link.east = fmaxf(link.east, (float)x[i]);
        link.north = fminf(link.north, (float)y[i]);
        link.south = fmaxf(link.south, (float)y[i]);
    }
    links->items[links->count++] = link;
    return true;
}

/** Square of the distance of a point from a-b; *share is where on a-b, 0..1. */
static double square_distance(const double *x, const double *y, double px, double py, double *share)
{
    double dx = x[1] - x[0];
    double dy = y[1] - y[0];
    double square = dx * dx + dy * dy;
    *share = square > 0 ? fmax(0, fmin(1, ((px - x[0]) * dx + (py - y[0]) * dy) / square)) : 0;
    double across = px - x[0] - *share * dx;
    double down = py - y[0] - *share * dy;
    return across * across + down * down;
}

/** Whether a-b runs within 25 degrees of a direction, forwards or backwards. */
static bool runs_along(const double *x, const double *y, double direction)
{
    double difference = fmod(fabs(atan2(y[1] - y[0], x[1] - x[0]) * 180 / M_PI - direction), 180);
    return direction < -360 || difference < 25 || difference > 155;
}

size_t links_nearest(const struct links *links, double x, double y, double distance, double direction)
{
    size_t nearest = SIZE_MAX;
    double best = distance * distance;
    double share;
    for (size_t i = 0; i < links->count; i++) {
        const struct link *link = &links->items[i];
        if (x < link->west - distance || x > link->east + distance || y < link->north - distance ||
            y > link->south + distance)
            continue;
        for (size_t p = link->first; p + 1 < link->first + link->count; p++) {
            double square = square_distance(links->x + p, links->y + p, x, y, &share);
            if (square < best && runs_along(links->x + p, links->y + p, direction)) {
                best = square;
                nearest = i;
            }
        }
    }
    return nearest;
}

/** Links of a way have the same id or the next one (as --merge takes it). */
static bool same_way(const struct link *a, const struct link *b)
{
    return a->id != 0 && b->id != 0 && a->style == b->style &&
           (a->id == b->id || a->id + 1 == b->id || b->id + 1 == a->id);
}

void links_own(struct links *links, size_t index, uint64_t owner)
{
    struct link *items = links->items;
    items[index].owner = owner;
    for (size_t i = index; i > 0 && items[i - 1].owner == 0 && same_way(&items[i - 1], &items[i]); i--)
        items[i - 1].owner = owner;
    for (size_t i = index + 1; i < links->count && items[i].owner == 0 && same_way(&items[i], &items[i - 1]);
         i++)
        items[i].owner = owner;
}

static void append(struct path *path, double x, double y)
{
    size_t last = path->count - 1;
    if (path->count == PATH_POINTS || (path->count > 0 && path->x[last] == x && path->y[last] == y))
        return;
    path->x[path->count] = x;
    path->y[path->count] = y;
    path->count++;
}

static void append_link(const struct links *links, const struct link *link, bool backwards, struct path *path)
{
    for (size_t i = 0; i < link->count; i++) {
        size_t p = link->first + (backwards ? link->count - 1 - i : i);
        append(path, links->x[p], links->y[p]);
    }
}

static bool touches(const struct links *links, size_t point, const struct path *path)
{
    return links->x[point] == path->x[path->count - 1] && links->y[point] == path->y[path->count - 1];
}

/** Cosine of the turn from the end of the path into a link; -2 if the link does not begin there. */
static double turn_into(const struct links *links, const struct link *link, bool backwards,
                        const struct path *path)
{
    size_t end = path->count - 1;
    size_t from = link->first + (backwards ? link->count - 1 : 0);
    if (!touches(links, from, path) || end == 0)
        return -2;
    size_t to = backwards ? from - 1 : from + 1;
    double ax = path->x[end] - path->x[end - 1];
    double ay = path->y[end] - path->y[end - 1];
    double bx = links->x[to] - links->x[from];
    double by = links->y[to] - links->y[from];
    double lengths = hypot(ax, ay) * hypot(bx, by);
    return lengths > 0 ? (ax * bx + ay * by) / lengths : -2;
}

/** Whether at most two links meet at the end of the path: no crossing, so the road goes on. */
static bool passes_through(const struct links *links, const struct path *path)
{
    size_t ends = 0;
    for (size_t i = 0; i < links->count; i++) {
        const struct link *link = &links->items[i];
        ends += touches(links, link->first, path);
        ends += touches(links, link->first + link->count - 1, path);
    }
    return ends <= 2;
}

/**
 * Goes on at the end of the path, which is that of link: over the same road or, beyond it, over others.
 * Returns the next link or NULL.
 */
static struct link *extend(struct links *links, const struct link *link, uint64_t owner, bool beyond,
                           struct path *path)
{
    struct link *best = NULL;
    double straightest = -1;
    bool best_backwards = false;
    bool others = beyond || passes_through(links, path);
    for (size_t i = 0; i < links->count; i++) {
        struct link *next = &links->items[i];
        bool same = same_way(link, next);
        if (next->used || next->style != link->style || (next->owner != 0 && next->owner != owner) ||
            (!others && !same))
            continue;
        for (int backwards = 0; backwards < 2; backwards++) {
            double turn = turn_into(links, next, backwards, path);
            if (turn < (same ? SAME_WAY : STRAIGHT) || turn <= straightest)
                continue;
            straightest = turn;
            best = next;
            best_backwards = backwards;
        }
    }
    if (best) {
        best->used = true;
        append_link(links, best, best_backwards, path);
    }
    return best;
}

static void turn_around(struct path *path)
{
    for (size_t i = 0; i < path->count / 2; i++) {
        size_t j = path->count - 1 - i;
        double x = path->x[i];
        double y = path->y[i];
        path->x[i] = path->x[j];
        path->y[i] = path->y[j];
        path->x[j] = x;
        path->y[j] = y;
    }
}

static double measure(struct path *path)
{
    path->along[0] = 0;
    for (size_t i = 1; i < path->count; i++)
        path->along[i] = path->along[i - 1] + hypot(path->x[i] - path->x[i - 1], path->y[i] - path->y[i - 1]);
    return path_length(path);
}

void links_follow(struct links *links, size_t index, uint64_t owner, struct path *path)
{
    struct link *ends[2] = {&links->items[index], &links->items[index]};
    double lengths[4];
    path->count = 0;
    ends[0]->used = true;
    append_link(links, ends[0], false, path);
    for (int step = 0; step < 4; step++) { /* both ends of the way, then both ends beyond it */
        for (struct link *link = ends[step % 2]; link && path->count < PATH_POINTS;) {
            ends[step % 2] = link;
            link = extend(links, link, owner, step >= 2, path);
        }
        lengths[step] = measure(path);
        turn_around(path);
    }
    measure(path);
    path->own_from = lengths[3] - lengths[2];
    path->own_to = path->own_from + lengths[1];
}

double path_length(const struct path *path)
{
    return path->count > 0 ? path->along[path->count - 1] : 0;
}

void path_at(const struct path *path, double length, double *x, double *y)
{
    size_t low = 1;
    size_t high = path->count - 1;
    while (low < high) { /* the first point that is not before length */
        size_t middle = low + (high - low) / 2;
        if (path->along[middle] < length)
            low = middle + 1;
        else
            high = middle;
    }
    double step = path->along[low] - path->along[low - 1];
    double share = step > 0 ? fmax(0, fmin(1, (length - path->along[low - 1]) / step)) : 0;
    *x = path->x[low - 1] + share * (path->x[low] - path->x[low - 1]);
    *y = path->y[low - 1] + share * (path->y[low] - path->y[low - 1]);
}

double path_nearest(const struct path *path, double x, double y)
{
    double best = HUGE_VAL;
    double along = 0;
    double share;
    for (size_t i = 0; i + 1 < path->count; i++) {
        double square = square_distance(path->x + i, path->y + i, x, y, &share);
        if (square < best) {
            best = square;
            along = path->along[i] + share * (path->along[i + 1] - path->along[i]);
        }
    }
    return along;
}
