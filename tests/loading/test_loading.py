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


COMPONENTS = [(0, 0x64D24, b"grp_dat_13cy_prgup.bmp"), (0x64D24, 0x65038, b"loading.bmp"), (0xC9D5C, 0x200, b"pmb"),
              (0xC9F5C, 0xFF40000, b"rootfs"), (0x10009F5C, 0xCBB0, b"USRCONF"), (0x10016B0C, 0x417914, b"xipImage")]  # fmt: skip


def entries(parts):
    """The list of components by its rule."""
    return b"".join(struct.pack(">IIH", offset, size, len(name)) + name + bytes(len(name) % 2) for offset, size, name in parts)


def unit_file(path, parts, contents, at=0x4E02E):
    """A file for an R-Car unit; what is not written is a hole in it."""
    table = entries(parts)
    with open(path, "wb") as file:
        file.write(bytes.fromhex("00010000" "0f56a3003c3c8a0007000166" "00010000" "01000000") + b"HC59".ljust(52, b"\0") + b"VC5910KA" + bytes(256))
        file.seek(0x1000)
        file.write(bytes(range(256)) * 4)
        file.seek(at)
        file.write(table)
        for offset, size, name in parts:
            file.seek(at + len(table) + offset)
            file.write(contents.get(name, b""))
        file.truncate(at + len(table) + parts[-1][0] + parts[-1][1])
    return path


def boot_block(kernel_size, crc):
    block = bytearray(512)
    struct.pack_into("<8I", block, 0, 0x56190527, 0x9E2B886C, 0x40008000, 0x40188000, kernel_size, crc, 0x8000000, 0xFF40000)
    block[32:44] = b"console=none"
    struct.pack_into("<3I", block, 492, 0x48000000, 0xCBB0, 0x12345678)
    block[504:512] = b"VC5910KA"
    return bytes(block)


def components(folder):
    """The list of the unit on record, and a small file with the same components."""
    table = entries(COMPONENTS)
    check((len(table), zlib.crc32(table), hashlib.sha256(table).hexdigest()) ==
          (120, 0x1E64395B, "23c5d16f1d75b56a4dbd11e73015ec7450e4dc15a1f10e12e822f08d6cce63f0"), "the list by its rule is that of the unit on record")  # fmt: skip
    path = unit_file(folder / "LOADING.KWI", COMPONENTS, {b"pmb": boot_block(0x417914, 0)})
    result = subprocess.run([KIWIDUMP, "--quiet", path, "--records"], capture_output=True, check=False)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    found = [(r["fields"]["offset"], r["fields"]["size"], r["fields"]["file_name"].encode()) for r in records if r["record"] == "component_entry"]
    check(found == COMPONENTS and [r["offset"] for r in records if r["record"] == "component_entry"][0] == 0x4E02E, "its entries are records", found)
    boot = next((r for r in records if r["record"] == "boot_parameters"), {"fields": {}, "path": "", "offset": 0})
    check(boot["path"] == "loading.component[2].boot" and boot["offset"] == 0x4E02E + 120 + 0xC9D5C, "so is the boot loader's block", boot)
    check((boot["fields"].get("kernel_size"), boot["fields"].get("kernel_address"), boot["fields"].get("version")) ==
          (0x417914, 0x40008000, "VC5910KA"), "whose numbers have the lowest byte first", boot["fields"])  # fmt: skip
    check({r["name"] for r in records if r["record"] == "unknown"} >= {"component"}, "bytes of components have their name")

    small, at = [], 0
    contents = {b"loading.bmp": b"picture", b"pmb": None, b"USRCONF": bytes(range(100)), b"xipImage": b"kernel" * 500}
    contents[b"pmb"] = boot_block(3000, zlib.crc32(contents[b"xipImage"]))
    for name, data in contents.items():
        small.append((at, len(data), name))
        at += len(data)
    path = unit_file(folder / "LOADING.KWI", small, contents, 0x2000)
    shown = document(path)[0]["loading"]["components"]
    check([(c["name"], c["crc32"], c["sha256"]) for c in shown] ==
          [(n.decode(), f"{zlib.crc32(d):08x}", hashlib.sha256(d).hexdigest()) for n, d in contents.items()], "the document has them with their hashes", shown)  # fmt: skip
    other = folder / "named" / "LOADING.KWI"
    other.parent.mkdir()
    names = [b"boot logo.bmp", b"pmb", b"last"]
    unit_file(other, [(i * 4, 4, name) for i, name in enumerate(names)], {name: name[:4].ljust(4) for name in names}, 0x2000)
    spaced = document(other)[0]["loading"]["components"]
    check([(c["name"].encode(), c["crc32"]) for c in spaced] == [(n, f"{zlib.crc32(n[:4].ljust(4)):08x}") for n in names], "a name with a space", spaced)
    names[2] = b"\x83\x41"
    unit_file(other, [(i * 4, 4, name) for i, name in enumerate(names)], {}, 0x2000)
    check(not document(other)[0]["loading"].get("components"), "a list that is understood in part has no place for its components")
    check([c.get("kernel_crc_fits") for c in shown] == [None, True, None, None], "and that the kernel has its CRC", shown)
    out = folder / "components"
    subprocess.run([KIWIDUMP, "--quiet", path, "--extract", out], check=True, stdout=subprocess.DEVNULL)
    check([(out / f"LOADING.components/{i}-{name.decode()}").read_bytes() == data for i, (name, data) in enumerate(contents.items())] == [True] * 4,
          "they are extracted")  # fmt: skip
    result = account(path)
    files = {item["file"].rsplit("/", 1)[-1]: item for item in result["account"]}
    check(files["LOADING.KWI"]["accounted"] == files["LOADING.KWI"]["size"], "every byte is accounted for", files)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    check([c.get("kernel_crc_fits") for c in document(path)[0]["loading"]["components"]][1] is False, "a kernel that was changed has not")
    path.write_bytes(raw[:-10])
    check(any(f["path"] == "loading.component[3]" and f["field"] == "size" for f in account(path)["findings"]), "a component that is cut off is a finding")
    path.unlink()


def bitmap(colours, width=41, height=3, extra=2):
    """8 bits a pixel, a palette of so many colours, and bytes behind the pixels, as the pictures of units have."""
    pixels = bytes(range(44)) * height
    start = 54 + 4 * colours
    head = b"BM" + struct.pack("<IIIIiiHHIIiiII", start + len(pixels) + extra, 0, start, 40, width, height, 1, 8, 0, 0, 0, 0, colours, 0)
    return head + bytes(range(4)) * colours + pixels + bytes(extra)


def pictures(folder):
    pair = [bitmap(256), bitmap(59)]
    lying = bytearray(bitmap(59))
    lying[46:50] = struct.pack("<I", 200) # its pixels would lie in the palette
    (folder / "pictures.bin").write_bytes(b"ab" + pair[0] + b"cde" + pair[1] + bytes(lying))
    result = build(folder, {"systems": [{"manufacturer": "A", "modules": [{"file": "pictures.bin", "name": "P", "version": "1"}]}]}, "pictures")
    check(result.returncode == 0, "a module with pictures", result.stderr)
    found = document(folder / "pictures")[0]["loading"]["modules"][0]["pictures"]
    check([(p["offset"] - 2048, p["size"], p["width"], p["height"]) for p in found] ==
          [(2, len(pair[0]), 41, 3), (5 + len(pair[0]), len(pair[1]), 41, 3)], "pictures with fewer colours, two bytes behind the pixels", found)  # fmt: skip


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
        components(folder)
        pictures(folder)
        refused(folder)
        other_container(folder)
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
