#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""LOADING.KWI written by kiwibuild and read by kiwidump: test_loading.py KIWIBUILD KIWIDUMP SOURCE_ROOT. Prints TAP."""

import copy
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

KIWIBUILD, KIWIDUMP = sys.argv[1:3]
TOWN = pathlib.Path(sys.argv[3]) / "testdata/small/town.geojson"
number = failed = 0


def check(condition, name, detail=""):
    global number, failed
    number += 1
    failed += not condition
    print(f"{'ok' if condition else 'not ok'} {number} - {name}", flush=True)
    if not condition and str(detail):
        print("# " + str(detail).replace("\n", "\n# "))


def program(length, seed):
    """The modules of the notes: the last four bytes are the sum of the rest."""
    body = bytes((seed + i) * 37 & 255 for i in range(length - 4))
    return body + struct.pack(">I", sum(struct.unpack(f">{len(body) // 4}I", body)) & 0xFFFFFFFF)


SYNTHETIC = {"systems": [{"manufacturer": "DENSO", "modules": [
    {"file": "one.bin", "name": "AA01", "version": "1000", "kind": "program", "title": "SYNTHETIC ONE"},
    {"file": "two.bin", "name": "BB02", "version": "1001", "kind": "data", "diagnostic": True, "valid_from": "1998-01-02",
     "valid_to": "1999-01-01", "title": "SYNTHETIC TWO"}]}]}  # fmt: skip


def build(folder, description, output="disc"):
    path = folder / "loading.json"
    path.write_text(description if isinstance(description, str) else json.dumps(description))
    return subprocess.run([KIWIBUILD, "--quiet", "--loading", path, "-o", folder / output, TOWN], capture_output=True, text=True, check=False)


def document(path):
    result = subprocess.run([KIWIDUMP, path], capture_output=True, check=False)
    return json.loads(result.stdout), result.returncode


def account(path):
    result = subprocess.run([KIWIDUMP, "--check", path], capture_output=True, check=False)
    return json.loads(result.stdout)


def synthetic(folder):
    result = build(folder, SYNTHETIC)
    check(result.returncode == 0, "the synthetic file is built", result.stderr)
    data = (folder / "disc/LOADING.KWI").read_bytes()
    check(len(data) == 8192 and hashlib.md5(data).hexdigest() == "52448b20d3619b1db5dbc5d1c5831b19", "with the md5 of the notes",
          hashlib.md5(data).hexdigest())  # fmt: skip
    shown, code = document(folder / "disc")
    modules = shown["loading"]["modules"]
    check(code == 0 and shown["loading"]["tables_size"] == 660 and len(modules) == 2, "the document shows both modules")
    for module, (at, end) in zip(modules, [(2048, 6144), (6144, 8192)]):
        part = data[at:end]
        check((module["offset"], module["size"], module["crc32"], module["md5"], module["sha256"]) == (at, end - at, f"{zlib.crc32(part):08x}",
              hashlib.md5(part).hexdigest(), hashlib.sha256(part).hexdigest()), f"{module['name']}: place and hashes", module)  # fmt: skip
    check(modules[1]["management"]["valid_from"] == "1998-01-02" and modules[1]["identification"]["is_diagnostic"], "dates and category")
    for path in (folder / "disc", folder / "disc/LOADING.KWI"):
        result = account(path)
        files = {item["file"].rsplit("/", 1)[-1]: item for item in result["account"]}
        check(files["LOADING.KWI"]["accounted"] == 8192 and result["unknown"]["module"] == 6144 and not result["findings"],
              f"every byte is accounted for: {path.name}", result)  # fmt: skip


