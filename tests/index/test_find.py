#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The index: every street of Göteborg is found where it is: test_find.py KIWIDUMP KIWIBUILD FIND_LINES GOTEBORG
SOURCE_ROOT. Prints TAP."""
import collections
import gzip
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata

KIWIDUMP, KIWIBUILD, FIND_LINES, GOTEBORG, ROOT = *sys.argv[1:5], pathlib.Path(sys.argv[5])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

# Positions on the disc count 1/8 second; one and a half of them is room for rounding.
TOLERANCE = 0.75 / 28800 + 1e-7
ONE_BY_ONE = 20


tap = check_goteborg.Tap()


def run(*arguments):
    return subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)


def find(disc, *arguments):
    result = run(disc, "--find", *arguments)
    if result.returncode == 1 and result.stderr == b"kiwidump: nothing found\n":
        return []
    if result.returncode != 0 or result.stderr:
        tap.check(False, f"--find {arguments}", f"exit {result.returncode}: {result.stderr[:300]}")
    return [json.loads(line) for line in result.stdout.decode("utf-8").splitlines()]


def fold(text):
    text = text.replace("ß", "ss").replace("æ", "ae").replace("Æ", "AE").replace("ø", "o").replace("Ø", "O")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).upper()


def near(a, b):
    return abs(a[0] - b[0]) <= TOLERANCE and abs(a[1] - b[1]) <= TOLERANCE


def starts_of(features):
    """The first vertices of the ways of each name: what the disc's address ranges begin at."""
    starts = collections.defaultdict(list)
    for feature in features:
        if "highway" not in feature["properties"] or feature["geometry"]["type"] == "Point":
            continue
        name = next(iter(check_goteborg.names_of(feature["properties"])), None)
        if not name:
            continue
        geometry = feature["geometry"]["coordinates"]
        starts[name].append(geometry[0] if feature["geometry"]["type"] == "LineString" else geometry[0][0])
    return starts


def same_places(found, wanted):
    """Each range begins where a way of the input does, and there are as many."""
    if len(found) != len(wanted):
        return f"{len(found)} ranges, {len(wanted)} ways"
    left = list(wanted)
    for range_ in found:
        place = range_["longitude"], range_["latitude"]
        match = next((i for i, start in enumerate(left) if near(place, start)), None)
        if match is None:
            return f"no way begins at {place}"
        del left[match]
    return ""


def check_street(street, starts):
    properties = street["properties"]
    problem = same_places(properties["ranges"], starts[properties["name"]])
    if not problem and not any(near(street["geometry"]["coordinates"], start) for start in starts[properties["name"]]):
        problem = f"it is at {street['geometry']['coordinates']}"
    if not problem and sum(range_["representative"] for range_ in properties["ranges"]) != 1:
        problem = "not one range stands for it"
    return problem


def all_streets(starts):
    """One search for everything, then the same answers from the searches one by one."""
    streets = find(GOTEBORG, "")
    names = [street["properties"]["name"] for street in streets]
    tap.check(sorted(names) == sorted(starts), f"{len(starts)} street names are in the index once each")
    tap.check(len(names) > 2500, f"that are {len(names)}")
    problems = {}
    for street in streets:
        problem = check_street(street, starts)
        if problem:
            problems[street["properties"]["name"]] = problem
        if street["properties"]["key"] != fold(street["properties"]["name"]):
            problems[street["properties"]["name"]] = f"its key is {street['properties']['key']}"
    tap.check(not problems, "each at the places of its ways, sorted by a key without case and accents", str(problems)[:500])
    return {street["properties"]["name"]: street for street in streets}


def searches(lines, in_order=False):
    """Offsets of what each line finds, all in one process."""
    result = subprocess.run([FIND_LINES, GOTEBORG], input="".join(line + "\n" for line in lines), capture_output=True, encoding="utf-8",
                            check=True)
    return [(list if in_order else set)(map(int, line.split()[1:])) for line in result.stdout.splitlines()]


def every_name_alone(streets):
    """Every name exactly, and every prefix of every name, as written and folded; the referee is the list of all names."""
    offsets = {name: street["properties"]["offset"] for name, street in streets.items()}
    found = searches("e" + name for name in offsets)
    wrong = [name for name, hits in zip(offsets, found) if hits != {offsets[name]}]
    tap.none(wrong, f"each of {len(offsets)} names is found exactly")
    written = collections.defaultdict(set)
    folded = collections.defaultdict(set)
    for name, offset in offsets.items():
        for text in (name, fold(name)):  # the key is searched, too
            for length in range(1, len(text) + 1):
                written[text[:length]].add(offset)
        for length in range(1, len(fold(name)) + 1):
            folded[fold(name)[:length]].add(offset)
    wrong = [text for text, hits in zip(written, searches("p" + text for text in written)) if hits != written[text]]
    tap.none(wrong, f"all {len(written)} prefixes of names find all names that begin with them")
    keys = [(fold(name), offset) for name, offset in offsets.items()]
    some = random.Random(4).sample(sorted(folded), 200)
    wrong = [text for text, hits in zip(some, searches(("f" + text.lower() for text in some), True)) if set(hits[: len(folded[text])]) != folded[text]]
    tap.none(wrong, "folded prefixes find all names that begin with them first")
    inside = {key[begin:begin + length] for key, _ in random.Random(5).sample(sorted(keys), 60) for begin in (1, 3, 5) for length in (1, 2, 3, 6)} - {""}
    wrong = [text for text, hits in zip(inside, searches("f" + text.lower() for text in inside)) if hits != has_inside(keys, text)]
    tap.none(wrong, f"{len(inside)} parts of names find what begins with them, has them where a word begins, or is long enough")
    wrong = [text for text, hits in zip(inside, searches("c" + text.lower() for text in inside))
             if hits != {offset for key, offset in keys if text in key}]
    tap.none(wrong, f"{len(inside)} parts of names find what contains them")


