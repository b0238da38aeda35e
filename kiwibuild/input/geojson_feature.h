/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_GEOJSON_FEATURE_H
#define KIWIBUILD_GEOJSON_FEATURE_H

#include <json-c/json.h>

#include "input.h"
#include "tags.h"

/** What reading the features of one text needs; the arrays are used again for each. */
struct geojson {
    struct input *input;
    const char *name; /* of the file */
    struct failure *failure;
    int64_t number; /* of the feature at hand */
    size_t line;    /* where it begins */
    bool placed;    /* it has a position somewhere */
    struct tag_list tags;
    struct position *positions;
    size_t position_count, position_capacity;
    struct contour *contours;
    size_t *firsts; /* position of each contour */
    size_t contour_count, contour_capacity, first_capacity;
};

/** Hands over what a Feature consists of. */
bool geojson_feature_read(struct geojson *geojson, struct json_object *feature);

/** False if an object says that its coordinates are in another system than WGS 84. */
bool geojson_check_crs(struct geojson *geojson, struct json_object *object);

void geojson_free(struct geojson *geojson);

#endif
