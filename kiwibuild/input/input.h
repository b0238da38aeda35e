/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_INPUT_H
#define KIWIBUILD_INPUT_H

#include "feature.h"
#include "id_set.h"
#include "passed_over.h"
#include "stream.h"

/** Several files that are read as one. Zero it, but for the sink, before the first file. */
struct input {
    struct feature_sink sink;
    bool points; /* GPX and CSV are read, too, and no map of OpenStreetMap's */
    struct passed_over passed_over;
    struct id_set nodes, ways, relations; /* of OpenStreetMap: those that were handed over */
};

/**
 * Reads a file, whatever it is of GeoJSON, OpenStreetMap's XML and PBF, and hands its features to the sink.
 * path "-" is standard input.
 */
bool input_read(struct input *input, const char *path, struct failure *failure);

void input_free(struct input *input);

/* The formats, whose beginning was recognised. */

bool geojson_read(struct input *input, struct stream *stream, struct failure *failure);
bool csv_read(struct input *input, struct stream *stream, struct failure *failure);
bool gpx_read(struct input *input, struct stream *stream, struct failure *failure);
bool osm_file_read(struct input *input, struct stream *stream, bool pbf, struct failure *failure);

#endif