def has_inside(keys, text):
    word = re.compile(r"(?<![A-Z0-9\u0080-\uffff])" + re.escape(text))
    return {offset for key, offset in keys if (text in key if len(text) >= 3 else word.search(key) or key.startswith(text))}


def by_the_command(streets):
    """The same through the program, for some."""
    wrong = []
    for name in random.Random(1621).sample(sorted(streets), ONE_BY_ONE) + ["Övre Rönnbärsstigen", "Kungsportsavenyen", "1"]:
        prefix = name[:max(1, len(name) * 2 // 3)]
        if find(GOTEBORG, name, "--match", "exact") != [streets[name]]:
            wrong.append(f"exact {name}")
        by_prefix = [s["properties"]["name"] for s in find(GOTEBORG, prefix, "--match", "prefix")]
        if sorted(by_prefix) != sorted(n for n in streets if n.startswith(prefix)):
            wrong.append(f"prefix {prefix}")
        by_folded = [s["properties"]["name"] for s in find(GOTEBORG, prefix.lower())]
        if not all(fold(prefix) in fold(n) for n in by_folded) or not {n for n in streets if fold(n).startswith(fold(prefix))} <= set(by_folded):
            wrong.append(f"folded {prefix}")
    tap.none(wrong, f"{ONE_BY_ONE + 3} names through the program, in the three ways")


def no_such_names():
    for text in ("Avenue des Champs", "Övre Rönnbärsstigenx", "名古屋", "\u0001"):
        tap.check(find(GOTEBORG, text) == [], f"{text!r} is not found")
    tap.check(find(GOTEBORG, "KUNGSPORTSAVENYEN", "--match", "exact") != [], "the key is found exactly, too")
    tap.check(find(GOTEBORG, "kungsportsavenyen", "--match", "exact") == [], "exactly means the characters")
    tap.check(len(find(GOTEBORG, "a", "--limit", "3")) == 3, "--limit")
    for match in ("folded", "contains"):
        found = [f["properties"]["name"] for f in find(GOTEBORG, "avenyen", "--match", match)]
        tap.check("Kungsportsavenyen" in found, f"avenyen finds Kungsportsavenyen, {match}", str(found))


def usage(folder):
    tap.check(run(GOTEBORG, "--find", "x", "--match", "fuzzy").returncode == 2, "--match knows its words")
    tap.check(run(GOTEBORG, "--find", "x", "--zone", "7").returncode == 3, "a zone that is not there")
    (folder / "alone").mkdir()
    (folder / "alone/METADATA.KWI").write_bytes(b"CHCD ::=ISO 8859-1 ;")
    result = run(folder / "alone", "--find", "x")
    tap.check(result.returncode == 3 and b"no index" in result.stderr, "a disc without an index", str(result))


def places(disc):
    text = json.loads((ROOT / "testdata/small/town.geojson").read_text("utf-8"))
    wanted = {f["properties"]["name"]: f["geometry"]["coordinates"] for f in text["features"] if "place" in f["properties"]}
    found = {f["properties"]["name"]: f for f in find(disc, "") if f["properties"]["kind"] == "place"}
    tap.check(set(found) == set(wanted) and all(near(found[n]["geometry"]["coordinates"], wanted[n]) for n in wanted),
              f"{len(wanted)} places at their positions", str(found))
    lines = [json.loads(line) for line in run(disc, "--features", "--kind", "address,poi").stdout.splitlines()]
    kinds = collections.Counter(line["properties"]["kind"] for line in lines)
    tap.check(kinds["address"] == sum(map(len, starts_of(text["features"]).values())) and kinds["place"] == len(wanted),
              "--features --kind address,poi", str(kinds))
    collection = json.loads(run(disc, "--features", "--kind", "address,poi", "--format", "geojson").stdout)
    tap.check(collection["features"] == lines, "the same as a collection")
    box = run(disc, "--find", "", "--bbox", "11.985,57.699,11.987,57.701").stdout.splitlines()
    tap.check([json.loads(line)["properties"]["name"] for line in box] == ["Småköping"], "--bbox", str(box))
    for name in ("IDX/SADSR201.IDX", "INDEXDAT.KWI", "ALLDATA.KWI"):
        one = [json.loads(line)["properties"]["name"] for line in run(disc / name, "--find", "bron").stdout.splitlines()]
        tap.check(one == ["Bron"], f"{name} opened alone leads to the index", str(one))


def next_level():
    """Ramps lie below their freeway, in a search frame that its detailed record leads to."""
    file = ROOT / "tests/corpus/file/roads.idx"
    found = find(file, "ramp")
    place = [115.5625, -31.2916667]
    tap.check([(f["properties"]["name"], f["properties"]["kind"], f["geometry"]["coordinates"]) for f in found] == [("RAMP 1", "poi", place)],
              "a name of the next level", str(found))
    features = [json.loads(line) for line in run(file, "--features", "--kind", "address,poi").stdout.splitlines()]
    tap.check(features == found, "--features has it, too", str(features))


def two_zones(folder, disc):
    """A second zone: another search file, entered in the zone table."""
    subprocess.run([KIWIBUILD, "--quiet", "-o", folder / "second", ROOT / "testdata/small/south_west.geojson"], check=True)
    second = (folder / "second/IDX/SADSR201.IDX").read_bytes().replace(b"SADSR201", b"SADSR202")
    (disc / "IDX/SADSR202.IDX").write_bytes(second)
    table = bytearray((disc / "IDX/ZONEZSRC.IDX").read_bytes())
    option = bytearray(table[-26:])
    option[3] = 2
    option[10:] = option[10:].replace(b"201", b"202")
    table += option
    for at, value in ((20, 56 // 2), (40, 56 // 2), (44, 2)):
        struct.pack_into(">I", table, 16 + at, value)
    (disc / "IDX/ZONEZSRC.IDX").write_bytes(table)
    check = json.loads(run(disc, "--check").stdout)
    tap.check(check["findings"] == [], "two zones: nothing to report", str(check["findings"])[:300])
    zones = json.loads(run(disc).stdout)["index"]["zones"]
    tap.check([zone["file"] for zone in zones] == ["IDX/SADSR201.IDX", "IDX/SADSR202.IDX"], "two zones", str(zones))
    both, first, other = (find(disc, "", *more) for more in ((), ("--zone", 0), ("--zone", 1)))
    tap.check(both == first + other and first and other, "zones are searched one by one, or all in turn")
    tap.check({f["properties"]["zone"] for f in other} == {1}, "entries tell their zone")


def invariants(disc):
    """What --check asserts: the account, counts, sizes and places of the index."""
    check = json.loads(run(GOTEBORG, "--check").stdout)
    tap.check(check["findings"] == [] and all(a["accounted"] == a["size"] for a in check["account"]), "no findings, 100 % accounted")
    good = (disc / "IDX/SADSR201.IDX").read_bytes()
    lies = {"number_of_matching_records": (16 + 76, 5), "matching_size": (16 + 64, 0x7FFFFF), "maximum_matching_record_size": (16 + 72, 3),
            "number_of_records": (4, 0xFFFF), "record_size": (8, 4), "next_level_address": (16 + 88, 0x7FFF0000)}
    for field, (at, value) in lies.items():
        bad = bytearray(good)
        struct.pack_into(">I", bad, at, value)
        (disc / "IDX/SADSR201.IDX").write_bytes(bad)
        check = json.loads(run(disc, "--check").stdout)
        account = {a["file"]: a["accounted"] == a["size"] for a in check["account"]}
        tap.check(any(f["field"] == field for f in check["findings"]) and all(account.values()), f"{field} lies: a finding, all accounted",
                  str(check["findings"])[:300])
    (disc / "IDX/SADSR201.IDX").write_bytes(good)
    index = bytearray((disc / "INDEXDAT.KWI").read_bytes())
    struct.pack_into(">III", index, 80, 1, 35, 90)
    (disc / "INDEXDAT.KWI").write_bytes(index + bytes(70))
    check = json.loads(run(disc, "--check").stdout)
    tap.check(any(f["field"] == "poi_record_offset" for f in check["findings"]), "record tables that do not abut", str(check["findings"])[:300])
    (disc / "INDEXDAT.KWI").write_bytes(index[:80] + struct.pack(">III", 0, 0, 0xFFFFFFFF))


def main():
    with gzip.open(ROOT / "testdata/goteborg.geojson.gz") as file:
        starts = starts_of(json.load(file)["features"])
    streets = all_streets(starts)
    every_name_alone(streets)
    by_the_command(streets)
    no_such_names()
    next_level()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        disc = folder / "town"
        subprocess.run([KIWIBUILD, "--quiet", "-o", disc, ROOT / "testdata/small/town.geojson"], check=True)
        usage(folder)
        places(disc)
        two_zones(folder, disc)
        invariants(disc)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
