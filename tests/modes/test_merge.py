#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--features --merge: what is cut at the edges of parcels is put together again."""
import collections
import json
import math
import pathlib
import random
import subprocess
import tempfile

import modes
from modes import check_goteborg
from shapely.geometry import shape
from shapely.ops import unary_union

tap = modes.Tap()


def blob(x, y, radius, count):
    points = []
    for i in range(count):
        angle = 2 * math.pi * i / count
        r = radius * (1 + 0.35 * math.sin(3 * angle + 50 * x) + 0.08 * random.random())
        points.append([round(x + 2 * r * math.cos(angle), 6), round(y + r * math.sin(angle), 6)])
    return [*points, points[0]]


def feature(kind, coordinates, **tags):
    return {"type": "Feature", "properties": tags, "geometry": {"type": kind, "coordinates": coordinates}}


def landscape(path):
    """A lake, three woods, a railway and a river, all across many parcels."""
    steps = range(100)
    found = [
        feature("Polygon", [blob(11.97, 57.7, 0.06, 300)], natural="water"),
        *(feature("Polygon", [blob(11.6 + 0.25 * i, 57.52, 0.03, 90)], leisure="park") for i in range(3)),
        feature("LineString", [[11.6 + 0.007 * i, 57.55 + 0.0035 * i + 0.01 * math.sin(i / 5)] for i in steps], railway="rail"),
        feature("LineString", [[11.6 + 0.007 * i, 57.85 - 0.0035 * i + 0.02 * math.sin(i / 7)] for i in steps],
                waterway="river"),
        feature("LineString", [[11.6, 57.6], [12.2, 57.8]], highway="primary", name="Vägen"),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
    return path


def ring_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


def area(geometry):
    if geometry["type"] == "Polygon":
        return sum(map(ring_area, geometry["coordinates"]))
    if geometry["type"] == "MultiPolygon":
        return sum(ring_area(ring) for polygon in geometry["coordinates"] for ring in polygon)
    return 0


def length(geometry):
    if geometry["type"] != "LineString":
        return 0
    return sum(math.dist(a, b) for a, b in zip(geometry["coordinates"], geometry["coordinates"][1:]))


def sums(features):
    """Number, area and length by level and what it is."""
    result = collections.defaultdict(lambda: [0, 0.0, 0.0])
    for item in features:
        properties, geometry = item["properties"], item["geometry"]
        total = result[properties["level"], properties["kind"], properties["type_name"]]
        total[0] += 1
        total[1] += area(geometry) if geometry else 0
        total[2] += length(geometry) if geometry else 0
    return result


def covered(features):
    """What the areas cover, each place once, by level and what it is: pieces of one thing may overlap."""
    shapes = collections.defaultdict(list)
    for item in features:
        properties, geometry = item["properties"], item["geometry"]
        if geometry and geometry["type"].endswith("Polygon"):
            shapes[properties["level"], properties["kind"], properties["type_name"]].append(shape(geometry))
    return {key: unary_union(found).area for key, found in shapes.items()}


def compare(name, disc):
    """Lengths and areas stay, names stay as they are; returns the sums before and after."""
    pieces, merged = modes.lines(disc, "--features"), modes.lines(disc, "--features", "--merge")
    before, after = sums(pieces), sums(merged)
    tap.equal(sorted(after), sorted(before), f"{name}: the same kinds of things")
    whole, parts = covered(merged), covered(pieces)
    bad = [k for k in parts if abs(whole.get(k, 0) - parts[k]) > 1e-3 * parts[k]]
    tap.none(bad, f"{name}: areas are the same within 0.1 %")
    bad = [k for k in before if abs(after[k][2] - before[k][2]) > 1e-9 * (1 + before[k][2])]
    tap.none(bad, f"{name}: lengths are the same")
    names = [[item for item in found if item["properties"]["kind"] == "name"] for found in (pieces, merged)]
    tap.equal(*(sorted(json.dumps(n) for n in found) for found in names), f"{name}: names are left alone")
    count = sum(item["properties"].get("pieces", 1) for item in merged)
    tap.equal(count, len(pieces), f"{name}: every piece is in one feature")
    rings = [ring for item in merged if item["geometry"] and item["geometry"]["type"] == "Polygon"
             for ring in item["geometry"]["coordinates"]]
    tap.check(all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings), f"{name}: rings are closed")
    return before, after, merged


