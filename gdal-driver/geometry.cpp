// SPDX-License-Identifier: MIT
// Makes geometries of GDAL of those of features.
#include "geometry.hpp"

namespace
{

void set_point(OGRSimpleCurve *curve, int number, struct point point)
{
    curve->setPoint(number, point.x / 1e7, point.y / 1e7);
}

std::unique_ptr<OGRGeometry> make_point(const struct geometry &geometry)
{
    const struct point place = geometry.points[geometry.strokes[0].first];
    return std::make_unique<OGRPoint>(place.x / 1e7, place.y / 1e7);
}

void add_line(OGRMultiLineString *lines, const struct point *points, size_t count)
{
    auto *line = new OGRLineString();
    line->setNumPoints(static_cast<int>(count), FALSE);
    for (size_t i = 0; i < count; i++)
        set_point(line, static_cast<int>(i), points[i]);
    lines->addGeometryDirectly(line);
}

std::unique_ptr<OGRGeometry> make_lines(const struct geometry &geometry)
{
    auto lines = std::make_unique<OGRMultiLineString>();
    const bool places = geometry.type == GEOMETRY_POINT || geometry.type == GEOMETRY_MULTI_POINT;
    for (size_t i = 0; i < geometry.stroke_count; i++) {
        const struct stroke &stroke = geometry.strokes[i];
        const struct point *points = geometry.points + stroke.first;
        if (!places)
            add_line(lines.get(), points, stroke.count);
        for (size_t k = 0; places && k < stroke.count; k++) {
            const struct point twice[] = {points[k], points[k]};
            add_line(lines.get(), twice, 2);
        }
    }
    return lines;
}

std::unique_ptr<OGRGeometry> make_polygons(const struct geometry &geometry)
{
    auto polygons = std::make_unique<OGRMultiPolygon>();
    OGRPolygon *polygon = nullptr;
    for (size_t i = 0; i < geometry.stroke_count; i++) {
        const struct stroke &stroke = geometry.strokes[i];
        const int count = static_cast<int>(stroke.count);
        auto *ring = new OGRLinearRing();
        ring->setNumPoints(count + 1, FALSE);
        for (int k = 0; k <= count; k++)
            set_point(ring, k, geometry.points[stroke.first + static_cast<size_t>(k == count ? 0 : k)]);
        if (!polygon || !stroke.hole) {
            polygon = new OGRPolygon();
            polygons->addGeometryDirectly(polygon);
        }
        polygon->addRingDirectly(ring);
    }
    return polygons;
}

} // namespace

std::unique_ptr<OGRGeometry> geometry_make(const struct geometry &geometry, OGRwkbGeometryType type)
{
    if (geometry.type == GEOMETRY_NONE)
        return nullptr;
    if (type == wkbPoint)
        return make_point(geometry);
    return type == wkbMultiPolygon ? make_polygons(geometry) : make_lines(geometry);
}
