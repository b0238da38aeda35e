/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FILTER_H
#define KIWIDUMP_FILTER_H

/* What of a source the command line asks for. */

#include "feature.h"
#include "kiwidump/options.h"

struct filter {
    bool has_box;
    struct kiwi_box box;      /* WGS 84 */
    enum kiwi_geodetic datum; /* of the points */
    const char *type;         /* or NULL */
    bool has_code;            /* it is a number: this one */
    uint32_t code;
};

/** options must outlive the filter. */
struct filter filter_of(const struct options *options);

/** Whether shapes of that type are wanted; names are of types of its kind. */
bool filter_type(const struct filter *filter, const struct kiwi_enumeration *names, uint32_t type);

/** Whether the box of some points touches the one that is wanted; no points lie nowhere. */
bool filter_box(const struct filter *filter, const struct point *points, size_t count);

/** The same of points in strokes, each of which has a box of its own. */
bool filter_strokes(const struct filter *filter, const struct point *points, const struct stroke *strokes,
                    size_t stroke_count);

/** Kinds of shapes that the command line asks for. */
static inline unsigned filter_shapes(const struct options *options)
{
    const unsigned all = KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    unsigned kinds = options->kinds ? options->kinds & all : all;
    return kinds && options->deleted ? kinds | KIWI_DELETED : kinds;
}

#endif
