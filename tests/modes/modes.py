# SPDX-License-Identifier: MIT
"""What the tests of kiwidump's modes share. Each is called with KIWIDUMP KIWIBUILD SOURCE_ROOT and prints TAP."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

KIWIDUMP, KIWIBUILD = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:3])
ROOT = pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

Tap = check_goteborg.Tap
EIGHTHS = 28800  # of a second in a degree
SMALL = ROOT / "testdata/small"
GOTEBORG = ROOT / "testdata/goteborg.geojson.gz"
LAYOUTS = ("european", "division_2x2", "division_4x4", "integration_4", "list_type_2", "sectors_256", "level_record_200",
           "multilink_all", "pen_up", "guidance_lists", "other_data")


def run(*arguments, code=0):
    """Standard output of kiwidump; it must end with that code."""
    result = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)
    if result.returncode != code:
        sys.exit(f"Bail out! kiwidump {arguments} ended with {result.returncode}: {result.stderr.decode()}")
    return result.stdout.decode()


def lines(*arguments, code=0, nothing=False):
    """Parsed lines; none is exit 1, as with grep. Nothing in a box is a word on what the map covers, too."""
    result = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, check=False)
    if result.returncode == 1 and (nothing or result.stderr == b"kiwidump: nothing found\n") and not result.stdout:
        return []
    if result.returncode != code:
        sys.exit(f"Bail out! kiwidump {arguments} ended with {result.returncode}: {result.stderr.decode()}")
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def flat(coordinates):
    """All places of a geometry."""
    return [coordinates] if isinstance(coordinates[0], (int, float)) else [p for c in coordinates for p in flat(c)]


def build(source, target, *options):
    subprocess.run([KIWIBUILD, "--quiet", *map(str, options), "-o", str(target), str(source)], check=True)
    return target


def move(disc, target, south, north, west, east):
    """A copy of a disc whose coverage lies elsewhere; west = east is all around the earth."""
    shutil.copytree(disc, target)
    header = lines(disc, "--records", "--type", "parcel_related_distribution_header")[0]
    path = target / header["file"]
    data = bytearray(path.read_bytes())
    for place, degrees in zip((8, 11, 14, 17), (north, south, west, east)):
        eighths = round(degrees * EIGHTHS)
        at = header["offset"] + place
        data[at:at + 3] = (abs(eighths) | (0x800000 if eighths < 0 else 0)).to_bytes(3, "big")
    path.write_bytes(data)
    level = json.loads(run(target))["levels"][0]
    assert all(abs((a - b + 180) % 360 - 180) < 1e-6 for a, b in zip(level["bbox"], (west, south, east, north))), level["bbox"]
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
