#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kiwipatch never makes a wrong disc and says that it is good: test_honest.py KIWIPATCH. Prints TAP."""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import discs  # noqa: E402

KIWIPATCH = sys.argv[1]
OVERRIDE = ["--override", "write without a checksum rule"]
tap = discs.Tap()


def run(*arguments, **options):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False, **options)


def refused(name, result, word="", code=5):
    tap.check(result.returncode == code and result.stderr.count("\n") == 1 and word in result.stderr, name, (result.returncode, result.stderr))


def noise(seed, size):
    out = b""
    while len(out) < size:
        out += hashlib.sha256(b"%d %d" % (seed, len(out))).digest()
    return out[:size]


def sum_of(data):
    return sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF


def recipe_for(folder, data, steps, **more):
    return discs.recipe(folder / "recipe.json", {"sha256": hashlib.sha256(data).hexdigest(), **more}, steps)


def replace(data, at, count=2):
    """A step that makes other bytes of those at a place."""
    return {"step": "pattern", "at": at, "find": data[at:at + count].hex(), "replace": bytes(b ^ 0x5A for b in data[at:at + count]).hex()}


# Check values are looked at again.

def nested_module():
    """Two blocks of 1,024 bytes inside one of 4,096, whose own value stands behind them, and a block of 2,048 behind it."""
    body = bytearray(noise(1, 6144))
    for start, end in ((512, 1536), (1536, 2560), (0, 4096), (4096, 6144)):
        body[end - 4:end] = struct.pack(">I", sum_of(bytes(body[start:end - 4])))
    return bytes(body)


def sums(*blocks, rule="sum32be"):
    return [{"step": "checksum", "at": 2048 + at, "length": length, "rule": rule} for at, length in blocks]


def check_values(folder):
    data = discs.loading(nested_module(), discs.module(7, 2048))
    disc = folder / "LOADING.KWI"
    blocks = [(0, 4096), (512, 1024), (1536, 1024), (4096, 2048)]
    change = replace(data, 2048 + 600)
    for name, order in {"outer first": blocks, "inner first": blocks[::-1]}.items():
        disc.write_bytes(data)
        result = run("apply", disc, recipe_for(folder, data, [change] + sums(*order)))
        after = disc.read_bytes()
        fits = all(sum_of(after[2048 + at:2048 + at + length - 4]) == struct.unpack(">I", after[2048 + at + length - 4:2048 + at + length])[0]
                   for at, length in blocks)
        tap.check(result.returncode == 0 and fits and after != data, f"nested blocks, {name}: every value fits", result.stderr)
    disc.write_bytes(data)
    for name, step in {"a step over the stored value": replace(data, 2048 + 1536 - 4, 4),
                       "a step over half of it": replace(data, 2048 + 1536 - 2)}.items():
        refused(name, run("plan", disc, recipe_for(folder, data, [step] + sums(*blocks))))
    refused("and with the override, too", run("plan", *OVERRIDE, disc, recipe_for(folder, data, [replace(data, 2048 + 1532, 4)] + sums(*blocks))))
    refused("a change of a block that no step names, inside one that has one", run("plan", disc, recipe_for(
        folder, data, [replace(data, 2048 + 600)] + sums(*blocks[2:]))), "--override")
    body = bytearray(noise(2, 6144))
    for start in range(0, 6144, 2048):
        body[start + 2044:start + 2048] = struct.pack(">I", sum_of(bytes(body[start + 32:start + 2044])))
    data = discs.loading(bytes(body), discs.module(7, 2048))
    disc.write_bytes(data)
    skipping = sums((0, 2048), (2048, 2048), (4096, 2048), rule="sum32be,skip=32")
    result = run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 100)] + skipping))
    tap.check(result.returncode == 0, "bytes that a rule sums", result.stderr)
    refused("bytes that it skips", run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 8)] + skipping)), "--override")
    refused("bytes of both kinds", run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 30, 4)] + skipping)), "--override")
    result = run("plan", *OVERRIDE, disc, recipe_for(folder, data, [replace(data, 2048 + 8)] + skipping))
    tap.check(result.returncode == 0, "unless the words are spelled out", result.stderr)


# A proof is a proof.

