#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A kind of file is one block of the schema: adds one to a copy of the tree, builds kiwidump, and sees it everywhere. TAP."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = """
file greeting   "GREETING"   {unknown}
  What the unit says when it wakes up.
  called   word in the morning   words in the morning
  name   HELLO*.TXT   text_file   as text   if size > 4
  name   GREETING/*   sure
"""

number = 0
failed = 0


def ok(condition, name, detail=""):
    global number, failed
    number += 1
    failed += not condition
    print(f"{'ok' if condition else 'not ok'} {number} - {name}", flush=True)
    if not condition:
        print("# " + str(detail).replace("\n", "\n# "))


def run(*command, **more):
    result = subprocess.run([str(item) for item in command], capture_output=True, text=True, **more)
    ok(result.returncode == 0, " ".join(pathlib.Path(str(item)).name for item in command[:4]), result.stdout[-3000:] + result.stderr[-3000:])
    return result.stdout if result.returncode == 0 else ""


def disc(folder):
    """A folder in which only the new kind's names say that it is a KIWI disc."""
    for name, text in {"hello1.txt": "GOOD ::= MORNING ;", "HELLO2.TXT": "HI", "GREETING/OTHER": "x"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="ascii")
    return folder


def look(kiwidump, folder):
    document = json.loads(run(kiwidump, folder) or "{}")
    kinds = {item["path"]: (item["kind"], item["reason"]) for item in document.get("files", [])}
    wanted = {"hello1.txt": ("greeting", "file name"), "HELLO2.TXT": ("greeting", "file name"),
              "GREETING/OTHER": ("greeting", "folder GREETING")}  # fmt: skip
    ok(kinds == wanted, "the document has the kind", kinds)
    records = [json.loads(line) for line in run(kiwidump, "--records", folder).splitlines()]
    types = [(item.get("file"), item.get("record")) for item in records]
    ok(("hello1.txt", "text_file") in types and ("HELLO2.TXT", "text_file") not in types, "its files are records where they look like it", types)
    page = run(kiwidump, "--summary", folder)
    ok("Besides     3 words in the morning\n" in page, "the summary calls them by their name", page)
    definitions = json.loads(run(kiwidump, "--schema") or "{}").get("$defs", {})
    ok("greeting" in definitions["file_kind"]["enum"], "the JSON Schema has the kind", definitions.get("file_kind"))


def main(work):
    tree = work / "tree"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns("build*", ".git*", "__pycache__"))
    with open(tree / "spec/91_files.kwis", "a", encoding="ascii") as file:
        file.write(BLOCK)
    environment = {key: value for key, value in os.environ.items() if key not in ("CFLAGS", "LDFLAGS", "DESTDIR")}
    build = work / "build"
    run("meson", "setup", build, tree, "-Doptimization=0", "-Ddebug=false", "-Dtests=disabled", "-Dpython=disabled", env=environment)
    run("ninja", "-C", build, "kiwidump/kiwidump", env=environment)
    if (build / "kiwidump/kiwidump").exists():
        look(build / "kiwidump/kiwidump", disc(work / "disc"))
    schema = sorted((tree / "spec").glob("*.kwis"))
    run(sys.executable, tree / "spec/generate.py", "docs", tree / "docs/format", *schema)
    page = (tree / "docs/format/chapter-91.md").read_text(encoding="ascii")
    ok("## greeting" in page and "`GREETING/*`" in page, "the documentation has the kind", page)
    template = tree / "python-bindings/kiwi/_kiwi.pyi.in"
    run(sys.executable, tree / "spec/generate.py", "python-stubs", work / "kiwi.pyi", template, *schema)
    ok('"greeting"' in (work / "kiwi.pyi").read_text(encoding="ascii"), "the types of Python have the kind")


with tempfile.TemporaryDirectory(prefix="kwis-") as folder:
    main(pathlib.Path(folder))
print(f"1..{number}")
sys.exit(failed != 0)
