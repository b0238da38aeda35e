/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_FEATURE_H
#define KIWIBUILD_FEATURE_H

/* What every kind of input becomes: features one at a time, with tags as OpenStreetMap has them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"
#include "kiwibuild/position.h"

/** Both texts are UTF-8. */
struct tag {
    const char *key, *value;
};

struct tags {
    const struct tag *items;
    size_t count;
};

/** Value of a tag, or NULL. */
const char *tags_get(const struct tags *tags, const char *key);

enum shape_kind {
    SHAPE_POINT,
    SHAPE_LINE,
    SHAPE_AREA,
};

/** No node's id: features that have none meet where their coordinates are equal. */
#define NO_NODE INT64_MIN

/** A point, a line, or a ring of an area, whose last position equals the first one. */
struct contour {
    const struct position *positions;
    const int64_t *nodes; /* ids: lines meet where these are equal. NULL: there are none */
    size_t count;
    bool hole; /* in the area of the first contour */
};

/** How messages call a feature, such as "feature 7" or "way 4711". */
struct feature_name {
    const char *word;
    int64_t number;
};

/** A point or a line, or an area: one outer ring and its holes in any order. */
struct feature {
    enum shape_kind kind;
    struct feature_name name;
    const struct tags *tags;
    const struct contour *contours;
    size_t contour_count;
};

enum member_type {
    MEMBER_NODE,
    MEMBER_WAY,
    MEMBER_RELATION,
};

struct member {
    enum member_type type;
    int64_t id;
    const char *role;
};

/** A relation of OpenStreetMap; what it is about are features with these ids. */
struct relation {
    int64_t id;
    const struct tags *tags;
    const struct member *members;
    size_t member_count;
};

/** Where features go. What they point to is valid during the call. */
struct feature_sink {
    bool (*take)(void *context, const struct feature *feature, struct failure *failure);
    /** After all features of the file; NULL: nobody asks for relations. */
    bool (*take_relation)(void *context, const struct relation *relation, struct failure *failure);
    void *context;
};

#endif