def two_systems(folder):
    """A system with an id instead of a name, five modules, one of them with a maker's area."""
    description = {"systems": [
        {"manufacturer": "AISIN AW", "modules": [{"file": "one.bin", "name": f"AC0{i}", "version": "1040"} for i in range(2)]},
        {"manufacturer_id": "0F56A3003C3C8A0007000166", "modules": [
            {"file": "odd.bin", "name": "TY00", "version": "00001234", "kind": "library", "test": True, "maker": "LIBRARY"},
            {"file": "two.bin", "name": "TY01", "version": "1", "kind": "initial_program", "maker_hex": "0002" + 360 // 4 * "00"},
            {"file": "two.bin", "name": "TY02", "version": "2", "title": "Ångström"}]}]}  # fmt: skip
    result = build(folder, description, "two.iso")
    check(result.returncode == 0, "two systems, five modules", result.stderr)
    shown, code = document(folder / "two.iso")
    modules = shown["loading"]["modules"]
    check(code == 0 and [module["path"] for module in modules] == [f"loading.system[{i}].module[{j}]" for i, j in
          ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))], "paths of five modules", modules)  # fmt: skip
    check([module["offset"] // 2048 for module in modules] == [1, 3, 5, 6, 7] and all(m["address_rule"] == "sector" for m in modules), "their places")
    check(shown["loading"]["systems"][1]["fields"]["manufacturer_id"]["floor"] == 7, "a manufacturer id", shown["loading"]["systems"])
    check(modules[4]["management"]["title"] == "Ångström", "a title in the charset of the disc", modules[4]["management"])
    check(account(folder / "two.iso")["findings"] == [], "no findings")
    out = folder / "out"
    subprocess.run([KIWIDUMP, "--quiet", folder / "two.iso", "--extract", out], check=True, stdout=subprocess.DEVNULL)
    check((out / "LOADING.modules/1.0-TY00.bin").read_bytes() == (folder / "odd.bin").read_bytes().ljust(2048, b"\0"), "extracted, filled up to a block")


def refused(folder):
    def changed(**changes):
        description = copy.deepcopy(SYNTHETIC)
        module = description["systems"][0]["modules"][0]
        for key, value in changes.items():
            module[key] = value
            if value is None:
                del module[key]
        return description

    cases = {
        "no JSON": "{", "no object": "[]", "unknown key": {"systems": [], "more": 1}, "no systems": {"systems": []},
        "no modules": {"systems": [{"manufacturer": "A", "modules": []}]}, "no maker": {"systems": [{"modules": []}]},
        "maker begins with a digit": {"systems": [{"manufacturer": "1A", "modules": []}]},
        "maker too long": {"systems": [{"manufacturer": "ABCDEFGHIJKLM", "modules": []}]},
        "id too short": {"systems": [{"manufacturer_id": "00", "modules": []}]}, "module is no object": {"systems": [{"manufacturer": "A", "modules": [1]}]},
        "no file": changed(file=None), "no name": changed(name=None), "long name": changed(name="x" * 53), "name not ASCII": changed(name="Å"),
        "long version": changed(version="123456789"), "unknown kind": changed(kind="game"), "no day": changed(valid_from="1996-12-31"),
        "no such day": changed(valid_from="1999-02-29"), "day is a number": changed(valid_to=3), "flag is a number": changed(test=1),
        "maker area too long": changed(maker_hex="00" * 183), "odd digits": changed(maker_hex="000"), "two maker areas": changed(maker="A", maker_hex="00"),
        "name is a number": changed(name=5), "empty file": changed(file="empty.bin"), "file is a folder": changed(file="."),
    }  # fmt: skip
    for name, description in cases.items():
        result = build(folder, description, "refused")
        check(result.returncode == 3 and result.stderr.count("\n") == 1 and not (folder / "refused").exists(), f"refused: {name}", result.stderr)
    for name, description in {"missing file": changed(file="no.bin")}.items():
        result = build(folder, description, "refused")
        check(result.returncode == 4 and result.stderr.count("\n") == 1 and not (folder / "refused").exists(), f"not there: {name}", result.stderr)


def other_container(folder):
    path = folder / "disc/LOADING.KWI"
    path.write_bytes(b"\x7fELF\1\2\1" + bytes(5000))
    shown, code = document(folder / "disc")
    check("an ELF program" in shown["loading"].get("refused", "") and code == 0, "another container is refused with a word on what it is", shown["loading"])
    result = account(folder / "disc")
    check(result["errors"] == 1 and all(item["accounted"] == item["size"] for item in result["account"]), "and accounted for", result)


def main():
    with tempfile.TemporaryDirectory(prefix="kiwi-loading-") as name:
        folder = pathlib.Path(name)
        (folder / "one.bin").write_bytes(program(4096, 1))
        (folder / "two.bin").write_bytes(program(2048, 7))
        (folder / "odd.bin").write_bytes(b"odd" * 33)
        (folder / "empty.bin").write_bytes(b"")
        synthetic(folder)
        two_systems(folder)
        refused(folder)
        other_container(folder)
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
