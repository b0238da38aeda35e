#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lists of roads are read in two ways, by the engine where they have a flaw: test_flawed_lists.py KIWIDUMP IMAGE. A reserved bit set
in each list must not change a feature. TAP."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

KIWIDUMP, IMAGE = sys.argv[1:]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from check_goteborg import Tap  # noqa: E402

RESERVED = 0x04  # bit 10 of the word that begins a road data list (7.2.2.1)


def run(*arguments):
    return subprocess.run([KIWIDUMP, "--quiet", *arguments], stdout=subprocess.PIPE, check=False).stdout


def flaw_lists(image):
    """Sets the bit in the lists of roads of an image; returns how many."""
    files = {file["path"]: file for file in json.loads(run(image))["files"]}
    lists = [json.loads(line) for line in run("--records", "--type", "road_data_list", image).splitlines()]
    with open(image, "r+b") as file:
        for record in lists:
            extent, = files[record["file"]]["extents"]
            file.seek(extent["offset"] + record["offset"])
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte | RESERVED]))
    return len(lists)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder, "flawed.iso")
        shutil.copy(IMAGE, image)
        count = flaw_lists(image)
        tap.check(count > 100, "there are lists of roads", str(count))
        findings = [json.loads(line) for line in run("--check", image).splitlines() if b'"found"' in line]
        tap.check(bool(findings), "their flaw is found")
        tap.check(run("--features", image) == run("--features", IMAGE), "the features are the same")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
