/* SPDX-License-Identifier: MIT */
/* Features as GeoJSON, one per line. */
#include "geojson.h"
#include "sink.h"

static enum kiwi_status put(void *state, const struct feature *feature, struct kiwi_error *error)
{
    struct geojson *geojson = state;
    enum kiwi_status status = geojson_feature(geojson, feature, error);
    output_char(geojson->output, '\n');
    return status;
}

static void end(void *state)
{
    (void)state;
}

const struct sink geojsonl_sink = {.name = "geojsonl",
                                   .extension = "geojsonl",
                                   .description = "GeoJSON, one feature per line (default)",
                                   .laid_out = true,
                                   .apart = true,
                                   .one_line = true,
                                   .size = sizeof(struct geojson),
                                   .begin = geojson_start,
                                   .put = put,
                                   .end = end};