def proofs(folder):
    """Blocks that begin with zeros obey sums with any beginning: no step may name one of them."""
    body = bytearray(noise(21, 6144))
    for start in range(0, 6144, 2048):
        body[start:start + 8] = bytes(8)
        body[start + 2044:start + 2048] = struct.pack(">I", sum_of(bytes(body[start:start + 2044])))
    data = discs.loading(bytes(body), discs.module(7, 2048))
    disc = folder / "LOADING.KWI"
    disc.write_bytes(data)
    blocks = [(0, 2048), (2048, 2048), (4096, 2048)]
    options = [word for at, length in blocks for word in ("--block", f"{2048 + at},{length}")]
    for rule in ("sum32be", "sum32be,skip=4"):
        recipe = recipe_for(folder, data, [replace(data, 2048 + 100)] + sums(*blocks, rule=rule))
        for command in ("plan", "apply"):
            refused(f"{command}: {rule}, one of several that fit", run(command, disc, recipe), "other rules fit")
        result = run("checksum", *options, "--rule", rule, disc)
        tap.check(result.returncode == 1 and "more than one rule fits" in result.stdout, f"--rule {rule}: the same", result)
    body[0:8] = body[2048:2056] = noise(22, 8)
    for start in (0, 2048):
        body[start + 2044:start + 2048] = struct.pack(">I", sum_of(bytes(body[start:start + 2044])))
    data = discs.loading(bytes(body), discs.module(7, 2048))
    disc.write_bytes(data)
    result = run("checksum", *options, disc)
    tap.check(result.returncode == 0 and "proven: sum32be (" in result.stdout and "other places" in result.stdout, "the only one: proven", result)
    result = run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 100)] + sums(*blocks)))
    tap.check(result.returncode == 0, "and planned", result.stderr)
    overlapping = sums((0, 2048), (0, 2048))
    refused("one block, twice", run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 100)] + overlapping)), "at least 2 different")
    blocks = [(0, 2048), (2048, 2048), (4096, 2048), (6144, 2048)]
    options = [word for at, length in blocks for word in ("--block", f"{2048 + at},{length}")]
    for name, odd in {"a copy of another one": noise(21, 2044), "zeros": bytes(2044), "erased": b"\xff" * 2044}.items():
        body = bytearray(noise(21, 8192))
        body[2048:4092] = odd
        for start in (0, 4096, 6144):
            body[start + 2044:start + 2048] = struct.pack(">I", sum_of(bytes(body[start:start + 2044])))
        body[4092:4096] = bytes(b ^ 1 for b in body[2044:2048])
        disc.write_bytes(discs.loading(bytes(body), discs.module(7, 2048)))
        for more in ((), ("--rule", "sum32be")):
            result = run("checksum", *options, *more, disc)
            tap.check(result.returncode == 1 and "no rule fits" in result.stdout, f"a block that does not fit: {name} {more}", result)
    table = b"".join(struct.pack(">I", 0x400000 + 0x124 * i) for i in range(1024))
    data = discs.loading(table, discs.module(7, 2048))
    disc.write_bytes(data)
    steps = sums((800, 8), (808, 8), (816, 8), (824, 8), rule="sum32be,plus=00000124")
    refused("a table of equal distances", run("plan", disc, recipe_for(folder, data, [replace(data, 2048 + 800)] + steps)), "is not proven")
    result = run("checksum", "--rule", "sum32be,plus=00000124", *[w for at in range(2848, 2880, 8) for w in ("--block", f"{at},8")], disc)
    tap.check(result.returncode == 1 and "not proven" in result.stdout, "and by --rule", result.stdout)


# The guard fails closed.

def head(systems, modules, reserved=0):
    return struct.pack(">HH", systems, reserved) + (b"DENSO".ljust(12, b"\0") + struct.pack(">HH", modules, 0)) * (systems > 0)


def one_module(maker=bytes(182), address=1, blocks=2, name=b"AA01", reserved=b"\0\0\0"):
    return (head(1, 1) + b"\x01" + reserved + name.ljust(52, b"\0") + b"1000".ljust(8, b"\0") + struct.pack(">HH", 0, 0) +
            b"TITLE".ljust(64, b"\0") + maker.ljust(182, b"\0") + struct.pack(">IH", address, blocks)).ljust(2048, b"\0")


