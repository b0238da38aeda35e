# SPDX-License-Identifier: MIT
"""What the tests of kiwidump's modes share. Each is called with KIWIDUMP KIWIBUILD SOURCE_ROOT and prints TAP."""
import json
import pathlib
import re
import subprocess
import sys

KIWIDUMP, KIWIBUILD = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:3])
ROOT = pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

SMALL = ROOT / "testdata/small"
GOTEBORG = ROOT / "testdata/goteborg.geojson.gz"
LAYOUTS = ("european", "division_2x2", "division_4x4", "integration_4", "list_type_2", "sectors_256", "level_record_200",
           "multilink_all", "pen_up", "guidance_lists", "other_data")


class Tap(check_goteborg.Tap):
    """Says why on failure only, and on one line, as TAP wants it."""

    def check(self, good, name, note=""):
        super().check(bool(good), name, "" if good else str(note).replace("\n", " | "))

    def equal(self, got, wanted, name):
        self.check(got == wanted, name, f"got {got!r}, wanted {wanted!r}")


def run(*arguments, code=0):
    """Standard output of kiwidump; it must end with that code."""
    result = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)
    if result.returncode != code:
        sys.exit(f"Bail out! kiwidump {arguments} ended with {result.returncode}: {result.stderr.decode()}")
    return result.stdout.decode()


def lines(*arguments, code=0):
    """Parsed lines; none is exit 1, as with grep."""
    result = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)
    if result.returncode == 1 and result.stderr == b"kiwidump: nothing found\n" and not result.stdout:
        return []
    if result.returncode != code:
        sys.exit(f"Bail out! kiwidump {arguments} ended with {result.returncode}: {result.stderr.decode()}")
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def build(source, target, *options):
    subprocess.run([KIWIBUILD, "--quiet", *map(str, options), "-o", str(target), str(source)], check=True)
    return target


def discs(folder):
    """Name and path of small discs of every kind."""
    for name in ("town", "south_west", "null_island", "one_way", "backgrounds"):
        yield name, build(SMALL / f"{name}.geojson", folder / name)
    for name in LAYOUTS:
        layout = ROOT / f"testdata/layouts/{name}.json"
        yield name, build(SMALL / "variants.geojson", folder / name, "--layout", layout)


LINE = re.compile(r"([0-9A-F]{10})  (-|[0-9A-F]{2}x\d+|(?:[0-9A-F]{2})+) +(\S+)( .*)?")


def annotation(text):
    """Offset, bytes (None = those of the line above) and path with field of each line of --annotate."""
    for line in text.splitlines():
        if line.startswith("# "):
            continue
        match = LINE.fullmatch(line)
        if not match:
            sys.exit(f"Bail out! not a line of --annotate: {line}")
        data = match[2]
        if data == "-":
            data = None
        elif "x" in data:
            data = bytes.fromhex(data[:2]) * int(data[3:])
        else:
            data = bytes.fromhex(data)
        yield int(match[1], 16), data, match[3]