def check_goteborg_disc(folder):
    disc = modes.build(modes.GOTEBORG, folder / "goteborg")
    ways, _ = check_goteborg.read_input(str(modes.GOTEBORG))
    before, after, merged = compare("Göteborg", disc)
    roads = sum(v[0] for k, v in after.items() if k[:2] == (0, "road"))
    cut = sum(v[0] for k, v in before.items() if k[:2] == (0, "road"))
    tap.check(abs(roads / len(ways) - 1) < 0.01, "Göteborg: as many roads as ways in the input within 1 %",
              f"{len(ways)} ways, {cut} links, {roads} roads")
    print(f"# {len(ways)} ways, {cut} links and pieces of links, {roads} merged roads")
    # Each way comes back: the ends of the roads are the ends of the ways.
    ends = collections.Counter(frozenset((tuple(map(round, line[0])), tuple(map(round, line[-1])))) for _, line in ways)
    found = collections.Counter()
    for item in merged:
        if item["properties"]["kind"] == "road" and item["properties"]["level"] == 0:
            line = check_goteborg.to_units(check_goteborg.road_line(item["geometry"]))
            found[frozenset((tuple(map(round, line[0])), tuple(map(round, line[-1]))))] += 1
    missing = sum((ends - found).values())
    tap.check(missing < len(ways) / 20, "Göteborg: the roads end where the ways end", f"{missing} of {len(ways)} do not")
    again = modes.run(disc, "--features", "--merge", "--level", "0")
    tap.equal(modes.run(disc, "--features", "--merge", "--level", "0"), again, "Göteborg: two runs are the same")
    limited = modes.lines(disc, "--features", "--merge", "--limit", 7)
    tap.equal(len(limited), 7, "--limit")
    collection = json.loads(modes.run(disc, "--features", "--merge", "--level", "4", "--format", "geojson"))
    tap.equal(collection["features"], [f for f in merged if f["properties"]["level"] == 4], "--format geojson")


def check_landscape(folder):
    disc = modes.build(landscape(folder / "land.geojson"), folder / "land")
    before, after, merged = compare("landscape", disc)
    for kind, count in (("lake", 1), ("green_belt", 3), ("railway", 1), ("river", 1)):
        key = (0, "background", kind)
        tap.check(before[key][0] > 5 and after[key][0] == count, f"landscape: {count} {kind}", f"{before[key]} {after[key]}")
    lake = next(f for f in merged if f["properties"]["type_name"] == "lake" and f["properties"]["level"] == 0)
    tap.check(lake["geometry"]["type"] == "Polygon" and len(lake["geometry"]["coordinates"]) == 1, "landscape: a lake in one ring")
    tap.equal(after[0, "road", "highway"][0], 1, "landscape: a road in one piece")


# What a road is: the words of its records, by the standard. A chain of one link never says that ids follow each other.

MULTILINK_ATTRIBUTE, LINK_ATTRIBUTE = 14, 0
IDS_FOLLOW, COUNTS = 1 << 6, 0x03FF


def check_boxes(name, disc):
    """A box that some parcels reach that begin far below it, and their neighbours do not."""
    coordinates = [p for f in modes.lines(disc, "--features") if f["geometry"] for p in modes.flat(f["geometry"]["coordinates"])]
    west, east = min(p[0] for p in coordinates), max(p[0] for p in coordinates)
    south, north = min(p[1] for p in coordinates), max(p[1] for p in coordinates)
    bad = []
    for i in range(12):
        box = f"--bbox={west},{south + (north - south) * i / 12},{east},{north}"
        whole = modes.lines(disc, "--features", box, nothing=True)
        merged = modes.lines(disc, "--features", "--merge", box, nothing=True)
        if sum(f["properties"].get("pieces", 1) for f in merged) != len(whole):
            bad.append((box, len(whole)))
    tap.check(not bad, f"{name}: a box has the same pieces when they are merged", bad)


