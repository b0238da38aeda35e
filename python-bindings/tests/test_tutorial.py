#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the tutorials in Python by the command lines that they give, on the disc of README: test_tutorial.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import matplotlib.image
import numpy

from support import KIWIBUILD, ROOT, lines, run, tap

SEA, FOUND = (0xB5, 0xD3, 0xE7), (0x21, 0x66, 0xAC)
# Width and height, a colour that must be there, and its least share of the picture.
PICTURES = {
    "coast.png": (1200, 1200, SEA, 0.1),
    "streets.png": (1200, 1200, (0xE3, 0xB2, 0x3C), 0.002),
    "kilometres.png": (960, 480, (0x5B, 0x93, 0xB8), 0.05),
    "street.png": (1200, 1200, FOUND, 0.0005),
    "route.png": (1200, 1200, FOUND, 0.002),
}


def tutorial(name, folder):
    """What it prints."""
    source = (ROOT / "docs/tutorials" / name).read_text(encoding="utf-8")
    path, *arguments = re.search(r"^    kiwi-env/bin/python (.*)$", source, re.M)[1].split()
    environment = dict(os.environ, KIWIPATCH_STATE=str(folder / "originals"), MPLCONFIGDIR=str(folder / "matplotlib"))
    result = subprocess.run([sys.executable, ROOT / path, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    tap.check(result.returncode == 0, f"{name} runs to the end", result.stderr[-3000:])
    return result.stdout


def shows(printed, pattern, name):
    """The groups of what was printed, or nothing."""
    match = re.search(pattern, printed, re.M)
    tap.check(match, name, printed)
    return match.groups() if match else ()


def told(printed, disc):
    """What it prints is what the command says, or what the input has."""
    shows(printed, r"^  ALLDATA.KWI +alldata +[\d,]+$", "the files")
    shows(printed, r"^  level 2: 64 x 64 parcels$", "the levels")
    shows(printed, r"^  names: .*Göteborg, Kungälv", "towns at the coast")
    count = sum(1 for _ in lines("--features", "--kind", "road", "--level", "0", "--type", "walkway", disc))
    tap.equal(shows(printed, r"^walkway +(\d+) +[\d.]+$", "road classes"), (str(count),), "as many walkways as kiwidump counts")
    ranges = shows(printed, r"^Kungsportsavenyn: (\d+) address ranges$", "a street")
    found = json.loads(run("--find", "Kungsportsavenyn", "--match", "exact", disc))
    tap.equal(ranges, (str(len(found["properties"]["ranges"])),), "with as many address ranges as kiwidump finds")
    length = shows(printed, r"^Route: ([\d,]+) m, \d+ minutes, \d+ legs$", "a route")
    way = json.loads(run("--route", "57.7005,11.9735", "57.7065,11.9390", disc))
    tap.equal(length, (f"{way['properties']['length']:,}",), "as long as that of kiwidump")
    shows(printed, r"^  road_type = <RoadType\.\w+: \d+>: what kind of road \(standard\)$", "a field, and what it means")
    shows(printed, r"^Check: 0 findings, good$", "the disc is in order")
    shows(printed, r"'Kungsportsavenyn' becomes b'Pythonpromenaden'$", "what the patch will do")
    shows(printed, r"applied: [1-9]\d* names say Pythonpromenaden, 0 say Kungsportsavenyn$", "what it did")
    shows(printed, r"undone: the copy is the same again$", "and back")


def pictures(folder):
    tap.equal(sorted(path.name for path in folder.glob("*.png")), sorted(PICTURES), "the pictures")
    for name, (width, height, colour, share) in PICTURES.items():
        pixels = (matplotlib.image.imread(folder / name)[:, :, :3] * 255).round().astype(int)
        tap.equal(pixels.shape, (height, width, 3), f"{name}: size")
        there = (pixels == colour).all(axis=2).mean()
        tap.check(there >= share, f"{name}: shows what it is about", f"{there:.5f} of the pixels")
        colours = len(numpy.unique(pixels.reshape(-1, 3), axis=0))
        tap.check(colours > 100, f"{name}: not blank", f"{colours} colours")


def main():
    with tempfile.TemporaryDirectory(prefix="kiwi-tutorial-") as name:
        folder = pathlib.Path(name)
        disc = folder / "disc.iso"
        subprocess.run([ROOT / "tools/demo-disc", KIWIBUILD, disc], check=True)
        before = disc.read_bytes()
        told(tutorial("explore.py", folder), disc)
        pictures(folder / "pictures")
        shows(tutorial("first_look.py", folder), r"^Found: Kungsportsavenyn at 57\.70\d\d, 11\.97\d\d$", "a street by first_look.py")
        line = "kiwi-env/bin/python docs/tutorials/explore.py disc.iso pictures"
        tap.check(line in (ROOT / "README.md").read_text(encoding="utf-8"), "README has the same command line")
        tap.check(disc.read_bytes() == before, "the disc itself was not touched")
    return tap.end()


sys.exit(main())
