#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The index is what the management header table says, not what files are called: test_elsewhere.py KIWIDUMP KIWIBUILD
SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, ROOT = *sys.argv[1:3], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
from index_tools import (all_entries, entry, name_index, number, records, set_target, target)  # noqa: E402

tap = check_goteborg.Tap()
STREETS, ZONES, ZONE_NAMES = "IDX/SADSR201.IDX", "IDX/ZONEZSRC.IDX", "IDX/ZSELDEF0.IDX"
POIS, AREAS = "IDX/POISR201.IDX", "IDX/FMCDT001.IDX"


def run(*arguments):
    return subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)


def lines(disc, *arguments):
    return [json.loads(line) for line in run(disc, *arguments).stdout.splitlines()]


def without_place(feature):
    properties = {key: value for key, value in feature["properties"].items() if key not in ("file", "offset")}
    return {"geometry": feature["geometry"], "properties": properties}


class Answers:
    """What a disc says of its index, without the files that it lies in."""

    SEARCHES = (["--find", ""], ["--find", "bron"], ["--find", "S", "--match", "prefix"], ["--find", "Torget", "--match", "exact"],
                ["--features", "--kind", "address,poi"])

    def __init__(self, disc):
        self.found = [[without_place(feature) for feature in lines(disc, *search)] for search in self.SEARCHES]
        kept = ("search_file_header", "definition_field", "matching_record", "category_parent")
        self.records = {(r["record"], json.dumps(r["fields"], sort_keys=True)) for r in lines(disc, "--records") if r["record"] in kept}
        document = json.loads(run(disc).stdout).get("index", {"volumes": [], "zones": [], "lists": []})
        self.document = [[volume["function"], volume["bbox"]] for volume in document["volumes"]], [
            zone["name"] for zone in document["zones"]], [[list_["kind"], list_["type"], list_["entries"], list_["zone"]] for list_ in document["lists"]]
        self.check = json.loads(run(disc, "--check").stdout)


def compare(disc, wanted, name, unknown=0, in_order=True):
    got = Answers(disc)
    if not in_order:  # lists follow each other as their files do
        for answers in (got, wanted):
            answers.found = [sorted(found, key=str) for found in answers.found]
            answers.document[2].sort(key=str)
    tap.check(got.found == wanted.found, f"{name}: all that is found", str(got.found)[:300])
    tap.check(got.records == wanted.records, f"{name}: the same records", str(sorted(got.records ^ wanted.records))[:600])
    tap.check(got.document == wanted.document, f"{name}: the document", f"{got.document} {wanted.document}")
    check = got.check
    tap.check(check["findings"] == [], f"{name}: no findings", str(check["findings"])[:400])
    tap.check(all(a["accounted"] == a["size"] for a in check["account"]), f"{name}: all accounted")
    total = sum(a["unknown"] for a in check["account"]) - sum(a["unknown"] for a in wanted.check["account"])
    tap.check(total == unknown, f"{name}: {unknown} bytes more are unknown", str(total))


def copy(town, folder, name):
    disc = folder / name
    shutil.copytree(town, disc)
    return disc


def renamed(disc):
    """Other names, another folder, no extension."""
    names = {"INDEXDAT.KWI": "GUIDE.KWI", STREETS: "DATA/STREETS_201", ZONES: "DATA/ZONETABLE_X", ZONE_NAMES: "DATA/ZONENAMES_X",
             POIS: "DATA/POINTS_X201", AREAS: "DATA/AREAS_XXXXX"}
    (disc / "DATA").mkdir()
    for old, new in names.items():
        data = (disc / old).read_bytes()
        for a, b in names.items():
            data = data.replace(a.encode(), b.encode()) if len(a) == len(b) else data
        (disc / old).unlink()
        (disc / new).write_bytes(data)
    (disc / "IDX").rmdir()
    (disc / "ALLDATA.KWI").write_bytes(name_index((disc / "ALLDATA.KWI").read_bytes(), "GUIDE.KWI"))


def decoy(disc):
    """Renamed, and beside it an INDEXDAT.KWI that nothing names."""
    renamed(disc)
    data = bytearray((disc / "GUIDE.KWI").read_bytes())
    (disc / "INDEXDAT.KWI").write_bytes(data.replace(b"FSAD", b"FOLD"))


def move_frame(disc, file, keep=None):
    """The ranges, a search frame below the streets, move to the start of a file of their own."""
    data = bytearray((disc / STREETS).read_bytes())
    all_streets, places = records(data)
    streets_of_places = records(data, target(data, entry(data, places, "next"))[0])[0]
    links = [entry(data, record, "next") for record in (all_streets, streets_of_places)]
    offset, _ = target(data, links[0])
    below = data[offset:]
    for link in links:
        set_target(data, link, 0, file)
    for place in all_entries(below):
        set_target(below, place, target(below, place)[0] - offset, file)
    (disc / STREETS).write_bytes(data[:offset])
    (disc / file).parent.mkdir(exist_ok=True)
    (disc / file).write_bytes(below)


