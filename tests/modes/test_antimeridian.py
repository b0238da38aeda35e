#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Discs moved to 180 degrees, around the earth and to the poles: their features are those of the disc where it was, moved
and cut by shapely; all are valid, and --bbox chooses as shapely does."""
import json
import pathlib
import random
import shutil
import tempfile

import modes
from shapely import affinity
from shapely.geometry import LineString, Point
from shapely.geometry import box as box_of
from shapely.geometry import shape
from shapely.ops import unary_union
from shapely.validation import explain_validity

tap = modes.Tap()

TINY = 3e-7  # degrees: two roundings


def parts(geometry):
    return list(geometry.geoms) if hasattr(geometry, "geoms") else [geometry]


def rings(polygon):
    yield polygon["coordinates"] if polygon["type"] == "Polygon" else []
    if polygon["type"] == "MultiPolygon":
        yield from polygon["coordinates"]


def signed_area(ring):
    return sum((a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1]) for a, b in zip(ring, ring[1:]))


def wrong(geometry):
    """What OGC or RFC 7946 has against a geometry."""
    if not shape(geometry).is_valid:
        return explain_validity(shape(geometry))
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in modes.flat(geometry["coordinates"])):
        return "beyond the earth"
    for polygon in rings(geometry):
        for i, ring in enumerate(polygon):
            if len(ring) < 4 or ring[0] != ring[-1] or (signed_area(ring) > 0) != (i == 0):
                return "a ring that is open, or turns the wrong way"
    return None


def check_valid(name, features, what=""):
    bad = [(f["id"], wrong(f["geometry"]), str(f["geometry"])[:150]) for f in features if f["geometry"] and wrong(f["geometry"])]
    tap.none(bad, f"{name}: {len(features)} features {what} are valid, and turn as GeoJSON wants it")


def cut(geometry, shift):
    """A geometry moved to the east, and what lies beyond 180 degrees brought back by a turn."""
    moved = affinity.translate(geometry, shift)
    if moved.bounds[2] <= 180:
        return moved
    if moved.bounds[0] >= 180:
        return affinity.translate(moved, -360)
    west, east = (moved.intersection(box_of(low, -100, low + 360, 100)) for low in (-180, 180))
    return unary_union([west, affinity.translate(east, -360)])


def same(ours, theirs):
    if theirs.area:
        return ours.symmetric_difference(theirs).area < TINY * (1 + theirs.length)
    return ours.hausdorff_distance(theirs) < TINY and abs(ours.length - theirs.length) < TINY * (10 + len(modes.flat(ours.__geo_interface__["coordinates"])))


def check_moved(name, before, after, shift):
    bad = []
    crossing = 0
    for old, new in zip(before, after):
        wanted, got = cut(shape(old["geometry"]), shift), shape(new["geometry"])
        crossing += wanted.bounds[2] - wanted.bounds[0] > 180
        if old["id"] != new["id"] or not same(got, wanted):
            bad.append((old["id"], got.wkt[:200], wanted.wkt[:200]))
    tap.check(len(before) == len(after) and not bad, f"{name}: {len(after)} features moved, {crossing} of them cut", bad[:2])
    return crossing


def region(west, south, east, north):
    """A box as shapely has it: one without an area is no polygon."""
    if west < east and south < north:
        return box_of(west, south, east, north)
    return Point(west, south) if (west, south) == (east, north) else LineString([(west, south), (east, north)])


def in_box(feature, box):
    """Whether its geometry has a point in common with a box, or with a part of one that goes across 180 degrees."""
    boxes = [box] if box[0] <= box[2] else [(box[0], box[1], 180, box[3]), (-180, box[1], box[2], box[3])]
    return any(shape(feature["geometry"]).intersects(region(*part)) for part in boxes)


def random_boxes(features, coverage, count):
    south, north, west, east = coverage
    yield -180, -90, 180, 90
    yield west, south, east, north
    yield 179.5, -90, -179.5, 90
    yield -180, south, -180, north
    yield 180, south, 180, north
    yield -180, 90, 180, 90
    yield -180, -90, 180, -90
    for _ in range(count):
        point = random.choice(modes.flat(random.choice(features)["geometry"]["coordinates"]))
        w, e = (round((point[0] + random.uniform(-2, 2) ** 3 + 180) % 360 - 180, 7) for _ in range(2))
        s, n = sorted(max(-90, min(90, round(point[1] + random.uniform(-1, 1) ** 3, 7))) for _ in range(2))
        yield w, s, e, n
        yield *point, *point
        yield w, min(point[1], s), point[0], max(point[1], s)


def check_boxes(name, disc, features, coverage, count):
    bad, hits = [], 0
    for box in random_boxes(features, coverage, count):
        got = [f["id"] for f in modes.lines(disc, "--features", "--quiet", f"--bbox={','.join(map(repr, box))}", nothing=True)]
        wanted = [f["id"] for f in features if in_box(f, box)]
        hits += len(wanted)
        if got != wanted:
            bad.append((box, len(got), len(wanted), [i for i in wanted if i not in got][:2], [i for i in got if i not in wanted][:2]))
    tap.check(not bad and hits, f"{name}: --bbox chooses as shapely does, {hits} features", bad[:2])


def length(geometry):
    return sum(part.length for part in parts(geometry)) if not geometry.area else 0


def check_merged(name, disc, features):
    merged = modes.lines(disc, "--features", "--merge")
    check_valid(name, merged, "of --merge")
    tap.equal(sum(f["properties"].get("pieces", 1) for f in merged), len(features), f"{name}: --merge has every piece")
    for what in sorted({(f["properties"]["level"], f["properties"]["kind"], f["properties"]["type"]) for f in features}):
        ours, theirs = ([shape(f["geometry"]) for f in found if (f["properties"]["level"], f["properties"]["kind"], f["properties"]["type"]) == what]
                        for found in (merged, features))
        if abs(sum(map(length, ours)) - sum(map(length, theirs))) > TINY * (10 + sum(map(length, theirs))):
            tap.check(False, f"{name}: --merge, lengths of {what}", (sum(map(length, ours)), sum(map(length, theirs))))
        areas = [unary_union([g for g in found if g.area]) for found in (ours, theirs)]
        if areas[0].symmetric_difference(areas[1]).area > 1e-3 * areas[1].area:
            tap.check(False, f"{name}: --merge, areas of {what}", [a.area for a in areas])
    return merged


def seam(features):
    """How many features lie on both sides of 180 degrees."""
    return sum((shape(f["geometry"]).bounds[0], shape(f["geometry"]).bounds[2]) == (-180, 180) for f in features)


def check_disc(name, disc, folder, count):
    """At 180 degrees, all around the earth and at the poles."""
    home = {}
    for width in (20, 360):
        plain = modes.move(disc, folder / "plain", 10, 24, -180 if width == 360 else 10, 180 if width == 360 else 30)
        home[width] = modes.lines(plain, "--features")
        drawn = [f for f in home[width] if f["geometry"]]
        check_valid(f"{name}, {width} degrees", drawn)
        check_boxes(f"{name}, {width} degrees", plain, drawn, (10, 24, *((-180, 180) if width == 360 else (10, 30))), count)
        check_merged(f"{name}, {width} degrees", plain, home[width])
        shutil.rmtree(plain)
    crossed = 0
    for west, east in ((170, -170), (166.37, -173.63), (171.3, -168.7), (178.77, -161.23), (170, 170), (-0.5, -0.5), (33.33, 33.33)):
        width = 360 if west == east else 20
        where = f"{name} from {west} to {east}"
        moved = modes.move(disc, folder / "moved", 10, 24, west, east)
        features = modes.lines(moved, "--features")
        drawn = [f for f in features if f["geometry"]]
        check_valid(where, drawn)
        shift = west - (-180 if width == 360 else 10)
        crossed += check_moved(where, [f for f in home[width] if f["geometry"]], drawn, shift)
        check_boxes(where, moved, drawn, (10, 24, west, east), count)
        merged = check_merged(where, moved, features)
        if west == -east and name != "backgrounds":  # which has a gap there
            tap.check(seam(features) == 0 < seam(merged), f"{where}: --merge goes on across 180 degrees", (seam(features), seam(merged)))
        shutil.rmtree(moved)
    tap.check(crossed > 3, f"{name}: features cross 180 degrees", crossed)
    for south, north, west, east in ((80, 90, -30, 60), (-90, -77, 100, 140), (-90, 90, -180, 180), (-90, 90, 12.5, 12.5)):
        where = f"{name} from {south} to {north}, {west} to {east}"
        moved = modes.move(disc, folder / "pole", south, north, west, east)
        features = modes.lines(moved, "--features")
        check_valid(where, features)
        check_boxes(where, moved, [f for f in features if f["geometry"]], (south, north, west, east), count)
        check_merged(where, moved, features)
        modes.run(moved, "--svg", "--level", json.loads(modes.run(moved))["levels"][0]["level"])
        shutil.rmtree(moved)


def check_turned(name, disc, folder):
    """A coverage whose edges are turns away from where they belong."""
    joined = set()
    for west, east in ((200, -250), (190, 200), (-250, -240)):
        moved = modes.move(disc, folder / "turned", 10, 24, west, east)
        features = modes.lines(moved, "--features")
        check_valid(f"{name} from {west} to {east}", features)
        joined.add(len(check_merged(f"{name} from {west} to {east}", moved, features)))
        shutil.rmtree(moved)
    tap.equal(len(joined), 1, f"{name}: --merge joins as much wherever edges are said to be")


def check_beyond(name, disc, folder):
    """A coverage that goes beyond a pole: what lies there is drawn at the pole, and a finding."""
    moved = modes.move(disc, folder / "beyond", -120, 20, 0, 10)
    for options in ((), ("--merge",)):
        features = modes.lines(moved, "--features", *options, code=1)
        check_valid(f"{name} beyond a pole", features, " ".join(options))
    report = json.loads(modes.run(moved, "--at", "-80,5", code=1))
    tap.equal(len(report["levels"]), 3, f"{name}: --at beside it")


def main():
    random.seed(12)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for disc_name, source, options in (("town", "town", ()), ("backgrounds", "backgrounds", ()),
                                           ("pen up", "variants", ("--layout", modes.ROOT / "testdata/layouts/pen_up.json"))):
            disc = modes.build(modes.SMALL / f"{source}.geojson", folder / source, *options)
            check_disc(disc_name, disc, folder, 2)
        check_turned("town", folder / "town", folder)
        check_beyond("town", folder / "town", folder)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
