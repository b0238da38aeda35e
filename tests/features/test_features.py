#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Features taken one at a time, from several discs at once, are those that kiwidump prints: test_features.py KIWIDUMP
PULL_FEATURES DISC... TAP."""
import pathlib
import subprocess
import sys

KIWIDUMP, PULL, DISCS = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from check_goteborg import Tap  # noqa: E402

KINDS = "road,background,name,route,address,poi"


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, check=False)


def printed(disc):
    features = run(KIWIDUMP, "--quiet", "--features", "--kind", KINDS, disc).stdout
    return features + run(KIWIDUMP, "--quiet", "--find", "", disc).stdout


def main():
    tap = Tap()
    wanted = b"".join(printed(disc) for disc in DISCS)
    for kind in ["road", "background", "name", "route", "address", "street", "place"]:
        tap.check(b'"kind":"%s"' % kind.encode() in wanted, f"the discs have features of kind {kind}")
    pulled = run(PULL, *DISCS)
    tap.check(pulled.returncode == 0 and not pulled.stderr, "all discs are read", str(pulled.stderr[:300]))
    tap.check(pulled.stdout == wanted, "features come as kiwidump prints them", f"{len(pulled.stdout)}, {len(wanted)} bytes")
    for disc in DISCS:
        lines = run(KIWIDUMP, "--quiet", "--features", "--kind", KINDS, disc).stdout.splitlines()
        some = run(KIWIDUMP, "--quiet", "--features", "--kind", KINDS, "--limit", str(len(lines) - 1), disc).stdout.splitlines()
        tap.check(some == lines[:-1], f"--limit counts features of all kinds: {pathlib.Path(disc).name}")
        whole = run(KIWIDUMP, "--quiet", "--features", "--kind", KINDS, "--format", "geojson", disc).stdout
        head, tail = b'{"type":"FeatureCollection","features":[\n', b"\n]}\n"
        tap.check(whole == head + b",\n".join(lines) + tail, f"a collection has the same: {pathlib.Path(disc).name}")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
