#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every variant of the format: a disc from each of testdata/layouts, read by libkiwi and by read_alldata.py.

usage: test_variants.py KIWIBUILD KIWIDUMP PARCEL_AT SOURCE_ROOT [LAYOUT...]

What is the same on all discs of one input, however parcels are divided, integrated or spread over files
(level 0, function `essence`):
- of each link its attributes, its length, and its points except those on lines where a parcel can be cut;
- the same for lines of the background, taken together by type; of areas the type and the total area;
- places and their names where they are; of street names and route numbers the distinct texts, since every
  frame writes its own.
"""
import collections
import contextlib
import io
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

from shapely.geometry import LineString
from shapely.ops import polygonize, unary_union

KIWIBUILD, KIWIDUMP, PARCEL_AT = sys.argv[1:4]
ROOT = pathlib.Path(sys.argv[4])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import read_alldata  # noqa: E402

SMALL = ROOT / "testdata/small"
GOTEBORG = ROOT / "testdata/goteborg.geojson.gz"
INPUTS = {"shift_jis": SMALL / "japan.geojson"}
STRINGS = ("reserved", "barycentric", "point_indicating", "linear_a", "linear_b", "linear_c", "symbol", "linear_d")
FINEST_CUT = 256  # a sixteenth of a parcel, the smallest part there can be
POINTS, AT_POINTS = 1000, 20
SLIVER = 100  # square units: where rings cross, a point is added that is rounded
tap = check_goteborg.Tap()


def run(*arguments, **options):
    return subprocess.run([str(a) for a in arguments], capture_output=True, check=False, **options)


def quietly(function, *arguments):
    """Runs checks that print TAP of their own; True if all hold."""
    inner, output = check_goteborg.Tap(), io.StringIO()
    with contextlib.redirect_stdout(output):
        result = function(inner, *arguments)
    for text in output.getvalue().splitlines():
        if text.startswith("not ok"):
            print("#", text[:300])
    return inner.failed == 0, result


def build(target, source, layout=None):
    options = ["--layout", layout] if layout else []
    result = run(KIWIBUILD, "--quiet", *options, "-o", target, source)
    if result.returncode:
        print("#", result.stderr.decode())
    return result.returncode == 0


def checked(name, disc):
    """kiwidump finds nothing, and every byte has its place."""
    result = run(KIWIDUMP, "--check", disc)
    report = json.loads(result.stdout)
    for finding in report["findings"][:3]:
        print("#", finding)
    tap.check(result.returncode == 0 and not report["findings"], f"{name}: kiwidump --check finds nothing")
    tap.check(report["account"] and all(f["accounted"] == f["size"] for f in report["account"]),
              f"{name}: every byte is accounted for")


# What two readers see

def units(level, point):
    """A position as whole coordinate units of its level."""
    scale = 1 << level
    return (round((point[0] + 360 * (point[0] < -170)) / (check_goteborg.UNIT_X * scale)),
            round(point[1] / (check_goteborg.UNIT_Y * scale)))


def lines_of(geometry):
    if not geometry:
        return []
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return [[coordinates]]
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return [coordinates] if kind == "LineString" else coordinates


def summary(properties):
    """What both readers must say of a feature, whatever they call it."""
    p = properties
    if p["kind"] == "road":
        return (p.get("link_id") or 0, p["road_type"], p["one_way"], p["toll"], p["bridge"], p["tunnel"],
                p["planned"])
    if p["kind"] == "background":
        return p["type"], p["shape"] if isinstance(p["shape"], str) else ("point", "line", "area")[p["shape"]]
    kind = p["string_type"]
    priority = p["priority"] if p["priority"] not in (None, -32) else None
    return (p["type"], kind if isinstance(kind, str) else STRINGS[kind], p.get("text") or "", p.get("angle"),
            priority)


def crossings(ring, point):
    """How many sides of a ring a ray from a point to the right meets."""
    return sum((a[1] > point.y) != (b[1] > point.y) and point.x < a[0] + (point.y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
               for a, b in zip(ring, ring[1:]))


def area_of(level, geometry):
    """What an area covers by the even-odd rule, in units, whether its rings meet themselves or not."""
    rings = [[units(level, q) for q in ring] for ring in lines_of(geometry)]
    faces = polygonize(unary_union([LineString(ring) for ring in rings]))
    return unary_union([face for face in faces if sum(crossings(ring, face.representative_point()) for ring in rings) % 2])


def seen(features):
    """What a reader sees: how often each line and point, and what areas of one kind cover together.

    An area whose ring meets itself is written as several rings, which begin anywhere."""
    found, areas = collections.Counter(), collections.defaultdict(list)
    for feature in features:
        p, geometry = feature["properties"], feature["geometry"]
        key = p["kind"], p["level"], summary(p)
        if geometry and geometry["type"].endswith("Polygon"):
            areas[key].append(area_of(p["level"], geometry))
            continue
        for line in lines_of(geometry) or [[]]:
            found[(*key, tuple(units(p["level"], q) for q in line))] += 1
    return found, {key: unary_union(shapes) for key, shapes in areas.items()}


def same_areas(ours, theirs):
    return ours.keys() == theirs.keys() and all(ours[key].symmetric_difference(theirs[key]).area < SLIVER for key in ours)


def same_features(name, disc, volume):
    result = run(KIWIDUMP, "--features", disc)
    theirs, their_areas = seen(json.loads(line) for line in result.stdout.decode().splitlines())
    ours, our_areas = seen(volume.features())
    for key, count in list((ours - theirs).items())[:2] + list((theirs - ours).items())[:2]:
        print("# differs:", count, str(key)[:300])
    tap.check(same_areas(our_areas, their_areas), f"{name}: they see the same areas, of {len(our_areas)} kinds")
    tap.check(ours == theirs,
              f"{name}: libkiwi and the independent reader see the same {sum(ours.values())} features")


def same_guidance(name, disc, volume):
    """Route guidance frames, and the heads of other data, lie where kiwidump --records says."""
    wanted = sorted((address[0] or "ALLDATA.KWI", address[2]) for told in volume.guidance.values()
                    for address, _ in list(told.values())[:1])
    kinds = {4: "parameters_distribution_header", 6: "image_management_distribution_header", 7: "voice_distribution_header"}
    wanted += sorted((kinds[n], volume.other(n)[1]) for n in kinds if volume.other(n))
    lines = run(KIWIDUMP, "--records", disc).stdout.decode().splitlines()
    records = [json.loads(line) for line in lines if '"record":"' in line and "_header" in line]
    got = sorted((r["file"].rpartition("/")[2], r["offset"]) for r in records if r["record"] == "route_guidance_distribution_header")
    got += sorted((r["record"], r["offset"]) for r in records if r["record"] in kinds.values())
    tap.check(wanted == got, f"{name}: {len(wanted)} heads of route guidance and other data are where --records says",
              "" if wanted == got else f"{wanted[:2]} {got[:2]}")


# What all variants have in common

def on_cut(point):
    return point[0] % FINEST_CUT == 0 or point[1] % FINEST_CUT == 0


def add_line(found, key, points):
    entry = found.setdefault(key, [0.0, set()])
    entry[0] += sum(math.dist(a, b) for a, b in zip(points, points[1:]))
    entry[1].update(p for p in points if not on_cut(p))


def essence(volume):
    roads, lines, areas, names = {}, {}, collections.Counter(), set()
    for frame in volume.frames.values():
        if frame.level.number:
            continue
        west, south = (frame.column + volume.west // frame.level.width,
                       frame.row + volume.south // frame.level.height)
        for p, points in volume.contents(frame):
            points = [(x + 4096 * west, y + 4096 * south) for x, y in points]
            if p["kind"] == "road":
                add_line(roads, summary(p), points)
            elif p["kind"] == "background" and p["shape"] == 2:
                areas[p["type"]] += read_alldata.signed_area(points) / 2
            elif p["kind"] == "background":
                add_line(lines, summary(p), points)
            elif p["text"] is not None:
                names.add((p["text"], points[0] if p["type"] == 308 and points else None))
    return roads, lines, areas, names


def close(a, b, share):
    return abs(a - b) <= share * max(a, b) + 2


def same_lines(wanted, got):
    """The points are the same; each cut may move a line by half a unit, and so change its length a little."""
    return wanted.keys() == got.keys() and all(
        wanted[k][1] == got[k][1] and close(wanted[k][0], got[k][0], 0.002) for k in wanted)


def same_essence(name, wanted, got):
    tap.check(same_lines(wanted[0], got[0]), f"{name}: the same {len(wanted[0])} links as without the variant")
    tap.check(same_lines(wanted[1], got[1]) and wanted[2].keys() == got[2].keys() and
              all(close(wanted[2][k], got[2][k], 1e-4) for k in wanted[2]), f"{name}: the same backgrounds")
    tap.check(wanted[3] == got[3], f"{name}: the same {len(wanted[3])} names")


# Where a point is

def random_points(volume, seed):
    generator = random.Random(seed)
    for _ in range(POINTS):
        x = generator.randint(volume.west, volume.east - 1)
        yield generator.randint(volume.south, volume.north - 1), x if x <= read_alldata.TURN // 2 else x - read_alldata.TURN


def inside(box, lat, lon):
    west, south, east, north = box
    return south - 1e-6 <= lat <= north + 1e-6 and (lon - west) % 360 <= (east - west) % 360 + 1e-6


def same_places(name, disc, volume):
    points = list(random_points(volume, name))
    text = "".join(f"{lat} {lon}\n" for lat, lon in points)
    lines = run(PARCEL_AT, disc, input=text.encode()).stdout.decode().splitlines()
    bad, hits = [], 0
    for i, (lat, lon) in enumerate(points):
        for level, line in zip(volume.levels, lines[i * len(volume.levels):]):
            frame, words = volume.at(level, lat / 28800, lon / 28800), line.split()
            wanted = [str(level.number), "-"]
            if frame:
                hits += 1
                wanted = [str(level.number), f"MAP/{frame.name}" if frame.name else "ALLDATA.KWI",
                          str(frame.address), str(frame.size)]
                if not inside([float(w) for w in words[4:8]] or [0] * 4, lat / 28800, lon / 28800):
                    bad.append((lat, lon, "not in its box", line))
            if words[:len(wanted)] != wanted:
                bad.append((lat, lon, wanted, line))
    tap.check(not bad and len(lines) == len(points) * len(volume.levels) and hits,
              f"{name}: {POINTS} random points are in the right parcel of every level", f"{hits} parcels {bad[:2]}")


def same_as_at(name, disc, volume):
    """The same question to kiwidump, as JSON; few points, because each is a process."""
    bad = []
    for lat, lon in list(random_points(volume, name))[:AT_POINTS]:
        result = run(KIWIDUMP, f"--at={lat / 28800:.7f},{lon / 28800:.7f}", disc)
        told = {entry["level"]: entry["parcel"] for entry in json.loads(result.stdout)["levels"]}
        for level in volume.levels:
            frame, parcel = volume.at(level, lat / 28800, lon / 28800), told[level.number]
            if (parcel and (parcel["file"].rpartition("/")[2], parcel["offset"])) != \
                    (frame and (frame.name or "ALLDATA.KWI", frame.address)):
                bad.append((lat, lon, level.number, parcel))
            elif parcel and not inside(parcel["bbox"], lat / 28800, lon / 28800):
                bad.append((lat, lon, level.number, "not in its box"))
    tap.check(not bad, f"{name}: kiwidump --at tells the same for {AT_POINTS} of them", str(bad[:2]) if bad else "")


# What each variant must show

def frames(volume, number=0):
    return [f for f in volume.frames.values() if f.level.number == number]


def spans(volume, number=0):
    return {tuple(f.span) for f in frames(volume, number)}


def exponents(volume):
    return {p["exponent"] for f in frames(volume) for p, _ in volume.shapes(f)}


def strings(volume):
    return {p["string_type"] for f in frames(volume) for p, _ in volume.names(f)}


def priorities(volume):
    return {p["priority"] for f in frames(volume) for p, _ in volume.names(f)}


def pens(volume):
    """Records that hold several lines, and areas."""
    counts = collections.Counter((p["offset"], p["shape"]) for f in frames(volume) for p, _ in volume.shapes(f))
    return {shape for (_, shape), count in counts.items() if count > 1}


def has_adjacency(volume):
    return {f.level.number for f in volume.frames.values() if read_alldata.adjacency_of(volume, f) is not None}


def divisions(volume, number=0):
    return {f.division for f in frames(volume, number)}


def guidance(volume):
    """What leads to route guidance, and how many frames it has."""
    return ({way for told in volume.guidance.values() for way in told},
            *{level.guidance for level in volume.levels})


SHOWS = {
    "division_2x2": lambda v: all(divisions(v, n) == {1} for n in (0, 2, 4)),
    "division_4x4": lambda v: all(divisions(v, n) == {2} for n in (0, 2)),
    "division_table": lambda v: divisions(v) == {0, 3} and v.levels[2].division[3] == [2, 8]
    and divisions(v, 4) == {1} and v.levels[0].division[1] == [1, 1],
    "integration_2": lambda v: spans(v) == {(2, 2)},
    "integration_4": lambda v: spans(v) == {(4, 4)} == spans(v, 2),
    "integration_8": lambda v: spans(v) == {(8, 8)},
    "integration_mixed": lambda v: spans(v) == {(1, 1), (4, 4)} and divisions(v) == {0, 1}
    and has_adjacency(v) == {0, 2, 4},
    "list_type_1": lambda v: v.list_types == {1},
    "list_type_2": lambda v: v.list_types == {2},
    "list_type_100": lambda v: v.list_types == {100} and not v.files,
    "european": lambda v: len(v.b) == 4096 and len(v.files) > 10 and v.list_types == {100},
    "sectors_64": lambda v: v.logical == 64,
    "sectors_128": lambda v: v.logical == 128,
    "sectors_256": lambda v: v.logical == 256,
    "level_record_40": lambda v: v.lmr == 40,
    "level_record_200": lambda v: v.lmr == 200,
    "empty_none": lambda v: len(frames(v)) % 16 > 0,
    "empty_header": lambda v: any(v.entry(f, i)[0] is None for f in frames(v) for i in (1,)),
    "empty_lists": lambda v: all(v.entry(f, 0)[0] for f in v.frames.values()),
    "adjacency_none": lambda v: has_adjacency(v) == set(),
    "multilink_bare": lambda v: all(p["link_id"] is None for f in frames(v) for p, _ in v.roads(f)),
    "node_records_14": lambda v: v.levels[2].node_size == 14,
    "pen_up": lambda v: pens(v) == {1, 2},
    "multipliers": lambda v: exponents(v) == set(range(8)),
    "name_types": lambda v: strings(v) == {1, 4, 5, 6},
    "name_types_raw": lambda v: strings(v) == {1, 2, 3, 5, 7},
    "name_extras": lambda v: len(priorities(v)) > 40 and strings(v) == {1, 4, 5, 6},
    "guidance": lambda v: guidance(v) == ({"list", "header"}, (2, 1)) and 0 < len(v.guidance) < len(v.frames),
    "guidance_lists": lambda v: guidance(v) == ({"list"}, (3, 0)) and {key[3] is None for key in v.guidance} == {True, False},
    "guidance_headers": lambda v: guidance(v) == ({"header"}, (0, 2)) and len(v.files) > 5
    and any(f.span == [4, 4] and f.key() in v.guidance for f in frames(v)),
    "other_data": lambda v: all(v.other(n) for n in (4, 5, 6, 7)) and 0xAF1201 in v.parameters(),
    "other_data_file": lambda v: v.other(4)[0] is v.files["PARAM.KWI"] and not v.other(5) and v.other(7)[2] == 512,
    "shift_jis": lambda v: v.charset == "cp932" and ("大阪" in {t for t, _ in essence(v)[3]}),
}
RAW_NAMES = {"name_types_raw"}       # not all names can be read
OTHER_INPUT = {"shift_jis"}


def try_layout(folder, layout, plain):
    name = layout.stem
    disc, source = folder / name, INPUTS.get(name, SMALL / "variants.geojson")
    tap.check(build(disc, source, layout), f"{name}: built")
    good, volume = quietly(read_alldata.check_structure, read_alldata.Disc(disc))
    tap.check(good, f"{name}: the structure is right")
    tap.check(SHOWS.get(name, lambda _: True)(volume), f"{name}: the disc shows the variant")
    checked(name, disc)
    same_features(name, disc, volume)
    if volume.guidance or volume.other(4):
        same_guidance(name, disc, volume)
    same_places(name, disc, volume)
    same_as_at(name, disc, volume)
    if name in OTHER_INPUT:
        return
    got = essence(volume)
    if name == "multilink_bare":
        plain = (without_ids(plain[0]), *plain[1:])
        got = (without_ids(got[0]), *got[1:])
    if name in RAW_NAMES:
        got = (*got[:3], plain[3])
    if "name" in name:  # linear B has no position of its own
        got, plain = ((*e[:3], {text for text, _ in e[3]}) for e in (got, plain))
    same_essence(name, plain, got)


def without_ids(roads):
    merged = {}
    for key, (length, points) in roads.items():
        entry = merged.setdefault((0, *key[1:]), [0.0, set()])
        entry[0] += length
        entry[1] |= points
    return merged


def try_goteborg(folder, layouts):
    """Level 0 of a real town, whole, cut small, put together and spread over files."""
    plain = folder / "plain.json"
    plain.write_text('{"levels": {"0": {"integration": 1}}}')
    wanted = None
    for name, layout in (("plain", plain), ("as needed", None), ("2 x 2", layouts / "division_2x2.json"),
                         ("4 x 4", layouts / "division_4x4.json"),
                         ("integrated 8 x 8", layouts / "integration_8.json"),
                         ("split over files", layouts / "european.json")):
        disc = folder / f"goteborg {name}"
        tap.check(build(disc, GOTEBORG, layout), f"Göteborg, {name}: built")
        good, volume = quietly(read_alldata.check_structure, read_alldata.Disc(disc))
        tap.check(good, f"Göteborg, {name}: the structure is right")
        checked(f"Göteborg, {name}", disc)
        if wanted:
            same_essence(f"Göteborg, {name}", wanted, essence(volume))
        else:
            wanted = essence(volume)


def try_place(folder, name, source):
    """Discs that are special by their place."""
    disc = folder / name
    tap.check(build(disc, source), f"{name}: built")
    good, volume = quietly(read_alldata.check_structure, read_alldata.Disc(disc))
    tap.check(good, f"{name}: the structure is right")
    good, _ = quietly(check_goteborg.check, check_goteborg.read_input(str(source)), volume.features())
    tap.check(good, f"{name}: the roads are those of the input")
    checked(name, disc)
    same_features(name, disc, volume)
    same_places(name, disc, volume)
    same_as_at(name, disc, volume)


def main():
    layouts = ROOT / "testdata/layouts"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = SMALL / "variants.geojson"
        try_place(folder, "variants", source)
        plain = essence(read_alldata.Volume(read_alldata.Disc(folder / "variants")))
        for layout in sorted(layouts.glob("*.json")):
            if len(sys.argv) == 5 or layout.stem in sys.argv[5:]:
                try_layout(folder, layout, plain)
        if len(sys.argv) == 5:
            try_place(folder, "antimeridian", ROOT / "testdata/antimeridian.geojson")
            try_place(folder, "south_west", SMALL / "south_west.geojson")
            try_goteborg(folder, layouts)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
