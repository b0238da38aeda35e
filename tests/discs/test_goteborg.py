#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Göteborg in = out, told by two readers: test_goteborg.py KIWIDUMP DISC INPUT.geojson.gz. Prints TAP."""

import json
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, name):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")

    def include(self, title, command, **options):
        """Runs a program that prints TAP and counts its checks as ours."""
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
        lines = [line for line in result.stdout.splitlines() if line.startswith(("ok", "not ok"))]
        for line in lines:
            self.check(line.startswith("ok"), f"{title}: {line.split(' - ', 1)[-1]}")
        self.check(bool(lines) and result.returncode == 0, f"{title} ran to its end")


def main(kiwidump, disc, source):
    tap = Tap()
    check = json.loads(subprocess.run([kiwidump, "--check", disc], stdout=subprocess.PIPE, check=True).stdout)
    tap.check(check["findings"] == [], "kiwidump --check has no finding")
    tap.check(all(account["accounted"] == account["size"] for account in check["account"]), "every byte is accounted for")

    with tempfile.TemporaryDirectory() as folder:
        features = pathlib.Path(folder) / "features.json"
        with open(features, "wb") as file:
            subprocess.run([kiwidump, "--features", disc], stdout=file, check=True)
        tap.include("features", [sys.executable, TESTS / "check_goteborg.py", source, features])

        alldata = next(file for file in json.loads(
            subprocess.run([kiwidump, disc], stdout=subprocess.PIPE, check=True).stdout)["files"]
            if file["path"] == "ALLDATA.KWI")  # fmt: skip
        copy = pathlib.Path(folder) / "ALLDATA.KWI"
        with open(disc, "rb") as image, open(copy, "wb") as file:
            image.seek(alldata["extents"][0]["offset"])
            file.write(image.read(alldata["size"]))
        tap.include("independent reader", [sys.executable, TESTS / "read_alldata.py", copy, source])
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
