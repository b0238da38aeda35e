#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Addresses, towns and points of interest of OpenStreetMap are in the index, at their places and on the levels of its search files:
test_entries.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, ROOT = *sys.argv[1:3], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import index_tools as tools  # noqa: E402
import osm_entries  # noqa: E402

tap = check_goteborg.Tap()
TOWN = ROOT / "testdata/small/entries.osm"
WARNINGS = {
    "features have no tag that the profile knows: 1; the first: node 14",
    "house numbers are no numbers: 1; the first: node 162, Villa Rosa",
    'features have a value of amenity that the profile does not know: 1; the first: node 202, "spaceport"',
    "values of addr:interpolation are not understood: 1; the first: way 34, sometimes",
    "boundaries of administration are not whole, and name no town or country: 1; the first: relation 3",
    "numbers at the ends of address interpolations do not fit: 1; the first: way 33",
    "addresses have no street: 1; the first: node 163, 5",
}


def same(found, wanted, name):
    tap.check(found == wanted, name, "" if found == wanted else f"{found} instead of {wanted}")


def find(disc, *arguments):
    output = subprocess.run([KIWIDUMP, disc, "--find", *arguments], capture_output=True, check=False).stdout
    return [json.loads(line) for line in output.decode("utf-8").splitlines()]


def everything(disc, profile):
    """The referee reads the tags by itself."""
    missing_of = {"addresses": {"node 162, Hauptstraße Villa Rosa", "node 163, None 5"}}
    counts = {"streets": 4, "addresses": 43, "places": 4, "points of interest": 12}
    for kind, count, missing in osm_entries.compare(osm_entries.Osm(TOWN), profile, osm_entries.Found(KIWIDUMP, disc)):
        same((count, set(missing)), (counts[kind], missing_of.get(kind, set())), f"all {kind}, but for what cannot be understood")


def ranges(street):
    return [(r["first"], r["last"]) for r in street["properties"]["ranges"] if r["first"] is not None]


def addresses(disc):
    first, second = find(disc, "Hauptstraße", "--match", "exact")
    odd = sorted(r for r in ranges(first) if r[0] % 2)
    even = sorted(r for r in ranges(first) if r[0] % 2 == 0)
    same(odd, [(1, 3), (5, 5), (7, 9), (11, 13)], "numbers of one side, in ranges of 100 metres")
    same(even, [(2, 4), (6, 10), (12, 14), (20, 26), (28, 34), (36, 40)], "those of the other side")
    same(ranges(second), [(1, 1), (3, 3)], "a street of the same name in another town has its own")
    same([f["properties"].get("areas") for f in (first, second)], ["Althausen, Musterland", "Neudorf, Musterland"], "each says its town")
    towns = {f["properties"]["name"]: f["properties"].get("areas") for f in find(disc, "") if f["properties"]["kind"] == "place"}
    same(towns, {"Althausen": "Musterland", "Hochmoor": "Neudorf, Musterland", "Musterland": None, "Neudorf": "Musterland", "Weiler": "Althausen, Musterland"},
         "places say what they are in")
    same([f["properties"].get("areas") for f in find(disc, "Burg Neudorf")], ["Neudorf, Musterland"], "so do points of interest")
    no_road = find(disc, "Weiler", "--match", "exact")
    street = next(f for f in no_road if f["properties"]["kind"] == "street")
    same([r["link_id"] for r in street["properties"]["ranges"]], [0x3FFFFFFF], "houses of a place without streets have no link")


