#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is allowed but odd is read on and said: test_notes.py KIWIBUILD KIWIDUMP SOURCE_ROOT. TAP.

Link ids with a gap, and a version of the format that is still to come. Beside that, what such ids are for: the road frames and
the frames of route planning name the same links by the same ids.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

KIWIBUILD, KIWIDUMP = sys.argv[1:3]
ROOT = pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

from check_goteborg import Tap  # noqa: E402


def dump(*arguments):
    result = subprocess.run([KIWIDUMP, "--quiet", *map(str, arguments)], capture_output=True, check=False)
    return result.returncode, result.stdout


def lines(*arguments):
    return [json.loads(line) for line in dump(*arguments)[1].splitlines()]


def findings(disc):
    return json.loads(dump("--check", disc)[1])["findings"]


def changed(path, offset, data):
    """Changes bytes of a file; returns those that were there."""
    sound = path.read_bytes()
    path.write_bytes(sound[:offset] + data + sound[offset + len(data):])
    return sound


def check_ids(tap, records):
    roads, costs = set(), set()
    for record in records:
        fields = record.get("fields", {})
        if record.get("record") == "multilink_header" and record["path"].startswith("level[0]"):
            roads |= set(range(fields["link_id"], fields["link_id"] + fields["number_of_nodes"] - 1))
        if record.get("record") == "link_cost_record":
            costs |= set(range(fields["link_id"], fields["link_id"] + fields["end_link_id_differential"] + 1))
    tap.check(len(costs) > 1000 and costs <= roads, "links of route planning are those of the roads, by their ids",
              f"{len(costs - roads)} of {len(costs)} are not")


def check_gap(tap, disc, records):
    chain = next(r for r in records if r.get("record") == "multilink_header" and r["fields"]["number_of_nodes"] > 2)
    path, roads = disc / chain["file"], dump("--features", disc)
    sound = changed(path, chain["offset"] + 20, b"\x00\x63")
    found = findings(disc)
    tap.check([(f["severity"], f["field"], f["found"]) for f in found] == [("warning", "end_link_id_differential", "99")]
              and found[0]["offset"] == chain["offset"], "a gap in the ids of a chain is a warning", str(found))
    tap.check(dump("--features", disc) == roads, "which costs nothing")
    path.write_bytes(sound)


def check_version(tap, disc):
    path, roads = disc / "ALLDATA.KWI", dump("--features", disc)
    for version, notes in ((b"KIWI02-10-00", 1), (b"KIWI03-00-00", 1), (b"KIWI01-23-00", 0), (b"KIWIxx-23-00", 0)):
        sound = changed(path, 160 + len("FORMAT VERSION "), version)
        found = findings(disc)
        tap.check([(f["severity"], f["field"], f["found"]) for f in found] == [("note", "format_version", version.decode())] * notes,
                  f"{version.decode()} has {notes} notes", str(found))
        tap.check(dump("--features", disc) == roads, f"{version.decode()} is read on")
        path.write_bytes(sound)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        disc = pathlib.Path(folder) / "disc"
        subprocess.run([KIWIBUILD, "--quiet", "-o", disc, ROOT / "testdata/goteborg.geojson.gz"], check=True)
        records = lines("--records", disc)
        check_ids(tap, records)
        check_gap(tap, disc, records)
        check_version(tap, disc)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
