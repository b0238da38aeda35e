#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The programs for Windows under wine, against those of this machine: test_windows.py PROGRAMS NATIVE ROOT. Prints TAP.

PROGRAMS has kiwidump.exe and the others, NATIVE is a build folder. What both print must be the same bytes.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAMS, NATIVE, ROOT = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
WINE = shutil.which("wine64") or "/usr/lib/wine/wine64"
SMALL = ("town", "south_west", "null_island", "one_way", "backgrounds", "japan", "variants")
LAYOUTS = ("shift_jis", "iso_8859_1", "european", "other_data", "guidance", "integration_mixed")
MODES = {
    "document": (), "summary": ("--summary",), "records": ("--records",), "features": ("--features",), "merge": ("--features", "--merge"),
    "csv": ("--features", "--format", "csv"), "gpx": ("--features", "--format", "gpx"), "check": ("--check",), "prove": ("--prove",),
    "find": ("--find", "a", "--match", "contains"), "at": ("--at", "57.7,11.99"), "svg": ("--svg",),
    "route": ("--route", "57.714,11.992", "57.6925,11.9855"), "explain": ("--explain", "2050", "--file", "ALLDATA.KWI"),
    "annotate": ("--annotate", "--length", "4096", "--file", "ALLDATA.KWI"),
}
NAMES = "höst 日本 1"


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


tap = Tap()


def native(program, *arguments, **options):
    return run([NATIVE / program / program], arguments, options)


def windows(program, *arguments, **options):
    return run([WINE, PROGRAMS / f"{program}.exe"], arguments, options)


def run(command, arguments, options):
    return subprocess.run([str(word) for word in (*command, *arguments)], capture_output=True, check=False, **options)


def same(one, other):
    return (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)


def make_discs(folder):
    """Images of every small map, and folders in layouts that read otherwise."""
    discs = []
    for name in SMALL:
        disc = folder / f"{name}.iso"
        assert native("kiwibuild", "-q", ROOT / f"testdata/small/{name}.geojson", "-o", disc).returncode == 0, name
        discs.append(disc.name)
    for layout in LAYOUTS:
        source = ROOT / f"testdata/small/{'japan' if layout == 'shift_jis' else 'variants'}.geojson"
        assert native("kiwibuild", "-q", "--layout", ROOT / f"testdata/layouts/{layout}.json", source, "-o", folder / layout).returncode == 0, layout
        discs.append(layout)
    return discs


def test_modes(folder, discs):
    for disc in discs:
        different = []
        for mode, options in MODES.items():
            one, other = (call("kiwidump", *options, disc, cwd=folder) for call in (native, windows))
            if not same(one, other):
                different.append((mode, one.returncode, other.returncode, one.stderr[:100], other.stderr[:100]))
        tap.check(not different, f"kiwidump: {len(MODES)} modes of {disc}", *different)
    pairs = (("town.iso", "town.iso"), ("town.iso", "one_way.iso"), ("shift_jis", "japan.iso"))
    for pair in pairs:
        one, other = (call("kiwidump", "--diff", *pair, cwd=folder) for call in (native, windows))
        tap.check(same(one, other), f"kiwidump --diff {' '.join(pair)}", one.stderr, other.stderr)


def test_names(folder):
    """Names in the letters of others, with spaces, either separator, a long path, and drives."""
    wanted = native("kiwidump", "town.iso", cwd=folder).stdout
    deep = folder / NAMES / ("x" * 100) / ("y" * 100) / ("日" * 60)
    deep.mkdir(parents=True)
    for place in (folder / NAMES, deep):
        shutil.copy(folder / "town.iso", place / "地図 å.iso")
    for what, path in (("spaces and Japanese", f"{NAMES}/地図 å.iso"), ("backslashes", f"{NAMES}\\地図 å.iso"),
                       ("a path of more than 260 characters", deep / "地図 å.iso"), ("a drive", f"Z:{folder / 'town.iso'}")):
        result = windows("kiwidump", path, cwd=folder)
        tap.check(result.stdout == wanted and not result.stderr, f"a path: {what}", result.stderr)
    output = deep / "出力.json"
    result = windows("kiwidump", "--output", output, "town.iso", cwd=folder)
    tap.check(result.returncode == 0 and output.read_bytes() == wanted, "--output into a long path", result.stderr)
    result = windows("kiwidump", "--output", output, "town.iso", cwd=folder)
    tap.check(result.returncode == 0 and sorted(deep.iterdir()) == sorted([output, deep / "地図 å.iso"]), "--output over what stands there",
              result.stderr)
    result = windows("kiwidump", "--output", "town.iso", "town.iso", cwd=folder)
    tap.check(result.returncode == 5, "--output never over the input", result)
    missing = windows("kiwidump", f"{NAMES}/nej.iso", cwd=folder)
    tap.check(missing.returncode == 4 and "no such file" in missing.stderr.decode(), "a file that is not there", missing)


def test_streams(folder):
    wanted = native("kiwidump", "town.iso", cwd=folder).stdout
    with open(folder / "town.iso", "rb") as image:
        tap.check(windows("kiwidump", "-", stdin=image).stdout == wanted, "standard input is a file")
    tap.check(windows("kiwidump", "-", input=(folder / "town.iso").read_bytes()).stdout == wanted, "standard input is a pipe")


