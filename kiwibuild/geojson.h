/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GEOJSON_H
#define KIWIBUILD_GEOJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"
#include "position.h"
#include "profile.h"

struct json_object;

/** One simple geometry of a feature: a point, a line or one ring of an area. */
struct part {
    enum shape_kind kind;
    bool hole;                        /**< an inner ring */
    const struct position *positions; /**< a ring's last one equals the first */
    size_t count;
    struct json_object *tags;
};

typedef bool part_callback(void *context, const struct part *part, struct failure *failure);

/**
 * Reads a FeatureCollection or a Feature, gzipped or not, and hands over every part of every feature in file
 * order.
 */
bool geojson_read(const char *path, part_callback *callback, void *context, struct failure *failure);

/** Value of a tag, or NULL; numbers and booleans as their text. */
const char *part_tag(const struct part *part, const char *key);

#endif
