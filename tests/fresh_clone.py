# SPDX-License-Identifier: MIT
"""A folder as docs take it to be: a clone of the project where ./demo has built the programs. Others build here; the disc is made when asked for."""

import pathlib
import shlex

PROGRAMS = ("kiwidump", "kiwipatch", "kiwibuild")
DEMO = """#!/bin/sh
# What ./demo does behind the build.
set -e
name=goteborg
[ $# -eq 0 ] || name=agree
exec {tool} "$@" build/demo/kiwibuild/kiwibuild build/demo/$name.iso
"""


def make(root, folder, build):
    """Fills folder with links to the sources of root and the programs of build."""
    root, folder, build = (pathlib.Path(path).resolve() for path in (root, folder, build))
    for name in ("docs", "kiwipatch/recipes", "testdata"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).symlink_to(root / name)
    (folder / "build/demo").mkdir(parents=True)
    for name in PROGRAMS:
        (folder / "build/demo" / name).symlink_to(build / name)
    (folder / "demo").write_text(DEMO.format(tool=shlex.quote(str(root / "tools/demo-disc"))))
    (folder / "demo").chmod(0o755)
