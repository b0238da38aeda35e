#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Maps that are written into another disc: test_base.py KIWIBUILD KIWIDUMP SOURCE_ROOT. Prints TAP.

Maps are read by the tests' own reader (tests/read_alldata.py), files are compared byte for byte by Python.
"""
import collections
import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from written import GOTEBORG, KIWIBUILD, KIWIDUMP, ROOT, VARIANTS, build, files, run  # noqa: E402
import check_goteborg  # noqa: E402
import read_alldata  # noqa: E402

CHILE = ROOT / "testdata/small/south_west.geojson"
DEGREE = 28800  # 1/8 seconds
tap = check_goteborg.Tap()


def angle(value):
    return (abs(value) | (0x800000 if value < 0 else 0)).to_bytes(3, "big")


def level_record(number, scales, tiers, classes):
    roads, backgrounds, names = classes
    head = struct.pack(">HH5I", (number & 0x3F) << 10 | 0x22, 3 << 12, *scales)
    head += bytes(count - 1 for count in (*tiers, 2, 2, 4, 4, 1, 1)) + struct.pack(">HH", 0, 4)
    counts = (len(roads) - 1) << 10 | (len(backgrounds) - 1) << 5 | (len(names) - 1)
    return head + struct.pack(f">H{len(roads) + len(backgrounds) + len(names)}H", counts, *roads, *backgrounds, *names)


def shell(folder, south, west, north, east, levels, datum="WGS84"):
    """A disc without a single parcel, written by hand: nothing of it is like kiwibuild's own grid."""
    folder.mkdir()
    records = [level_record(*level) for level in levels]
    size = len(records[0])
    sets = [level[2][0] * level[2][1] for level in levels]
    first = 30 + size * len(levels)
    for i, record in enumerate(records):
        records[i] = record[:36] + struct.pack(">H", (first + 10 * sum(sets[:i])) // 2) + record[38:]
    table = b"".join(struct.pack(">HII", (level[0] & 0x3F) << 10 | number, 0xFFFFFFFF, 0)
                     for level, count in zip(levels, sets) for number in range(count))
    whole = first + len(table)
    head = struct.pack(">HHHH", whole // 2, 0, 0, 0) + angle(north) + angle(south) + angle(west) + angle(east)
    head += struct.pack(">HHHHH", size // 2, 5, 3, len(levels), sum(sets))
    volume = bytearray(2048)
    for at, text in ((160, "FORMAT VERSION KIWI01-22-00\n"), (224, "DATA VERSION 07/08/09/10\n"), (288, "Old title"),
                     (424, "V 09.08.07"), (140, "someone's unit")):
        volume[at:at + len(text)] = text.encode()
    for at in (0, 64, 128):
        volume[at:at + 12] = bytes(range(at + 1, at + 13))
    volume[416] = 0x80
    volume[456:459], volume[459:462], volume[464:467], volume[467:470] = map(angle, (south, west, north, east))
    volume[472:478] = struct.pack(">HHH", 64, 2048, 0x4000)
    table_2 = struct.pack(">IH12s", 2 << 8, (whole + 63) // 64, b"")
    table_2 += 6 * struct.pack(">IH12s", 0xFFFFFFFF, 0, b"") + struct.pack(">IH12s", 0, 3, b"OTHER.DAT")
    table_2 += 40 * struct.pack(">IH12s", 0xFFFFFFFF, 0, b"")
    data = bytes(volume) + table_2.ljust(2048, b"\0") + head + b"".join(records) + table
    (folder / "ALLDATA.KWI").write_bytes(data.ljust((len(data) + 2047) // 2048 * 2048, b"\0"))
    (folder / "METADATA.KWI").write_text(f"LANG::=UK English ; CHCD ::=ISO 8859-1 ; COOR::={datum} ;\r\n")
    (folder / "OTHER.DAT").write_bytes(bytes(range(256)) * 300)
    deep = folder / "Makers folder/with a name of more than thirty-two letters/and one more"
    deep.mkdir(parents=True)
    (deep / "file with a long name of its own.bin").write_bytes(b"\0\1\2" * 70000)
    (folder / "empty").write_bytes(b"")
    return folder


def codes(*values):
    return values


ROADS = codes(*range(16))
BACKGROUNDS = codes(*range(32))
NAMES = codes(*range(16))
NONE = 0xFFFFFFFF


def other_levels():
    """Four levels of other numbers, with lists in another order; parcels of 40 x 64, and so on, 1/8 seconds."""
    classes = ROADS, BACKGROUNDS[::-1], NAMES
    return [(9, (1000000, NONE, NONE, NONE, NONE), (1, 2, 1, 1, 4, 4), classes),
            (5, (250000, 300000, NONE, NONE, NONE), (2, 2, 2, 2, 4, 8), classes),
            (3, (NONE, 60000, NONE, 70000, NONE), (4, 4, 4, 4, 4, 8), classes),
            (-2, (3000, 6000, 12000, NONE, NONE), (8, 8, 8, 8, 4, 8), classes)]


def road_lengths(source):
    """Metres of roads on each level, as the independent reader sees them."""
    sums = {}
    for feature in source.features():
        properties = feature["properties"]
        if properties["kind"] == "road":
            points = feature["geometry"]["coordinates"]
            sums[properties["level"]] = sums.get(properties["level"], 0) + check_goteborg.length(points)
    return sums


def layouts(folder):
    """A disc's own input on itself gives the same map, byte for byte, for every layout that can be read from a disc."""
    same = ("adjacency_none empty_header integration_2 integration_4 iso_8859_1 level_record_200 level_record_40 list_type_1 "
            "list_type_100 list_type_2 multilink_bare multipliers node_records_14 other_data other_data_file pen_up sectors_64 "
            "sectors_128 shift_jis").split()
    for name in same:
        disc, again = folder / name, folder / f"{name} again"
        build("-q", "--layout", ROOT / f"testdata/layouts/{name}.json", "-o", disc, VARIANTS)
        result = build("-q", "--base", disc, "-o", again, VARIANTS)
        tap.check(result.returncode == 0 and files(disc) == files(again), f"{name} is read from the disc", result.stderr)
    for name, words in {"multilink_all": ("route numbers", "altitudes", "passage regulations", "street addresses"),
                        "name_types_raw": ("string types",), "guidance": ("route guidance",)}.items():
        disc = folder / name
        build("-q", "--layout", ROOT / f"testdata/layouts/{name}.json", "-o", disc, VARIANTS)
        result = build("--base", disc, "-o", folder / f"{name} again", VARIANTS)
        tap.check(result.returncode == 0 and all(word in result.stderr for word in words)
                  and run(KIWIDUMP, "--check", folder / f"{name} again").returncode == 0,
                  f"{name}: what is not written is said", result.stderr)


def level_bytes(folder):
    volume = read_alldata.Volume(read_alldata.Disc(folder))
    records = [bytearray(volume.head[volume.map + 30 + i * volume.lmr:][:volume.lmr]) for i in range(len(volume.levels))]
    for record in records:
        record[36:38] = b"\0\0"  # where the block sets are
    return records


def streets(folder):
    """Some of Göteborg."""
    features = json.loads(gzip.decompress(GOTEBORG.read_bytes()))["features"]
    path = folder / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features[:3000]}))
    return path


def other_grid(folder):
    some = streets(folder)
    base = shell(folder / "other", 56 * DEGREE + 333, 10 * DEGREE - 77, 56 * DEGREE + 333 + 2048 * 40,
                 10 * DEGREE - 77 + 4096 * 32, other_levels())
    result = build("--base", base, "-o", folder / "other new", some)
    tap.check(result.returncode == 0, "another grid: built", result.stderr)
    old, new = files(base), files(folder / "other new")
    kept = set(old) - {"ALLDATA.KWI"}
    tap.check(all(old[name] == new.get(name) for name in kept), "another grid: all other files are the same",
              sorted(name for name in kept if old[name] != new.get(name)))
    tap.check(level_bytes(base) == level_bytes(folder / "other new"), "another grid: level records are the same")
    a, b = old["ALLDATA.KWI"], new["ALLDATA.KWI"]
    tap.check([i for i in range(2048) if a[i] != b[i]] == [416], "the Data Volume differs by what the disc has",
              [i for i in range(2048) if a[i] != b[i]])
    tap.check(a[2048 + 54:4096] == b[2048 + 54:4096], "header records of other files stay")
    findings = run(KIWIDUMP, "--check", folder / "other new")
    tap.check(findings.returncode == 0, "another grid: no findings", findings.stdout[-300:])
    volume = read_alldata.check_structure(tap, read_alldata.Disc(folder / "other new"))
    build("-q", "-o", folder / "own", some)
    own = read_alldata.Volume(read_alldata.Disc(folder / "own"))
    lengths = [road_lengths(volume), road_lengths(own)]
    tap.check(abs(lengths[0][-2] / lengths[1][0] - 1) < 1e-3, "another grid: as long as on kiwibuild's own",
              f"{lengths[0]} {lengths[1]}")
    tap.check(lengths[0][9] > 0 and lengths[0][5] > 0 and lengths[0][3] > 0, "every level has roads")
    found = run(KIWIDUMP, "--find", "Avenyn", folder / "other new")
    tap.check(json.loads(run(KIWIDUMP, "--check", folder / "other new").stdout.splitlines()[-1]) is not None and
              found.returncode in (0, 1), "it can be searched")


def kept_data(folder):
    """What lies in ALLDATA.KWI beside the map stays at its place, also if the map is larger than there is room before it."""
    features = json.loads(gzip.decompress(GOTEBORG.read_bytes()))["features"]
    few = folder / "few.geojson"
    few.write_text(json.dumps({"type": "FeatureCollection", "features": features[:3000:30]}))
    disc, new = folder / "with others", folder / "with others new"
    build("-q", "--layout", ROOT / "testdata/layouts/other_data.json", "-o", disc, few)
    result = build("--base", disc, "-o", new, folder / "streets.geojson")
    tap.check(result.returncode == 0 and not result.stderr, "beside other data: built", result.stderr)
    old, data = ((folder / "ALLDATA.KWI").read_bytes() for folder in (disc, new))
    tap.check(old[2048 + 54:4096] == data[2048 + 54:4096], "header records of other data stay")
    starts = [int.from_bytes(old[2048 + 54 + 18 * i:][:3], "big") * 2048 + (old[2048 + 54 + 18 * i + 3] & 63) * 32 for i in range(4)]
    first = min(starts)
    tap.check(len(data) > len(old) and old[first:] == data[first:len(old)] and any(old[first:]), "and lead to the same bytes")
    tap.check(run(KIWIDUMP, "--check", new).returncode == 0, "beside other data: no findings")


def other_features(folder):
    """Features of that disc written into it again: roads of each level, with route planning."""
    features = folder / "other.geojsonl"
    features.write_text(run(KIWIDUMP, "--features", "--merge", folder / "other new").stdout)
    result = build("--base", folder / "other", "-o", folder / "other again", features)
    tap.check(result.returncode == 0, "features of levels 9, 5, 3 and -2 are written", result.stderr)
    volumes = [read_alldata.Volume(read_alldata.Disc(folder / name)) for name in ("other new", "other again")]
    lengths = [road_lengths(volume) for volume in volumes]
    tap.check(all(abs(lengths[1][level] / lengths[0][level] - 1) < 1e-3 for level in (9, 5, 3, -2)), "as long as they were", lengths)
    flags = [(folder / name / "ALLDATA.KWI").read_bytes()[416] & 0xC0 for name in ("other new", "other again")]
    tap.check(flags == [0xC0, 0xC0], "with route planning", flags)


def hybrid(folder):
    """The program of one disc, the map of another: features of the one written into the other."""
    subprocess.run([sys.executable, str(ROOT / "testdata/firmware/make_firmware.py"), str(folder)], check=True, capture_output=True)
    result = build("-q", "--loading", folder / "loading.json", "--title", "Unit", "-o", folder / "unit.iso", VARIANTS)
    tap.check(result.returncode == 0, "a disc with programs", result.stderr)
    run(KIWIDUMP, "--extract", folder / "unit", folder / "unit.iso")
    features = folder / "features.geojsonl"
    features.write_text(run(KIWIDUMP, "--features", "--merge", folder / "unit.iso").stdout)
    result = build("--base", folder / "unit.iso", "-o", folder / "hybrid.iso", features)
    tap.check(result.returncode == 0, "written into an image", result.stderr)
    run(KIWIDUMP, "--extract", folder / "hybrid", folder / "hybrid.iso")
    old, new = files(folder / "unit"), files(folder / "hybrid")
    different = {name for name in old if old[name] != new.get(name)}
    tap.check("LOADING.KWI" in old and different <= {name for name in old if name == "ALLDATA.KWI" or "IDX" in name or
                                                     name.startswith("INDEX")}, "only map and index differ", different)
    diff = run(KIWIDUMP, "--diff", folder / "unit.iso", folder / "hybrid.iso")
    wrong = [line[:200] for line in diff.stdout.splitlines()
             if not json.loads(line)["file"].startswith(("ALLDATA.KWI", "INDEXDAT.KWI", "IDX/"))]
    tap.check(diff.returncode == 1 and not wrong, "--diff lists map, index and regions only", wrong[:3])
    summary = run(KIWIDUMP, "--summary", folder / "hybrid.iso").stdout
    tap.check("Unit" in summary, "the title stays", summary[:300])


def datum(folder):
    """A place in Japan, whose map counts from Tokyo."""
    base = shell(folder / "tokyo", 34 * DEGREE, 138 * DEGREE, 34 * DEGREE + 2048 * 40, 138 * DEGREE + 4096 * 32,
                 other_levels(), "TOKYO")
    place = folder / "place.geojson"
    place.write_text(json.dumps({"type": "Feature", "properties": {"place": "town", "name": "Here"},
                                 "geometry": {"type": "Point", "coordinates": [139.7, 35.6]}}))
    result = build("--base", base, "-o", folder / "tokyo new", place)
    found = [json.loads(line) for line in run(KIWIDUMP, "--find", "Here", folder / "tokyo new").stdout.splitlines()]
    near = found and all(abs(a - b) < 2e-4 for a, b in zip(found[0]["geometry"]["coordinates"], (139.7, 35.6)))
    tap.check(result.returncode == 0 and near, "places are written in the disc's datum", f"{result.stderr} {found}")
    volume = read_alldata.Volume(read_alldata.Disc(folder / "tokyo new"))
    raw = [feature["geometry"]["coordinates"] for feature in volume.features() if feature["properties"]["kind"] == "name"]
    tap.check(raw and 0.002 < abs(raw[0][0] - 139.7) < 0.005 and 0.002 < abs(raw[0][1] - 35.6) < 0.005,
              "which is some 450 m away", raw)


def beyond(folder):
    """What the base does not cover is left out, or cut at the edge, and counted."""
    def feature(kind, coordinates, **tags):
        return json.dumps({"type": "Feature", "properties": tags, "geometry": {"type": kind, "coordinates": coordinates}})

    def square(west, south, size):
        return [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]

    source = folder / "inside.geojsonl"
    source.write_text(feature("LineString", [[12.01, 57.01], [12.02, 57.02]], highway="residential", name="Inside"))
    build("-q", source, "-o", folder / "covers")
    source.write_text("\n".join((
        feature("LineString", [[11.9, 57.01], [12.3, 57.014], [11.9, 57.014]], highway="primary", name="Through"),
        feature("LineString", [[13, 58], [13.1, 58]], highway="primary", name="Outside"),
        feature("Point", [13, 58], place="town", name="Away"),
        feature("Polygon", [square(11.5, 56.5, 1), square(12.01, 57.01, 0.002)], natural="water"))))
    result = build(source, "--base", folder / "covers", "-o", folder / "cut")
    said = result.stderr
    tap.check(result.returncode == 0 and said.count("\n") == 2 and "are cut there: 2; the first" in said and "are left out: 2; the first" in said, "what lies beyond is counted", said)
    volume = read_alldata.Volume(read_alldata.Disc(folder / "cut"))
    places = collections.defaultdict(list)
    for one in volume.features():
        if one["properties"]["level"] == 0 and one["properties"]["kind"] != "name":
            shape = one["geometry"]["coordinates"]
            places[one["properties"]["kind"]] += shape[0] if one["geometry"]["type"] == "Polygon" else shape
    for kind in ("road", "background"):
        box = [pick(place[axis] for place in places[kind]) for pick in (min, max) for axis in (0, 1)]
        wanted = (12.0, 57.0, 12.5, 57.5)
        edges = [abs(a - b) < 1e-5 for a, b in zip(box, wanted)]
        tap.check(edges[0] and (kind == "road" or edges[1]) and box[2] <= 12.5 and box[3] <= 57.5, f"a {kind} ends at the edge", str(box))
    names = {json.loads(line)["properties"]["name"] for text in ("Through", "Outside", "Away", "Inside")
             for line in run(KIWIDUMP, "--find", text, folder / "cut").stdout.splitlines()}
    tap.check(names == {"Through"}, "what is left out is not found", str(names))
    tap.check(run(KIWIDUMP, "--check", "-q", folder / "cut").returncode == 0, "the disc is sound")
    result = build(CHILE, "--base", folder / "covers", "-o", folder / "nothing")
    tap.check(result.returncode == 3 and "outside of the base's coverage" in result.stderr and not (folder / "nothing").exists(), "nothing is left", result.stderr)


def refusals(folder):
    disc = folder / "adjacency_none"
    for name, (arguments, code, message) in {
        "with a layout": (["--base", disc, "--layout", ROOT / "testdata/layouts/pen_up.json"], 2, "--layout"),
        "repeated": (["--base", disc, "--repeat", "2x2"], 2, "--repeat"),
        "no such disc": (["--base", folder / "nowhere"], 4, "nowhere"),
        "no disc": (["--base", VARIANTS], 3, ""),
    }.items():
        result = build("-q", *arguments, VARIANTS, "-o", folder / "refused")
        tap.check(result.returncode == code and message in result.stderr and result.stderr.count("\n") == 1
                  and not (folder / "refused").exists(), f"refused: {name}", f"{result.returncode} {result.stderr}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for test in (layouts, other_grid, kept_data, other_features, hybrid, datum, beyond, refusals):
            test(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
