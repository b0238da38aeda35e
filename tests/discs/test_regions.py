#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Regions that frames of the map name: what --check says when they lie: test_regions.py KIWIDUMP KIWIBUILD INPUT. TAP."""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

import read_alldata  # noqa: E402
import read_regions  # noqa: E402
from check_goteborg import Tap  # noqa: E402


def findings(kiwidump, file):
    return json.loads(subprocess.run([kiwidump, "--check", "--quiet", file], stdout=subprocess.PIPE).stdout)["findings"]


def far_from(regions, box):
    """A region of which a box is nowhere near."""
    return next(i for i, region in enumerate(regions) if region.box and not read_regions.touch(region.box, box))


def main(kiwidump, kiwibuild, source):
    tap = Tap()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name, "disc")
        subprocess.run([kiwibuild, "--quiet", "-o", folder, source], check=True)
        file = folder / "ALLDATA.KWI"
        good = file.read_bytes()
        volume = read_alldata.Volume(good)
        levels = read_regions.read(volume)
        frame = next(f for f in volume.frames.values() if f.level.number == 0 and read_alldata.u16(good, f.address + 34) == 2)
        at = frame.address + 36
        box = levels[2][read_alldata.u16(good, at + 2)].box
        tap.none(findings(kiwidump, file), "a good disc has no findings")
        for level, region, severity, expected in (
            (6, 0, "error", "a region of a level that route planning has"),
            (2, len(levels[2]), "error", "a number below the number of regions of its level"),
            (2, far_from(levels[2], box), "warning", "a region whose box touches the parcel"),
            (-32, 0xFFFF, None, None),
        ):
            bad = bytearray(good)
            struct.pack_into(">HH", bad, at, (level & 0x3F) << 10, region)
            file.write_bytes(bad)
            found = [(f["severity"], f["expected"], f["offset"], f["found"]) for f in findings(kiwidump, file)]
            wanted = [(severity, expected, at, f"level {level}, region {region}")] if severity else []
            tap.check(found == wanted, f"level {level}, region {region}: {expected or 'no region, nothing to report'}", str(found)[:300])
    return tap.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
