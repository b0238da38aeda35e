#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares kiwidump with other programs on one disc: compare.py BUILD DISC. Prints ratios; asserts nothing."""

import os
import statistics
import subprocess
import sys
import time

RUNS = 3
SAMPLE = 200_000_000  # bytes of output that jq is given


def timed(command, **options):
    """Seconds of one run."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, **options)
    return time.perf_counter() - begin


def alternating(first, second):
    """Median seconds of two commands run in turn, after one run of each that is not counted."""
    times = ([], [])
    for run in range(RUNS + 1):
        for kept, command in zip(times, (first, second)):
            seconds = timed(command, stdout=subprocess.DEVNULL)
            if run:
                kept.append(seconds)
    return [statistics.median(kept) for kept in times]


def peak_memory(command):
    """Largest RssAnon of a run in kB, and the bytes that it asked the kernel for."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while True:
        done = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon"):
                    peak = max(peak, int(line.split()[1]))
        if done:
            break
        time.sleep(0.005)
    with open(f"/proc/{process.pid}/io", encoding="ascii") as file:
        read = int(file.readline().split()[1])
    process.wait()
    return peak, read


def threads(kiwidump, disc, mode):
    """How many times as fast two threads are as one, by the clock and by the processor's time, which other work does not touch: each has half of it."""
    alone, both = ([kiwidump, "--quiet", mode, "--jobs", number, disc] for number in "12")
    one, two = alternating(alone, both)
    used = []
    for command in (alone, both):
        before = os.times()
        timed(command, stdout=subprocess.DEVNULL)
        after = os.times()
        used.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return one / two, 2 * used[0] / used[1]


def output_rate(kiwidump, disc, mode, sample):
    """Bytes per second that a mode prints and that jq reads, in turn; the output is cut for jq, not for kiwidump."""
    with open(sample, "wb") as file:
        pipe = subprocess.Popen([kiwidump, mode, disc], stdout=subprocess.PIPE)
        left = SAMPLE
        for line in pipe.stdout:
            file.write(line)
            left -= len(line)
            if left <= 0:
                break
        pipe.kill()
        pipe.wait()
    lines = sum(1 for _ in open(sample, "rb"))
    size = os.path.getsize(sample)
    print_times, jq_times = [], []
    for _ in range(RUNS):
        print_times.append(timed([kiwidump, mode, "--limit", str(lines), disc], stdout=subprocess.DEVNULL))
        jq_times.append(timed(["jq", "-c", ".", sample], stdout=subprocess.DEVNULL))
    return size / statistics.median(print_times), size / statistics.median(jq_times)


def main(build, disc):
    kiwidump = f"{build}/kiwidump/kiwidump"
    alldata = f"{disc}/ALLDATA.KWI"
    sample = f"{build}/sample.json"
    print(f"disc: {os.path.getsize(alldata):,} bytes")

    document = statistics.median(timed([kiwidump, disc], stdout=subprocess.DEVNULL) for _ in range(9))
    _, read = peak_memory([kiwidump, disc])
    print(f"default document: {document * 1000:.1f} ms, {read:,} bytes read")

    check, md5sum = alternating([kiwidump, "--check", "--jobs", "1", disc], ["md5sum", alldata])
    print(f"--check: {check:.2f} s, md5sum: {md5sum:.2f} s, ratio {check / md5sum:.2f}")

    for mode in ("--check", "--features", "--records"):
        print("{}: two threads are {:.2f} times as fast as one, {:.2f} by the processor's time".format(mode, *threads(kiwidump, disc, mode)))

    for mode in ("--features", "--records"):
        ours, jq = output_rate(kiwidump, disc, mode, sample)
        print(f"{mode}: {ours / 1e6:.0f} MB/s printed, jq -c . reads {jq / 1e6:.0f} MB/s, ratio {ours / jq:.1f}")
    os.unlink(sample)

    for mode in ("--check", "--features", "--records"):
        anon, _ = peak_memory([kiwidump, mode, disc])
        print(f"memory that is not file cache, {mode}: {anon:,} kB")

    subprocess.run([f"{build}/bench/parcel_at", alldata], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
