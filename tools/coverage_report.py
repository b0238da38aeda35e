#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sums up what a build with -Db_coverage has run: coverage_report.py BUILD. Exit 1 if a folder falls below its floor.

A branch is a way that a condition can go. Those of assert() do not count, and NEVER() is a constant here (base/never.h).
"""

import csv
import io
import pathlib
import subprocess
import sys

FLOORS = {"libkiwi": 95.0, "common": 90.0, "kiwidump": 90.0, "kiwibuild": 90.0, "kiwipatch": 90.0, "python-bindings": 90.0}
# Code that a car's disc depends on, and code that each byte of a stranger goes through.
WHOLE = ("kiwipatch/transaction.c", "kiwipatch/journal.c", "kiwipatch/recover.c", "libkiwi/src/bytes/view.c", "libkiwi/src/bytes/extents.c",
         "libkiwi/src/bytes/codec.h", "libkiwi/src/schema/engine.c", "libkiwi/src/schema/types.c", "libkiwi/src/schema/value.c")


class Sum:
    """Lines and branches, and how many of them were run."""

    def __init__(self):
        self.counts = [0, 0, 0, 0]

    def take(self, counts):
        self.counts = [a + b for a, b in zip(self.counts, counts)]

    def share(self):
        _, _, branches, run = self.counts
        return 100.0 * run / branches if branches else 100.0

    def words(self):
        lines, run, branches, taken = self.counts
        return f"lines {run:6} of {lines:6} ({100.0 * run / max(lines, 1):5.1f} %)   branches {taken:6} of {branches:6} ({self.share():5.1f} %)"


def measure(build):
    """Counts of each file."""
    report = build / "report"
    report.mkdir(exist_ok=True)
    command = ["gcovr", "--root", ".", "--object-directory", str(build), "--exclude-branches-by-pattern", r".*\bassert\(", "--exclude-throw-branches",
               "--exclude", r".*/tests/.*", "--exclude", r"build.*", "--gcov-ignore-parse-errors", "--csv", "-", "--html-details", str(report / "index.html"), str(build)]
    for folder in (*FLOORS, "base"):
        command += ["--filter", folder + "/"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for row in csv.DictReader(io.StringIO(output)):
        yield row["filename"], [int(row[name]) for name in ("line_total", "line_covered", "branch_total", "branch_covered")]


def main(build):
    folders, whole, low = {}, {}, []
    files = dict(measure(build))
    for name, counts in files.items():
        path = pathlib.PurePath(name)
        for folder in {path.parts[0], str(path.parent)}:
            folders.setdefault(folder, Sum()).take(counts)
        if name in WHOLE:
            whole.setdefault(name, Sum()).take(counts)
    for title, sums, floor in (("folder", folders, FLOORS.get), ("must be whole", whole, lambda name: 100.0)):
        print(title)
        for name in sorted(sums):
            below = floor(name) is not None and sums[name].share() < floor(name)
            low += [name] * below
            print(f"  {name:32} {sums[name].words()}{' below its floor' if below else ''}")
    print("most branches not taken")
    for name, counts in sorted(files.items(), key=lambda item: item[1][3] - item[1][2])[:40]:
        print(f"  {name:48} {counts[2] - counts[3]:5} of {counts[2]:5}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
