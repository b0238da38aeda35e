#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes what `kiwibuild --loading FOLDER/loading.json` takes: make_firmware.py FOLDER.

The program that kiwipatch is tried on, with the check values of its blocks, and a module with a picture. Needs Debian's gcc-mips-linux-gnu."""

import pathlib
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
COMPILER = "mips-linux-gnu-gcc"
TAG = b"PBLK"
FLAGS = ["-std=c11", "-Os", "-Wall", "-Wextra", "-Werror", "-EB", "-mips32", "-mabi=32", "-msoft-float", "-mno-abicalls", "-fno-pic", "-no-pie", "-G0",
         "-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-tree-loop-distribute-patterns",
         "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,-z,norelro", "-Wl,-z,noexecstack", "-s"]  # fmt: skip


def blocks(data):
    """(offset, length) of each block, as its head tells."""
    at = data.find(TAG)
    while at >= 0:
        words = struct.unpack_from(">I", data, at + 8)[0]
        yield at, 4 * words
        at = data.find(TAG, at + 4 * words)


def seal(data):
    """Writes the value that makes the sum of the words behind each head zero."""
    for at, length in blocks(bytes(data)):
        words = struct.unpack_from(f">{length // 4 - 5}I", data, at + 16)
        struct.pack_into(">I", data, at + length - 4, -sum(words) & 0xFFFFFFFF)
    return data


def picture(width, height):
    """A BMP of 24 bits: the opening picture of the unit."""
    row = (3 * width + 3) // 4 * 4
    pixels = b"".join(bytes(8 * (x // 3 + y) & 255 for x in range(3 * width)).ljust(row, b"\0") for y in range(height))
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(pixels), 0, 0, 54, 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0) + pixels


def pictures():
    """A module of data: a text, a picture, a text in UTF-16."""
    return b"OPENING PICTURES\0".ljust(64, b"\0") + picture(32, 16) + "I Agree".encode("utf-16-be")


def main(folder):
    folder = pathlib.Path(folder)
    program = folder / "agree.bin"
    subprocess.run([COMPILER, *FLAGS, "-T", HERE / "agree.ld", "-o", program, HERE / "agree.c"], check=True)
    data = seal(bytearray(program.read_bytes()))
    assert len(list(blocks(data))) == 3, "three blocks"
    program.write_bytes(data)
    (folder / "pictures.bin").write_bytes(pictures())
    shutil.copy(HERE / "loading.json", folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
