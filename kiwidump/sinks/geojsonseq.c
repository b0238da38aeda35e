/* SPDX-License-Identifier: MIT */
/* Features as a sequence of GeoJSON texts (RFC 8142): each begins with a record separator. */
#include "geojson.h"
#include "sink.h"

static enum kiwi_status put(void *state, const struct feature *feature, struct kiwi_error *error)
{
    struct geojson *geojson = state;
    output_char(geojson->output, '\x1E');
    enum kiwi_status status = geojson_feature(geojson, feature, error);
    output_char(geojson->output, '\n');
    return status;
}

static void end(void *state)
{
    (void)state;
}

const struct sink geojsonseq_sink = {.name = "geojsonseq",
                                     .extension = "geojsons",
                                     .description = "GeoJSON, a text sequence with record separators",
                                     .apart = true,
                                     .one_line = true,
                                     .size = sizeof(struct geojson),
                                     .begin = geojson_start,
                                     .put = put,
                                     .end = end};
