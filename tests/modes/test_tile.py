#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--tile: GDAL reads out of a vector tile what --features prints of its box, in its place within a unit, and with the same properties."""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import modes

tap = modes.Tap()
EXTENT = 8192
KINDS = {"area": "background", "line": "background", "road": "road", "name": "name"}


def tile_at(zoom, longitude, latitude):
    """Zoom, x and y of the tile at a place."""
    count = 1 << zoom
    y = 0.5 - math.asinh(math.tan(math.radians(latitude))) / (2 * math.pi)
    return zoom, int((longitude / 360 + 0.5) * count), int(y * count)


def box_of(zoom, x, y):
    def latitude(row):
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / (1 << zoom)))))

    return x / (1 << zoom) * 360 - 180, latitude(y + 1), (x + 1) / (1 << zoom) * 360 - 180, latitude(y)


def make(disc, tile, path, *options, code=0):
    name = "/".join(map(str, tile))
    result = subprocess.run([modes.KIWIDUMP, str(disc), "--tile", name, "-o", str(path), *options], capture_output=True, check=False)
    tap.equal((result.returncode, result.stderr.decode()), (code, "kiwidump: nothing found\n" if code == 1 else ""), f"{disc.name}, tile {name}")
    return path.read_bytes()


def gdal(path, tile):
    """The layers of a tile, in degrees."""
    where = [option for key, value in zip("ZXY", tile) for option in ("-oo", f"{key}={value}")]
    layers = {}
    for layer in KINDS:
        command = ["ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "-lco", "COORDINATE_PRECISION=9", "/vsistdout/", str(path), layer, "-oo", "CLIP=NO", *where]
        done = subprocess.run(command, capture_output=True, check=False)
        layers[layer] = json.loads(done.stdout)["features"] if done.returncode == 0 and done.stdout else []
    return layers


def drawn(feature):
    """The layer of a feature; None if it is drawn as nothing."""
    geometry = (feature["geometry"] or {}).get("type", "")
    if feature["properties"]["kind"] == "name":
        return "name"
    if "Polygon" in geometry:
        return "area"
    if "Line" not in geometry:
        return None
    return "road" if feature["properties"]["kind"] == "road" else "line"


def is_near(points, others, unit):
    """Whether each point has one of the others within a unit: neighbours that fall together are there once."""
    return all(any(abs(x - a) <= unit and abs(y - b) <= unit for a, b in others) for x, y in points)


def compare(disc, tile, folder, level, *options):
    """Counts of what is compared, by layer."""
    path = folder / f"{disc.name}.mvt"
    make(disc, tile, path, "--level", str(level), *options)
    west, south, east, north = box_of(*tile)
    margin = 0.00999 * (east - west)  # those of the tile are a hundredth of it
    box = f"{west - margin:.9f},{south - margin / 2:.9f},{east + margin:.9f},{north + margin / 2:.9f}"
    wanted = [f for f in modes.lines(disc, "--features", "--level", level, "--bbox", box, *options) if drawn(f)]
    layers = gdal(path, tile)
    unit = (east - west) / EXTENT
    found = {(f["properties"]["file"], int(f["properties"]["mvt_id"]), layer): f for layer, features in layers.items() for f in features}
    lost, moved, others = [], [], []
    for feature in wanted:
        properties = feature["properties"]
        layer = drawn(feature)
        there = found.get((properties["file"], properties["offset"], layer))
        coordinates = modes.flat(feature["geometry"]["coordinates"])
        if not there:
            if layer == "name" or max(abs(x - coordinates[0][0]) + abs(y - coordinates[0][1]) for x, y in coordinates) > 2 * unit:
                lost.append(feature["id"])
            continue
        places = modes.flat(there["geometry"]["coordinates"])
        if not (is_near(coordinates, places, unit) and is_near(places, coordinates, unit)):
            moved.append((feature["id"], coordinates[:2], places[:2]))
        same = all(there["properties"].get(key) == properties.get(key) for key in ("type", "text", "angle", "priority", "display_scale_flags"))
        height = "tunnel" if properties.get("tunnel") or properties.get("planned") else "bridge" if properties.get("bridge") else None
        if not same or there["properties"].get("height") != height:
            others.append((properties, there["properties"]))
    tap.none(lost, f"{disc.name}: all that is drawn is in the tile")
    tap.none(moved, f"{disc.name}: within a unit of its place")
    tap.none(others, f"{disc.name}: with its properties")
    ids = {(f["properties"]["file"], f["properties"]["offset"]) for f in wanted}
    more = f"{west - 2 * margin:.9f},{south - margin:.9f},{east + 2 * margin:.9f},{north + margin:.9f}"
    around = {(f["properties"]["file"], f["properties"]["offset"]) for f in modes.lines(disc, "--features", "--level", level, "--bbox", more, *options)}
    tap.none([key for key in found if key[:2] not in around], f"{disc.name}: nothing else is in it")
    return {layer: len(features) for layer, features in layers.items()} | {"all": len(ids)}


def check_town(disc, folder):
    tile = tile_at(14, 11.967, 57.705)
    counts = compare(disc, tile, folder, 0)
    tap.check(counts["road"] > 1000 and counts["name"] > 50, "a tile of the town has its roads and names", counts)
    whole = make(disc, tile, folder / "whole.mvt")
    tap.equal(whole, make(disc, tile, folder / "level.mvt", "--level", "0"), "the level is the one that is made for the scale")
    coarse = tile_at(10, 11.967, 57.705)
    tap.equal(make(disc, coarse, folder / "coarse.mvt"), make(disc, coarse, folder / "level.mvt", "--level", "4"), "and a coarser one far away")
    roads = make(disc, tile, folder / "roads.mvt", "--kind", "road")
    tap.check(0 < len(roads) < len(whole), "--kind leaves the others out")
    tap.equal(gdal(folder / "roads.mvt", tile)["name"], [], "which have no layer then")
    tap.equal(make(disc, tile_at(14, -120, 40), folder / "far.mvt", code=1), b"", "where nothing is, the tile is empty")


def check_areas(disc, folder):
    area = next(f for f in modes.lines(disc, "--features", "--kind", "background", "--level", "0") if drawn(f) == "area")
    counts = compare(disc, tile_at(12, *modes.flat(area["geometry"]["coordinates"])[0]), folder, 0)
    tap.check(counts["area"] > 0 and counts["line"] > 0, "areas and lines are in their layers", counts)


def check_antimeridian(disc, folder):
    """Everything in the tile beside 180 degrees lies in it or near it: nothing goes the long way round."""
    moved = modes.move(disc, folder / "moved", 57, 58, 179.5, -179.5)
    west, south, east, north = json.loads(modes.run(moved))["levels"][0]["bbox"]
    names = [f for f in modes.lines(moved, "--features", "--kind", "road") if f["geometry"]["type"] == "LineString"]
    longitude, latitude = names[0]["geometry"]["coordinates"][0]
    tile = tile_at(8, longitude, latitude)
    make(moved, tile, folder / "edge.mvt", "--level", "0")
    found = [x for f in gdal(folder / "edge.mvt", tile)["road"] for x, y in modes.flat(f["geometry"]["coordinates"])]
    box = box_of(*tile)
    tap.check(found and all((x - box[0] + 1) % 360 < box[2] - box[0] + 2 for x in found), "beside 180 degrees", (west, south, east, north, box, found[:3]))


def check_refused(disc):
    for text in ("", "1/2", "1/2/3/4", "1/2/0", "17/0/0", "-1/0/0", "3/8/0", "3/0/8", "3/0/x", "3//0", " 3/0/0", "99999999999999999999/0/0", "3/18446744073709551616/0"):
        result = subprocess.run([modes.KIWIDUMP, str(disc), "--tile", text], capture_output=True, check=False)
        tap.check(result.returncode == 2 and b"ZOOM/X/Y" in result.stderr and not result.stdout, f"refused: --tile '{text}'", result)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_town(pathlib.Path(sys.argv[4]), folder)
        check_areas(modes.build(modes.SMALL / "backgrounds.geojson", folder / "backgrounds"), folder)
        small = modes.build(modes.SMALL / "town.geojson", folder / "town")
        check_antimeridian(small, folder)
        check_refused(small)
        tap.equal(make(small, (0, 0, 0), folder / "points.mvt", "--kind", "address", code=1), b"", "nothing of that kind is drawn")
    return tap.end()


raise SystemExit(main())
