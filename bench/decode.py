#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares libkiwi's iterators with a decoder that checks nothing: decode.py BUILD DISC. Prints ratios; asserts only that both read the same.

Processor time of runs in turn, with the spread of the middle half; instructions, which do not depend on who else uses the machine, if valgrind
is there.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys

RUNS = 21


def processor_seconds(command):
    """Of one run, and what it printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, text


def instructions(command):
    made = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return int(re.search(r"I *refs: *([\d,]+)", made.stderr)[1].replace(",", ""))


def main(build, disc):
    commands = {"plain": [f"{build}/bench/plain", f"{disc}/ALLDATA.KWI"], "libkiwi": [f"{build}/bench/shapes", disc]}
    times, texts = {name: [] for name in commands}, {}
    for _ in range(RUNS):
        for name, command in commands.items():
            seconds, texts[name] = processor_seconds(command)
            times[name].append(seconds)
    if texts["plain"] != texts["libkiwi"]:
        sys.exit(f"they do not read the same: {texts}")
    print(f"all shapes by C: {texts['plain'].strip()}")
    for name, seconds in times.items():
        low, median, high = statistics.quantiles(seconds, n=4)
        print(f"{name}: {median * 1000:.1f} ms of processor time ({low * 1000:.1f} to {high * 1000:.1f})")
    print(f"ratio of time: {statistics.median(times['libkiwi']) / statistics.median(times['plain']):.2f}")
    if shutil.which("valgrind"):
        counts = {name: instructions(command) for name, command in commands.items()}
        print(f"instructions: plain {counts['plain']:,}, libkiwi {counts['libkiwi']:,}, ratio {counts['libkiwi'] / counts['plain']:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