def test_drive(folder):
    """Wine's drive D: is an image here, without what hardware asks for: whole sectors."""
    device = pathlib.Path(os.environ["WINEPREFIX"]) / "dosdevices/d::"
    device.unlink(missing_ok=True)
    device.symlink_to(folder / "town.iso")
    result = windows("kiwidump", "\\\\.\\D:", cwd=folder)
    tap.check(result.stdout == native("kiwidump", "town.iso", cwd=folder).stdout, "the disc in a drive", result.stderr)
    device.unlink()


def contents(folder):
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_extract(folder):
    one, other = native("kiwidump", "--extract", "one", "town.iso", cwd=folder), windows("kiwidump", "--extract", "other", "town.iso", cwd=folder)
    tap.check(same(one, other) and contents(folder / "one") == contents(folder / "other"), "--extract", other.stderr)
    again = windows("kiwidump", "--extract", "other", "town.iso", cwd=folder)
    tap.check(again.returncode == 5, "--extract writes over nothing", again)


def test_big(folder):
    """An image of more than 4 GiB, whose last file lies behind them."""
    files, image = folder / "big", folder / "big.iso"
    shutil.copytree(folder / "shift_jis", files)
    with open(files / "AAAA.BIN", "wb") as file:
        file.truncate((4 << 30) - 4096)
    make = ["genisoimage", "-quiet", "-iso-level", "3", "-udf", "-o", image, "-sort", folder / "order", files]
    (folder / "order").write_text(f"{files}/AAAA.BIN 100\n")
    subprocess.run([str(word) for word in make], check=True, capture_output=True)
    shutil.rmtree(files)
    for mode in ("document", "features", "records"):
        one, other = (call("kiwidump", *MODES[mode], image.name, cwd=folder) for call in (native, windows))
        tap.check(same(one, other) and len(one.stdout) > 1000, f"an image of {image.stat().st_size} bytes: {mode}", other.stderr)
    image.unlink()


RECIPE = {"kiwipatch": 1, "id": "word", "title": "Another word", "author": "libkiwi", "licence": "MIT", "for": {"file": "SPEC.KWI"},
          "steps": [{"step": "text", "why": "an example", "find": "SUPERMETA", "replace": "HYPERMETA", "encoding": "ascii", "pad": "space"}]}


def test_patch(folder):
    """An image and a folder: copied, planned, changed as the native program changes them, and taken back."""
    recipe = json.loads(json.dumps(RECIPE))
    recipe["for"]["sha256"] = hashlib.sha256((folder / "other/SPEC.KWI").read_bytes()).hexdigest()
    (folder / "recipe.json").write_text(json.dumps(recipe))
    for original, copy, changed in (("town.iso", f"{NAMES}/kopia 写し.iso", "plain.iso"), ("other", f"{NAMES}/mapp", "plain")):
        result = windows("kiwipatch", "copy", original, copy, cwd=folder)
        tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / original), f"kiwipatch copy {original}", result.stderr)
        plan = windows("kiwipatch", "plan", copy, "recipe.json", cwd=folder)
        assert native("kiwipatch", "copy", original, changed, cwd=folder).returncode == 0
        wanted = native("kiwipatch", "plan", changed, "recipe.json", cwd=folder)
        tap.check(json.loads(plan.stdout)["plan"] == json.loads(wanted.stdout)["plan"], f"kiwipatch plan {original}", plan.stderr)
        assert native("kiwipatch", "apply", changed, "recipe.json", cwd=folder).returncode == 0
        for number in range(2):
            result = windows("kiwipatch", "apply", copy, "recipe.json", cwd=folder)
            tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / changed), f"kiwipatch apply {original}, {number + 1}",
                      result.stderr)
            result = windows("kiwipatch", "undo", copy, cwd=folder)
            tap.check(result.returncode == 0 and of_disc(folder / copy) == of_disc(folder / original), f"kiwipatch undo {original}, {number + 1}",
                      result.stderr)
        result = windows("kiwipatch", "apply", original, "recipe.json", cwd=folder)
        tap.check(result.returncode == 5, f"kiwipatch never changes the original {original}", result)


def of_disc(path):
    """A file's bytes, or those of a folder's files, without what kiwipatch keeps beside."""
    if path.is_file():
        return path.read_bytes()
    return {name: content for name, content in contents(path).items() if ".kiwipatch-" not in name}


def test_kills(folder):
    """kiwipatch's own test, with a program that is killed 100 times."""
    wrapper = folder / "kiwipatch"
    wrapper.write_text(f'#!/bin/sh\nexec "{WINE}" "{PROGRAMS}/kiwipatch.exe" "$@"\n')
    wrapper.chmod(0o755)
    result = run([sys.executable, ROOT / "kiwipatch/tests/test_kill.py", wrapper, "100"], (), {})
    tap.check(result.returncode == 0, "kiwipatch: 100 kills", *result.stdout.decode().splitlines())


def main():
    os.environ.update(WINEPREFIX=str(PROGRAMS.parent / "wine"), WINEDEBUG="-all", KIWIPATCH_STATE=str(PROGRAMS.parent / "originals"), LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80")
    run([WINE, "wineboot", "-i"], (), {})
    # A process that waits: without one wine's server and services would begin anew for each program.
    keeper = subprocess.Popen([WINE, "cmd.exe"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (PROGRAMS.parent / "originals").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        discs = make_discs(folder)
        test_modes(folder, discs)
        test_names(folder)
        test_streams(folder)
        test_extract(folder)
        test_patch(folder)
        test_drive(folder)
        test_big(folder)
        test_kills(folder)
    keeper.stdin.close()
    keeper.wait()
    return tap.end()


sys.exit(main())
