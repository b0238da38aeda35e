#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the Python package with C and with pure Python, on all roads of level 0 with their points: python.py BUILD DISC.

Prints ratios of processor time, which others that use the machine disturb less; asserts nothing but that all read the same.
"""

import os
import pathlib
import statistics
import subprocess
import sys

RUNS = 3
KIWI = """
import sys, kiwi
def main():
    count = points = 0
    for road in kiwi.open(sys.argv[1]).roads():
        count += 1
        points += len(road.points)
    print(count, points)
main()
"""
PARCELS = """
import sys, kiwi
def main():
    count = points = 0
    for parcel in kiwi.open(sys.argv[1]).level(0).parcels():
        roads = parcel.roads
        count += len(roads.starts) - 1
        points += len(roads.points)
    print(count, points)
main()
"""
COLUMNS = """
import sys, kiwi
columns = kiwi.open(sys.argv[1]).columns("road", ["road_type", "one_way", "longitude", "latitude", "length"])
print(len(columns["length"]))
"""


def processor_seconds(command, environment):
    """Of one run, and what it printed."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    with process.stdout:
        text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, text


def main(build, disc):
    here = pathlib.Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{build}/python-bindings"}
    commands = {
        "C": [f"{build}/bench/roads", disc],
        "kiwi, road by road": [sys.executable, "-c", KIWI, disc],
        "kiwi, parcel by parcel": [sys.executable, "-c", PARCELS, disc],
        "kiwi, five columns": [sys.executable, "-c", COLUMNS, disc],
        "pure Python": [sys.executable, here / "roads.py", f"{disc}/ALLDATA.KWI"],
    }
    times, texts = {name: [] for name in commands}, {}
    for _ in range(RUNS):
        for name, command in commands.items():
            seconds, texts[name] = processor_seconds(command, environment)
            times[name].append(seconds)
    counts = texts["C"].split()
    if any(text.split() != counts[:len(text.split())] for text in texts.values()):
        sys.exit(f"they do not read the same: {texts}")
    median = {name: statistics.median(seconds) for name, seconds in times.items()}
    print(f"{counts[0]} roads with {counts[1]} points:")
    for name, seconds in median.items():
        print(f"{name}: {seconds:.1f} s, {seconds / median['C']:.1f} times C; pure Python takes {median['pure Python'] / seconds:.1f} times as long")


if __name__ == "__main__":
    main(*sys.argv[1:])
