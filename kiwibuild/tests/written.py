# SPDX-License-Identifier: MIT
"""What tests of discs that are written into others share. Its arguments are theirs: KIWIBUILD KIWIDUMP SOURCE_ROOT."""
import pathlib
import subprocess
import sys

KIWIBUILD, KIWIDUMP = sys.argv[1:3]
ROOT = pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))

VARIANTS = ROOT / "testdata/small/variants.geojson"
GOTEBORG = ROOT / "testdata/goteborg.geojson.gz"


def run(*arguments):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=False)


def build(*arguments):
    return run(KIWIBUILD, *arguments)


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
