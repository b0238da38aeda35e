#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The map in Python against kiwidump and against itself: test_map.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import collections
import itertools
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy
from support import GOTEBORG, KIWIDUMP, ROOT, SMALL, build, build_layout, build_small, lines, raises, run, tap

import kiwi

sys.path.insert(0, str(ROOT / "bench"))

import roads as pure_python  # noqa: E402

LAYOUTS = ("division_4x4", "european", "integration_mixed", "level_record_40", "multilink_bare", "name_extras", "name_types_raw",
           "pen_up", "sectors_256")
SEVERAL_FILES = ("european",)  # of which the pure reader knows nothing
KINDS = ("road", "background", "name")
EARTH_RADIUS = 6371008.8
ROUNDING = 1e-6  # degrees
ROUNDED = 0.01  # metres: what a coordinate of seven decimals may be beside


# The same as --features

def name_of(code):
    return code.name.lower() if hasattr(code, "name") else None


def properties(shape):
    """What kiwidump tells of a shape (kiwidump/features/shape_feature.c)."""
    if isinstance(shape, kiwi.Road):
        code = shape.road_type
        own = {"road_type": int(code), "one_way": name_of(shape.one_way), "toll": shape.toll, "bridge": shape.bridge,
               "tunnel": shape.tunnel, "planned": shape.planned, "link_id": shape.link_id, "multilink": shape.multilink_offset,
               "link": shape.link}
        kind = "road"
    elif isinstance(shape, kiwi.Background):
        code = shape.type_code
        own = {"shape": name_of(shape.shape_class), "display_scale_flags": shape.display_scale_flags, "underground": shape.underground}
        kind = "background"
    else:
        code = shape.type_code
        linear_c = shape.string_type == kiwi.StringType.LINEAR_C
        own = {"text": shape.text, "string_type": name_of(shape.string_type), "angle": shape.angle if linear_c else None,
               "priority": shape.priority, "display_scale_flags": shape.display_scale_flags}
        kind = "name"
    return {"kind": kind, "level": shape.parcel.level.number, "offset": shape.offset, "type": int(code), "type_name": name_of(code),
            "display_class": shape.display_class, **own}


def positions(coordinates):
    """All positions of a geometry in order, in 10^-7 degrees."""
    if coordinates and isinstance(coordinates[0], (int, float)):
        return [tuple(round(value * 1e7) for value in coordinates)]
    return [position for part in coordinates for position in positions(part)]


def same_geometry(shape, geometry):
    ours = [(round(x * 1e7), round(y * 1e7)) for x, y in shape.coordinates.tolist()]
    if not ours or geometry is None:
        return not ours and geometry is None
    theirs = positions(geometry["coordinates"])
    kind = geometry["type"]
    if kind == "Point":
        return theirs == ours[:1]
    if kind in ("Polygon", "MultiPolygon") and shape.pen_up:
        return len(set(theirs) - set(ours)) <= 4 * len(geometry["coordinates"])  # where strokes cross, a point is added
    if kind in ("Polygon", "MultiPolygon") or (isinstance(shape, kiwi.Background) and shape.pen_up):
        return set(theirs) <= set(ours)  # rings are closed, and where the pen is lifted a step is left out
    return theirs == ours


def shapes_of(disc):
    for level in disc.levels:
        for parcel in level.parcels():
            yield from parcel.shapes


def same_features(name, path):
    count = 0
    with kiwi.open(path) as disc:
        for shape, line in itertools.zip_longest(shapes_of(disc), lines("--features", "--kind", ",".join(KINDS), path)):
            count += 1
            wanted = json.loads(line) if line and shape else {"properties": {}}
            file = wanted["properties"].pop("file", None)
            if not shape or properties(shape) != wanted["properties"] or not same_geometry(shape, wanted["geometry"]):
                tap.check(False, f"{name}: feature {count}", f"{file} {shape and properties(shape)} is not {line}")
                return
    tap.check(count > 0, f"{name}: the same {count} features")


