#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the demo disc inside the page: make_demo.py KIWIBUILD OUTPUT.iso. Göteborg's inner city, and the program of a unit that asks "I Agree"."""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

TESTDATA = pathlib.Path(__file__).resolve().parent.parent / "testdata"
WEST, SOUTH, EAST, NORTH = 11.93, 57.68, 12.00, 57.72  # all of the city would not fit into the page


def points(coordinates):
    if isinstance(coordinates[0], float | int):
        yield coordinates
    else:
        for inner in coordinates:
            yield from points(inner)


def is_inside(feature):
    return all(WEST <= east <= EAST and SOUTH <= north <= NORTH for east, north in points(feature["geometry"]["coordinates"]))


def main(kiwibuild, output):
    with gzip.open(TESTDATA / "goteborg.geojson.gz") as file:
        streets = json.load(file)
    streets["features"] = [feature for feature in streets["features"] if is_inside(feature)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "streets.geojson").write_text(json.dumps(streets), encoding="utf-8")
        subprocess.run([sys.executable, TESTDATA / "firmware/make_firmware.py", folder], check=True)
        subprocess.run([kiwibuild, "--quiet", "--title", "Göteborg © OpenStreetMap contributors", "--loading", folder / "loading.json", "-o", output,
                        folder / "streets.geojson", TESTDATA / "kattegat.geojson.gz", TESTDATA / "kattegat_places.geojson"], check=True)


main(*sys.argv[1:])
