#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""shapely understands what __geo_interface__ tells: test_shapely.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import pathlib
import sys
import tempfile

from shapely.geometry import shape

from support import build_small, tap

import kiwi


def features(disc):
    """Every feature of the map has a geometry that fits its kind."""
    wanted = {"road": {"LineString"}, "background": {"Polygon", "MultiPolygon", "LineString", "Point"}, "name": {"Point"}}
    for kind, types in wanted.items():
        made = [shape(feature.geometry) for feature in disc.features(kind=kind)]
        found = {geometry.geom_type for geometry in made}
        tap.check(found and found <= types, f"{kind}: {len(made)} features", found)
        tap.check(all(not geometry.is_empty for geometry in made), f"{kind}: none is empty")


def objects(disc):
    """Shapes, entries of the index and ways tell the same places as their attributes."""
    roads = list(disc.roads())
    same = [list(shape(road.__geo_interface__["geometry"]).coords) for road in roads] == [rounded(road) for road in roads]
    tap.check(roads and same, "roads")
    entry = next(disc.find("Återvägen"))
    point = shape(entry)
    tap.equal((point.x, point.y), (entry.longitude, entry.latitude), "an entry of the index")
    route = disc.route((57.6961, 11.98), (entry.latitude, entry.longitude))
    tap.equal(list(shape(route.__geo_interface__["geometry"]).coords), route.coordinates, "a way")


def rounded(road):
    """GeoJSON has seven digits."""
    return [(round(x, 7), round(y, 7)) for x, y in road.coordinates]


def main():
    with tempfile.TemporaryDirectory() as name:
        with kiwi.open(build_small(pathlib.Path(name), "town")) as disc:
            features(disc)
            objects(disc)
    return tap.end()


sys.exit(main())
