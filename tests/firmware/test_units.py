#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From the text to a planned recipe on units of several processors: test_units.py KIWIBUILD KIWIDUMP KIWIPATCH SOURCE_ROOT KIND... Prints TAP.

sh4 and arm need Debian's cross compilers, so tools/long-tests runs them; ./test has mips."""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import demo_unit
from demo_unit import TEXTS

KIWIBUILD, KIWIDUMP, KIWIPATCH = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:4])
ROOT = pathlib.Path(sys.argv[4])
RULES = {"mips": "neg-sum32be,skip=16", "sh4": "sum32le,skip=16,stored=le", "arm": "sum32le,skip=16,stored=le"}
BLOCKS = ["--block", "0x100,0x300", "--block", "0x400,0x100", "--block", "0x500,0x200"]
XREF = ["find", "--text", "i agree", "--ignore-case", "--module", "AG01", "--xref"]
tap = demo_unit.Tap()


def patch(*arguments):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False)


def unit(kind, folder, image):
    """What the unit in an image does: waits, goes on, refuses, or something else."""
    shutil.rmtree(folder / "x", ignore_errors=True)
    subprocess.run([KIWIDUMP, "--quiet", image, "--extract", folder / "x", "--file", "LOADING.KWI"], check=True, stdout=subprocess.DEVNULL)
    text, code, waited = demo_unit.run_unit(folder / "x/LOADING.modules/0.0-AG01.bin", machine=f"qemu-{kind}", patience=20)
    if waited and TEXTS["agree"] in text and TEXTS["map"] not in text:
        return "waits"
    if not waited and code == 0 and TEXTS["agree"] in text and text.rstrip().endswith(TEXTS["map"]):
        return "goes on"
    return "refuses" if not waited and code == 2 and TEXTS["damaged"] in text else f"{code} {text}"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def changes(kind, folder, image):
    """Each change as a recipe with its sums, applied, run, undone: one of them goes on without waiting."""
    before = digest(image)
    shown = patch(*XREF, image).stdout
    tap.check("load address of AG01: 0x00400000" in shown, f"{kind}: load address", shown)
    good = []
    for number in re.findall(r"change (\d+), ", shown):
        recipe = folder / f"change-{number}.json"
        result = patch(*XREF, "--recipe", number, "--rule", RULES[kind], *BLOCKS, "-o", recipe, image)
        tap.check(result.returncode == 0, f"{kind}: change {number}: a recipe", result.stderr)
        result = patch("apply", image, recipe)
        if result.returncode == 5 and "no checksum step covers it" in result.stderr:
            continue  # the head of a block
        tap.check(result.returncode == 0, f"{kind}: change {number}: planned and applied", result.stderr)
        if unit(kind, folder, image) == "goes on":
            good.append(recipe)
        patch("undo", image)
        tap.check(digest(image) == before, f"{kind}: change {number}: undone")
    tap.check(good, f"{kind}: a change goes on without waiting", shown)
    return good


def main():
    for kind in sys.argv[5:]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            image = folder / "unit.iso"
            demo_unit.build_disc(KIWIBUILD, ROOT, folder, image.name, kind)
            before = digest(image)
            tap.check(unit(kind, folder, image) == "waits", f"{kind}: waits before", unit(kind, folder, image))
            for recipe in changes(kind, folder, image)[:1]:
                tap.check(patch("apply", image, recipe).returncode == 0 and unit(kind, folder, image) == "goes on", f"{kind}: goes on after")
                tap.check(patch("undo", image).returncode == 0 and digest(image) == before and unit(kind, folder, image) == "waits", f"{kind}: as before after undo")
                alone = folder / "alone.json"
                number = recipe.stem.split("-")[1]
                patch(*XREF, "--recipe", number, "-o", alone, image)
                tap.check(patch("apply", image, alone).returncode == 5, f"{kind}: without its sum it is refused")
                result = patch("apply", "--override", "write without a checksum rule", image, alone)
                tap.check(result.returncode == 0 and unit(kind, folder, image) == "refuses", f"{kind}: with a broken sum the unit refuses", result.stderr)
                patch("undo", image)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
