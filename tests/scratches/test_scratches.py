#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Discs with sectors that cannot be read: test_scratches.py KIWIDUMP KIWIBUILD SCRATCH.SO SOURCE_ROOT [POSITIONS [SEED]].

What is found on a scratched disc must be on the sound one, and what is missing must have to do with the scratch. Prints
TAP."""
import collections
import gzip
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, SCRATCH, ROOT = *sys.argv[1:4], pathlib.Path(sys.argv[4])
POSITIONS = int(sys.argv[5]) if len(sys.argv) > 5 else 12
SEED = int(sys.argv[6]) if len(sys.argv) > 6 else 20261129
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
from scratched import environment as scratches  # noqa: E402

SECTOR = 2048


tap = check_goteborg.Tap()
Run = collections.namedtuple("Run", "code text error")


def run(*arguments, scratched=None, sectors=(), log=None):
    environment = scratches(SCRATCH, scratched, sectors, log) if scratched else None
    done = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, env=environment, timeout=300)
    return Run(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def lines(text):
    return text.decode().splitlines()


def quarter(path):
    """A part of Göteborg that is large enough for lists of many kinds."""
    with gzip.open(ROOT / "testdata/goteborg.geojson.gz") as file:
        features = json.load(file)["features"]

    def first(coordinates):
        return first(coordinates[0]) if isinstance(coordinates[0], list) else coordinates

    def inside(feature):
        longitude, latitude = first(feature["geometry"]["coordinates"])[:2]
        return 11.965 < longitude < 11.975 and 57.7 < latitude < 57.705
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(filter(inside, features))}))


def by_id(text):
    return {feature["id"]: feature for feature in map(json.loads, lines(text))}


def is_less(value, sound):
    """Whether a value says the same as that of the sound disc, or nothing."""
    if isinstance(value, dict) and isinstance(sound, dict):
        return value.keys() == sound.keys() and all(is_less(value[key], sound[key]) for key in value)
    if isinstance(value, list) and isinstance(sound, list) and value and isinstance(value[0], dict):
        return all(item in sound for item in value)
    return value == sound or value in (None, "", [])


class Disc:
    """A sound image, and what kiwidump has to say of it."""

    def __init__(self, path):
        self.path = path
        self.size = path.stat().st_size
        self.files = json.loads(run(path).text)["files"]
        self.records = lines(run(path, "--records").text)
        self.known = set(self.records)
        self.features = {mode: by_id(run(path, *mode).text) for mode in (
            ("--features",), ("--features", "--kind", "route"), ("--features", "--kind", "address,poi"), ("--find", "s"))}

    def place(self, sector):
        """The file and the offset in it of a sector; None if it is in none."""
        at = sector * SECTOR
        for file in self.files:
            inside = 0
            for extent in file["extents"]:
                if extent["offset"] <= at < extent["offset"] + extent["length"]:
                    return file["path"], inside + at - extent["offset"], min(SECTOR, file["size"] - inside - at + extent["offset"])
                inside += extent["length"]
        return None


def touches(record, place):
    """Whether a record, by its own line, lies in what cannot be read."""
    return record["file"] == place[0] and record["offset"] < place[1] + place[2] and record["offset"] + record["length"] > place[1]


def compare_records(disc, scratched, place):
    """What is wrong with the records of a scratched disc; empty if nothing is."""
    seen = set(scratched)
    for line in scratched:
        record = json.loads(line)
        if line not in disc.known and record["record"] not in ("unknown", "padding", "reserved"):
            return f"new: {line}"
    lost = [json.loads(line) for line in disc.records if line not in seen]
    if place is None:
        return f"lost without a reason: {lost[0]}" if lost else ""
    others = [record for record in lost if record["file"] != place[0]]
    if others and place[0] not in ("ALLDATA.KWI", "INDEXDAT.KWI") and not place[0].startswith("IDX/"):
        return f"of another file: {others[0]}"
    return ""


def check_position(disc, sector, work):
    place = disc.place(sector)
    log = work / "log"
    log.unlink(missing_ok=True)
    result = run(disc.path, "--check", scratched=disc.path, sectors=[sector], log=log)
    tries = log.stat().st_size if log.exists() else 0
    findings = json.loads(result.text)["findings"] if result.text else []
    unreadable = [(f["file"], f["offset"], int(f["found"].split()[0])) for f in findings if f["field"] == "unreadable"]
    if place:
        if result.code != 1 or unreadable != [place]:
            return f"--check: {result.code}, {unreadable}, not {[place]}: {result.error}"
        if tries > 3:
            return f"{tries} tries"
    elif result.code == 0 and tries:
        return f"--check is content, after {tries} tries"
    result = run(disc.path, "--records", scratched=disc.path, sectors=[sector])
    problem = compare_records(disc, lines(result.text), place)
    if problem or result.code not in (0, 1):
        return f"--records: {result.code}, {problem or result.error}"
    for mode, sound in disc.features.items():
        result = run(disc.path, *mode, scratched=disc.path, sectors=[sector])
        scratched = by_id(result.text)
        new = [feature for name, feature in scratched.items() if not is_less(feature, sound.get(name))]
        if new or result.code != 1 and not (result.code == 0 and scratched == sound) and (result.code != 3 or scratched):
            return f"{mode}: {result.code}, {len(scratched)} of {len(sound)}, {result.error}, new {new[:1]}"
    for mode in (["--svg"], [], ["--summary"], ["--at", "57.7,11.97"], ["--diff", disc.path], ["--annotate", "--length", "100000"]):
        result = run(disc.path, *mode, scratched=disc.path, sectors=[sector])
        if result.code not in (0, 1) and "unreadable" not in result.error:
            return f"{mode}: {result.code}, {result.error}"
    return check_extract(disc, sector, place, work)


def check_extract(disc, sector, place, work):
    folder = work / "files"
    result = run(disc.path, "--extract", folder, scratched=disc.path, sectors=[sector])
    said = {}
    for line in map(json.loads, lines(result.text)):
        if "unreadable" in line:
            said[line["path"]] = [(e["offset"], e["size"]) for e in line["unreadable"]]
    image = bytearray(disc.path.read_bytes())
    image[sector * SECTOR:(sector + 1) * SECTOR] = bytes(SECTOR)
    problem = ""
    if (place is not None) != (result.code == 1 and place[0] in said and said[place[0]] == [place[1:]] if place else bool(said)):
        problem = f"--extract: {result.code}, {said}, {result.error}"
    for file in disc.files:
        expected = b"".join(image[e["offset"]:e["offset"] + e["length"]] for e in file["extents"])
        if (folder / file["path"]).read_bytes() != expected:
            problem = f"{file['path']} differs"
    shutil.rmtree(folder, ignore_errors=True)
    return problem


def check_gaps(disc, choose, copy):
    """--diff reads what lies outside of the files, too."""
    gaps = [sector for sector in range(disc.size // SECTOR) if not disc.place(sector)]
    shutil.copy(disc.path, copy)
    for sector in choose.sample(gaps, 5):
        for pair in ((disc.path, copy), (copy, disc.path)):
            result = run("--diff", *pair, scratched=disc.path, sectors=[sector])
            tap.check(result.code == 1 and f"from sector {sector} of the image" in result.error,
                      f"sector {sector} outside of the files", (result.code, result.error))


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        path = work / "disc.iso"
        quarter(work / "quarter.geojson")
        subprocess.run([KIWIBUILD, "--quiet", "-o", path, work / "quarter.geojson"], check=True)
        disc = Disc(path)
        used = [s for s in range(disc.size // SECTOR) if disc.place(s)]
        choose = random.Random(SEED)
        sectors = [choose.choice(used) for _ in range(POSITIONS)] if POSITIONS else used
        for sector in sectors:
            tap.check(not (problem := check_position(disc, sector, work)), f"sector {sector}", problem)
        check_gaps(disc, choose, work / "copy.iso")
    return tap.end()


sys.exit(main())
