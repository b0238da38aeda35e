/* SPDX-License-Identifier: MIT */
/* Which regions of route planning the header of a frame names (7.1.1). */
#include "frame_regions.h"

/** From one edge to the next of the parts of a cell, rounded outwards: eighths of an arc second of one axis.
 */
static void set_edges(const struct axis *axis, int64_t cell, unsigned group, unsigned parts, size_t part,
                      int64_t *low, int64_t *high)
{
    int64_t first = cell * parts + (int64_t)(part * group);

    *low = axis->origin + floor_divide(first * axis->length, parts * axis->cells);
    *high = axis->origin - floor_divide(-(first + group) * axis->length, parts * axis->cells);
}

static struct outline frame_outline(const struct level *level, int64_t row, int64_t column,
                                    const struct volume_cell *cell, size_t part)
{
    struct outline outline;

    set_edges(&level->y, row, cell->group, cell->parts.rows, part / cell->parts.columns, &outline.south,
              &outline.north);
    set_edges(&level->x, column, cell->group, cell->parts.columns, part % cell->parts.columns, &outline.west,
              &outline.east);
    return outline;
}

static bool touches(const struct outline *a, const struct outline *b)
{
    return a->south <= b->north && b->south <= a->north && a->west <= b->east && b->west <= a->east;
}

static bool append_number(int level, size_t region, struct buffer *buffer)
{
    const struct kiwi_region_number record = {.level = (int8_t)level, .region = (uint16_t)region};
    uint8_t bytes[sizeof record];
    size_t size = kiwi_region_number_encode(&record, bytes, sizeof bytes);

    buffer_append(buffer, bytes, size); /* a frame has few: no room is kept for more */
    return size > 0;
}

bool frame_name_regions(const struct regions *regions, const struct level *level, int64_t row, int64_t column,
                        const struct volume_cell *cell, size_t part)
{
    const struct outline outline = frame_outline(level, row, column, cell, part);
    bool good = true;

    for (size_t i = ROUTE_LEVEL_COUNT; i-- > 0;) {
        const struct region_level *planning = &regions->levels[i];

        for (size_t r = 0; planning->number >= level->number && r < planning->region_count; r++)
            if (planning->regions[r].count && touches(&outline, &planning->regions[r].outline))
                good = append_number(planning->number, r, &cell->frames[part].frame.regions) && good;
    }
    return good;
}
