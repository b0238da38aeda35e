# SPDX-License-Identifier: MIT
"""What the tests of the package kiwi share. Each is called with KIWIDUMP KIWIBUILD SOURCE_ROOT and prints TAP."""
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
KIWIDUMP, KIWIBUILD, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests/modes"))

from modes import GOTEBORG, SMALL, Tap, build, run  # noqa: E402, F401 - for the tests

SMALL_DISCS = ("town", "south_west", "null_island", "one_way", "backgrounds")
SOURCES = {"shift_jis": "japan"}  # of layouts; all others show variants.geojson
tap = Tap()


def raises(name, wanted, word, function, *arguments, **options):
    """The function raises that class, with the word in its text; returns the exception."""
    try:
        result = function(*arguments, **options)
    except BaseException as error:
        tap.check(isinstance(error, wanted) and word in str(error), name, repr(error))
        return error
    tap.check(False, name, f"returned {result!r}")
    return None


def layouts():
    return sorted(path.stem for path in (ROOT / "testdata/layouts").glob("*.json"))


def build_layout(folder, name):
    source = SMALL / f"{SOURCES.get(name, 'variants')}.geojson"
    return build(source, folder / name, "--layout", ROOT / f"testdata/layouts/{name}.json")


def build_small(folder, name):
    return build(SMALL / f"{name}.geojson", folder / name)


def build_loading(folder):
    """A disc with LOADING.KWI."""
    modules = [{"file": f"{name}.bin", "name": name, "version": "1000", "kind": kind, "title": "SYNTHETIC"}
               for name, kind in (("AA01", "program"), ("BB02", "data"))]
    description = folder / "loading.json"
    description.write_text(json.dumps({"systems": [{"manufacturer": "DENSO", "modules": modules}]}))
    for module in modules:
        (folder / module["file"]).write_bytes(module["name"].encode() * 1024)
    return build(SMALL / "town.geojson", folder / "loading", "--loading", description)


def lines(*arguments):
    """Lines of kiwidump as they come; a disc with errors is no failure."""
    with subprocess.Popen([KIWIDUMP, *map(str, arguments)], stdout=subprocess.PIPE) as process:
        yield from process.stdout
    if process.returncode not in (0, 1):
        sys.exit(f"Bail out! kiwidump {arguments} ended with {process.returncode}")
