#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Areas are valid for OGC, whatever they were built from: test_valid.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import tempfile

import modes
from shapely.geometry import Polygon, shape
from shapely.ops import unary_union
from shapely.validation import explain_validity

tap = modes.Tap()

UNIT = 1e-5  # degrees, what the finest level can hold

LAKE = [[12.068, 57.764], [11.954, 57.768], [12.066, 57.733], [12.068, 57.764]]
ISLANDS = ([[12.056, 57.751], [12.048, 57.749], [12.054, 57.749], [12.056, 57.751]],
           [[12.057, 57.761], [12.048, 57.759], [12.055, 57.758], [12.057, 57.761]])


def square(x, y, size=0.004):
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


# Rings of a polygon, and what they enclose if that is not the polygon of these rings.
POLYGONS = {
    "two islands": [LAKE, *ISLANDS],
    "two islands, the other first": [LAKE, *reversed(ISLANDS)],
    "an island": [square(11.9, 57.7), square(11.901, 57.701, 0.002)],
    "many islands": [square(11.95, 57.65, 0.02), *(square(11.951 + 0.003 * i, 57.651 + 0.003 * k, 0.002) for i in range(6) for k in range(6))],
    "an island that touches the shore": [square(11.9, 57.7), [[11.9, 57.702], [11.902, 57.701], [11.902, 57.703], [11.9, 57.702]]],
    "islands that touch each other": [square(11.9, 57.7), square(11.901, 57.701, 0.001), square(11.902, 57.702, 0.001)],
}
FLAWED = {
    "a bow tie": [[11.9, 57.7], [11.904, 57.704], [11.904, 57.7], [11.9, 57.704], [11.9, 57.7]],
    "a spike": [[11.9, 57.7], [11.904, 57.7], [11.909, 57.7], [11.904, 57.7], [11.904, 57.704], [11.9, 57.7]],
    "a corner on a side": [[11.9, 57.7], [11.904, 57.7], [11.904, 57.704], [11.902, 57.7], [11.9, 57.704], [11.9, 57.7]],
    "a star": [[11.902, 57.71], [11.905, 57.7], [11.897, 57.706], [11.907, 57.706], [11.899, 57.7], [11.902, 57.71]],
    "twice round": [*square(11.9, 57.7)[:-1], *square(11.9, 57.7)],
    "nothing": [[11.9, 57.7], [11.904, 57.704], [11.908, 57.708], [11.9, 57.7]],
}


def collection(path, rings):
    data = {"type": "Feature", "properties": {"natural": "water"}, "geometry": {"type": "Polygon", "coordinates": rings}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [data]}))
    return path


def features(disc, *options):
    return [shape(item["geometry"]) for item in modes.lines(disc, "--features", *options, code=0) if item["geometry"]]


def check_valid(name, disc):
    for options in ((), ("--merge",)):
        found = features(disc, *options)
        bad = [(explain_validity(geometry), geometry.wkt[:200]) for geometry in found if not geometry.is_valid]
        tap.none(bad, f"{name}: {len(found)} geometries are valid {' '.join(options)}")


def check_area(name, disc, wanted):
    """The finest level has what was built."""
    for options in ((), ("--merge",)):
        found = unary_union(features(disc, "--level", 0, *options))
        wrong = found.symmetric_difference(wanted).area
        tap.check(wrong < UNIT / 2 * wanted.length, f"{name}: it is the area of the input {' '.join(options)}", (wrong, wanted.length))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number, (what, rings) in enumerate(POLYGONS.items()):
            disc = modes.build(collection(folder / "polygon.geojson", rings), folder / f"polygon{number}")
            check_valid(what, disc)
            check_area(what, disc, Polygon(rings[0], rings[1:]))
        for number, (what, ring) in enumerate(FLAWED.items()):
            check_valid(what, modes.build(collection(folder / "flawed.geojson", [ring]), folder / f"flawed{number}"))
        for disc_name, disc in modes.discs(folder):
            check_valid(disc_name, disc)
        check_valid("Göteborg", modes.build(modes.GOTEBORG, folder / "goteborg", "--no-route-planning"))
        for source in ("kattegat.geojson.gz", "antimeridian.geojson"):
            check_valid(source, modes.build(modes.ROOT / "testdata" / source, folder / source[:8], "--no-route-planning"))
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
