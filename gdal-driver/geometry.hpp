// SPDX-License-Identifier: MIT
#ifndef GDAL_DRIVER_GEOMETRY_HPP
#define GDAL_DRIVER_GEOMETRY_HPP

#include <memory>

#include <ogr_geometry.h>

#include "features.hpp"

// The geometry as one of the layer's type: lines and polygons are multi ones in all features, and a line that
// leads nowhere is one from its place to itself. NULL if there is none.
std::unique_ptr<OGRGeometry> geometry_make(const struct geometry &geometry, OGRwkbGeometryType type);

#endif
