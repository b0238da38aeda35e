#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--verify: what is wrong with an image is named, and so is what differs from it.

usage: test_verify.py KIWIDUMP KIWIBUILD SOURCE_ROOT
"""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile

import jsonschema

import modes

tap = modes.Tap()
SECTOR = 2048


def verify(*paths):
    result = subprocess.run([modes.KIWIDUMP, "--verify", *map(str, paths)], capture_output=True, check=False)
    report = json.loads(result.stdout)
    good = report["whole"] and report.get("comparison", {"equal": True})["equal"]
    tap.check(result.returncode == (0 if good else 1), f"{paths[-1].name}: exit {result.returncode}", result.stderr)
    tap.none([error.message for error in VALIDATOR.iter_errors(report)][:3], f"{paths[-1].name}: the report is valid by the schema")
    kinds = {problem["kind"] for problem in report["problems"] + report.get("comparison", {"problems": []})["problems"]}
    tap.none([kind for kind in kinds if kind not in result.stderr.decode()], f"{paths[-1].name}: standard error names them, too")
    return report


def kinds(report):
    return sorted({problem["kind"] for problem in report["problems"]})


def changed(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


def check_whole(folder, image, data):
    report = verify(image)
    tap.check(report["whole"] and not report["problems"] and report["padding"] == 0, "a sound image is whole", report)
    tap.equal(report["sha256"], hashlib.sha256(data).hexdigest(), "its hash")
    tap.equal(report["medium"]["name"], "cd", "it fits on a CD")
    large = folder / "large.iso"
    shutil.copy(image, large)
    with large.open("r+b") as file:
        file.truncate(737282048)
    report = verify(large)
    tap.check(report["medium"]["name"] == "dvd" and report["padding"] == 737282048 - len(data), "one sector more than a CD has", report)
    large.unlink()
    cut = verify(changed(folder, "cut.iso", data[:-100 * SECTOR]))
    tap.check("truncated" in kinds(cut) and not cut["whole"], "an image without its last 100 sectors is truncated", cut)
    last = max(extent["offset"] for file in json.loads(modes.run(image))["files"] for extent in file["extents"])
    early = verify(changed(folder, "early.iso", data[:last + 1]))
    tap.check({"truncated", "unfinished_file"} <= set(kinds(early)), "an image that ends in a file has an unfinished one", early)
    bloated = bytearray(data)
    bloated[32768 + 80:32768 + 88] = (999999).to_bytes(4, "little") + (999999).to_bytes(4, "big")
    tap.check("truncated" in kinds(verify(changed(folder, "bloated.iso", bloated))), "a volume that says 999,999 sectors is truncated")
    padded = verify(changed(folder, "padded.iso", data + bytes(150 * SECTOR)))
    tap.check(padded["whole"] and padded["padding"] == 150 * SECTOR, "zeros behind the volume are padding", padded)
    more = verify(changed(folder, "more.iso", data + b"something else".ljust(SECTOR)))
    tap.check(kinds(more) == ["more_data"] and more["problems"][0]["offset"] == len(data), "other bytes are not", more)
    gap = -(len(data) // SECTOR) % 16 * SECTOR
    second = data + bytes(gap) + bytes(16 * SECTOR) + b"\x01CD001\x01".ljust(SECTOR, b"\0")
    tap.check("sessions" in kinds(verify(changed(folder, "sessions.iso", second))), "a second session is named")


def check_trees(folder, data):
    """A file that ISO 9660 has elsewhere than UDF and Joliet."""
    name = data.index(b"METADATA.KWI;1")
    record = bytearray(data)
    at = name - 33
    place = int.from_bytes(data[at + 2:at + 6], "little") + 1
    record[at + 2:at + 10] = place.to_bytes(4, "little") + place.to_bytes(4, "big")
    report = verify(changed(folder, "trees.iso", record))
    tap.check(kinds(report) == ["trees_differ"] and report["problems"][0]["file"] == "METADATA.KWI", "trees that disagree are named", report)


def check_equal(folder, image, data):
    same = changed(folder, "same.iso", data)
    tap.check(verify(image, same)["comparison"]["equal"], "equal images are equal")
    tap.check(verify(image, changed(folder, "longer.iso", data + bytes(300000)))["comparison"]["equal"], "also with zeros behind one")
    files = json.loads(modes.run(image))["files"]
    one = next(file for file in files if file["path"] == "ALLDATA.KWI")
    place = one["extents"][0]["offset"] + 5000
    byte = bytearray(data)
    byte[place] ^= 1
    report = verify(image, changed(folder, "byte.iso", byte))["comparison"]
    tap.check([(p["kind"], p["file"], p["offset"]) for p in report["problems"]] == [("changed_file", "ALLDATA.KWI", 5000)], "one byte", report)
    tap.check(report["problems"][0]["says"] == "1 of its bytes differs", "one byte, in words", report)
    outside = bytearray(data)
    outside[32768 + 700] ^= 1
    report = verify(image, changed(folder, "outside.iso", outside))["comparison"]
    tap.check([(p["kind"], p["offset"]) for p in report["problems"]] == [("file_systems", 32768 + 700)], "one byte of a descriptor", report)
    report = verify(image, changed(folder, "stranger.iso", data + b"x" * SECTOR))["comparison"]
    tap.check([p["kind"] for p in report["problems"]] == ["more_data"], "one that goes on", report)
    tree = folder / "tree"
    subprocess.run([modes.KIWIDUMP, "--quiet", "--extract", str(tree), str(image)], check=True, capture_output=True)
    tap.check(verify(image, tree)["comparison"]["equal"], "the files of an image are equal to it")
    (tree / "SPEC.KWI").unlink()
    (tree / "NEW.TXT").write_text("new")
    (tree / "VERSION.TXT").write_bytes(b"shorter")
    report = verify(image, tree)["comparison"]
    tap.equal(sorted((p["kind"], p["file"]) for p in report["problems"]),
              [("additional_file", "NEW.TXT"), ("changed_file", "VERSION.TXT"), ("missing_file", "SPEC.KWI")], "files that are missing, new and changed")
    report = verify(tree)
    tap.check(report["whole"] and "sha256" not in report, "a folder is whole", report)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        image = modes.build(modes.SMALL / "town.geojson", folder / "town.iso")
        data = image.read_bytes()
        check_whole(folder, image, data)
        check_trees(folder, data)
        check_equal(folder, image, data)
        result = subprocess.run([modes.KIWIDUMP, "--verify", str(image), "missing"], capture_output=True, check=False)
        tap.check(result.returncode == 4 and b"missing" in result.stderr, "a second disc that is not there", result.stderr)
    return tap.end()


VALIDATOR = jsonschema.Draft202012Validator(json.loads(modes.run("--schema")))

if __name__ == "__main__":
    raise SystemExit(main())
