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
    plain = noise(9, 5000)
    (where / "UPDATE.BIN").write_bytes(plain)
    result = run("plan", where, recipe_for(folder, plain, [replace(plain, 3000)], file="UPDATE.BIN"))
    tap.check(result.returncode == 0, "a file that is none needs no rule", result.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        os.environ["KIWIPATCH_STATE"] = str(folder / "state/originals")
        for function in (check_values, guard):
            part = folder / function.__name__
            part.mkdir()
            function(part)
    return tap.end()


sys.exit(main())