def flip(path, offset, bit):
    data = bytearray(path.read_bytes())
    word = int.from_bytes(data[offset:offset + 2], "big") ^ bit
    data[offset:offset + 2] = word.to_bytes(2, "big")
    path.write_bytes(data)


def pieces(disc):
    """How many links each road consists of, and the sum."""
    return sorted(f["properties"]["pieces"] for f in modes.lines(disc, "--features", "--merge", "--level", "0", "--kind", "road"))


def check_attributes(folder):
    """Every bit that says what a road is keeps its pieces apart: flipped on one of two that touch at an edge."""
    source = folder / "road.geojson"
    road = feature("LineString", [[11.99, 57.66], [12.02, 57.67]], highway="primary")
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}))
    disc = modes.build(source, folder / "road")
    file = disc / "ALLDATA.KWI"
    whole = pieces(disc)
    links = modes.lines(disc, "--features", "--level", "0", "--kind", "road")
    tap.equal((len(whole), len(links)), (1, whole[0]), "attributes: one road of all links")
    link = links[-1]["properties"]
    for name, offset, bits in (("multilink", link["multilink"] + MULTILINK_ATTRIBUTE, 0xFFFF & ~IDS_FOLLOW),
                               ("link", link["offset"] + LINK_ATTRIBUTE, 0xFFFF & ~COUNTS)):
        for number in (n for n in range(16) if bits >> n & 1):
            flip(file, offset, 1 << number)
            result = subprocess.run([modes.KIWIDUMP, "--features", "--merge", "--level", "0", "--kind", "road", "--quiet", disc],
                                    capture_output=True, check=False)
            parts = [json.loads(line)["properties"] for line in result.stdout.splitlines()]
            tap.check(parts and all(part["pieces"] < whole[0] for part in parts), f"attributes: bit {number} of the {name} keeps it apart", parts)
            flip(file, offset, 1 << number)
    flip(file, link["multilink"] + MULTILINK_ATTRIBUTE, IDS_FOLLOW)
    tap.equal(pieces(disc), whole, "attributes: how ids are written keeps nothing apart")


def main():
    random.seed(3)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        check_goteborg_disc(folder)
        check_landscape(folder)
        for name, disc in modes.discs(folder):
            compare(name, disc)
            if name in ("european", "integration_4"):
                check_boxes(name, disc)
        check_attributes(folder)
        bare = modes.build(modes.SMALL / "variants.geojson", folder / "bare", "--layout",
                           modes.ROOT / "testdata/layouts/multilink_bare.json")
        before, after, _ = compare("without link ids", bare)
        tap.check(sum(v[0] for v in after.values()) < sum(v[0] for v in before.values()), "without link ids: some are joined")
        antimeridian = modes.build(modes.ROOT / "testdata/antimeridian.geojson", folder / "antimeridian")
        _, _, merged = compare("antimeridian", antimeridian)
        wide = [f["id"] for f in merged if f["geometry"] and f["geometry"]["type"] == "LineString"
                and max(p[0] for p in f["geometry"]["coordinates"]) - min(p[0] for p in f["geometry"]["coordinates"]) > 180]
        cut = [f["id"] for f in modes.lines(antimeridian, "--features") if f["geometry"] and f["geometry"]["type"] == "LineString"
               and max(p[0] for p in f["geometry"]["coordinates"]) - min(p[0] for p in f["geometry"]["coordinates"]) > 180]
        tap.check(len(wide) <= len(cut), "antimeridian: nothing is joined across 180 degrees", wide)
        result = subprocess.run([modes.KIWIDUMP, "--records", "--merge", str(bare)], capture_output=True, check=False)
        tap.equal(result.returncode, 2, "--merge without --features is refused")
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