def same_by_level(name, disc):
    for level in disc.levels:
        parcels = list(level.parcels())
        for kind in KINDS:
            here = [shape.offset for parcel in parcels for shape in getattr(parcel, kind + "s")]
            streamed = [shape.offset for shape in getattr(disc, kind + "s")(level.number)]
            if here != streamed:
                tap.check(False, f"{name}: {kind}s of level {level.number}", f"{len(here)} {len(streamed)}")
                return
    tap.check(True, f"{name}: roads, backgrounds and names of a level are those of its parcels")


# Levels, parcels, places

def same_levels(name, path, disc):
    wanted = json.loads(run(path))["levels"]
    good = len(wanted) == len(disc.levels) and all(
        (ours.number, ours.rows, ours.columns, ours.offset) == tuple(theirs[key] for key in ("level", "rows", "columns", "offset"))
        and [round(edge, 7) for edge in ours.bbox] == theirs["bbox"] for ours, theirs in zip(disc.levels, wanted))
    tap.check(good and disc.level(0).number == 0, f"{name}: levels", f"{disc.levels} {wanted}")


def contains(box, latitude, longitude):
    west, south, east, north = box
    return south - 1e-9 <= latitude <= north + 1e-9 and (longitude - west) % 360 <= (east - west) % 360 + 1e-9


def same_places(name, path, disc):
    generator = random.Random(name)
    west, south, east, north = disc.level(0).bbox
    bad, found = [], 0
    for number in range(60):
        latitude = generator.uniform(south, north)
        longitude = (generator.uniform(west, east if east > west else east + 360) + 180) % 360 - 180
        at = [disc.parcel_at(latitude, longitude, level=level.number) for level in disc.levels]
        found += sum(parcel is not None for parcel in at)
        if any(parcel and not contains(parcel.bbox, latitude, longitude) for parcel in at):
            bad.append((latitude, longitude, "outside"))
        if number < 4:
            told = json.loads(run(f"--at={latitude:.7f},{longitude:.7f}", path))["levels"]
            wanted = [entry["parcel"] and entry["parcel"]["offset"] for entry in told]
            if [parcel and parcel.offset for parcel in at] != wanted:
                bad.append((latitude, longitude, wanted))
    tap.check(found and not bad, f"{name}: parcels at places", bad[:3])


def overlap(a, b, margin):
    return a[0] <= b[2] + margin and a[2] >= b[0] - margin and a[1] <= b[3] + margin and a[3] >= b[1] - margin


def boxes(disc):
    level = disc.level(0)
    west, south, east, north = level.bbox
    box = (west + (east - west) / 3, south + (north - south) / 3, west + (east - west) / 2, south + (north - south) / 2)
    everywhere, here = list(level.parcels()), {(p.offset, p.bbox) for p in level.parcels(box)}
    for name, margin, test in (("is beside it", ROUNDING, set.issuperset), ("is missing", -ROUNDING, set.issubset)):
        # A divided parcel is chosen with all of its parts.
        found = {(p.offset, p.bbox) for p in everywhere if overlap(p.bbox, box, margin) or (margin > 0 and p.divided)}
        tap.check(found and len(here) < len(everywhere) and test(found, here), f"parcels of a box: none {name}", f"{len(here)} {len(found)}")
    tap.check(len(list(disc.roads(0, box))) == sum(len(p.roads) for p in level.parcels(box)) > 0, "roads of a box")
    for bad in ((1, 2, 3), (0, 1, 0, 0), (math.nan, 0, 1, 1), "abcd"):
        try:
            list(level.parcels(bad))
            tap.check(False, f"box {bad}")
        except (TypeError, ValueError):
            tap.check(True, f"no box: {bad}")
    for place in ((91, 0), (0, 181), (math.nan, 0), (0, math.inf)):
        try:
            disc.parcel_at(*place)
            tap.check(False, f"place {place}")
        except ValueError:
            tap.check(True, f"no place: {place}")
    tap.check(disc.parcel_at(-50, 100) is None, "a place without a parcel is None")


# Points

