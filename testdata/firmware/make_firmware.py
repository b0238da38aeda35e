#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes what `kiwibuild --loading FOLDER/loading.json` takes: make_firmware.py FOLDER [KIND].

The program that kiwipatch is tried on, with the check values of its blocks, and a module with a picture. Needs Debian's gcc-mips-linux-gnu; kinds sh4 and arm need
gcc-sh4-linux-gnu and gcc-arm-linux-gnueabi."""

import pathlib
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TAG = b"PBLK"
FLAGS = ["-std=c11", "-Os", "-Wall", "-Wextra", "-Werror", "-fno-pic", "-no-pie", "-ffreestanding", "-fno-builtin", "-fno-stack-protector",
         "-fno-asynchronous-unwind-tables", "-fno-tree-loop-distribute-patterns", "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,-z,norelro",
         "-Wl,-z,noexecstack", "-s"]  # fmt: skip
# Name: (compiler, its options, byte order).
KINDS = {
    "mips": ("mips-linux-gnu-gcc", ["-EB", "-mips32", "-mabi=32", "-msoft-float", "-mno-abicalls", "-G0"], ">"),
    "sh4": ("sh4-linux-gnu-gcc", ["-ml", "-O2"], "<"),
    "arm": ("arm-linux-gnueabi-gcc", ["-march=armv5te", "-marm", "-mfloat-abi=soft"], "<"),
}


def reversed_tag(order):
    """The tag is a number to the linker."""
    return TAG if order == ">" else TAG[::-1]


def blocks(data, order):
    """(offset, length) of each block, as its head tells."""
    at = data.find(reversed_tag(order))
    while at >= 0:
        words = struct.unpack_from(f"{order}I", data, at + 8)[0]
        yield at, 4 * words
        at = data.find(reversed_tag(order), at + 4 * words)


def seal(data, order):
    """Writes the value that makes the sum of the words behind each head zero; of little-endian units, which have another maker, their sum."""
    for at, length in blocks(bytes(data), order):
        words = struct.unpack_from(f"{order}{length // 4 - 5}I", data, at + 16)
        struct.pack_into(f"{order}I", data, at + length - 4, (-sum(words) if order == ">" else sum(words)) & 0xFFFFFFFF)
    return data


def picture(width, height):
    """A BMP of 24 bits: the opening picture of the unit."""
    row = (3 * width + 3) // 4 * 4
    pixels = b"".join(bytes(8 * (x // 3 + y) & 255 for x in range(3 * width)).ljust(row, b"\0") for y in range(height))
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(pixels), 0, 0, 54, 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0) + pixels


def pictures():
    """A module of data: a text, a picture, a text in UTF-16."""
    return b"OPENING PICTURES\0".ljust(64, b"\0") + picture(32, 16) + "I Agree".encode("utf-16-be")


def main(folder, kind="mips"):
    folder = pathlib.Path(folder)
    program = folder / "agree.bin"
    compiler, options, order = KINDS[kind]
    subprocess.run([compiler, *FLAGS, *options, "-T", HERE / "agree.ld", "-o", program, HERE / "agree.c"], check=True)
    data = seal(bytearray(program.read_bytes()), order)
    assert len(list(blocks(data, order))) == 3, "three blocks"
    program.write_bytes(data)
    (folder / "pictures.bin").write_bytes(pictures())
    shutil.copy(HERE / "loading.json", folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
