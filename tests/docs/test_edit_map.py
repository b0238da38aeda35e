#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of docs/tutorials/edit-map.md and compares what is drawn: test_edit_map.py ROOT BUILD. Prints TAP."""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT, BUILD = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import fresh_clone  # noqa: E402

# Where things stand on a disc, and how its links are counted: that of a disc made anew is its own.
OF_THE_DISC = {"file", "offset", "link_id", "multilink", "link", "pieces"}
tap = check_goteborg.Tap()


def check(good, name, detail=""):
    """The detail on failure only, on one line, as TAP wants it."""
    tap.check(bool(good), name, "" if good else str(detail).replace("\n", " | ")[:2000])


def size(rings):
    """Of an area without its holes, in square degrees."""
    areas = [abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))) / 2 for ring in rings]
    return areas[0] - sum(areas[1:])


def drawn(path):
    """
    How often each feature stands there. Areas by the number of their rings and their size, since coarser levels drop vertices that lie on
    the line between others; roads by the strokes between their points, since --merge may join them otherwise.
    """
    shapes, strokes = collections.Counter(), collections.Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        feature = json.loads(line)
        attributes = json.dumps({key: value for key, value in feature["properties"].items() if key not in OF_THE_DISC}, sort_keys=True)
        points = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "Polygon":
            shapes[attributes, f"{len(points)} rings, {size(points):.8f}"] += 1
            continue
        if feature["properties"]["kind"] != "road":
            shapes[attributes, json.dumps(points)] += 1
            continue
        for line in points if feature["geometry"]["type"] == "MultiLineString" else [points]:
            for step in zip(line, line[1:]):
                strokes[attributes, json.dumps(sorted(step))] += 1
    return shapes, strokes


def compare(folder, environment):
    """The disc of features that were not edited has the features of the first one; the edited one differs where it was edited."""
    for name in ("same", "new"):
        with (folder / f"{name}-again.geojsonl").open("wb") as file:
            subprocess.run(["kiwidump", f"{name}.iso", "--features", "--merge"], cwd=folder, env=environment, stdout=file, check=True)
    old, same, new = (drawn(folder / f"{name}.geojsonl") for name in ("old", "same-again", "new-again"))
    check(sum(old[0].values()) > 3000 and sum(old[1].values()) > 50000, "the disc has shapes and roads", f"{len(old[0])} {len(old[1])}")
    check(old[0] == same[0], "backgrounds and names are those of the first disc", list((old[0] - same[0]) + (same[0] - old[0]))[:3])
    check(old[1] == same[1], "and roads, point by point, with their attributes", list((old[1] - same[1]) + (same[1] - old[1]))[:3])
    gone, come = (side for side in (old[0] - new[0], new[0] - old[0]))
    renamed = {(attributes.replace("Kungsgatan", "Nygatan"), points): count for (attributes, points), count in gone.items()}
    check(gone and all('"Kungsgatan"' in key[0] for key in gone) and renamed == dict(come), "the edited disc has the new name, nothing else", come)
    gone, come = (old[1] - new[1], new[1] - old[1])
    check(gone and {points for _, points in gone} == {points for _, points in come} and all('"forward"' in key[0] for key in come),
          "and one road that is one-way", come)  # fmt: skip


def main():
    """All blocks of the page, from top to bottom."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs/tutorials/edit-map.md").read_text(encoding="utf-8"), flags=re.M | re.S)
    with tempfile.TemporaryDirectory(prefix="kiwi-edit-") as name:
        folder = pathlib.Path(name)
        fresh_clone.make(ROOT, folder, BUILD)
        path = ":".join([*(f"{name}/build/demo/{program}" for program in fresh_clone.PROGRAMS), os.environ["PATH"]])
        environment = dict(os.environ, PATH=path)
        result = None
        for block in blocks:
            result = subprocess.run(["sh", "-e", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, check=False)
            check(result.returncode == 0, block.splitlines()[0][:70], result.stdout + result.stderr)
        fields = [json.loads(line) for line in result.stdout.splitlines()]
        texts = [field["text"] for field in fields if "text" in field]
        check(texts and all(text == {"old": "Kungsgatan", "new": "Nygatan"} for text in texts), "--diff has the name", result.stdout)
        check(any("one_way" in field for field in fields), "and the direction", result.stdout)
        if (folder / "new.iso").exists() and (folder / "same.iso").exists():
            compare(folder, environment)
        else:
            check(False, "both discs were made")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
