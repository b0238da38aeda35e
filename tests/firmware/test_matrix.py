#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Load addresses, references and branches of programs for many processors: test_matrix.py KIWIPATCH [NOISE [KIND...]]. Prints TAP.

With NOISE, so many bytes of noise, and by default all kinds, it needs Debian's cross compilers: tools/long-tests runs that. Without, it takes what they made
once (testdata/xref)."""

import hashlib
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[2] / "kiwipatch/tests")]

import discs  # noqa: E402
import matrix  # noqa: E402

KIWIPATCH = str(pathlib.Path(sys.argv[1]).resolve())
TEXT = b"I Agree\0"
OVERRIDE = ["--override", "write without a checksum rule"]
ADDRESSES = (0x8C001000, 0x80010000, 0x8003A7F0, 0xA0142350, 0x00416000)
tap = discs.Tap()


def find(disc, *more):
    result = subprocess.run([KIWIPATCH, "find", "--text", "I Agree", "--xref", *more, disc], capture_output=True, text=True, check=False, timeout=300)
    return result.stdout + result.stderr


def noise(size, seed=b""):
    return hashlib.shake_128(b"noise" + seed).digest(size)


def write(folder, data):
    disc = folder / "LOADING.KWI"
    disc.write_bytes(discs.loading(data.ljust(-(-len(data) // 2048) * 2048, b"\0"), bytes(2048)))
    return disc


def loads(text):
    return [int(address, 16) for address in re.findall(r"load address of AA01: 0x([0-9A-F]{8})", text)]


def check(name, kind, text, wanted, function=None):
    """The load addresses; and, unless function is None, that the text is used in that function."""
    _, _, machine, little = matrix.KINDS[kind]
    first = [address for address in loads(text) if address not in wanted]
    order = f"{'little' if little else 'big'}-endian, {machine}"
    tap.check(set(loads(text)) == set(wanted) and not first and order in text, f"{name}: load address", text[:1500])
    if function is None:
        return
    starts = [int(start, 16) for start in re.findall(r"made at module .*\n    in the function at module 0x([0-9A-F]+) to", text)]
    tap.check(starts == [function], f"{name}: the function that uses the text", (hex(function), text[:1500]))
    tap.check("change 1, " in text and "called at" in text, f"{name}: who calls it, and what decides", text[:2500])


def one(name, kind, program, folder):
    data, address, function = program
    check(f"{kind}{name} at 0x{address:08X}", kind, find(write(folder, data)), [address], function)


def in_noise(kind, program, folder, size):
    """The load address alone: noise has instructions, too, some of which use the text."""
    data, address, _ = program
    before = size // 2 // 16 * 16
    text = find(write(folder, noise(before) + data + noise(size - before, b"behind")))
    check(f"{kind} at 0x{address:08X} in {size >> 10} kB of noise", kind, text, [address - before & 0xFFFFFFFF])
    tap.check(f"made at module 0x{before + matrix_place(kind, program, folder):X}," in text, f"{kind} in noise: the instruction that uses the text", text[:1500])


def matrix_place(kind, program, folder):
    """Where the instruction stands without noise."""
    return int(re.search(r"made at module 0x([0-9A-F]+)", find(write(folder, program[0])))[1], 16)


def two_blocks(kind, folder):
    """Two programs, each for an address of its own."""
    first, one_address, _ = matrix.build(kind, 0x80010000, folder, '-DOTHER="Another "')
    second, other_address, function = matrix.build(kind, 0x80400000, folder)
    place = -(-len(first) // 4096) * 4096 + 4096
    disc = write(folder, first.ljust(place, b"\0") + second)
    wanted = [one_address, other_address - place]
    blocks = ["--block", f"0,{len(first)},{one_address}", "--block", f"{place},{len(second)},0x{other_address:x}"]
    for name, more in (("two blocks", []), ("two blocks that are given", blocks)):
        text = find(disc, *more)
        check(f"{kind}, {name}", kind, text, wanted)
        tap.check(f"in the function at module 0x{place + function:X} to" in text, f"{kind}, {name}: the function in the second", text[:1500])


def given(kind, program, folder):
    data, address, function = program
    text = find(write(folder, data), "--base", hex(address))
    tap.check(loads(text) == [address] and f"in the function at module 0x{function:X} to" in text, f"{kind}: with --base", text[:1500])


def recipes(kind, program, folder):
    """Each change, as a recipe: planned, and of those bytes that were shown."""
    disc = write(folder, program[0])
    shown = re.findall(r"change (\d+), .*: module 0x([0-9A-F]+): ([0-9A-F]+) becomes ([0-9A-F]+)", find(disc))
    for number, place, old, new in shown:
        recipe = folder / "recipe.json"
        recipe.write_text(find(disc, "--quiet", "--recipe", number))
        plan = subprocess.run([KIWIPATCH, "plan", *OVERRIDE, disc, recipe], capture_output=True, text=True, check=False)
        changes = json.loads(plan.stdout)["changes"] if plan.returncode == 0 else [{}]
        tap.check([changes[0].get(key) for key in ("module_offset", "old", "new")] == [int(place, 16), old, new], f"{kind}: change {number} as a recipe", plan.stderr)


def nothing(folder, seeds):
    """Without a program there is no load address: noise with texts."""
    for seed in range(seeds):
        data = bytearray(noise(1 << 18, bytes([seed])))
        for i, place in enumerate(range(4096, 4096 + 32 * 40, 40)):
            data[place:place + 24] = f"text of number {i:<8d}".encode() + b"\0"
        data[64:72] = TEXT
        text = find(write(folder, bytes(data)))
        tap.check("none stands out" in text and not loads(text), f"noise {seed}: no load address", text[:800])


def others(kind, program, folder):
    """Code with the texts of another program: the halves of its addresses look like pointers."""
    data = program[0]
    end = min(data.index(text) for text in (b"Main menu", b"Obey", b"line\0", b"No such", b"Too warm", b"Turn left", b"Please insert", b"NAVIGATION"))
    texts = b"".join(f"a text of number {i * i}".encode() + b"\0" for i in range(40)) + TEXT
    text = find(write(folder, data[:end] + texts.ljust(4096, b"\0")))
    tap.check("none stands out" in text, f"{kind}: code with other texts: no load address", text[:800])


def vectors(folder):
    """The address and the place for all; the rest, which takes longer, for some."""
    for kind in matrix.KINDS:
        one("", kind, matrix.vector(kind), folder)
    for kind in ("mips32-be", "sh4-o2", "armv7", "thumb2"):
        recipes(kind, matrix.vector(kind), folder)
    for kind in ("mips32-le", "armv7"):
        others(kind, matrix.vector(kind), folder)
    in_noise("sh4-os", matrix.vector("sh4-os"), folder, 1 << 14)
    nothing(folder, 1)


def all_kinds(folder, size, kinds):
    for package in matrix.missing(kinds):
        tap.check(False, f"Debian's {package} is needed")
    if tap.failed:
        return
    for kind in kinds:
        for address in ADDRESSES:
            one("", kind, matrix.build(kind, address, folder), folder)
        program = matrix.build(kind, 0x8C0A3450, folder)
        two_blocks(kind, folder)
        given(kind, program, folder)
        recipes(kind, program, folder)
        others(kind, program, folder)
        in_noise(kind, program, folder, size)
    nothing(folder, 12)


def main():
    with tempfile.TemporaryDirectory() as name:
        if len(sys.argv) == 2:
            vectors(pathlib.Path(name))
        else:
            all_kinds(pathlib.Path(name), int(sys.argv[2]), sys.argv[3:] or list(matrix.KINDS))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
