#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time and memory of kiwibuild beside other makers of maps for cars: build.py KIWIBUILD INPUT.osm.pbf [ROUNDS].

mkgmap (for Garmin) and maptool (for Navit) are Debian's packages; both make a map for routing and searching of the same file. Programs take
turns, and of each the round with the least time counts. Memory is what a process has of its own: files that it maps can be given back.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time


def own_memory(process):
    """Bytes of a running process and of what it has started, or 0."""
    total = 0
    for pid in (process.pid, *children(process.pid)):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon"))
    return total


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def measure(command, folder):
    """Seconds by the clock and of the processor, and the most memory."""
    before, begun, most = os.times(), time.monotonic(), 0
    with open(folder / "log", "w") as log, subprocess.Popen([*map(str, command)], cwd=folder, stdout=log, stderr=log) as process:
        while process.poll() is None:
            most = max(most, own_memory(process))
            time.sleep(0.02)
    after = os.times()
    if process.returncode:
        sys.exit(f"{command[0]}: exit code {process.returncode}: {(folder / 'log').read_text()[-300:]}")
    return (time.monotonic() - begun, after.children_user + after.children_system - before.children_user - before.children_system, most)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.split("\n")[0])
    kiwibuild, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    commands = {
        "kiwibuild": [kiwibuild, "-q", source, "-o", "disc"],
        "mkgmap": ["mkgmap", "--route", "--index", "--output-dir=mkgmap", source],
        "maptool": ["maptool", "--protobuf", "-i", source, "map.bin"],
    }
    best = {}
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 3):
        for name, command in commands.items():
            if not shutil.which(str(command[0])):
                sys.exit(f"{name} is not there: apt-get install {name}")
            with tempfile.TemporaryDirectory() as folder:
                best[name] = min(best.get(name, (float("inf"),)), measure(command, pathlib.Path(folder)))
    seconds, processor, memory = best["kiwibuild"]
    print(f"{source.name}, {source.stat().st_size / 1e6:.1f} MB, {os.cpu_count()} processors")
    print("           seconds  of processor  memory MB   times slower  of processor  times the memory")
    for name, (wall, cpu, most) in best.items():
        print(f"{name:10} {wall:7.2f} {cpu:13.2f} {most / 1e6:10.1f} {wall / seconds:14.1f} {cpu / processor:13.1f} {most / memory:17.1f}")


main()
