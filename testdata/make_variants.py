#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes small/variants.geojson and small/japan.geojson: invented places that every variant is tried on.

usage: make_variants.py FOLDER

Counted in units of level 0 (4,096 to a parcel) from a corner of a parcel of the coarsest level.
"""
import json
import pathlib
import sys

WEST, SOUTH = 12.0, 57 + 2 / 3
UNIT_X, UNIT_Y = 112.5 / 3600 / 4096, 75 / 3600 / 4096
CLASSES = ("motorway", "primary", "secondary", "tertiary", "residential", "service", "footway")


def place(x, y):
    return [round(WEST + x * UNIT_X, 7), round(SOUTH + y * UNIT_Y, 7)]


def feature(name, kind, points, /, **tags):
    positions = [place(*p) for p in points]
    coordinates = {"Point": positions[0], "LineString": positions, "Polygon": [positions + positions[:1]]}[kind]
    return {"type": "Feature", "id": name, "properties": tags,
            "geometry": {"type": kind, "coordinates": coordinates}}


def rectangle(x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def streets():
    """A crooked grid over 9 x 7 parcels; streets meet where they cross, and cross parcels everywhere."""
    step, bend = 1900, 170
    for i in range(19):
        line = [(i * step, j * step + bend * ((i + j) % 3)) for j in range(15)]
        tags = {"highway": CLASSES[i % 7], "name": f"Långa gatan {i}"}
        if i % 5 == 0:
            tags |= {"oneway": "yes", "ref": f"E {i}"}
        yield feature(f"north-{i}", "LineString", line, **tags)
    for j in range(15):
        line = [(i * step, j * step + bend * ((i + j) % 3)) for i in range(19)]
        tags = {"highway": CLASSES[(j + 3) % 7], "name": f"Tvärgränd {j}"}
        tags |= {"bridge": "yes"} if j == 4 else {"tunnel": "yes"} if j == 6 else {"toll": "yes"} if j == 8 else {}
        yield feature(f"east-{j}", "LineString", line, **tags)
    yield feature("closed", "LineString", [(500, 500), (900, 300), (1200, 900), (500, 500)], highway="path")
    yield feature("planned", "LineString", [(0, 0), (30000, 26000)], highway="proposed", proposed="motorway",
                  oneway="-1", name="Kommande leden")


def thicket():
    """So many paths in one parcel that it stays alone when its neighbours are integrated."""
    for i in range(300):
        x, y = 12288 + 200 * (i % 20) + 40, 8192 + 250 * (i // 20) + 60
        yield feature(f"path-{i}", "LineString", [(x, y), (x + 120, y + 30), (x + 90, y + 140)], highway="path")


def squares():
    """Areas whose sides need each of the multipliers, in a corner that one integrated parcel can hold."""
    for exponent in range(8):
        side = 100 << exponent
        yield feature(f"square-{exponent}", "Polygon", rectangle(128 * exponent, 128 * exponent, side, side),
                      landuse="forest")


def others():
    yield feature("sea", "Polygon", rectangle(-3000, -3000, 40000, 2500), natural="bay")
    lake = [(20000, 3000), (26000, 1000), (31000, 6000), (29000, 13000), (25000, 8000), (20500, 12500)]
    yield feature("lake", "Polygon", lake, natural="water")
    yield feature("river", "LineString", [(0, 14000), (9000, 15500), (21000, 13000), (36000, 20000)],
                  waterway="river")
    for i in range(12):  # close together, so that one record can hold several
        x, y = 14000 + 100 * (i % 4), 1000 + 90 * (i // 4)
        yield feature(f"garden-{i}", "Polygon", rectangle(x, y, 40, 30), leisure="garden")
        yield feature(f"track-{i}", "LineString", [(x, y + 500), (x + 60, y + 520), (x + 80, y + 500)],
                      railway="rail")
    yield feature("tree", "Point", [(10000, 10000)], natural="tree")
    yield feature("border", "LineString", [(5000, 0), (5000, 28000)], boundary="administrative")
    for i, (kind, x, y) in enumerate((("city", 2000, 3000), ("town", 16384, 12288), ("village", 30000, 20000),
                                      ("hamlet", 8192, 4096), ("suburb", 33000, 26000))):
        yield feature(f"place-{i}", "Point", [(x, y)], place=kind, name=f"Ärlig {kind} nr {i}")


def japan():
    base = {"type": "Feature"}
    lines = (("御堂筋", "国道25号", "trunk", [[135.5005, 34.6501], [135.5007, 34.6702], [135.5012, 34.7051]]),
             ("中央大通", "築港深江線", "primary", [[135.4301, 34.6652], [135.5007, 34.6702], [135.5501, 34.6799]]),
             ("ｶﾀｶﾅ 表示", "ソー", "residential", [[135.5012, 34.7051], [135.5101, 34.7077]]))
    for name, reference, kind, line in lines:
        yield base | {"properties": {"highway": kind, "name": name, "ref": reference},
                      "geometry": {"type": "LineString", "coordinates": line}}
    for name, kind, at in (("大阪", "city", [135.5023, 34.6937]), ("堺", "town", [135.4830, 34.5733])):
        yield base | {"properties": {"place": kind, "name": name}, "geometry": {"type": "Point", "coordinates": at}}


def write(path, features):
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    write(folder / "variants.geojson", [*streets(), *thicket(), *squares(), *others()])
    write(folder / "japan.geojson", japan())


if __name__ == "__main__":
    main()
