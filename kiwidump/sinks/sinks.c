/* SPDX-License-Identifier: MIT */
/* The register of formats. */
#include "sink.h"

/* clang-format off */
/* A line for each. */
#define REGISTER(format) \
    format(geojsonl_sink) \
    format(geojson_sink) \
    format(geojsonseq_sink) \
    format(csv_sink) \
    format(gpx_sink)
/* clang-format on */

#define DECLARE(name) extern const struct sink name;
#define ADDRESS(name) &name,

REGISTER(DECLARE)

const struct sink *const sinks[] = {REGISTER(ADDRESS) NULL};

const struct sink *sink_find(const char *name)
{
    for (size_t i = 0; sinks[i]; i++)
        if (strcmp(sinks[i]->name, name) == 0)
            return sinks[i];
    return NULL;
}

const struct sink *sink_of_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && sinks[i]; i++)
        if (strcmp(sinks[i]->extension, dot + 1) == 0)
            return sinks[i];
    return NULL;
}