def metres(shape):
    """The length by angles between unit vectors, where the library has haversines."""
    x, y = numpy.radians(numpy.asarray(shape.coordinates)).T
    vectors = numpy.stack((numpy.cos(y) * numpy.cos(x), numpy.cos(y) * numpy.sin(x), numpy.sin(y)), axis=1)
    crosses = numpy.linalg.norm(numpy.cross(vectors[:-1], vectors[1:]), axis=1)
    return float(numpy.sum(numpy.arctan2(crosses, numpy.sum(vectors[:-1] * vectors[1:], axis=1)))) * EARTH_RADIUS


def points(disc):
    roads = list(itertools.islice(disc.roads(), 200))
    tap.check(all(abs(road.length - metres(road)) < ROUNDED * len(road.points) for road in roads), "lengths")
    road = max(roads, key=lambda road: len(road.points))
    array = numpy.asarray(road.points)
    again = numpy.asarray(road.points)
    tap.check(array.dtype == numpy.int32 and array.shape == (len(road.points), 2) == road.points.shape, "points in numpy", array.dtype)
    tap.check(numpy.shares_memory(array, again) and not array.flags.writeable, "nothing is copied, and it is read-only")
    parcel = road.parcel
    all_points, starts = numpy.asarray(parcel.shapes.points), parcel.shapes.starts.tolist()
    tap.check([all_points[begin:end].tolist() for begin, end in zip(starts, starts[1:])]
              == [numpy.asarray(shape.points).tolist() for shape in parcel.shapes]
              and parcel.shapes.coordinates.tolist() == [place for shape in parcel.shapes for place in shape.coordinates.tolist()]
              and starts[-1] == len(all_points), "all shapes of a parcel at once")
    view = memoryview(road.points)
    tap.check(view.format == "i" and view.shape == array.shape and view.readonly and view.contiguous
              and view.tolist() == array.tolist() == [list(row) for row in road.points.tolist()], "points in a memoryview")
    tap.check(numpy.shares_memory(numpy.asarray(view), array), "of the same memory")
    tap.check(len(view) == len(road.points) and road.points[0] == tuple(array[0]) and road.points[-1] == tuple(array[-1]), "items")
    degrees = numpy.asarray(road.coordinates)
    west, south, east, north = road.parcel.bbox
    parcel = road.parcel
    scale = numpy.array([(east - west) / parcel.columns, (north - south) / parcel.rows]) / 4096
    tap.check(parcel.divided or numpy.allclose(numpy.array([west, south]) + array * scale, degrees, atol=2e-7), "points and degrees agree")
    for function in (lambda: road.points[len(road.points)], lambda: numpy.asarray(road.points).__setitem__(0, 1)):
        try:
            function()
            tap.check(False, "an array has an end and cannot be changed")
        except (IndexError, ValueError):
            tap.check(True, "an array has an end and cannot be changed")


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
import kiwi
with kiwi.open(sys.argv[1]) as disc:
    road = next(disc.roads())
    assert memoryview(road.points).tolist() == [list(point) for point in road.points.tolist()]
    assert len(disc.columns("road", ["length"])["length"].tolist()) == sum(1 for _ in disc.roads())
    try:
        road.points.__array__()
    except ImportError:
        print("good")
