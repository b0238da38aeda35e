/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_GEOJSON_H
#define KIWIDUMP_GEOJSON_H

/* Features as GeoJSON objects (RFC 7946). */

#include "kiwidump/features/feature.h"
#include "common/output.h"

struct geojson {
    struct output *output;
    bool filled; /* a feature was put */
    const char *path;
    size_t path_length;
    char path_text[4096]; /* path, escaped; it changes with the file only */
};

/** Puts one, without a line feed. */
enum kiwi_status geojson_feature(struct geojson *geojson, const struct feature *feature,
                                 struct kiwi_error *error);

/** The begin of sinks whose state is a struct geojson. */
void geojson_start(void *state, struct output *output);

#endif