def audi():
    """Sections of 1,000 bytes, of which the second lies outside the place that address and size tell."""
    entries = b"".join(tag + bytes(4) + struct.pack(">II", offset // 2, 1000) for tag, offset in ((b"PROG", 0), (b"DATA", 5000)))
    return one_module(struct.pack(">HH", 2, 0) + entries, blocks=1) + noise(3, 8192)


def layouts():
    code = noise(4, 4096)
    return {
        "as it should be": (one_module() + code, 3000),
        "no systems": (head(0, 0).ljust(2048, b"\0") + code, 3000),
        "no modules": (head(1, 0).ljust(2048, b"\0") + code, 3000),
        "no modules: behind the tables": (head(1, 0).ljust(2048, b"\0") + code, 100),
        "an address that leads nowhere": (one_module(address=0xFFFFFFF0) + code, 3000),
        "a size of no blocks": (one_module(blocks=0) + code, 3000),
        "a size beyond the file": (one_module(blocks=60000) + code, 3000),
        "more modules than the file has": (head(1, 60000) + one_module()[20:] + code, 3000),
        "more systems than the file has": (struct.pack(">HH", 200, 0) + one_module()[4:] + code, 3000),
        "reserved is set": (struct.pack(">HH", 1, 7) + one_module()[4:] + code, 3000),
        "sections": (audi(), 2048 + 100),
        "sections outside the place of the module": (audi(), 2048 + 5500),
        "behind the last module": (one_module(blocks=1) + code, 5000),
        "between tables and module": (one_module(address=2, blocks=1) + code, 3000),
        "start and length of the maker": (one_module(struct.pack(">II", 1024, 4096), address=0, blocks=0) + code, 3000),
        "a page table": (b"PCRD" + noise(5, 8188), 3000),
        "a page table: its first bytes": (b"PCRD" + noise(5, 8188), 2),
        "a manifest": (one_module(address=0x56433539, blocks=0x3130) + b"Program Block" + code, 2060),
        "noise": (noise(6, 8192), 3000),
        "a name that is none": (one_module(name=b"\x03\x04\x05") + code, 3000),
        "tables that are none": (head(1, 12) + noise(7, 8192), 700),
    }


def guard(folder):
    for number, (name, (data, at)) in enumerate(layouts().items()):
        where = folder / str(number)
        where.mkdir()
        recipe = recipe_for(where, data, [replace(data, at)])
        for file in ("LOADING.KWI", "LOADING_EU.KWI"):
            disc = where / file
            disc.write_bytes(data)
            refused(f"{file}, {name}", run("plan", disc, recipe), "--override")
            refused(f"{file}, {name}: apply", run("apply", disc, recipe), "--override")
            tap.check(disc.read_bytes() == data and not list(where.glob("*.kiwipatch-*")), f"{file}, {name}: nothing written")
            result = run("plan", *OVERRIDE, disc, recipe)
            tap.check(result.returncode == 0, f"{file}, {name}: with the words", result.stderr)
    data = one_module() + noise(4, 4096)
    where = folder / "content"
    where.mkdir()
    (where / "INDEXDAT.KWI").write_bytes(bytes(4096))
    (where / "UPDATE.BIN").write_bytes(data)
    refused("a LOADING file by its content", run("plan", where, recipe_for(folder, data, [replace(data, 3000)], file="UPDATE.BIN")), "--override")
    result = run("plan", where, recipe_for(folder, data, [replace(data, 90)], file="UPDATE.BIN"))
    tap.check(result.returncode == 0, "its tables may change", result.stderr)
    for file, old in {"LOADING.KWI": discs.loading(), "LOADING_EU.KWI": noise(6, 8192)}.items():
        new = bytearray(old)
        new[5000] ^= 1
        (folder / "new.bin").write_bytes(new)
        (folder / file).write_bytes(old)
        step = {"step": "module", "content": "new.bin", "sha256": hashlib.sha256(new).hexdigest()}
        refused(f"{file}: a whole file is no module", run("plan", folder / file, recipe_for(folder, old, [step])), "--override")
        tap.check(run("plan", *OVERRIDE, folder / file, recipe_for(folder, old, [step])).returncode == 0, f"{file}: with the words")
        (folder / file).unlink()
    plain = noise(9, 5000)
    (where / "UPDATE.BIN").write_bytes(plain)
    result = run("plan", where, recipe_for(folder, plain, [replace(plain, 3000)], file="UPDATE.BIN"))
    tap.check(result.returncode == 0, "a file that is none needs no rule", result.stderr)


# The right file.

def right_file(folder):
    data = discs.loading()
    other = discs.loading(version=b"2000")
    step = {"step": "pattern", "at": 100, "find": "00", "replace": "01"}

    def plan(name, files, *options, file=None):
        where = folder / name
        for path, content in files.items():
            (where / path).parent.mkdir(parents=True, exist_ok=True)
            (where / path).write_bytes(content)
        target = {"sha256": hashlib.sha256(data).hexdigest()}
        return run("plan", *options, where, discs.recipe(folder / "recipe.json", {**target, **({"file": file} if file else {})}, [step]))

    result = plan("root", {"A/LOADING.KWI": other, "LOADING.KWI": data, "B/LOADING.KWI": other})
    tap.check(result.returncode == 0 and json.loads(result.stdout)["target"]["file"] == "LOADING.KWI", "the root's LOADING.KWI", result.stderr)
    result = plan("root2", {"A/LOADING.KWI": other, "LOADING.KWI": data, "LOADING_EU.KWI": other})
    tap.check(result.returncode == 0 and json.loads(result.stdout)["target"]["file"] == "LOADING.KWI", "before others of the root", result.stderr)
    result = plan("alone", {"A/LOADING.KWI": data})
    tap.check(result.returncode == 0 and json.loads(result.stdout)["target"]["file"] == "A/LOADING.KWI", "the only one, wherever", result.stderr)
    for name, files in {"two": ("A/LOADING.KWI", "B/LOADING.KWI"), "two names": ("LOADING_EU.KWI", "LOADING_US.KWI"),
                        "two cases": ("LOADING.KWI", "Loading.kwi")}.items():
        result = plan(name, dict.fromkeys(files, data))
        refused(f"{name}: which one?", result, files[0])
        tap.check(files[1] in result.stderr, f"{name}: both are named", result.stderr)
        result = run("find", "--text", "DENSO", folder / name)
        refused(f"{name}: find asks, too", result, files[1])
        result = run("find", "--text", "DENSO", "--file", files[1], folder / name)
        tap.check(result.returncode == 0, f"{name}: with a name", result.stderr)
    refused("a name that two files have", plan("two", {}, file="LOADING.KWI"), "B/LOADING.KWI")
    result = plan("two", {}, file="B/LOADING.KWI")
    tap.check(result.returncode == 0, "its whole path", result.stderr)


# Findings are compared one by one.

def findings(folder):
    data = bytearray(discs.loading())
    data[406:408] = b"\0\1"  # of module 1: valid up to a day before it begins
    disc = folder / "LOADING.KWI"
    disc.write_bytes(data)
    mend = {"step": "number", "at": 406, "width": 2, "endian": "big", "old": 1, "new": 730}
    spoil = {"step": "pattern", "at": 84 + 64, "find": "00000000", "replace": "00090001"}
    result = run("plan", disc, recipe_for(folder, data, [mend]))
    tap.check(result.returncode == 0, "a finding less", result.stderr)
    refused("one mended, another one made", run("plan", disc, recipe_for(folder, data, [mend, spoil])), "1 new finding(s), loading.system[0].module[0]")


# Numbers and sentences.

NO_JSON = {"{": "still open", '{"a" 1}': "a colon is missing", '{"a":tru}': "the word tru", '{"a":1,}': "a comma before", "{a:1}": "the word a",
           '{"a":01}': "a number that", '{"a":"\\q"}': "escape", '{"a":1 "b":2}': "a comma or }", '{"a":[1 2]}': "a comma or ]", "": "still open",
           '{"a":18446744073709551616}': "more than 64 bits", '{"a":-9223372036854775809}': "more than 64 bits"}


def numbers(folder):
    body = bytearray(noise(11, 4096))
    body[8:16], body[24:32] = b"\xff" * 8, struct.pack(">q", -(1 << 63))
    body[40:48] = struct.pack("<Q", (1 << 53) + 1)
    data = one_module() + bytes(body)
    disc = folder / "LOADING.KWI"
    disc.write_bytes(data)
    for at, endian, old, new in ((8, "big", (1 << 64) - 1, (1 << 64) - 2), (24, "big", -(1 << 63), 1 - (1 << 63)), (40, "little", (1 << 53) + 1, (1 << 53) + 3)):
        step = {"step": "number", "at": 2048 + at, "width": 8, "endian": endian, "old": old, "new": new}
        result = run("plan", *OVERRIDE, disc, recipe_for(folder, data, [step]))
        wanted = (new & (1 << 64) - 1).to_bytes(8, endian).hex()
        tap.check(result.returncode == 0 and json.loads(result.stdout)["changes"][0]["new"].lower() == wanted, f"the number {new}", result)
        step["old"] += 1 if old != (1 << 64) - 1 else -1
        refused(f"not {old} but its neighbour", run("plan", *OVERRIDE, disc, recipe_for(folder, data, [step])), "found 0")
    for number, hits in {str((1 << 64) - 1): 1, "0xffffffffffffffff": 1, str(1 << 63): 1, str((1 << 53) + 1): 1, str(1 << 53): 0}.items():
        result = run("find", "--number", number, "--width", 8, disc)
        tap.check(len(result.stdout.splitlines()) == hits, f"find {number}", result)
    for number in (str(1 << 64), "99999999999999999999999", "0x10000000000000000", "0x", "-1"):
        refused(f"find {number}", run("find", "--number", number, "--width", 8, disc), "a number of 8 bytes", 2)
    for block in ("18446744073709551616,100", "0,99999999999999999999999"):
        refused(f"a block of {block}", run("checksum", "--block", block, disc), "OFFSET,LENGTH", 2)
    result = run("checksum", "--rule", "crc32", "--block", "010,0100", "--block", "0x10,0x20", disc)
    tap.check("file 0xA, 100 bytes" in result.stdout and "file 0x10, 32 bytes" in result.stdout, "010 is ten", result.stdout)
    for text, words in NO_JSON.items():
        (folder / "none.json").write_text(text)
        refused(f"JSON: {text}", run("plan", disc, folder / "none.json"), words, 3)


# The kernel of R-Car units has a CRC-32 in another component.

def unit_file():
    """Components behind the program of a unit: the place of each, and the file."""
    kernel = noise(5, 3000)
    block = bytearray(512)
    block[20:24] = struct.pack("<I", zlib.crc32(kernel))
    parts = {b"loading.bmp": b"picture", b"pmb": bytes(block), b"rootfs": noise(6, 500), b"xipImage": kernel}
    listed, data, places = b"", b"", {}
    for name, content in parts.items():
        listed += struct.pack(">IIH", len(data), len(content), len(name)) + name + bytes(len(name) % 2)
        places[name] = len(data)
        data += content
    head = struct.pack(">HH", 1, 0) + bytes.fromhex("0f56a3003c3c8a0007000166") + struct.pack(">HHI", 1, 0, 1 << 24)
    head += b"HC59".ljust(52, b"\0") + b"VC5910KA" + discs.management(0, 0, b"", 1, 3)
    start = 2048 + len(listed)
    return (head.ljust(2048, b"\0") + listed + data).ljust(4 * 2048, b"\0"), {name: start + at for name, at in places.items()}


def kernel(folder):
    data, places = unit_file()
    disc = folder / "LOADING.KWI"
    disc.write_bytes(data)
    step = {"step": "checksum", "rule": "boot-crc32"}
    change = replace(data, places[b"xipImage"] + 100)
    result = run("checksum", disc)
    tap.check(result.returncode == 0 and "proven: boot-crc32" in result.stdout, "checksum finds the CRC of the kernel", result)
    tap.check(run("checksum", "--rule", "boot-crc32", disc).returncode == 0, "and proves it")
    refused("a kernel without the step", run("plan", disc, recipe_for(folder, data, [change])), "no checksum step covers it")
    result = run("plan", disc, recipe_for(folder, data, [change, step]))
    plan = json.loads(result.stdout) if result.returncode == 0 else {"changes": []}
    tap.check([c["offset"] for c in plan["changes"]] == [places[b"pmb"] + 20, places[b"xipImage"] + 100], "with it the value follows", result.stderr)
    tap.check(any(c.get("checksums") == [places[b"pmb"] + 20] for c in plan["changes"]), "and the plan says so", plan)
    refused("another component", run("plan", disc, recipe_for(folder, data, [replace(data, places[b"rootfs"]), step])), "no checksum step covers it")
    refused("the rule has no block", run("plan", disc, recipe_for(folder, data, [change, {**step, "at": 0, "length": 64}])), "knows its block", 3)
    tap.check(run("apply", disc, recipe_for(folder, data, [change, step])).returncode == 0, "it is applied")
    changed = disc.read_bytes()
    end = places[b"xipImage"] + 3000
    tap.check(changed[places[b"pmb"] + 20:places[b"pmb"] + 24] == struct.pack("<I", zlib.crc32(changed[places[b"xipImage"]:end])),
              "the value is that of the new kernel")
    bad = bytearray(changed)
    bad[end - 1] ^= 1
    disc.with_name("other").mkdir()
    other = disc.with_name("other") / "LOADING.KWI"
    other.write_bytes(bad)
    tap.check(run("checksum", other).returncode == 1, "a kernel that somebody changed is no proof")
    refused("nor is it patched", run("plan", other, recipe_for(folder, bytes(bad), [change | {"at": places[b"xipImage"] + 200,
            "find": bytes(bad[places[b"xipImage"] + 200:][:2]).hex()}, step])), "does not fit the untouched kernel")  # fmt: skip
    discs.write_folder(folder / "denso", discs.loading())
    refused("a file without components", run("checksum", "--rule", "boot-crc32", folder / "denso"), "has no components", 3)


def flash(folder):
    """A module whose pointers say that it lies in flash where Gen2.1 units have it."""
    at, texts, pointers = 0x480000, b"", b""
    for i in range(40):
        pointers += struct.pack(">I", at - 0x416000 + 1024 + len(texts))
        texts += b"A text of number %d" % (i * i) + bytes(1 + i % 3)
    disc = discs.write_folder(folder / "flash", discs.loading(bytes(at - 2048), (pointers.ljust(1024, b"\0") + texts).ljust(4096, b"\0")))
    result = run("find", "--text", "A text of number 25", "--xref", disc)
    tap.check("load address of BB02: 0x0006A000" in result.stdout and "flash of Jaguar and Land Rover units of Gen2.1" in result.stdout,
              "a load address that is known from other units", result)


# All views of an image.

def records(data, name):
    """Places of the ISO 9660 directory records of a name."""
    at = data.find(name)
    while at >= 0:
        if data[at - 1] == len(name):
            yield at - 33
        at = data.find(name, at + 1)


def spoil(image, name, offset, value):
    """Writes bytes into each directory record of a name."""
    data = bytearray(image.read_bytes())
    places = list(records(data, name))
    assert places, name
    for at in places:
        data[at + offset:at + offset + len(value)] = value
    image.write_bytes(data)


def second_session(image, tree):
    sectors = image.stat().st_size // 2048
    start = (sectors + 16) // 16 * 16
    more = image.with_suffix(".more")
    subprocess.run(["genisoimage", "-quiet", "-C", f"0,{start}", "-M", image, "-o", more, tree], check=True, stderr=subprocess.DEVNULL)
    with open(image, "ab") as file:
        file.write(bytes(2048 * (start - sectors)) + more.read_bytes())
    more.unlink()


def views(folder):
    data = discs.loading()
    recipe = discs.recipe(folder / "recipe.json", {"module": "AA01", "version": "1000"},
                          [{"step": "pattern", "at": 16, "find": data[2064:2066].hex(), "replace": "0000"}])
    tree = discs.write_folder(folder / "tree", data)
    (tree / "LOADINH.KWI").write_bytes(data)
    target, other = b"LOADING.KWI;1", b"OTHER.DAT;1"

    def check(name, change, word, *options):
        image = discs.make_image(tree, folder / "x.iso", *options)
        result = run("plan", *OVERRIDE, "--file", "LOADING.KWI", image, recipe)
        tap.check(result.returncode == 0, f"{name}: before", result.stderr)
        change(image)
        before = image.read_bytes()
        for command in ("plan", "apply"):
            refused(f"{name}: {command}", run(command, *OVERRIDE, "--file", "LOADING.KWI", image, recipe), word)
        subprocess.run([KIWIPATCH, "apply", *OVERRIDE, "--file", "LOADING.KWI", image, recipe], preexec_fn=lambda: os.close(2), check=False)
        tap.check(image.read_bytes() == before and not list(folder.glob("*.kiwipatch-*")), f"{name}: nothing written")

    def damage_udf(image):
        data = bytearray(image.read_bytes())
        data[data.index(b"*OSTA UDF Compliant") + 3] ^= 1
        image.write_bytes(data)

    def damage_entry(image):
        data = bytearray(image.read_bytes())
        for at in range(257 * 2048, len(data), 2048):
            if data[at:at + 2] == b"\x05\x01":  # a file entry
                data[at + 8] ^= 0xFF
        image.write_bytes(data)

    def hide_udf(image):
        data = image.read_bytes()
        image.write_bytes(data.replace(b"BEA01", b"XXX01", 1))

    def root(image):
        data = bytearray(image.read_bytes())
        data[16 * 2048 + 156 + 6] ^= 1
        image.write_bytes(data)

    def hide_nsr(image):
        image.write_bytes(image.read_bytes().replace(b"NSR02", b"XXX02", 1))

    def hide_both(image):
        hide_udf(image)
        hide_nsr(image)

    def descriptor(at, value, more=False):
        def change(image):
            data = bytearray(image.read_bytes())
            if more:
                data[17 * 2048:18 * 2048] = data[16 * 2048:17 * 2048]
            start = (16 + more) * 2048 + at
            data[start:start + len(value)] = value
            image.write_bytes(data)
        return change

    def first_record(number, at, value):
        def change(image):
            data = bytearray(image.read_bytes())
            start = struct.unpack_from("<I", data, 16 * 2048 + 158)[0] * 2048
            start += data[start] * number + at
            data[start:start + len(value)] = value
            image.write_bytes(data)
        return change

    check("UDF announced and damaged", damage_udf, "UDF", "-udf")
    check("UDF announced by BEA01, without NSR", hide_nsr, "UDF", "-udf")
    check("UDF announced by its anchor only", hide_both, "UDF", "-udf")
    check("byte orders of the block size", descriptor(130, b"\1\0"), "logical block size")
    check("byte orders of the number of volumes", descriptor(122, b"\1\0"), "volume set size")
    check("byte orders of the number of the volume", descriptor(126, b"\1\0"), "volume sequence number")
    check("byte orders of the length of the path table", descriptor(136, b"\1\0"), "path table size")
    check("byte orders of a file's volume", lambda image: spoil(image, target, 30, b"\0\2"), "volume sequence number")
    check("byte orders of a folder in its own record", first_record(0, 6, b"\0\0\1\1"), "both byte orders")
    check("byte orders of a folder in that of its child", first_record(1, 14, b"\0\0\1\1"), "both byte orders")
    check("a folder that says it is another one", first_record(0, 2, struct.pack("<I", 40) + struct.pack(">I", 40)), "its own record")
    check("a further extent that does not follow", lambda image: spoil(image, target, 25, b"\x80"), "multi-extent")
    check("a second descriptor with another root", descriptor(158, struct.pack("<I", 40) + struct.pack(">I", 40), True), "one root folder")
    check("UDF with damaged file entries", damage_entry, "UDF", "-udf")
    check("UDF announced badly", hide_udf, "UDF", "-udf")
    check("byte orders of a place", lambda image: spoil(image, target, 6, b"\0\0\1\1"), "both byte orders")
    check("byte orders of a size", lambda image: spoil(image, target, 14, b"\0\0\1\1"), "both byte orders")
    check("byte orders of another file", lambda image: spoil(image, other, 6, b"\0\0\1\1"), "both byte orders")
    check("byte orders of the root", root, "both byte orders")
    check("an interleaved file", lambda image: spoil(image, target, 26, b"\1\1"), "interleave")
    check("two versions of a name", lambda image: spoil(image, b"LOADINH.KWI;1", 33, b"LOADING.KWI;2"), "one file of this name")
    check("two sessions", lambda image: second_session(image, tree), "session")
    image = discs.make_image(tree, folder / "x.iso", "-udf")
    wanted = bytearray(image.read_bytes())
    at = json.loads(run("plan", *OVERRIDE, "--file", "LOADING.KWI", image, recipe).stdout)["changes"][0]["offset"]
    wanted[at:at + 2] = b"\0\0"
    for closed in ((2,), (1, 2), (0, 1, 2)):
        def close(closed=closed):
            for descriptor in closed:
                os.close(descriptor)
        for command, content in (("apply", bytes(wanted)), ("apply", bytes(wanted)), ("undo", None)):
            subprocess.run([KIWIPATCH, command, *(OVERRIDE + ["--file", "LOADING.KWI"] if command == "apply" else []), image] +
                           ([recipe] if command == "apply" else []), stdout=subprocess.DEVNULL, preexec_fn=close, check=False)
            tap.check(content in (None, image.read_bytes()), f"closed descriptors {closed}, {command}: the image is whole")
        for journal in folder.glob("*.kiwipatch-*"):
            journal.unlink()
        tap.check(run("plan", *OVERRIDE, "--file", "LOADING.KWI", image, recipe).returncode == 0, f"closed descriptors {closed}: undone")


# Patches from image to image.

def make_ips(old, new):
    """A record for each run of bytes that differ."""
    out, at = b"PATCH", 0
    while at < len(old):
        end = at
        while end < len(old) and old[end] != new[end]:
            end += 1
        if end > at:
            out += at.to_bytes(3, "big") + (end - at).to_bytes(2, "big") + new[at:end]
        at = max(end, at + 1)
    return out + b"EOF"


def whole_bps(old, new):
    start = next(i for i in range(len(old)) if old[i] != new[i])
    end = max(i for i in range(len(old)) if old[i] != new[i]) + 1
    return discs.make_bps(old, new, [(0, start, None), (1, end - start, new[start:end]), (0, len(old) - end, None)])


def make_ppf(version, old, new, undo=False, check=True, text=b""):
    """PPF as its text describes it; each record has one run of bytes that differ."""
    out = b"PPF%d0" % version + bytes([version - 1]) + b"a patch".ljust(50)
    if version == 2:
        out += struct.pack("<I", len(old)) + old[0x9320:0x9320 + 1024]
    if version == 3:
        out += bytes([0, check, undo, 0]) + (old[0x9320:0x9320 + 1024] if check else b"")
    at = 0
    while at < len(old):
        if old[at] == new[at]:
            at += 1
            continue
        end = at
        while end < len(old) and end - at < 255 and old[end] != new[end]:
            end += 1
        out += struct.pack("<Q" if version == 3 else "<I", at) + bytes([end - at]) + new[at:end] + (old[at:end] if undo else b"")
        at = end
    if text:
        out += b"@BEGIN_FILE_ID.DIZ" + text + b"@END_FILE_ID.DIZ" + struct.pack("<H" if version == 3 else "<I", len(text))
    return out


PPF_KINDS = {"ppf 1": {"version": 1}, "ppf 1 with text": {"version": 1, "text": b"for you"}, "ppf 2": {"version": 2}, "ppf 2 with text": {"version": 2, "text": b"x"},
             "ppf 3": {"version": 3}, "ppf 3 with old bytes and text": {"version": 3, "undo": True, "text": b"y" * 300},
             "ppf 3 without check": {"version": 3, "check": False, "undo": True}}


def ppf(folder, image, old, new):
    """What a PPF patch says about its image is looked at, and no byte of it may be missing."""
    patch = folder / "p.ppf"
    strange = bytearray(old)
    strange[0x9320] ^= 1
    for name, options, source, word in (("another size", {"version": 2}, old + bytes(2048), "another file"),
                                        ("another image", {"version": 2}, bytes(strange), "another file"),
                                        ("another image", {"version": 3}, bytes(strange), "another file")):
        patch.write_bytes(make_ppf(options["version"], source, source[:len(old) - 1] + bytes([source[len(old) - 1] ^ 1]) + source[len(old):]))
        refused(f"PPF {options['version']}: {name}", run("plan", *OVERRIDE, image, patch), word)
    patch.write_bytes(make_ppf(3, new, old, undo=True, check=False))
    refused("PPF 3: other old bytes", run("plan", *OVERRIDE, image, patch), "old bytes")
    patch.write_bytes(make_ppf(1, old, new) + (len(old) - 1).to_bytes(4, "little") + b"\2ab")
    refused("PPF 1: beyond the end", run("plan", *OVERRIDE, image, patch), "beyond the end")
    whole = make_ppf(3, old, new, undo=True, text=b"text")
    start = 60 + 1024 + 8 + 1 + 6
    for length in sorted({*range(3, 70), 60 + 1023, *range(60 + 1025, start), len(whole) - 1, len(whole) - 6}):
        patch.write_bytes(whole[:length])
        result = run("plan", *OVERRIDE, image, patch)
        tap.check(result.returncode in (3, 5), f"PPF cut to {length} bytes", result)
    for at, byte in ((3, ord("4")), (5, 1), (56, 2), (57, 7), (58, 2), (len(whole) - 2, 99)):
        patch.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1:])
        result = run("plan", *OVERRIDE, image, patch)
        tap.check(result.returncode == 3 and len(result.stderr.splitlines()) == 1, f"PPF with another byte {at}", result)
    for magic, name in ((b"\xd6\xc3\xc4\0", "VCDIFF"), (b"BSDIFF40", "bsdiff"), (b"APS10", "APS"), (b"NINJA2", "RUP"), (b"%XDZ004%", "xdelta 1")):
        patch.write_bytes(magic + bytes(100))
        for command in ("plan", "import", "apply"):
            result = run(command, image, patch)
            tap.check(result.returncode == 3 and name in result.stderr, f"{name} is named, {command}", result)


