/* SPDX-License-Identifier: MIT */
/* Decides which features are wanted, by type and box. */
#include "filter.h"

#include <stdlib.h>

#include "converted.h"

struct filter filter_of(const struct options *options)
{
    struct filter filter = {.has_box = options->has_box, .box = options->box, .type = options->type};
    if (filter.type) {
        char *end;
        filter.code = (uint32_t)strtoul(filter.type, &end, 0);
        filter.has_code = end != filter.type && *end == '\0';
    }
    return filter;
}

bool filter_type(const struct filter *filter, const struct kiwi_enumeration *names, uint32_t type)
{
    if (!filter->type)
        return true;
    if (filter->has_code)
        return type == filter->code;
    const char *name = kiwi_enumeration_name(names, type);
    return name && strcmp(name, filter->type) == 0;
}

/** Compared as the numbers that the sinks write. */
static bool outside(int32_t from, int32_t to, double low, double high)
{
    return to / 1e7 < low || from / 1e7 > high;
}

bool filter_box(const struct filter *filter, const struct point *points, size_t count)
{
    const struct kiwi_box *box = &filter->box;
    if (!filter->has_box)
        return true;
    if (count == 0)
        return false;
    struct point low = {INT32_MAX, INT32_MAX};
    struct point high = {INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < count; i++) {
        const struct point point = converted_point(filter->datum, points[i]);
        low.x = point.x < low.x ? point.x : low.x;
        high.x = point.x > high.x ? point.x : high.x;
        low.y = point.y < low.y ? point.y : low.y;
        high.y = point.y > high.y ? point.y : high.y;
    }
    if (outside(low.y, high.y, box->south, box->north))
        return false;
    if (box->west <= box->east)
        return !outside(low.x, high.x, box->west, box->east);
    return !outside(low.x, high.x, box->west, 180) || !outside(low.x, high.x, -180, box->east);
}

bool filter_strokes(const struct filter *filter, const struct point *points, const struct stroke *strokes,
                    size_t stroke_count)
{
    for (size_t i = 0; i < stroke_count; i++)
        if (filter_box(filter, points + strokes[i].first, strokes[i].count))
            return true;
    return !filter->has_box;
}
