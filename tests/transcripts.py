#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What commands print, whole: transcripts.py KIWIDUMP KIWIPATCH KIWIBUILD ROOT [--update]. TAP.

A transcript in tests/expected/ has a command line, its output, what it said on stderr and its exit code. --update writes them anew: a change of
output is then seen in review. Lines of JSON that are longer than WIDTH are broken before objects, and members that are objects or arrays.
"""

import difflib
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

WIDTH = 160
BREAK = re.compile(r',(?={|"\w+":[{\[])')
TOWN = "kiwibuild -q town.geojson -o town"
OTHER = "kiwibuild -q other.geojson -o other"

# Name, commands that prepare it, and the command line. All run in one folder, which has the inputs and is then forgotten.
TRANSCRIPTS = (
    ("document", (TOWN,), "kiwidump town"),
    ("summary", (TOWN,), "kiwidump --summary town"),
    ("records", (TOWN,), "kiwidump --records --level 4 --limit 8 town"),
    ("features", (TOWN,), "kiwidump --features --level 2 town"),
    ("merge", (TOWN,), "kiwidump --features --merge --level 2 --kind road town"),
    ("at", (TOWN,), "kiwidump --at 57.7,11.99 --level 4 town"),
    ("find", (TOWN,), "kiwidump --find bron town"),
    ("find-nothing", (TOWN,), "kiwidump --find nowhere town"),
    ("route", (TOWN,), "kiwidump --route 57.714,11.992 57.6925,11.9855 town"),
    ("check", (TOWN,), "kiwidump --check town"),
    ("check-damaged", (TOWN, "damage town/ALLDATA.KWI 6730"), "kiwidump --check --limit 4 town"),
    ("explain", (TOWN,), "kiwidump --explain 2050 --file ALLDATA.KWI town"),
    ("annotate", (TOWN,), "kiwidump --annotate --length 96 --file ALLDATA.KWI town"),
    ("diff", (TOWN, OTHER), "kiwidump --diff --limit 4 town other"),
    ("usage", (), "kiwidump --level coarse town"),
    ("missing", (), "kiwidump nowhere.iso"),
    ("no-disc", (), "kiwidump town.geojson"),
    ("plan", (TOWN,), "kiwipatch plan town good.json"),
    ("plan-refused", (TOWN,), "kiwipatch plan town refused.json"),
    ("plan-flawed", (TOWN,), "kiwipatch plan town flawed.json"),
    ("plan-turned", (TOWN,), "kiwipatch plan good.json town"),
    ("build", (), "kiwibuild japan.geojson -o japan"),
    ("build-nothing", (), "kiwibuild good.json -o nothing"),
)

SPEC = b"SUPERMETA::=KIWIBUILD:1.00 ;\r\n"  # of every disc that kiwibuild makes
RECIPE = """{"kiwipatch": 1, "id": "word", "title": "Another word", "author": "libkiwi", "licence": "MIT",
 "for": {"file": "SPEC.KWI", "sha256": "%s"},
 "steps": [{"step": "text", "why": "an example", "find": "%s", "replace": "HYPERMETA", "encoding": "ascii", "pad": "space"}]}
"""


def prepare(folder, root):
    for name in ("town", "japan"):
        shutil.copy(root / "testdata/small" / f"{name}.geojson", folder)
    town = (folder / "town.geojson").read_text(encoding="utf-8")
    (folder / "other.geojson").write_text(town.replace('"Bron"', '"Nya bron"'), encoding="utf-8")
    (folder / "good.json").write_text(RECIPE % (hashlib.sha256(SPEC).hexdigest(), "SUPERMETA"), encoding="ascii")
    (folder / "refused.json").write_text(RECIPE % (hashlib.sha256(SPEC).hexdigest(), "NOT THERE"), encoding="ascii")
    # What looks like ALLDATA.KWI at the byte where that has its mark is a recipe all the same.
    (folder / "flawed.json").write_text('{"kiwipatch": 1, "id": "flawed", "title": "%s"}\n' % ("KIWI" * 50), encoding="ascii")


def run(command, folder, path):
    words = shlex.split(command)
    if words[0] == "damage":  # bytes of a file become FF
        with open(folder / words[1], "r+b") as file:
            file.seek(int(words[2]))
            file.write(b"\xff" * 8)
        return None
    environment = dict(os.environ, PATH=path, LC_ALL="C.UTF-8", TZ="UTC", COLUMNS="80")
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False, text=True, stdin=subprocess.DEVNULL)


def fold(text):
    lines = text.splitlines()
    return "".join((BREAK.sub(",\n  ", line) if len(line) > WIDTH else line) + "\n" for line in lines)


def transcript(command, before, root, path):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(folder, root)
        for line in before:
            result = run(line, folder, path)
            if result and result.returncode:
                return f"$ {line}\n{result.stderr}-- exit {result.returncode}\n"
        result = run(command, folder, path)
        shown = "".join(f"$ {line}\n" for line in (*before, command))
        said = f"-- stderr\n{fold(result.stderr)}" if result.stderr else ""
        return f"{shown}{fold(result.stdout)}{said}-- exit {result.returncode}\n".replace(str(folder), ".")


def main(programs, root, update):
    path = os.pathsep.join([*{str(pathlib.Path(program).resolve().parent) for program in programs}, os.environ["PATH"]])
    expected = root / "tests/expected"
    failed = 0
    for number, (name, before, command) in enumerate(TRANSCRIPTS, 1):
        found = transcript(command, before, root, path)
        file = expected / f"{name}.txt"
        if update:
            expected.mkdir(exist_ok=True)
            file.write_text(found, encoding="utf-8")
        wanted = file.read_text(encoding="utf-8") if file.exists() else ""
        failed += found != wanted
        print(f"{'ok' if found == wanted else 'not ok'} {number} - {command}")
        for line in difflib.unified_diff(wanted.splitlines(), found.splitlines(), f"{name}.txt", "now", lineterm="", n=1):
            print("#", line)
    strangers = sorted({file.stem for file in expected.iterdir()} - {name for name, _, _ in TRANSCRIPTS})
    print(f"{'not ok' if strangers else 'ok'} {len(TRANSCRIPTS) + 1} - no transcript without its command", *strangers)
    print(f"1..{len(TRANSCRIPTS) + 1}")
    if failed:
        print("# if the change is meant: tests/transcripts.py KIWIDUMP KIWIPATCH KIWIBUILD ROOT --update, and look at the difference")
    return failed + len(strangers) != 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    sys.exit(main(arguments[:3], pathlib.Path(arguments[3]).resolve(), "--update" in sys.argv))