def move_data(disc, file, which, record=0):
    """Data or a definition of the streets move to the end of another file."""
    data = bytearray((disc / STREETS).read_bytes())
    at = records(data)[record]
    place = entry(data, at, which)
    offset, _ = target(data, place)
    length = 2 * number(data, at + {"matching": 64, "matching_definition": 56}[which])
    path = disc / file
    old = path.read_bytes() if path.exists() else b""
    path.parent.mkdir(exist_ok=True)
    start = len(old) + len(old) % 2
    path.write_bytes(old.ljust(start, b"\0") + data[offset : offset + length])
    set_target(data, place, start, file)
    data[offset : offset + length] = bytes(length)
    (disc / STREETS).write_bytes(data)


def all_in_one(disc, in_map=False):
    """Everything but the zone table lies in one file: the map's own, or GUIDE.KWI."""
    name = "ALLDATA.KWI" if in_map else "GUIDE.KWI"
    alldata = (disc / "ALLDATA.KWI").read_bytes()
    base = alldata.ljust(-(-len(alldata) // 2048) * 2048, b"\0") if in_map else b""
    bases, data = {}, b""
    for file in ("INDEXDAT.KWI", STREETS, ZONE_NAMES, POIS, AREAS):
        bases[file] = len(base) + len(data)
        data += (disc / file).read_bytes().ljust(-(-(disc / file).stat().st_size // 32) * 32, b"\0")
        (disc / file).unlink()
    data = bytearray(data)
    start = -len(base)
    for i in range(number(data, 68)):  # volumes
        volume = 2 * number(data, 76) + i * 2 * number(data, 72)
        place = volume + 2 * number(data, volume + 44)
        offset, file = target(data, place)
        file = STREETS if file == ZONES else file  # a zone table names a file, not a place in it
        set_target(data, place, bases[file] + offset, name)
    for file in (STREETS, ZONE_NAMES, POIS, AREAS):
        frames = [bases[file] + start]
        for frame in frames:
            for record in records(data, frame):
                below = entry(data, record, "next")
                below = bases[file] + start + target(data, below)[0] if below else frame
                frames += [below] if below not in frames else []
            for place in all_entries(data, frame):
                set_target(data, place, bases[file] + target(data, place)[0], name)
    if in_map:
        (disc / "ALLDATA.KWI").write_bytes(name_index(base + data, "", len(base) // 2048 << 8))
    else:
        (disc / name).write_bytes(data)
        (disc / "ALLDATA.KWI").write_bytes(name_index(alldata, name))


def without_zones(wanted):
    """What is left where no zone table leads to the streets."""
    for found in wanted.found:
        for feature in found:
            feature["properties"].update(zone=None, zone_name=None)
    volumes, _, lists = wanted.document
    wanted.document = volumes, [], [[kind, type_, entries, None] for kind, type_, entries, _ in lists]
    return wanted


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        town = folder / "town"
        subprocess.run([KIWIBUILD, "--quiet", "-o", town, ROOT / "testdata/small/town.geojson"], check=True)
        wanted = Answers(town)
        tap.check(len(wanted.found[0]) > 5 and len(wanted.records) > 40, "the disc has an index", f"{len(wanted.found[0])} {len(wanted.records)}")

        disc = copy(town, folder, "renamed")
        renamed(disc)
        compare(disc, wanted, "other names")
        kinds = {f["path"]: f["kind"] for f in json.loads(run(disc).stdout)["files"]}
        tap.check(all(kinds[name] == "index" for name in kinds if name == "GUIDE.KWI" or name.startswith("DATA/")) and kinds["SPEC.KWI"] == "spec",
                  "files that the index leads to are of kind index", str(kinds))
        disc = copy(town, folder, "decoy")
        decoy(disc)
        document = json.loads(run(disc).stdout)["index"]
        tap.check([v["function"] for v in document["volumes"]] == ["FSLZ", "FSAD", "FPOI", "FMNC"], "an INDEXDAT.KWI that nothing names is not the index")
        tap.check([without_place(f) for f in lines(disc, "--find", "")] == wanted.found[0], "nothing is found twice")

        for file in ("IDX/AAA.IDX", "IDX/ZZZ.IDX", "RANGES", "DATA/RANGES.DAT"):
            disc = copy(town, folder, f"frame{file.replace('/', '_')}")
            move_frame(disc, file)
            compare(disc, wanted, f"ranges at the start of {file}")
        for file in ("IDX/AAA.IDX", "DATA/NAMES", "ALLDATA.KWI", "VERSION.TXT", "LOADING.KWI"):
            for which, record in (("matching", 0), ("matching", 1), ("matching_definition", 0)):
                disc = copy(town, folder, f"{file.replace('/', '_')}_{which}{record}")
                move_data(disc, file, which, record)
                compare(disc, wanted, f"{which} of record {record} in {file}")
        wanted = without_zones(wanted)
        disc = copy(town, folder, "one")
        all_in_one(disc)
        compare(disc, wanted, "everything in GUIDE.KWI", in_order=False)
        disc = copy(town, folder, "map")
        all_in_one(disc, True)
        compare(disc, wanted, "everything in ALLDATA.KWI", in_order=False)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
