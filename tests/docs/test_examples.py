#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the examples of README and manual pages: test_examples.py ROOT BUILD DISC. Prints TAP."""

import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

PAGES = ("README.md", "docs/pictures.md", "kiwidump/kiwidump.1.scd", "kiwibuild/kiwibuild.1.scd", "kiwipatch/kiwipatch.1.scd")
RECIPE = {
    "kiwipatch": 1, "id": "example", "title": "Example",
    "steps": [{"step": "text", "why": "example", "find": "COMMENT", "replace": "REMARKS", "encoding": "ascii", "pad": "none"}],
}  # fmt: skip
C_PROGRAM = """
%s
int main(void)
{
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_parcel parcel;
    struct kiwi_error error;
    int latitude = 57 * 28800 + 20000, longitude = 11 * 28800 + 28000;
%s
    return parcel.size == 0;
}
"""


def commands(text):
    """Indented lines that call our programs, without the remarks behind them; blanks stand before tabs in manual pages."""
    for line in text.splitlines():
        if re.match(r"(    |\t)(kiwidump|kiwibuild|kiwipatch) ", line):
            yield re.split(r"\s{3,}", line.strip())[0]


def run(name, command, folder, environment, number):
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
    good = result.returncode == 0
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {command}")
    if not good:
        print("# " + result.stderr.replace("\n", "\n# "))
    return good


def c_example(root, build, folder):
    """Builds and runs the lines of the README's C example."""
    text = (root / "README.md").read_text(encoding="utf-8")
    lines = text[text.index("#include <kiwi/kiwi.h>") :].split("\n\n- ")[0].splitlines()
    include, calls = lines[0], "\n".join(lines[1:])
    source = folder / "example.c"
    source.write_text(C_PROGRAM % (include, calls), encoding="utf-8")
    library = next(build.glob("libkiwi/libkiwi.so"))
    flags = ["-fsanitize=address,undefined"] if b"__asan" in library.read_bytes() else []
    includes = [f"-I{root}/libkiwi/include", f"-I{build}/libkiwi/generated"]
    libraries = [f"-L{library.parent}", "-lkiwi", f"-Wl,-rpath,{library.parent}"]
    return shlex.join(["cc", "-std=c11", *flags, *includes, "example.c", "-o", "example", *libraries]) + " && ./example"


def main(root, build, disc):
    root, build = pathlib.Path(root), pathlib.Path(build).resolve()
    # The C example is three lines long and frees nothing.
    programs = ":".join(f"{build}/{name}" for name in ("kiwidump", "kiwibuild", "kiwipatch"))
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0", PATH=f"{programs}:{os.environ['PATH']}")
    number = failed = 0
    with tempfile.TemporaryDirectory() as name:
        files = pathlib.Path(name) / "files"
        subprocess.run([build / "kiwidump/kiwidump", "--extract", files, disc], check=True, stdout=subprocess.DEVNULL)
        environment["KIWIPATCH_STATE"] = f"{name}/originals"
        for page in PAGES:
            found = list(commands((root / page).read_text(encoding="utf-8")))
            number += 1
            failed += not found
            print(f"{'ok' if found else 'not ok'} {number} - {page} has examples")
            for command in found:
                one = page if "kiwipatch" in page else str(number)  # commands of a change follow each other
                folder = pathlib.Path(name) / pathlib.Path(one).name
                if not folder.exists():
                    folder.mkdir()
                    prepare(root, disc, files, folder)
                number += 1
                failed += not run(page, command, folder, environment, number)
        folder = pathlib.Path(name) / "c"
        folder.mkdir()
        prepare(root, disc, files, folder)
        number += 1
        failed += not run("README.md, C", c_example(root, build, folder), folder, environment, number)
    print(f"1..{number}")
    return 1 if failed else 0


def prepare(root, disc, files, folder):
    """The files that examples speak of."""
    for name in ("disc.iso", "old.iso", "new.iso"):
        shutil.copy(disc, folder / name)
    shutil.copy(files / "ALLDATA.KWI", folder / "ALLDATA.KWI")
    shutil.copy(root / "testdata/small/town.geojson", folder / "streets.geojson")
    version = hashlib.sha256((files / "VERSION.TXT").read_bytes()).hexdigest()
    recipe = {**RECIPE, "for": {"file": "VERSION.TXT", "sha256": version}}
    (folder / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    (folder / "testdata").symlink_to(root / "testdata")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
