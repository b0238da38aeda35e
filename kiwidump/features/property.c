/* SPDX-License-Identifier: MIT */
/* The names of properties and geometries. */
#include "feature.h"

#define PROPERTY_NAME_ENTRY(key, name) [PROPERTY_##key] = name,
const char *const property_names[PROPERTY_COUNT] = {PROPERTY_COLUMNS(PROPERTY_NAME_ENTRY)
                                                        PROPERTY_INNER_KEYS(PROPERTY_NAME_ENTRY)};

const char *const geometry_names[] = {
    [GEOMETRY_POINT] = "Point",     [GEOMETRY_MULTI_POINT] = "MultiPoint",
    [GEOMETRY_LINE] = "LineString", [GEOMETRY_MULTI_LINE] = "MultiLineString",
    [GEOMETRY_POLYGON] = "Polygon", [GEOMETRY_MULTI_POLYGON] = "MultiPolygon",
};