def levels(disc):
    """What an independent reader finds on the levels below places and below categories."""
    data = (disc / "IDX/SADSR201.IDX").read_bytes()
    top = tools.records(data)
    same([data[r : r + 4] for r in top], [b"SRMX", b"SRHA"], "streets and places")
    below = tools.records(data, tools.target(data, tools.entry(data, top[1], "next"))[0])
    streets = {}
    for place in tools.rows(data, top[1]):
        name = tools.characters(place.get("NAME") or place["KYCH"])
        streets[name] = [tools.characters(s.get("NAME") or s["KYCH"]) for s in tools.rows(data, below[0], 2 * place["NXST"][0])] if "NXST" in place else []
    same(streets, {"Althausen": ["Hauptstraße", "Seitengasse", "Verschwundene Gasse", "Weiler"], "Hochmoor": [], "Musterland": [],
                   "Neudorf": ["Hauptstraße"], "Weiler": []}, "the streets of each town are below it")
    ranges_of = [tools.target(data, tools.entry(data, r, "next"))[0] for r in (top[0], below[0])]
    same(len(set(ranges_of)), 1, "streets of both levels lead to the same ranges")
    data = (disc / "IDX/POISR201.IDX").read_bytes()
    top = tools.records(data)
    below = tools.records(data, tools.target(data, tools.entry(data, top[1], "next"))[0])
    fuel = next(c for c in tools.rows(data, top[1]) if tools.characters(c["NAME"]) == "Fuel")
    names = [tools.characters(p.get("NAME") or p["KYCH"]) for p in tools.rows(data, below[0], 2 * fuel["NXST"][0])]
    same(names, ["Aral", "Tankstelle Süd"], "filling stations are below their category")


def unsorted(disc):
    """A menu of area codes in any order names them, too; one that lies leads nowhere."""
    wanted = [f["properties"].get("areas") for f in find(disc, "")]
    path = disc / "IDX/FMCDT001.IDX"
    data = path.read_bytes()
    record = tools.records(data)[0]
    menu, _ = tools.target(data, tools.entry(data, record, "category"))
    size, count = (2 * tools.number(data, record + 36), tools.number(data, record + 44))
    first = menu + 2 * tools.number(data, record + 32)
    options = [data[first + i * size : first + (i + 1) * size] for i in range(count)]
    path.write_bytes(data[:first] + b"".join(reversed(options)) + data[first + count * size :])
    same([f["properties"].get("areas") for f in find(disc, "")], wanted, "codes in another order")
    path.write_bytes(data[:first] + b"".join(option[:-4] + b"\x7f\xff\xff\xff" for option in options) + data[first + count * size :])
    same({f["properties"].get("areas") for f in find(disc, "")}, {None}, "names beyond their end are none")
    path.write_bytes(data)


def main():
    profile = json.loads((ROOT / "kiwibuild/profiles/osm.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        disc = pathlib.Path(name) / "disc"
        result = subprocess.run([KIWIBUILD, TOWN, "-o", disc], capture_output=True, check=True, encoding="utf-8")
        found = {line.removeprefix("kiwibuild: warning: ").replace(f"{TOWN}: ", "") for line in result.stderr.splitlines()}
        same(found, WARNINGS, "what is not understood is counted, with the first of its kind")
        check = json.loads(subprocess.run([KIWIDUMP, disc, "--check"], capture_output=True, check=False).stdout)
        tap.check(check["findings"] == [] and all(a["accounted"] == a["size"] for a in check["account"]), "no findings, 100 % accounted")
        everything(disc, profile)
        addresses(disc)
        levels(disc)
        unsorted(disc)
        english = pathlib.Path(name) / "english"
        subprocess.run([KIWIBUILD, "-q", "--language", "en", TOWN, "-o", english], check=True)
        same([f["properties"].get("areas") for f in find(english, "Newtown Castle")], ["Neudorf, Sampleland"], "names by language")
        texts = subprocess.run([KIWIDUMP, disc, "--features", "--kind", "name"], capture_output=True, check=True).stdout.decode("utf-8")
        labels = {json.loads(line)["properties"]["text"] for line in texts.splitlines()}
        tap.check({"Tankstelle Süd", "Speed camera", "Tierpark", "Burg Neudorf"} <= labels, "points of interest are on the map", str(labels))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
