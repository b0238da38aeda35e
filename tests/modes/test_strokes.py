#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records with odd steps: pens that are lifted over and over, strokes of one point, lines that lead nowhere, rings that turn
the wrong way. What is a line stays one, in features, merged or not, and in pictures."""
import itertools
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import modes
from shapely.geometry import shape
from shapely.ops import unary_union
from shapely.validation import explain_validity

tap = modes.Tap()

LIFT = (0, 0)
PEN_UP, COUNT = 1 << 10, 0x07FF


def strokes_of(start, steps):
    """What a pen draws: a step (0,0) lifts it, wherever it is; the step behind is a move."""
    strokes, point, up = [[start]], start, False
    for step in steps:
        if step == LIFT:
            up = True
            continue
        point = (point[0] + step[0], point[1] + step[1])
        if up:
            strokes.append([])
        up = False
        strokes[-1].append(point)
    return strokes


def write_steps(data, record, steps, pen_up=True):
    """The steps of a record, which keeps its size: the rest are steps that stay where they are, or more lifts."""
    at, room = record["offset"], record["fields"]["number_of_offsets"]
    flags = int.from_bytes(data[at + 6:at + 8], "big") & ~7 & ~PEN_UP | (PEN_UP if pen_up else 0)
    data[at + 6:at + 8] = flags.to_bytes(2, "big")
    for i, (dx, dy) in enumerate([*steps, *[LIFT] * (room - len(steps))]):
        data[at + 12 + 2 * i:at + 14 + 2 * i] = bytes((dx & 255, dy & 255))


def unit_of(disc, level):
    found = next(item for item in json.loads(modes.run(disc))["levels"] if item["level"] == level)
    west, south, east, north = found["bbox"]
    return (east - west) / found["columns"] / 4096, (north - south) / found["rows"] / 4096


def feature_of(disc, offset, *options):
    found = [f for f in modes.lines(disc, "--features", "--kind", "background", *options) if f["properties"]["offset"] == offset]
    return found[0] if len(found) == 1 else None


def lines_of(geometry):
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    return geometry["coordinates"] if geometry["type"] == "MultiLineString" else []


def near(a, b):
    return len(a) == len(b) and all(abs(p[0] - q[0]) < 2e-7 and abs(p[1] - q[1]) < 2e-7 for p, q in zip(a, b))


def drawn(disc, *options):
    picture = ElementTree.fromstring(modes.run(disc, "--svg", "--kind", "background", *options))
    return sum(path.get("d").count("M") for path in picture.iter("{http://www.w3.org/2000/svg}path"))


def check_line(disc, record, unit, steps):
    """A line record with those steps: its strokes of two places or more are the lines, in this order."""
    path = disc / record["file"]
    data = bytearray(path.read_bytes())
    write_steps(data, record, steps)
    path.write_bytes(data)
    sound = record["start"]
    strokes = [[(sound[0] + x * unit[0], sound[1] + y * unit[1]) for x, y in stroke] for stroke in strokes_of((0, 0), steps)]
    wanted = [stroke for stroke in strokes if len(set(stroke)) > 1]
    for options in ((), ("--merge",)):
        feature = feature_of(disc, record["offset"], *options)
        if not feature:
            return f"no feature {options}"
        geometry = feature["geometry"]
        got = lines_of(geometry)
        if not shape(geometry).is_valid:
            return explain_validity(shape(geometry))
        if len(got) != len(wanted) or not all(map(near, got, wanted)):
            return f"{geometry}, not {wanted}"
        if not wanted and geometry["type"] not in ("Point", "MultiPoint"):
            return geometry["type"]
    return None


def cases():
    """Every way of lifting within five steps, and some long ones."""
    a, b, c = (9, 4), (-3, 7), (5, 5)
    for length in range(6):
        for pens in itertools.product((LIFT, a, b), repeat=length):
            if length < 5 or random.random() < 0.2:
                yield [*pens, *((c,) if random.random() < 0.5 else ())]
    for _ in range(20):
        yield [random.choice((LIFT, LIFT, a, b, c)) for _ in range(random.randrange(5, 24))]


def check_lines(folder):
    """A long line of the background, whose record is written again and again."""
    line = [[11.96 + 0.0004 * i, 57.7 + 0.0003 * (i % 3)] for i in range(26)]
    source = folder / "line.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"railway": "rail"}, "geometry": {"type": "LineString", "coordinates": line}}]}))
    disc = modes.build(source, folder / "line")
    records = modes.lines(disc, "--records", "--type", "minimum_graphics_data_record")
    record = max(records, key=lambda r: (r["path"].startswith("level[0]"), r["fields"]["number_of_offsets"]))
    record["start"] = feature_of(disc, record["offset"])["geometry"]["coordinates"][0]
    unit, bad, count = unit_of(disc, 0), [], 0
    for steps in cases():
        steps = steps[:record["fields"]["number_of_offsets"]]
        wrong = check_line(disc, record, unit, steps)
        bad += [(steps, wrong)] if wrong else []
        count += 1
    tap.none(bad, f"{count} ways to lift the pen: every stroke that is a line is one")
    data = bytearray((disc / record["file"]).read_bytes())
    write_steps(data, record, [(9, 9), LIFT, LIFT, LIFT, (9, 0), (0, 9), LIFT, (5, 5), LIFT, (7, 7), (9, 1)])
    (disc / record["file"]).write_bytes(data)
    several = drawn(disc, "--level", "0")
    write_steps(data, record, [(9, 9)])
    (disc / record["file"]).write_bytes(data)
    tap.check(several - drawn(disc, "--level", "0") == 2 * 2, "a picture has these strokes, as rails and sleepers", (several, drawn(disc, "--level", "0")))


def check_rings(folder):
    """An area is the same whichever way its ring turns, and with rings of one point."""
    square = [[11.96, 57.7], [11.97, 57.7], [11.97, 57.705], [11.96, 57.705], [11.96, 57.7]]
    source = folder / "area.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"natural": "water"}, "geometry": {"type": "Polygon", "coordinates": [square]}}]}))
    disc = modes.build(source, folder / "area")
    wanted = unary_union([shape(f["geometry"]) for f in modes.lines(disc, "--features", "--level", "0")])
    for record in modes.lines(disc, "--records", "--type", "minimum_graphics_data_record"):
        data = bytearray((disc / record["file"]).read_bytes())
        at, count = record["offset"] + 12, record["fields"]["number_of_offsets"]
        steps = [data[at + 2 * i:at + 2 * i + 2] for i in range(count)]
        total = [sum(int.from_bytes(step[i:i + 1], "big", signed=True) for step in steps) for i in (0, 1)]
        if total != [0, 0]:
            continue
        data[at:at + 2 * count] = b"".join(bytes(-b & 255 for b in step) for step in reversed(steps))
        (disc / record["file"]).write_bytes(data)
    for options in ((), ("--merge",)):
        found = modes.lines(disc, "--features", "--level", "0", *options)
        got = unary_union([shape(f["geometry"]) for f in found])
        tap.check(got.symmetric_difference(wanted).area < 1e-12, f"clockwise rings are the same area {options}", (got.area, wanted.area))
        turns = [shape(f["geometry"]).exterior.is_ccw for f in found]
        tap.check(turns and all(turns), f"and are written counter-clockwise {options}", turns)


def check_standing_links(folder):
    """Links and ways that lead nowhere are points: OGC knows no line of one place."""
    disc = shutil.copytree(folder / "town", folder / "standing")
    shapes = [r for r in modes.lines(disc, "--records", "--type", "link_shape") if ".road[" in r["path"]]
    data = bytearray((disc / "ALLDATA.KWI").read_bytes())
    for one, next_one in zip(shapes, shapes[1:]):
        if one["path"].rpartition(".")[0] != next_one["path"].rpartition(".")[0]:
            continue
        data[next_one["offset"] + 2:next_one["offset"] + 6] = data[one["offset"] + 2:one["offset"] + 6]
        for i in range(one["offset"] + 6, one["offset"] + one["length"]):
            data[i] = 0
    (disc / "ALLDATA.KWI").write_bytes(data)
    for options in ((), ("--merge",)):
        found = modes.lines(disc, "--features", "--kind", "road", *options)
        bad = [f for f in found if not shape(f["geometry"]).is_valid]
        tap.check(found and not bad, f"{len(found)} links that lead nowhere are valid {options}", bad[:2])
    for form in ("geojson", "gpx", "csv"):
        modes.run(disc, "--features", "--merge", "--format", form)
    result = subprocess.run([modes.KIWIDUMP, folder / "town", "--route", "57.6960,11.9800", "57.6960,11.9800"], capture_output=True, check=False)
    way = json.loads(result.stdout)
    tap.check(way["properties"]["length"] == 0 and way["geometry"]["type"] == "Point", "a way that leads nowhere is a point", way)


def main():
    random.seed(5)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        modes.build(modes.SMALL / "town.geojson", folder / "town")
        check_lines(folder)
        check_rings(folder)
        check_standing_links(folder)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
