/* SPDX-License-Identifier: MIT */
/* The input is a file for kiwibuild: GeoJSON, or OpenStreetMap's XML or PBF; or points of GPX, CSV or
 * GeoJSON. */
#include "kiwibuild/input/input.h"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile uint64_t sink;

/** What every feature holds to. */
static bool take(void *context, const struct feature *feature, struct failure *failure)
{
    (void)context;
    (void)failure;
    if (feature->contour_count == 0 || (feature->kind != SHAPE_AREA && feature->contour_count != 1))
        abort();
    for (size_t i = 0; i < feature->contour_count; i++) {
        const struct contour *contour = &feature->contours[i];
        const size_t least = feature->kind == SHAPE_POINT ? 1 : feature->kind == SHAPE_LINE ? 2 : 4;
        const struct position *first = contour->positions, *last = first + contour->count - 1;
        if (contour->count < least || contour->hole != (i > 0))
            abort();
        if (feature->kind == SHAPE_AREA && (first->x != last->x || first->y != last->y))
            abort();
        for (size_t k = 0; k < contour->count; k++)
            if (llabs(first[k].x) > 180 * (int64_t)X_PER_DEGREE ||
                llabs(first[k].y) > 90 * (int64_t)Y_PER_DEGREE)
                abort();
        if (contour->nodes)
            sink += (uint64_t)contour->nodes[contour->count - 1];
    }
    for (size_t i = 0; i < feature->tags->count; i++)
        sink += strlen(feature->tags->items[i].key) + strlen(feature->tags->items[i].value);
    return true;
}

static bool take_relation(void *context, const struct relation *relation, struct failure *failure)
{
    (void)context;
    (void)failure;
    for (size_t i = 0; i < relation->member_count; i++)
        sink += strlen(relation->members[i].role);
    return true;
}

static void read_as(const char *path, bool points)
{
    struct input input = {.sink = {.take = take, .take_relation = take_relation}, .points = points};
    struct failure failure = {.text = ""};

    if (!input_read(&input, path, &failure) && (!failure.text[0] || strchr(failure.text, '\n')))
        abort();
    input_free(&input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[64];
    FILE *file = tmpfile();
    if (!file || fwrite(bytes, 1, length, file) != length || fflush(file) != 0)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    read_as(path, false);
    read_as(path, true);
    fclose(file);
    return 0;
}
