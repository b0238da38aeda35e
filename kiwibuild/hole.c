/* SPDX-License-Identifier: MIT */
/* Joins a hole of an area to the ring around it, as background records have no holes. */
#include "hole.h"

#include <stdbool.h>
#include <string.h>

/** Whether a ring runs counter-clockwise. */
static bool counter_clockwise(const struct position *ring, size_t count)
{
    double area = 0;

    for (size_t i = 1; i < count; i++)
        area += (double)(ring[i - 1].x - ring[0].x) * (double)(ring[i].y - ring[0].y) -
                (double)(ring[i].x - ring[0].x) * (double)(ring[i - 1].y - ring[0].y);
    return area > 0;
}

static void turn_round(struct position *ring, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct position position = ring[i];

        ring[i] = ring[count - 1 - i];
        ring[count - 1 - i] = position;
    }
}

struct bridge {
    size_t from, to;
};

static struct bridge find_bridge(const struct position *ring, size_t count, const struct position *hole,
                                 size_t hole_count)
{
    struct bridge best = {0, 0};
    double nearest = -1;

    for (size_t i = 0; i + 1 < count; i++) {
        for (size_t k = 0; k + 1 < hole_count; k++) {
            double dx = (double)(ring[i].x - hole[k].x), dy = (double)(ring[i].y - hole[k].y);
            double square = dx * dx + dy * dy;

            if (nearest < 0 || square < nearest) {
                nearest = square;
                best = (struct bridge){i, k};
            }
        }
    }
    return best;
}

size_t hole_join(struct position *ring, size_t count, struct position *hole, size_t hole_count)
{
    struct bridge bridge;

    if (counter_clockwise(ring, count) == counter_clockwise(hole, hole_count))
        turn_round(hole, hole_count);
    bridge = find_bridge(ring, count, hole, hole_count);
    memmove(ring + bridge.from + 1 + hole_count, ring + bridge.from, (count - bridge.from) * sizeof *ring);
    for (size_t i = 0; i < hole_count; i++)
        ring[bridge.from + 1 + i] = hole[(bridge.to + i) % (hole_count - 1)];
    return count + hole_count + 1;
}
