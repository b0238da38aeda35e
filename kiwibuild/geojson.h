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
struct geometry {
    enum shape_kind kind;
    bool hole;                        /**< an inner ring */
    const struct position *positions; /**< a ring's last one equals the first */
    size_t count;
    struct json_object *tags;
};

typedef bool geometry_callback(void *context, const struct geometry *geometry, struct failure *failure);

/**
 * Reads a FeatureCollection or a Feature, gzipped or not, and hands over every geometry of every feature in
 * file order.
 */
bool geojson_read(const char *path, geometry_callback *callback, void *context, struct failure *failure);

/** Value of a tag, or NULL; numbers and booleans as their text. */
const char *geometry_tag(const struct geometry *geometry, const char *key);

#endif
