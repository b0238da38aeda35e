#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs for another processor under qemu, against those of this machine: test_machine.py BUILD NATIVE COMMAND... Prints TAP.

BUILD and NATIVE are build folders, COMMAND runs a program of BUILD. What both print and write must be the same bytes.
"""

import os
import pathlib
import random
import sys
import tempfile

sys.dont_write_bytecode = True
import compared  # noqa: E402
from compared import ROOT, contents, same  # noqa: E402

OTHER = compared.Programs(sys.argv[3:], f"{pathlib.Path(sys.argv[1]).resolve()}/{{0}}/{{0}}")
NATIVE = compared.native(pathlib.Path(sys.argv[2]).resolve())
DAMAGED = 40
tap = compared.Tap()


def test_damaged(folder):
    """What is said of discs with a few wrong bytes."""
    good = (folder / "town.iso").read_bytes()
    chance, different = random.Random(19), []
    for number in range(DAMAGED):
        data = bytearray(good)
        for _ in range(1 << chance.randrange(6)):
            data[chance.randrange(32768, len(data))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        (folder / "damaged.iso").write_bytes(data)
        for mode in ("document", "check", "records", "features"):
            one, two = (each.run("kiwidump", *compared.MODES[mode], "damaged.iso", cwd=folder) for each in (NATIVE, OTHER))
            if not same(one, two):
                different.append((number, mode, one.returncode, two.returncode, one.stderr[:100], two.stderr[:100]))
    tap.check(not different, f"kiwidump: {DAMAGED} damaged discs", *different)


def test_town(folder):
    """A disc of a real town, through what computes most."""
    assert NATIVE.run("kiwibuild", "-q", ROOT / "testdata/goteborg.geojson.gz", "-o", folder / "goteborg.iso").returncode == 0
    for mode in ("document", "features", "merge", "find", "route", "check", "svg", "prove"):
        one, two = (each.run("kiwidump", *compared.MODES[mode], "goteborg.iso", cwd=folder) for each in (NATIVE, OTHER))
        tap.check(same(one, two) and one.returncode in (0, 1), f"kiwidump, a town: {mode}", one.stderr, two.stderr)


def main():
    os.environ.update(LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "originals")
        compared.test_kiwibuild(tap, NATIVE, OTHER, folder)
        compared.test_modes(tap, NATIVE, OTHER, folder, compared.make_discs(folder, NATIVE))
        test_damaged(folder)
        test_town(folder)
        one, two = (each.run("kiwidump", "--extract", name, "town.iso", cwd=folder) for each, name in ((NATIVE, "one"), (OTHER, "other")))
        tap.check(same(one, two) and contents(folder / "one") == contents(folder / "other"), "kiwidump --extract", two.stderr)
        copies = (("town.iso", "copy.iso", "plain.iso"), ("other", "copy", "plain"))
        compared.test_patch(tap, NATIVE, OTHER, folder, folder / "other/SPEC.KWI", copies)
    return tap.end()


sys.exit(main())