def images(folder):
    tree = discs.write_folder(folder / "tree", discs.loading())
    image = discs.make_image(tree, folder / "x.iso", "-J", "-udf")
    old = image.read_bytes()
    program, other = old.index(discs.loading()), old.index((tree / "OTHER.DAT").read_bytes())
    for name, places in {"one file": {program + 3000: "LOADING.KWI"}, "two files": {program + 3000: "LOADING.KWI", other + 70: "OTHER.DAT"}}.items():
        new = bytearray(old)
        for at in places:
            new[at:at + 3] = bytes(b ^ 0x55 for b in old[at:at + 3])
        for kind, data in {"ips": make_ips(old, new), "bps": whole_bps(old, bytes(new)),
                           **{kind: make_ppf(old=old, new=bytes(new), **options) for kind, options in PPF_KINDS.items()}}.items():
            if kind == "bps" and len(places) > 1:
                data = discs.make_bps(old, bytes(new), segments(old, new, sorted(places)))
            patch = folder / f"p.{kind[:3]}"
            patch.write_bytes(data)
            refused(f"{kind}, {name}: programs need the words", run("plan", image, patch), "--override")
            result = run("plan", *OVERRIDE, image, patch)
            found = json.loads(result.stdout or "{}").get("changes", [])
            tap.check([(c["file"], c["offset"]) for c in found] == [(places[at], at) for at in sorted(places)], f"{kind}, {name}: mapped", result)
            result = run("apply", *OVERRIDE, image, patch)
            tap.check(result.returncode == 0 and image.read_bytes() == bytes(new), f"{kind}, {name}: applied", result.stderr)
            tap.check(run("undo", image).returncode == 0 and image.read_bytes() == old, f"{kind}, {name}: undone")
    new = bytearray(old)
    new[program + 3000:program + 3003] = b"new"
    ppf(folder, image, old, bytes(new))
    tap.check(image.read_bytes() == old, "nothing of that was written")
    new = bytearray(old)
    new[17 * 2048 - 900] ^= 1
    (folder / "p.bps").write_bytes(whole_bps(old, bytes(new)))
    refused("bytes that lie in no file", run("plan", *OVERRIDE, image, folder / "p.bps"), "lie in no file")
    (folder / "p.bps").write_bytes(whole_bps(old[::-1], old))
    refused("a patch of another image", run("plan", *OVERRIDE, image, folder / "p.bps"))


