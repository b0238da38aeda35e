/* SPDX-License-Identifier: MIT */
/* Lines as geometry: those that lead nowhere are no lines for OGC. */
#include "lines.h"

#include "crossing.h"

static bool leads_anywhere(const struct point *points, const struct stroke *stroke)
{
    for (size_t i = 1; i < stroke->count; i++)
        if (!crossing_same(points[stroke->first + i], points[stroke->first]))
            return true;
    return false;
}

/** The begins of lines none of which leads anywhere, those in a row once. */
static struct geometry places(struct point *points, struct stroke *strokes, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !crossing_same(points[strokes[i].first], points[kept - 1]))
            points[kept++] = points[strokes[i].first];
    strokes[0] = (struct stroke){0, kept, false};
    return (struct geometry){kept > 1 ? GEOMETRY_MULTI_POINT : GEOMETRY_POINT, points, strokes, 1};
}

struct geometry geometry_of_lines(struct point *points, struct stroke *strokes, size_t count)
{
    size_t lines = 0;
    for (size_t i = 0; i < count; i++)
        if (leads_anywhere(points, &strokes[i]))
            strokes[lines++] = strokes[i];
    if (lines == 0)
        return places(points, strokes, count);
    return (struct geometry){lines > 1 ? GEOMETRY_MULTI_LINE : GEOMETRY_LINE, points, strokes, lines};
}
