#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples of README and manual pages: test_examples.py ROOT BUILD. Prints TAP."""

import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, BUILD = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import fresh_clone  # noqa: E402

PAGES = ("docs/pictures.md", "kiwidump/kiwidump.1.scd", "kiwibuild/kiwibuild.1.scd", "kiwipatch/kiwipatch.1.scd")
# Commands of README that this test cannot run, by their beginnings, and who does.
ELSEWHERE = {
    "./test": "runs this",
    "sudo apt install ": "tools/packages.sh",
    "python3 -m venv ": "tools/test-install",
    "kiwi-env/bin/pip ": "tools/test-install",
    "kiwi-env/bin/python docs/tutorials/explore.py ": "python tutorial",
}
DRIVE = "/dev/sr0"
RECIPE = {
    "kiwipatch": 1, "id": "example", "title": "Example",
    "steps": [{"step": "text", "why": "example", "find": "COMMENT", "replace": "REMARKS", "encoding": "ascii", "pad": "none"}],
}  # fmt: skip
tap = check_goteborg.Tap()


def check(good, name, detail=""):
    tap.check(bool(good), name, detail)


def run(name, command, folder, environment):
    """What a command printed."""
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    check(result.returncode == 0, f"{name}: {command.splitlines()[0].split('   ')[0]}", result.stderr)
    return result.stdout


def fenced(text, language):
    """Contents of the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def readme(folder, environment):
    """From top to bottom, as somebody does who reads it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    fresh_clone.make(ROOT, folder, BUILD)
    (program,) = fenced(text, "c")
    check(program in (ROOT / "examples/first.c").read_text(encoding="utf-8"), "README's C is a piece of examples/first.c")
    (folder / "first.c").write_text(program, encoding="utf-8")
    commands = re.split(r"(?<!\\)\n", "".join(fenced(text, "sh")).strip())
    left = dict(ELSEWHERE)
    printed = {}
    for command in commands:
        beginning = next((beginning for beginning in ELSEWHERE if command.startswith(beginning)), None)
        if beginning:
            left.pop(beginning, None)
            continue
        if DRIVE in command and not (folder / "drive").exists():
            shutil.copy(folder / "disc.iso", folder / "drive")
        printed[command] = run("README.md", command.replace(DRIVE, "drive"), folder, environment)
    check(len(printed) > 20 and not left, "README has examples, and what others run is there", f"{len(printed)} {left}")
    check(fenced(text, "text") == [printed["kiwidump disc.iso --summary"]], "README shows the page as it is", printed)
    original = folder / "build/demo/agree.iso"
    check((folder / "changed.iso").read_bytes() == original.read_bytes(), "the copy is as it was")
    roads = [[tuple(map(float, point.split(","))) for point in line.split()] for line in printed["./first disc.iso"].splitlines()]
    near = [abs(latitude - 57.7) < 0.1 and abs(longitude - 11.98) < 0.1 for road in roads for latitude, longitude in road]
    check(len(roads) > 10 and all(near), "the C example prints the roads of the place", printed["./first disc.iso"][:300])
    layer = run("README.md, avenue", "ogrinfo -so avenue.gpkg avenue", folder, environment)
    check(re.search(r"Feature Count: [1-9]", layer) and "name: String" in layer, "a layer of roads with their name", layer)


def commands_of(text):
    """Indented lines that call our programs or go on with what they wrote, without the remarks behind them; blanks stand before tabs in manual pages."""
    for line in text.splitlines():
        if re.match(r"(    |\t)(kiwidump|kiwibuild|kiwipatch|ogr2ogr) ", line):
            yield re.split(r"\s{3,}", line.strip())[0]


def pages(folder, disc, environment):
    """Commands of a page follow each other."""
    files = folder / "files"
    subprocess.run([BUILD / "kiwidump/kiwidump", "--extract", files, disc], check=True, stdout=subprocess.DEVNULL)
    for page in PAGES:
        here = folder / pathlib.Path(page).name
        here.mkdir()
        prepare(disc, files, here)
        found = list(commands_of((ROOT / page).read_text(encoding="utf-8")))
        check(found, f"{page} has examples")
        for command in found:
            run(page, command, here, environment)


def manuals():
    """Their date does not depend on the day of the build."""
    (epoch,) = re.findall(r'"SOURCE_DATE_EPOCH", (\d+)', (ROOT / "meson.build").read_text(encoding="utf-8"))
    date = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", epoch)), datetime.timezone.utc).strftime("%Y-%m-%d")
    heads = [path.read_text(encoding="utf-8").split(".TH ", 1)[1].split("\n")[0] for path in sorted(BUILD.glob("*.1"))]
    check(heads == [f'"{name}" "1" "{date}"' for name in ("kiwibuild", "kiwidump", "kiwipatch")], "the date of the manual pages", heads)


def prepare(disc, files, folder):
    """The files that manual pages speak of."""
    for name in ("disc.iso", "old.iso", "new.iso"):
        shutil.copy(disc, folder / name)
    shutil.copy(files / "ALLDATA.KWI", folder / "ALLDATA.KWI")
    version = hashlib.sha256((files / "VERSION.TXT").read_bytes()).hexdigest()
    recipe = {**RECIPE, "for": {"file": "VERSION.TXT", "sha256": version}}
    (folder / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    (folder / "testdata").symlink_to(ROOT / "testdata")
    country = folder / "liechtenstein-latest.osm.pbf"
    subprocess.run(["osmium", "cat", "--no-progress", ROOT / "testdata/small/town.osm", "-o", country], check=True)


def compiler(folder):
    """A cc that makes programs for a library with sanitizers, if ours is one."""
    flags = "-fsanitize=address,undefined" if b"__asan" in (BUILD / "libkiwi/libkiwi.so").read_bytes() else ""
    folder.mkdir()
    (folder / "cc").write_text(f'#!/bin/sh\nexec {shutil.which("cc")} {flags} "$@"\n', encoding="utf-8")
    (folder / "cc").chmod(0o755)
    return str(folder)


def pkg_config(folder):
    """libkiwi as pkg-config finds it where it is installed: words of a shell's $(...) cannot have the spaces of a source folder."""
    folder.mkdir()
    text = (BUILD / "meson-uninstalled/libkiwi-uninstalled.pc").read_text(encoding="utf-8")
    for variable, place in (("prefix", BUILD), ("srcdir", ROOT)):
        (folder / variable).symlink_to(place)
        text = re.sub(f"^{variable}=.*", f"{variable}={folder / variable}", text, flags=re.MULTILINE)
    (folder / "libkiwi.pc").write_text(text, encoding="utf-8")
    return str(folder)


def main():
    with tempfile.TemporaryDirectory(prefix="kiwi-examples-") as name:
        folder = pathlib.Path(name)
        programs = [compiler(folder / "bin"), *(f"{BUILD}/{program}" for program in fresh_clone.PROGRAMS)]
        environment = dict(os.environ, PATH=":".join([*programs, os.environ["PATH"]]), KIWIPATCH_STATE=f"{name}/originals",
                           PKG_CONFIG_PATH=pkg_config(folder / "pkg-config"), LD_LIBRARY_PATH=f"{BUILD}/libkiwi")  # fmt: skip
        clone = folder / "a clone"
        clone.mkdir()
        readme(clone, environment)
        manuals()
        pages(folder, clone / "build/demo/goteborg.iso", environment)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