# Damaged journals.

SALVAGE = ["--override", "write what the journal has left"]


def salvage_cases(journal, old, new):
    """Name, journal, image before, sides that come back with exit 0: both, one or none of undo and resume."""
    head, size = 4096, 4608
    half = new[:5000] + old[5000:]
    second = head + size  # of the second of three sectors, 512 bytes before its old ones, 2,048 more before its new ones

    def wreck(*ranges):
        data = bytearray(journal)
        for at, length in ranges:
            data[at:at + length] = noise(at, length)
        return bytes(data)

    broken = {"preamble": (0, 512), "seal": (512, 512), "whole header": (0, 4096), "first byte": (0, 1)}
    for name, place in broken.items():
        for state, image in {"half": half, "old": old, "new": new, "torn": new[:4196] + old[4196:]}.items():
            yield f"{name}, image {state}", wreck(place), image, ("undo", "resume")
    yield "no header at all", bytes(4096) + journal[4096:], half, ("undo", "resume")
    yield "old bytes of a sector", wreck((second + 512, 9)), half, ("resume",)
    yield "old bytes of a sector that is old", wreck((second + 512, 9)), new[:4000] + old[4000:], ("undo", "resume")
    yield "new bytes of a sector", wreck((second + 2560, 9)), old, ("undo",)
    yield "new bytes of a sector that is new", wreck((second + 2560, 9)), half, ("undo", "resume")
    yield "header and old bytes", wreck((0, 4096), (second + 600, 1)), half, ("resume",)
    yield "head of a sector", wreck((second, 4)), half, ()
    yield "cut within the last sector", journal[:-100], half, ()
    yield "cut behind the second sector", journal[:head + 2 * size], half, ()
    yield "cut, and its header", wreck((0, 4096))[:-100], half, ()


