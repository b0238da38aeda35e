# SPDX-License-Identifier: MIT
"""What programs made for another machine are compared in with those of this machine: each byte that they print or write."""

import hashlib
import json
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL = ("town", "south_west", "null_island", "one_way", "backgrounds", "japan", "variants")
LAYOUTS = ("shift_jis", "iso_8859_1", "european", "other_data", "guidance", "integration_mixed")
MODES = {
    "document": (), "summary": ("--summary",), "records": ("--records",), "features": ("--features",), "merge": ("--features", "--merge"),
    "csv": ("--features", "--format", "csv"), "gpx": ("--features", "--format", "gpx"), "check": ("--check",), "prove": ("--prove",),
    "find": ("--find", "a", "--match", "contains"), "at": ("--at", "57.7,11.99"), "svg": ("--svg",),
    "route": ("--route", "57.714,11.992", "57.6925,11.9855"), "explain": ("--explain", "2050", "--file", "ALLDATA.KWI"),
    "report": ("--report",), "verify": ("--verify",), "schema": ("--schema",),
    "annotate": ("--annotate", "--length", "4096", "--file", "ALLDATA.KWI"),
}


class Tap:
    """Results, one line each."""

    def __init__(self):
        self.count = self.failed = 0

    def check(self, good, what, *details):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}", flush=True)
        for detail in () if good else details:
            print("#", str(detail)[:300])

    def end(self):
        print(f"1..{self.count}")
        return self.failed != 0


class Programs:
    """Programs that are called through words such as those of an emulator; {} in PATH is a program's name."""

    def __init__(self, words, path):
        self.words, self.path = words, path

    def run(self, program, *arguments, **options):
        return run([*self.words, self.path.format(program)], arguments, options)


def native(build):
    return Programs((), f"{build}/{{0}}/{{0}}")


def run(command, arguments, options):
    return subprocess.run([str(word) for word in (*command, *arguments)], capture_output=True, check=False, **options)


def same(one, other):
    return (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)


def make_discs(folder, native):
    """Images of every small map, and folders in layouts that read otherwise."""
    discs = []
    for name in SMALL:
        disc = folder / f"{name}.iso"
        assert native.run("kiwibuild", "-q", ROOT / f"testdata/small/{name}.geojson", "-o", disc).returncode == 0, name
        discs.append(disc.name)
    for layout in LAYOUTS:
        source = ROOT / f"testdata/small/{'japan' if layout == 'shift_jis' else 'variants'}.geojson"
        assert native.run("kiwibuild", "-q", "--layout", ROOT / f"testdata/layouts/{layout}.json", source, "-o", folder / layout).returncode == 0, layout
        discs.append(layout)
    return discs


def test_modes(tap, native, other, folder, discs):
    """Each mode of kiwidump, on each disc."""
    for disc in discs:
        different = []
        for mode, options in MODES.items():
            one, two = (each.run("kiwidump", *options, disc, cwd=folder) for each in (native, other))
            if not same(one, two):
                different.append((mode, one.returncode, two.returncode, one.stderr[:100], two.stderr[:100]))
        tap.check(not different, f"kiwidump: {len(MODES)} modes of {disc}", *different)
    pairs = (("town.iso", "town.iso"), ("town.iso", "one_way.iso"), ("shift_jis", "japan.iso"))
    for pair in pairs:
        one, two = (each.run("kiwidump", "--diff", *pair, cwd=folder) for each in (native, other))
        tap.check(same(one, two), f"kiwidump --diff {' '.join(pair)}", one.stderr, two.stderr)


def contents(folder):
    """Names of what is in a folder, and the bytes of files."""
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_kiwibuild(tap, native, other, folder):
    """What is written is the same everywhere: small maps in every layout, a real town, other formats of input; folders and images."""
    small = ROOT / "testdata/small"
    inputs = [(small / f"{name}.geojson",) for name in SMALL] + [(ROOT / "testdata/goteborg.geojson.gz",), (small / "town.osm",)]
    inputs += [("--layout", layout, small / "variants.geojson") for layout in sorted((ROOT / "testdata/layouts").glob("*.json"))]
    for words in inputs:
        results = [each.run("kiwibuild", *words, "-o", folder / side) for each, side in ((native, "built"), (other, "built as well"))]
        equal = contents(folder / "built") == contents(folder / "built as well") and results[0].returncode == results[1].returncode
        tap.check(equal, "kiwibuild " + " ".join(pathlib.Path(word).name for word in words), results[1].stderr)
        for side in ("built", "built as well"):
            shutil.rmtree(folder / side, ignore_errors=True)
    for each, side in ((native, "built.iso"), (other, "built as well.iso")):
        each.run("kiwibuild", "-q", ROOT / "testdata/goteborg.geojson.gz", "-o", side, cwd=folder)
    tap.check(of_disc(folder / "built.iso") == of_disc(folder / "built as well.iso"), "kiwibuild: an image of a real town")


def of_disc(path):
    """A file's bytes, or those of a folder's files, without what kiwipatch keeps beside."""
    if path.is_file():
        return path.read_bytes()
    return {name: content for name, content in contents(path).items() if ".kiwipatch-" not in name}


RECIPE = {"kiwipatch": 1, "id": "word", "title": "Another word", "author": "libkiwi", "licence": "MIT", "for": {"file": "SPEC.KWI"},
          "steps": [{"step": "text", "why": "an example", "find": "SUPERMETA", "replace": "HYPERMETA", "encoding": "ascii", "pad": "space"}]}


def test_patch(tap, native, other, folder, spec, pairs):
    """Discs, each with a name for a copy and one for another: copied, planned, changed as the native program changes them, and taken back."""
    recipe = json.loads(json.dumps(RECIPE))
    recipe["for"]["sha256"] = hashlib.sha256(spec.read_bytes()).hexdigest()
    (folder / "recipe.json").write_text(json.dumps(recipe))
    for original, copy, changed in pairs:
        result = other.run("kiwipatch", "copy", original, copy, cwd=folder)
        tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / original), f"kiwipatch copy {original}", result.stderr)
        plan = other.run("kiwipatch", "plan", copy, "recipe.json", cwd=folder)
        assert native.run("kiwipatch", "copy", original, changed, cwd=folder).returncode == 0
        wanted = native.run("kiwipatch", "plan", changed, "recipe.json", cwd=folder)
        tap.check(json.loads(plan.stdout)["plan"] == json.loads(wanted.stdout)["plan"], f"kiwipatch plan {original}", plan.stderr)
        assert native.run("kiwipatch", "apply", changed, "recipe.json", cwd=folder).returncode == 0
        for number in range(2):
            result = other.run("kiwipatch", "apply", copy, "recipe.json", cwd=folder)
            tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / changed), f"kiwipatch apply {original}, {number + 1}",
                      result.stderr)
            result = other.run("kiwipatch", "undo", copy, cwd=folder)
            tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / original), f"kiwipatch undo {original}, {number + 1}",
                      result.stderr)
        result = other.run("kiwipatch", "apply", original, "recipe.json", cwd=folder)
        tap.check(result.returncode == 5, f"kiwipatch never changes the original {original}", result)