"""


def without_numpy(path):
    result = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY, str(path)], capture_output=True, text=True, check=False)
    tap.check(result.stdout == "good\n", "without numpy", result.stderr)


# Columns

COLUMNS = {
    "road": ("offset", "list", "display_class", "link_id", "length", "longitude", "latitude", "road_type", "one_way", "toll", "bridge",
             "tunnel", "planned"),
    "background": ("offset", "list", "display_class", "length", "longitude", "latitude", "type_code", "underground", "display_scale_flags"),
    "name": ("offset", "list", "display_class", "longitude", "latitude", "text", "type_code", "string_type", "priority", "angle"),
}


def cell(shape, column):
    if column in ("longitude", "latitude"):
        coordinates = shape.coordinates.tolist()
        return coordinates[0][column == "latitude"] if coordinates else None
    return getattr(shape, column)


def same_cell(wanted, got):
    if wanted is None:
        return math.isnan(got)
    return got == wanted


def same_columns(name, disc):
    bad = []
    for level, (kind, columns) in itertools.product(disc.levels, COLUMNS.items()):
        got = disc.columns(kind, columns, level=level.number)
        rows = 0
        for rows, shape in enumerate(getattr(disc, kind + "s")(level.number), 1):
            bad += [(kind, shape, column, got[column][rows - 1]) for column in columns
                    if not same_cell(cell(shape, column), got[column][rows - 1])]
        if list(got) != list(columns) or any(len(column) != rows for column in got.values()):
            bad.append((kind, rows, got))
    tap.check(not bad, f"{name}: columns are the same as iterating", bad[:3])


def columns(disc):
    wanted = {"road_type": "int64", "toll": "bool", "link_id": "float64", "length": "float64"}
    made = disc.columns("road", list(wanted))
    tap.check({name: str(numpy.asarray(column).dtype) for name, column in made.items()} == wanted, "types of columns")
    tap.check(numpy.shares_memory(numpy.asarray(made["length"]), numpy.asarray(made["length"])), "columns are not copied")
    for kind, names in (("street", []), ("road", ["no_such"]), ("road", ["text"]), ("name", ["link_id"]), ("road", [""])):
        try:
            disc.columns(kind, names)
            tap.check(False, f"no column {kind} {names}")
        except ValueError:
            tap.check(True, f"no column {kind} {names}")


def finds(disc, path):
    """As kiwidump, in each way to compare: what they find differs."""
    counts = set()
    for match in ("folded", "contains", "prefix", "exact"):
        for text in ("kungsgatan", "Kungsgatan", "Ä"):
            ours = [(entry.name, entry.offset) for entry in disc.find(text, match=match)]
            theirs = [json.loads(line)["properties"] for line in lines("--quiet", "--find", text, "--match", match, path)]
            tap.check(ours == [(entry["name"], entry["offset"]) for entry in theirs], f"find {text}, {match}: {len(ours)}")
            counts.add(len(ours))
    tap.check(len(counts) > 2, "the ways to compare differ", counts)
    for options in ({"match": "no such"}, {"match": ""}, {"kind": "no such"}):
        raises(f"find with {options}", ValueError, "", disc.find, "A", **options)


# The reader of the benchmark, which knows nothing of kiwi

def same_roads_in_pure_python(name, path):
    with open(path / "ALLDATA.KWI", "rb") as file:
        theirs = collections.Counter((kind, one_way, tuple(points)) for kind, one_way, points in pure_python.roads(file.read()))
    with kiwi.open(path) as disc:
        ours = collections.Counter((int(road.road_type), int(road.one_way), tuple(road.points.tolist())) for road in disc.roads())
    tap.check(ours == theirs and ours, f"{name}: {sum(ours.values())} roads are those of a reader in pure Python", sum(theirs.values()))


# Checks and files

def same_check(name, path):
    wanted = json.loads(b"".join(lines("--check", path)))
    with kiwi.open(path) as disc:
        check = disc.check()
    accounts = {entry["file"]: [entry[key] for key in ("field", "padding", "reserved", "unknown")] for entry in wanted["account"]}
    tap.check({file: list(account) for file, account in check.accounts.items()} == accounts, f"{name}: accounts", check.accounts)
    severities = ("note", "warning", "error")
    ours = [(severities[f.severity], f.file, f.offset, f.path, f.field, f.expected, f.found) for f in check.findings]
    theirs = [tuple(f.get(key, "" if key != "offset" else None) for key in ("severity", "file", "offset", "path", "field", "expected", "found"))
              for f in wanted["findings"]]
    tap.check(ours == theirs and check.ok == (wanted["errors"] == 0), f"{name}: {len(ours)} findings", f"{ours[:2]} {theirs[:2]}")
    return len(ours)


def damaged(folder):
    data = bytearray((folder / "town/ALLDATA.KWI").read_bytes())
    generator = random.Random(5)
    for _ in range(64):
        data[6144 + generator.randrange(8192)] ^= 255
    path = folder / "damaged/ALLDATA.KWI"
    path.parent.mkdir()
    path.write_bytes(data)
    return path


def without_deleted(folder):
    """A name with the bit of deletion is left out; features(deleted=True) has it, marked."""
    path = folder / "deleted/ALLDATA.KWI"
    path.parent.mkdir()
    data = bytearray((folder / "town/ALLDATA.KWI").read_bytes())
    with kiwi.open(folder / "town/ALLDATA.KWI") as disc:
        sound = [feature.id for feature in disc.features()]
        offset = next(disc.names(0)).offset
    data[offset] |= 0x80
    path.write_bytes(data)
    with kiwi.open(path) as disc:
        dead = f"ALLDATA.KWI:{offset}"
        left, everything = ([feature for feature in disc.features(deleted=deleted)] for deleted in (False, True))
        tap.check([feature.id for feature in left] == [id for id in sound if id != dead], "what is deleted is no feature")
        tap.check([feature.id for feature in everything] == sound, "features(deleted=True) has it")
        tap.check([feature.id for feature in everything if "deleted" in feature.properties] == [dead], "and marks it")
        tap.check(offset not in [shape.offset for shape in shapes_of(disc)], "it is no shape of its parcel")


def tiles(disc, path):
    for tile, arguments, options in (((14, 8736, 4959), {}, []), ((10, 545, 309), {"kind": "road", "level": 0}, ["--kind", "road", "--level", "0"])):
        command = [KIWIDUMP, path, "--tile", "/".join(map(str, tile)), *options]
        wanted = subprocess.run(command, capture_output=True, check=True).stdout
        tap.check(wanted and disc.tile(*tile, **arguments) == wanted, f"tile {tile}: the same as kiwidump's")
    tap.check(disc.tile(14, 0, 0) == b"", "a tile of nothing is empty")
    for tile in ((17, 0, 0), (3, 8, 0), (3, 0, -1)):
        try:
            disc.tile(*tile)
            tap.check(False, f"tile {tile}")
        except ValueError:
            tap.check(True, f"tile {tile} is refused")


def files(disc, folder):
    bad = []
    for file in disc.files:
        wanted = (folder / file.path).read_bytes()
        if (file.read(), file.read(7), file.read(5, 9), file.read(offset=len(wanted) - 2, length=100), file.read(len(wanted) + 1)) != (
                wanted, wanted[7:], wanted[5:14], wanted[-2:], b"") or file.size != len(wanted):
            bad.append(file)
    tap.check(len(disc.files) > 4 and not bad, "files", bad)
    tap.check(disc.file("alldata.kwi").kind == "alldata", "a file by its name in another case")
    for arguments in ((-1,), (0, -1), (1 << 64,)):
        try:
            disc.files[0].read(*arguments)
            tap.check(False, f"read{arguments}")
        except (OverflowError, ValueError):
            tap.check(True, f"read{arguments} is refused")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        discs = {name: build_layout(folder, name) for name in LAYOUTS}
        discs["town"] = build_small(folder, "town")
        discs["Göteborg"] = build(GOTEBORG, folder / "goteborg")
        for name, path in discs.items():
            same_features(name, path)
            same_check(name, path)
            with kiwi.open(path) as disc:
                same_by_level(name, disc)
                same_levels(name, path, disc)
                same_places(name, path, disc)
                if name != "Göteborg":
                    same_columns(name, disc)
            if name not in SEVERAL_FILES:
                same_roads_in_pure_python(name, path)
        image = build(SMALL / "town.geojson", folder / "town.iso")
        same_check("image", image)
        tap.check(same_check("damaged", damaged(folder)) > 3, "a damaged disc has findings")
        without_deleted(folder)
        without_numpy(image)
        with kiwi.open(discs["Göteborg"]) as disc:
            boxes(disc)
            points(disc)
            columns(disc)
            finds(disc, discs["Göteborg"])
            tiles(disc, discs["Göteborg"])
            files(disc, discs["Göteborg"])
    return tap.end()


sys.exit(main())