def salvage(folder):
    """What a damaged journal has left is written, once the words are typed out; what it lost is named."""
    old = noise(50, 9000)
    disc, journal = folder / "INDEXDAT.KWI", folder / "INDEXDAT.KWI.kiwipatch-0001"
    disc.write_bytes(old)
    steps = [replace(old, at, 3) for at in (3000, 4090, 4095 + 100, 6500)]
    recipe = recipe_for(folder, old, steps)
    result = run("apply", disc, recipe)
    tap.check(result.returncode == 0, "salvage: applied", result.stderr)
    new, sealed = disc.read_bytes(), bytearray(journal.read_bytes())
    sealed[1024:4096] = bytes(3072)  # as after a cut: no mark
    for name, damaged, image, good in salvage_cases(bytes(sealed), old, new):
        for command, wanted in (("undo", old), ("resume", new)):
            journal.write_bytes(damaged)
            disc.write_bytes(image)
            refused(f"{name}: {command} without the words", run(command, disc), '--override "write what the journal has left"')
            tap.check(disc.read_bytes() == image and journal.read_bytes() == damaged, f"{name}: {command} writes nothing")
            result = run(command, *SALVAGE, disc)
            if command in good:
                tap.check(result.returncode == 0 and disc.read_bytes() == wanted, f"{name}: {command} with the words", result)
                tap.check(run("status", disc).returncode == 0 and run("resume", disc).returncode == 0 and disc.read_bytes() == wanted, f"{name}: {command} closes it")
                continue
            after = disc.read_bytes()
            code = 5 if after == image else 4
            tap.check(result.returncode == code and "lost" in result.stderr and "is not known" in result.stderr, f"{name}: {command} names what is lost", result)
            tap.check(all(a in (b, c) for a, b, c in zip(after, wanted, image)) and run("status", disc).returncode == 1, f"{name}: {command} leaves it open")
    for name, image in {"another image": noise(51, 9000), "another size": new + b"x"}.items():
        journal.write_bytes(sealed[:512] + bytes(512) + sealed[1024:])
        disc.write_bytes(image)
        for command in ("undo", "resume"):
            result = run(command, *SALVAGE, disc)
            tap.check(result.returncode == 5 and disc.read_bytes() == image, f"salvage: {name}, {command}", result)
    disc.write_bytes(new)
    for name, content in {"notes": b"mine\n", "many notes": b"mine\n" * 4000, "nothing": b""}.items():
        journal.write_bytes(content)
        refused(f"salvage: somebody's {name}", run("undo", *SALVAGE, disc))
        tap.check(journal.read_bytes() == content and disc.read_bytes() == new, f"salvage: somebody's {name} stay")
    journal.write_bytes(sealed)
    result = run("undo", *SALVAGE, disc)
    tap.check(result.returncode == 0 and disc.read_bytes() == old, "salvage: a whole journal", result)


def segments(old, new, places):
    actions, last = [], 0
    for at in places:
        actions += [(0, at - last, None), (1, 3, bytes(new[at:at + 3]))]
        last = at + 3
    return actions + [(0, len(old) - last, None)]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "state/originals")
        for function in (check_values, proofs, guard, right_file, findings, numbers, views, images, salvage, kernel, flash):
            part = folder / function.__name__
            part.mkdir()
            function(part)
    return tap.end()


sys.exit(main())
