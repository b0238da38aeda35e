#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--extract: the files of a disc, as other programs get them; nothing is overwritten."""
import filecmp
import json
import os
import pathlib
import subprocess
import tempfile

import modes

tap = modes.Tap()


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def check_folder(folder):
    disc = modes.build(modes.SMALL / "variants.geojson", folder / "disc", "--layout", modes.ROOT / "testdata/layouts/european.json")
    told = modes.lines(disc, "--extract", folder / "out")
    tap.equal(tree(folder / "out"), tree(disc), "a folder with folders in it")
    tap.equal({t["path"]: t["size"] for t in told}, {name: len(data) for name, data in tree(disc).items()}, "one line for each file")
    modes.run(disc, "--extract", folder / "out", code=5)
    tap.equal(tree(folder / "out"), tree(disc), "a second time is refused and changes nothing")
    told = modes.lines(disc, "--extract", folder / "one", "--file", "metadata.kwi")
    tap.equal(([t["path"] for t in told], list(tree(folder / "one"))), (["METADATA.KWI"], ["METADATA.KWI"]), "--file")
    modes.run(disc, "--extract", folder / "none", "--file", "NOTHING.KWI", code=3)
    modes.run(disc, "--extract", "", code=2)
    modes.run(disc, "--extract", folder / "no/such/folder", code=4)
    (folder / "file").write_text("x")
    modes.run(disc, "--extract", folder / "file", code=5)
    outside = folder / "outside"
    outside.mkdir()
    (folder / "linked").mkdir()
    os.symlink(outside, folder / "linked/MAP")
    modes.run(disc, "--extract", folder / "linked", code=5)
    tap.equal(list(outside.iterdir()), [], "a link in the folder is not followed")


def check_image(folder):
    image = modes.build(modes.GOTEBORG, folder / "goteborg.iso")
    modes.run(image, "--extract", folder / "mine")
    subprocess.run(["xorriso", "-osirrox", "on", "-indev", str(image), "-extract", "/", str(folder / "theirs")],
                   capture_output=True, check=True)
    comparison = filecmp.dircmp(folder / "mine", folder / "theirs")
    same = filecmp.cmpfiles(folder / "mine", folder / "theirs", comparison.common_files, shallow=False)
    tap.check(not comparison.left_only and not comparison.right_only and same[0] and not same[1] and not same[2],
              "an image, as xorriso extracts it", same[1:])
    plain = modes.build(modes.GOTEBORG, folder / "plain")
    tap.equal(tree(folder / "mine"), tree(plain), "an image, as it was built into a folder")


def check_cut(folder):
    """An image that ends early: no file of which something is missing looks whole."""
    image = (folder / "goteborg.iso").read_bytes()
    whole = tree(folder / "mine")
    for number, part in enumerate((0.3, 0.6, 0.95)):
        (folder / "cut.iso").write_bytes(image[:int(len(image) * part)])
        target = folder / f"cut{number}"
        result = subprocess.run([modes.KIWIDUMP, str(folder / "cut.iso"), "--extract", str(target)], capture_output=True, check=False)
        told = [json.loads(line) for line in result.stdout.splitlines()]
        got = tree(target)
        tap.equal((result.returncode, {t["path"]: t["size"] for t in told}), (1, {n: len(d) for n, d in got.items()}),
                  f"{part} of an image: each file has a line, and the exit code says that something is missing")
        tap.check(all(whole[n] == d for n, d in got.items() if not n.endswith(".incomplete")), "files of plain names are whole")
        cut = {t["path"].removesuffix(".incomplete"): t for t in told if "recorded_size" in t}
        tap.check(bool(cut) == (part < 0.9) and all(t["path"] == n + ".incomplete" and t["recorded_size"] == len(whole[n]) > t["size"]
                              and whole[n].startswith(got[t["path"]]) for n, t in cut.items()), "the others are named otherwise", told)
        tap.check((f"does not have all of {len(cut)} file".encode() in result.stderr) == bool(cut), "which is said", result.stderr)


def check_hostile(folder):
    """An image whose names lead out of the folder."""
    image = (folder / "goteborg.iso").read_bytes()
    for number, name in enumerate(("../X.KWI", "/../.KWI", "AB\nC.KWI")):
        bad = image
        for code in ("ascii", "utf-16-be"):
            bad = bad.replace("SPEC.KWI".encode(code), name.encode(code))
        (folder / "bad.iso").write_bytes(bad)
        target = folder / f"bad{number}/in"
        target.parent.mkdir()
        result = subprocess.run([modes.KIWIDUMP, str(folder / "bad.iso"), "--extract", str(target)], capture_output=True, check=False)
        tap.check(result.returncode in (0, 5) and all(p == target for p in target.parent.iterdir()),
                  f"nothing leaves the folder by the name {name!r}", result.stderr.decode())


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_folder(pathlib.Path(folder))
        check_image(pathlib.Path(folder))
        check_cut(pathlib.Path(folder))
        check_hostile(pathlib.Path(folder))
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
