#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The demonstration unit before and after kiwipatch: test_firmware.py KIWIBUILD KIWIDUMP KIWIPATCH SOURCE_ROOT. Prints TAP."""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import demo_unit
from demo_unit import TEXTS

KIWIBUILD, KIWIDUMP, KIWIPATCH = (str(pathlib.Path(name).resolve()) for name in sys.argv[1:4])
ROOT = pathlib.Path(sys.argv[4])
RECIPES = ROOT / "kiwipatch/recipes"
OVERRIDE = "write without a checksum rule"
tap = demo_unit.Tap()


def patch(*arguments):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def extract(image, folder):
    """LOADING.KWI and what is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([KIWIDUMP, "--quiet", image, "--extract", folder, "--file", "LOADING.KWI"], check=True, stdout=subprocess.DEVNULL)
    return folder / "LOADING.modules/0.0-AG01.bin"


def unit(image, folder, **options):
    return demo_unit.run_unit(extract(image, folder), **options)


def waits(result):
    text, _, waited = result
    return waited and TEXTS["agree"] in text and TEXTS["map"] not in text


def goes_on(result):
    text, code, waited = result
    return not waited and code == 0 and TEXTS["agree"] in text and text.rstrip().endswith(TEXTS["map"])


def refuses(result):
    text, code, waited = result
    return not waited and code == 2 and TEXTS["damaged"] in text and TEXTS["start"] not in text


def untouched(folder, image):
    module = extract(image, folder / "x")
    program = (folder / "agree.bin").read_bytes()
    tap.check(module.read_bytes() == program.ljust(2048, b"\0"), "kiwidump extracts the module that was built in")
    picture = folder / "x/LOADING.modules/0.1-PI01-0x40.bmp"
    pictures = (folder / "pictures.bin").read_bytes()
    tap.check(picture.is_file() and picture.read_bytes() == pictures[64 : 64 + 1590], "and the picture in the other one")
    result = demo_unit.run_unit(module)
    tap.check(waits(result), "the unit shows the agree screen and waits", result)
    result = demo_unit.run_unit(module, key=True)
    tap.check(result[2] and result[1] == 0 and result[0].rstrip().endswith(TEXTS["map"]), "with a key it goes to the map", result)


def document(image):
    result = subprocess.run([KIWIDUMP, image, "--file", "LOADING.KWI"], capture_output=True, check=True)
    modules = json.loads(result.stdout)["loading"]["modules"]
    tap.check([module["name"] for module in modules] == ["AG01", "PI01"] and modules[0]["version"] == "1000", "the document lists the modules")
    tap.check(modules[0]["management"]["valid_from"] == "2001-02-03" and modules[0]["management"]["title"] == "Demonstration unit",
              "with date and title", modules[0])  # fmt: skip
    picture = modules[1]["pictures"]
    tap.check(len(picture) == 1 and (picture[0]["width"], picture[0]["height"], picture[0]["bits"]) == (32, 16, 24), "and pictures", picture)
    data = subprocess.run(["dd", f"if={image}", "status=none"], capture_output=True, check=True).stdout
    at = data.find((b"\x7fELF"))
    tap.check(hashlib.sha256(data[at : at + 2048]).hexdigest() == modules[0]["sha256"] and hashlib.md5(data[at : at + 2048]).hexdigest()
              == modules[0]["md5"], "with hashes")  # fmt: skip


def damaged(folder, image):
    good = extract(image, folder / "x").read_bytes()
    for name, place in {"program": 0x200, "tables": 0x41C, "texts": 0x520, "check value": 0x6FF}.items():
        module = folder / "damaged.bin"
        module.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        result = demo_unit.run_unit(module)
        tap.check(refuses(result), f"a bit changed in the {name}: the unit refuses to start", result)


def recipes(folder, image):
    before = digest(image)
    for name, good in {"code": goes_on, "number": goes_on, "text": waits}.items():
        recipe = RECIPES / f"demo-agree-{name}.json"
        result = patch("apply", image, recipe)
        tap.check(result.returncode == 0, f"recipe {name}: applied", result.stderr)
        tap.check(digest(image) != before, f"recipe {name}: the image changed")
        found = unit(image, folder / "x") if name != "text" else unit(image, folder / "x", key=True)
        if name == "text":
            tap.check(found[2] and found[1] == 0 and "[ Go on ]" in found[0].replace("  ", " ") and "I Agree" not in found[0]
                      and TEXTS["map"] in found[0], "recipe text: other words, it waits, then the map", found)  # fmt: skip
        else:
            tap.check(good(found), f"recipe {name}: straight to the map", found)
        result = patch("apply", image, recipe)
        tap.check(result.returncode == 5, f"recipe {name}: a second time it is refused", result.stderr)
        result = patch("undo", image)
        tap.check(result.returncode == 0 and digest(image) == before, f"recipe {name}: undo makes the image what it was", result.stderr)
        tap.check(waits(unit(image, folder / "x")), f"recipe {name}: the unit waits again")


def changed_recipe(folder, name, change):
    recipe = json.loads((RECIPES / "demo-agree-code.json").read_text())
    change(recipe)
    path = folder / name
    path.write_text(json.dumps(recipe))
    return path


def without_sums(folder, image):
    before = digest(image)

    def drop(recipe):
        recipe["steps"] = recipe["steps"][:1]

    recipe = changed_recipe(folder, "no-sums.json", drop)
    result = patch("apply", image, recipe)
    tap.check(result.returncode == 5 and digest(image) == before, "without a checksum rule nothing is written", result)
    result = patch("apply", "--override", OVERRIDE, image, recipe)
    tap.check(result.returncode == 0, "unless the words are spelled out", result.stderr)
    tap.check(refuses(unit(image, folder / "x")), "then the sum is wrong and the unit refuses to start")
    patch("undo", image)
    tap.check(digest(image) == before and waits(unit(image, folder / "x")), "undo: as before")


def refusals(folder, image):
    before = digest(image)

    def other_rule(recipe):
        for step in recipe["steps"][1:]:
            step["rule"] = "sum32be,skip=16"

    def one_block(recipe):
        recipe["steps"] = recipe["steps"][:2]

    def other_version(recipe):
        recipe["for"]["version"] = "1001"

    def other_hash(recipe):
        recipe["for"]["sha256"] = "0" * 64

    for name, change in {"a rule that does not fit": other_rule, "a rule proven by one block": one_block, "another version": other_version,
                         "another module": other_hash}.items():  # fmt: skip
        result = patch("apply", image, changed_recipe(folder, "refused.json", change))
        tap.check(result.returncode == 5 and result.stderr.count("\n") == 1 and digest(image) == before, f"refused: {name}", result)


def version_field(folder, image):
    before = digest(image)
    path = folder / "version.json"
    path.write_text(json.dumps({"kiwipatch": 1, "id": "version", "title": "newer", "for": {"sha256": hashlib.sha256(
        extract(image, folder / "x").parent.parent.joinpath("LOADING.KWI").read_bytes()).hexdigest()}, "steps": [
            {"step": "field", "path": "loading.system[0].module[0].version", "old": "1000", "new": "1001"}]}))  # fmt: skip
    result = patch("apply", image, path)
    listed = json.loads(subprocess.run([KIWIDUMP, image, "--file", "LOADING.KWI"], capture_output=True, check=True).stdout)
    tap.check(result.returncode == 0 and listed["loading"]["modules"][0]["version"] == "1001", "the version as a field by its path", result)
    tap.check(patch("undo", image).returncode == 0 and digest(image) == before, "and back")


def finding(folder, image):
    module = extract(image, folder / "x").read_bytes()
    base = image.read_bytes().find(module)
    result = patch("find", "--text", "I Agree", "--xref", image)
    place = module.find(b"I Agree")
    lines = result.stdout.splitlines()
    tap.check(result.returncode == 0 and lines[0].startswith(f"AG01 module 0x{place:X}, file 0x{place + 2048:X}, image 0x{base + place:X}, ascii"),
              "find tells the place in module, file and image", result.stdout)  # fmt: skip
    pointer = module.find((0x400000 + module.rfind(b"\0", 0, place) + 1).to_bytes(4, "big"))
    tap.check("load address of AG01: 0x00400000, big-endian" in result.stdout, "--xref finds the load address and states its score", result.stdout)
    tap.check(f"at module 0x{pointer:X}, file 0x{pointer + 2048:X}, image 0x{base + pointer:X}" in result.stdout, "and the pointer to the text",
              result.stdout)  # fmt: skip
    tap.check("utf-16be" in result.stdout and "none stands out" in result.stdout, "the text in UTF-16, in a module without a load address", result.stdout)
    for arguments, count in {("--hex", "5042 4C4B"): 3, ("--pattern", "5042 4C4B 0000000?"): 3, ("--number", "0x50424C4B"): 3,
                             ("--number", "0x4B4C4250"): 3, ("--text", "PBLK"): 3, ("--text", "I agree"): 0,
                             ("--hex", "5042 4C4B", "--module", "PI01"): 0, ("--text", "PBLK", "--limit", "2"): 2}.items():  # fmt: skip
        result = patch("find", *arguments, image)
        tap.check(len(result.stdout.splitlines()) == count and result.returncode == (0 if count else 1), f"find {' '.join(arguments)}: {count}",
                  result)  # fmt: skip
    for arguments in (["--text"], [], ["--hex", "5"], ["--hex", "??"], ["--number", "x"], ["--number", "300", "--width", "1"], ["--width", "3", "--number", "1"],
                      ["--text", "a", "--hex", "00"], ["--nothing"], ["--text", ""]):  # fmt: skip
        result = patch("find", *arguments, image)
        tap.check(result.returncode == 2 and result.stderr.count("\n") == 1, f"find {' '.join(arguments)}: usage", result)


def checksums(image):
    blocks = ["--block", "0x100,0x300", "--block", "0x400,0x100", "--block", "0x500,0x200"]
    result = patch("checksum", "--module", "AG01", *blocks, image)
    tap.check(result.returncode == 0 and "proven: neg-sum32be,skip=16" in result.stdout, "the solver proves the rule", result)
    result = patch("checksum", "--module", "AG01", *blocks, "--rule", "neg-sum32be,skip=16", image)
    tap.check(result.returncode == 0 and result.stdout.count(": good") == 3, "each block is good by the rule", result)
    result = patch("checksum", "--module", "AG01", *blocks, "--rule", "crc32", image)
    tap.check(result.returncode == 1 and result.stdout.count(": wrong") == 3, "and wrong by another", result)
    result = patch("checksum", "--module", "AG01", *blocks[:2], image)
    tap.check(result.returncode == 1 and "at least two different blocks" in result.stdout, "one block proves nothing", result)
    result = patch("checksum", image)
    tap.check(result.returncode == 1 and "no rule fits" in result.stdout, "whole modules have no rule", result)
    result = patch("checksum", "--module", "AG01", "--block", "0x700,0x200", image)
    tap.check(result.returncode == 3, "a block outside of its module is refused", result)


def main():
    lacks = demo_unit.missing()
    if not tap.check(not lacks, "a cross compiler and an emulator are there", "; ".join(lacks)):
        return tap.end()
    with tempfile.TemporaryDirectory(prefix="kiwi-unit-") as name:
        folder = pathlib.Path(name)
        image = folder / "disc.iso"
        demo_unit.build_disc(KIWIBUILD, ROOT, folder, "disc.iso")
        untouched(folder, image)
        document(image)
        damaged(folder, image)
        recipes(folder, image)
        without_sums(folder, image)
        refusals(folder, image)
        version_field(folder, image)
        finding(folder, image)
        checksums(image)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
